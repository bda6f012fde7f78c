/**
 * A process that ended between the call and its finding: Lambda tries the event again, and then all is well and nobody would
 * tell what was undone. The undo record, written before the call, still knows; the finding is written from it.
 */
import type { CloudTrailRecord } from '../core/cloudtrail';
import { type Finding, findingId } from '../core/finding';
import { isList, isObject, property, type Value } from '../core/value';
import type { Assessment } from '../core/verdict';
import type { Deed } from './act';
import { AwsFailure } from './ports';
import { mayAct, type Task } from './remediator';

/** Of an undo record, what a finding takes: the violations without their calls, which stand beside them. */
export const violationsOf = (assessments: readonly Assessment[]): Value =>
  JSON.parse(
    JSON.stringify(
      assessments
        .filter(({ verdict }) => verdict === 'violation')
        .map(({ plan, ...assessment }) => ({ ...assessment, plan: { ...plan, calls: undefined, restore: undefined } })),
    ),
  );

/** Nothing violates any more; or it is contained, and no finding says how to take that back. */
export const mayBeUntold = ({ assessments }: Deed, known: readonly Finding[]): boolean =>
  assessments.every(({ verdict }) => verdict === 'compliant' || verdict === 'exempt') ||
  assessments.some(({ guardrail, resource, statement, plan }) => {
    if (!plan?.isContainment || plan.calls.length > 0) return false;
    const id = findingId({ guardrail, resource, statement });
    return !known.some((finding) => String(property(finding, 'Id')).startsWith(id) && isRecorded(finding));
  });

const isRecorded = (finding: Finding): boolean => property(property(finding, 'ProductFields'), 'perimeter/undoKey') !== undefined;

/** What an earlier attempt at this very event has undone and not told; undefined: nothing. */
export async function recall(
  task: Task,
  deed: Deed,
  record: Pick<CloudTrailRecord, 'eventId' | 'eventTime'>,
  known: readonly Finding[],
): Promise<Deed | undefined> {
  if (!mayAct(task) || task.dryRun || deed.unread !== undefined || deed.undo !== undefined) return undefined;
  const resource = deed.about[0]?.resource.arn ?? '';
  const found = (await recordsOf(task, record)).filter(({ entry }) => property(entry, 'resource') === resource);
  const latest = found.sort((one, other) => timeOf(one.entry) - timeOf(other.entry)).at(-1);
  if (!latest) return undefined;
  const { key, entry } = latest;
  const untold = decodeViolations(entry).filter((assessment) => !isTold(assessment, record, timeOf(entry), known));
  if (untold.length === 0) return undefined;
  const removed = JSON.stringify(property(entry, 'restore') ?? []);
  return { ...deed, assessments: untold, calls: [], isSettled: true, undo: { key, removed, at: new Date(timeOf(entry)) } };
}

/** With its looks, if it takes any, for this event; or for one that came after what was undone, which was undone too: the older must not be told over it. */
const isTold = (assessment: Assessment, { eventId }: Pick<CloudTrailRecord, 'eventId'>, undoneAt: number, known: readonly Finding[]): boolean =>
  known.some((finding) => {
    const fields = property(finding, 'ProductFields');
    const isNewer = property(fields, 'perimeter/eventId') === eventId || Date.parse(String(property(fields, 'perimeter/eventTime'))) > undoneAt;
    const isWatched = (property(fields, 'perimeter/looksAgain') ?? 'yes') === 'yes';
    return property(finding, 'Id') === findingId(assessment) && isNewer && isWatched && isRecorded(finding);
  });

/** What cannot be read for good is told in the log: nothing is left that violates. */
async function recordsOf({ ports }: Task, { eventId, eventTime }: Pick<CloudTrailRecord, 'eventId' | 'eventTime'>) {
  try {
    return await ports.findUndo(eventId, new Date(eventTime));
  } catch (error) {
    if (!(error instanceof AwsFailure) || error.isTransient) throw error;
    ports.log('warn', 'the undo log cannot be searched', { eventId, error: error.code });
    return [];
  }
}

const timeOf = (entry: Value): number => Date.parse(String(property(entry, 'at'))) || 0;

/** Written by us; what an older version wrote without its violations tells nothing. */
function decodeViolations(entry: Value): readonly Assessment[] {
  const list = property(entry, 'violations');
  const calls = property(entry, 'calls');
  if (!isList(list) || !isList(calls)) return [];
  return list.flatMap((item): readonly Assessment[] => {
    if (!isObject(item) || !isObject(property(item, 'resource'))) return [];
    const plan = property(item, 'plan');
    return [{ ...item, plan: { ...(isObject(plan) && plan), calls } } as unknown as Assessment];
  });
}
