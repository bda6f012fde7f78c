/**
 * Files for the configuration repository of Landing Zone Accelerator, which names organizational units instead of using their ids:
 * https://awslabs.github.io/landing-zone-accelerator-on-aws/latest/typedocs/interfaces/packages__aws-accelerator_config_lib_models_customizations-config.ICloudFormationStackSet.html
 */
import { dump } from 'js-yaml';
import { UsageError } from '../../core/errors';
import type { NamedPolicy } from '../../policies';
import { minified } from '../../policies/pack';
import { type Artefact, packed } from './artefact';
import type { Part, Parts } from './parts';

export interface LzaQuestion {
  /** Id of an organizational unit → its name there: `Workloads/Production`. */
  readonly names: ReadonlyMap<string, string>;
  /** Of the whole organization, where the configuration has no rollout. */
  readonly regions: readonly string[];
}

/** Its name in every landing zone. */
const MANAGEMENT = 'Management';

/** Throws `UsageError` for a unit without a name, and without Regions. */
export function lza({ member, parts, others }: Parts, question: LzaQuestion): readonly Artefact[] {
  const rcps = others.filter(({ kind }) => kind === 'rcp');
  const customizations = {
    customizations: {
      cloudFormationStackSets: parts.map((part) => stackSet(part, question)),
      // StackSets of Landing Zone Accelerator could reach it, but only where it may administer itself.
      cloudFormationStacks: [
        {
          name: 'perimeter-member',
          description: 'Perimeter in the management account',
          template: 'cloudformation/perimeter-management.template.json',
          runOrder: 1,
          terminationProtection: true,
          regions: regionsOf(parts, question),
          deploymentTargets: { accounts: [MANAGEMENT] },
        },
      ],
    },
  };
  const organization = {
    serviceControlPolicies: parts.flatMap((part) =>
      part.scps.map((policy) => ({
        ...described(policy, part),
        policy: `service-control-policies/${policyName(policy, part)}.json`,
        type: 'customerManaged',
        strategy: 'deny-list',
        deploymentTargets: targetsOf(part, question),
      })),
    ),
    ...(rcps.length > 0 && {
      resourceControlPolicies: rcps.map((policy) => ({
        ...described(policy),
        policy: `resource-control-policies/${policyName(policy)}.json`,
        strategy: 'deny-list',
        deploymentTargets: { organizationalUnits: ['Root'] },
      })),
    }),
  };
  return [
    { name: 'customizations-config.yaml', text: yaml(customizations) },
    { name: 'organization-config.yaml', text: yaml(organization) },
    { name: 'cloudformation/perimeter-management.template.json', text: packed(member) },
    ...parts.map((part) => ({ name: templateOf(part), text: packed(part.template) })),
    ...parts.flatMap((part) =>
      part.scps.map((policy) => ({ name: `service-control-policies/${policyName(policy, part)}.json`, text: minified(policy.document) })),
    ),
    ...rcps.map((policy) => ({ name: `resource-control-policies/${policyName(policy)}.json`, text: minified(policy.document) })),
  ];
}

const HEAD = '# Made by perimeter export lza: merge it into the file of this name in the configuration repository of Landing Zone Accelerator.\n';

const yaml = (value: object): string => `${HEAD}${dump(value, { lineWidth: 140, noRefs: true })}`;

const templateOf = ({ name }: Part): string => `cloudformation/${name}.template.json`;

function stackSet(part: Part, question: LzaQuestion) {
  return {
    name: part.name,
    description: `Perimeter${part.stage ? `, ${part.stage.name}` : ''}`,
    template: templateOf(part),
    capabilities: ['CAPABILITY_NAMED_IAM'],
    regions: part.stage?.regions ?? regionsOf([part], question),
    deploymentTargets: { ...targetsOf(part, question), excludedAccounts: [MANAGEMENT] },
    operationPreferences: { failureTolerancePercentage: 10, maxConcurrentPercentage: 25, regionConcurrencyType: 'PARALLEL' },
  };
}

function regionsOf(parts: readonly Part[], { regions }: LzaQuestion): readonly string[] {
  const all = [...new Set([...parts.flatMap(({ stage }) => stage?.regions ?? []), ...regions])].sort();
  if (all.length === 0) throw new UsageError('no Region to deploy to: name one with --region, or list regions under rollout');
  return all;
}

function targetsOf({ stage }: Part, { names }: LzaQuestion): { readonly organizationalUnits: readonly string[] } {
  const units = (stage?.organizationalUnits ?? []).map((id) => {
    const name = names.get(id);
    if (name === undefined)
      throw new UsageError(`rollout ${stage?.name}: ${id} has no name that Landing Zone Accelerator knows: add --organizational-unit ${id}=NAME`);
    return name;
  });
  return { organizationalUnits: stage ? units : ['Root'] };
}

const policyName = ({ name, kind }: NamedPolicy, part?: Part): string =>
  kind === 'scp' ? `${part?.stage ? `${part.stage.name}-` : ''}${name}` : `perimeter-${name}`;

const described = (policy: NamedPolicy, part?: Part) => ({
  name: policyName(policy, part),
  description: `Perimeter: ${policy.kind === 'scp' ? 'what leaves the data perimeter is refused' : 'who may pull images of the organization'}`,
});
