import fc from 'fast-check';
import { createClients } from '../../lib/aws/clients';
import type { Fields } from '../../lib/aws/output';
import { createSend, type Send } from '../../lib/aws/send';
import { createUndoLog } from '../../lib/aws/undo-log';
import { asList, isObject } from '../../lib/core/value';
import { AwsFailure } from '../../lib/handlers/ports';
import { fakeClock, jsonError, useServer } from './server';

const server = useServer();

const AT = new Date('2026-11-22T10:00:00.123Z');
const NAME = 'perimeter-lambda-permission-remediator';
const STREAM = `${NAME}/2026-11-22`;
const ENTRY = { guardrail: 'lambda-permission', restore: [{ action: 'lambda:AddPermission', input: { StatementId: 'é"\n' } }] };

const log = () => createUndoLog(createSend({ clients: createClients(), clock: fakeClock(), remaining: () => 60_000 }), NAME);
const targets = () => server.asked.map(({ headers }) => String(headers['x-amz-target']).split('.')[1]);
const bodies = () => server.asked.map(({ body }) => JSON.parse(body));

it('writes what is removed, whole, and answers its key', async () => {
  const key = await log().record(ENTRY, AT);

  expect(key).toMatch(/^perimeter-lambda-permission-remediator\/2026-11-22\/1795341600123-[0-9a-f]{16}$/);
  expect(bodies()).toEqual([
    {
      logGroupName: 'perimeter-undo',
      logStreamName: STREAM,
      logEvents: [{ timestamp: AT.getTime(), message: `${key.split('/')[2]} 1/1 ${JSON.stringify(ENTRY)}` }],
    },
  ]);
  expect(await log().record(ENTRY, AT)).toBe(key);
});

it.each([
  ['the stream is made when it is missing', [jsonError(400, 'ResourceNotFoundException'), { json: {} }, { json: {} }]],
  ['another run made it first', [jsonError(400, 'ResourceNotFoundException'), jsonError(400, 'ResourceAlreadyExistsException'), { json: {} }]],
])('%s', async (_, answers) => {
  server.answer(...answers);

  await log().record(ENTRY, AT);

  expect(targets()).toEqual(['PutLogEvents', 'CreateLogStream', 'PutLogEvents']);
  expect(bodies()[1]).toEqual({ logGroupName: 'perimeter-undo', logStreamName: STREAM });
});

it('fails, so that nothing is removed, when it cannot be written', async () => {
  server.answer(jsonError(400, 'ResourceNotFoundException'));
  await expect(log().record(ENTRY, AT)).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
    message: 'log group perimeter-undo does not exist: deploy the member template, or name another one',
    isTransient: false,
  });

  server.answer(jsonError(400, 'AccessDeniedException'));
  await expect(log().record(ENTRY, AT)).rejects.toMatchObject({ code: 'AccessDeniedException' });

  server.answer({ json: { rejectedLogEventsInfo: { tooOldLogEventEndIndex: 1 } } });
  await expect(log().record(ENTRY, AT)).rejects.toMatchObject({ code: 'RejectedLogEvents' });

  await expect(log().record({ text: 'x'.repeat(11_000_000) }, AT)).rejects.toMatchObject({ code: 'UndoTooLarge' });
});

/** Log streams in memory: what is written can be read, in pages of `pageSize`. */
function streams(pageSize: number): Send {
  const events = new Map<string, Fields[]>();
  return async (action, input): Promise<Fields> => {
    const stream = String(input.logStreamName);
    const known = events.get(stream);
    if (action === 'logs:CreateLogStream') events.set(stream, []);
    if (action === 'logs:CreateLogStream') return {};
    if (!known) throw new AwsFailure('ResourceNotFoundException', 'no', false);
    if (action === 'logs:PutLogEvents') {
      const batch = asList(input.logEvents).filter(isObject);
      const sizes = batch.map(({ message }) => Buffer.byteLength(String(message)) + 26);
      if (sizes.some((size) => size > 262_144) || sizes.reduce((sum, size) => sum + size, 0) > 1_048_576)
        throw new AwsFailure('InvalidParameterException', 'size', false);
      known.push(...batch);
      return {};
    }
    const start = Number(input.nextToken ?? 0);
    const inTime = known.filter(({ timestamp }) => Number(timestamp) >= Number(input.startTime) && Number(timestamp) < Number(input.endTime));
    const page = inTime.slice(start, start + pageSize);
    return { events: page, nextForwardToken: String(Math.min(start + pageSize, inTime.length)) };
  };
}

