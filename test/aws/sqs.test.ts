import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type MotoEmulator, startEmulator } from './emulator';

let emulator: MotoEmulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

it('a long poll of an empty queue is answered at once, and one of a queue that has a message with it', async () => {
  const sqs = new SQSClient(emulator.client({ account: '222222222222' }));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'pulls' }));
  const receive = async () => (await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))).Messages?.map(({ Body }) => Body);
  const began = Date.now();

  const empty = await receive();
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));

  expect([empty, await receive()]).toEqual([undefined, ['one']]);
  expect(Date.now() - began).toBeLessThan(10_000);
});
