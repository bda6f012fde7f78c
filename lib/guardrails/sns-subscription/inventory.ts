/** Every topic: its policy, and its subscriptions one by one. */
import { parseArn } from '../../core/arn';
import { endpointKey } from '../../core/endpoint';
import type { Inventory } from '../../core/live';
import { asText, isUnknown, property, type Value } from '../../core/value';
import { type SnsFact, SUBSCRIPTION, subscriptionAt, TOPIC } from './facts';
import { getTopic, listSubscriptions } from './facts.record';
import { factOfLive, listedOf } from './live.subscription';
import { MASKED, toldProtocol } from './told';

/** https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html */
export const inventory = (): Inventory<SnsFact> => ({
  lists: [
    { call: { action: 'sns:ListTopics', input: {} }, items: 'Topics', name: 'TopicArn', each: (item) => topicOf(asText(property(item, 'TopicArn'))) },
  ],
});

function topicOf(topicArn: string | undefined): Inventory<SnsFact> {
  const policy = topicArn === undefined ? undefined : getTopic(topicArn);
  const subscriptions = topicArn === undefined ? undefined : listSubscriptions(topicArn);
  if (topicArn === undefined || !policy || !subscriptions) return {};
  const owner = parseArn(topicArn)?.account ?? '';
  return {
    facts: [
      {
        resource: { type: TOPIC, arn: topicArn },
        owner,
        topicArn,
        read: policy,
        subject: { kind: 'unread', reason: 'the topic policy has not been read' },
      },
    ],
    lists: [{ call: subscriptions, items: 'Subscriptions', name: 'Endpoint', each: (item) => ({ facts: subscriptionFacts(item, topicArn, owner) }) }],
  };
}

/**
 * One finding however it is seen: what is confirmed goes by its ARN, what is not by its topic, protocol and endpoint. The list
 * leaves out the dead-letter queue, which SNS shows to the owner of the subscription alone.
 */
function subscriptionFacts(item: Value, topicArn: string, owner: string): readonly SnsFact[] {
  return listedOf({ Subscriptions: [item] }).map((listed) => {
    const protocol = toldProtocol(listed.protocol);
    const name = isUnknown(protocol) ? 'unknown' : protocol;
    const text = asText(listed.endpoint);
    const isOwn = listed.arn !== undefined && listed.owner === owner;
    const about: SnsFact = {
      resource: subscriptionAt(SUBSCRIPTION, listed.arn ?? topicArn, topicArn),
      ...(listed.arn === undefined && { statement: `${name} ${endpointKey(name, text ?? '')}` }),
      owner,
      topicArn,
      read: isOwn ? { action: 'sns:GetSubscriptionAttributes', input: { SubscriptionArn: listed.arn } } : listSubscriptions(topicArn),
      ...(isOwn && { isOwn }),
      subject: { kind: 'subscription', origin: 'live', protocol, ...(text !== undefined && { written: text }) },
    };
    const fact = factOfLive(about, listed, { isTheOne: true });
    return isOwn && fact.subject.kind === 'subscription' ? { ...fact, subject: { ...fact.subject, deadLetter: MASKED } } : fact;
  });
}
