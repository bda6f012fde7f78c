/** The deployed function that writes the organization directory, on an emulated organization with and without troubles; read by what reads it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationCommand,
  ListAccountsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { readDirectory } from '../../lib/aws/directory';
import { writeDirectory } from '../../lib/aws/directory-writer';
import { settingsLiteral } from '../../lib/handlers/settings';
import { type Api, type Emulator, startEmulator } from '../aws/emulator';
import { type FaultRule, type Faults, startFaults } from '../aws/faults';
import { deployedFile } from './deployed';
import { refuseLeaks } from './leaks';

const MANAGEMENT = { account: '111111111111', region: 'us-east-1' };
const BUCKET = 'perimeter-directory-o-exampleorgid';
/** More than one page of what AWS Organizations answers. */
const MEMBERS = 130;

let emulator: Emulator;
let faults: Faults;
let organizations: OrganizationsClient;
let s3: S3Client;
let number = 0;

beforeAll(async () => {
  emulator = await startEmulator();
  faults = await startFaults(emulator);
  organizations = new OrganizationsClient(emulator.client(MANAGEMENT));
  s3 = new S3Client(emulator.client(MANAGEMENT));
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  for (let member = 0; member < MEMBERS; member += 1)
    await organizations.send(new CreateAccountCommand({ AccountName: `member-${member}`, Email: `member-${member}@example.com` }));
});
afterAll(async () => {
  organizations.destroy();
  s3.destroy();
  await faults.stop();
  await emulator.stop();
});
afterEach(() => faults.clear());

const newAddress = () => ({ bucket: BUCKET, key: `directory-${number++}.json`, region: MANAGEMENT.region });
type Address = ReturnType<typeof newAddress>;

/** The very bundle that is deployed. */
async function runFunction(directory: Address, api: Api = emulator): Promise<unknown> {
  Object.assign(process.env, api.environment(MANAGEMENT));
  const file = deployedFile('perimeter-directory');
  const code = `${settingsLiteral({ directory, organizationsRegion: MANAGEMENT.region })}${readFileSync(file, 'utf8')}`;
  const module: { exports: { handler?: () => Promise<unknown> } } = { exports: {} };
  const lines: string[] = [];
  const stdout = { write: (line: string) => lines.push(line) > 0 };
  const quiet = new Proxy(process, { get: (target, name) => (name === 'stdout' ? stdout : Reflect.get(target, name)) });
  new Function('require', 'module', 'exports', 'process', code)(createRequire(file), module, module.exports, quiet);
  try {
    return await module.exports.handler?.();
  } finally {
    refuseLeaks(lines);
  }
}

/** Past the proxy, which does not say how long an answer is. */
function read(address: Address) {
  Object.assign(process.env, emulator.environment(MANAGEMENT));
  return readDirectory(address);
}

async function listed(): Promise<readonly string[]> {
  const ids: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await organizations.send(new ListAccountsCommand({ NextToken }));
    ids.push(...(page.Accounts ?? []).map(({ Id = '' }) => Id));
    NextToken = page.NextToken;
  } while (NextToken);
  return ids.sort();
}

const stored = async ({ bucket, key }: Address): Promise<string | undefined> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Body?.transformToString();
};

const put = ({ bucket, key }: Address, Body: string) => s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));

it('writes what is read: all accounts of the organization, on every page', async () => {
  const address = newAddress();

  expect(await runFunction(address)).toEqual({ accounts: MEMBERS + 1, outcome: 'written' });

  const { accountIds, writtenAt } = await read(address);
  expect([...accountIds].sort()).toEqual(await listed());
  expect(accountIds.has(MANAGEMENT.account)).toBe(true);
  expect(Math.abs(Date.now() - writtenAt.getTime())).toBeLessThan(60_000);
});

