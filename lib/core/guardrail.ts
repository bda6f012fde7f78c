/** The contract of a guardrail: metadata first, then its facts, its rule and its plan. */
import type { CloudTrailRecord } from './cloudtrail';
import { type Configuration, configurationOf, type GuardrailConfiguration } from './configuration';
import type { Inventory, LiveAnswer } from './live';
import type { GuardrailScp } from './scp';
import type { Trust } from './trust';
import type { Value } from './value';
import type { Call, Outcome, Plan, Violation } from './verdict';

/** Where a resource lives. A part that is not known is its hole (`${AWS::AccountId}`): the own one, whatever it is. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** A resource with its properties resolved, from a template, a hook request or a Terraform plan alike. */
export interface ResourceInput {
  /** The CloudFormation type. */
  readonly type: string;
  readonly logicalId: string;
  readonly properties: { readonly [name: string]: Value };
  readonly place: Place;
  /** Another resource of the same template, resolved under the same conditions; absent for a hook request. */
  readonly sibling?: (logicalId: string) => { readonly type: string; readonly properties: { readonly [name: string]: Value } } | undefined;
}

/** What a guardrail looks at, in one shape whatever it came from. A guardrail adds its own fields. */
export interface Fact {
  readonly resource: {
    /** The CloudFormation type. */
    readonly type: string;
    /** The ARN; parts that are not known are holes. */
    readonly arn: string;
    /** An exemption of this excuses too: `…:topic:*`, every subscription, for one that has no ARN yet. */
    readonly excusedAs?: string;
  };
  /** Which statement, subscription or destination of the resource: its `Sid`, else its place in the list. */
  readonly statement?: string;
  /** Account that owns the resource: 12 digits or the hole of the own account. Never the caller. */
  readonly owner: string;
}

/** One CloudTrail event that a guardrail listens to. */
export interface EventInterest {
  /** `eventSource`: `lambda.amazonaws.com`. */
  readonly source: string;
  /** `eventName`, without the date that some APIs append (`AddPermission` also means `AddPermission20150331v2`). */
  readonly name: string;
  /** `judge`: may violate. `close`: can only have mended something; closes findings, is never a violation. */
  readonly effect: 'judge' | 'close';
  /** May violate, and may just as well have mended something (a policy replaced, a network set). */
  readonly mends?: true;
  /** Needs the rule state `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`. */
  readonly readOnly?: true;
}

/** How one entry of a configuration list must look; `lib/config` holds the parser, the message and the JSON Schema of each. */
export type OptionFormat =
  | 'role-pattern'
  | 'cidr'
  | 'vpc-endpoint-id'
  | 'service-principal'
  | 'lambda-action'
  | 'vpc-id'
  | 'subnet-id'
  | 'security-group-id'
  | 'sns-protocol'
  | 'email-domain'
  | 'host'
  | 'phone-prefix'
  | 'domain-suffix';

/** The lists that a guardrail can be configured with. The types, the JSON Schema and the generated page come from this. */
export type OptionTable = {
  readonly [name: string]: { readonly format: OptionFormat; readonly description: string; readonly example: readonly string[] };
};

/** A guardrail's part of the configuration: the lists that are given, and nothing else. */
export type Settings<Options extends OptionTable = OptionTable> = { readonly [Name in keyof Options]?: readonly string[] };

/** Turns the attributes of a Terraform resource (unknown ones are holes) into the CloudFormation resource that it makes. */
export type TerraformMapping = (
  attributes: { readonly [name: string]: Value },
  plan: PlannedAround,
) => {
  readonly type: string;
  readonly properties: { readonly [name: string]: Value };
};

/** What a Terraform plan tells of a resource besides its attributes. */
export interface PlannedAround {
  /** Did the author give this argument? If not, an unknown value is one that the provider fills in. Undefined: the plan does not say. */
  readonly isGiven: (argument: string) => boolean | undefined;
  /** Does the plan hold a resource of this Terraform type? */
  readonly has: (type: string) => boolean;
  /** The attributes as they are now; absent for a resource that is yet to be made, and where the plan does not say. */
  readonly before?: { readonly [name: string]: Value } | undefined;
}

/** What a rule may ask besides the fact. */
export interface World<Options extends OptionTable = OptionTable> {
  readonly trust: Trust;
  readonly settings: Settings<Options>;
}

