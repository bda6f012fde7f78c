/** The policies of a stage of the rollout: of what is enforced there, for a policy refuses and cannot only observe. */
import { configurationOf, type Stage, type WholeConfiguration } from '../core/configuration';
import { guardrails } from '../guardrails';
import { type NamedPolicy, renderPolicies } from '../policies';
import { packPolicies } from '../policies/pack';

const enforced = (configuration: WholeConfiguration, stage: Stage | undefined) =>
  guardrails.filter(({ id }) => (stage?.modes[id] ?? configurationOf(configuration, id).mode) === 'enforce');

/**
 * What is attached to the units of the stage: service control policies, packed, the tamper protection among them, and the resource
 * control policy around registries. Throws `UsageError` where they do not fit.
 */
export const attachedOf = (configuration: WholeConfiguration, stage: Stage | undefined): readonly NamedPolicy[] => {
  const policies = renderPolicies(configuration, enforced(configuration, stage));
  return [...packPolicies(policies, configuration.scp), ...policies.filter(({ kind }) => kind === 'rcp')];
};

/** What belongs to the VPC endpoints of registries, where they are guarded. */
export const endpointPoliciesOf = (configuration: WholeConfiguration, stage: Stage | undefined): readonly NamedPolicy[] =>
  renderPolicies(configuration, enforced(configuration, stage)).filter(({ kind }) => kind === 'endpoint');

/** What AWS Organizations calls it: names are unique there. */
export const policyName = ({ name, kind }: NamedPolicy, stage: Stage | undefined): string =>
  `${stage ? `${stage.name}-` : ''}${name}${kind === 'rcp' ? '-rcp' : ''}`;

export const policyType = ({ kind }: NamedPolicy): string => (kind === 'rcp' ? 'RESOURCE_CONTROL_POLICY' : 'SERVICE_CONTROL_POLICY');
