/**
 * Emptying the queue of pulls. They come by the thousand, so their rule feeds a queue instead of the function, and a schedule
 * says `{ "perimeter": "drain" }`. No event source mapping: it polls around the clock, which is billed. What was handled is
 * deleted; what failed comes again, and by the queue's redrive policy ends with its dead letters.
 */
import { property, type Value } from '../core/value';
import type { Ports } from './ports';
import type { Remediation, Remediator } from './remediator';

/** A message of the queue; `receiptHandle` is what deleting it takes. */
export interface Message {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
}

export interface QueuePort {
  /** Up to a bounded number, each once; `[]`: it is empty. Throws `AwsFailure`. */
  readonly receive: () => Promise<readonly Message[]>;
  /** Throws `AwsFailure`. What could not be deleted comes again, and is known by then. */
  readonly delete: (messages: readonly Message[]) => Promise<void>;
}

const DRAIN = 'drain';

export const isDrain = (event: Value): boolean => property(event, 'perimeter') === DRAIN;

export async function drain({ run }: Remediator, { queue, log }: Pick<Ports, 'queue' | 'log'>): Promise<Remediation> {
  if (!queue) throw new Error('no queue is configured: queueUrl is missing from the configuration of the function');
  const messages = await queue.receive();
  const remediation = await run({ Records: messages.map(({ messageId, body }) => ({ messageId, body })) });
  const left = new Set(remediation.failedMessages);
  const handled = messages.filter(({ messageId }) => !left.has(messageId));
  await queue.delete(handled);
  log(left.size > 0 ? 'warn' : 'debug', 'queue drained', { received: messages.length, handled: handled.length, left: left.size });
  return remediation;
}
