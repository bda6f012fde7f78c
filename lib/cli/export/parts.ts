/** What every road deploys: a member template and policies for each stage of the rollout, or for the whole organization. */
import { synthMember, type Template } from '../../cdk/member';
import { attachedOf, endpointPoliciesOf } from '../../cdk/policies';
import { synthDirectory, synthOrganization } from '../../cdk/whole';
import type { Stage, WholeConfiguration } from '../../core/configuration';
import type { NamedPolicy } from '../../policies';

export interface Part {
  /** `perimeter-member`, or `perimeter-<stage>`: the name of the StackSet. */
  readonly name: string;
  /** Absent: the whole organization. */
  readonly stage?: Stage;
  readonly template: Template;
  /** Service control policies, packed, and a resource control policy; of what is enforced there, and the tamper protection. */
  readonly attached: readonly NamedPolicy[];
  /** For the VPC endpoints of registries. */
  readonly endpoints: readonly NamedPolicy[];
}

export interface Parts {
  /** What the management account gets, which StackSets pass over, and any account that is deployed to by hand. */
  readonly member: Template;
  readonly parts: readonly Part[];
  /** The organization directory, without which no account can be told to be foreign that the configuration does not list. */
  readonly directory: Template;
  /** The organization directory, the policies and the StackSets, whose templates lie in a bucket under the names that `templateOf` gives. */
  readonly organization: Template;
}

/** The file of a stage's template. */
export const templateOf = (stage: string | undefined): string => (stage === undefined ? 'member.template.json' : `member-${stage}.template.json`);

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
      attached: attachedOf(configuration, stage),
      endpoints: endpointPoliciesOf(configuration, stage),
    })),
    directory: synthDirectory(configuration, bundles),
    organization: synthOrganization(configuration, bundles, (stackSet) =>
      templateOf(configuration.rollout.find(({ name }) => `perimeter-${name}` === stackSet)?.name),
    ),
  };
}

/** Templates are sent: a StackSet takes 1 MB from S3, and every space counts. */
export const packed = (value: unknown): string => JSON.stringify(value);
