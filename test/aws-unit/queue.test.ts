/** Emptying a queue: what is asked of SQS, and when it stops. */
import { createHash } from 'node:crypto';
import { createAws } from '../../lib/aws';
import { createClients } from '../../lib/aws/clients';
import type { Message } from '../../lib/handlers/drain';
import { fakeClock, useServer } from './server';

const server = useServer();

/** SQS is asked where the address of the queue says. */
const queueUrl = () => `${process.env.AWS_ENDPOINT_URL}/111122223333/perimeter-ecr-layer-access`;

function queueIn(remaining = () => 60_000) {
  const lines: unknown[] = [];
  const clock = fakeClock(Date.parse('2026-11-22T10:00:00Z'));
  const { queue } = createAws(
    { queueUrl: queueUrl() },
    createClients(),
    clock,
  )({ remaining, log: (...line) => void lines.push(line), functionArn: 'f' });
  if (!queue) throw new Error('a queue is configured');
  return { queue, lines };
}

const sent = (id: string, receipt = `r${id}`) => ({
  MessageId: id,
  ReceiptHandle: receipt,
  Body: `body ${id}`,
  MD5OfBody: createHash('md5').update(`body ${id}`).digest('hex'),
});

const bodies = () => server.asked.map(({ body }) => JSON.parse(body));
const messages = (count: number): readonly Message[] =>
  Array.from({ length: count }, (_, index) => ({ messageId: `m${index}`, receiptHandle: `r${index}`, body: '' }));

it('receives until it is empty, each message once', async () => {
  server.answer({ json: { Messages: [sent('a'), sent('b')] } }, { json: { Messages: [sent('b', 'later')] } }, { json: {} });

  expect(await queueIn().queue.receive()).toEqual([
    { messageId: 'a', receiptHandle: 'ra', body: 'body a' },
    { messageId: 'b', receiptHandle: 'later', body: 'body b' },
  ]);
  expect(bodies()).toEqual(Array(3).fill({ QueueUrl: queueUrl(), MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }));
});

it('asks an empty queue once', async () => {
  server.answer({ json: {} });

  expect(await queueIn().queue.receive()).toEqual([]);
  expect(server.asked).toHaveLength(1);
});

it('stops at a thousand messages', async () => {
  const pages = Array.from({ length: 120 }, (_, page) => ({
    json: { Messages: Array.from({ length: 10 }, (_, index) => sent(`${page}-${index}`)) },
  }));
  server.answer(...pages);

  expect(await queueIn().queue.receive()).toHaveLength(1000);
  expect(server.asked).toHaveLength(100);
});

it('leaves time for judging', async () => {
  server.answer({ json: { Messages: [sent('a')] } }, { json: { Messages: [sent('b')] } });

  expect(await queueIn(() => 20_000).queue.receive()).toHaveLength(1);
});

it('deletes by tens, and tells what could not be deleted', async () => {
  const { queue, lines } = queueIn();
  server.answer({ json: { Successful: [], Failed: [{ Id: '0', SenderFault: false, Code: 'InternalError' }] } }, { json: { Successful: [] } });

  await queue.delete(messages(23));

  expect(bodies().map(({ Entries }) => Entries.length)).toEqual([10, 10, 3]);
  expect(bodies()[2]).toEqual({
    QueueUrl: queueUrl(),
    Entries: [
      { Id: '0', ReceiptHandle: 'r20' },
      { Id: '1', ReceiptHandle: 'r21' },
      { Id: '2', ReceiptHandle: 'r22' },
    ],
  });
  expect(lines).toEqual([['warn', 'messages could not be deleted and will come again', { error: 'InternalError' }]]);
});

it('fails when the queue cannot be read', async () => {
  server.answer({ status: 400, json: { __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'no' } });

  await expect(queueIn().queue.receive()).rejects.toMatchObject({ name: 'AwsFailure', code: 'QueueDoesNotExist' });
});

it('there is none where none is configured', () => {
  const clock = fakeClock(0);

  expect(createAws({}, createClients(), clock)({ remaining: () => 1, log: () => undefined, functionArn: 'f' }).queue).toBeUndefined();
});
