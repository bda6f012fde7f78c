// Makes a virtual environment of Python from hashed requirements, where it is missing or was made from another version of them.
// Costs nothing afterwards.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readIfAny } from './files.mjs';

const OLDEST = [3, 10];
const root = fileURLToPath(new URL('..', import.meta.url));

/** `requirements` and `folder` from the root; `what` is installed for `whom`. Answers the path of its Python. Ends the process where it cannot. */
export function environmentOf({ requirements, folder, what, whom }) {
  const environment = `${root}${folder}`;
  const python = process.platform === 'win32' ? `${environment}/Scripts/python.exe` : `${environment}/bin/python`;
  // Written last, so that an installation that was interrupted is not taken for a whole one.
  const stamp = `${environment}/requirements.txt`;
  const needed = readFileSync(`${root}${requirements}`, 'utf8');
  if (readIfAny(stamp) === needed) return python;
  const found = findPython(whom);
  console.error(`installing ${what} for ${whom} into ${folder} (once, about a minute)`);
  rmSync(environment, { recursive: true, force: true });
  run(found, ['-m', 'venv', environment], 'python could not make a virtual environment; on Debian and Ubuntu, install the package python3-venv');
  run(
    python,
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '--only-binary=:all:', '-r', `${root}${requirements}`],
    `pip could not install ${requirements}`,
  );
  writeFileSync(stamp, needed);
  return python;
}

/** The first Python that is new enough, by name or path. Ends with status 2 where there is none. */
function findPython(whom) {
  const named = process.env.PERIMETER_PYTHON;
  const candidates = named ? [named] : ['python3', 'python', ...[14, 13, 12, 11, 10].map((minor) => `python3.${minor}`)];
  const found = candidates.map((name) => ({ name, version: versionOf(name) })).filter(({ version }) => version !== undefined);
  const fitting = found.find(({ version: [major, minor] }) => major === OLDEST[0] && minor >= OLDEST[1]);
  if (fitting) return fitting.name;
  const seen = found.map(({ name, version }) => `${name} is ${version.join('.')}`).join(', ') || `${candidates[0]} was not found`;
  console.error(
    `${whom} need Python ${OLDEST.join('.')} or newer (${seen}): install one from https://www.python.org/downloads, or name it in PERIMETER_PYTHON`,
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