interface Guardrail<Options extends OptionTable = OptionTable, F extends Fact = Fact> {
  readonly id: string;
  readonly title: string;
  /** One or two sentences: what leaves the perimeter, and what is refused. */
  readonly summary: string;
  readonly resources: readonly string[];
  /** Of a type with many properties, those that `fromResource` reads: `check` resolves no others. A type that is absent: all. */
  readonly properties?: { readonly [type: string]: readonly string[] };
  readonly events: readonly EventInterest[];
  /** Every code with its meaning and AWS's page behind the rule. */
  readonly codes: { readonly [code: string]: { readonly meaning: string; readonly source: string } };
  readonly options: Options;
  /** Every AWS call that its remediator makes, so that the function's role is granted these and no more. */
  readonly calls: {
    /** Those of `live`. */
    readonly reads: readonly Call['action'][];
    /** Those of its inventory. */
    readonly lists: readonly Call['action'][];
    /** Those of its plans, by the response that asks for them. */
    readonly undo: readonly Call['action'][];
    readonly quarantine?: readonly Call['action'][];
    readonly revoke?: readonly Call['action'][];
    /** Its plans ask to look again later. */
    readonly looksAgain?: true;
  };
  /** Terraform type → mapping. */
  readonly terraform: { readonly [type: string]: TerraformMapping };
  /** What is wrong with the configuration as a whole, in words that name the key and the way out; nothing: `[]`. */
  readonly checkSettings?: (settings: Settings<Options>) => readonly string[];
  /** The facts of a resource; `[]` when there is nothing to judge (a topic without subscriptions). */
  readonly fromResource: (resource: ResourceInput) => readonly F[];
  /** The facts of a record of an event with effect `judge`. Never called for a call that failed. `[]`: nothing to judge. */
  readonly fromRecord: (record: CloudTrailRecord) => readonly F[];
  readonly evaluate: (fact: F, world: World<Options>) => Outcome;
  /** How the thing behind a fact is now; absent for what leaves nothing to read (a pull). */
  readonly live?: {
    /** What to read, in the place of the fact's resource; `[]`: there is nothing to read. */
    readonly reads: (fact: F, response?: GuardrailConfiguration['response']) => readonly Call[];
    /**
     * What the answers so far show has to be read as well, asked until it is `[]`, three times at most; its answers come after them, in order.
     * `violates`: where there is too much to read, what would be undone is read all the same.
     */
    readonly more?: (fact: F, answers: readonly LiveAnswer[], violates?: (fact: F) => boolean) => readonly Call[];
    /** The facts as they are now, by the answers in the order of `reads`, narrowed to what the fact is about; `[]`: it is gone. */
    readonly facts: (fact: F, answers: readonly LiveAnswer[]) => readonly F[];
    /** What there is in an account: facts as far as a list shows them, each for `reads` to settle what it does not. `place`: without holes. */
    readonly inventory: (place: Place) => Inventory<F>;
    /** Types that no list of it leads to: that they are not found does not say that they are gone. */
    readonly unlisted?: readonly string[];
  };
  /** For an event with effect `close`: one fact about each resource that it may have mended, for `live` to read. */
  readonly closes?: (record: CloudTrailRecord) => readonly F[];
  /**
   * `violating`: all facts of the same resource that violate, this one among them, so that a whole document is mended once.
   * `response`: what the configuration asks for; the stronger actions are taken by no other word.
   */
  readonly plan: (fact: F, violation: Violation, violating: readonly F[], response?: GuardrailConfiguration['response']) => Plan;
  /** Its part of the service control policies, and what they can and cannot see. */
  readonly scp?: GuardrailScp;
}

/** The calls of its plans that the configuration lets it make, and that its role is granted: none where it only looks. */
export function undoCallsOf({ id, calls }: Pick<AnyGuardrail, 'id' | 'calls'>, configuration: Configuration): readonly Call['action'][] {
  const { mode, response } = configurationOf(configuration, id);
  if (mode !== 'enforce' || response === 'report') return [];
  const stronger = response === 'quarantine' ? calls.quarantine : response === 'revoke' ? calls.revoke : undefined;
  return [...calls.undo, ...(stronger ?? [])];
}

/** A guardrail whose fact and option types are hidden, as the registry holds it. */
// biome-ignore lint/suspicious/noExplicitAny: the registry holds guardrails of different facts; only the judge calls them, with their own facts
export type AnyGuardrail = Guardrail<any, any>;

export const defineGuardrail = <const Options extends OptionTable, F extends Fact>(guardrail: Guardrail<Options, F>): Guardrail<Options, F> =>
  guardrail;
