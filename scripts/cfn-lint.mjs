// cfn-lint over every template that Perimeter deploys, against AWS's schemas of the resource types of each Region: not an error, not a
// warning, no rule ignored. Partitions that lack a type get the template that is made for them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentOf } from './python.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const python = environmentOf({ requirements: 'requirements/cfn-lint.txt', folder: '.venv-lint', what: 'cfn-lint', whom: 'the templates' });

/** Of which partition, and the Regions that its template is deployed to there: those of the others are all that cfn-lint knows besides. */
const ELSEWHERE = { 'aws-cn': ['cn-north-1', 'cn-northwest-1'], 'aws-us-gov': ['us-gov-east-1', 'us-gov-west-1'] };

const folder = mkdtempSync(join(tmpdir(), 'perimeter-lint-'));
try {
  const known = run(python, ['-c', 'from cfnlint.helpers import REGIONS; print(*REGIONS)']).trim().split(' ');
  const others = Object.values(ELSEWHERE).flat();
  // With all that can be chosen: what is not chosen is a part of it.
  const example = `${readFileSync(join(root, 'examples/perimeter.yaml'), 'utf8')}\ndeployment: { alarms: true, dashboard: true }\n`;
  lint(
    'aws',
    example,
    ['--region', 'eu-west-1'],
    known.filter((region) => !others.includes(region)),
  );
  for (const [partition, regions] of Object.entries(ELSEWHERE)) {
    lint(partition, `${example}rollout: [{ name: all, organizationalUnits: [ou-ab12-11111111], regions: [${regions.join(', ')}] }]\n`, [], regions);
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}

/** The CDK's templates, and the one that the other roads have instead of its stacks of the organization. */
function lint(name, configuration, place, regions) {
  const config = join(folder, `${name}.yaml`);
  const [synthesised, exported] = [join(folder, `${name}-cdk`), join(folder, `${name}-export`)];
  writeFileSync(config, configuration);
  run(process.execPath, [join(root, 'dist/app.js')], {
    CDK_VALIDATION: 'false',
    CDK_OUTDIR: synthesised,
    CDK_CONTEXT_JSON: JSON.stringify({ config }),
  });
  run(process.execPath, [join(root, 'dist/perimeter.js'), 'export', 'cloudformation', exported, '--config', config, ...place]);
  const stacks = readdirSync(synthesised).filter((file) => file.endsWith('.template.json'));
  const templates = [...stacks.map((file) => join(synthesised, file)), join(exported, 'organization.template.json')];
  run(python, ['-c', 'from cfnlint.runner import main; main()', '--regions', ...regions, '--template', ...templates]);
  console.log(`${name}: ${templates.length} templates, ${regions.length} Regions`);
}

/** Answers what it prints; throws what it says where it fails. */
function run(command, args, env = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, env: { ...process.env, ...env }, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} exited with ${status}\n${stdout}${stderr}`);
  return stdout;
}