it('takes the place of the former list, whether or not it could be read', async () => {
  const address = newAddress();
  await put(address, JSON.stringify({ writtenAt: '2026-01-01T00:00:00Z', accountIds: ['999999999999'] }));
  expect(await runFunction(address)).toMatchObject({ outcome: 'written' });
  await put(address, '{"writtenAt');
  expect(await runFunction(address)).toMatchObject({ outcome: 'written' });

  expect((await read(address)).accountIds.has('999999999999')).toBe(false);
});

it('leaves a list that was taken later', async () => {
  const address = newAddress();
  await runFunction(address);
  const before = await stored(address);

  expect(await writeDirectory(address, MANAGEMENT.region, () => Date.now() - 60_000)).toMatchObject({ outcome: 'superseded' });
  expect(await stored(address)).toBe(before);
});

it('keeps accounts that are closing: they are members until they are gone', async () => {
  const address = newAddress();
  const [closing = ''] = (await listed()).filter((id) => id !== MANAGEMENT.account);
  await organizations.send(new CloseAccountCommand({ AccountId: closing }));

  await runFunction(address);

  expect((await read(address)).accountIds.has(closing)).toBe(true);
});

const PASSING: readonly (readonly [string, FaultRule])[] = [
  ['throttled', { service: 'organizations', operation: 'ListAccounts', times: 3, error: { code: 'TooManyRequestsException', status: 400 } }],
  ['a fault of the service', { service: 'organizations', operation: 'ListAccounts', times: 2, error: { code: 'ServiceException', status: 500 } }],
  ['a broken connection', { service: 's3', operation: 'PutObject', times: 1, reset: true }],
  ['S3 is busy', { service: 's3', operation: 'PutObject', times: 2, error: { code: 'SlowDown', status: 503 } }],
];

it.each(PASSING)('gets through: %s', async (_, rule) => {
  const address = newAddress();
  await faults.set([rule]);

  expect(await runFunction(address, faults)).toMatchObject({ outcome: 'written' });

  expect((await faults.fired()).length).toBeGreaterThan(0);
  expect((await read(address)).accountIds.size).toBe(MEMBERS + 1);
});

const LASTING: readonly (readonly [string, FaultRule])[] = [
  [
    'the organization cannot be asked',
    { service: 'organizations', operation: 'DescribeOrganization', error: { code: 'AccessDeniedException', status: 400 } },
  ],
  ['the pages are refused', { service: 'organizations', operation: 'ListAccounts', error: { code: 'AccessDeniedException', status: 400 } }],
  ['half a page', { service: 'organizations', operation: 'ListAccounts', response: { truncate_frac: 0.5 } }],
  ['the former list cannot be read', { service: 's3', operation: 'GetObject', error: { code: 'AccessDenied', status: 403 } }],
  ['the bucket refuses', { service: 's3', operation: 'PutObject', error: { code: 'AccessDenied', status: 403 } }],
];

it.each(LASTING)('fails aloud and leaves the former list: %s', async (_, rule) => {
  const address = newAddress();
  const former = JSON.stringify({ writtenAt: '2026-01-01T00:00:00Z', accountIds: [MANAGEMENT.account] });
  await put(address, former);
  await faults.set([rule]);

  await expect(runFunction(address, faults)).rejects.toMatchObject({ name: 'AwsFailure' });

  expect((await faults.fired()).length).toBeGreaterThan(0);
  expect(await stored(address)).toBe(former);
});

it('fails aloud and leaves the former list: the second page is refused', async () => {
  const address = newAddress();
  const former = JSON.stringify({ writtenAt: '2026-01-01T00:00:00Z', accountIds: [MANAGEMENT.account] });
  await put(address, former);
  const watch = await faults.watch(MANAGEMENT.account);
  await watch.trouble({ service: 'organizations', operation: 'ListAccounts', error: { code: 'AccessDeniedException', status: 400 } }, 1);

  await expect(runFunction(address, faults)).rejects.toMatchObject({ name: 'AwsFailure' });

  expect(await watch.end()).toMatchObject({ isMet: true });
  expect(await stored(address)).toBe(former);
});
