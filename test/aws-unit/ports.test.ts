/** The directory, looking again, and the ports as a whole. */
import { createAws } from '../../lib/aws';
import { createClients } from '../../lib/aws/clients';
import { readDirectory } from '../../lib/aws/directory';
import { type Answer, fakeClock, jsonError, useServer } from './server';

const server = useServer();

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:perimeter-lambda-layer-permission-remediator:live';

describe('the organization directory', () => {
  const written = (content: unknown): Answer => ({ text: typeof content === 'string' ? content : JSON.stringify(content), headers: {} });
  const GOOD = { writtenAt: '2026-11-22T09:00:00.000Z', accountIds: ['111122223333', '222222222222'] };
  const keys: string[] = [];
  /** Another one for each test: what is read is kept for the process. */
  const address = () => ({ bucket: 'perimeter-directory', key: `${keys.push('')}.json`, region: 'eu-north-1' });

  it('is read, and kept for five minutes', async () => {
    server.answer(written(GOOD));
    const [place, directory] = [address(), { accountIds: new Set(GOOD.accountIds), writtenAt: new Date(GOOD.writtenAt) }];

    expect(await readDirectory(place, () => NOW)).toEqual(directory);
    expect(await readDirectory(place, () => NOW + 299_000)).toEqual(directory);
    expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([`GET /perimeter-directory/${place.key}?x-id=GetObject`]);

    await readDirectory(place, () => NOW + 300_000);
    expect(server.asked).toHaveLength(2);
  });

  it.each<[string, unknown]>([
    ['no JSON', '{"writtenAt'],
    ['no object', '[]'],
    ['no time', { ...GOOD, writtenAt: 'yesterday' }],
    ['a time to come', { ...GOOD, writtenAt: '2027-01-01T00:00:00Z' }],
    ['no list', { ...GOOD, accountIds: '111122223333' }],
    ['nobody', { ...GOOD, accountIds: [] }],
    ['a number for an account', { ...GOOD, accountIds: [111122223333] }],
    ['something that is no account', { ...GOOD, accountIds: ['111122223333', 'x'] }],
  ])('decides nothing when it holds %s', async (_, content) => {
    server.answer(written(content));

    await expect(readDirectory(address(), () => NOW)).rejects.toMatchObject({ name: 'AwsFailure', code: 'MalformedDirectory', isTransient: false });
  });

  it('that cannot be read is a failure, which is not kept', async () => {
    const place = address();
    server.answer({ status: 404, xml: '<Error><Code>NoSuchKey</Code><Message>no</Message></Error>' });
    await expect(readDirectory(place, () => NOW)).rejects.toMatchObject({ name: 'AwsFailure', code: 'NoSuchKey' });
    server.answer({ status: 403, xml: '<Error><Code>AccessDenied</Code><Message>no</Message></Error>' });
    await expect(readDirectory(place, () => NOW)).rejects.toMatchObject({ code: 'AccessDenied' });
    server.answer(written(GOOD));
    expect(await readDirectory(place, () => NOW)).toMatchObject({ writtenAt: new Date(GOOD.writtenAt) });
  });

  it('has two seconds', async () => {
    server.answer('silence');
    const began = Date.now();

    await expect(readDirectory(address(), () => NOW)).rejects.toMatchObject({ code: 'DeadlineExceeded', isTransient: true });

    expect(Date.now() - began).toBeLessThan(3_000);
  });
});

function aws(deployment: Parameters<typeof createAws>[0] = {}) {
  const lines: unknown[] = [];
  const clock = fakeClock(NOW);
  const ports = createAws(deployment, createClients(), clock)({ remaining: () => 60_000, log: (...line) => void lines.push(line), functionArn: ARN });
  return { ports, lines };
}

