/**
 * Who belongs to the organization, at the moment of acting. The list in the configuration is as old as the deployment: an
 * account that it lacks is foreign only by a fresh directory.
 */
import type { Configuration } from '../core/configuration';
import { DIRECTORY_FRESH_MS } from '../core/directory';
import type { Task } from './remediator';

/** With a directory that cannot be read or is stale, nobody whom the list lacks can be told to be foreign. */
export async function currentTrust({ configuration, ports }: Pick<Task, 'configuration' | 'ports'>): Promise<Configuration> {
  if (!ports.directory) return configuration;
  const known = await fresh({ ports });
  const { trust } = configuration;
  return { ...configuration, trust: known ? { ...trust, accountIds: new Set([...trust.accountIds, ...known]) } : { ...trust, mayLackMembers: true } };
}

async function fresh({ ports }: Pick<Task, 'ports'>): Promise<ReadonlySet<string> | undefined> {
  try {
    const directory = await ports.directory?.();
    if (directory && ports.now().getTime() - directory.writtenAt.getTime() <= DIRECTORY_FRESH_MS) return directory.accountIds;
    ports.log('warn', 'the organization directory is stale', { writtenAt: directory?.writtenAt.toISOString() ?? '' });
  } catch (error) {
    ports.log('warn', 'the organization directory cannot be read', { error: error instanceof Error ? error.message : String(error) });
  }
  return undefined;
}
