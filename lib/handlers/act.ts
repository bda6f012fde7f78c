/** Read, judge again, plan, execute: for the facts of one resource. */
import type { CloudTrailRecord } from '../core/cloudtrail';
import { configurationOf } from '../core/configuration';
import { findingId } from '../core/finding';
import type { Fact, Place } from '../core/guardrail';
import type { LiveAnswer } from '../core/live';
import type { Assessment, Call } from '../core/verdict';
import { AwsFailure, type CallReport } from './ports';
import { violationsOf } from './recall';
import { judgeNow, mayAct, placeOf, type Task } from './remediator';

/** What was found and done about one resource. */
export interface Deed {
  readonly place: Place;
  /** What the event was about: the findings that this deed may settle, and no others. */
  readonly about: readonly Fact[];
  readonly assessments: readonly Assessment[];
  readonly calls: readonly CallReport[];
  /** What is there now could not be read: by the event alone nothing is undone. */
  readonly unread?: string;
  readonly isGone: boolean;
  /** Of what had to be called: everything was done, in the last round that was needed. */
  readonly isSettled: boolean;
  /** Key of the undo record, and what it holds, where something was removed. `at`: by an earlier attempt, which did not come to tell. */
  readonly undo?: { readonly key: string; readonly removed: string; readonly at?: Date };
  /** Why nothing looks again at what may come back. */
  readonly unwatched?: string;
}

/** A write that finds the state moved on starts over from a read; this often. */
const ROUNDS = 5;
/** Each of our own writes moves the state on too: what has several violating statements is mended one by one, up to so many. */
const MOST_ROUNDS = 100;
/** What a read shows may ask for another; this often. */
const FURTHER_READS = 3;

/** Why it is looked at: an event, or a sweep. */
export type Occasion = Pick<CloudTrailRecord, 'eventId' | 'place'>;

export async function act(task: Task, facts: readonly Fact[], occasion: Occasion): Promise<Deed> {
  const [first] = facts;
  if (!first) throw new Error('a group without a fact');
  const place = placeOf(first, occasion);
  let calls: readonly CallReport[] = [];
  let mended: readonly Assessment[] = [];
  let undo: Deed['undo'];
  for (let round = 1; ; round += 1) {
    const now = await factsNow(task, facts, place);
    if (now.unread !== undefined)
      return {
        place,
        about: facts,
        assessments: [...mended, ...judgeNow(task, facts).filter((assessment) => !mended.some(isSameAs(assessment)))],
        calls,
        unread: now.unread,
        isGone: false,
        isSettled: false,
        ...(undo && { undo }),
      };
    const found = judgeNow(task, now.facts);
    const assessments = [...mended, ...found];
    const planned = plannedCalls(found);
    const isGone = mended.length === 0 && now.facts.length === 0;
    const done: Deed = { place, about: facts, assessments, calls, isGone, isSettled: true, ...(undo && { undo }) };
    if (planned.length === 0) return done;
    if (!mayAct(task)) return done;
    if (task.dryRun) return { ...done, calls: planned.map((call) => ({ ...call, outcome: 'planned' })) };
    const recorded = await recordUndo(task, place, assessments, occasion);
    if (typeof recorded === 'string') return { ...done, isSettled: false, calls: [...calls, ...planned.map((call) => failedBefore(call, recorded))] };
    undo = recorded;
    const reports = await executeAll(task, planned, place);
    calls = [...calls, ...reports];
    const mendedNow = found.filter((assessment) => isMended(assessment, reports));
    const mayGoOn = mendedNow.length > 0 ? round < MOST_ROUNDS : round < ROUNDS;
    if (mayGoOn && reports.some(({ outcome }) => outcome === 'refused')) {
      mended = [...mended, ...mendedNow];
      continue;
    }
    const isSettled = reports.every(isEnd);
    return { place, about: facts, assessments, calls, isGone: false, isSettled, undo };
  }
}

export const isEnd = ({ outcome }: CallReport): boolean => outcome === 'done' || outcome === 'already-gone';

const isSameAs =
  (one: Assessment) =>
  (other: Assessment): boolean =>
    findingId(one) === findingId(other);

const keyOf = ({ action, input }: Call): string => JSON.stringify([action, input]);

