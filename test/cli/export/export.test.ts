/** `perimeter export`, as it is shipped: what the files hold, and that the tools they are for accept them. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { load } from 'js-yaml';
import { build, run } from '../support/aws';
import { type Workspace, workspace } from '../support/workspace';
import schema from './lza.schema.json';

const ROOT = join(__dirname, '../../..');

const BASE = `
version: 1
organization: { id: o-exampleorgid, managementAccountId: "111111111111", accountIds: ["222222222222"] }
guardrails:
  lambda-permission: { mode: enforce }
  lambda-vpc: { mode: observe }
  ecr-layer-access: { mode: enforce, allowedRoles: ["ci-*"] }
spared: { principalArns: ["arn:aws:iam::*:role/break-glass"] }
`;
const STAGED = `${BASE}rollout:
  - { name: pilot, organizationalUnits: [ou-ab12-11111111], regions: [eu-west-1, us-east-1], modes: { lambda-vpc: enforce } }
  - { name: everyone, organizationalUnits: [ou-ab12-22222222, ou-ab12-33333333], regions: [eu-west-1] }
`;
const UNITS = ['11111111=Pilot', '22222222=Workloads/Production', '33333333=Workloads/Test'].flatMap((unit) => [
  '--organizational-unit',
  `ou-ab12-${unit}`,
]);

let place: Workspace;
beforeAll(() => {
  build();
  place = workspace({ 'perimeter.yaml': BASE, 'staged.yaml': STAGED, 'full/x': '', file: '' });
});
afterAll(() => place.remove());

const perimeter = (...argv: readonly string[]) => run(['export', ...argv], { cwd: place.folder });
const text = (path: string): string => readFileSync(join(place.folder, path), 'utf8');
const json = (path: string) => JSON.parse(text(path));
const filesIn = (folder: string): readonly string[] =>
  readdirSync(join(place.folder, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(place.folder, folder).length + 1))
    .sort();

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

describe('cloudformation', () => {
  it('writes a template for all, its policies, and how to deploy them', async () => {
    expect(await perimeter('cloudformation', 'all', '--region', 'eu-west-1')).toMatchObject({ code: 0, stderr: '' });

    const files = filesIn('all');
    expect(files).toEqual(
      expect.arrayContaining([
        'README.md',
        'deployment.json',
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
      stackSets: [{ name: 'perimeter-member', template: 'member.template.json', organizationalUnits: [], regions: ['eu-west-1'] }],
      resourceControlPolicies: ['policies/ecr.rcp.json'],
    });
    expect(text('all/README.md')).toContain('--deployment-targets OrganizationalUnitIds=ROOT_ID');
  });

  it('writes the stacks of the organization as one template', async () => {
    await perimeter('cloudformation', 'whole', '--region', 'eu-west-1', '--region', 'us-east-1');
    await perimeter('cloudformation', 'whole-staged', '--config', 'staged.yaml');
    const [template, staged] = [json('whole/organization.template.json'), json('whole-staged/organization.template.json')];
    const of = (resources: object, type: string) => Object.values(resources).flatMap(({ Type, Properties }) => (Type === type ? [Properties] : []));

    expect(Object.keys(template.Parameters).sort()).toEqual(['OrganizationRoot', 'Regions', 'TemplateBucket']);
    expect(json('whole/parameters.json')).toContainEqual({ ParameterKey: 'Regions', ParameterValue: 'eu-west-1,us-east-1' });
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

  it('writes a template and policies for each stage of the rollout', async () => {
    expect(await perimeter('cloudformation', 'staged', '--config', 'staged.yaml')).toMatchObject({ code: 0, stderr: '' });

    expect(modesIn(json('staged/member-pilot.template.json'), 'lambda-vpc')).toEqual(['enforce']);
    expect(modesIn(json('staged/member-everyone.template.json'), 'lambda-vpc')).toEqual(['observe']);
    expect(text('staged/policies/pilot.perimeter-1.json') + text('staged/policies/pilot.perimeter-2.json')).toContain('lambda:VpcIds');
    expect(json('staged/deployment.json').stackSets).toMatchObject([
      { name: 'perimeter-pilot', organizationalUnits: ['ou-ab12-11111111'], regions: ['eu-west-1', 'us-east-1'] },
      { name: 'perimeter-everyone', organizationalUnits: ['ou-ab12-22222222', 'ou-ab12-33333333'], regions: ['eu-west-1'] },
    ]);
  });

  it('writes the same bytes again', async () => {
    await perimeter('cloudformation', 'once', '--region', 'eu-west-1');
    await perimeter('cloudformation', 'twice', '--region', 'eu-west-1');

    expect(filesIn('twice').map((name) => text(`twice/${name}`))).toEqual(filesIn('once').map((name) => text(`once/${name}`)));
  });
});

describe('lza', () => {
  const ajv = new Ajv({ schemas: [{ ...schema, $id: 'lza' }] });
  const check = (definition: string, value: unknown) => {
    const isValid = ajv.validate({ $ref: `lza#/definitions/${definition}` }, value);
    return isValid ? [] : ajv.errors;
  };

  it.each([
    ['all', ['--region', 'eu-west-1'], ['perimeter-member'], ['Root']],
    ['staged', ['--config', 'staged.yaml', ...UNITS], ['perimeter-pilot', 'perimeter-everyone'], ['Pilot']],
  ])('writes what Landing Zone Accelerator accepts: %s', async (name, options, stackSets, units) => {
    expect(await perimeter('lza', `lza-${name}`, ...options)).toMatchObject({ code: 0, stderr: '' });

    const customizations = load(text(`lza-${name}/customizations-config.yaml`)) as {
      readonly customizations: { readonly [kind: string]: readonly Target[] };
    };
    const organization = load(text(`lza-${name}/organization-config.yaml`)) as { readonly [kind: string]: readonly Target[] };
    expect(check('customizations', customizations)).toEqual([]);
    expect(check('organization', organization)).toEqual([]);
    expect(customizations.customizations.cloudFormationStackSets?.map((one) => one.name)).toEqual(stackSets);
    expect(customizations.customizations.cloudFormationStackSets?.[0]?.deploymentTargets).toEqual({
      organizationalUnits: units,
      excludedAccounts: ['Management'],
    });
    const named = [...Object.values(customizations.customizations).flat(), ...Object.values(organization).flat()].flatMap(
      ({ template, policy }) => template ?? policy ?? [],
    );
    expect(named.filter((file) => !existsSync(join(place.folder, `lza-${name}`, file)))).toEqual([]);
    expect(new Set(named).size).toBe(filesIn(`lza-${name}`).length - 2);
  });
});

interface Target {
  readonly name: string;
  readonly template?: string;
  readonly policy?: string;
  readonly deploymentTargets: object;
}

/** Where there is Terraform; without it the files are read by those who have it. */
const terraform = spawnSync('terraform', ['version']).status === 0 ? ['terraform'] : [];

