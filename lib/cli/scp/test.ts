/** `perimeter scp test`: recorded calls through the policies, before these are attached. */
import { configurationOf, type WholeConfiguration } from '../../core/configuration';
import type { Mode } from '../../core/verdict';
import { type Replay, type Replayed, replayThrough } from '../../policies/replayed';
import { loadConfiguration } from '../docket';
import { EXIT } from '../exit';
import type { Io } from '../io';
import type { Output } from '../output';
import { sourceOf } from '../replay/judge';
import { readRecords } from '../replay/records';
import type { ReplaySource } from '../report/report';
import { Tally } from '../report/tally';
import { paintingOf, tellErrors } from '../reporting';
import { jsonOutcomes } from './outcomes.json';
import { prettyOutcomes } from './outcomes.pretty';
import { openPolicies, policiesOf, type ScpOptions } from './policies';

export interface TestOptions extends ScpOptions {
  readonly format: 'pretty' | 'json';
  readonly all?: boolean;
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
  readonly outcome: (outcome: Outcome) => void;
  readonly end: (summary: OutcomeSummary) => void;
}

export async function test(paths: readonly string[], options: TestOptions, io: Io, output: Output): Promise<number> {
  const { configuration, policies } = await openPolicies(options, io);
  const replay = replayThrough(policies, configuration.trust);
  const before = options.against === undefined ? undefined : await otherReplay(options.against, options, io);
  const reporter = options.format === 'json' ? jsonOutcomes(output) : prettyOutcomes({ output, ...paintingOf(io), compares: before !== undefined });
  const tally = new Tally();
  const verdicts: Record<Verdict, number> = { denied: 0, unknown: 0, allowed: 0 };
  reporter.begin();
  await readRecords(paths, {
    io,
    tally,
    output,
    take: (record) => {
      // A call that failed has changed nothing, and nobody would miss it.
      if (record.errorCode !== undefined) return;
      const now = replay(record);
      const then = before?.(record);
      const replayed = now ?? (then && then.verdict !== 'allowed' ? gone(then) : undefined);
      if (replayed === undefined) return;
      if (before && isSame(replayed, then)) return;
      verdicts[replayed.verdict] += 1;
      if (replayed.verdict === 'allowed' && !options.all && !before) return;
      const mode = modeOf(configuration, replayed.policy);
      const compared = before && { before: { verdict: then?.verdict ?? 'allowed', code: then?.code } };
      reporter.outcome({ ...replayed, mode, source: sourceOf(record), ...compared });
    },
  });
  const judged = verdicts.denied + verdicts.unknown + verdicts.allowed;
  reporter.end({ judged, verdicts, tally });
  await output.end();
  const fatal = tally.records === 0;
  tellErrors(tally, { format: options.format, fatal }, io);
  if (tally.bug) return EXIT.bug;
  if (fatal) return EXIT.usage;
  return verdicts.denied > 0 ? EXIT.violated : EXIT.ok;
}

async function otherReplay(file: string, { guardrail }: TestOptions, io: Io): Promise<Replay> {
  const configuration = await loadConfiguration(file, io);
  return replayThrough(policiesOf(configuration, guardrail).policies, configuration.trust);
}

/** No policy names the action any more. */
const gone = ({ code: _, ...then }: Replayed): Replayed => ({ ...then, verdict: 'allowed', reason: `no policy names ${then.action} any more` });

const isSame = (now: Replayed, then: Replayed | undefined): boolean => now.verdict === (then?.verdict ?? 'allowed') && now.code === then?.code;

/** What is not a guardrail's is enforced wherever it is attached. */
const modeOf = (configuration: WholeConfiguration, policy: string): Mode =>
  Object.hasOwn(configuration.guardrails, policy) ? configurationOf(configuration, policy).mode : 'enforce';
