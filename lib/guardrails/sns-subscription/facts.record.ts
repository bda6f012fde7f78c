/** Facts of a CloudTrail record: https://docs.aws.amazon.com/sns/latest/dg/logging-using-cloudtrail.html */
import { arnAt, parseArn } from '../../core/arn';
import { type CloudTrailRecord, isCallOf, isOwnersCopy, ownerOf } from '../../core/cloudtrail';
import { endpointKey, looksMasked } from '../../core/endpoint';
import { parsePolicy } from '../../core/iam/policy';
import { asList, asText, hasHole, hole, isObject, isUnknown, propertyIgnoringCase, type Value } from '../../core/value';
import type { Call } from '../../core/verdict';
import { type SnsFact, SUBSCRIPTION, type Subject, subscriptionAt, TOPIC } from './facts';
import { grantsIn, grantsOf } from './grants';
import { toldDeadLetter, toldEndpoint, toldProtocol } from './told';

const READERS: { readonly [operation: string]: (record: CloudTrailRecord) => readonly SnsFact[] } = {
  Subscribe: subscribed,
  ConfirmSubscription: confirmed,
  SetSubscriptionAttributes: subscriptionChanged,
  SetTopicAttributes: topicChanged,
  AddPermission: permissionAdded,
  CreateTopic: topicCreated,
};

const CLOSERS: { readonly [operation: string]: (record: CloudTrailRecord) => readonly SnsFact[] } = {
  Unsubscribe: (record) => [aboutSubscription(record)],
  SetSubscriptionAttributes: (record) => (isSet(record, 'RedrivePolicy') ? [aboutSubscription(record)] : []),
  SetTopicAttributes: (record) => (isSet(record, 'Policy') ? [aboutTopic(record)] : []),
  RemovePermission: (record) => [aboutTopic(record)],
  DeleteTopic: (record) => [aboutTopic(record), aboutItsSubscriptions(record)],
};

/** What a removal, or another policy, may have mended. */
export const closes = (record: CloudTrailRecord): readonly SnsFact[] => factsBy(CLOSERS, record);

/** Only the copy of the topic's owner counts: a call across accounts is recorded in both. */
export const factsOfRecord = (record: CloudTrailRecord): readonly SnsFact[] => factsBy(READERS, record);

function factsBy(readers: typeof READERS, record: CloudTrailRecord): readonly SnsFact[] {
  const operation = Object.keys(readers).find((name) => isCallOf(record.eventName, name));
  const facts = operation === undefined ? [] : (readers[operation]?.(record) ?? []);
  return facts.filter(({ owner }) => isOwnersCopy(record, owner));
}

function subscribed(record: CloudTrailRecord): readonly SnsFact[] {
  const topicArn = topicOf(record);
  const subscriptionArn = subscriptionArnIn(record.response);
  const read = listSubscriptions(topicArn);
  const arn = subscriptionArn ?? topicArn;
  const isOwn = subscriptionArn !== undefined && isOwnCaller(record, topicArn);
  if (!record.hasRequest) return [factOf(record, SUBSCRIPTION, arn, topicArn, unread(NO_REQUEST), { read, isOwn })];
  const given = requested(record, 'endpoint');
  const protocol = toldProtocol(requested(record, 'protocol'));
  const deadLetter = toldDeadLetter(attributeOf(record, 'RedrivePolicy'));
  const name = isUnknown(protocol) ? 'unknown' : protocol;
  const statement = subscriptionArn === undefined ? `${name} ${endpointKey(name, asText(given) ?? '')}` : undefined;
  const endpoint = toldEndpoint(given, protocol);
  const written = endpoint.kind === 'masked' ? undefined : asText(given);
  const subject: Subject = {
    kind: 'subscription',
    origin: 'record',
    protocol,
    endpoint,
    ...(written !== undefined && !looksMasked(written) && { written }),
    ...(deadLetter && { deadLetter }),
    ...(subscriptionArn !== undefined && { subscriptionArn }),
  };
  return [factOf(record, SUBSCRIPTION, arn, topicArn, subject, { statement, read, isOwn })];
}

/** The token says which subscription it is, to SNS alone. */
function confirmed(record: CloudTrailRecord): readonly SnsFact[] {
  const topicArn = topicOf(record);
  const arn = subscriptionArnIn(record.response) ?? topicArn;
  const read = listSubscriptions(topicArn);
  return [factOf(record, SUBSCRIPTION, arn, topicArn, unread('the record of a confirmation does not name the endpoint'), { read })];
}

