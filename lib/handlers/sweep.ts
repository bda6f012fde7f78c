/**
 * The sweep: what events missed, and what was there before anybody listened. Once a day a schedule says `{ "perimeter": "sweep" }`,
 * the account is gone through by the guardrail's inventory, and whatever is found goes the way of an event. What does not fit
 * into one run is asked for again, from where this one stopped.
 */
import { parseArn } from '../core/arn';
import { type Finding, findingId, type Sighting } from '../core/finding';
import type { Fact, Place } from '../core/guardrail';
import { isList, property, type Value } from '../core/value';
import { type Deed, isEnd, isMended, type Occasion } from './act';
import { lookAgainAt } from './again';
import type { Delivery } from './event';
import { type Path, walk } from './inventory';
import type { Ports } from './ports';
import { recall } from './recall';
import { caught, NOTHING, type Remediation, type Task } from './remediator';
import { closeSettled, findingsAbout, report, resourceOf, resourceTypeOf, tellingIn, wasLookedAt } from './report';
import { lookInto } from './survey';
import { currentTrust } from './trust';

const SWEEP = 'sweep';

export const isSweep = (raw: Value): boolean => property(raw, 'perimeter') === SWEEP;

/** Milliseconds that a run keeps for what it is at. */
const KEPT_MS = 25_000;
const SOON_MS = 60_000;
/** As many as are read at once: what has to be told is then asked for by itself. */
const MOST_KNOWN = 1000;

/** What one run has to tell in the end: what it answers is thrown away, and would be too long. */
interface Run {
  readonly task: Task;
  readonly occasion: Occasion & Sighting;
  readonly known: readonly Finding[];
  /** There are more findings than were read. */
  readonly isCut: boolean;
  /** When this run began: what it removes has one schedule of looks for each topic. */
  readonly began: Date;
  readonly failures: string[];
  /** What was looked at as a whole, by type and ARN; and by the ids of findings. */
  readonly wholes: Set<string>;
  readonly ids: Set<string>;
}

export async function sweep(task: Task, delivery: Delivery): Promise<Remediation> {
  const { guardrail, ports } = task;
  const { live } = guardrail;
  const place = ports.here;
  if (!live || !place) throw new Error('a sweep takes a guardrail that reads, and a function that knows its own ARN');
  const [from, within] = [pathIn(delivery.raw, 'from'), pathIn(delivery.raw, 'within')];
  const run = await begin(task, place);
  let isWhole = from.length === 0;
  let isMoving = false;
  for await (const stop of walk(live.inventory(place), run.task.ports.read, place, from.length > 0 ? from : within)) {
    if (!isInside(stop.at, within)) break;
    if (ports.remaining() < KEPT_MS) {
      isWhole = false;
      // A run that got nowhere would be followed by one that gets nowhere.
      if (!isMoving) run.failures.push('there is no time to look at anything');
      else await ports.lookAgain(new Date(ports.now().getTime() + SOON_MS), { perimeter: SWEEP, from: pathOut(stop.at), within: pathOut(within) });
      break;
    }
    isMoving = true;
    if ('failure' in stop) run.failures.push(`${stop.action}: ${stop.failure.code}`);
    else for (const deed of await lookInto(run.task, stop.facts, run.occasion)) await settle(run, deed, stop.at);
  }
  if (isWhole && run.failures.length === 0) await closeGone(run, within);
  // A look that was asked for is followed by the next, whatever it found.
  if (delivery.looks > 0) await lookAgainAt(task, delivery, { assessments: [], calls: [] });
  if (run.failures.length === 0) return NOTHING;
  ports.log('error', 'the sweep has gaps', { failures: [...new Set(run.failures)].slice(0, 20) });
  ports.count('failed');
  return { ...NOTHING, failure: [...new Set(run.failures)].join('; ').slice(0, 1000) };
}

