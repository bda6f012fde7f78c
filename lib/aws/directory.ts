/**
 * The members of the organization, as the organization stack publishes them: `{ "writtenAt": "…", "accountIds": ["…"] }` in
 * S3. Hooks read it too, so this file stands apart from the other calls and brings nothing else into their bundles.
 */
import { isAccountId } from '../core/arn';
import { property, type Value } from '../core/value';
import { AwsFailure } from '../handlers/ports';
import { failureOf } from './failure';
import { within } from './within';

export interface DirectoryAddress {
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
}

export interface Directory {
  readonly accountIds: ReadonlySet<string>;
  readonly writtenAt: Date;
}

const LIMIT_MS = 2_000;
const KEPT_MS = 5 * 60 * 1000;
/** Clocks differ; a directory from the future would never grow stale. */
const SKEW_MS = 5 * 60 * 1000;
/** Ten thousand accounts take 150 KB. */
const LARGEST = 5 * 1024 * 1024;

const kept = new Map<string, { readonly directory: Directory; readonly until: number }>();

/** What was read is kept for five minutes, a failure is not. Takes two seconds at most. Throws `AwsFailure`. */
export async function readDirectory(address: DirectoryAddress, now: () => number = Date.now): Promise<Directory> {
  const name = JSON.stringify([address.region, address.bucket, address.key]);
  const known = kept.get(name);
  if (known && now() < known.until) return known.directory;
  const directory = parseDirectory(await download(address), now());
  if (typeof directory === 'string') throw malformed(directory);
  kept.set(name, { directory, until: now() + KEPT_MS });
  return directory;
}

async function download({ bucket, key, region }: DirectoryAddress): Promise<string> {
  try {
    return await within(LIMIT_MS, 's3:GetObject', async (abortSignal) => {
      const { S3Client, GetObjectCommand } = await import('@aws-sdk/client-s3');
      const client = new S3Client({ region });
      try {
        const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal });
        if (ContentLength === undefined || ContentLength > LARGEST) throw malformed(`it has ${ContentLength ?? 'an unknown number of'} bytes`);
        return (await Body?.transformToString()) ?? '';
      } finally {
        client.destroy();
      }
    });
  } catch (error) {
    throw failureOf(error);
  }
}

/** Text: why it is no directory. */
export function parseDirectory(text: string, now: number): Directory | string {
  const content = jsonOf(text);
  if (content === undefined) return 'it is no JSON';
  const writtenAt = property(content, 'writtenAt');
  const at = typeof writtenAt === 'string' ? Date.parse(writtenAt) : Number.NaN;
  if (Number.isNaN(at)) return 'writtenAt is no time';
  if (at > now + SKEW_MS) return 'writtenAt lies in the future';
  const accountIds = property(content, 'accountIds');
  // An organization has its management account at least, so an empty list is a fault of the writer.
  if (!Array.isArray(accountIds) || accountIds.length === 0) return 'accountIds is no list of accounts';
  const ids = accountIds.filter((id): id is string => typeof id === 'string' && isAccountId(id));
  if (ids.length !== accountIds.length) return 'accountIds holds something that is no account id';
  return { accountIds: new Set(ids), writtenAt: new Date(at) };
}

function jsonOf(text: string): Value | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const malformed = (why: string): AwsFailure => new AwsFailure('MalformedDirectory', `the organization directory cannot be used: ${why}`, false);
