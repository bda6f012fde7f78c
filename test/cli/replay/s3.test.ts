/** Logs where a trail delivers them, on an emulated S3 with the real SDK. */
import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type MotoEmulator, startEmulator } from '../../aws/emulator';
import { type Faults, startFaults } from '../../aws/faults';
import { CALLER, REGION } from '../../e2e/organization';
import { record, type Workspace, workspace } from '../support/workspace';

const BAD = record('999999999999', '1');
const GOOD = record('333333333333', '2');
const PREFIX = 'AWSLogs/o-exampleorgid/222222222222';
const environment = { ...process.env };

let api: MotoEmulator;
let faults: Faults;
let place: Workspace;
beforeAll(async () => {
  api = await startEmulator(undefined, { MOTO_S3_DEFAULT_MAX_KEYS: '20' });
  faults = await startFaults(api);
});
afterAll(async () => {
  process.env = environment;
  await faults.stop();
  await api.stop();
});
beforeEach(async () => {
  await api.reset();
  process.env = { PATH: environment.PATH, AWS_EC2_METADATA_DISABLED: 'true', ...faults.environment(CALLER) };
  await faults.clear();
  place = workspace({});
  await s3().send(new CreateBucketCommand({ Bucket: 'trail', CreateBucketConfiguration: { LocationConstraint: REGION } }));
});
afterEach(() => place.remove());

const s3 = () => new S3Client(api.client(CALLER));
const log = (...records: readonly unknown[]) => gzipSync(JSON.stringify({ Records: records }));
const put = (key: string, body: string | Buffer) => s3().send(new PutObjectCommand({ Bucket: 'trail', Key: key, Body: body }));
const hour = (index: number) => `${PREFIX}/CloudTrail/eu-west-1/2026/11/02/${String(index).padStart(5, '0')}.json.gz`;

it('judges every log under a prefix, over several pages, in order, and nothing beside them', async () => {
  const many = 45;
  for (let index = 0; index < many; index += 1) await put(hour(index), log(GOOD));
  await put(hour(many), log(BAD, GOOD));
  await put(`${PREFIX}/CloudTrail-Digest/eu-west-1/2026/11/02/digest.json.gz`, log(BAD));
  await put('AWSLogs/elsewhere/x.json.gz', log(BAD));
  await put(`${PREFIX}/readme.txt`, 'not a log');

  const { code, document } = await place.json(['replay', `s3://trail/${PREFIX}/`]);

  expect(code).toBe(1);
  expect(document.summary).toMatchObject({ judged: many + 2, violation: 1, scanned: { files: many + 1, records: many + 2 }, errors: [] });
  expect(document.assessments.map(({ verdict, source }) => [verdict, source])).toMatchObject([['violation', { eventId: BAD.eventID }]]);
});

it('reads one object by its whole key, whatever its name', async () => {
  await put('exports/last-week', log(BAD));

  expect((await place.json(['replay', 's3://trail/exports/last-week'])).document.summary).toMatchObject({ violation: 1 });
});

it('names a damaged object and judges the others', async () => {
  await put(hour(1), log(BAD).subarray(0, 40));
  await put(hour(2), log(BAD));

  const { code, document } = await place.json(['replay', 's3://trail']);

  expect(code).toBe(1);
  expect(document.summary).toMatchObject({ violation: 1 });
  expect(document.summary.errors).toMatchObject([{ file: `s3://trail/${hour(1)}`, message: expect.stringContaining('truncated gzip') }]);
});

it.each([
  ['breaks off', { response: { truncate_bytes: 30 } }],
  ['loses its connection', { response: { abort_bytes: 30 } }],
  ['may not be read', { error: { code: 'AccessDenied', status: 403 } }],
] as const)('names an object that %s, and judges the next', async (_, fault) => {
  await put(hour(1), log(BAD));
  await put(hour(2), log(BAD));
  await faults.set([{ service: 's3', operation: 'GetObject', times: 1, ...fault }]);

  const { code, document } = await place.json(['replay', 's3://trail']);

  expect({ code, errors: document.summary.errors.length, violation: document.summary.violation }).toEqual({ code: 1, errors: 1, violation: 1 });
  expect(await faults.fired()).toHaveLength(1);
});

it.each([
  ['s3://', 's3://: expected s3://BUCKET/PREFIX, with the name of a bucket'],
  ['s3://UPPER_case/x', 's3://UPPER_case/x: expected s3://BUCKET/PREFIX, with the name of a bucket'],
  ['s3://nowhere/x', 's3://nowhere/x: there is no bucket nowhere: check its name'],
  ['s3://trail/nothing', 's3://trail/nothing: holds no CloudTrail record'],
])('%s is refused', async (address, message) => {
  const { code, stderr } = await place.run(['replay', address]);

  expect({ code, stderr: stderr.split('\n')[0] }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
});

it('without credentials, it says how to get some', async () => {
  process.env = { PATH: environment.PATH, HOME: place.folder, AWS_EC2_METADATA_DISABLED: 'true', AWS_REGION: REGION };

  const { code, stderr } = await place.run(['replay', 's3://trail']);

  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('no AWS credentials: sign in (aws sso login), or set AWS_PROFILE') });
});
