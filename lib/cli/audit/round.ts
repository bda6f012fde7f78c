/** One guardrail in one Region: what is listed there is looked into, judged and reported. */
import type { Caller } from '../../aws/caller';
import type { Assessment } from '../../core/verdict';
import type { Deed, Occasion } from '../../handlers/act';
import { walk } from '../../handlers/inventory';
import type { Ports } from '../../handlers/ports';
import type { Task } from '../../handlers/remediator';
import { lookInto } from '../../handlers/survey';
import type { Docket } from '../docket';
import type { Output } from '../output';
import type { Progress } from '../progress';
import { withPlan } from '../replay/judge';
import type { ReplaySource, Reporter } from '../report/report';
import type { Tally } from '../report/tally';

interface Round {
  /** Looks, and changes nothing. */
  readonly task: Task;
  readonly occasion: Occasion;
  readonly source: ReplaySource;
}

/** Something that can be undone. */
export interface Finding extends Round {
  readonly deed: Deed;
}

interface Audit {
  readonly docket: Docket;
  readonly tally: Tally;
  readonly reporter: Reporter;
  readonly output: Output;
  readonly progress: Progress;
}

interface Scope {
  readonly docket: Docket;
  readonly caller: Caller;
  readonly regions: readonly string[];
  readonly ports: Ports;
  readonly now: Date;
}

export function roundsOf({ docket, caller, regions, ports, now }: Scope): readonly Round[] {
  const { account, partition, arn } = caller;
  const eventId = `audit-${now.toISOString().replace(/[-:]|\.\d+/g, '')}`;
  const { configuration } = docket.bench;
  return regions.flatMap((region) =>
    docket.guardrails.map((guardrail) => ({
      task: { guardrail, configuration, ports, dryRun: true },
      occasion: { eventId, place: { partition, region, account } },
      source: { eventId, eventName: 'Audit', eventTime: now.toISOString(), accountId: account, region, principal: arn },
    })),
  );
}

/** One that AWS does not let be seen is an error, and what it hides is undetermined. */
export async function auditRound(round: Round, { docket, tally, reporter, output, progress }: Audit): Promise<readonly Finding[]> {
  const { task, occasion, source } = round;
  const { guardrail, ports } = task;
  const { place } = occasion;
  const file = `${place.account}/${place.region}`;
  const told = new Set<string>();
  const unseen = (failure: string, key: string) => {
    if (!told.has(key)) tally.error({ file, message: `${guardrail.id}: ${failure}` });
    told.add(key);
  };
  const found: Finding[] = [];
  if (!guardrail.live) return found;
  for await (const stop of walk(guardrail.live.inventory(place), ports.read, place)) {
    if ('failure' in stop) {
      unseen(`${stop.action}: ${stop.failure.code}: ${stop.failure.message}`, `${stop.action} ${stop.failure.code}`);
      continue;
    }
    for (const deed of await lookInto(task, stop.facts, occasion)) {
      tally.scanned({ records: 1 });
      progress.update(tally.records);
      if (deed.unread !== undefined) unseen(deed.unread, deed.unread.split(':')[0] ?? '');
      for (const assessment of deed.assessments) {
        const reported = withPlan(asSeen(assessment, deed), source);
        tally.assessed(reported);
        if (docket.all || reported.verdict !== 'compliant') reporter.assessment(reported, file);
      }
      if (deed.calls.length > 0) found.push({ ...round, deed });
    }
    await output.settle();
  }
  return found;
}

const asSeen = (assessment: Assessment, { unread }: Deed): Assessment =>
  unread === undefined ? assessment : { ...assessment, reason: `what is there now could not be read: ${unread}` };