it.each(terraform)('terraform/ is what %s understands', (program) => {
  const { status, stdout, stderr } = spawnSync(program, ['fmt', '-check', '-diff', join(ROOT, 'terraform')], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: place.folder, CHECKPOINT_DISABLE: 'true' },
  });

  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  expect(stderr).toBe('');
});

it.each<readonly [string, readonly string[], RegExp]>([
  ['another road', ['helm', 'out'], /^argument 'ROAD' cannot be 'helm'\. Allowed choices are cloudformation, lza; see perimeter export --help$/],
  ['no folder', ['lza'], /^missing required argument 'DIR'; see perimeter export --help$/],
  ['a folder that is not empty', ['cloudformation', 'full'], /^full is not empty: name another folder, or write over what is there with --force$/],
  ['a file', ['cloudformation', 'file'], /^file .*: name a folder$/],
  ['a Region that is none', ['lza', 'out', '--region', 'x'], /^--region: .*"x"/],
  ['no Region for a landing zone', ['lza', 'out'], /^no Region to deploy to: name one with --region, or list regions under rollout$/],
  [
    'a unit without a name',
    ['lza', 'out', '--config', 'staged.yaml'],
    /^rollout pilot: ou-ab12-11111111 has no name .*: add --organizational-unit ou-ab12-11111111=NAME$/,
  ],
  [
    'a name without a unit',
    ['lza', 'out', '--organizational-unit', 'Pilot'],
    /^--organizational-unit: expected an id and a name, got "Pilot": write ou-/,
  ],
  [
    'names for CloudFormation',
    ['cloudformation', 'out', '--organizational-unit', 'ou-ab12-11111111=Pilot'],
    /^--organizational-unit belongs to export lza/,
  ],
  ['no configuration', ['cloudformation', 'out', '--config', 'none.yaml'], /^configuration none\.yaml does not exist/],
])('bad input exits 2 with one line and writes nothing: %s', async (_, argv, line) => {
  const { code, stdout, stderr } = await perimeter(...argv);

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(new RegExp(`^perimeter: ${line.source.slice(1)}`))]);
  expect(existsSync(join(place.folder, 'out'))).toBe(false);
});
