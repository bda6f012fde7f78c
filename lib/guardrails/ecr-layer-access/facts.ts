/** What this guardrail looks at: pulls, policies that let images out, replication, and the policies of ECR's endpoints. */
import type { Fact } from '../../core/guardrail';
import type { Policy, Statement } from '../../core/iam/policy';
import type { Value } from '../../core/value';
import type { Call } from '../../core/verdict';

/** The CloudFormation types. */
export const REPOSITORY = 'AWS::ECR::Repository';
export const REGISTRY_POLICY = 'AWS::ECR::RegistryPolicy';
export const REPLICATION = 'AWS::ECR::ReplicationConfiguration';
export const CREATION_TEMPLATE = 'AWS::ECR::RepositoryCreationTemplate';
export const ENDPOINT = 'AWS::EC2::VPCEndpoint';

/** Who pulled, as far as the record tells. */
export type Caller =
  /** AWS itself, on behalf of an account that the record does not name. */
  | { readonly kind: 'service'; readonly host: string }
  /** A role with its path, a user, the root user, a federated user. */
  | { readonly kind: 'identity'; readonly account: string; readonly arn: string }
  /** A role's session without the role's ARN: the path of the role is not known. */
  | { readonly kind: 'session'; readonly account: string; readonly arn: string; readonly role: string }
  /** An account, and nothing more: what the owner of a repository sees of a caller from another account. */
  | { readonly kind: 'account'; readonly account: string }
  | { readonly kind: 'nobody'; readonly what: string };

/** Where a pull came from: an address, unless AWS made the call; an endpoint, if it came through one. */
export interface Origin {
  /** `sourceIPAddress` as it is: an address, a service's name, `AWS Internal`. */
  readonly source?: string;
  readonly vpcEndpointId?: string;
}

export interface PullFact extends Fact {
  readonly kind: 'pull';
  readonly caller: Caller;
  readonly origin: Origin;
  /** Of a pull across accounts both sides have a record. `owner` also stands for the only one there is. */
  readonly copy: 'owner' | 'caller';
  /** When, as the record says. */
  readonly at?: string;
  /** The policy by which sessions of the role are revoked already. */
  readonly revocation?: string;
}

/** What a policy is attached to. */
export type Holder =
  | { readonly kind: 'repository'; readonly name: string }
  | { readonly kind: 'registry' }
  | {
      readonly kind: 'template';
      readonly prefix: string;
      /** What an update would reset if it left it out: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UpdateRepositoryCreationTemplate.html */
      readonly kept: { readonly [name: string]: Value };
    }
  /** `isEcr`: whether the endpoint is one of ECR's can be seen. `read`: what would tell. */
  | { readonly kind: 'endpoint'; readonly isEcr: boolean; readonly read?: Call };

interface PolicyFact extends Fact {
  readonly holder: Holder;
}

/** One statement of a policy. */
export interface GrantFact extends PolicyFact {
  readonly kind: 'grant';
  readonly grant: Statement;
  readonly policy: Policy;
}

/** No policy at all, or one without a statement. */
export interface UngrantedFact extends PolicyFact {
  readonly kind: 'ungranted';
  readonly policy: 'absent' | 'empty';
}

/** One destination of the registry's replication. */
export interface ReplicationFact extends Fact {
  readonly kind: 'replication';
  /** Undefined when nothing is replicated. */
  readonly destination?: { readonly account: string; readonly region: string };
  /** The whole configuration, in the field names of the API. */
  readonly rules: readonly Value[];
  /** What goes there, as written: the filters of each rule that names the destination, null where it has none. */
  readonly raw?: readonly Value[];
}

/** Something was set, but what it was cannot be read. */
interface UnreadableFact extends Fact {
  readonly kind: 'unreadable';
  readonly what: string;
  readonly read?: Call;
}

export type EcrFact = PullFact | GrantFact | UngrantedFact | ReplicationFact | UnreadableFact;
