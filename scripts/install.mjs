// Runs `npm ci` where the installed tree is missing or older than the lock file, so that `npm start` and `npm test` work on a
// fresh clone and cost nothing afterwards.
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const NEEDED_MAJOR = 20;
const root = fileURLToPath(new URL('..', import.meta.url));

const major = Number(process.versions.node.split('.')[0]);
if (major < NEEDED_MAJOR) {
  console.error(`perimeter needs Node.js ${NEEDED_MAJOR} or newer, this is ${process.versions.node}: install a newer one from https://nodejs.org`);
  process.exit(2);
}

const locked = modified('package-lock.json');
const installed = modified('node_modules/.package-lock.json');
if (installed === undefined || (locked !== undefined && installed < locked)) {
  console.error(`${installed === undefined ? 'nothing is installed yet' : 'package-lock.json is newer than node_modules'}: running npm ci`);
  process.exit(install());
}

/** Milliseconds since 1970, or undefined where there is no such file. */
function modified(path) {
  return statSync(`${root}/${path}`, { throwIfNoEntry: false })?.mtimeMs;
}

/** npm's exit status. Its output goes to stderr: stdout belongs to the command that runs next. */
function install() {
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const options = { cwd: root, stdio: ['ignore', 2, 2] };
  // npm names its own script where it runs us; on Windows `npm` alone is a batch file, which needs a shell.
  const result = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  if (result.error) console.error(`npm ci could not be started: ${result.error.message}`);
  return result.status ?? 1;
}
