/** The CDK app as it is shipped: every stack, from the example configuration, without an account. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../cli/support/aws';

const ROOT = join(__dirname, '../..');

let folder: string;
beforeAll(() => {
  build();
  folder = mkdtempSync(join(tmpdir(), 'perimeter-app-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** As the CDK starts it; its own check of the templates, asked for once, takes most of the time: https://docs.aws.amazon.com/cdk/v2/guide/context.html */
function synth(out: string, context: { readonly [key: string]: string }, validation = 'false') {
  const env = { PATH: process.env.PATH, CDK_VALIDATION: validation, CDK_OUTDIR: join(folder, out), CDK_CONTEXT_JSON: JSON.stringify(context) };
  return spawnSync(process.execPath, [join(ROOT, 'dist/app.js')], { cwd: ROOT, env, encoding: 'utf8' });
}

const templates = (out: string): { readonly [name: string]: string } =>
  Object.fromEntries(
    readdirSync(join(folder, out))
      .filter((name) => name.endsWith('.template.json'))
      .map((name) => [name.replace('.template.json', ''), readFileSync(join(folder, out, name), 'utf8')]),
  );

const EXAMPLE = { config: 'examples/perimeter.yaml' };

it('makes each stack a target of its own, twice the same bytes', () => {
  expect(synth('one', EXAMPLE, 'true')).toMatchObject({ status: 0, stderr: '' });
  expect(synth('two', EXAMPLE)).toMatchObject({ status: 0, stderr: '' });

  expect(Object.keys(templates('one'))).toEqual(['perimeter-directory', 'perimeter-member', 'perimeter-policies', 'perimeter-rollout']);
  expect(templates('two')).toEqual(templates('one'));
});

it('sends the directory inline, so that its Region needs no bucket; the others lie in the bucket that is named', () => {
  expect(synth('placed', { ...EXAMPLE, templateBucket: 'templates-${AWS::Region}' }).status).toBe(0);

  const { artifacts } = JSON.parse(readFileSync(join(folder, 'placed', 'manifest.json'), 'utf8'));
  const addresses = Object.entries<{ readonly properties?: { readonly stackTemplateAssetObjectUrl?: string } }>(artifacts).flatMap(
    ([name, { properties }]) =>
      properties?.stackTemplateAssetObjectUrl ? [[name, properties.stackTemplateAssetObjectUrl.replace(/\w+\.json$/, '')]] : [],
  );
  const bucket = 's3://templates-${AWS::Region}/';
  expect(addresses).toEqual([
    ['perimeter-policies', bucket],
    ['perimeter-rollout', bucket],
    ['perimeter-member', bucket],
  ]);
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
  expect(templates('placed')['perimeter-directory']?.length).toBeLessThanOrEqual(51_200);
});

it('tells what the policies leave open', () => {
  expect(synth('told', EXAMPLE).status).toBe(0);

  expect(readFileSync(join(folder, 'told', 'perimeter-policies.metadata.json'), 'utf8')).toMatch(
    /"aws:cdk:info".*"perimeter-1: grants on functions: an account that joins later is refused/s,
  );
});

it('makes a member stack for each Region of the rollout', () => {
  const stages = 'rollout: [{ name: pilot, organizationalUnits: [ou-ab12-11111111], regions: [eu-west-1, us-east-1] }]\n';
  writeFileSync(join(folder, 'staged.yaml'), `${readFileSync(join(ROOT, 'examples/perimeter.yaml'), 'utf8')}${stages}`);

  expect(synth('staged', { config: join(folder, 'staged.yaml') }).status).toBe(0);

  const made = templates('staged');
  expect(Object.keys(made)).toEqual(expect.arrayContaining(['perimeter-member-eu-west-1', 'perimeter-member-us-east-1']));
  expect(JSON.parse(made['perimeter-rollout'] ?? '').Resources).toMatchObject({
    Pilot: {
      Properties: { StackSetName: 'perimeter-pilot', StackInstancesGroup: [{ DeploymentTargets: { OrganizationalUnitIds: ['ou-ab12-11111111'] } }] },
    },
  });
});

it('may be deployed by a delegated administrator', () => {
  expect(synth('delegated', { ...EXAMPLE, delegated: 'true', templateBucket: 'templates' }).status).toBe(0);

  expect(JSON.parse(templates('delegated')['perimeter-rollout'] ?? '').Resources.Everywhere.Properties).toMatchObject({ CallAs: 'DELEGATED_ADMIN' });
  expect(templates('delegated')['perimeter-rollout']).toContain('templates');
});

it('ends with 2 and one line where the configuration is not there', () => {
  expect(synth('none', { config: 'none.yaml' })).toMatchObject({ status: 2, stderr: expect.stringMatching(/^none\.yaml cannot be read: .*\n$/) });
});
