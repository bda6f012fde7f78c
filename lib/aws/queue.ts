/** The queue that a schedule has emptied: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
import { isObject, property, type Value } from '../core/value';
import type { Message, QueuePort } from '../handlers/drain';
import type { Ports } from '../handlers/ports';
import { failureOf } from './failure';
import type { Send } from './send';

/** What SQS hands out, and takes back, at once. */
const A_BATCH = 10;
/** For one run: what is left waits for the next one. */
const MOST_MESSAGES = 1000;
const MOST_CHARACTERS = 16 * 1024 * 1024;
/** Milliseconds that a run keeps for judging and deleting. */
const KEPT_MS = 30_000;

export function createQueue(send: Send, queueUrl: string, { remaining, log }: Pick<Ports, 'remaining' | 'log'>): QueuePort {
  /** What was received before is handled, whatever the queue answers then. */
  const receive = async (isBegun: boolean): Promise<readonly Message[]> => {
    try {
      return messagesOf((await send('sqs:ReceiveMessage', { QueueUrl: queueUrl, MaxNumberOfMessages: A_BATCH, WaitTimeSeconds: 1 })).Messages);
    } catch (error) {
      const { code } = failureOf(error);
      if (!isBegun) throw error;
      log('warn', 'the queue does not answer any more', { error: code });
      return [];
    }
  };

  return {
    receive: async () => {
      // A message may come twice: then its last receipt counts.
      const messages = new Map<string, Message>();
      let characters = 0;
      while (messages.size < MOST_MESSAGES && characters < MOST_CHARACTERS && (messages.size === 0 || remaining() > KEPT_MS)) {
        // A second of waiting asks all servers of the queue; without it an answer without messages would not mean that there are none.
        const received = await receive(messages.size > 0);
        if (received.length === 0) break;
        for (const message of received) {
          messages.set(message.messageId, message);
          characters += message.body.length;
        }
      }
      return [...messages.values()];
    },
    delete: async (messages) => {
      for (let start = 0; start < messages.length; start += A_BATCH) {
        const batch = messages.slice(start, start + A_BATCH);
        const Entries = batch.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
        const { Failed } = await send('sqs:DeleteMessageBatch', { QueueUrl: queueUrl, Entries });
        const [first] = Array.isArray(Failed) ? Failed : [];
        if (first !== undefined) log('warn', 'messages could not be deleted and will come again', { error: property(first, 'Code') ?? 'unknown' });
      }
    },
  };
}

const messagesOf = (list: Value | undefined): readonly Message[] =>
  (Array.isArray(list) ? list : []).flatMap((message) => {
    const { MessageId, ReceiptHandle, Body } = isObject(message) ? message : {};
    if (typeof MessageId !== 'string' || typeof ReceiptHandle !== 'string') return [];
    return [{ messageId: MessageId, receiptHandle: ReceiptHandle, body: typeof Body === 'string' ? Body : '' }];
  });