function subscriptionChanged(record: CloudTrailRecord): readonly SnsFact[] {
  const subscriptionArn = asText(requested(record, 'subscriptionArn'));
  const arn = subscriptionArn ?? arnAt(record.place, 'sns', hole('SubscriptionArn'));
  const topicArn = topicOfSubscription(arn) ?? arn;
  const read = subscriptionArn === undefined ? undefined : getSubscription(subscriptionArn);
  const isOwn = subscriptionArn !== undefined && isOwnCaller(record, topicArn);
  const lost = lostAttribute(record);
  if (lost !== undefined) return [factOf(record, SUBSCRIPTION, arn, topicArn, unread(lost), { read, isOwn })];
  if (!isSet(record, 'RedrivePolicy')) return [];
  const deadLetter = toldDeadLetter(requested(record, 'attributeValue'));
  if (!deadLetter) return [];
  return [factOf(record, SUBSCRIPTION, arn, topicArn, { kind: 'subscription', origin: 'record', deadLetter, subscriptionArn }, { read, isOwn })];
}

function topicChanged(record: CloudTrailRecord): readonly SnsFact[] {
  const topicArn = topicOf(record);
  const lost = lostAttribute(record);
  if (lost !== undefined) return [factOf(record, TOPIC, topicArn, topicArn, unread(lost), { read: getTopic(topicArn) })];
  if (!isSet(record, 'Policy')) return [];
  return documentFacts(record, topicArn, requested(record, 'attributeValue'));
}

function topicCreated(record: CloudTrailRecord): readonly SnsFact[] {
  const name = asText(requested(record, 'name')) ?? hole('TopicName');
  const topicArn = asText(propertyIgnoringCase(record.response, 'topicArn')) ?? arnAt(record.place, 'sns', name);
  if (!record.hasRequest) return [factOf(record, TOPIC, topicArn, topicArn, unread(NO_REQUEST), { read: getTopic(topicArn) })];
  const policy = attributeOf(record, 'Policy');
  return policy === undefined || policy === null || policy === '' ? [] : documentFacts(record, topicArn, policy);
}

const documentFacts = (record: CloudTrailRecord, topicArn: string, document: Value | undefined): readonly SnsFact[] =>
  grantsOf(document, { kind: 'document' }).map(({ subject, label }) =>
    factOf(record, TOPIC, topicArn, topicArn, subject, { statement: label, read: getTopic(topicArn) }),
  );

/** The statement that SNS makes of the call: https://docs.aws.amazon.com/sns/latest/api/API_AddPermission.html */
function permissionAdded(record: CloudTrailRecord): readonly SnsFact[] {
  const topicArn = topicOf(record);
  // Which of the names CloudTrail writes is not documented; the query protocol and the SDKs differ.
  const accounts = requested(record, 'aWSAccountId') ?? requested(record, 'aWSAccountIds');
  const read = getTopic(topicArn);
  const named = asList(accounts).map(asText);
  if (named.length === 0 || named.some((account) => account === undefined || looksMasked(account))) {
    const reason = record.hasRequest ? 'the record does not name the accounts that were granted' : NO_REQUEST;
    return [factOf(record, TOPIC, topicArn, topicArn, unread(reason), { read })];
  }
  const label = asText(requested(record, 'label'));
  const actions = requested(record, 'actionName') ?? requested(record, 'actionNames');
  const policy = parsePolicy({
    Statement: [
      {
        ...(label !== undefined && { Sid: label }),
        Effect: 'Allow',
        Principal: { AWS: named.flatMap((account) => account ?? []) },
        ...(actions !== undefined && { Action: asList(actions).map(qualified) }),
        Resource: topicArn,
      },
    ],
  });
  const grants = isUnknown(policy) ? [] : grantsIn(policy, { kind: 'permission', ...(label !== undefined && { label }) });
  return grants.map(({ subject }) => factOf(record, TOPIC, topicArn, topicArn, subject, { statement: label, read }));
}

/** The API takes `Subscribe`; the policy that it writes says `sns:Subscribe`. */
const qualified = (action: Value): Value => (typeof action === 'string' && action !== '*' && !action.includes(':') ? `sns:${action}` : action);

/** Both calls have to name the attribute: a record without it has lost it. */
function lostAttribute(record: CloudTrailRecord): string | undefined {
  if (!record.hasRequest) return NO_REQUEST;
  return asText(requested(record, 'attributeName')) === undefined ? 'the record does not name the attribute that was set' : undefined;
}

const MENDED = 'what was changed has to be looked up';

