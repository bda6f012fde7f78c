/** What Perimeter costs by the month in one account and Region: what is billed while nothing happens, and what events cost. */
import { configurationOf, type WholeConfiguration } from '../../core/configuration';
import type { AnyGuardrail } from '../../core/guardrail';
import { HOOK_LIMITS, REMEDIATOR_LIMITS } from '../../handlers/limits';
import { PRICES } from './prices';

export interface CostLine {
  readonly what: string;
  readonly count: number;
  /** Dollars a month. */
  readonly monthly: number;
}

/** What happens in a month, in one account and Region. */
export interface Traffic {
  /** Events that are judged: at most so many invocations, since patterns leave out what is plainly compliant. */
  readonly judged: number;
  readonly violations: number;
}

const DAYS = 30;
/** A queue is looked into every five minutes. */
const DRAINS = DAYS * 24 * 12;
/** Milliseconds of a run, generously: most end after judging, a remediation reads, writes and logs. */
const JUDGING_MS = 300;
const UNDOING_MS = 3_000;
const DRAINING_MS = 200;
/** Of an account with some hundred functions, layers and topics: most of it is waiting, five reads a second. */
const SWEEPING_MS = 60_000;
const HOOK_MS = 100;
/** Bytes that a run leaves in the log. */
const LOGGED_BYTES = 2_000;
const ALARMS_OF_A_GUARDRAIL = 4;

export function estimate(configuration: WholeConfiguration, guardrails: readonly AnyGuardrail[], traffic: Traffic | undefined): readonly CostLine[] {
  const active = guardrails.filter(({ id }) => configurationOf(configuration, id).mode !== 'off');
  const { alarms, dashboard } = configuration.deployment;
  const queues = active.filter(({ events }) => events.some(({ readOnly }) => readOnly)).length;
  return [
    line('alarms', alarms ? ALARMS_OF_A_GUARDRAIL * active.length : 0, PRICES.alarm.usd),
    line('dashboard', dashboard ? 1 : 0, PRICES.dashboard.usd),
    line('sweeps', active.length * DAYS, runOf(REMEDIATOR_LIMITS.memoryMb, SWEEPING_MS)),
    line('looks into the queue of pulls', queues * DRAINS, runOf(REMEDIATOR_LIMITS.memoryMb, DRAINING_MS) + PRICES.queueRequest.usd),
    ...(traffic
      ? [
          line('invocations of remediators', traffic.judged, runOf(REMEDIATOR_LIMITS.memoryMb, JUDGING_MS) + logged(LOGGED_BYTES)),
          line('remediations', traffic.violations, runOf(REMEDIATOR_LIMITS.memoryMb, UNDOING_MS) + logged(3 * LOGGED_BYTES)),
          line('findings', 2 * traffic.violations, PRICES.finding.usd),
          line('metrics', traffic.violations > 0 ? 2 * active.length : 0, PRICES.metric.usd),
        ]
      : []),
  ];
}

/** What an operation on a guarded resource costs through a hook: two of them never look at the same one. */
export const hookCost = (): number => PRICES.hookOperation.usd + runOf(HOOK_LIMITS.memoryMb, HOOK_MS);

const line = (what: string, count: number, each: number): CostLine => ({ what, count, monthly: count * each });

const runOf = (memoryMb: number, milliseconds: number): number =>
  PRICES.request.usd + (memoryMb / 1024) * (milliseconds / 1000) * PRICES.gigabyteSecond.usd;

const logged = (bytes: number): number => (bytes / 1e9) * PRICES.gigabyteOfLogs.usd;
