/**
 * Writes the organization directory that `directory.ts` reads: the accounts that AWS Organizations lists, with a time. A list that
 * is not whole would make members foreign, so anything that fails leaves the object as it is: it grows stale, and a stale one
 * condemns nobody.
 */
import type { Account, OrganizationsClient } from '@aws-sdk/client-organizations';
import type { S3Client } from '@aws-sdk/client-s3';
import { isAccountId } from '../core/arn';
import { AwsFailure } from '../handlers/ports';
import { type DirectoryAddress, parseDirectory } from './directory';
import { failureOf } from './failure';

interface Written {
  readonly accounts: number;
  /** `superseded`: a later listing is there already. */
  readonly outcome: 'written' | 'superseded';
}

/** Organizations answers few calls a second: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html */
const ATTEMPTS = 8;
const MOST_PAGES = 1_000;
/** Another run wrote between our look and our writing. */
const ROUNDS = 3;

/** `organizationsRegion`: where the API of AWS Organizations is in this partition. Throws `AwsFailure`. */
export async function writeDirectory(address: DirectoryAddress, organizationsRegion: string, now: () => number = Date.now): Promise<Written> {
  const [{ OrganizationsClient }, { S3Client }] = await Promise.all([import('@aws-sdk/client-organizations'), import('@aws-sdk/client-s3')]);
  const organizations = new OrganizationsClient({ region: organizationsRegion, maxAttempts: ATTEMPTS });
  const s3 = new S3Client({ region: address.region, maxAttempts: ATTEMPTS });
  try {
    const writtenAt = new Date(now());
    const accounts = await listAccounts(organizations);
    return { accounts: accounts.length, outcome: await write(s3, address, writtenAt, accounts) };
  } catch (error) {
    throw failureOf(error);
  } finally {
    organizations.destroy();
    s3.destroy();
  }
}

/**
 * Whoever is listed is a member, suspended and closing accounts too: they can come back, and nobody else gets their ids.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html
 */
async function listAccounts(client: OrganizationsClient): Promise<readonly Account[]> {
  const { DescribeOrganizationCommand, ListAccountsCommand } = await import('@aws-sdk/client-organizations');
  const { Organization } = await client.send(new DescribeOrganizationCommand({}));
  const management = Organization?.MasterAccountId ?? '';
  const accounts = new Map<string, Account>();
  let NextToken: string | undefined;
  let pages = 0;
  do {
    // A page may be empty although more follow.
    const page = await client.send(new ListAccountsCommand({ NextToken }));
    if (page.Accounts === undefined) throw incomplete('a page holds no list');
    for (const account of page.Accounts) {
      if (account.Id === undefined || !isAccountId(account.Id)) throw incomplete('it names an account without an id');
      accounts.set(account.Id, account);
    }
    NextToken = page.NextToken;
    pages += 1;
    if (pages > MOST_PAGES) throw incomplete(`it does not end after ${MOST_PAGES} pages`);
  } while (NextToken !== undefined && NextToken !== '');
  if (!accounts.has(management)) throw incomplete('the management account is not on it');
  return [...accounts.values()].sort((a, b) => String(a.Id).localeCompare(String(b.Id)));
}

const incomplete = (why: string): AwsFailure => new AwsFailure('IncompleteListing', `the list of accounts cannot be whole: ${why}`, true);

/** Runs overlap: the list that was taken last stays, whoever writes last. */
async function write(s3: S3Client, { bucket, key }: DirectoryAddress, writtenAt: Date, accounts: readonly Account[]): Promise<Written['outcome']> {
  const { PutObjectCommand } = await import('@aws-sdk/client-s3');
  const paths = Object.fromEntries(accounts.flatMap(({ Id = '', Paths }) => (Paths?.length ? [[Id, Paths]] : [])));
  const Body = JSON.stringify({ writtenAt: writtenAt.toISOString(), accountIds: accounts.map(({ Id }) => Id), paths });
  for (let round = 1; ; round += 1) {
    const there = await lookAt(s3, bucket, key);
    if (there && there.writtenAt > writtenAt) return 'superseded';
    const condition = there ? { IfMatch: there.etag } : { IfNoneMatch: '*' };
    try {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body, ContentType: 'application/json', ...condition }));
      return 'written';
    } catch (error) {
      const { code } = failureOf(error);
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
      if (round === ROUNDS || (code !== 'PreconditionFailed' && code !== 'ConditionalRequestConflict')) throw error;
    }
  }
}

/** What is there now. One that nobody can read, or of a time to come, is replaced. */
async function lookAt(s3: S3Client, bucket: string, key: string): Promise<{ readonly etag: string; readonly writtenAt: Date } | undefined> {
  const { GetObjectCommand } = await import('@aws-sdk/client-s3');
  try {
    const { Body, ETag = '' } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return { etag: ETag, writtenAt: timeOf((await Body?.transformToString()) ?? '') };
  } catch (error) {
    if (failureOf(error).code === 'NoSuchKey') return undefined;
    throw error;
  }
}

/** What is no directory is older than any. */
function timeOf(text: string): Date {
  const directory = parseDirectory(text, Date.now());
  return typeof directory === 'string' ? new Date(0) : directory.writtenAt;
}
