/**
 * Files for the configuration repository of Landing Zone Accelerator, which names organizational units instead of using their ids:
 * https://awslabs.github.io/landing-zone-accelerator-on-aws/latest/typedocs/interfaces/packages__aws-accelerator_config_lib_models_customizations-config.ICloudFormationStackSet.html
 *
 * Everything goes by its StackSets, the management account too: they are self-managed, it makes their execution role in every account,
 * and they take a template as it is. Its `cloudFormationStacks` read one through the CDK, which refuses our hooks.
 */
import { dump } from 'js-yaml';
import { policyName } from '../../cdk/policies';
import { organizationsRegionOf } from '../../core/directory';
import type { NamedPolicy } from '../../policies';
import { minified } from '../../policies/pack';
import type { Artefact } from '../artefact';
import { type Part, type Parts, packed } from './parts';

export interface LzaQuestion {
  /** Id of an organizational unit → its name there, `Workloads`, and then the names of the units within it, `Workloads/Production`. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  /** Of the whole organization, where the configuration has no rollout. */
  readonly regions: readonly string[];
}

/** Its name in every landing zone. */
const MANAGEMENT = 'Management';

/** Every unit has a name, and there is a Region. */
export function lza({ member, directory, parts }: Parts, question: LzaQuestion): readonly Artefact[] {
  const regions = regionsOf(parts, question);
  const isStaged = parts.some(({ stage }) => stage);
  const stackSets = [
    {
      name: 'perimeter-directory',
      template: directory,
      regions: [organizationsRegionOf(regions[0] ?? '')],
      deploymentTargets: { accounts: [MANAGEMENT] },
    },
    ...(isStaged ? [{ name: 'perimeter-member', template: member, regions, deploymentTargets: { accounts: [MANAGEMENT] } }] : []),
    ...parts.map((part) => ({
      name: part.name,
      template: part.template,
      regions: part.stage?.regions ?? regions,
      deploymentTargets: {
        organizationalUnits: unitsOf(part, question).flatMap(({ all }) => all),
        ...(isStaged && { excludedAccounts: [MANAGEMENT] }),
      },
    })),
  ];
  const customizations = { customizations: { cloudFormationStackSets: stackSets.map(({ template, ...stackSet }) => stackSetOf(stackSet)) } };
  const attached = parts.flatMap((part) => part.attached.map((policy) => ({ policy, part })));
  const of = (kind: NamedPolicy['kind']) =>
    attached
      .filter(({ policy }) => policy.kind === kind)
      .map(({ policy, part }) => ({
        name: policyName(policy, part.stage),
        description: 'Perimeter, data perimeter guardrails',
        policy: fileOf(policy, part),
        ...(kind === 'scp' && { type: 'customerManaged' }),
        strategy: 'deny-list',
        // AWS Organizations hands a policy down to the units within a unit.
        deploymentTargets: { organizationalUnits: unitsOf(part, question).map(({ own }) => own) },
      }));
  const rcps = of('rcp');
  return [
    { name: 'customizations-config.yaml', text: yaml(customizations) },
    {
      name: 'organization-config.yaml',
      text: yaml({ serviceControlPolicies: of('scp'), ...(rcps.length > 0 && { resourceControlPolicies: rcps }) }),
    },
    ...stackSets.map(({ name, template }) => ({ name: templateFile(name), text: packed(template) })),
    ...attached.map(({ policy, part }) => ({ name: fileOf(policy, part), text: minified(policy.document) })),
  ];
}

const HEAD = '# Made by perimeter export lza: merge it into the file of this name in the configuration repository of Landing Zone Accelerator.\n';

const yaml = (value: object): string => `${HEAD}${dump(value, { lineWidth: 140, noRefs: true })}`;

const templateFile = (stackSet: string): string => `cloudformation/${stackSet}.template.json`;

const fileOf = (policy: NamedPolicy, { stage }: Part): string =>
  `${policy.kind === 'rcp' ? 'resource' : 'service'}-control-policies/${policyName(policy, stage)}.json`;

interface StackSet {
  readonly name: string;
  readonly regions: readonly string[];
  readonly deploymentTargets: object;
}

const stackSetOf = ({ name, regions, deploymentTargets }: StackSet) => ({
  name,
  description: 'Perimeter, data perimeter guardrails',
  template: templateFile(name),
  capabilities: ['CAPABILITY_NAMED_IAM'],
  regions,
  deploymentTargets,
  operationPreferences: { failureTolerancePercentage: 10, maxConcurrentPercentage: 25, regionConcurrencyType: 'PARALLEL' },
});

const regionsOf = (parts: readonly Part[], { regions }: LzaQuestion): readonly string[] =>
  [...new Set([...parts.flatMap(({ stage }) => stage?.regions ?? []), ...regions])].sort();

/** `all`: its StackSets reach the accounts of the units that they name, and of none within those. */
function unitsOf({ stage }: Part, { names }: LzaQuestion): readonly { readonly own: string; readonly all: readonly string[] }[] {
  if (!stage) return [{ own: 'Root', all: ['Root'] }];
  return stage.organizationalUnits.flatMap((id) => {
    const all = names.get(id) ?? [];
    return all.slice(0, 1).map((own) => ({ own, all }));
  });
}
