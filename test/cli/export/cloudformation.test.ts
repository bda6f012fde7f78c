/** `perimeter export cloudformation`: what the files hold, and that they are what `cdk deploy` uses and `terraform/` takes. */
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportOnce, filesIn, json, perimeter, place, ROOT, text } from './exported';

exportOnce('all', 'staged');

/** A member template: hooks, rules and functions whose code is in it. */
const functionsOf = (template: { readonly Resources: object }): readonly string[] =>
  Object.values(template.Resources).flatMap(({ Type, Properties }) => (Type === 'AWS::Lambda::Function' ? [Properties.FunctionName] : []));

/** The modes that the code of the functions is configured with. */
const modesIn = (template: { readonly Resources: object }, id: string): readonly string[] => [
  ...new Set(
    Object.values(template.Resources).flatMap(({ Type, Properties }) => {
      const code = Type === 'AWS::Lambda::Function' ? JSON.stringify(Properties.Code) : '';
      return new RegExp(`['"]${id}\\\\?['"]:{\\\\?['"]mode\\\\?['"]:\\\\?['"](\\w+)`).exec(code)?.[1] ?? [];
    }),
  ),
];

it('writes a template for all, its policies, and how to deploy them', () => {
  const files = filesIn('all');
  expect(files).toEqual(
    expect.arrayContaining([
      'README.md',
      'deployment.json',
      'directory.template.json',
      'member.template.json',
      'organization.template.json',
      'parameters.json',
      'policies/ecr.rcp.json',
      'policies/perimeter-1.json',
    ]),
  );
  const template = json('all/member.template.json');
  expect(functionsOf(template)).toEqual(expect.arrayContaining(['perimeter-lambda-permission-hook', 'perimeter-ecr-layer-access-remediator']));
  expect(template.Parameters).toBeUndefined();
  for (const policy of files.filter((name) => name.startsWith('policies/'))) expect(json(`all/${policy}`)).toMatchObject({ Version: '2012-10-17' });
  expect(json('all/deployment.json')).toMatchObject({
    directory: { template: 'directory.template.json', regions: { aws: 'us-east-1' } },
    stackSets: [{ name: 'perimeter-member', template: 'member.template.json', organizationalUnits: [], regions: ['eu-west-1'] }],
    policies: expect.arrayContaining([{ name: 'ecr-rcp', type: 'RESOURCE_CONTROL_POLICY', file: 'policies/ecr.rcp.json', organizationalUnits: [] }]),
  });
  expect(text('all/README.md')).toContain('--deployment-targets OrganizationalUnitIds=$ROOT');
  expect(functionsOf(json('all/directory.template.json'))).toEqual(['perimeter-directory']);
  // It is sent inline: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
  expect(text('all/directory.template.json').length).toBeLessThan(51_200);
});

it('writes the stacks of the organization as one template', () => {
  const [template, staged] = [json('all/organization.template.json'), json('staged/organization.template.json')];
  const of = (resources: object, type: string) => Object.values(resources).flatMap(({ Type, Properties }) => (Type === type ? [Properties] : []));

  expect(Object.keys(template.Parameters).sort()).toEqual(['OrganizationRoot', 'Regions', 'TemplateBucket']);
  expect(json('all/parameters.json')).toContainEqual({ ParameterKey: 'Regions', ParameterValue: 'eu-west-1' });
  expect(functionsOf(template)).toEqual(['perimeter-directory']);
  expect(of(template.Resources, 'AWS::CloudFormation::StackSet')).toMatchObject([
    {
      StackSetName: 'perimeter-member',
      PermissionModel: 'SERVICE_MANAGED',
      StackInstancesGroup: [{ DeploymentTargets: { OrganizationalUnitIds: [{ Ref: 'OrganizationRoot' }] } }],
      TemplateURL: { 'Fn::Sub': expect.stringMatching(/TemplateBucket.*\/member\.template\.json$/) },
    },
  ]);
  expect(of(template.Resources, 'AWS::Organizations::Policy').map(({ Type }) => Type)).toEqual(
    expect.arrayContaining(['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY']),
  );
  expect(Object.keys(staged.Parameters)).toEqual(['TemplateBucket']);
  expect(of(staged.Resources, 'AWS::CloudFormation::StackSet').map(({ TemplateURL }) => TemplateURL['Fn::Sub'].split('/').at(-1))).toEqual([
    'member-pilot.template.json',
    'member-everyone.template.json',
  ]);
});

