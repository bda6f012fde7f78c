/** `perimeter export lza`: what Landing Zone Accelerator accepts. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { load } from 'js-yaml';
import { exportOnce, filesIn, place, text } from './exported';
import schema from './lza.schema.json';

exportOnce('all', 'staged', 'lza-all', 'lza-staged');

const ajv = new Ajv({ schemas: [{ ...schema, $id: 'lza' }] });
const check = (definition: string, value: unknown) => {
  const isValid = ajv.validate({ $ref: `lza#/definitions/${definition}` }, value);
  return isValid ? [] : ajv.errors;
};

const read = (folder: string) => ({
  customizations: load(text(`${folder}/customizations-config.yaml`)) as {
    readonly customizations: { readonly cloudFormationStackSets: readonly Target[] };
  },
  organization: load(text(`${folder}/organization-config.yaml`)) as { readonly [kind: string]: readonly Target[] },
});

it.each(['all', 'staged'])('writes what Landing Zone Accelerator accepts: %s', (name) => {
  const { customizations, organization } = read(`lza-${name}`);
  expect(check('customizations', customizations)).toEqual([]);
  expect(check('organization', organization)).toEqual([]);
  // What its validators ask beyond the schema: files that exist, names that are unique and fit, at most 10 policies for a target.
  const stackSets = customizations.customizations.cloudFormationStackSets;
  const policies = Object.values(organization).flat();
  const named = [...stackSets, ...policies].flatMap(({ template, policy }) => template ?? policy ?? []);
  expect(named.filter((file) => !existsSync(join(place.folder, `lza-${name}`, file)))).toEqual([]);
  expect(new Set(named).size).toBe(filesIn(`lza-${name}`).length - 2);
  for (const { length } of [stackSets, policies].map((all) => [...new Set(all.map((one) => one.name))]))
    expect([stackSets.length, policies.length]).toContain(length);
  expect(stackSets.filter((one) => !/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(one.name))).toEqual([]);
  for (const unit of new Set(policies.flatMap(({ deploymentTargets }) => deploymentTargets.organizationalUnits ?? [])))
    expect(
      (organization.serviceControlPolicies ?? []).filter(({ deploymentTargets }) => deploymentTargets.organizationalUnits?.includes(unit)).length,
    ).toBeLessThanOrEqual(9);
});

it('reaches the accounts of each unit, the management account, and the Region of AWS Organizations', () => {
  const targets = (folder: string) =>
    read(folder).customizations.customizations.cloudFormationStackSets.map(({ name, regions, deploymentTargets }) => [
      name,
      regions,
      deploymentTargets,
    ]);
  const management = { accounts: ['Management'] };

  expect(targets('lza-all')).toEqual([
    ['perimeter-directory', ['us-east-1'], management],
    ['perimeter-member', ['eu-west-1'], { organizationalUnits: ['Root'] }],
  ]);
  expect(targets('lza-staged')).toEqual([
    ['perimeter-directory', ['us-east-1'], management],
    ['perimeter-member', ['eu-west-1', 'us-east-1'], management],
    ['perimeter-pilot', ['eu-west-1', 'us-east-1'], { organizationalUnits: ['Pilot'], excludedAccounts: ['Management'] }],
    [
      'perimeter-everyone',
      ['eu-west-1'],
      {
        organizationalUnits: ['Workloads/Production', 'Workloads/Production/Shop', 'Workloads/Test'],
        excludedAccounts: ['Management'],
      },
    ],
  ]);
  const { serviceControlPolicies = [], resourceControlPolicies = [] } = read('lza-staged').organization;
  expect(serviceControlPolicies.find(({ name }) => name === 'everyone-perimeter-1')?.deploymentTargets.organizationalUnits).toEqual([
    'Workloads/Production',
    'Workloads/Test',
  ]);
  expect(resourceControlPolicies.map(({ name, deploymentTargets }) => [name, deploymentTargets])).toEqual([
    ['pilot-ecr-rcp', { organizationalUnits: ['Pilot'] }],
  ]);
});

it('writes the templates that are deployed on the other roads', () => {
  for (const [lza, cloudFormation] of [
    ['lza-all/cloudformation/perimeter-member', 'all/member'],
    ['lza-all/cloudformation/perimeter-directory', 'all/directory'],
    ['lza-staged/cloudformation/perimeter-everyone', 'staged/member-everyone'],
  ])
    expect(text(`${lza}.template.json`)).toBe(text(`${cloudFormation}.template.json`));
});

interface Target {
  readonly name: string;
  readonly template?: string;
  readonly policy?: string;
  readonly regions?: readonly string[];
  readonly deploymentTargets: { readonly organizationalUnits?: readonly string[] };
}
