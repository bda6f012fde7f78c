/**
 * The fault matrix: every AWS call of every remediation, met by every fault, by a real SDK against a real proxy. After the
 * retries that Lambda itself would make, and however its event is delivered: the violation is undone, and a finding (or, where
 * Security Hub is at fault, the log) says so or says why not; and nothing innocent was touched. A selection in `npm test`, all of it where CI asks for it; the table in
 * docs/reliability.md is written by `npm run reliability`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, property, type Value } from '../../lib/core/value';
import { type MotoEmulator, startEmulator } from '../aws/emulator';
import { type FaultRule, type Faults, startFaults } from '../aws/faults';
import { runs } from '../support/runs';
import { type Invocation, invoke } from './bundle';
import { invokeMortal } from './killed';
import { CALLER, configurationIn, findings, prepare } from './organization';
import { type Scenario, scenarios } from './scenarios';

interface Fault {
  readonly name: string;
  readonly rule: Omit<FaultRule, 'service' | 'operation'>;
  /** It does not pass, however often Lambda tries again. */
  readonly lasts?: true;
  /** Only calls that change something can meet it. */
  readonly writesOnly?: true;
  /** The process ends with it. */
  readonly kills?: true;
}

const FAULTS: readonly Fault[] = [
  { name: 'throttled', rule: { error: { code: 'ThrottlingException', status: 429 } } },
  { name: 'server error', rule: { error: { code: 'InternalFailure', status: 500 } } },
  { name: 'timed out', rule: { timeout_ms: 100 } },
  { name: 'cut off', rule: { reset: true } },
  { name: 'answer malformed', rule: { response: { truncate_frac: 0.4 } } },
  { name: 'answer lost', rule: { response: { abort_bytes: 0 } } },
  { name: 'stale revision', rule: { times: 1, error: { code: 'PreconditionFailedException', status: 412 } }, writesOnly: true },
  { name: 'process killed after the call', rule: { response: { abort_bytes: 0 } }, kills: true },
  { name: 'access denied', rule: { error: { code: 'AccessDeniedException', status: 403 } }, lasts: true },
];

/** Lambda tries an asynchronous event twice more: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const ATTEMPTS = 3;

let emulator: MotoEmulator;
let faults: Faults;
beforeAll(async () => {
  emulator = await startEmulator();
  faults = await startFaults(emulator);
});
afterAll(async () => {
  await faults.stop();
  await emulator.stop();
});

const isWhole = runs >= 100_000 || process.env.PERIMETER_RELIABILITY !== undefined;
/** How an event comes. What is not delivered once meets its faults at the call that undoes. */
const DELIVERIES = ['once', 'twice', 'out of order', 'a day late'] as const;
type Delivery = (typeof DELIVERIES)[number];

const isUndoing = (scenario: Scenario, operation: string): boolean => operation === scenario.calls[1]?.[1];

/** In `npm test`: once everything for the first scenario; otherwise what refuses the change itself, or ends with it. */
function chosen(scenario: Scenario, operation: string, fault: Fault, delivery: Delivery): boolean {
  if (delivery !== 'once' && !isUndoing(scenario, operation)) return false;
  if (isWhole || (scenario === scenarios[0] && delivery === 'once')) return true;
  const isTried = fault.kills || ['throttled', 'access denied'].includes(fault.name);
  return isUndoing(scenario, operation) && isTried && (delivery === 'once' || scenario === scenarios[0]);
}

interface Cell {
  readonly scenario: Scenario;
  readonly service: string;
  readonly operation: string;
  readonly fault: Fault;
  readonly delivery: Delivery;
}

const cells: readonly Cell[] = scenarios.flatMap((scenario) =>
  scenario.calls.flatMap(([service, operation]) =>
    DELIVERIES.flatMap((delivery) =>
      FAULTS.filter((fault) => chosen(scenario, operation, fault, delivery))
        .filter(({ writesOnly }) => !writesOnly || isUndoing(scenario, operation))
        .map((fault) => ({ scenario, service, operation, fault, delivery })),
    ),
  ),
);

type Ending = 'undone' | 'reported' | 'undone, told by the log' | 'LOST' | 'UNTOLD' | 'HARMED';
const table = new Map<string, Ending>();

const rowOf = ({ scenario, operation, delivery }: Omit<Cell, 'service' | 'fault'>): string =>
  `${scenario.guardrail}: ${scenario.name} | ${operation} | ${delivery}`;

it.each(cells.map((cell) => [`${rowOf(cell)}: ${cell.fault.name}`, cell] as const))('%s', async (_, cell) => {
  await faults.clear();
  await emulator.reset();
  await prepare(emulator);
  const made = await cell.scenario.make(emulator);
  const lines: string[] = [];
  const [first, ...others] = eventsOf(made, cell.delivery);

  await faults.set([{ service: cell.service, operation: cell.operation, ...cell.fault.rule }]);
  const attempts = await deliver(cell, first, lines, true);
  if (!cell.fault.lasts) await faults.clear();
  for (const other of others) await deliver(cell, other, lines);

  const ending = await endingOf(cell, lines);
  table.set(`${rowOf(cell)} | ${cell.fault.name}`, ending);
  expect(['undone', cell.fault.lasts ? 'reported' : 'undone', 'undone, told by the log']).toContain(ending);
  expect(attempts).toBeLessThanOrEqual(ATTEMPTS);
});

