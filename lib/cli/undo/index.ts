/** `perimeter undo`: puts back what a remediation removed. */
import { createAws } from '../../aws';
import { createClients } from '../../aws/clients';
import { region as regionFormat } from '../../config/formats';
import { UsageError } from '../../core/errors';
import { loadConfiguration } from '../docket';
import { EXIT } from '../exit';
import { readFlag } from '../flags';
import { type Io, todayOf } from '../io';
import { logTo } from '../log';
import type { Output } from '../output';
import { paintingOf } from '../reporting';
import { objectionTo } from './excuse';
import { jsonOf, prettyOf } from './report';
import { type Restored, restore } from './restore';
import { removalsOf } from './source';

interface UndoOptions {
  readonly config: string;
  readonly format: 'pretty' | 'json';
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly region?: string;
}

/** The exit code of design section 6: 1 where something was not put back. */
export async function undo(what: string, options: UndoOptions, io: Io, output: Output): Promise<number> {
  const region = options.region === undefined ? undefined : readFlag('--region', options.region, regionFormat);
  const { guardrails } = await import('../../guardrails');
  const bench = { configuration: await loadConfiguration(options.config, io), today: todayOf(io) };
  const awsIn = (where: string | undefined) => awsOf(where, io);
  const removals = await removalsOf(what, { awsIn, region, io });
  const known = removals.map((removal) => {
    const guardrail = guardrails.find(({ id }) => id === removal.guardrail);
    if (!guardrail) throw new UsageError(`${removal.key ?? what} is of ${removal.guardrail}, which this version does not know`);
    return { removal, guardrail };
  });
  const results: Restored[] = [];
  for (const { removal, guardrail } of known) {
    const aws = awsIn(removal.place.region);
    const objection = await objectionTo(removal, guardrail, bench, aws.read);
    results.push(await restore({ removal, aws, objection, force: options.force === true, dryRun: options.dryRun === true }));
  }
  output.write(options.format === 'json' ? jsonOf(results) : prettyOf(results, paintingOf(io).width));
  return results.some(({ status }) => status === 'refused' || status === 'failed') ? EXIT.violated : EXIT.ok;
}

/** The Region of the environment stands where none is named. */
function awsOf(region: string | undefined, io: Io) {
  const clients = createClients();
  return createAws(
    {},
    { send: (action, input, where = region, signal) => clients.send(action, input, where, signal) },
  )({ remaining: () => Number.POSITIVE_INFINITY, log: logTo(io), functionArn: 'perimeter-undo' });
}
