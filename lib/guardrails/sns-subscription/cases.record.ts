/** What only CloudTrail shows: pending and hidden endpoints, confirmations, changes, copies, records that lack something. */
import { bad, type Case, FOREIGN, MEMBER, OWN, ok, open, type Properties, TRUSTED } from '../../core/case';
import { documentOf, exempted, recorded, SUBSCRIPTION_ARN, statement, subscribe, TOPIC_ARN, UNSUBSCRIBE } from './cases.make';

const EVIL = { protocol: 'https', endpoint: 'https://evil.example/' };
const host = bad('untrusted-host');

const pending = (request: Properties): Properties =>
  subscribe({ returnSubscriptionArn: false, ...request }, { responseElements: { subscriptionArn: 'pending confirmation' } });

const confirmation: readonly Case[] = [
  recorded('S7', 'pending, untrusted', pending(EVIL), host, { plan: [], scp: 'deny' }),
  recorded('S7', 'another one on the same topic', pending({ protocol: 'https', endpoint: 'https://evil.example/2' }), host, {
    plan: [],
    scp: 'deny',
  }),
  recorded('S7', 'pending, trusted', pending({ protocol: 'https', endpoint: 'https://api.example.com/' }), ok, { scp: 'allow' }),
  recorded(
    'S8',
    'a confirmation does not say of what',
    {
      eventName: 'ConfirmSubscription',
      requestParameters: { topicArn: TOPIC_ARN, token: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
      responseElements: { subscriptionArn: SUBSCRIPTION_ARN },
    },
    open,
  ),
  recorded('S8', 'a confirmation without parameters', { eventName: 'ConfirmSubscription', requestParameters: null }, open),
];

const MARKERS = ['HIDDEN_DUE_TO_SECURITY_REASONS', 'redacted', '[REDACTED]', '***', '****', ''];

const hidden: readonly Case[] = [
  ...['email', 'https', 'sms', 'sqs'].flatMap((protocol) =>
    MARKERS.map((endpoint) => recorded('S9', `${protocol} as ${JSON.stringify(endpoint)}`, subscribe({ protocol, endpoint }), open)),
  ),
  recorded('S9', 'no endpoint at all', subscribe({ protocol: 'email' }), open),
  recorded('S9', 'an address in which CloudTrail hides the domain', subscribe({ protocol: 'email', endpoint: 'user@*******' }), open),
  recorded(
    'S9',
    'an address in which CloudTrail hides the user',
    subscribe({ protocol: 'email', endpoint: 'u***@evil.example' }),
    bad('untrusted-email-domain'),
    {
      plan: UNSUBSCRIBE,
    },
  ),
  recorded('S9', 'a masked number', subscribe({ protocol: 'sms', endpoint: '+49*******56' }), open),
  recorded('S9', 'a masked host', subscribe({ protocol: 'https', endpoint: 'https://***/' }), open),
  recorded('S9', 'a masked account', subscribe({ protocol: 'sqs', endpoint: 'arn:aws:sqs:eu-west-1:***:orders' }), open),
  recorded('S9', 'hidden, but the protocol is not trusted', subscribe({ protocol: 'email-json', endpoint: 'redacted' }), bad('untrusted-protocol'), {
    plan: UNSUBSCRIBE,
    scp: 'deny',
  }),
  recorded('S9', 'a record without a protocol', subscribe({ endpoint: 'https://api.example.com/' }), open),
  recorded('S9', 'no protocol, but a host that none could make right', subscribe({ endpoint: 'https://evil.example/' }), host),
];

const queue = (account: string) => JSON.stringify({ deadLetterTargetArn: `arn:aws:sqs:eu-west-1:${account}:dead` });
const TRUSTED_HTTPS = { protocol: 'https', endpoint: 'https://api.example.com/' };
const letter = bad('untrusted-dead-letter');

const setRedrive = (attributeValue: string | undefined): Properties => ({
  eventName: 'SetSubscriptionAttributes',
  requestParameters: {
    subscriptionArn: SUBSCRIPTION_ARN,
    attributeName: 'RedrivePolicy',
    ...(attributeValue !== undefined && { attributeValue }),
  },
});

const REMOVE: Case['plan'] = [
  { action: 'sns:SetSubscriptionAttributes', input: { SubscriptionArn: SUBSCRIPTION_ARN, AttributeName: 'RedrivePolicy' } },
];

const deadLetters: readonly Case[] = [
  recorded('S11', 'set to a foreign queue', setRedrive(queue(FOREIGN)), letter, { plan: REMOVE }),
  recorded('S11', 'set to our own queue', setRedrive(queue(OWN)), ok),
  recorded('S11', 'set to a queue of the organization', setRedrive(queue(MEMBER)), ok),
  recorded('S11', 'set to a trusted queue', setRedrive(queue(TRUSTED)), ok),
  recorded('S11', 'taken away', setRedrive(undefined), []),
  recorded('S11', 'emptied', setRedrive('{}'), []),
  recorded('S11', 'cut off', setRedrive('{"deadLetterTargetArn":"arn:aws:s'), open),
  recorded('S11', 'subscribed with a foreign one', subscribe({ ...TRUSTED_HTTPS, attributes: { RedrivePolicy: queue(FOREIGN) } }), letter, {
    plan: REMOVE,
  }),
  recorded(
    'S11',
    'subscribed with a foreign one, named in another case',
    subscribe({ ...TRUSTED_HTTPS, attributes: { redrivePolicy: queue(FOREIGN) } }),
    letter,
  ),
  recorded(
    'S11',
    'subscribed with a foreign one, its key in another case',
    subscribe({ ...TRUSTED_HTTPS, attributes: { RedrivePolicy: queue(FOREIGN).replace('deadLetter', 'DeadLetter') } }),
    letter,
  ),
  ...[[{ key: 'RedrivePolicy', value: queue(FOREIGN) }], 'HIDDEN_DUE_TO_SECURITY_REASONS'].map((attributes) =>
    recorded('S11', `attributes that are ${typeof attributes === 'string' ? 'hidden' : 'a list'}`, subscribe({ ...TRUSTED_HTTPS, attributes }), open),
  ),
  recorded(
    'S11',
    'the name of the attribute is lost',
    { eventName: 'SetSubscriptionAttributes', requestParameters: { subscriptionArn: SUBSCRIPTION_ARN, attributeValue: queue(FOREIGN) } },
    open,
  ),
  recorded('S11', 'subscribed with our own', subscribe({ ...TRUSTED_HTTPS, attributes: { RedrivePolicy: queue(OWN) } }), ok),
  recorded('S11', 'both the endpoint and the queue are foreign', subscribe({ ...EVIL, attributes: { RedrivePolicy: queue(FOREIGN) } }), letter, {
    plan: UNSUBSCRIBE,
    scp: 'deny',
  }),
  recorded(
    'S11',
    'another attribute',
    {
      eventName: 'SetSubscriptionAttributes',
      requestParameters: { subscriptionArn: SUBSCRIPTION_ARN, attributeName: 'FilterPolicy', attributeValue: '{"to":["evil"]}' },
    },
    [],
  ),
  recorded('S11', 'a change without parameters', { eventName: 'SetSubscriptionAttributes', requestParameters: null }, open),
];

const without = (eventName: string): Properties => ({ eventName, requestParameters: null });

const CALLERS: readonly (Properties | null)[] = [
  { type: 'Root', arn: `arn:aws:iam::${OWN}:root`, accountId: OWN },
  { type: 'AWSService', invokedBy: 'cloudformation.amazonaws.com' },
  { type: 'IdentityCenterUser', credentialId: 'example' },
  { type: 'Unknown' },
  null,
];

const records: readonly Case[] = [
  recorded('G6', 'a call that failed', subscribe(EVIL, { errorCode: 'AuthorizationError', responseElements: null }), [], { scp: 'deny' }),
  ...['Subscribe', 'SetTopicAttributes', 'AddPermission', 'CreateTopic'].map((name) =>
    recorded('G6', `${name} without parameters`, without(name), open),
  ),
  recorded('G6', 'an answer that is missing', subscribe(EVIL, { responseElements: null }), host, { plan: [], scp: 'deny' }),
  recorded(
    'G7',
    'the copy of a caller who is not the owner',
    subscribe({ ...EVIL, topicArn: `arn:aws:sns:eu-west-1:${MEMBER}:orders` }, { responseElements: null }),
    [],
    { scp: 'deny' },
  ),
  recorded(
    'G7',
    "the owner's copy of a stranger's call",
    subscribe(EVIL, { userIdentity: { type: 'AWSAccount', accountId: FOREIGN, principalId: 'AIDAEXAMPLEEXAMPLE123' } }),
    host,
    { plan: UNSUBSCRIBE },
  ),
  recorded(
    'G7',
    "the caller's copy of a policy change",
    {
      eventName: 'SetTopicAttributes',
      requestParameters: {
        topicArn: `arn:aws:sns:eu-west-1:${FOREIGN}:orders`,
        attributeName: 'Policy',
        attributeValue: JSON.stringify(documentOf([statement('*')])),
      },
    },
    [],
  ),
  ...CALLERS.map((userIdentity) =>
    recorded('G8', `called by ${userIdentity?.type ?? 'nobody'}`, subscribe(EVIL, { userIdentity }), host, {
      plan: UNSUBSCRIBE,
      // SCPs bind no service of AWS.
      scp: userIdentity?.type === 'AWSService' ? 'unseen' : 'deny',
    }),
  ),
  recorded(
    'G9',
    'an attribute of a topic without its name',
    { eventName: 'SetTopicAttributes', requestParameters: { topicArn: TOPIC_ARN, attributeValue: '{}' } },
    open,
  ),
  recorded(
    'G9',
    'a topic with attributes that are no object',
    { eventName: 'CreateTopic', requestParameters: { name: 'orders', attributes: [] } },
    open,
  ),
  recorded(
    'G9',
    'accounts that are hidden',
    { eventName: 'AddPermission', requestParameters: { topicArn: TOPIC_ARN, label: 'x', aWSAccountId: ['***'], actionName: ['Subscribe'] } },
    open,
  ),
  recorded('G9', 'fields of another type', subscribe({ protocol: ['https'], endpoint: { url: 'https://evil.example/' } }), open),
  recorded('G7', 'an unsubscription closes', { eventName: 'Unsubscribe', requestParameters: { subscriptionArn: SUBSCRIPTION_ARN } }, []),
  recorded('G7', 'a deletion closes', { eventName: 'DeleteTopic', requestParameters: { topicArn: TOPIC_ARN } }, []),
  recorded('G7', 'a removal closes', { eventName: 'RemovePermission', requestParameters: { topicArn: TOPIC_ARN, label: 'partner' } }, []),
  recorded('G13', 'another partition', govCloud('https://evil.example/'), host, {
    plan: [{ action: 'sns:Unsubscribe', input: { SubscriptionArn: `arn:aws-us-gov:sns:us-gov-west-1:${OWN}:orders:6f7a8b9c` } }],
    scp: 'deny',
  }),
  recorded('G4', 'a queue of the organization in China', china(MEMBER), ok),
  recorded('G4', 'a foreign queue in China', china(FOREIGN), bad('untrusted-account'), { scp: 'deny' }),
];

function govCloud(endpoint: string): Properties {
  const topicArn = `arn:aws-us-gov:sns:us-gov-west-1:${OWN}:orders`;
  return subscribe(
    { topicArn, protocol: 'https', endpoint },
    { awsRegion: 'us-gov-west-1', responseElements: { subscriptionArn: `${topicArn}:6f7a8b9c` } },
  );
}

function china(account: string): Properties {
  const topicArn = `arn:aws-cn:sns:cn-north-1:${OWN}:orders`;
  const endpoint = `arn:aws-cn:sqs:cn-north-1:${account}:orders`;
  return subscribe(
    { topicArn, protocol: 'sqs', endpoint },
    { awsRegion: 'cn-north-1', responseElements: { subscriptionArn: `${topicArn}:6f7a8b9c` } },
  );
}

const NO_MEMBERS = { organization: { id: 'o-exampleorgid', managementAccountId: '111111111111' } };
const toQueue = (account: string) => subscribe({ protocol: 'sqs', endpoint: `arn:aws:sqs:eu-west-1:${account}:orders` });

const circumstances: readonly Case[] = [
  recorded('G2', 'no member is listed: somebody else', toQueue(FOREIGN), open, { configuration: NO_MEMBERS }),
  recorded('G2', 'no member is listed: ourselves', toQueue(OWN), ok, { configuration: NO_MEMBERS }),
  recorded('G2', 'no member is listed: the management account', toQueue('111111111111'), ok, { configuration: NO_MEMBERS }),
  recorded('G2', 'no member is listed: the dead-letter queue of somebody else', setRedrive(queue(FOREIGN)), open, { configuration: NO_MEMBERS }),
  recorded('G14', 'the topic is exempt', subscribe(EVIL), { verdict: 'exempt' }, exempted(TOPIC_ARN, '2027-03-31', 'allow')),
  recorded('G14', 'topics named so are exempt', subscribe(EVIL), { verdict: 'exempt' }, exempted(`arn:aws:sns:*:${OWN}:ord*`, '2027-03-31', 'allow')),
  recorded(
    'G14',
    'every subscription of the topic is exempt',
    subscribe(EVIL),
    { verdict: 'exempt' },
    exempted(`${TOPIC_ARN}:*`, '2027-03-31', 'allow'),
  ),
  recorded(
    'G14',
    'one subscription of the topic is exempt: it is not this one',
    subscribe(EVIL),
    host,
    exempted(`${TOPIC_ARN}:0a1b*`, '2027-03-31', 'deny'),
  ),
  recorded('G14', 'it has ended', subscribe(EVIL), host, exempted(TOPIC_ARN, '2026-01-31', 'deny')),
  recorded('G14', 'a wildcard crosses no colon', subscribe(EVIL), host, exempted(`arn:aws:sns:*:${OWN}:o*f6`, '2027-03-31', 'deny')),
];

export const recordCases: readonly Case[] = [...confirmation, ...hidden, ...deadLetters, ...records, ...circumstances];
