/** A topic with more subscriptions than SNS lists at once: what violates is found on whichever page it is, and recorded whole. */
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ConfirmSubscriptionCommand, CreateTopicCommand, ListSubscriptionsByTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import type { Value } from '../../lib/core/value';
import type { Api } from '../aws/emulator';
import type { FaultRule } from '../aws/faults';
import { invoke } from './bundle';
import { emptyAccount, faultsBefore } from './emulated';
import { CALLER, configurationIn, eventOf, findings, OWN, REGION } from './organization';

const emulator = emptyAccount();
const faults = faultsBefore(emulator);
const TopicArn = `arn:aws:sns:${REGION}:${OWN}:alerts`;
const sns = () => new SNSClient(emulator.client(CALLER));

/** Three pages; those of a stranger on the first and on the last. */
const COUNT = 210;
const STRANGERS = [5, 205];
const Attributes = { RawMessageDelivery: 'true', FilterPolicy: '{"kind":["order"]}' };
const endpoint = (index: number) => `https://${STRANGERS.includes(index) ? 'evil.example' : 'api.example.com'}/${index}`;

beforeEach(async () => {
  await sns().send(new CreateTopicCommand({ Name: 'alerts' }));
  for (let index = 0; index < COUNT; index += 1)
    await sns().send(new SubscribeCommand({ TopicArn, Protocol: 'https', Endpoint: endpoint(index), Attributes }));
  for (const { Token } of await emulator.sentBySns()) await sns().send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
});

const run = (event: Value, api: Api = emulator) =>
  invoke(
    {
      guardrail: 'sns-subscription',
      configuration: configurationIn(),
      surroundings: { scheduler: { roleArn: `arn:aws:iam::${OWN}:role/perimeter-look-again` } },
      environment: api.environment(CALLER),
    },
    event,
  );

/** A record of this kind hides which subscription it was. */
const confirmation = () =>
  eventOf('sns.amazonaws.com', 'ConfirmSubscription', { topicArn: TopicArn, token: 'HIDDEN' }, { subscriptionArn: 'HIDDEN' });
const subscription = (index: number) =>
  eventOf('sns.amazonaws.com', 'Subscribe', { topicArn: TopicArn, protocol: 'https', endpoint: endpoint(index) }, null);

async function left() {
  const endpoints: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await sns().send(new ListSubscriptionsByTopicCommand({ TopicArn, NextToken }));
    endpoints.push(...(page.Subscriptions ?? []).map(({ Endpoint = '' }) => Endpoint));
    NextToken = page.NextToken;
  } while (NextToken);
  return { count: endpoints.length, strangers: endpoints.filter((text) => text.includes('evil')) };
}

/** The subscriptions that the undo records of a remediation would make again. */
async function recorded(): Promise<readonly object[]> {
  const { events = [] } = await new CloudWatchLogsClient(emulator.client(CALLER)).send(
    new FilterLogEventsCommand({ logGroupName: 'perimeter-undo' }),
  );
  const entries = events.map(({ message = '' }) => JSON.parse(message.slice(message.indexOf('{'))));
  const inputs: { Endpoint: string }[] = entries.flatMap(({ restore }) => restore.map(({ input }: { input: object }) => input));
  return inputs.sort((one, other) => Number(one.Endpoint.split('/')[3]) - Number(other.Endpoint.split('/')[3]));
}
const whole = (index: number) => expect.objectContaining({ Endpoint: endpoint(index), Attributes: expect.objectContaining(Attributes) });

it('both are removed by one confirmation that names neither, and recorded with what they were', async () => {
  await run(confirmation());

  expect(await left()).toEqual({ count: COUNT - 2, strangers: [] });
  expect(await recorded()).toEqual([whole(5), whole(205)]);
});

it('one on the last page is found by its name, and nothing else is removed', async () => {
  await run(subscription(205));

  expect(await left()).toEqual({ count: COUNT - 1, strangers: [endpoint(5)] });
  expect(await recorded()).toEqual([whole(205)]);
});

it('both are found by the sweep', async () => {
  await run({ perimeter: 'sweep' });

  expect(await left()).toEqual({ count: COUNT - 2, strangers: [] });
  expect(await recorded()).toEqual([whole(5), whole(205)]);
});

const PAGES = { service: 'sns', operation: 'ListSubscriptionsByTopic' };

it.each<[string, FaultRule]>([
  ['is refused', { ...PAGES, error: { code: 'AuthorizationError', status: 403 } }],
  ['is cut', { ...PAGES, response: { truncate_frac: 0.5 } }],
])('a list of which the second page %s is no list: nothing is removed until all can be seen', async (_, rule) => {
  const event = confirmation();
  const watch = await faults.watch(OWN);
  await watch.trouble(rule, 1);
  await expect(run(event, faults)).rejects.toThrow('read: failed');
  await watch.end();
  expect([await left(), await findings(emulator)]).toMatchObject([{ count: COUNT }, [{ code: undefined, status: 'WARNING' }]]);

  await run(event);

  expect(await left()).toEqual({ count: COUNT - 2, strangers: [] });
  expect(await findings(emulator)).toMatchObject([
    { code: undefined, status: 'PASSED', workflow: 'RESOLVED' },
    { title: expect.stringMatching(/^undone: /), status: 'FAILED' },
    { title: expect.stringMatching(/^undone: /), status: 'FAILED' },
  ]);
});
