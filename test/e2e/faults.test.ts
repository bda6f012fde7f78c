/**
 * The fault matrix: every AWS call of every remediation, met by every fault, by a real SDK against a real proxy. The calls are those
 * that the proxy saw while nothing failed. After the retries that Lambda itself would make, and however its event is delivered: the
 * violation is undone, and a finding (or, where Security Hub is at fault, the log) says so or says why not; nothing innocent was
 * touched, and the calls are bounded. A selection in `npm test`, all of it where CI asks for it; the tables in docs/reliability.md are
 * written by `npm run reliability`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { callsOf } from '../../lib/cdk/grants';
import { guardrails } from '../../lib/guardrails';
import { startEmulator } from '../aws/emulator';
import { type FiredFault, startFaults } from '../aws/faults';
import { runs } from '../support/runs';
import { ATTEMPTS, COURSES, type Delivery, type Ending, FAULTS, type Fault, record, runThrough, type Target, targetsIn, type World } from './matrix';
import { stageOf } from './organization';
import { pageOf, type Row, shapeOf } from './reliability';
import { everyScenario, invocationOf, type Scenario, scenarios } from './scenarios';

const isWhole = runs >= 100_000 || process.env.PERIMETER_RELIABILITY !== undefined;
/** Runs side by side: most of their time is waiting. */
const ABREAST = 6;

let world: World;
beforeAll(async () => {
  const emulator = await startEmulator();
  world = { emulator, faults: await startFaults(emulator) };
});
afterAll(async () => {
  await world.faults.stop();
  await world.emulator.stop();
});

type CourseName = keyof typeof COURSES;
interface Run {
  readonly course: CourseName;
  readonly target: Target;
  readonly fault: Fault;
}

const nameOf = ({ service, operation }: FiredFault): string => `${service}:${operation}`;
const namesOf = (calls: readonly FiredFault[] = []): readonly string[] => calls.map(nameOf);

/** A sweep has no time of its own; what an owner adds is tried before the read, and before the write that is compared with it. */
function canMeet({ undo, touch, isGuarded, isSwept }: Scenario, { course, target: { call, place }, fault }: Run): boolean {
  if (isSwept && course === 'late') return false;
  if (fault.before !== 'touch') return true;
  return touch !== undefined && course !== 'again' && (place === 1 || (isGuarded === true && nameOf(call) === undo));
}

/**
 * In `npm test`: for the first scenario every fault of the first event; for all, what the call that undoes has to expect; for a sweep, that its
 * first list is refused.
 */
function isChosen(scenario: Scenario, { course, target: { call, place }, fault }: Run): boolean {
  if (isWhole) return true;
  if (course !== 'first') return false;
  if (scenario.isSwept) return place === 2 && fault.lasts === true;
  const isFirst = scenario === scenarios[0];
  if (isFirst && !fault.kills) return true;
  if (fault.before === 'touch') return true;
  if (nameOf(call) !== (scenario.undo ?? 'securityhub:BatchImportFindings')) return false;
  return fault.kills ? isFirst || scenario.ends === 'contained' : ['throttled', 'access denied'].includes(fault.name);
}

const runsFor = (scenario: Scenario, first: readonly FiredFault[], again: readonly FiredFault[]): readonly Run[] =>
  (['first', 'again', 'late'] as const).flatMap((course) =>
    targetsIn(course === 'again' ? again : first).flatMap((target) =>
      FAULTS.map((fault) => ({ course, target, fault })).filter((run) => canMeet(scenario, run) && isChosen(scenario, run)),
    ),
  );

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: ABREAST }, worker));
}

/** What each fault may end with, besides how it ends where nothing fails. */
function mayEnd({ ends, isLeft, isSwept, undo }: Scenario, { fault, target: { call } }: Run, ending: Ending): boolean {
  if (ending === ends) return true;
  // What may not be listed, read or searched is told by the log, and by the failure of the function.
  if (fault.lasts && ending === 'told by the log' && (isSwept ? nameOf(call) !== undo : call.service === 'logs')) return true;
  if (call.service === 'securityhub' && ending === (ends === 'closed' ? 'reported' : 'told by the log')) return true;
  if (fault.before === 'correct') return ['mended by its owner', 'reported', 'closed'].includes(ending);
  if (!fault.lasts) return false;
  return ending === 'reported' || (ending === 'kept in its queue' && isLeft !== undefined && call.service === 'sqs');
}

/** An attempt makes at most two calls more than one in which nothing fails: the one at fault again, and the search of the undo log. */
const mostCalls = (events: number, calls: number): number => events * ATTEMPTS * (calls + 2);

const rows: Row[] = [];
/** The calls of an event, and of its repetition, where nothing fails. */
const recorded = new Map<Scenario, { readonly first: readonly string[]; readonly again: readonly string[] }>();