it('writes a template and policies for each stage of the rollout', () => {
  expect(modesIn(json('staged/member-pilot.template.json'), 'lambda-vpc')).toEqual(['enforce']);
  expect(modesIn(json('staged/member-everyone.template.json'), 'lambda-vpc')).toEqual(['observe']);
  expect(text('staged/policies/pilot.perimeter-1.json') + text('staged/policies/pilot.perimeter-2.json')).toContain('lambda:VpcIds');
  expect(json('staged/deployment.json').stackSets).toMatchObject([
    { name: 'perimeter-pilot', organizationalUnits: ['ou-ab12-11111111'], regions: ['eu-west-1', 'us-east-1'] },
    { name: 'perimeter-everyone', organizationalUnits: ['ou-ab12-22222222', 'ou-ab12-33333333'], regions: ['eu-west-1'] },
  ]);
  expect(json('staged/deployment.json').policies.filter(({ type }: { readonly type: string }) => type === 'RESOURCE_CONTROL_POLICY')).toEqual([
    { name: 'pilot-ecr-rcp', type: 'RESOURCE_CONTROL_POLICY', file: 'policies/pilot.ecr.rcp.json', organizationalUnits: ['ou-ab12-11111111'] },
  ]);
});

/** In place of the AWS command line: writes down what it is asked, and whether the files are there. */
const AWS = `#!/bin/bash
for word in "$@"; do
case "$word" in file://*) [ -f "\${word#file://}" ] || echo "there is no $word" >> "$LOG" ;; esac
done
echo "$*" >> "$LOG"
case "$*" in *list-roots*) echo r-ab12 ;; *create-policy*) echo p-$(wc -l < "$LOG" | tr -d ' ') ;; esac
`;

it.each([
  ['all', ['perimeter-1 to r-ab12', 'ecr-rcp to r-ab12'], 1],
  [
    'staged',
    [
      ...['perimeter-1', 'perimeter-2', 'ecr-rcp'].map((name) => `pilot-${name} to ou-ab12-11111111`),
      'everyone-perimeter-1 to ou-ab12-22222222',
      'everyone-perimeter-1 to ou-ab12-33333333',
    ],
    2,
  ],
])('its README is a script: every file is there, every policy gets to its units (%s)', (folder, attachments, regions) => {
  const commands = [...text(`${folder}/README.md`).matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block]) => block).join('');
  place.write({ 'bin/aws': AWS, [`${folder}.log`]: '' });
  chmodSync(join(place.folder, 'bin/aws'), 0o755);
  const cwd = join(place.folder, folder);
  const env = { PATH: `${join(place.folder, 'bin')}:${process.env.PATH}`, LOG: join(place.folder, `${folder}.log`) };

  expect(spawnSync('bash', ['--norc', '-euc', commands], { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })).toMatchObject({
    status: 0,
    stdout: '',
    stderr: '',
  });

  const asked = text(`${folder}.log`).trim().split('\n');
  expect(asked.filter((line) => /^there is no|\$|undefined/.test(line))).toEqual([]);
  expect(asked.filter((line) => line.startsWith('s3 cp')).length).toBe(filesIn(folder).filter((name) => name.endsWith('.template.json')).length);
  const ids = new Map<string, string>(
    asked.flatMap(
      (line, index) =>
        /create-policy .*--name (\S+)/
          .exec(line)
          ?.slice(1, 2)
          .map((name) => [`p-${index + 1}`, name] as const) ?? [],
    ),
  );
  const attached = asked.flatMap((line) => /attach-policy --policy-id (\S+) --target-id (\S+)/.exec(line)?.slice(1, 3).join(' to ') ?? []);
  expect(attached.map((line) => line.replace(/^\S+/, (id) => ids.get(id) ?? id))).toEqual(expect.arrayContaining(attachments));
  expect(asked.filter((line) => line.includes('--stack-name perimeter-member')).length).toBe(regions);
});

it('a bucket that is none ends the app of the CDK with one line', () => {
  const env = {
    CDK_OUTDIR: join(place.folder, 'none'),
    CDK_CONTEXT_JSON: JSON.stringify({ config: join(place.folder, 'staged.yaml'), templateBucket: 'b' }),
  };

  expect(spawnSync(process.execPath, [join(ROOT, 'dist/app.js')], { encoding: 'utf8', env })).toMatchObject({
    status: 2,
    stderr: '-c templateBucket=b: expected the name of a bucket, 3 to 63 lower-case letters, digits, hyphens and dots\n',
  });
});

