/** `.ci/run` reports every failure, counts honestly, and cannot turn green without tests. */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';

const SCRIPT = resolve(__dirname, '../../.ci/run');

let clone: string;

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'perimeter-ci-'));
  mkdirSync(join(clone, '.ci'));
  copyFileSync(SCRIPT, join(clone, '.ci/run'));
  mkdirSync(join(clone, 'scripts'));
  writeFileSync(join(clone, 'scripts/cfn-lint.mjs'), '');
});

afterEach(() => rmSync(clone, { recursive: true }));

interface Npm {
  /** What jest writes; absent: it never came to that. */
  readonly report?: object;
  readonly testStatus?: number;
  /** A script that fails. */
  readonly failing?: string;
}

function run({ report, testStatus = 0, failing = 'none' }: Npm): { readonly status: number | null; readonly last: string | undefined } {
  const npm = join(clone, 'npm');
  const written = report === undefined ? '' : JSON.stringify(report);
  writeFileSync(
    npm,
    `#!/usr/bin/env bash
for word in "$@"; do case "$word" in
  --outputFile=*) printf '%s' '${written}' > "\${word#--outputFile=}"; exit ${testStatus};;
  ${failing}) exit 3;;
esac; done
`,
  );
  chmodSync(npm, 0o755);
  const PATH = [clone, dirname(process.execPath), process.env.PATH].join(delimiter);
  const { status, stdout } = spawnSync('bash', [join(clone, '.ci/run')], { cwd: tmpdir(), env: { ...process.env, PATH }, encoding: 'utf8' });
  return { status, last: stdout.trimEnd().split('\n').at(-1) };
}

it('counts tests and the four checks', () => {
  expect(run({ report: { numPassedTests: 40, numFailedTests: 0 } })).toEqual({ status: 0, last: '44 passed, 0 failed' });
});

it('counts templates that do not lint', () => {
  writeFileSync(join(clone, 'scripts/cfn-lint.mjs'), 'process.exit(1)');

  expect(run({ report: { numPassedTests: 40, numFailedTests: 0 } })).toEqual({ status: 1, last: '43 passed, 1 failed' });
});

it('goes on after a failure', () => {
  expect(run({ report: { numPassedTests: 38, numFailedTests: 2 }, testStatus: 1, failing: 'lint' })).toEqual({
    status: 1,
    last: '41 passed, 3 failed',
  });
});

it('counts a suite that cannot be loaded', () => {
  const report = { numPassedTests: 40, numFailedTests: 0, numRuntimeErrorTestSuites: 1 };

  expect(run({ report, testStatus: 1 })).toEqual({ status: 1, last: '44 passed, 1 failed' });
});

it('fails when no test ran', () => {
  expect(run({ report: { numPassedTests: 0, numFailedTests: 0 } })).toEqual({ status: 1, last: '4 passed, 1 failed' });
});

it('fails when the tests were never reached', () => {
  expect(run({ testStatus: 1 })).toEqual({ status: 1, last: '4 passed, 1 failed' });
});
