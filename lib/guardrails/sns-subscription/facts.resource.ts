/** Facts of a resource, from a template, a hook request or a Terraform plan. */
import { arnAt, isAccountId, parseArn } from '../../core/arn';
import { endpointKey } from '../../core/endpoint';
import type { ResourceInput } from '../../core/guardrail';
import { asList, asText, hole, isHole, isUnknown, property, type Value } from '../../core/value';
import {
  deadLetterOf,
  endpointOf,
  protocolOf,
  type SnsFact,
  SUBSCRIPTION,
  type Subject,
  subscriptionAt,
  TOPIC,
  TOPIC_INLINE_POLICY,
  TOPIC_POLICY,
} from './facts';
import { grantsOf } from './grants';
import { nameIn } from './names';
import { resolved } from './siblings';

export function factsOfResource(resource: ResourceInput): readonly SnsFact[] {
  const { type, logicalId, properties, place } = resource;
  return factsOf({ type, logicalId, properties, place, resolve: (text) => resolved(text, resource) });
}

/** For a hook: nothing refers to a resource of the same template any more. */
export const factsOfProperties = (resource: ResourceInput): readonly SnsFact[] => factsOf({ ...resource, resolve: (text) => text });

interface Resource extends ResourceInput {
  /** What a reference stands for; anything else stays as it is. */
  readonly resolve: (text: string) => string;
}

function factsOf(resource: Resource): readonly SnsFact[] {
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
  resource: subject.kind === 'subscription' ? subscriptionAt(resource.type, topicArn, topicArn) : { type: resource.type, arn: topicArn },
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
function subscriptionFact(resource: Resource, topicArn: string, properties: Value): SnsFact {
  const { resolve } = resource;
  const given = asText(property(properties, 'Endpoint'));
  const protocol = protocolOf(property(properties, 'Protocol'));
  const endpoint = given === undefined ? property(properties, 'Endpoint') : resolve(given);
  const deadLetter = deadLetterOf(property(properties, 'RedrivePolicy'), resolve);
  const name = isUnknown(protocol) ? 'unknown' : protocol;
  return factAt(resource, topicArn, `${name} ${endpointKey(name, given ?? '')}`, {
    kind: 'subscription',
    origin: 'template',
    protocol,
    endpoint: endpointOf(endpoint, protocol),
    ...(deadLetter && { deadLetter }),
  });
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-sns-topic-subscription.html */
function inlineSubscriptions(resource: Resource): readonly SnsFact[] {
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

function policyFacts(resource: Resource, topicArn: string): readonly SnsFact[] {
  return grantsOf(resource.properties.PolicyDocument, { kind: 'template' }).map(({ subject, label }) => factAt(resource, topicArn, label, subject));
}

function topicNamed(value: Value | undefined, resource: Resource): string {
  const text = asText(value);
  return text === undefined || text === '' ? arnAt(resource.place, 'sns', hole('TopicArn')) : resource.resolve(text);
}

const ownTopic = (logicalId: string, properties: Value, { place }: ResourceInput): string =>
  arnAt(place, 'sns', nameIn(properties, 'TopicName') ?? hole(logicalId));
