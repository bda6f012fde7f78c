/** One subscription as SNS tells it, and which of a topic's subscriptions an event is about. */

import { parseArn } from '../../core/arn';
import { endpointKey, familyOf } from '../../core/endpoint';
import { asList, asText, isObject, isUnknown, property, type Value } from '../../core/value';
import { endpointOf, type SnsFact, type SubscriptionSubject, type Target } from './facts';
import { topicOfSubscription } from './facts.record';
import { MASKED, toldDeadLetter, toldProtocol } from './told';

type Attributes = { readonly [name: string]: Value };

/** https://docs.aws.amazon.com/sns/latest/api/API_Subscription.html */
export interface Listed {
  /** Absent while it is not confirmed. */
  readonly arn?: string;
  readonly protocol?: Value;
  readonly endpoint?: Value;
  readonly owner?: string;
  readonly isPending: boolean;
}

export const attributesOf = (output: Value): Attributes => {
  const attributes = property(output, 'Attributes');
  return isObject(attributes) ? attributes : {};
};

/** `PendingConfirmation` stands for an ARN until the endpoint's owner agrees, `Deleted` for a while after the end. */
export const listedOf = (output: Value): readonly Listed[] =>
  asList(property(output, 'Subscriptions')).flatMap((item): readonly Listed[] => {
    const text = asText(property(item, 'SubscriptionArn')) ?? '';
    if (!isObject(item) || text.toLowerCase() === 'deleted') return [];
    const isPending = topicOfSubscription(text) === undefined;
    const owner = asText(property(item, 'Owner'));
    return [
      {
        ...(!isPending && { arn: text }),
        protocol: property(item, 'Protocol'),
        endpoint: property(item, 'Endpoint'),
        ...(owner !== undefined && { owner }),
        isPending,
      },
    ];
  });

interface Match {
  /** They are the very subscription that the event names; else what it hides might be any of them. */
  readonly isTheOne: boolean;
  readonly subscriptions: readonly Listed[];
}

/** By ARN; else by protocol and endpoint (a pending one has no ARN in the list); else, where the endpoint is hidden, by protocol alone. */
export function matching(fact: SnsFact, listed: readonly Listed[]): Match {
  const { resource, topicArn, subject } = fact;
  const isNamed = parseArn(resource.arn) !== undefined && resource.arn !== topicArn && !standsForAll(fact);
  const named = isNamed ? listed.filter(({ arn }) => arn === resource.arn) : [];
  if (named.length > 0) return { isTheOne: true, subscriptions: named };
  if (isNamed && isAboutItAlone(fact)) return { isTheOne: true, subscriptions: [] };
  if (subject.kind !== 'subscription') return { isTheOne: false, subscriptions: listed };
  const { protocol, written } = subject;
  const same = protocol === undefined || isUnknown(protocol) ? listed : listed.filter((one) => toldProtocol(one.protocol) === protocol);
  if (written !== undefined) return { isTheOne: true, subscriptions: same.filter((one) => isSameEndpoint(protocol, written, one)) };
  return { isTheOne: false, subscriptions: same };
}

/** A removal, or another dead-letter queue: no subscription but the one that it names. Any other may be there again under another ARN. */
export const isAboutItAlone = ({ isMended, subject }: SnsFact): boolean =>
  isMended === true || (subject.kind === 'subscription' && subject.protocol === undefined);

/** What is deleted with its topic. */
const standsForAll = ({ resource }: SnsFact): boolean => resource.arn.endsWith(':*');

function isSameEndpoint(protocol: SubscriptionSubject['protocol'], written: string, { endpoint }: Listed): boolean {
  const text = asText(endpoint);
  const spoken = typeof protocol === 'string' ? protocol : '';
  return text !== undefined && keyOf(spoken, written) === keyOf(spoken, text);
}

const keyOf = (protocol: string, text: string): string => endpointKey(protocol, familyOf(protocol) === 'url' ? withoutPassword(text) : text);

/** SNS lists `https://user:****@host/`: https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html */
const withoutPassword = (text: string): string => text.replace(/^(https?:\/\/[^/?#@:]*:)[^/?#@]*@/i, '$1****@');

interface Seen {
  readonly attributes?: Attributes;
  readonly isTheOne: boolean;
}

/** The fact keeps the name that the event gave it, so that however often it is looked at there is one finding. */
export function factOfLive(fact: SnsFact, listed: Listed, { attributes, isTheOne }: Seen): SnsFact {
  const { topicArn, owner, read, isOwn, subject: before } = fact;
  const protocol = toldProtocol(listed.protocol);
  const text = asText(listed.endpoint);
  const deadLetter = deadLetterNow(fact, listed, attributes);
  const subject: SubscriptionSubject = {
    kind: 'subscription',
    origin: 'live',
    protocol,
    endpoint: text === undefined ? MASKED : endpointOf(text, protocol),
    ...(deadLetter && { deadLetter }),
    ...(listed.arn !== undefined && { subscriptionArn: listed.arn }),
    ...(text !== undefined && { written: wholeOf(before, text) }),
    ...(attributes && { attributes }),
  };
  return { ...identityOf(fact, listed, isTheOne), owner, topicArn, ...(read && { read }), ...(isOwn && { isOwn }), subject };
}

function identityOf(fact: SnsFact, { arn, protocol, endpoint }: Listed, isTheOne: boolean): Pick<SnsFact, 'resource' | 'statement'> {
  const { resource, statement, topicArn } = fact;
  if (isTheOne) return { resource, ...(statement !== undefined && { statement }) };
  if (standsForAll(fact) && arn !== undefined) return { resource: { ...resource, arn } };
  const spoken = toldProtocol(protocol);
  const name = isUnknown(spoken) ? 'unknown' : spoken;
  const at = standsForAll(fact) ? topicArn : resource.arn;
  return { resource: { ...resource, arn: at }, statement: `${name} ${endpointKey(name, asText(endpoint) ?? '')}` };
}

/** The attributes of a pending subscription cannot be read, so what was asked for stands until it can; nothing is done about it before. */
function deadLetterNow({ subject }: SnsFact, { isPending }: Listed, attributes: Attributes | undefined): Target | undefined {
  if (attributes) return toldDeadLetter(attributes.RedrivePolicy);
  const asked = subject.kind === 'subscription' ? subject.deadLetter : undefined;
  return asked && !isPending ? MASKED : asked;
}

/** The event shows the password that SNS hides, and that subscribing again takes. */
const wholeOf = (before: SnsFact['subject'], text: string): string =>
  before.kind === 'subscription' && before.written !== undefined && withoutPassword(before.written) === text ? before.written : text;
