/** The organization directory as a remediator finds it: only a fresh and whole one tells a stranger from a member. */
import { GetPolicyCommand, LambdaClient, RemovePermissionCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Value } from '../../lib/core/value';
import { invoke } from './bundle';
import { emptyAccount, faultsBefore } from './emulated';
import { CALLER, configurationIn, eventOf, FOREIGN, findings, MEMBER, OWN, stageOf } from './organization';
import { scenarioNamed } from './scenarios';
import { sidsOf } from './scenarios/scenario';

const emulator = emptyAccount();
const faults = faultsBefore(emulator);
const MANAGEMENT = '111111111111';
const ADDRESS = { bucket: `perimeter-directory-${MANAGEMENT}`, key: 'organization.json', region: 'us-east-1' };
const s3 = () => new S3Client(emulator.client({ account: MANAGEMENT, region: ADDRESS.region }));
const HOUR = 60 * 60 * 1000;

const listOf = (accountIds: unknown, hoursAgo = 0): string =>
  JSON.stringify({ writtenAt: new Date(Date.now() - hoursAgo * HOUR).toISOString(), accountIds, paths: {} });
const OTHERS = [MANAGEMENT, OWN, MEMBER];
const many = (count: number) => Array.from({ length: count }, (_, index) => String(500_000_000_000 + index));

/** What is left of a grant for an account that the configuration does not list, and what its finding says. */
async function judgedBy(body: string | undefined, api: typeof faults | typeof emulator = emulator) {
  await s3().send(new CreateBucketCommand({ Bucket: ADDRESS.bucket }));
  if (body !== undefined) await s3().send(new PutObjectCommand({ Bucket: ADDRESS.bucket, Key: ADDRESS.key, Body: Buffer.from(body) }));
  const event = await scenarioNamed('a statement for a foreign account').make(stageOf(emulator));
  const lines: string[] = [];
  const surroundings = { directory: ADDRESS };
  await invoke(
    { guardrail: 'lambda-permission', configuration: configurationIn(), surroundings, environment: api.environment(CALLER), lines },
    event,
  );
  const policy = new LambdaClient(emulator.client(CALLER)).send(new GetPolicyCommand({ FunctionName: 'orders' }));
  const found = await findings(emulator);
  return {
    left: await sidsOf(policy.then(({ Policy }) => Policy)),
    told: found.map(({ code, status }) => `${code ?? 'undetermined'} ${status}`),
    warned: lines.some((line) => line.includes('the organization directory')),
  };
}

it.each<[string, () => string]>([
  ['fresh', () => listOf(OTHERS)],
  ['almost a day old', () => listOf(OTHERS, 23.9)],
  ['written by a clock that is a little ahead', () => listOf(OTHERS, -0.05)],
  ['of ten thousand accounts', () => listOf([...OTHERS, ...many(10_000)])],
  ['without the account of the resource itself', () => listOf([MANAGEMENT, MEMBER])],
  ['with fields of a later version', () => `${listOf(OTHERS).slice(0, -1)},"version":2}`],
])('one that is %s tells who is a stranger', async (_, body) => {
  expect(await judgedBy(body())).toEqual({ left: ['innocent'], told: ['untrusted-account PASSED'], warned: false });
});

it.each<[string, () => string]>([
  ['joined, or is suspended or closing', () => listOf([...OTHERS, FOREIGN])],
  ['is listed twice', () => listOf([FOREIGN, ...OTHERS, FOREIGN])],
  ['is the last of ten thousand', () => listOf([...OTHERS, ...many(10_000), FOREIGN])],
])('an account that %s is a member', async (_, body) => {
  expect(await judgedBy(body())).toEqual({ left: ['innocent', 'violating'], told: [], warned: false });
});

it.each<[string, () => string | undefined]>([
  ['is not there', () => undefined],
  ['is a day old', () => listOf(OTHERS, 24.1)],
  ['is a year old', () => listOf(OTHERS, 24 * 365)],
  ['comes from the future', () => listOf(OTHERS, -1)],
  ['is half written', () => listOf(OTHERS).slice(0, -30)],
  ['is empty', () => ''],
  ['is null', () => 'null'],
  ['is a list', () => JSON.stringify(OTHERS)],
  ['is no JSON', () => '<Error><Code>NoSuchKey</Code></Error>'],
  ['lists nobody', () => listOf([])],
  ['lists a text', () => listOf(OTHERS.join())],
  ['lists numbers', () => listOf(OTHERS.map(Number))],
  ['lists an id that was cut', () => listOf([...OTHERS, '33333333333'])],
  ['lists accounts, not their ids', () => listOf(OTHERS.map((Id) => ({ Id })))],
  ['has no time', () => JSON.stringify({ accountIds: OTHERS })],
  ['has a time that is none', () => JSON.stringify({ writtenAt: 'today', accountIds: OTHERS })],
  ['has a time in another form', () => JSON.stringify({ writtenAt: Date.now(), accountIds: OTHERS })],
])('one that %s condemns nobody', async (_, body) => {
  expect(await judgedBy(body())).toEqual({ left: ['innocent', 'violating'], told: ['undetermined WARNING'], warned: true });
});

it('one that may not be read condemns nobody', async () => {
  await faults.set([{ service: 's3', operation: 'GetObject', error: { code: 'AccessDenied', status: 403 } }]);

  expect(await judgedBy(listOf(OTHERS), faults)).toMatchObject({ left: ['innocent', 'violating'], told: ['undetermined WARNING'], warned: true });
});

const again = (event: Value) =>
  invoke(
    {
      guardrail: 'lambda-permission',
      configuration: configurationIn(),
      surroundings: { directory: ADDRESS },
      environment: emulator.environment(CALLER),
    },
    event,
  );
const renew = (accountIds: readonly string[]) =>
  s3().send(new PutObjectCommand({ Bucket: ADDRESS.bucket, Key: ADDRESS.key, Body: listOf(accountIds) }));

it('what was undetermined is undone once the list is fresh again', async () => {
  await judgedBy(listOf(OTHERS, 30));
  await renew(OTHERS);

  await again({ perimeter: 'sweep' });

  expect(await findings(emulator)).toMatchObject([{ code: 'untrusted-account', status: 'PASSED', workflow: 'RESOLVED' }]);
});

it('what was undetermined is closed by the next change once the list names the account', async () => {
  await judgedBy(listOf(OTHERS, 30));
  await renew([...OTHERS, FOREIGN]);
  await new LambdaClient(emulator.client(CALLER)).send(new RemovePermissionCommand({ FunctionName: 'orders', StatementId: 'innocent' }));
  const removal = (sid: string) => eventOf('lambda.amazonaws.com', 'RemovePermission20150331v2', { functionName: 'orders', statementId: sid });

  await again(removal('innocent'));
  await again(removal('violating'));

  expect(await findings(emulator)).toMatchObject([{ status: 'PASSED', workflow: 'RESOLVED', record: 'ACTIVE' }]);
});
