import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { record, type Workspace, workspace } from '../support/workspace';

const BAD = record('999999999999', '1');
const GOOD = record('333333333333', '2');
const PNG = Buffer.from('89504e470d0a1a0a0000000d494844520000000100000001080600000', 'hex');
const text = (...records: readonly unknown[]) => JSON.stringify({ Records: records });

let place: Workspace;
afterEach(() => place.remove());

const LOGS: readonly (readonly [string, string, string | Buffer])[] = [
  ['a log file', 'x.json', text(GOOD, BAD)],
  ['a packed log file', 'x.json.gz', gzipSync(text(GOOD, BAD))],
  ['a packed log file whose name does not say so', 'x.json', gzipSync(text(GOOD, BAD))],
  ['a log file with a byte order mark', 'x.json', `\ufeff${text(GOOD, BAD)}`],
  ['a plain file with the name of a packed one', 'x.json.gz', text(GOOD, BAD)],
  ['a list of records', 'x.json', JSON.stringify([GOOD, BAD])],
  ['JSON Lines', 'x.jsonl', `${JSON.stringify(GOOD)}\n${JSON.stringify(BAD)}\n`],
  [
    'EventBridge events',
    'x.json',
    JSON.stringify([GOOD, BAD].map((detail) => ({ version: '0', account: '222222222222', 'detail-type': 'x', detail }))),
  ],
  ['the answer of lookup-events', 'x.json', JSON.stringify({ Events: [GOOD, BAD].map((event) => ({ CloudTrailEvent: JSON.stringify(event) })) })],
  [
    'the answer of filter-log-events',
    'x.json',
    JSON.stringify({ events: [GOOD, BAD].map((event) => ({ logStreamName: 's', message: JSON.stringify(event) })), nextToken: 't' }),
  ],
  ['a name without an extension', 'events', text(GOOD, BAD)],
];

describe.each(LOGS)('%s', (_, name, content) => {
  it('is read as a file, from a folder and from standard input', async () => {
    place = workspace({ [`logs/${name}`]: content });

    const file = await place.json(['replay', `logs/${name}`]);
    const folder = await place.json(['replay', 'logs']);

    expect(file.code).toBe(1);
    expect(file.document.summary).toEqual({
      judged: 2,
      compliant: 1,
      violation: 1,
      undetermined: 0,
      exempt: 0,
      scanned: { files: 1, records: 2, bytes: Buffer.from(content).length },
      errors: [],
    });
    expect(folder).toEqual(file);
    if (typeof content === 'string') expect((await place.json(['replay', '-'], content)).document).toEqual(file.document);
  });
});

it('says who did what, and what would be undone', async () => {
  place = workspace({ 'x.json': text(BAD) });

  const { document } = await place.json(['replay', 'x.json']);

  expect(document.assessments).toEqual([
    {
      guardrail: 'lambda-permission',
      verdict: 'violation',
      code: 'untrusted-account',
      severity: 'HIGH',
      mode: 'enforce',
      reason: expect.stringContaining('999999999999'),
      fix: expect.any(String),
      resource: { type: 'AWS::Lambda::Permission', id: 'arn:aws:lambda:eu-west-1:222222222222:function:f' },
      statement: 's',
      source: {
        eventId: '00000000-0000-0000-0000-000000000001',
        eventName: 'AddPermission20150331v2',
        eventTime: '2026-11-20T09:15:27Z',
        accountId: '222222222222',
        region: 'eu-west-1',
        principal: 'arn:aws:iam::222222222222:user/dev',
      },
      plan: [{ action: 'lambda:RemovePermission', input: { FunctionName: expect.any(String), StatementId: 's' } }],
    },
  ]);
});

/** With one byte turned over, half way. */
function broken(packed: Buffer): Buffer {
  const at = packed.length >> 1;
  packed[at] = (packed[at] ?? 0) ^ 0xff;
  return packed;
}

