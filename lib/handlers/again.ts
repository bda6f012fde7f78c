/**
 * Looking again: a pending subscription is confirmed, and a removed one comes back, by a click that CloudTrail does not log.
 * After 1, 5 and 15 minutes, then every hour, and once more when 48 hours have passed: then SNS's offer has ended.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-delete-subscription-topic.html
 */
import type { Value } from '../core/value';
import { type Deed, isMended } from './act';
import { type Delivery, LOOK_AGAIN } from './event';
import type { Task } from './remediator';

const MINUTE_MS = 60_000;
const FIRST_LOOKS = [1, 5, 15];
const WINDOW_MINUTES = 48 * 60;

/** When the offer that began at `since` has surely ended. */
export const windowEnd = (since: Date): Date => new Date(since.getTime() + WINDOW_MINUTES * MINUTE_MS);

/** `looks`: how often it has been looked at again so far. Undefined: the last look is over. */
export function nextLook(looks: number, since: Date): Date | undefined {
  const minutes = FIRST_LOOKS[looks] ?? 15 + (looks - FIRST_LOOKS.length + 1) * 60;
  if (minutes < WINDOW_MINUTES) return new Date(since.getTime() + minutes * MINUTE_MS);
  return minutes - 60 < WINDOW_MINUTES ? new Date(windowEnd(since).getTime() + MINUTE_MS) : undefined;
}

/** Once begun, it goes on to the end of the window, whatever a look finds; what a look removes has a window of its own. */
export async function lookAgainAt(
  { ports, dryRun }: Task,
  { raw, looks, since }: Delivery,
  { assessments, undo, calls }: Pick<Deed, 'assessments' | 'undo' | 'calls'>,
): Promise<void> {
  const isOpen = looks > 0 || assessments.some(({ plan }) => plan?.again !== undefined);
  if (!isOpen || dryRun || (undo?.at && windowEnd(undo.at) <= ports.now())) return;
  const isRemoved = assessments.some((assessment) => assessment.plan?.again === 'removed' && (undo?.at || isMended(assessment, calls)));
  const [made, began] = looks > 0 && isRemoved ? [0, undo?.at ?? ports.now()] : [looks, since ?? undo?.at ?? ports.now()];
  const at = nextLook(made, began);
  const event: Value = { perimeter: LOOK_AGAIN, looks: made + 1, since: began.toISOString(), event: raw };
  if (at) await ports.lookAgain(at, event);
}
