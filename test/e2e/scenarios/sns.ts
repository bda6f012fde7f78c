/** Topics and their subscriptions. */
import {
  AddPermissionCommand,
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  RemovePermissionCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import type { Value } from '../../../lib/core/value';
import type { SentBySns } from '../../aws/emulator';
import { clientOf, FOREIGN, MEMBER, REGION, type Stage } from '../organization';
import { documentOf, eventAt, type Scenario, sidsOf, statement } from './scenario';

const SNS = 'sns.amazonaws.com';
const guardrail = 'sns-subscription';

const snsOf = (stage: Stage) => clientOf(stage, SNSClient);
const topicIn = ({ own }: Stage) => `arn:aws:sns:${REGION}:${own}:alerts`;

const makeTopic = async (stage: Stage) => void (await snsOf(stage).send(new CreateTopicCommand({ Name: 'alerts' })));

const subscriptionsIn = async (stage: Stage) =>
  (await snsOf(stage).send(new ListSubscriptionsByTopicCommand({ TopicArn: topicIn(stage) }))).Subscriptions ?? [];

/** The address of a stranger, confirmed by a click that CloudTrail never sees. */
const subscription: Scenario = {
  guardrail,
  name: 'a host of a stranger, confirmed unseen',
  surroundings: async ({ own }) => ({ scheduler: { roleArn: `arn:aws:iam::${own}:role/perimeter-look-again` } }),
  make: async (stage) => {
    const TopicArn = topicIn(stage);
    await makeTopic(stage);
    for (const host of ['api.example.com', 'evil.example'])
      await snsOf(stage).send(new SubscribeCommand({ TopicArn, Protocol: 'https', Endpoint: `https://${host}/hook` }));
    const sent: readonly SentBySns[] = JSON.parse(await (await fetch(`${stage.api.endpoint}/perimeter/sns/sent`)).text());
    for (const { Token } of sent.filter((one) => one.TopicArn === TopicArn))
      await snsOf(stage).send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
    const asked = { topicArn: TopicArn, protocol: 'https', endpoint: 'https://evil.example/hook' };
    return eventAt(stage, SNS, 'Subscribe', asked, { subscriptionArn: 'pending confirmation' });
  },
  state: async (stage) => (await subscriptionsIn(stage)).map(({ Endpoint = '' }) => (Endpoint.includes('evil') ? 'violating' : 'innocent')).sort(),
  correct: async (stage) => {
    const found = (await subscriptionsIn(stage)).find(({ Endpoint = '' }) => Endpoint.includes('evil'));
    if (found) await snsOf(stage).send(new UnsubscribeCommand({ SubscriptionArn: found.SubscriptionArn }));
  },
  ends: 'undone',
  undo: 'sns:Unsubscribe',
  mayComeBack: true,
};

const queueOf = (account: string) => `arn:aws:sqs:${REGION}:${account}:dead`;
const redriveTo = (account: string) => JSON.stringify({ deadLetterTargetArn: queueOf(account) });

/** Both subscriptions are our own; the dead letters of one go to a stranger. */
const deadLetters: Scenario = {
  guardrail,
  name: 'dead letters for a foreign account',
  make: async (stage) => {
    const TopicArn = topicIn(stage);
    await makeTopic(stage);
    const made: string[] = [];
    for (const [name, account] of [
      ['innocent', MEMBER],
      ['violating', FOREIGN],
    ] as const) {
      const Endpoint = `arn:aws:sqs:${REGION}:${stage.own}:${name}`;
      const Attributes = { RedrivePolicy: redriveTo(account) };
      const input = { TopicArn, Protocol: 'sqs', Endpoint, Attributes, ReturnSubscriptionArn: true };
      made.push((await snsOf(stage).send(new SubscribeCommand(input))).SubscriptionArn ?? '');
    }
    const asked = { subscriptionArn: made[1] ?? '', attributeName: 'RedrivePolicy', attributeValue: redriveTo(FOREIGN) };
    return eventAt(stage, SNS, 'SetSubscriptionAttributes', asked);
  },
  state: async (stage) => {
    const policies: string[] = [];
    for (const { SubscriptionArn } of await subscriptionsIn(stage)) {
      const { Attributes } = await snsOf(stage).send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
      policies.push(Attributes?.RedrivePolicy ?? '');
    }
    return [...(policies.includes(redriveTo(MEMBER)) ? ['innocent'] : []), ...(policies.includes(redriveTo(FOREIGN)) ? ['violating'] : [])];
  },
  correct: async (stage) => {
    const found = (await subscriptionsIn(stage)).find(({ Endpoint = '' }) => Endpoint.endsWith('violating'));
    if (found)
      await snsOf(stage).send(new SetSubscriptionAttributesCommand({ SubscriptionArn: found.SubscriptionArn, AttributeName: 'RedrivePolicy' }));
  },
  ends: 'undone',
  undo: 'sns:SetSubscriptionAttributes',
};

const granted = (stage: Stage) => ({ Action: 'sns:Subscribe', Resource: topicIn(stage) });

async function setPolicy(stage: Stage, policy: string): Promise<Value> {
  const TopicArn = topicIn(stage);
  await snsOf(stage).send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue: policy }));
  return eventAt(stage, SNS, 'SetTopicAttributes', { topicArn: TopicArn, attributeName: 'Policy', attributeValue: policy });
}

const sidsIn = async (stage: Stage): Promise<readonly string[]> => {
  const policy = snsOf(stage).send(new GetTopicAttributesCommand({ TopicArn: topicIn(stage) }));
  return (await sidsOf(policy.then(({ Attributes }) => Attributes?.Policy))).filter((sid) => !sid.startsWith('__default'));
};

const topicPolicy: Scenario = {
  guardrail,
  name: 'a topic that a foreign account may subscribe',
  make: async (stage) => {
    await makeTopic(stage);
    return setPolicy(stage, documentOf(statement('innocent', MEMBER, granted(stage)), statement('violating', FOREIGN, granted(stage))));
  },
  state: sidsIn,
  correct: async (stage) => void (await setPolicy(stage, documentOf(statement('innocent', MEMBER, granted(stage))))),
  touch: async (stage) => {
    const own = ['innocent', 'touched'].map((sid) => statement(sid, MEMBER, granted(stage)));
    await setPolicy(stage, documentOf(...own, statement('violating', FOREIGN, granted(stage))));
  },
  ends: 'undone',
  undo: 'sns:SetTopicAttributes',
};

async function permit(stage: Stage, Label: string, account: string): Promise<Value> {
  const TopicArn = topicIn(stage);
  await snsOf(stage).send(new AddPermissionCommand({ TopicArn, Label, AWSAccountId: [account], ActionName: ['Subscribe'] }));
  return eventAt(stage, SNS, 'AddPermission', { topicArn: TopicArn, label: Label, aWSAccountId: [account], actionName: ['Subscribe'] });
}

const topicPermission: Scenario = {
  guardrail,
  name: 'a permission to subscribe for a foreign account',
  make: async (stage) => {
    await makeTopic(stage);
    await permit(stage, 'innocent', MEMBER);
    return permit(stage, 'violating', FOREIGN);
  },
  state: sidsIn,
  correct: async (stage) => {
    await snsOf(stage).send(new RemovePermissionCommand({ TopicArn: topicIn(stage), Label: 'violating' }));
  },
  touch: async (stage) => void (await permit(stage, 'touched', MEMBER)),
  ends: 'undone',
  undo: 'sns:RemovePermission',
};

export const snsScenarios: readonly Scenario[] = [subscription, deadLetters, topicPolicy, topicPermission];
