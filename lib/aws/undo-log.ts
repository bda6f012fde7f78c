/**
 * What is about to be removed, whole, in a log group of its own: written before the call, read by `perimeter undo`.
 * An event is `<key> <part>/<parts> <JSON, or a slice of it>`; there is one stream for each function and day.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
 */
import { createHash } from 'node:crypto';
import { isObject, type Value } from '../core/value';
import { AwsFailure } from '../handlers/ports';
import { failureOf, isNamed } from './failure';
import type { Fields } from './output';
import type { Send } from './send';

const UNDO_LOG_GROUP = 'perimeter-undo';

/** Some Regions still take events of 256 KB at most; the rest is room for the key. */
const SLICE_BYTES = 250_000;
/** A batch takes 1,048,576 bytes, 26 added for each event. */
const SLICES_A_BATCH = 4;
const MOST_SLICES = 40;

interface UndoLog {
  /** Answers the key: `<stream>/<milliseconds>-<hash>`. The same entry at the same time has the same key. Throws `AwsFailure`. */
  readonly record: (entry: Fields, at: Date) => Promise<string>;
  /** Undefined: there is no (whole) entry of this key. Throws `AwsFailure`. */
  readonly read: (key: string) => Promise<Fields | undefined>;
  /** What this function wrote about an event since it happened, with the keys. Throws `AwsFailure`. */
  readonly find: (eventId: string, since: Date) => Promise<readonly { readonly key: string; readonly entry: Fields }[]>;
}

