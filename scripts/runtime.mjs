// Installs what the deployed functions run on, for the tests that run them there: Node.js 24 and an AWS SDK as old as a nodejs24.x
// runtime may carry, from requirements/runtime, into `.runtime`, where it is missing or of another version of that lock file. Not
// among our own dependencies: 250 MB that belong to one platform. Costs nothing afterwards.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readIfAny } from './files.mjs';

const MAJOR = 24;
const root = fileURLToPath(new URL('..', import.meta.url));
const source = `${root}/requirements/runtime`;
const target = `${root}/.runtime`;
// Written last, so that an installation that was interrupted is not taken for a whole one.
const stamp = `${target}/installed.json`;

const needed = readFileSync(`${source}/package-lock.json`, 'utf8');
if (readIfAny(stamp) !== needed) {
  console.error(`installing Node.js ${MAJOR} and the AWS SDK of its first runtime for the end-to-end tests into .runtime (once, about a minute)`);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  for (const name of ['package.json', 'package-lock.json', '.npmrc']) copyFileSync(`${source}/${name}`, `${target}/${name}`);
  install();
  writeFileSync(stamp, needed);
}
writeFileSync(`${target}/node`, findNode());

/** The first that is of the right version: one that is named, our own, the one that was installed. Ends with status 2 where there is none. */
function findNode() {
  const named = process.env.PERIMETER_NODE24;
  if (named && versionOf(named) !== undefined) {
    if (versionOf(named) === MAJOR) return named;
    complain(`PERIMETER_NODE24 names ${named}, which is Node.js ${versionOf(named)}`);
  }
  if (named) complain(`PERIMETER_NODE24 names ${named}, which does not answer as Node.js`);
  if (versionOf(process.execPath) === MAJOR) return process.execPath;
  const installed = `${target}/node_modules/node-${process.platform}-${process.arch}/bin/node`;
  if (existsSync(installed) && versionOf(installed) === MAJOR) return installed;
  return complain(`requirements/runtime has no Node.js ${MAJOR} for ${process.platform}-${process.arch}`);
}

function complain(why) {
  console.error(
    `the end-to-end tests run the functions on Node.js ${MAJOR}, and ${why}: install it from https://nodejs.org, and run npm with it or name it in PERIMETER_NODE24`,
  );
  process.exit(2);
}

/** 24, or undefined where it does not answer. */
function versionOf(path) {
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  const [, major] = (status === 0 && /^v(\d+)\./.exec(stdout)) || [];
  return major === undefined ? undefined : Number(major);
}

/** npm's output goes to stderr: stdout belongs to the command that runs next. */
function install() {
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  const options = { cwd: target, stdio: ['ignore', 2, 2] };
  // npm names its own script where it runs us; on Windows `npm` alone is a batch file, which needs a shell.
  const result = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  if (result.status === 0) return;
  console.error(`npm ci of requirements/runtime failed${result.error ? `: ${result.error.message}` : ''}`);
  process.exit(result.status ?? 1);
}
