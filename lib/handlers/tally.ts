/**
 * Events that only read cannot be undone, and come by the thousand: those of one principal, resource and day are one finding
 * with a count. The count is a lower bound: what was counted is not counted again, and what comes late is left out.
 */
import type { Finding } from '../core/finding';
import { findingId } from '../core/finding';
import { interestIn, judgeRecord } from '../core/judge';
import { asText, property } from '../core/value';
import type { Assessment } from '../core/verdict';
import type { Delivery } from './event';
import { benchOf, type Task } from './remediator';

/** Deliveries that are handled as one: the first stands for the others. */
export type Batch = readonly [Delivery, ...Delivery[]];

export function batchesOf(task: Task, deliveries: readonly Delivery[]): readonly Batch[] {
  const batches = new Map<string, [Delivery, ...Delivery[]]>();
  for (const [index, delivery] of deliveries.entries()) {
    const key = keyOf(task, delivery) ?? `#${index}`;
    const known = batches.get(key);
    if (known) known.push(delivery);
    else batches.set(key, [delivery]);
  }
  for (const batch of batches.values()) batch.sort(latestFirst);
  return [...batches.values()];
}

/** What is done about a batch is done as of its latest event. */
const latestFirst = (one: Delivery, other: Delivery): number => (other.record?.eventTime ?? '').localeCompare(one.record?.eventTime ?? '');

/** Undefined for what stands alone: an event that changes something, or one that nothing is wrong with. */
function keyOf(task: Task, { record }: Delivery): string | undefined {
  if (!record || interestIn(task.guardrail, record)?.readOnly !== true) return undefined;
  const wrong = judgeRecord(benchOf(task), task.guardrail, record).filter(({ verdict }) => verdict === 'violation' || verdict === 'undetermined');
  if (wrong.length === 0) return undefined;
  return JSON.stringify([record.eventTime.slice(0, 10), ...wrong.map((assessment) => [findingId(assessment), assessment.code ?? ''])]);
}

export const tellsViolation = (finding: Finding | undefined): boolean => property(property(finding, 'Compliance'), 'Status') === 'FAILED';

interface Tally {
  /** `YYYY-MM-DD` */
  readonly day: string;
  readonly count: number;
  /** Time of the latest event that was counted. */
  readonly until: string;
}

/** Undefined for what is not counted. `before`: the finding of the same day, as it is stored. */
export function tallyOf(
  { guardrail }: Task,
  batch: Batch,
  { verdict }: Pick<Assessment, 'verdict'>,
  before: (day: string) => Finding | undefined,
): Tally | undefined {
  const { record } = batch[0];
  if (!record || interestIn(guardrail, record)?.readOnly !== true) return undefined;
  const day = record.eventTime.slice(0, 10);
  const stored = before(day);
  // Those that could not be decided are not among those that violate.
  const fields = verdict === 'violation' && !tellsViolation(stored) ? undefined : property(stored, 'ProductFields');
  const counted = Number.parseInt(asText(property(fields, 'perimeter/count')) ?? '0', 10) || 0;
  const since = asText(property(fields, 'perimeter/countedUntil')) ?? '';
  const fresh = new Map(batch.flatMap(({ record: each }) => (each && each.eventTime > since ? [[each.eventId, each.eventTime] as const] : [])));
  const until = [since, ...fresh.values()].sort().at(-1) ?? since;
  return { day, count: Math.max(counted + fresh.size, 1), until };
}