export const createUndoLog = (send: Send, functionName: string, group: string = UNDO_LOG_GROUP): UndoLog => ({
  record: async (entry, at) => {
    const text = JSON.stringify(entry);
    const slices = slicesOf(text);
    if (slices.length > MOST_SLICES)
      throw new AwsFailure(
        'UndoTooLarge',
        `the undo record has ${text.length} characters; at most ${MOST_SLICES * SLICE_BYTES} bytes are kept`,
        false,
      );
    const stream = `${functionName}/${at.toISOString().slice(0, 10)}`;
    const id = `${at.getTime()}-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
    const events = slices.map((slice, index) => ({ timestamp: at.getTime(), message: `${id} ${index + 1}/${slices.length} ${slice}` }));
    for (let start = 0; start < events.length; start += SLICES_A_BATCH)
      await put(send, { logGroupName: group, logStreamName: stream, logEvents: events.slice(start, start + SLICES_A_BATCH) });
    return `${stream}/${id}`;
  },
  read: (key) => readEntry(send, group, key),
  find: (eventId, since) => findEntries(send, group, functionName, eventId, since),
});

/** Cut between characters, so that each slice is valid UTF-8. */
function slicesOf(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const slices: string[] = [];
  let start = 0;
  while (start < bytes.length) {
    let end = Math.min(start + SLICE_BYTES, bytes.length);
    while (end < bytes.length && isInside(bytes[end])) end -= 1;
    slices.push(bytes.toString('utf8', start, end));
    start = end;
  }
  return slices;
}

/** Not the first byte of a character. */
const isInside = (byte = 0): boolean => (byte & 0xc0) === 0x80;

interface Batch extends Fields {
  readonly logGroupName: string;
  readonly logStreamName: string;
}

async function put(send: Send, batch: Batch): Promise<void> {
  const { logGroupName, logStreamName } = batch;
  const answer = await send('logs:PutLogEvents', batch).catch(async (error) => {
    const failure = failureOf(error);
    if (!isNamed(failure.code, ['ResourceNotFound'])) throw failure;
    await createStream(send, logGroupName, logStreamName);
    return send('logs:PutLogEvents', batch);
  });
  if (isObject(answer.rejectedLogEventsInfo))
    throw new AwsFailure(
      'RejectedLogEvents',
      `log group ${logGroupName} rejected the undo record: ${JSON.stringify(answer.rejectedLogEventsInfo)}`,
      false,
    );
}

async function createStream(send: Send, logGroupName: string, logStreamName: string): Promise<void> {
  try {
    await send('logs:CreateLogStream', { logGroupName, logStreamName });
  } catch (error) {
    const failure = failureOf(error);
    // Another run was faster.
    if (isNamed(failure.code, ['ResourceAlreadyExists'])) return;
    if (!isNamed(failure.code, ['ResourceNotFound'])) throw failure;
    throw new AwsFailure(failure.code, `log group ${logGroupName} does not exist: deploy the member template, or name another one`, false, {
      cause: error,
    });
  }
}

const MOST_PAGES = 100;
const KEY = /^(.+)\/((\d{1,16})-[0-9a-f]{16})$/;

async function readEntry(send: Send, group: string, key: string): Promise<Fields | undefined> {
  const [, stream, id, time] = KEY.exec(key) ?? [];
  if (stream === undefined || id === undefined) return undefined;
  const at = Number(time);
  const slices = new Map<number, string>();
  let parts = 0;
  for await (const message of messagesOf(send, { logGroupName: group, logStreamName: stream, startTime: at, endTime: at + 1, startFromHead: true })) {
    const [, part, of, slice = ''] = PART.exec(message.startsWith(`${id} `) ? message.slice(id.length + 1) : '') ?? [];
    if (part === undefined) continue;
    slices.set(Number(part), slice);
    parts = Number(of);
  }
  const whole = Array.from({ length: parts }, (_, index) => slices.get(index + 1));
  if (parts === 0 || whole.includes(undefined)) return undefined;
  return entryOf(whole.join(''), key);
}

const PART = /^(\d{1,3})\/(\d{1,3}) ([\s\S]*)$/;

async function* messagesOf(send: Send, query: Fields): AsyncGenerator<string> {
  let token: Value | undefined;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const answer = await pageOf(send, 'logs:GetLogEvents', { ...query, ...(token !== undefined && { nextToken: token }) });
    for (const event of Array.isArray(answer?.events) ? answer.events : [])
      if (isObject(event) && typeof event.message === 'string') yield event.message;
    // The end is told by the token that was sent coming back.
    if (answer?.nextForwardToken === undefined || answer.nextForwardToken === token) return;
    token = answer.nextForwardToken;
  }
}

/** Clocks differ: the record may seem older than the event. */
const SKEW_MS = 5 * 60 * 1000;
const HEAD = /^(\d{1,16}-[0-9a-f]{16}) 1\/(\d{1,3}) /;

async function findEntries(send: Send, group: string, functionName: string, eventId: string, since: Date) {
  // What stands in quotes is looked for as it is, and an event made by hand may have any id.
  if (!/^[\w-]{1,128}$/.test(eventId) || Number.isNaN(since.getTime())) return [];
  const query = {
    logGroupName: group,
    logStreamNamePrefix: `${functionName}/`,
    startTime: Math.max(0, since.getTime() - SKEW_MS),
    filterPattern: `"${eventId}"`,
  };
  const found: { readonly key: string; readonly entry: Fields }[] = [];
  let token: Value | undefined;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const answer = await pageOf(send, 'logs:FilterLogEvents', { ...query, ...(token !== undefined && { nextToken: token }) });
    for (const event of Array.isArray(answer?.events) ? answer.events : []) {
      const [stream, message] = isObject(event) ? [event.logStreamName, event.message] : [];
      const [head, id, parts] = typeof message === 'string' ? (HEAD.exec(message) ?? []) : [];
      if (typeof stream !== 'string' || typeof message !== 'string' || head === undefined) continue;
      const key = `${stream}/${id}`;
      const entry = parts === '1' ? entryOf(message.slice(head.length), key) : await readEntry(send, group, key);
      if (entry?.eventId === eventId) found.push({ key, entry });
    }
    token = answer?.nextToken;
    if (token === undefined || token === '') break;
  }
  return found;
}

/** Undefined where the group or the stream does not exist. */
async function pageOf(send: Send, action: 'logs:GetLogEvents' | 'logs:FilterLogEvents', query: Fields): Promise<Fields | undefined> {
  try {
    return await send(action, query);
  } catch (error) {
    const failure = failureOf(error);
    if (isNamed(failure.code, ['ResourceNotFound'])) return undefined;
    throw failure;
  }
}

function entryOf(text: string, key: string): Fields {
  try {
    const entry: unknown = JSON.parse(text);
    if (isObject(entry)) return entry;
  } catch {
    // Told below.
  }
  throw new AwsFailure('MalformedUndoRecord', `the undo record ${key} is no JSON object`, false);
}
