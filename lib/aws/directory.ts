/** The members of the organization, as the organization stack publishes them: `{ "writtenAt": "…", "accountIds": ["…"] }` in S3. */
import { isAccountId } from '../core/arn';
import { property } from '../core/value';
import { AwsFailure } from '../handlers/ports';
import type { Clock } from './clock';
import type { Send } from './send';

export interface DirectoryPlace {
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
}

export interface Directory {
  readonly accountIds: ReadonlySet<string>;
  readonly writtenAt: Date;
}

export const DIRECTORY_LIMIT_MS = 2_000;
const KEPT_MS = 5 * 60 * 1000;
/** Clocks differ; a directory from the future would never grow stale. */
const SKEW_MS = 5 * 60 * 1000;

/** What was read is kept for minutes, a failure is not. Throws `AwsFailure`. */
export function createDirectory({ bucket, key, region }: DirectoryPlace, clock: Clock): (send: Send) => Promise<Directory> {
  let kept: { readonly directory: Directory; readonly until: number } | undefined;
  return async (send) => {
    if (kept && clock.now() < kept.until) return kept.directory;
    const answer = await send('s3:GetObject', { Bucket: bucket, Key: key }, { region, limit: DIRECTORY_LIMIT_MS });
    const directory = parseDirectory(answer.Body, clock.now());
    kept = { directory, until: clock.now() + KEPT_MS };
    return directory;
  };
}

function parseDirectory(body: unknown, now: number): Directory {
  const content = jsonOf(body);
  const writtenAt = property(content, 'writtenAt');
  const at = typeof writtenAt === 'string' ? Date.parse(writtenAt) : Number.NaN;
  if (Number.isNaN(at)) throw malformed('writtenAt is no time');
  if (at > now + SKEW_MS) throw malformed('writtenAt lies in the future');
  const accountIds = property(content, 'accountIds');
  // An organization has its management account at least, so an empty list is a fault of the writer.
  if (!Array.isArray(accountIds) || accountIds.length === 0) throw malformed('accountIds is no list of accounts');
  const ids = accountIds.filter((id): id is string => typeof id === 'string' && isAccountId(id));
  if (ids.length !== accountIds.length) throw malformed('accountIds holds something that is no account id');
  return { accountIds: new Set(ids), writtenAt: new Date(at) };
}

function jsonOf(body: unknown) {
  try {
    return JSON.parse(typeof body === 'string' ? body : '');
  } catch (error) {
    throw malformed('it is no JSON', error);
  }
}

const malformed = (why: string, cause?: unknown): AwsFailure =>
  new AwsFailure('MalformedDirectory', `the organization directory cannot be read: ${why}`, false, { cause });
