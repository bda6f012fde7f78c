/** `npm start` and `npm test` on a fresh clone: the installed tree is made when it is missing or older than the lock file. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SCRIPT = resolve(__dirname, '../../scripts/install.mjs');

let clone: string;

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'perimeter-install-'));
  mkdirSync(join(clone, 'scripts'));
  copyFileSync(SCRIPT, join(clone, 'scripts/install.mjs'));
  file('package-lock.json', 2000);
});

afterEach(() => rmSync(clone, { recursive: true }));

/** `time`: seconds since 1970. */
function file(name: string, time: number): void {
  writeFileSync(join(clone, name), '{}');
  utimesSync(join(clone, name), time, time);
}

function install(npmStatus = 0): { readonly status: number | null; readonly stderr: string; readonly stdout: string; readonly npm: string } {
  const npm = join(clone, 'npm.js');
  const calls = join(clone, 'calls');
  writeFileSync(npm, `require('node:fs').appendFileSync(${JSON.stringify(calls)}, process.argv[2]); process.exit(${npmStatus});`);
  writeFileSync(calls, '');
  const { status, stderr, stdout } = spawnSync(process.execPath, [join(clone, 'scripts/install.mjs')], {
    cwd: tmpdir(),
    env: { ...process.env, npm_execpath: npm },
    encoding: 'utf8',
  });
  return { status, stderr, stdout, npm: readFileSync(calls, 'utf8') };
}

it('installs where nothing is installed', () => {
  expect(install()).toEqual({ status: 0, stderr: 'nothing is installed yet: running npm ci\n', stdout: '', npm: 'ci' });
});

it('installs again when the lock file is newer', () => {
  mkdirSync(join(clone, 'node_modules'));
  file('node_modules/.package-lock.json', 1000);

  expect(install()).toEqual({ status: 0, stderr: 'package-lock.json is newer than node_modules: running npm ci\n', stdout: '', npm: 'ci' });
});

it('does nothing when the tree is current', () => {
  mkdirSync(join(clone, 'node_modules'));
  file('node_modules/.package-lock.json', 3000);

  expect(install()).toEqual({ status: 0, stderr: '', stdout: '', npm: '' });
});

it('fails as npm fails', () => {
  expect(install(7)).toMatchObject({ status: 7, npm: 'ci' });
});

interface Locked {
  readonly optionalDependencies?: { readonly [name: string]: string };
}

it('finds a lock file that npm ci takes: the optional packages of every platform are in it, not only those of the one that wrote it', () => {
  const lock: { readonly packages: { readonly [path: string]: Locked } } = JSON.parse(
    readFileSync(resolve(__dirname, '../../package-lock.json'), 'utf8'),
  );

  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !lock.packages[`node_modules/${name}`] && !lock.packages[`${path}/node_modules/${name}`]),
  );

  expect(missing).toEqual([]);
});