async function begin(task: Task, place: Place): Promise<Run> {
  const { ports } = task;
  const began = ports.now();
  const at = began.toISOString();
  const occasion = { eventId: `sweep-${at.slice(0, 10)}`, eventName: 'Sweep', eventTime: at, principal: 'unknown: found by a sweep', place };
  // The account's own calls come first; and one search of the undo log tells what an earlier try did and did not come to tell.
  let records: ReturnType<Ports['findUndo']> | undefined;
  const paced: Ports = {
    ...ports,
    read: async (call, where) => {
      await ports.pace();
      return ports.read(call, where);
    },
    findUndo: (eventId) => {
      records ??= ports.findUndo(eventId, new Date(at.slice(0, 10)));
      return records;
    },
  };
  const trusting: Task = { ...task, ports: paced, configuration: await currentTrust(task) };
  const known = await findingsAbout(trusting, `arn:${place.partition}:*`);
  const isHere = (finding: Finding) => {
    const { region, account } = parseArn(resourceOf(finding)) ?? {};
    return region === place.region && account === place.account;
  };
  return {
    task: trusting,
    occasion,
    known: known.filter(isHere),
    isCut: known.length >= MOST_KNOWN,
    began,
    failures: [],
    wholes: new Set(),
    ids: new Set(),
  };
}

/** What is found is told, and what is open without a reason is closed: at once, for an event may come at any time. */
async function settle(run: Run, deed: Deed, at: Path): Promise<void> {
  const { task, occasion, began, failures, wholes, ids } = run;
  for (const fact of deed.about) (fact.statement === undefined ? wholes : ids).add(fact.statement === undefined ? keyOf(fact) : idOf(task, fact));
  for (const assessment of deed.assessments) if (assessment.verdict !== 'compliant') ids.add(findingId(assessment));
  if (deed.unread !== undefined) failures.push(deed.unread.split(':')[0] ?? '');
  // What cannot be read is told by the failure; what was undone before that is told here, or never.
  const seen = deed.unread === undefined ? deed : { ...deed, assessments: deed.assessments.filter((one) => isMended(one, deed.calls)) };
  const [first] = tellingIn(seen);
  const known = first && run.isCut ? await findingsAbout(task, first.resource.id) : run.known;
  const earlier = first ? undefined : await recall(task, deed, occasion, known);
  const told = earlier ?? seen;
  const delivery: Delivery = { raw: { perimeter: SWEEP, within: pathOut(at.slice(0, 1)) }, looks: 0, since: began };
  const looking = told.undo ? await caught(lookAgainAt(task, delivery, told)) : undefined;
  if (tellingIn(told).length > 0) await report(task, { ...told, ...(looking && { unwatched: looking.code }) }, known, [delivery], occasion);
  if (!earlier) await closeSettled(task, deed, known, wasLookedAt(task, deed));
  if (looking) failures.push(`scheduler:CreateSchedule: ${looking.code}`);
  const failed = deed.isSettled ? undefined : deed.calls.findLast((call) => !isEnd(call));
  if (failed) failures.push(`${failed.action}: ${failed.error?.name ?? failed.outcome}`);
}

/** Of what the inventory would have shown: what is not there any more. */
async function closeGone({ task, occasion: { place }, known, wholes, ids }: Run, within: Path): Promise<void> {
  const scope = within.at(-1)?.[1];
  const isGone = (finding: Finding): boolean => {
    const [resource, type] = [resourceOf(finding), resourceTypeOf(finding)];
    const isListed = !(task.guardrail.live?.unlisted ?? []).includes(type);
    const isInScope = scope === undefined || resource === scope || resource.startsWith(`${scope}:`);
    return isListed && isInScope && !wholes.has(`${type} ${resource}`) && !ids.has(String(property(finding, 'Id')));
  };
  await closeSettled(task, { assessments: [], isGone: true, place }, known, isGone);
}

const keyOf = ({ resource }: Fact): string => `${resource.type} ${resource.arn}`;
const idOf = ({ guardrail }: Task, { resource, statement }: Fact): string =>
  findingId({ guardrail: guardrail.id, resource: { type: resource.type, id: resource.arn }, statement });

const isInside = (at: Path, within: Path): boolean => within.every(([list, name], index) => at[index]?.[0] === list && at[index]?.[1] === name);

/** Made by hand it may hold anything: then it is as if it were not there. */
function pathIn(raw: Value, name: string): Path {
  const path = property(raw, name);
  const steps = (isList(path) ? path : []).map((step) => (isList(step) ? step : []));
  const isPath = steps.every(([list, text]) => typeof list === 'number' && typeof text === 'string');
  return isPath ? steps.map(([list, text]) => [Number(list), String(text)]) : [];
}

const pathOut = (path: Path): Value => path.map(([list, name]) => [list, name]);
