/** `perimeter scp test`: recorded calls through the policies, before these are attached. */

import type { CloudTrailRecord } from '../../core/cloudtrail';
import { configurationOf, type WholeConfiguration } from '../../core/configuration';
import type { Mode } from '../../core/verdict';
import { type Replay, type Replayed, replayThrough } from '../../policies/replayed';
import { loadConfiguration } from '../docket';
import { EXIT } from '../exit';
import type { Io } from '../io';
import type { Output } from '../output';
import { sourceOf } from '../replay/judge';
import { readRecords } from '../replay/records';
import type { Format, ReplaySource } from '../report/report';
import { Tally } from '../report/tally';
import { paintingOf, tellErrors } from '../reporting';
import { openPolicies, type Policies, policiesOf, type ScpOptions } from './policies';

interface TestOptions extends ScpOptions {
  readonly format: Format;
  readonly all?: boolean;
  readonly strict?: boolean;
  readonly against?: string;
}

/** What the policies would have decided about one call, and where it was seen. */
export interface Outcome extends Replayed {
  readonly mode: Mode;
  readonly source: ReplaySource;
  /** What the other configuration decides. */
  readonly before?: Pick<Replayed, 'verdict' | 'code'>;
}

export type Verdict = Replayed['verdict'];

export interface OutcomeSummary {
  readonly judged: number;
  readonly verdicts: { readonly [verdict in Verdict]: number };
  readonly tally: Tally;
}

export interface OutcomeReporter {
  readonly begin: () => void;
  /** `file`: the log that it was read from, as it was named. */
  readonly outcome: (outcome: Outcome, file: string) => void;
  readonly end: (summary: OutcomeSummary) => void;
}

export async function test(paths: readonly string[], options: TestOptions, io: Io, output: Output): Promise<number> {
  const opened = await openPolicies(options, io);
  const { configuration, policies } = opened;
  const other = options.against === undefined ? undefined : policiesOf(await loadConfiguration(options.against, io), options.guardrail);
  const replay = replayOf(opened);
  const before = other && replayOf(other);
  const reporter = await reporterOf(options, { ...opened, policies: [...policies, ...(other?.policies ?? [])] }, io, output);
  const tally = new Tally();
  const verdicts: Record<Verdict, number> = { denied: 0, unknown: 0, allowed: 0 };
  const take = (record: CloudTrailRecord, file: string): void => {
    // A call that failed has changed nothing, and nobody would miss it; what the owner of an endpoint was sent is a copy.
    if (record.errorCode !== undefined || record.isOfEndpoint) return;
    const now = replay(record);
    const then = before?.(record);
    const replayed = now ?? (then && then.verdict !== 'allowed' ? gone(then) : undefined);
    if (replayed === undefined) return;
    if (before && isSame(replayed, then)) return;
    verdicts[replayed.verdict] += 1;
    if (replayed.verdict === 'allowed' && !options.all && !before) return;
    const mode = modeOf(configuration, replayed.policy);
    const compared = before && { before: { verdict: then?.verdict ?? 'allowed', code: then?.code } };
    reporter.outcome({ ...replayed, mode, source: sourceOf(record), ...compared }, file);
  };
  reporter.begin();
  await readRecords(paths, {
    io,
    tally,
    output,
    take: (record, file) => {
      try {
        take(record, file);
      } catch (error) {
        tally.failed(error, { file, message: `the policies failed on record ${record.eventId}` });
      }
    },
  });
  const judged = verdicts.denied + verdicts.unknown + verdicts.allowed;
  reporter.end({ judged, verdicts, tally });
  await output.end();
  const fatal = tally.records === 0;
  tellErrors(tally, { format: options.format, fatal }, io);
  if (tally.bug) return EXIT.bug;
  if (fatal) return EXIT.usage;
  return verdicts.denied > 0 || (options.strict && verdicts.unknown > 0) ? EXIT.violated : EXIT.ok;
}

async function reporterOf({ format, against }: TestOptions, { policies, guardrails }: Policies, io: Io, output: Output): Promise<OutcomeReporter> {
  if (format === 'json') return (await import('./outcomes.json')).jsonOutcomes(output);
  if (format === 'sarif') {
    const { sarifOutcomes } = await import('./outcomes.sarif');
    return sarifOutcomes({ output, cwd: io.cwd, policies, guardrails: guardrails.map(({ id }) => id) });
  }
  return (await import('./outcomes.pretty')).prettyOutcomes({ output, ...paintingOf(io), compares: against !== undefined });
}

const replayOf = ({ policies, configuration }: Policies): Replay => replayThrough(policies, configuration.trust);

/** No policy names the action any more. */
const gone = ({ code: _, ...then }: Replayed): Replayed => ({ ...then, verdict: 'allowed', reason: `no policy names ${then.action} any more` });

const isSame = (now: Replayed, then: Replayed | undefined): boolean => now.verdict === (then?.verdict ?? 'allowed') && now.code === then?.code;

/** What is not a guardrail's is enforced wherever it is attached. */
const modeOf = (configuration: WholeConfiguration, policy: string): Mode =>
  Object.hasOwn(configuration.guardrails, policy) ? configurationOf(configuration, policy).mode : 'enforce';
