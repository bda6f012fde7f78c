/** The virtual environment of the end-to-end tests: made when it is missing or of other requirements, by a Python that is new enough. */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const INSTALLING = 'installing the emulated AWS API for the end-to-end tests into .venv (once, about a minute)\n';

let clone: string;

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'perimeter-emulators-'));
  mkdirSync(join(clone, 'scripts'));
  mkdirSync(join(clone, 'requirements'));
  for (const name of ['emulators.mjs', 'python.mjs', 'files.mjs']) copyFileSync(join(ROOT, 'scripts', name), join(clone, 'scripts', name));
  writeFileSync(join(clone, 'requirements/emulators.txt'), 'moto==5.2.5\n');
});

afterEach(() => rmSync(clone, { recursive: true }));

interface Python {
  readonly version?: string;
  readonly venvStatus?: number;
  readonly pipStatus?: number;
}

/** A Python that notes its arguments, and makes an environment with itself inside. */
function python({ version = '3 12', venvStatus = 0, pipStatus = 0 }: Python = {}): string {
  const path = join(clone, 'python');
  const script = `#!/bin/sh
case "$1 $2" in
  "-c "*) echo "${version}" ;;
  "-m venv") echo "venv" >> "${clone}/calls"; mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; exit ${venvStatus} ;;
  "-m pip") shift 2; echo "pip $@" >> "${clone}/calls"; exit ${pipStatus} ;;
esac
`;
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return path;
}

function install(PERIMETER_PYTHON = python()) {
  const calls = join(clone, 'calls');
  writeFileSync(calls, '');
  const env = { PATH: process.env.PATH, PERIMETER_PYTHON };
  const { status, stderr, stdout } = spawnSync(process.execPath, [join(clone, 'scripts/emulators.mjs')], { cwd: tmpdir(), env, encoding: 'utf8' });
  return { status, stderr, stdout, calls: readFileSync(calls, 'utf8').split('\n').slice(0, -1) };
}

const PIP = expect.stringMatching(
  /^pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: -r .*requirements\/emulators\.txt$/,
);

it('installs once, and again for other requirements', () => {
  expect(install()).toEqual({ status: 0, stderr: INSTALLING, stdout: '', calls: ['venv', PIP] });
  expect(install()).toEqual({ status: 0, stderr: '', stdout: '', calls: [] });

  writeFileSync(join(clone, 'requirements/emulators.txt'), 'moto==5.2.6\n');
  expect(install()).toEqual({ status: 0, stderr: INSTALLING, stdout: '', calls: ['venv', PIP] });
});

it('does not take an installation that failed for one', () => {
  expect(install(python({ pipStatus: 1 }))).toMatchObject({ status: 1, stderr: `${INSTALLING}pip could not install requirements/emulators.txt\n` });

  expect(install()).toMatchObject({ status: 0, calls: ['venv', PIP] });
});

it('says what is missing where there is no venv', () => {
  expect(install(python({ venvStatus: 1 }))).toMatchObject({
    status: 1,
    stderr: `${INSTALLING}python could not make a virtual environment; on Debian and Ubuntu, install the package python3-venv\n`,
  });
});

it.each([
  ['too old', () => python({ version: '3 8' }), () => `${join(clone, 'python')} is 3.8`],
  ['not there', () => join(clone, 'nothing'), () => `${join(clone, 'nothing')} was not found`],
])('asks for a newer Python where it is %s', (_name, path, seen) => {
  expect(install(path())).toEqual({
    status: 2,
    stderr: `the end-to-end tests need Python 3.10 or newer (${seen()}): install one from https://www.python.org/downloads, or name it in PERIMETER_PYTHON\n`,
    stdout: '',
    calls: [],
  });
  expect(existsSync(join(clone, '.venv'))).toBe(false);
});

it.each(['emulators', 'cfn-lint'])('finds every package of %s pinned and hashed, and no address to get it from', (name) => {
  const lines = readFileSync(join(ROOT, `requirements/${name}.txt`), 'utf8').split('\n');
  const packages = lines.filter((line) => /^[a-z]/.test(line));

  expect(packages.filter((line) => !/^[a-z0-9-]+==[\w.]+ .*\\$/.test(line))).toEqual([]);
  expect(lines.filter((line) => line.includes('--hash=')).length).toBeGreaterThanOrEqual(packages.length);
  expect(lines.filter((line) => /:\/\//.test(line))).toEqual([]);
});