describe.each(everyScenario)('$guardrail: $name', (scenario) => {
  it('ends well, whatever its calls meet and however its event comes', async () => {
    // Hundreds of accounts that nobody needs any more would slow it down.
    await world.emulator.reset();
    const inTurn = await record(world, scenario, COURSES.first);
    const late = isWhole && !scenario.isSwept ? await record(world, scenario, COURSES.late) : undefined;
    const [first = [], again = [], older] = inTurn.calls;
    recorded.set(scenario, { first: namesOf(first), again: namesOf(again) });
    const wrong: string[] = [];
    const cells = new Map<string, Ending>();

    await inParallel(runsFor(scenario, first, again), async (run) => {
      const { course, target, fault } = run;
      const { endings, calls, isMet } = await runThrough(world, scenario, COURSES[course], { fault, target });
      const what = `${target.call.operation} (${target.place}), ${course}: ${fault.name}`;
      const most = mostCalls(course === 'late' ? 1 : 3, first.length);
      if (!isMet) wrong.push(`${what}: was not met`);
      if (calls > most) wrong.push(`${what}: ${calls} calls, more than ${most}`);
      for (const [delivery, ending] of endings) {
        cells.set(cellOf(course === 'again', target.place, fault.name, delivery), ending);
        if (!mayEnd(scenario, run, ending)) wrong.push(`${what}: ${delivery}: ${ending}`);
      }
    });

    for (const isAgain of [false, true])
      for (const { call, place } of targetsIn(isAgain ? again : first))
        rows.push({
          scenario: `${scenario.guardrail}: ${scenario.name}`,
          call: call.operation,
          isAgain,
          cells: FAULTS.map(
            ({ name }) =>
              (delivery: Delivery) =>
                cells.get(cellOf(isAgain, place, name, delivery)),
          ),
        });

    expect([inTurn.endings, late?.endings ?? [scenario.ends]]).toEqual([[scenario.ends, scenario.ends, scenario.ends], [scenario.ends]]);
    if (!scenario.isFollowedByAnother) expect(namesOf(older)).toEqual(namesOf(again));
    expect(namesOf(late?.calls[0] ?? first)).toEqual(namesOf(first));
    expect(wrong.sort()).toEqual([]);
  }, 900_000);
});

const cellOf = (isAgain: boolean, place: number, fault: string, delivery: Delivery): string => `${isAgain} ${place} ${fault} ${delivery}`;

it('meets every call that a remediator may make', async () => {
  const granted = await Promise.all(
    scenarios.map(async (scenario) => {
      const guardrail = guardrails.find(({ id }) => id === scenario.guardrail);
      const { configuration } = await invocationOf({ ...scenario, surroundings: undefined, settings: undefined }, stageOf(world.emulator));
      return guardrail ? callsOf(guardrail, configuration) : [];
    }),
  );
  const met = new Set([...recorded.values()].flatMap(({ first, again }) => [...first, ...again]));

  expect([...new Set(granted.flat())].filter((call) => !met.has(call)).sort()).toEqual([]);
});

/** Two more for the first of a day, which makes the stream of the undo log. */
const FIVE = 5;
const MORE: { readonly [name: string]: number } = {
  [scenarios[0]?.name ?? '']: 7,
  // What it takes to subscribe again is read before, and looking again is scheduled.
  'a host of a stranger, confirmed unseen': 7,
  // What its concurrency was is read before.
  'a function outside a VPC, quarantined': 6,
  // The queue is asked twice, and what was handled is deleted.
  'a pull from the queue, its sessions revoked': 8,
};

it('sees, undoes and tells with five calls', () => {
  const seen = scenarios.filter(({ undo }) => undo !== undefined).map((scenario) => [scenario.name, recorded.get(scenario)?.first.length]);

  expect(seen).toEqual(seen.map(([name]) => [name, MORE[name ?? ''] ?? FIVE]));
});

const PAGE = join(__dirname, '..', '..', 'docs', 'reliability.md');

/** Only a whole run fills the tables. */
if (isWhole)
  it('the page tells what was seen', () => {
    const page = pageOf(
      FAULTS.map(({ name }) => name),
      rows,
    );
    if (process.env.PERIMETER_RELIABILITY === 'write') writeFileSync(PAGE, page);
    // Which of the good endings a cell has may depend on timing; that it has one is what the cells above hold.
    expect(shapeOf(readFileSync(PAGE, 'utf8'))).toBe(shapeOf(page));
  });

it('the page has every call', () => {
  const page = readFileSync(PAGE, 'utf8').split(/^## /m).slice(1);
  const columns = page.map((section) => [...section.matchAll(/^\| ((?:again: )?[A-Z]\w+) /gm)].map(([, call]) => call));
  const seen = [...recorded.values()].map(({ first, again }) => [
    ...first.map((name) => name.split(':')[1]),
    ...again.map((name) => `again: ${name.split(':')[1]}`),
  ]);

  expect(columns).toEqual(seen);
});