it('reads back what it wrote, in parts, among others, however often it was written', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ text: fc.string({ unit: 'grapheme' }), times: fc.integer({ min: 0, max: 60_000 }) }), { minLength: 1, maxLength: 3 }),
      async (items) => {
        const undo = createUndoLog(streams(2), NAME, 'group');
        const entries = items.map(({ text, times }) => ({ text: text.repeat(times) }));
        const keys: string[] = [];
        for (const entry of [...entries, ...entries]) keys.push(await undo.record(entry, AT));

        for (const [index, entry] of entries.entries()) expect(await undo.read(keys[index] ?? '')).toEqual(entry);
        expect(keys.slice(entries.length)).toEqual(keys.slice(0, entries.length));
      },
    ),
    { numRuns: 60 },
  );
});

it.each(['', 'nonsense', `${STREAM}/1795341600123-0123456789abcdef`, `${STREAM}/1795341600123-0123456789ABCDEF`, '/1-0123456789abcdef'])(
  'finds nothing under %j',
  async (key) => {
    const undo = createUndoLog(streams(2), NAME);
    await undo.record(ENTRY, AT);

    expect(await undo.read(key)).toBeUndefined();
  },
);

it('asks CloudWatch Logs for the one millisecond', async () => {
  const key = `${STREAM}/1795341600123-0123456789abcdef`;
  const message = `1795341600123-0123456789abcdef 1/1 ${JSON.stringify(ENTRY)}`;
  server.answer(
    { json: { events: [{ message: 'other 1/1 {}' }, { message }], nextForwardToken: 'f' } },
    { json: { events: [], nextForwardToken: 'f' } },
  );

  expect(await log().read(key)).toEqual(ENTRY);

  const query = { logGroupName: 'perimeter-undo', logStreamName: STREAM, startTime: 1795341600123, endTime: 1795341600124, startFromHead: true };
  expect(bodies()).toEqual([query, { ...query, nextToken: 'f' }]);
});

describe('the records of an event', () => {
  const SINCE = new Date('2026-11-22T09:30:00Z');
  const line = (entry: Fields, parts = '1/1') => ({
    logStreamName: STREAM,
    message: `1795341600123-0123456789abcdef ${parts} ${JSON.stringify(entry)}`,
  });

  it('are searched for in what this function wrote, page by page', async () => {
    const mine = { ...ENTRY, eventId: 'event-1' };
    const other = { ...ENTRY, eventId: 'event-2', note: 'event-1' };
    server.answer({ json: { events: [line(other)], nextToken: 't' } }, { json: { events: [line(mine), { message: 'event-1' }] } });

    expect(await log().find('event-1', SINCE)).toEqual([{ key: `${STREAM}/1795341600123-0123456789abcdef`, entry: mine }]);
    expect(bodies()[0]).toEqual({
      logGroupName: 'perimeter-undo',
      logStreamNamePrefix: `${NAME}/`,
      startTime: SINCE.getTime() - 300_000,
      filterPattern: '"event-1"',
    });
    expect(bodies()[1]).toMatchObject({ nextToken: 't' });
  });

  it.each(['', 'a"b', 'x'.repeat(129)])('%j is no id of an event: nothing is asked', async (id) => {
    expect(await log().find(id, SINCE)).toEqual([]);
    expect(server.asked).toEqual([]);
  });

  it('are none where nothing was ever written, or the time is unknown', async () => {
    expect(await log().find('event-1', new Date('soon'))).toEqual([]);
    server.answer(jsonError(400, 'ResourceNotFoundException'));
    expect(await log().find('event-1', SINCE)).toEqual([]);
  });

  it('cannot be read: that is a failure', async () => {
    server.answer(jsonError(400, 'AccessDeniedException'));

    await expect(log().find('event-1', SINCE)).rejects.toMatchObject({ code: 'AccessDeniedException', isTransient: false });
  });
});
