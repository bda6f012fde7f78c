/** What the functions are run on in tests: installed when it is missing or of another lock file, and refused where it is not Node.js 24. */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const INSTALLING = expect.stringMatching(/^installing Node\.js 24 and the AWS SDK of its first runtime .* into \.runtime \(once, about a minute\)\n/);

let clone: string;

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'perimeter-runtime-'));
  mkdirSync(join(clone, 'scripts'));
  mkdirSync(join(clone, 'requirements/runtime'), { recursive: true });
  for (const name of ['runtime.mjs', 'files.mjs']) copyFileSync(join(ROOT, 'scripts', name), join(clone, 'scripts', name));
  for (const name of ['package.json', 'package-lock.json', '.npmrc']) writeFileSync(join(clone, 'requirements/runtime', name), '{}');
});

afterEach(() => rmSync(clone, { recursive: true }));

function node(version: string): string {
  const path = join(clone, `node-${version}`);
  writeFileSync(path, `#!/bin/sh\necho ${version}\n`);
  chmodSync(path, 0o755);
  return path;
}

function install(PERIMETER_NODE24: string, npmStatus = 0) {
  const npm = join(clone, 'npm.js');
  const calls = join(clone, 'calls');
  writeFileSync(npm, `require('node:fs').appendFileSync(${JSON.stringify(calls)}, process.argv[2] + process.cwd()); process.exit(${npmStatus});`);
  writeFileSync(calls, '');
  const env = { PATH: process.env.PATH, npm_execpath: npm, PERIMETER_NODE24 };
  const { status, stderr, stdout } = spawnSync(process.execPath, [join(clone, 'scripts/runtime.mjs')], { cwd: tmpdir(), env, encoding: 'utf8' });
  return { status, stderr, stdout, npm: readFileSync(calls, 'utf8') };
}

const chosen = () => readFileSync(join(clone, '.runtime/node'), 'utf8');

it('installs once, and again for another lock file', () => {
  const path = node('v24.1.0');
  const CI = expect.stringMatching(/^ci.*\.runtime$/);

  expect(install(path)).toEqual({ status: 0, stderr: INSTALLING, stdout: '', npm: CI });
  expect(install(path)).toEqual({ status: 0, stderr: '', stdout: '', npm: '' });
  expect(chosen()).toBe(path);

  writeFileSync(join(clone, 'requirements/runtime/package-lock.json'), '{ }');
  expect(install(path)).toEqual({ status: 0, stderr: INSTALLING, stdout: '', npm: CI });
});

it('is no installation when npm fails', () => {
  expect(install(node('v24.1.0'), 1)).toMatchObject({ status: 1, stderr: expect.stringContaining('npm ci of requirements/runtime failed') });
  expect(existsSync(join(clone, '.runtime/installed.json'))).toBe(false);
});

it.each<[string, () => string, string]>([
  ['another version', () => node('v20.1.0'), 'which is Node.js 20'],
  ['something else', () => '/nowhere/node', 'which does not answer as Node.js'],
  // The clone installs nothing that could be found.
  ...(process.version.startsWith('v24.')
    ? []
    : ([['nothing', () => '', 'requirements/runtime has no Node.js 24 for']] satisfies [string, () => string, string][])),
])('refuses %s, and names the way out', (_, path, why) => {
  const { status, stderr } = install(path());

  expect(status).toBe(2);
  expect(stderr).toContain(why);
  expect(stderr).toContain('install it from https://nodejs.org, and run npm with it or name it in PERIMETER_NODE24\n');
});

it('every package of the pinned runtime has its hash, and no address', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'requirements/runtime/package-lock.json'), 'utf8'));
  const { '': _, ...installed } = packages;

  expect(Object.entries(installed).filter(([, entry]) => !Object(entry).integrity || Object(entry).resolved)).toEqual([]);
});
