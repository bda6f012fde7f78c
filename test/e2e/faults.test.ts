/**
 * The fault matrix: every AWS call of every remediation, met by every fault, by a real SDK against a real proxy. After the
 * retries that Lambda itself would make: the violation is undone, or a finding (or, where Security Hub is at fault, the log)
 * says why not; and nothing innocent was touched. A selection in `npm test`, all of it where CI asks for it; the table in
 * docs/reliability.md is written by `npm run reliability`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Value } from '../../lib/core/value';
import { type MotoEmulator, startEmulator } from '../aws/emulator';
import { type FaultRule, type Faults, startFaults } from '../aws/faults';
import { runs } from '../support/runs';
import { invoke } from './bundle';
import { CALLER, configurationIn, findings, prepare } from './organization';
import { type Scenario, scenarios } from './scenarios';

interface Fault {
  readonly name: string;
  readonly rule: Omit<FaultRule, 'service' | 'operation'>;
  /** It does not pass, however often Lambda tries again. */
  readonly lasts?: true;
  /** Only calls that change something can meet it. */
  readonly writesOnly?: true;
}

const FAULTS: readonly Fault[] = [
  { name: 'throttled', rule: { error: { code: 'ThrottlingException', status: 429 } } },
  { name: 'server error', rule: { error: { code: 'InternalFailure', status: 500 } } },
  { name: 'timed out', rule: { timeout_ms: 100 } },
  { name: 'cut off', rule: { reset: true } },
  { name: 'answer malformed', rule: { response: { truncate_frac: 0.4 } } },
  { name: 'answer lost', rule: { response: { abort_bytes: 0 } } },
  { name: 'stale revision', rule: { times: 1, error: { code: 'PreconditionFailedException', status: 412 } }, writesOnly: true },
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
/** In `npm test`: everything for the first scenario; for the others what refuses the change itself. */
const chosen = (scenario: Scenario, operation: string, fault: Fault): boolean =>
  isWhole || scenario === scenarios[0] || (operation === scenario.calls[1]?.[1] && ['throttled', 'access denied'].includes(fault.name));

interface Cell {
  readonly scenario: Scenario;
  readonly service: string;
  readonly operation: string;
  readonly fault: Fault;
}

const cells: readonly Cell[] = scenarios.flatMap((scenario) =>
  scenario.calls.flatMap(([service, operation]) =>
    FAULTS.filter((fault) => chosen(scenario, operation, fault))
      .filter(({ writesOnly }) => !writesOnly || operation === scenario.calls[1]?.[1])
      .map((fault) => ({ scenario, service, operation, fault })),
  ),
);

type Ending = 'undone' | 'reported' | 'undone, told by the log' | 'LOST' | 'HARMED';
const table = new Map<string, Ending>();

it.each(cells.map((cell) => [`${cell.scenario.guardrail}, ${cell.scenario.name}: ${cell.operation} ${cell.fault.name}`, cell] as const))(
  '%s',
  async (_, cell) => {
    await faults.clear();
    await emulator.reset();
    await prepare(emulator);
    const event = await cell.scenario.make(emulator);
    const lines: string[] = [];

    await faults.set([{ service: cell.service, operation: cell.operation, ...cell.fault.rule }]);
    const attempts = await deliver(cell, event, lines);

    const ending = await endingOf(cell, lines);
    table.set(`${cell.scenario.guardrail}|${cell.scenario.name}|${cell.operation}|${cell.fault.name}`, ending);
    expect(['undone', cell.fault.lasts ? 'reported' : 'undone', 'undone, told by the log']).toContain(ending);
    expect(attempts).toBeLessThanOrEqual(ATTEMPTS);
  },
);

/** The first attempt meets the fault; before the next it has passed, unless it lasts. */
async function deliver({ scenario, fault }: Cell, event: Value, lines: string[]): Promise<number> {
  const environment = { ...faults.environment(CALLER), AWS_MAX_ATTEMPTS: '1' };
  for (let attempt = 1; ; attempt += 1) {
    try {
      await invoke({ guardrail: scenario.guardrail, configuration: configurationIn(), environment, lines }, event);
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
  return service === 'securityhub' && lines.some((line) => /"level":"(WARN|ERROR)"/.test(line)) ? 'undone, told by the log' : 'undone';
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
      scenario.calls.map(([, operation]) => {
        const seen = FAULTS.map(({ name }) => table.get(`${scenario.guardrail}|${scenario.name}|${operation}|${name}`) ?? '–');
        return `| ${scenario.guardrail}: ${scenario.name} | ${operation} | ${seen.join(' | ')} |`;
      }),
    );
    const page = `# Reliability

<!-- Generated by \`npm run reliability\`; do not edit. -->

Each cell is one run: the violation is made with the AWS SDK on an emulated AWS API, its event is handed to the deployed bundle,
and the call of the row meets the fault of the column, through the retries that Lambda itself would make. \`undone\`: the
violation is gone and what was innocent is still there. \`reported\`: it is still there and a finding says why. A dash: the
call cannot meet the fault.

| remediation | call | ${FAULTS.map(({ name }) => name).join(' | ')} |
|---|---|${FAULTS.map(() => '---|').join('')}
${rows.join('\n')}
`;
    if (process.env.PERIMETER_RELIABILITY === 'write') writeFileSync(PAGE, page);
    // Which of the good endings a cell has may depend on timing; that it has one is what the cells above hold.
    expect(shapeOf(readFileSync(PAGE, 'utf8'))).toBe(shapeOf(page));
  });