export const isCallOf = (plan: Assessment['plan'], call: Call): boolean => plan?.calls.some((each) => keyOf(each) === keyOf(call)) === true;

/** Every call of its plan was made. */
export const isMended = ({ verdict, plan }: Pick<Assessment, 'verdict' | 'plan'>, reports: readonly CallReport[]): boolean => {
  const ended = new Set(reports.filter(isEnd).map(keyOf));
  const calls = verdict === 'violation' ? (plan?.calls ?? []) : [];
  return calls.length > 0 && calls.every((call) => ended.has(keyOf(call)));
};

async function factsNow(task: Task, facts: readonly Fact[], place: Place): Promise<{ readonly facts: readonly Fact[]; readonly unread?: string }> {
  const { guardrail, ports, configuration } = task;
  const { live } = guardrail;
  const violates = (fact: Fact): boolean => judgeNow(task, [fact]).some(({ verdict }) => verdict === 'violation');
  if (!live) return { facts: [], unread: 'the guardrail names no read' };
  const { response } = configurationOf(configuration, guardrail.id);
  const answers = new Map<string, LiveAnswer>();
  const readOnce = async (call: Call): Promise<LiveAnswer> => {
    const key = JSON.stringify(call);
    const answer = answers.get(key) ?? (await ports.read(call, place));
    answers.set(key, answer);
    return answer;
  };
  try {
    // All statements of a document lead to the same document: each fact once.
    const now = new Map<string, Fact>();
    for (const fact of facts) {
      const own: LiveAnswer[] = [];
      for (const call of live.reads(fact, response)) own.push(await readOnce(call));
      for (let round = 0; round < FURTHER_READS; round += 1) {
        const wanted = live.more?.(fact, own, violates) ?? [];
        if (wanted.length === 0) break;
        for (const call of wanted) own.push(await readOnce(call));
      }
      for (const found of live.facts(fact, own)) now.set(JSON.stringify(found), found);
    }
    return { facts: [...now.values()] };
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    return { facts: [], unread: `${error.code}: ${error.message}` };
  }
}

/** Each call once: all violating statements of a document share the one that mends it. */
function plannedCalls(assessments: readonly Assessment[]): readonly Call[] {
  const calls = assessments.filter(({ verdict }) => verdict === 'violation').flatMap(({ plan }) => plan?.calls ?? []);
  return distinct(calls);
}

const distinct = (calls: readonly Call[]): readonly Call[] => [...new Map(calls.map((call) => [JSON.stringify(call), call])).values()];

/**
 * What was mended in an earlier round is in it too: the last record puts back everything. Text: why the record could not be
 * written; then nothing is removed, for it could not be put back.
 */
async function recordUndo(
  task: Task,
  place: Place,
  assessments: readonly Assessment[],
  { eventId }: Occasion,
): Promise<NonNullable<Deed['undo']> | string> {
  const restore = distinct(assessments.flatMap(({ verdict, plan }) => (verdict === 'violation' ? (plan?.restore ?? []) : [])));
  const entry = {
    guardrail: task.guardrail.id,
    eventId,
    at: task.ports.now().toISOString(),
    place: { ...place },
    resource: assessments[0]?.resource.id ?? '',
    calls: plannedCalls(assessments).map(({ action, input }) => ({ action, input })),
    restore: restore.map(({ action, input }) => ({ action, input })),
    violations: violationsOf(assessments),
  };
  try {
    return { key: await task.ports.recordUndo(entry), removed: JSON.stringify(entry.restore) };
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    return `what would be removed could not be recorded (${error.code}: ${error.message})`;
  }
}

const failedBefore = (call: Call, message: string): CallReport => ({ ...call, outcome: 'failed', error: { name: 'UndoNotRecorded', message } });

/** Each undoes something of its own, so one that fails keeps none of the others; where the state has moved on, all have to be read again. */
async function executeAll({ ports }: Task, planned: readonly Call[], place: Place): Promise<readonly CallReport[]> {
  const reports: CallReport[] = [];
  for (const call of planned) {
    const report = await ports.execute(call, place);
    reports.push(report);
    if (report.outcome === 'refused') break;
  }
  return reports;
}