const DAY_MS = 24 * 60 * 60 * 1000;

function eventsOf(made: Value, delivery: Delivery): readonly [Value, ...Value[]] {
  const now = Date.now();
  const event = at(made, new Date(now), 'first');
  switch (delivery) {
    case 'once':
      return [event];
    case 'twice':
      return [event, event];
    case 'out of order':
      return [at(made, new Date(now), 'second'), at(made, new Date(now - 60_000), 'first')];
    case 'a day late':
      return [at(made, new Date(now - DAY_MS), 'first')];
  }
}

/** The same call, made at another time. */
function at(event: Value, time: Date, id: string): Value {
  const detail = property(event, 'detail');
  if (!isObject(event) || !isObject(detail)) throw new Error('an event of EventBridge has a detail');
  const eventTime = `${time.toISOString().slice(0, 19)}Z`;
  return { ...event, time: eventTime, detail: { ...detail, eventID: id, eventTime } };
}

/** The first attempt meets the fault; before the next it has passed, unless it lasts. */
async function deliver({ scenario, operation, fault }: Cell, event: Value, lines: string[], isFirst = false): Promise<number> {
  const environment = { ...faults.environment(CALLER), AWS_MAX_ATTEMPTS: '1' };
  const invocation: Invocation = { guardrail: scenario.guardrail, configuration: configurationIn(), environment, lines };
  for (let attempt = 1; ; attempt += 1) {
    if (fault.kills && attempt === 1 && isFirst) {
      // A removal is answered without a body that could break off.
      const mortal = { ...invocation, environment: { ...environment, ...(operation.startsWith('Remove') && { PERIMETER_MORTAL: 'DELETE' }) } };
      expect(await invokeMortal(mortal, event)).toBe('SIGKILL');
      await faults.clear();
      continue;
    }
    try {
      await invoke(invocation, event);
      return attempt;
    } catch (error) {
      if (!(error instanceof Error && error.name === 'RemediationFailed')) throw error;
      if (attempt === ATTEMPTS) return attempt;
      if (!fault.lasts) await faults.clear();
    }
  }
}

async function endingOf({ scenario, service }: Cell, lines: readonly string[]): Promise<Ending> {
  await faults.clear();
  const state = await scenario.state(emulator);
  if (!state.includes('innocent')) return 'HARMED';
  const isTold = (await findings(emulator)).length > 0;
  if (state.includes('violating')) return isTold ? 'reported' : 'LOST';
  if (isTold) return 'undone';
  return service === 'securityhub' && lines.some((line) => /"level":"(WARN|ERROR)"/.test(line)) ? 'undone, told by the log' : 'UNTOLD';
}

/** Without the padding of its columns, and with one word for every good ending. */
const shapeOf = (page: string): string =>
  page
    .replace(/[ -]{2,}/g, ' ')
    .replace(/\| *(?=\|)/g, '')
    .replace(/\| (undone, told by the log|undone|reported)(?= \|)/g, '| …')
    .trim();

const PAGE = join(__dirname, '..', '..', 'docs', 'reliability.md');

/** Only a whole run fills the table. */
if (isWhole)
  it('the page tells what was seen', () => {
    const rows = scenarios.flatMap((scenario) =>
      scenario.calls.flatMap(([, operation]) =>
        DELIVERIES.filter((delivery) => delivery === 'once' || isUndoing(scenario, operation)).map((delivery) => {
          const row = rowOf({ scenario, operation, delivery });
          return `| ${row} | ${FAULTS.map(({ name }) => table.get(`${row} | ${name}`) ?? '–').join(' | ')} |`;
        }),
      ),
    );
    const page = `# Reliability

<!-- Generated by \`npm run reliability\`; do not edit. -->

Each cell is one run: the violation is made with the AWS SDK on an emulated AWS API, its event is handed to the deployed bundle,
and the call of the row meets the fault of the column, through the retries that Lambda itself would make. \`undone\`: the
violation is gone, what was innocent is still there, and a finding says what was done. \`reported\`: it is still there and a
finding says why. A dash: the call cannot meet the fault. Out of order: a later event about the same thing comes first.

| remediation | call | event | ${FAULTS.map(({ name }) => name).join(' | ')} |
|---|---|---|${FAULTS.map(() => '---|').join('')}
${rows.join('\n')}
`;
    if (process.env.PERIMETER_RELIABILITY === 'write') writeFileSync(PAGE, page);
    // Which of the good endings a cell has may depend on timing; that it has one is what the cells above hold.
    expect(shapeOf(readFileSync(PAGE, 'utf8'))).toBe(shapeOf(page));
  });
