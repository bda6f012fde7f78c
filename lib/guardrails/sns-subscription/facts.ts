/** What this guardrail looks at: where a subscription delivers, and who may subscribe. */
import { type Endpoint, guessProtocol, looksMasked, parseEndpoint } from '../../core/endpoint';
import type { Fact } from '../../core/guardrail';
import type { Policy, Statement } from '../../core/iam/policy';
import { asText, hasHole, isHole, isObject, isUnknown, property, type Unknown, unknown, type Value } from '../../core/value';
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
export const MASKED: Masked = { kind: 'masked' };

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

/** How a text came: written for AWS to read, or told by CloudTrail, which hides some. */
export type Origin = 'template' | 'record';

export interface GrantSubject {
  readonly kind: 'grant';
  readonly statement: Statement;
  readonly policy: Policy;
  /** Does the statement let its principals subscribe, or change who may? */
  readonly reach: 'yes' | 'unknown';
  /** How it came about, and so how it is undone. */
  readonly via: { readonly kind: 'template' } | { readonly kind: 'document' } | { readonly kind: 'permission'; readonly label?: string };
}

/** A protocol as written. In a template it may be a hole; a record that lacks it was cut. */
export function protocolOf(value: Value | undefined, origin: Origin): string | Unknown {
  const text = asText(value)?.trim().toLowerCase() ?? '';
  if (hasHole(text)) return unknown('the protocol');
  return text === '' && origin === 'record' ? unknown('the protocol') : text;
}

/** A malformed endpoint of a template is just that; AWS accepted the one of a record, so CloudTrail must have changed it. */
export function endpointOf(value: Value | undefined, protocol: string | Unknown, origin: Origin): Target {
  const text = asText(value);
  if (text === undefined) return origin === 'record' ? MASKED : { kind: 'invalid', problem: 'it is missing' };
  const spoken = isUnknown(protocol) ? guessProtocol(text) : protocol;
  const endpoint = spoken === undefined ? unknown('the endpoint') : parseEndpoint(spoken, text);
  if (origin === 'template') return endpoint;
  const wrong = endpoint.kind === 'invalid' || ((endpoint.kind === 'url' || endpoint.kind === 'arn') && endpoint.problem !== undefined);
  if (endpoint.kind === 'unknown' || (wrong && (looksMasked(text) || isRedactedProtocol(spoken)))) return MASKED;
  return endpoint;
}

/** CloudTrail hides what names a person; its marker is not documented, so whatever is no address or number is one. */
const isRedactedProtocol = (protocol: string | undefined): boolean => protocol === 'email' || protocol === 'email-json' || protocol === 'sms';

/** https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html */
export function deadLetterOf(value: Value | undefined, origin: Origin, resolve: (text: string) => string): Target | undefined {
  const unreadable: Target = origin === 'record' ? MASKED : { kind: 'invalid', problem: 'the redrive policy is no JSON object' };
  const policy = typeof value === 'string' ? redriveTextOf(value) : value;
  if (policy === undefined || policy === null || policy === '') return undefined;
  if (isUnknown(policy)) return origin === 'record' ? MASKED : policy;
  if (!isObject(policy)) return unreadable;
  const target = property(policy, 'deadLetterTargetArn');
  if (target === undefined || target === null || target === '') return undefined;
  return typeof target === 'string' ? endpointOf(resolve(target), 'sqs', origin) : unreadable;
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