it('writes what cdk deploy uses: the same bytes for StackSets, the same resources for stacks, the same policies', () => {
  const out = join(place.folder, 'cdk.out');
  const context = JSON.stringify({ config: join(place.folder, 'staged.yaml'), templateBucket: 'templates' });
  const app = spawnSync(process.execPath, [join(ROOT, 'dist/app.js')], { encoding: 'utf8', env: { CDK_OUTDIR: out, CDK_CONTEXT_JSON: context } });
  expect(app).toMatchObject({ status: 0, stderr: '' });

  const assets = readdirSync(out).filter((name) => name.startsWith('asset.'));
  const ofStackSets = ['staged/member-pilot.template.json', 'staged/member-everyone.template.json'].map(text);
  expect(assets.map((name) => text(`cdk.out/${name}`)).sort()).toEqual([...ofStackSets].sort());
  const resources = (file: string) => json(file).Resources;
  expect(resources('staged/member.template.json')).toEqual(resources('cdk.out/perimeter-member-eu-west-1.template.json'));
  expect(resources('staged/directory.template.json')).toEqual(resources('cdk.out/perimeter-directory.template.json'));
  const deployed = Object.values<{ readonly Properties: { readonly [name: string]: unknown } }>(
    resources('cdk.out/perimeter-policies.template.json'),
  );
  expect(
    json('staged/deployment.json').policies.map(({ file, ...policy }: { readonly file: string }) => ({
      ...policy,
      content: json(`staged/${file}`),
    })),
  ).toEqual(
    deployed.map(({ Properties: { Name, Type, TargetIds, Content } }) => ({
      name: Name,
      type: Type,
      organizationalUnits: TargetIds,
      content: Content,
    })),
  );
});

it('writes the same bytes again', async () => {
  await perimeter('cloudformation', 'again', '--region', 'eu-west-1');

  expect(filesIn('again').map((name) => text(`again/${name}`))).toEqual(filesIn('all').map((name) => text(`all/${name}`)));
});

const runTerraform = (folder: string, ...argv: readonly string[]) =>
  spawnSync('terraform', [`-chdir=${folder}`, ...argv], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: place.folder, CHECKPOINT_DISABLE: 'true' },
  });

// Where there is Terraform: nothing else needs it.
if (spawnSync('terraform', ['version']).status === 0) {
  it.each([
    ['all', { 'perimeter-member': [['r-ab12'], ['eu-west-1']] }, ['ecr-rcp r-ab12', 'perimeter-1 r-ab12'], ['eu-west-1']],
    [
      'staged',
      {
        'perimeter-everyone': [['ou-ab12-22222222', 'ou-ab12-33333333'], ['eu-west-1']],
        'perimeter-pilot': [['ou-ab12-11111111'], ['eu-west-1', 'us-east-1']],
      },
      [
        'everyone-perimeter-1 ou-ab12-22222222',
        'everyone-perimeter-1 ou-ab12-33333333',
        'pilot-ecr-rcp ou-ab12-11111111',
        'pilot-perimeter-1 ou-ab12-11111111',
      ],
      ['eu-west-1', 'us-east-1'],
    ],
  ])('terraform/ makes of the export what goes where: %s', (artifacts, stackSets, attachments, management) => {
    const folder = `terraform-${artifacts}`;
    place.write({
      [`${folder}/locals.tf`]: readFileSync(join(ROOT, 'terraform/locals.tf')),
      [`${folder}/variables.tf`]: readFileSync(join(ROOT, 'terraform/variables.tf')),
      [`${folder}/outputs.tf`]: `output "all" {
        value = { for name in keys(local.stack_sets) : name => [local.targets[name], local.regions[name]] }
      }
      output "attachments" { value = keys(local.attachments) }
      output "management" { value = local.management_regions }`,
    });
    const variables = { artifacts: join(place.folder, artifacts), template_bucket: 'templates', organization_root_id: 'r-ab12' };
    place.write({ [`${folder}/terraform.tfvars.json`]: JSON.stringify(variables) });
    const path = join(place.folder, folder);

    expect(runTerraform(path, 'init', '-input=false')).toMatchObject({ status: 0 });
    expect(runTerraform(path, 'apply', '-auto-approve', '-input=false')).toMatchObject({ status: 0 });

    const output = JSON.parse(runTerraform(path, 'output', '-json').stdout);
    expect(output.all.value).toEqual(stackSets);
    expect(output.attachments.value).toEqual(expect.arrayContaining(attachments));
    expect(output.management.value).toEqual(management);
  });
}
