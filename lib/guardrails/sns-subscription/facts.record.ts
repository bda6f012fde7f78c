/** Facts of a CloudTrail record: https://docs.aws.amazon.com/sns/latest/dg/logging-using-cloudtrail.html */
import { arnAt, parseArn } from '../../core/arn';
import { type CloudTrailRecord, isCallOf, isOwnersCopy, ownerOf } from '../../core/cloudtrail';
import { endpointKey } from '../../core/endpoint';
import { parsePolicy } from '../../core/iam/policy';
import { asList, asText, hole, isObject, isUnknown, propertyIgnoringCase, type Value } from '../../core/value';
import type { Call } from '../../core/verdict';
import { deadLetterOf, endpointOf, protocolOf, type SnsFact, SUBSCRIPTION, type Subject, TOPIC } from './facts';
import { grantsIn, grantsOf } from './grants';

const READERS: { readonly [operation: string]: (record: CloudTrailRecord) => readonly SnsFact[] } = {
  Subscribe: subscribed,
  ConfirmSubscription: confirmed,
  SetSubscriptionAttributes: subscriptionChanged,
  SetTopicAttributes: topicChanged,
  AddPermission: permissionAdded,
  CreateTopic: topicCreated,
};

/** Only the copy of the topic's owner counts: a call across accounts is recorded in both. */
export function factsOfRecord(record: CloudTrailRecord): readonly SnsFact[] {
  const operation = Object.keys(READERS).find((name) => isCallOf(record.eventName, name));
  const facts = operation === undefined ? [] : (READERS[operation]?.(record) ?? []);
  return facts.filter(({ owner }) => isOwnersCopy(record, owner));
}

function subscribed(record: CloudTrailRecord): readonly SnsFact[] {
  const topicArn = topicOf(record);
  const subscriptionArn = subscriptionArnIn(record.response);
  const read = listSubscriptions(topicArn);
  const arn = subscriptionArn ?? topicArn;
  if (!record.hasRequest) return [factOf(record, SUBSCRIPTION, arn, topicArn, unread(NO_REQUEST), { read })];
  const given = requested(record, 'endpoint');
  const protocol = protocolOf(requested(record, 'protocol'), 'record');
  const deadLetter = deadLetterOf(attributeOf(record, 'RedrivePolicy'), 'record', asIs);
  const name = isUnknown(protocol) ? 'unknown' : protocol;
  const statement = subscriptionArn === undefined ? `${name} ${endpointKey(name, asText(given) ?? '')}` : undefined;
  const subject: Subject = {
    kind: 'subscription',
    origin: 'record',
    protocol,
    endpoint: endpointOf(given, protocol, 'record'),
    ...(deadLetter && { deadLetter }),
    ...(subscriptionArn !== undefined && { subscriptionArn }),
  };
  return [factOf(record, SUBSCRIPTION, arn, topicArn, subject, { statement, read })];
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
  const read: Call | undefined =
    subscriptionArn === undefined ? undefined : call('sns:GetSubscriptionAttributes', { SubscriptionArn: subscriptionArn });
  if (!record.hasRequest) return [factOf(record, SUBSCRIPTION, arn, topicArn, unread(NO_REQUEST), { read })];
  if (asText(requested(record, 'attributeName')) !== 'RedrivePolicy') return [];
  const deadLetter = deadLetterOf(requested(record, 'attributeValue'), 'record', asIs);
  if (!deadLetter) return [];
  return [factOf(record, SUBSCRIPTION, arn, topicArn, { kind: 'subscription', origin: 'record', deadLetter, subscriptionArn }, { read })];
}

function topicChanged(record: CloudTrailRecord): readonly SnsFact[] {
  const topicArn = topicOf(record);
  if (!record.hasRequest) return [factOf(record, TOPIC, topicArn, topicArn, unread(NO_REQUEST), { read: getTopic(topicArn) })];
  if (asText(requested(record, 'attributeName')) !== 'Policy') return [];
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
  if (accounts === undefined || accounts === null) {
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
        Principal: { AWS: accounts },
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

const NO_REQUEST = 'the record holds no request parameters';

const unread = (reason: string): Subject => ({ kind: 'unread', reason });

const asIs = (text: string): string => text;

interface Extra {
  readonly statement?: string;
  readonly read?: Call;
}

const factOf = (record: CloudTrailRecord, type: string, arn: string, topicArn: string, subject: Subject, { statement, read }: Extra): SnsFact => ({
  resource: { type, arn },
  ...(statement !== undefined && { statement }),
  owner: ownerOf(record, arn),
  topicArn,
  ...(read && { read }),
  subject,
});

const requested = (record: CloudTrailRecord, name: string): Value | undefined => propertyIgnoringCase(record.request, name);

function attributeOf(record: CloudTrailRecord, name: string): Value | undefined {
  const attributes = requested(record, 'attributes');
  return isObject(attributes) ? propertyIgnoringCase(attributes, name) : undefined;
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

function topicOfSubscription(subscriptionArn: string): string | undefined {
  const arn = parseArn(subscriptionArn);
  const colon = arn?.service === 'sns' ? arn.resource.indexOf(':') : -1;
  return colon > 0 ? subscriptionArn.slice(0, subscriptionArn.length - (arn?.resource.length ?? 0) + colon) : undefined;
}

const call = (action: Call['action'], input: Call['input']): Call => ({ action, input });

const isKnownTopic = (topicArn: string): boolean => parseArn(topicArn) !== undefined && !topicArn.includes('${');

const listSubscriptions = (topicArn: string): Call | undefined =>
  isKnownTopic(topicArn) ? call('sns:ListSubscriptionsByTopic', { TopicArn: topicArn }) : undefined;

const getTopic = (topicArn: string): Call | undefined =>
  isKnownTopic(topicArn) ? call('sns:GetTopicAttributes', { TopicArn: topicArn }) : undefined;
