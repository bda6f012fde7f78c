// Makes the virtual environment in which the end-to-end tests find their AWS API: `.venv`, from requirements/emulators.txt, where it
// is missing or was made from another version of that file. Costs nothing afterwards.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OLDEST = [3, 10];
const root = fileURLToPath(new URL('..', import.meta.url));
const requirements = `${root}/requirements/emulators.txt`;
const environment = `${root}/.venv`;
// Written last, so that an installation that was interrupted is not taken for a whole one.
const stamp = `${environment}/requirements.txt`;

const needed = readFileSync(requirements, 'utf8');
if (readIfAny(stamp) !== needed) {
  const python = findPython();
  console.error('installing the emulated AWS API for the end-to-end tests into .venv (once, about a minute)');
  rmSync(environment, { recursive: true, force: true });
  run(python, ['-m', 'venv', environment], 'python could not make a virtual environment; on Debian and Ubuntu, install the package python3-venv');
  run(
    environmentPython(),
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '--only-binary=:all:', '-r', requirements],
    'pip could not install requirements/emulators.txt',
  );
  writeFileSync(stamp, needed);
}

/** The first Python that is new enough, by name or path. Ends with status 2 where there is none. */
function findPython() {
  const named = process.env.PERIMETER_PYTHON;
  const candidates = named ? [named] : ['python3', 'python', ...[14, 13, 12, 11, 10].map((minor) => `python3.${minor}`)];
  const found = candidates.map((name) => ({ name, version: versionOf(name) })).filter(({ version }) => version !== undefined);
  const fitting = found.find(({ version: [major, minor] }) => major === OLDEST[0] && minor >= OLDEST[1]);
  if (fitting) return fitting.name;
  const seen = found.map(({ name, version }) => `${name} is ${version.join('.')}`).join(', ') || `${candidates[0]} was not found`;
  console.error(
    `the end-to-end tests need Python ${OLDEST.join('.')} or newer (${seen}): install one from https://www.python.org/downloads, or name it in PERIMETER_PYTHON`,
  );
  process.exit(2);
}

/** `[3, 11]`, or undefined where it is not there or does not answer. */
function versionOf(name) {
  const { status, stdout } = spawnSync(name, ['-c', 'import sys; print(*sys.version_info[:2])'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim().split(' ').map(Number) : undefined;
}

/** Output goes to stderr: stdout belongs to the command that runs next. */
function run(command, args, complaint) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  console.error(`${complaint}${error ? `: ${error.message}` : ''}`);
  process.exit(status ?? 1);
}

function environmentPython() {
  return process.platform === 'win32' ? `${environment}/Scripts/python.exe` : `${environment}/bin/python`;
}

function readIfAny(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
