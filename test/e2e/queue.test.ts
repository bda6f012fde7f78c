/** The queue of pulls on a real SQS API: drained by the deployed bundle, and what fails ends with the dead letters. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { property, type Value } from '../../lib/core/value';
import { type MotoEmulator, startEmulator } from '../aws/emulator';
import { invoke } from './bundle';
import { CALLER, configurationIn, eventOf, findings, OWN, prepare, REGION } from './organization';

let emulator: MotoEmulator;
let sqs: SQSClient;
let queueUrl: string;
let deadUrl: string;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

async function prepareQueues(visibilityTimeout: string): Promise<void> {
  await emulator.reset();
  await prepare(emulator);
  sqs = new SQSClient(emulator.client(CALLER));
  deadUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'perimeter-dead' }))).QueueUrl ?? '';
  const redrive = { deadLetterTargetArn: `arn:aws:sqs:${REGION}:${OWN}:perimeter-dead`, maxReceiveCount: 2 };
  const Attributes = { RedrivePolicy: JSON.stringify(redrive), VisibilityTimeout: visibilityTimeout };
  queueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'perimeter-ecr-layer-access', Attributes }))).QueueUrl ?? '';
}

const pull = (role: string, minute: number): Value =>
  eventOf('ecr.amazonaws.com', 'BatchGetImage', { repositoryName: 'orders' }, null, {
    eventTime: `2026-11-22T10:${String(minute).padStart(2, '0')}:00Z`,
    resources: [{ ARN: `arn:aws:ecr:${REGION}:${OWN}:repository/orders`, accountId: OWN }],
    sourceIPAddress: '203.0.113.9',
    userIdentity: {
      type: 'AssumedRole',
      arn: `arn:aws:sts::${OWN}:assumed-role/${role}/s`,
      accountId: OWN,
      sessionContext: { sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${OWN}:role/${role}`, accountId: OWN } },
    },
  });

async function put(bodies: readonly string[]): Promise<void> {
  for (let start = 0; start < bodies.length; start += 10) {
    const Entries = bodies.slice(start, start + 10).map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
}

async function waiting(QueueUrl: string): Promise<number> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }));
  return Number(Attributes?.ApproximateNumberOfMessages);
}

const run = (event: Value) =>
  invoke(
    { guardrail: 'ecr-layer-access', configuration: configurationIn(), surroundings: { queueUrl }, environment: emulator.environment(CALLER) },
    event,
  );
const drain = () => run({ perimeter: 'drain' });

it('hundreds of pulls are one finding for each principal, and the queue is empty', async () => {
  const pulls = Array.from({ length: 230 }, (_, index) => pull(['ci-build', 'dev', 'ops'][index % 3] ?? '', Math.floor(index / 4)));
  await prepareQueues('60');
  await put(pulls.map((event) => JSON.stringify(event)));

  const answer = await drain();

  expect(await waiting(queueUrl)).toBe(0);
  expect((await findings(emulator)).map(({ code, status }) => [code, status])).toEqual([
    ['untrusted-identity', 'FAILED'],
    ['untrusted-identity', 'FAILED'],
  ]);
  const counts = Array.isArray(answer.findings) ? answer.findings.map((each) => property(property(each, 'finding'), 'ProductFields')) : [];
  expect(counts.map((fields) => property(fields, 'perimeter/count'))).toEqual(['77 (a lower bound)', '76 (a lower bound)']);
});

it('what is not understood goes to the dead letters, and nothing else does', async () => {
  await prepareQueues('3');
  await put(['{"detail', JSON.stringify(pull('ci-build', 1))]);

  for (const _ of [1, 2, 3]) {
    await drain();
    await sleep(3_100);
  }

  expect([await waiting(queueUrl), await waiting(deadUrl)]).toEqual([0, 1]);
  const { Messages: [dead] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: deadUrl }));
  expect(dead?.Body).toBe('{"detail');
});

describe('what is not understood', () => {
  beforeAll(() => prepareQueues('60'));
  const message = (messageId: string, body: Value) => ({ messageId, body: typeof body === 'string' ? body : JSON.stringify(body) });

  it.each<[string, Value]>([
    ['an envelope without its record', { 'detail-type': 'AWS API Call via CloudTrail', source: 'aws.ecr', account: OWN }],
    ['an envelope whose record is text', { 'detail-type': 'AWS API Call via CloudTrail', detail: '{}' }],
    ['a record of a version that is not known', { eventVersion: '2.0', eventName: 'BatchGetImage', eventSource: 'ecr.amazonaws.com' }],
    ['a request to look again at nothing', { perimeter: 'look-again', looks: 1 }],
    ['a log file with one record that was cut', { Records: [pull('ci-build', 1), { eventName: 'BatchGetImage' }] }],
    ['a list', [pull('dev', 1)]],
    ['a text', 'BatchGetImage'],
  ])('fails the function, so that the event is kept: %s', async (_, event) => {
    await expect(run(event)).rejects.toThrow('event not understood');
  });

  it('fails its own message of a batch, and no other', async () => {
    const messages = [message('m1', '{"detail'), message('m2', pull('ci-build', 1)), message('m3', {}), message('m4', pull('dev', 1))];

    expect(await run({ Records: messages })).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm3' }] });
  });

  it('fails the whole of a batch that does not name its messages', async () => {
    await expect(run({ Records: [{ body: '{"detail' }, message('m2', pull('ci-build', 1))] })).rejects.toThrow('event not understood');
  });
});