describe('looking again', () => {
  const scheduler = {
    roleArn: 'arn:aws:iam::111122223333:role/perimeter-look-again-eu-west-1',
    groupName: 'perimeter',
    deadLetterArn: 'arn:aws:sqs:eu-west-1:111122223333:q',
  };
  const EVENT = { perimeter: 'look-again', looks: 1, event: { detail: {} } };

  it('is a schedule that invokes this function once and is gone', async () => {
    await aws({ scheduler }).ports.lookAgain(new Date(NOW + 15 * 60_000), EVENT);

    const [{ path, body } = { path: '', body: '{}' }] = server.asked;
    expect(path).toMatch(/^\/schedules\/perimeter-lambda-layer-permission-remediator-[0-9a-f]{16}$/);
    expect(JSON.parse(body)).toEqual({
      ActionAfterCompletion: 'DELETE',
      ClientToken: expect.any(String),
      FlexibleTimeWindow: { Mode: 'OFF' },
      GroupName: 'perimeter',
      ScheduleExpression: 'at(2026-11-22T10:15:00)',
      ScheduleExpressionTimezone: 'UTC',
      Target: {
        Arn: ARN,
        RoleArn: scheduler.roleArn,
        Input: JSON.stringify(EVENT),
        RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 10 },
        DeadLetterConfig: { Arn: scheduler.deadLetterArn },
      },
    });
  });

  it('is asked for once, however often it is asked for', async () => {
    server.answer({ json: {} }, jsonError(409, 'ConflictException'));
    const { ports } = aws({ scheduler });

    await ports.lookAgain(new Date(NOW + 60_000), EVENT);
    await ports.lookAgain(new Date(NOW + 60_000), EVENT);

    const [first, second] = server.asked.map(({ path }) => path);
    expect(second).toBe(first);
  });

  it('is never for a time that has passed', async () => {
    await aws({ scheduler }).ports.lookAgain(new Date(NOW - 60_000), EVENT);

    expect(JSON.parse(server.asked[0]?.body ?? '{}').ScheduleExpression).toBe('at(2026-11-22T10:01:00)');
  });

  it('says what keeps it from happening', async () => {
    server.answer(jsonError(403, 'AccessDeniedException'));
    await expect(aws({ scheduler }).ports.lookAgain(new Date(NOW), EVENT)).rejects.toMatchObject({ code: 'AccessDeniedException' });
    await expect(aws({ scheduler: {} }).ports.lookAgain(new Date(NOW), EVENT)).rejects.toMatchObject({ code: 'NoScheduleRole' });
    await expect(aws({ scheduler }).ports.lookAgain(new Date(NOW), 'x'.repeat(262_144))).rejects.toMatchObject({ code: 'EventTooLarge' });

    const { ports, lines } = aws();
    await ports.lookAgain(new Date(NOW), EVENT);
    expect(lines).toEqual([['warn', 'nothing looks again: no scheduler is configured', { at: '2026-11-22T10:00:00.000Z' }]]);
  });
});

describe('the ports', () => {
  it('have a directory where one is deployed', () => {
    expect(aws().ports.directory).toBeUndefined();
    expect(aws({ directory: { bucket: 'b', key: 'k', region: 'eu-west-1' } }).ports.directory).toEqual(expect.any(Function));
  });

  it('write the undo record under the name of the function', async () => {
    const { ports } = aws({ undoLogGroup: 'other' });

    const key = await ports.recordUndo({ a: 1 });

    expect(key).toMatch(/^perimeter-lambda-layer-permission-remediator\/2026-11-22\/1795341600000-[0-9a-f]{16}$/);
    expect(JSON.parse(server.asked[0]?.body ?? '{}')).toMatchObject({
      logGroupName: 'other',
      logStreamName: 'perimeter-lambda-layer-permission-remediator/2026-11-22',
    });
  });

  it('load nothing before the first call', () => {
    jest.isolateModules(() => {
      const isolated: typeof import('../../lib/aws') = require('../../lib/aws');
      isolated.createAws({ directory: { bucket: 'b', key: 'k', region: 'r' }, scheduler: { roleArn: 'r' } })({
        remaining: () => 1,
        log: () => undefined,
        functionArn: ARN,
      });
    });

    expect(server.asked).toEqual([]);
  });
});
