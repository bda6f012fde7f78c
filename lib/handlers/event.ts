/** What the remediator is handed: one EventBridge event, a batch from a queue, or its own request to look again. */
import { type CloudTrailRecord, decodeRecord, isRecordProblem } from '../core/cloudtrail';
import { isList, isObject, property, type Value } from '../core/value';

export interface Delivery {
  /** Of a message of a queue: what the queue has to be told when it fails. */
  readonly messageId?: string;
  /** How often this event has been looked at again already. */
  readonly looks: number;
  /** When looking again began. */
  readonly since?: Date;
  readonly record?: CloudTrailRecord;
  readonly raw: Value;
  /** Why it is no record: counted and logged, never tried again by us, for it would fail again. */
  readonly problem?: string;
}

/** `{ "perimeter": "look-again", "looks": 2, "since": …, "event": … }`: what we scheduled ourselves. */
export const LOOK_AGAIN = 'look-again';

export function deliveriesOf(event: Value): readonly Delivery[] {
  const messages = property(event, 'Records');
  if (!isList(messages)) return [deliveryOf(event)];
  return messages.map((message) => {
    const body = property(message, 'body');
    const id = property(message, 'messageId');
    return { ...deliveryOf(typeof body === 'string' ? parsed(body) : message), ...(typeof id === 'string' && { messageId: id }) };
  });
}

function deliveryOf(event: Value | undefined): Delivery {
  const isAgain = property(event, 'perimeter') === LOOK_AGAIN;
  const raw = (isAgain ? property(event, 'event') : event) ?? null;
  const again = isAgain ? againOf(event) : { looks: 0 };
  if (!isObject(raw)) return { raw, ...again, problem: 'the event is not a JSON object' };
  const record = decodeRecord(raw);
  return isRecordProblem(record) ? { raw, ...again, problem: record.problem } : { raw, ...again, record };
}

/** Made by hand it may hold anything: then it counts as the first look, begun now. */
function againOf(event: Value | undefined): Pick<Delivery, 'looks' | 'since'> {
  const looks = Number(property(event, 'looks'));
  const since = Date.parse(String(property(event, 'since')));
  return { looks: Number.isSafeInteger(looks) && looks > 0 ? looks : 1, ...(!Number.isNaN(since) && { since: new Date(since) }) };
}

function parsed(text: string): Value | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
