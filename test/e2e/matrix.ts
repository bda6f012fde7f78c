/** One run of the fault matrix: one call of one delivery of an event meets one fault, through the retries that Lambda itself would make. */
import { CloudWatchLogsClient, CreateLogStreamCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { isObject, property, type Value } from '../../lib/core/value';
import type { MotoEmulator } from '../aws/emulator';
import type { FaultRule, Faults, FiredFault, Watch } from '../aws/faults';
import { type Invocation, invoke } from './bundle';
import { invokeMortal } from './killed';
import { callerOf, clientOf, findingsAt, prepareAt, type Stage, type Stored } from './organization';
import { everyScenario, handed, invocationOf, type Scenario, scenarios } from './scenarios';

export interface Fault {
  readonly name: string;
  /** The proxy in front of AWS answers so. */
  readonly rule?: Omit<FaultRule, 'service' | 'operation'>;
  /** The SDK waits no longer than so many milliseconds. */
  readonly patience?: number;
  /** It does not pass, however often Lambda tries again. */
  readonly lasts?: true;
  /** The owner does this just before the call is sent. */
  readonly before?: 'correct' | 'touch';
  /** It ends when the call is answered. */
  readonly kills?: true;
}

export const FAULTS: readonly Fault[] = [
  { name: 'throttled', rule: { error: { code: 'ThrottlingException', status: 429 } } },
  { name: 'server error', rule: { error: { code: 'InternalFailure', status: 500 } } },
  { name: 'timed out', rule: { timeout_ms: 3_000 }, patience: 1_000 },
  { name: 'cut off', rule: { reset: true } },
  { name: 'answer malformed', rule: { response: { truncate_frac: 0.4 } } },
  { name: 'answer lost', rule: { response: { abort_bytes: 0 } } },
  { name: 'stale revision', before: 'touch' },
  { name: 'already gone', before: 'correct' },
  { name: 'process killed after the call', kills: true },
  { name: 'access denied', rule: { error: { code: 'AccessDeniedException', status: 403 } }, lasts: true },
];

/** How an event comes; out of order: an older one about the same thing follows. */
export type Delivery = 'once' | 'twice' | 'out of order' | 'a day late';

/**
 * The events of a run, and which of their handlings meets the fault. Runs go on: what stands after the first event was handled is
 * `once`, then it comes again (`twice`), then an older one (`out of order`).
 */
interface Course {
  readonly name: 'first' | 'late' | 'again';
  readonly events: (made: Value, scenario: Scenario) => readonly Handling[];
}

interface Handling {
  readonly event: Value;
  readonly delivery?: Delivery;
  readonly isTroubled: boolean;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** A sweep comes by its schedule, and has no time of its own; the event that it stands in for comes after it. */
const inTurn = (made: Value, { isSwept }: Scenario, troubled: readonly boolean[]): readonly Handling[] => {
  const now = Date.now();
  const [first, older] = [isSwept ? SWEEP : at(made, now, 'first'), at(made, now - 60_000, 'older')];
  const deliveries = ['once', 'twice', 'out of order'] as const;
  return [first, first, older].map((event, index) => ({ event, delivery: deliveries[index], isTroubled: troubled[index] === true }));
};

const SWEEP = { perimeter: 'sweep' };

export const COURSES = {
  first: { name: 'first', events: (made, scenario) => inTurn(made, scenario, [true, false, false]) },
  again: {
    name: 'again',
    events: (made, scenario) =>
      inTurn(made, scenario, [false, true, !scenario.isFollowedByAnother]).map((each, index) =>
        index > 0 ? each : { ...each, delivery: undefined },
      ),
  },
  late: { name: 'late', events: (made) => [{ event: at(made, Date.now() - DAY_MS, 'late'), delivery: 'a day late', isTroubled: true }] },
} as const satisfies { readonly [name: string]: Course };

/** The same call, made at another time. */
function at(event: Value, time: number, id: string): Value {
  const detail = property(event, 'detail');
  if (!isObject(event) || !isObject(detail)) throw new Error('an event of EventBridge has a detail');
  const eventTime = `${new Date(time).toISOString().slice(0, 19)}Z`;
  return { ...event, time: eventTime, detail: { ...detail, eventID: id, eventTime } };
}

/** Lambda tries an asynchronous event twice more: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
export const ATTEMPTS = 3;

export interface World {
  readonly emulator: MotoEmulator;
  readonly faults: Faults;
}

/** A call by its place among those of one invocation in which nothing fails, from 1. */
export interface Target {
  readonly call: FiredFault;
  readonly place: number;
  /** How many calls of the same operation come before it. */
  readonly earlier: number;
}

export const targetsIn = (calls: readonly FiredFault[]): readonly Target[] =>
  calls.map((call, index) => ({
    call,
    place: index + 1,
    earlier: calls.slice(0, index).filter(({ service, operation }) => service === call.service && operation === call.operation).length,
  }));

interface Outcome {
  readonly endings: ReadonlyMap<Delivery, Ending>;
  /** In all handlings together. */
  readonly calls: number;
  /** The fault was met, each time that it was to be. */
  readonly isMet: boolean;
}

let accounts = 200_000_000_000;

/** In an account of its own. */
async function begin({ emulator, faults }: World, scenario: Scenario, course: Course, trouble?: Trouble): Promise<Run & { readonly made: Value }> {
  accounts += 1;
  const stage: Stage = { api: emulator, own: String(accounts) };
  await prepareAt(stage);
  const { guardrail } = scenario;
  // Only the first of a day has to make it.
  const logStreamName = `perimeter-${guardrail}-remediator/${new Date().toISOString().slice(0, 10)}`;
  const stream = new CreateLogStreamCommand({ logGroupName: 'perimeter-undo', logStreamName });
  if (scenario !== scenarios[0]) await clientOf(stage, CloudWatchLogsClient).send(stream);
  const made = await scenario.make(stage);
  const watch = await faults.watch(stage.own);
  return {
    scenario,
    stage,
    watch,
    through: faults.environment(callerOf(stage)),
    ...(trouble && { trouble }),
    lines: [],
    endsProcess: course === COURSES.first && isTypical(scenario),
    made,
  };
}

/** The first of its guardrail and response. */
const isTypical = ({ guardrail, response, name }: Scenario): boolean =>
  everyScenario.find((each) => each.guardrail === guardrail && each.response === response)?.name === name;

interface Trouble {
  readonly fault: Fault;
  readonly target: Target;
}

interface Run {
  readonly scenario: Scenario;
  readonly stage: Stage;
  readonly watch: Watch;
  readonly through: Invocation['environment'];
  readonly trouble?: Trouble;
  readonly lines: string[];
  /** A process of its own is killed; else an invocation of this one is left, which takes a tenth of the time. */
  readonly endsProcess: boolean;
}

/** The calls of each event while nothing fails, and how that ends. */
export async function record(world: World, scenario: Scenario, course: Course) {
  const run = await begin(world, scenario, course);
  const calls: (readonly FiredFault[])[] = [];
  const endings: Ending[] = [];
  for (const { event } of course.events(run.made, scenario)) {
    const known = (await run.watch.calls()).length;
    await deliver(run, event, false);
    calls.push((await run.watch.calls()).slice(known));
    endings.push(await endingOf(run));
  }
  await run.watch.end();
  return { calls, endings };
}

export async function runThrough(world: World, scenario: Scenario, course: Course, trouble: Trouble): Promise<Outcome> {
  const run = await begin(world, scenario, course, trouble);
  const endings = new Map<Delivery, Ending>();
  let isMet = true;
  for (const { event, delivery, isTroubled } of course.events(run.made, scenario)) {
    const isMetNow = await deliver(run, event, isTroubled);
    isMet &&= isMetNow || !isTroubled;
    if (delivery) endings.set(delivery, await endingOf(run));
  }
  const seen = await run.watch.end();
  return { endings, calls: seen.calls, isMet: trouble.fault.rule ? seen.isMet : isMet };
}

/** The first attempt meets the fault; before the next it has passed, unless it lasts. Was it met, where it is none of the proxy's? */
async function deliver(run: Run, event: Value, isTroubled: boolean): Promise<boolean> {
  const { scenario, stage, watch, trouble, lines, endsProcess } = run;
  const armed = isTroubled ? trouble : undefined;
  let isMet = false;
  if (armed?.fault.lasts) await watch.heal();
  if (armed?.fault.rule) await watch.trouble({ ...armed.target.call, ...armed.fault.rule }, armed.target.earlier);
  let calls = 0;
  const remaining = () => (calls < (scenario.callsInTime ?? Number.POSITIVE_INFINITY) ? 60_000 : 20_000);
  const invocation = { ...(await invocationOf(scenario, stage)), environment: { ...run.through, AWS_MAX_ATTEMPTS: '1' }, lines, remaining };
  const handedOver = event === SWEEP ? event : await handed(scenario, stage, event);
  let isDone = false;
  for (let attempt = 1; !isDone && attempt <= ATTEMPTS; attempt += 1) {
    const now = attempt === 1 ? armed : undefined;
    calls = 0;
    if (now?.fault.kills && endsProcess) {
      isMet = (await invokeMortal(invocation, handedOver, now.target.place)) === 'SIGKILL';
    } else {
      const beforeCall = async (place: number) => {
        calls = place;
        if (place !== now?.target.place || !now.fault.before) return;
        isMet = true;
        await scenario[now.fault.before]?.(stage);
      };
      const endsAfter = now?.fault.kills ? now.target.place : undefined;
      isDone = await isHandled({ ...invocation, beforeCall, endsAfter, patience: now?.fault.patience }, handedOver);
      isMet ||= endsAfter !== undefined && !isDone;
    }
    if (now?.fault.rule && !now.fault.lasts) await watch.heal();
    isDone = scenario.isLeft ? !(await scenario.isLeft(stage)) : isDone;
  }
  return isMet;
}

async function isHandled(invocation: Invocation, event: Value): Promise<boolean> {
  try {
    await invoke(invocation, event);
    return true;
  } catch (error) {
    if (error instanceof Error && ['RemediationFailed', 'AwsFailure', 'Ended'].includes(error.name)) return false;
    throw error;
  }
}

/** Those in capitals may not be. */
export type Ending =
  | 'undone'
  | 'contained'
  | 'closed'
  | 'reported'
  | 'told by the log'
  | 'kept in its queue'
  | 'mended by its owner'
  | 'LOST'
  | 'UNTOLD'
  | 'MISTOLD'
  | 'NOT RECORDED'
  | 'HARMED';

/** What is there now, against what was told of it. */
async function endingOf({ scenario, stage, trouble, lines }: Run): Promise<Ending> {
  const fault = trouble?.fault;
  const state = await scenario.state(stage);
  const innocents = state.filter((name) => name !== 'violating').join();
  if (innocents !== (fault?.before === 'touch' ? 'innocent,touched' : 'innocent')) return 'HARMED';
  const isThere = state.includes('violating');
  const told = await findingsAt(stage);
  const [finding] = told;
  if (told.length > 1) return 'MISTOLD';
  if (!finding) return endingInSilence(scenario, stage, { isThere, fault, lines });
  if (/^(undone|contained): /.test(finding.title ?? '')) return isThere ? 'MISTOLD' : endingOfDeed(stage, finding);
  if (finding.status === 'PASSED') return isThere ? 'MISTOLD' : 'closed';
  // It says what is wrong, and why nothing was done about it; where its owner was quicker, that it was wrong.
  const { description = '', workflow } = finding;
  const saysWhy = /\S{3}/.test(description) && workflow === 'NEW';
  const mayBeGone = fault?.before === 'correct' || scenario.ends === 'closed' || description.includes('could not be read');
  return saysWhy && (isThere || mayBeGone) ? 'reported' : 'MISTOLD';
}

async function endingInSilence(
  { ends, isLeft, isSwept }: Scenario,
  stage: Stage,
  { isThere, fault, lines }: { readonly isThere: boolean; readonly fault?: Fault; readonly lines: readonly string[] },
): Promise<Ending> {
  if (!isThere && (fault?.before === 'correct' || ends === 'closed')) return 'mended by its owner';
  const isLogged = lines.some((line) => /"level":"(WARN|ERROR)"/.test(line));
  if (isLogged && (!isThere || ends === 'reported')) return isThere || (await isRecorded(stage)) ? 'told by the log' : 'NOT RECORDED';
  if (isThere && isLeft && (await isLeft(stage))) return 'kept in its queue';
  // What may not be listed or read is not known to be wrong: the sweep fails, and says what it could not see.
  if (isThere && isSwept && lines.some((line) => line.includes('the sweep has gaps'))) return 'told by the log';
  return isThere ? 'LOST' : 'UNTOLD';
}

/** Whatever was taken away can be put back, by the key in its finding. */
async function endingOfDeed(stage: Stage, { title = '', undoKey = '' }: Stored): Promise<Ending> {
  if (undoKey === '' || !(await isRecorded(stage, undoKey.split('/').at(-1)))) return 'NOT RECORDED';
  return title.startsWith('undone') ? 'undone' : 'contained';
}

async function isRecorded(stage: Stage, id = ''): Promise<boolean> {
  const { events = [] } = await clientOf(stage, CloudWatchLogsClient).send(new FilterLogEventsCommand({ logGroupName: 'perimeter-undo' }));
  return events.some(({ message = '' }) => message.startsWith(id) && /"restore":\[\{"action":/.test(message));
}
