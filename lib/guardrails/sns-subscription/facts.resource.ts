/** Facts of a resource, from a template, a hook request or a Terraform plan. */
import { arnAt, isAccountId, parseArn } from '../../core/arn';
import { endpointKey } from '../../core/endpoint';
import type { ResourceInput } from '../../core/guardrail';
import { asList, asText, hole, isHole, isObject, isUnknown, property, type Value } from '../../core/value';
import { deadLetterOf, endpointOf, protocolOf, type SnsFact, SUBSCRIPTION, type Subject, TOPIC, TOPIC_INLINE_POLICY, TOPIC_POLICY } from './facts';
import { grantsOf } from './grants';

export function factsOfResource(resource: ResourceInput): readonly SnsFact[] {
  const { properties } = resource;
  switch (resource.type) {
    case SUBSCRIPTION:
      return [subscriptionFact(resource, topicNamed(properties.TopicArn, resource), properties)];
    case TOPIC:
      return inlineSubscriptions(resource);
    case TOPIC_POLICY:
      return policyTopics(properties.Topics).flatMap((topic) => policyFacts(resource, topicNamed(topic, resource)));
    case TOPIC_INLINE_POLICY:
      return policyFacts(resource, topicNamed(properties.TopicArn, resource));
    default:
      return [];
  }
}

const factAt = (resource: ResourceInput, topicArn: string, statement: string | undefined, subject: Subject): SnsFact => ({
  resource: { type: resource.type, arn: topicArn },
  ...(statement !== undefined && { statement }),
  owner: ownerOfTopic(topicArn, resource),
  home: resource.place.account,
  topicArn,
  subject,
});

function ownerOfTopic(topicArn: string, resource: ResourceInput): string {
  const account = parseArn(topicArn)?.account ?? '';
  return isAccountId(account) ? account : resource.place.account;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html */
function subscriptionFact(resource: ResourceInput, topicArn: string, properties: Value): SnsFact {
  const resolve = (text: string) => resolved(text, resource);
  const given = asText(property(properties, 'Endpoint'));
  const protocol = protocolOf(property(properties, 'Protocol'), 'template');
  const endpoint = given === undefined ? property(properties, 'Endpoint') : resolve(given);
  const deadLetter = deadLetterOf(property(properties, 'RedrivePolicy'), 'template', resolve);
  const name = isUnknown(protocol) ? 'unknown' : protocol;
  return factAt(resource, topicArn, `${name} ${endpointKey(name, given ?? '')}`, {
    kind: 'subscription',
    origin: 'template',
    protocol,
    endpoint: endpointOf(endpoint, protocol, 'template'),
    ...(deadLetter && { deadLetter }),
  });
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-sns-topic-subscription.html */
function inlineSubscriptions(resource: ResourceInput): readonly SnsFact[] {
  const topicArn = ownTopic(resource.logicalId, resource.properties, resource);
  const { Subscription: given } = resource.properties;
  return asList(given).map((item, index) => {
    if (!isHole(item)) return subscriptionFact(resource, topicArn, item);
    return factAt(resource, topicArn, `#${index + 1}`, { kind: 'unread', reason: `subscription ${item} is only known at deployment` });
  });
}

/** A policy without a topic is still read: what it grants is what someone wants to grant. */
const policyTopics = (topics: Value | undefined): readonly (Value | undefined)[] => {
  const named = asList(topics);
  return named.length > 0 ? named : [undefined];
};

function policyFacts(resource: ResourceInput, topicArn: string): readonly SnsFact[] {
  return grantsOf(resource.properties.PolicyDocument, { kind: 'template' }).map(({ subject, label }) => factAt(resource, topicArn, label, subject));
}

function topicNamed(value: Value | undefined, resource: ResourceInput): string {
  const text = asText(value);
  return text === undefined || text === '' ? arnAt(resource.place, 'sns', hole('TopicArn')) : resolved(text, resource);
}

const ownTopic = (logicalId: string, properties: Value, { place }: ResourceInput): string =>
  arnAt(place, 'sns', nameIn(properties, 'TopicName') ?? hole(logicalId));

const nameIn = (properties: Value, name: string): string | undefined => {
  const text = asText(property(properties, name));
  return text === undefined || text === '' ? undefined : text;
};

/** What a reference to a resource of the same template stands for: something of the account that the template is deployed in. */
const SIBLINGS: { readonly [type: string]: { readonly attributes: readonly string[]; readonly arn: (name: string) => readonly [string, string] } } = {
  'AWS::SQS::Queue': { attributes: ['Arn'], arn: (name) => ['sqs', name] },
  'AWS::Lambda::Function': { attributes: ['Arn'], arn: (name) => ['lambda', `function:${name}`] },
  'AWS::Serverless::Function': { attributes: ['Arn'], arn: (name) => ['lambda', `function:${name}`] },
  'AWS::Lambda::Alias': { attributes: ['', 'AliasArn'], arn: (name) => ['lambda', `function:${name}`] },
  'AWS::Lambda::Version': { attributes: ['', 'FunctionArn'], arn: (name) => ['lambda', `function:${name}`] },
  'AWS::KinesisFirehose::DeliveryStream': { attributes: ['Arn'], arn: (name) => ['firehose', `deliverystream/${name}`] },
  [TOPIC]: { attributes: ['', 'TopicArn'], arn: (name) => ['sns', name] },
};

const NAMES = ['QueueName', 'FunctionName', 'DeliveryStreamName', 'TopicName'];

/** `${Queue.Arn}` and `${Topic}` are ARNs of our own when the template makes the queue and the topic. */
function resolved(text: string, resource: ResourceInput): string {
  const [, logicalId, attribute = ''] = /^\$\{([A-Za-z0-9]+)(?:\.([A-Za-z]+))?\}$/.exec(text) ?? [];
  const sibling = logicalId === undefined ? undefined : resource.sibling?.(logicalId);
  if (logicalId === undefined || !isObject(sibling) || !Object.hasOwn(SIBLINGS, sibling.type)) return text;
  const known = SIBLINGS[sibling.type];
  if (!known?.attributes.includes(attribute)) return text;
  const isAlias = sibling.type === 'AWS::Lambda::Alias' || sibling.type === 'AWS::Lambda::Version';
  const name = isAlias ? undefined : NAMES.map((key) => nameIn(sibling.properties, key)).find((found) => found !== undefined);
  return arnAt(resource.place, ...known.arn(name ?? hole(logicalId)));
}
