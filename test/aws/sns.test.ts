/** SNS as `moto_perimeter/sns.py` makes it: https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html */
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
  type SubscribeCommandInput,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { type MotoEmulator, startEmulator } from './emulator';
import { failureOf } from './fixtures';

const OWN = { account: '111122223333' };
const OTHER = { account: '444455556666' };
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:orders';
const queueOf = ({ account }: { account: string }) => `arn:aws:sqs:eu-west-1:${account}:inbox`;

let emulator: MotoEmulator;
let own: SNSClient;
let other: SNSClient;

beforeAll(async () => {
  emulator = await startEmulator();
  own = new SNSClient(emulator.client(OWN));
  other = new SNSClient(emulator.client(OTHER));
});
afterAll(() => emulator?.stop());
beforeEach(async () => {
  await emulator.reset();
  await own.send(new CreateTopicCommand({ Name: 'orders' }));
});

async function subscribe(client: SNSClient, Protocol: string, Endpoint: string, more: Partial<SubscribeCommandInput> = {}): Promise<string> {
  const { SubscriptionArn = '' } = await client.send(new SubscribeCommand({ TopicArn: TOPIC, Protocol, Endpoint, ...more }));
  return SubscriptionArn;
}
const listed = async () => (await own.send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }))).Subscriptions ?? [];
const confirm = (Token: string) => other.send(new ConfirmSubscriptionCommand({ TopicArn: TOPIC, Token }));
const unsubscribe = (client: SNSClient, SubscriptionArn: string) => client.send(new UnsubscribeCommand({ SubscriptionArn }));
const attributes = async (SubscriptionArn: string) => (await own.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))).Attributes ?? {};
const set = (client: SNSClient, SubscriptionArn: string, AttributeValue?: string) =>
  client.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName: 'RedrivePolicy', AttributeValue }));
const ARN = expect.stringMatching(`^${TOPIC}:[0-9a-f-]{36}$`);

describe('Subscribe', () => {
  it.each([
    ['https', 'https://api.example.com/hook'],
    ['http', 'http://api.example.com/hook'],
    ['email', 'someone@example.com'],
    ['email-json', 'someone@example.com'],
    ['sqs', queueOf(OTHER)],
    ['lambda', 'arn:aws:lambda:eu-west-1:444455556666:function:f'],
    ['firehose', 'arn:aws:firehose:eu-west-1:444455556666:deliverystream/s'],
  ])('waits for the endpoint: %s %s', async (Protocol, Endpoint) => {
    expect(await subscribe(own, Protocol, Endpoint)).toBe('pending confirmation');

    expect(await listed()).toEqual([{ SubscriptionArn: 'PendingConfirmation', Owner: OWN.account, Protocol, Endpoint, TopicArn: TOPIC }]);
  });

  it.each([
    ['sqs', queueOf(OWN)],
    ['sms', '+12065550100'],
  ])('confirms at once: %s %s', async (Protocol, Endpoint) => {
    expect(await subscribe(own, Protocol, Endpoint)).toEqual(ARN);

    expect(await listed()).toEqual([{ SubscriptionArn: ARN, Owner: OWN.account, Protocol, Endpoint, TopicArn: TOPIC }]);
  });

  it('confirms at once for the owner of the endpoint, on a topic of another account', async () => {
    expect(await subscribe(other, 'sqs', queueOf(OTHER))).toEqual(ARN);

    const subscription = { SubscriptionArn: ARN, Owner: OTHER.account, Protocol: 'sqs', Endpoint: queueOf(OTHER), TopicArn: TOPIC };
    expect(await listed()).toEqual([subscription]);
    expect((await other.send(new ListSubscriptionsCommand({}))).Subscriptions).toEqual([subscription]);
    expect((await own.send(new ListSubscriptionsCommand({}))).Subscriptions).toEqual([]);
  });

  it('answers the ARN of a pending one where it is asked to, and makes no second one', async () => {
    const arn = await subscribe(own, 'email', 'someone@example.com', { ReturnSubscriptionArn: true });

    expect(arn).toEqual(ARN);
    expect(await attributes(arn)).toMatchObject({ PendingConfirmation: 'true', Endpoint: 'someone@example.com', Owner: OWN.account });
    expect(await subscribe(own, 'email', 'someone@example.com', { ReturnSubscriptionArn: true })).toBe(arn);
    expect(await listed()).toHaveLength(1);
  });

  it('lists more than a page', async () => {
    for (let index = 0; index < 130; index++) await subscribe(own, 'sqs', `${queueOf(OWN)}-${index}`);

    const { Subscriptions, NextToken } = await own.send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }));
    const rest = await own.send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC, NextToken }));

    expect([Subscriptions?.length, rest.Subscriptions?.length, rest.NextToken]).toEqual([100, 30, undefined]);
  });
});