const isSet = (record: CloudTrailRecord, attribute: string): boolean => asText(requested(record, 'attributeName')) === attribute;

function aboutSubscription(record: CloudTrailRecord): SnsFact {
  const arn = asText(requested(record, 'subscriptionArn')) ?? arnAt(record.place, 'sns', hole('SubscriptionArn'));
  const topicArn = topicOfSubscription(arn) ?? arn;
  const isOwn = isCallOf(record.eventName, 'SetSubscriptionAttributes') && isOwnCaller(record, topicArn);
  return factOf(record, SUBSCRIPTION, arn, topicArn, unread(MENDED), { isOwn, isMended: true });
}

function aboutTopic(record: CloudTrailRecord): SnsFact {
  const topicArn = topicOf(record);
  return factOf(record, TOPIC, topicArn, topicArn, unread(MENDED), { isMended: true });
}

/** They go with their topic; the call names none of them: `*` stands for all. */
function aboutItsSubscriptions(record: CloudTrailRecord): SnsFact {
  const topicArn = topicOf(record);
  return factOf(record, SUBSCRIPTION, `${topicArn}:*`, topicArn, unread(MENDED), { isMended: true });
}

const NO_REQUEST = 'the record holds no request parameters';

const unread = (reason: string): Subject => ({ kind: 'unread', reason });

interface Extra {
  readonly statement?: string;
  readonly read?: Call;
  readonly isOwn?: boolean;
  readonly isMended?: true;
}

/** Whoever subscribes owns the subscription: https://docs.aws.amazon.com/sns/latest/api/API_Subscription.html */
const isOwnCaller = (record: CloudTrailRecord, topicArn: string): boolean => record.userIdentity.accountId === ownerOf(record, topicArn);

const factOf = (
  record: CloudTrailRecord,
  type: string,
  arn: string,
  topicArn: string,
  subject: Subject,
  { statement, read, isOwn, isMended }: Extra,
): SnsFact => ({
  resource: type === SUBSCRIPTION ? subscriptionAt(type, arn, topicArn) : { type, arn },
  ...(statement !== undefined && { statement }),
  owner: ownerOf(record, arn),
  topicArn,
  ...(read && { read }),
  ...(isOwn && { isOwn }),
  ...(isMended && { isMended }),
  subject,
});

const requested = (record: CloudTrailRecord, name: string): Value | undefined => propertyIgnoringCase(record.request, name);

/** A hole where attributes were given, and cannot be read. */
function attributeOf(record: CloudTrailRecord, name: string): Value | undefined {
  const attributes = requested(record, 'attributes');
  if (attributes === undefined || attributes === null) return undefined;
  return isObject(attributes) ? propertyIgnoringCase(attributes, name) : hole(name);
}

function topicOf(record: CloudTrailRecord): string {
  const given = asText(requested(record, 'topicArn'));
  if (given !== undefined && given !== '') return given;
  const subscriptionArn = subscriptionArnIn(record.response);
  return (subscriptionArn && topicOfSubscription(subscriptionArn)) ?? arnAt(record.place, 'sns', hole('TopicArn'));
}

/** A real ARN, not the text `pending confirmation` that stands for one until the endpoint's owner agrees. */
function subscriptionArnIn(response: CloudTrailRecord['response']): string | undefined {
  const text = asText(propertyIgnoringCase(response, 'subscriptionArn'));
  return text !== undefined && topicOfSubscription(text) !== undefined ? text : undefined;
}

export function topicOfSubscription(subscriptionArn: string): string | undefined {
  const arn = parseArn(subscriptionArn);
  const colon = arn?.service === 'sns' ? arn.resource.indexOf(':') : -1;
  return colon > 0 ? subscriptionArn.slice(0, subscriptionArn.length - (arn?.resource.length ?? 0) + colon) : undefined;
}

const call = (action: Call['action'], input: Call['input']): Call => ({ action, input });

const isKnownTopic = (topicArn: string): boolean => parseArn(topicArn) !== undefined && !hasHole(topicArn);

export const getSubscription = (subscriptionArn: string): Call => call('sns:GetSubscriptionAttributes', { SubscriptionArn: subscriptionArn });

export const listSubscriptions = (topicArn: string): Call | undefined =>
  isKnownTopic(topicArn) ? call('sns:ListSubscriptionsByTopic', { TopicArn: topicArn }) : undefined;

export const getTopic = (topicArn: string): Call | undefined =>
  isKnownTopic(topicArn) ? call('sns:GetTopicAttributes', { TopicArn: topicArn }) : undefined;
