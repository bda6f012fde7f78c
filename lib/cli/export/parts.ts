/** What every road deploys: a member template and policies for each stage of the rollout, or for the whole organization. */
import { synthMember, type Template } from '../../cdk/member';
import { configurationOf, type Stage, type WholeConfiguration } from '../../core/configuration';
import { guardrails } from '../../guardrails';
import { type NamedPolicy, renderPolicies } from '../../policies';
import { packPolicies } from '../../policies/pack';

export interface Part {
  /** `perimeter-member`, or `perimeter-<stage>`: the name of the StackSet. */
  readonly name: string;
  /** Absent: the whole organization. */
  readonly stage?: Stage;
  readonly template: Template;
  /** Service control policies, packed; of what is enforced there, and the tamper protection. */
  readonly scps: readonly NamedPolicy[];
}

export interface Parts {
  /** What the management account gets, which StackSets pass over, and any account that is deployed to by hand. */
  readonly member: Template;
  readonly parts: readonly Part[];
  /** The RCP and the endpoint policies around registries, where they are guarded. */
  readonly others: readonly NamedPolicy[];
}

/** `bundles`: the folder of the functions as they are deployed. Throws `UsageError` where something does not fit. */
export function partsOf(configuration: WholeConfiguration, bundles: string): Parts {
  const stages: readonly (Stage | undefined)[] = configuration.rollout.length > 0 ? configuration.rollout : [undefined];
  const member = synthMember(configuration, { bundles });
  return {
    member,
    parts: stages.map((stage) => ({
      name: `perimeter-${stage?.name ?? 'member'}`,
      ...(stage && { stage }),
      template: stage ? synthMember(configuration, { bundles, stage }) : member,
      scps: scpsOf(configuration, stage),
    })),
    others: renderPolicies(configuration, enforced(configuration, undefined)).filter(({ kind }) => kind !== 'scp'),
  };
}

/** A policy refuses and cannot only observe. */
const enforced = (configuration: WholeConfiguration, stage: Stage | undefined) =>
  guardrails.filter(({ id }) => (stage?.modes[id] ?? configurationOf(configuration, id).mode) === 'enforce');

const scpsOf = (configuration: WholeConfiguration, stage: Stage | undefined): readonly NamedPolicy[] =>
  packPolicies(renderPolicies(configuration, enforced(configuration, stage)), configuration.scp);