describe('ConfirmSubscription: https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html', () => {
  it('takes the token that the endpoint received, once or again', async () => {
    await subscribe(own, 'email', 'someone@example.com');
    const [message] = await emulator.sentBySns();
    const { Token = '' } = message ?? {};
    expect(message).toEqual({ Type: 'SubscriptionConfirmation', TopicArn: TOPIC, Protocol: 'email', Endpoint: 'someone@example.com', Token });

    const { SubscriptionArn = '' } = await confirm(Token);

    expect((await confirm(Token)).SubscriptionArn).toBe(SubscriptionArn);
    expect(await listed()).toMatchObject([{ SubscriptionArn, Owner: OWN.account }]);
    expect(await attributes(SubscriptionArn)).toMatchObject({ PendingConfirmation: 'false', ConfirmationWasAuthenticated: 'false' });
  });

  it('refuses another token, and a topic that is not there', async () => {
    expect(await failureOf(confirm('0'.repeat(64)))).toBe('InvalidParameterException 400');
    expect(await failureOf(other.send(new ConfirmSubscriptionCommand({ TopicArn: `${TOPIC}2`, Token: 'x' })))).toBe('NotFoundException 404');
  });

  it('counts on the topic', async () => {
    await subscribe(own, 'email', 'someone@example.com');
    await subscribe(own, 'sqs', queueOf(OWN));

    const { Attributes } = await own.send(new GetTopicAttributesCommand({ TopicArn: TOPIC }));
    expect(Attributes).toMatchObject({ SubscriptionsPending: '1', SubscriptionsConfirmed: '1' });
  });

  it('comes before any message', async () => {
    await subscribe(own, 'https', 'https://localhost:1/unreachable');

    expect(await failureOf(own.send(new PublishCommand({ TopicArn: TOPIC, Message: 'hello' })))).toBe('no error');
  });
});

describe('Unsubscribe: https://docs.aws.amazon.com/sns/latest/dg/sns-delete-subscription-topic.html', () => {
  it('refuses a pending one, by its ARN and by what the listing says', async () => {
    const arn = await subscribe(own, 'email', 'someone@example.com', { ReturnSubscriptionArn: true });

    expect(await failureOf(unsubscribe(own, arn))).toBe('InvalidParameterException 400');
    expect(await failureOf(unsubscribe(own, 'PendingConfirmation'))).toBe('InvalidParameterException 400');
    expect(await listed()).toHaveLength(1);
  });

  it('is open to the owner of the topic and of the subscription, and to nobody else', async () => {
    const third = new SNSClient(emulator.client({ account: '777788889999' }));
    const arn = await subscribe(other, 'sqs', queueOf(OTHER));
    expect(await failureOf(unsubscribe(third, arn))).toBe('AuthorizationErrorException 403');

    await unsubscribe(own, arn);
    await unsubscribe(own, arn);

    expect(await listed()).toEqual([]);
    await unsubscribe(other, await subscribe(other, 'sqs', queueOf(OTHER)));
    expect(await listed()).toEqual([]);
  });

  it('tells the endpoint how to come back, and it comes back under another ARN', async () => {
    await subscribe(own, 'email', 'someone@example.com');
    const [first] = await emulator.sentBySns();
    const { SubscriptionArn = '' } = await confirm(first?.Token ?? '');
    await unsubscribe(own, SubscriptionArn);
    expect(await listed()).toEqual([]);

    const last = (await emulator.sentBySns()).at(-1);
    await confirm(last?.Token ?? '');

    expect(last).toMatchObject({ Type: 'UnsubscribeConfirmation', Endpoint: 'someone@example.com' });
    const [again] = await listed();
    expect(again).toMatchObject({ SubscriptionArn: ARN, Endpoint: 'someone@example.com' });
    expect(again?.SubscriptionArn).not.toBe(SubscriptionArn);
  });
});

describe('RedrivePolicy: https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html', () => {
  const policy = JSON.stringify({ deadLetterTargetArn: queueOf(OTHER) });

  it('is set with the subscription or later, and removed by leaving out the value', async () => {
    const arn = await subscribe(own, 'sqs', queueOf(OWN), { Attributes: { RedrivePolicy: policy } });
    expect(await attributes(arn)).toMatchObject({ RedrivePolicy: policy });

    await set(own, arn);

    expect(Object.keys(await attributes(arn))).not.toContain('RedrivePolicy');
    await set(own, arn, policy);
    expect(await attributes(arn)).toMatchObject({ RedrivePolicy: policy });
  });

  it.each(['{', '{}', '[]', '{"deadLetterTargetArn":"x"}', JSON.stringify({ deadLetterTargetArn: queueOf(OWN), maxReceiveCount: 1 })])(
    'is not %s',
    async (value) => {
      const arn = await subscribe(own, 'sqs', queueOf(OWN));

      expect(await failureOf(set(own, arn, value))).toBe('InvalidParameterException 400');
    },
  );

  it('is the business of the owner of the subscription', async () => {
    const arn = await subscribe(other, 'sqs', queueOf(OTHER));

    expect(await failureOf(set(own, arn, policy))).toBe('AuthorizationErrorException 403');
    await set(other, arn, policy);
    expect(await attributes(arn)).toMatchObject({ RedrivePolicy: policy });
  });
});
