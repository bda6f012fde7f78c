/** The policies of a stage of the rollout: of what is enforced there, for a policy refuses and cannot only observe. */
import { configurationOf, type Stage, type WholeConfiguration } from '../core/configuration';
import { guardrails } from '../guardrails';
import { type NamedPolicy, renderPolicies } from '../policies';
import { packPolicies } from '../policies/pack';

const enforced = (configuration: WholeConfiguration, stage: Stage | undefined) =>
  guardrails.filter(({ id }) => (stage?.modes[id] ?? configurationOf(configuration, id).mode) === 'enforce');

/** Service control policies, packed, the tamper protection among them. Throws `UsageError` where they do not fit. */
export const scpsOf = (configuration: WholeConfiguration, stage: Stage | undefined): readonly NamedPolicy[] =>
  packPolicies(renderPolicies(configuration, enforced(configuration, stage)), configuration.scp);

/** The RCP and the endpoint policies around registries, where they are guarded. */
export const otherPoliciesOf = (configuration: WholeConfiguration, stage: Stage | undefined): readonly NamedPolicy[] =>
  renderPolicies(configuration, enforced(configuration, stage)).filter(({ kind }) => kind !== 'scp');
