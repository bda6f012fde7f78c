// Fetches EventBridge's own matcher (https://github.com/aws/event-ruler, Apache-2.0) from Maven Central into `.ruler`, for the tests of the
// generated patterns. Where there is no Java or no Maven, those tests have ministack's matcher alone. Costs nothing afterwards.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}/.ruler`;
const sums = new Map(
  readFileSync(`${root}/requirements/ruler.sha256`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/).reverse()),
);

if (![...sums.keys()].every((jar) => existsSync(`${folder}/${jar}`))) fetchJars();
const wrong = readdirIfAny().filter(
  (jar) =>
    createHash('sha256')
      .update(readFileSync(`${folder}/${jar}`))
      .digest('hex') !== sums.get(jar),
);
if (wrong.length > 0) {
  rmSync(folder, { recursive: true });
  console.error(`.ruler: ${wrong.join(', ')}: not what requirements/ruler.sha256 says; removed`);
  process.exit(1);
}

function fetchJars() {
  const missing = ['java', 'mvn'].filter((program) => spawnSync(program, ['-version']).status !== 0);
  if (missing.length > 0) return console.error(`no ${missing.join(', no ')}: the patterns are tested with ministack's matcher alone`);
  const args = ['-q', '-B', '-f', `${root}/requirements/ruler.pom.xml`, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`];
  const { status } = spawnSync('mvn', args, { stdio: ['ignore', 2, 2] });
  if (status === 0) return undefined;
  rmSync(folder, { recursive: true, force: true });
  return console.error("event-ruler could not be fetched: the patterns are tested with ministack's matcher alone");
}

function readdirIfAny() {
  return existsSync(folder) ? readdirSync(folder) : [];
}
