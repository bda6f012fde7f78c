/** What this guardrail looks at: where a subscription delivers, and who may subscribe. */
import { type Endpoint, guessProtocol, parseEndpoint } from '../../core/endpoint';
import type { Fact } from '../../core/guardrail';
import type { Policy, Statement } from '../../core/iam/policy';
import { asText, hasHole, isHole, isObject, isUnknown, propertyIgnoringCase, type Unknown, unknown, type Value } from '../../core/value';
import type { Call } from '../../core/verdict';

export const SUBSCRIPTION = 'AWS::SNS::Subscription';
export const TOPIC = 'AWS::SNS::Topic';
export const TOPIC_POLICY = 'AWS::SNS::TopicPolicy';
export const TOPIC_INLINE_POLICY = 'AWS::SNS::TopicInlinePolicy';

export interface SnsFact extends Fact {
  readonly topicArn: string;
  /** The account that a template is deployed in, beside the owner of the topic. */
  readonly home?: string;
  /** The one read that would settle what the source does not say. */
  readonly read?: Call;
  /** Of a subscription that the topic's owner made: to anyone but its own owner SNS refuses to show one. */
  readonly isOwn?: true;
  /** Of an event that may have mended something: nothing else of the topic is what it is about. */
  readonly isMended?: true;
  readonly subject: Subject;
}

export type Subject = SubscriptionSubject | GrantSubject | { readonly kind: 'no-grant' } | { readonly kind: 'unread'; readonly reason: string };

/** What CloudTrail hides or leaves out. */
export interface Masked {
  readonly kind: 'masked';
}

export type Target = Endpoint | Masked;

export interface SubscriptionSubject {
  readonly kind: 'subscription';
  readonly origin: 'template' | 'record' | 'live';
  /** Absent where only the dead-letter queue is set. `''`: the template names none. */
  readonly protocol?: string | Unknown;
  readonly endpoint?: Target;
  readonly deadLetter?: Target;
  /** Absent: not deployed yet, or not confirmed. */
  readonly subscriptionArn?: string;
  /** As it was written, where that is shown. SNS itself hides the password of a URL. */
  readonly written?: string;
  /** Of the live subscription, as SNS names and writes them. */
  readonly attributes?: { readonly [name: string]: Value };
}

export interface GrantSubject {
  readonly kind: 'grant';
  readonly statement: Statement;
  readonly policy: Policy;
  /** Does the statement let its principals subscribe, or change who may? */
  readonly reach: 'yes' | 'unknown';
  /** How it came about, and so how it is undone. */
  readonly via: { readonly kind: 'template' } | { readonly kind: 'document' } | { readonly kind: 'permission'; readonly label?: string };
}

/** A subscription without an ARN goes by its topic's; what excuses all subscriptions of the topic excuses it. */
export const subscriptionAt = (type: string, arn: string, topicArn: string): SnsFact['resource'] =>
  arn === topicArn ? { type, arn, excusedAs: `${topicArn}:*` } : { type, arn };

/** A protocol as written; it may be a hole. `''`: none. */
export function protocolOf(value: Value | undefined): string | Unknown {
  const text = asText(value)?.trim().toLowerCase() ?? '';
  return hasHole(text) ? unknown('the protocol') : text;
}

export function endpointOf(value: Value | undefined, protocol: string | Unknown): Endpoint {
  const text = asText(value);
  if (text === undefined) return { kind: 'invalid', problem: 'it is missing' };
  const spoken = spokenBy(text, protocol);
  return spoken === undefined ? unknown('the endpoint') : parseEndpoint(spoken, text);
}

/** The protocol, or the one that the endpoint looks made for. */
export const spokenBy = (endpoint: string, protocol: string | Unknown): string | undefined =>
  isUnknown(protocol) ? guessProtocol(endpoint) : protocol;

/** `resolve`: what a reference stands for. */
export function deadLetterOf(value: Value | undefined, resolve: (text: string) => string): Endpoint | undefined {
  const target = redriveTargetOf(value);
  return typeof target === 'string' ? endpointOf(resolve(target), 'sqs') : target;
}

/** The ARN that a redrive policy names, as written. https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html */
export function redriveTargetOf(value: Value | undefined): string | Endpoint | undefined {
  const policy = typeof value === 'string' ? redriveTextOf(value) : value;
  if (policy === undefined || policy === null || isUnknown(policy)) return policy ?? undefined;
  const target = isObject(policy) ? (propertyIgnoringCase(policy, 'deadLetterTargetArn') ?? '') : undefined;
  if (target === '') return undefined;
  return typeof target === 'string' ? target : { kind: 'invalid', problem: 'the redrive policy is no JSON object' };
}

function redriveTextOf(text: string): Value | Unknown | undefined {
  if (text.trim() === '') return undefined;
  if (isHole(text)) return unknown(text);
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : text;
  } catch {
    return hasHole(text) ? unknown('the redrive policy') : text;
  }
}
