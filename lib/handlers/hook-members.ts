/**
 * Who belongs to the organization, asked only when it matters: an account that the configuration's list lacks is foreign only
 * by a fresh directory. Most requests name no such account, and then nothing is read and no client is loaded.
 */
import { isAccountId } from '../core/arn';
import type { Configuration } from '../core/configuration';
import { DIRECTORY_FRESH_MS } from '../core/directory';
import type { Trust } from '../core/trust';

/** The organization directory, read now. Rejects when it cannot be read. */
export type ReadDirectory = () => Promise<{ readonly accountIds: ReadonlySet<string>; readonly writtenAt: Date }>;

/** CloudFormation waits 30 seconds for a hook, for everything. */
const TIME_LIMIT_MS = 2000;

interface Informed<T> {
  readonly judged: T;
  /** Why an account that the list lacks could not be told from a member. */
  readonly problem?: string;
}

/** `isOpen`: does the answer leave something undetermined that the directory might settle? */
export async function judgeInformed<T>(
  configuration: Configuration,
  judge: (configuration: Configuration) => T,
  isOpen: (judged: T) => boolean,
  directory: { readonly read: ReadDirectory; readonly now: Date } | undefined,
): Promise<Informed<T>> {
  if (!directory) return { judged: judge(configuration) };
  const { trust } = configuration;
  const members = new Members(trust.accountIds);
  const judged = judge(withTrust(configuration, { accountIds: members, mayLackMembers: true }));
  if (!isOpen(judged) || !members.missed.some((account) => !trust.trustedAccountIds.has(account))) return { judged };
  const { accountIds, problem } = await readFresh(directory.read, directory.now);
  if (!accountIds) return { judged, problem };
  return { judged: judge(withTrust(configuration, { accountIds: new Set([...trust.accountIds, ...accountIds]) })) };
}

const withTrust = (configuration: Configuration, trust: Partial<Trust>): Configuration => ({
  ...configuration,
  trust: { ...configuration.trust, ...trust },
});

/** A list that remembers for whom it was asked in vain. */
class Members extends Set<string> {
  private readonly others = new Set<string>();

  get missed(): readonly string[] {
    return [...this.others];
  }

  override has(account: string): boolean {
    const isMember = super.has(account);
    if (!isMember && isAccountId(account)) this.others.add(account);
    return isMember;
  }
}

interface Reading {
  readonly accountIds?: ReadonlySet<string>;
  readonly problem?: string;
}

async function readFresh(read: ReadDirectory, now: Date): Promise<Reading> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, TIME_LIMIT_MS, undefined);
  });
  try {
    const directory = await Promise.race([read(), late]);
    if (directory === undefined) return { problem: 'the organization directory did not answer in time' };
    if (now.getTime() - directory.writtenAt.getTime() <= DIRECTORY_FRESH_MS) return { accountIds: directory.accountIds };
    return { problem: 'the organization directory is older than a day' };
  } catch {
    return { problem: 'the organization directory cannot be read' };
  } finally {
    clearTimeout(timer);
  }
}