describe('damage', () => {
  it.each([
    ['a truncated gzip', 'x.json.gz', gzipSync(text(...Array(500).fill(BAD))).subarray(0, -200), /^is a damaged or truncated gzip file/],
    ['half a JSON', 'x.json', text(BAD, BAD).slice(0, -100), /^the file ends inside a record: it is truncated$/],
    ['UTF-16 with its mark', 'x.json', Buffer.from(`\ufeff${text(BAD)}`, 'utf16le'), /^is UTF-16: convert it to UTF-8/],
    ['UTF-16 without', 'x.json', Buffer.from(text(BAD), 'utf16le'), /^is UTF-16: convert it to UTF-8/],
    [
      'bytes that are no UTF-8',
      'x.json',
      Buffer.concat([Buffer.from(`${JSON.stringify(BAD).slice(0, -1)},"x":"`), Buffer.from([0xe9]), Buffer.from('"}')]),
      /^a record that is not valid UTF-8/,
    ],
    ['an empty file', 'x.json', '', /^is empty$/],
    ['white space', 'x.log', ' \n', /^holds no CloudTrail record$/],
    ['another JSON', 'package.json', '{"name":"x"}', /^not a CloudTrail record/],
    ['an unknown version', 'x.json', text({ ...BAD, eventVersion: '7' }), /^unknown eventVersion/],
    ['a picture', 'x.png', PNG, /^is a binary file, no CloudTrail log$/],
    ['a value that is none', 'x.json', '{"Records":[{"eventName":tru}]}', /^a record that is not valid JSON$/],
  ])('%s is named, and the rest is judged', async (_, name, content, message) => {
    place = workspace({ [`logs/${name}`]: content, 'logs/good.json': text(BAD) });

    const { document, code } = await place.json(['replay', 'logs']);

    expect(document.summary.errors.map(({ file }) => file)).toEqual([`logs/${name}`]);
    expect(document.summary.errors[0]?.message).toMatch(message);
    expect(document.assessments.length).toBeGreaterThanOrEqual(1);
    expect(code).toBe(1);
  });

  it.each([
    ['behind it', Buffer.concat([gzipSync(text(BAD, BAD)), Buffer.from('garbage')]), 2],
    ['in the middle of it', broken(gzipSync(text(...Array.from({ length: 2000 }, (_, index) => record('999999999999', String(index)))))), 100],
  ])('of a packed log takes nothing of what comes before: %s', async (_, content, most) => {
    place = workspace({ 'x.json.gz': content });

    const { document, code } = await place.json(['replay', 'x.json.gz']);

    expect(code).toBe(1);
    expect(document.summary.violation).toBeGreaterThanOrEqual(most);
    expect(document.summary.errors.at(-1)?.message).toContain('what could be unpacked before the damage is judged');
  });

  it('of a directory of pictures and nothing else is the mistake of who named it', async () => {
    place = workspace({ 'logs/a.png': PNG, 'logs/b.png': PNG });

    const { document, code, stderr } = await place.json(['replay', 'logs']);

    expect(code).toBe(2);
    expect(document.summary.errors).toHaveLength(2);
    expect(stderr).toBe('perimeter: logs/a.png: is a binary file, no CloudTrail log\nperimeter: logs/b.png: is a binary file, no CloudTrail log\n');
  });

  it('between lines is named with its place, and the next line is judged', async () => {
    place = workspace({ 'x.jsonl': `${JSON.stringify(BAD)}\noops\n{"eventName":"cut\n${JSON.stringify(BAD)}\n` });
    const first = JSON.stringify(BAD).length + 1;

    const { document } = await place.json(['replay', 'x.jsonl']);

    expect(document.summary.errors).toEqual([
      { file: 'x.jsonl', offset: first, line: 2, message: 'not JSON' },
      { file: 'x.jsonl', offset: first + 5, line: 3, message: 'a string that does not end: the record is damaged or truncated' },
    ]);
    expect(document.summary.violation).toBe(2);
  });

  it('of the file system is named and survived', async () => {
    place = workspace({ 'logs/good.json': text(GOOD), 'logs/locked.json': text(GOOD), 'logs/readme.txt': 'hello', 'logs/empty/.keep': '' });
    symlinkSync('nowhere', join(place.folder, 'logs/dangling.json'));
    symlinkSync('..', join(place.folder, 'logs/empty/loop'));
    symlinkSync('itself', join(place.folder, 'logs/itself'));
    mkdirSync(join(place.folder, 'logs/none'));
    chmodSync(join(place.folder, 'logs/locked.json'), 0);

    const { document, code } = await place.json(['replay', 'logs', 'missing']);

    const errors = document.summary.errors.map(({ file, message }) => `${file} ${message}`);
    // A run as root reads everything.
    expect(errors.filter((error) => !error.startsWith('logs/locked'))).toEqual([
      'logs/dangling.json is a link that points nowhere',
      'logs/empty/loop is a link to a folder that holds it: not followed',
      'logs/itself is a link that points nowhere',
      'missing does not exist: check the path',
    ]);
    expect(document.summary.compliant).toBeGreaterThanOrEqual(1);
    expect(code).toBe(0);
  });

  it('in ten thousand places stays readable', async () => {
    place = workspace({ 'x.jsonl': `${'oops\n'.repeat(10_000)}${JSON.stringify(GOOD)}` });

    const { document, code } = await place.json(['replay', 'x.jsonl']);

    expect(document.summary.errors).toHaveLength(201);
    expect(document.summary.errors.at(-1)).toEqual({ file: 'x.jsonl', message: '9800 more damaged places are not listed' });
    expect([document.summary.compliant, code]).toEqual([1, 0]);
  });
});

describe('exit codes', () => {
  it.each([
    ['a violation', text(BAD), [], 1],
    ['nothing violated', text(GOOD), [], 0],
    ['a failed call', text({ ...BAD, errorCode: 'AccessDenied' }), [], 0],
    ['no record', text(), [], 2],
    ['a guardrail that is not concerned', text(BAD), ['--guardrail', 'lambda-vpc'], 0],
  ])('%s', async (_, content, flags, code) => {
    place = workspace({ 'x.json': content });

    expect((await place.run(['replay', 'x.json', ...flags])).code).toBe(code);
  });

  it('undetermined counts with --strict alone', async () => {
    const unlisted = record('999999999999');
    place = workspace({
      'x.json': text(unlisted),
      'p.yaml':
        'version: 1\norganization: { id: o-exampleorgid, managementAccountId: "111111111111" }\nguardrails: { lambda-permission: { mode: enforce } }\n',
    });

    const codes = [
      await place.run(['replay', 'x.json', '--config', 'p.yaml']),
      await place.run(['replay', 'x.json', '--config', 'p.yaml', '--strict']),
    ];

    expect(codes.map(({ code }) => code)).toEqual([0, 1]);
  });

  it('digest files and Insights events are passed over', async () => {
    const insight = { eventVersion: '1.08', eventType: 'AwsCloudTrailInsight', insightDetails: { eventName: 'AddPermission20150331v2' } };
    place = workspace({
      'logs/d.json.gz': gzipSync('{"awsAccountId":"1","digestStartTime":"2026-11-20T09:15:27Z","logFiles":[]}'),
      'logs/i.json.gz': gzipSync(JSON.stringify({ Records: [insight] })),
      'logs/x.json': text(GOOD),
    });

    const { document, code } = await place.json(['replay', 'logs']);

    expect([document.summary.errors, document.summary.scanned.records, code]).toEqual([[], 1, 0]);
  });
});
