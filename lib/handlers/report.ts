/** What people see: findings, metrics, one log line; and the findings that something has mended. */
import type { CloudTrailRecord } from '../core/cloudtrail';
import { configurationOf } from '../core/configuration';
import { closed, type Finding, findingId, generatorOf, type Sighting, type Standing, toFinding } from '../core/finding';
import type { Fact } from '../core/guardrail';
import { asList, asText, property, type Value } from '../core/value';
import type { Assessment } from '../core/verdict';
import { act, type Deed, isCallOf, isEnd, isMended } from './act';
import { windowEnd } from './again';
import { AwsFailure } from './ports';
import { NOTHING, type Remediation, sightingOf, type Task } from './remediator';
import { type Batch, tallyOf, tellsViolation } from './tally';
import { currentTrust } from './trust';

type Written = Remediation['findings'];

/** What a finding has to tell. */
export const tellingIn = ({ assessments }: Deed): readonly Assessment[] =>
  assessments.filter(({ verdict }) => verdict === 'violation' || verdict === 'undetermined');

/** `known`: the findings of the resource. */
export async function report(task: Task, deed: Deed, known: readonly Finding[], batch: Batch, sighting: Sighting): Promise<Written> {
  const telling = tellingIn(deed);
  if (telling.length === 0) return closeSettled(task, deed, known, isAbout(task, deed));
  const written: { finding: Value; stored: boolean }[] = [];
  for (const assessment of telling) {
    const beforeOn = (aggregate?: string) => known.find((finding) => property(finding, 'Id') === findingId({ ...assessment, aggregate }));
    const tally = tallyOf(task, batch, assessment, beforeOn);
    const before = beforeOn(tally?.day);
    // What violated on that day is not taken back by what cannot be decided.
    if (tally && assessment.verdict === 'undetermined' && tellsViolation(before)) continue;
    const standing = standingOf(deed, assessment, task.ports.now(), before);
    if (deed.unread !== undefined && standing.kind === 'open' && before && isToldBy(before, sighting)) continue;
    count(task, assessment, standing, deed);
    const finding = toFinding({
      assessment,
      place: deed.place,
      sighting,
      standing,
      now: task.ports.now(),
      ...(tally && { tally }),
      ...(before && { before }),
    });
    written.push({ finding, stored: await store(task, finding, before, standing) });
  }
  // An earlier look at this event may have told that nothing could be read.
  written.push(...(await closeSettled(task, deed, known, isAbout(task, deed))));
  const codes = telling.map(({ code }) => code ?? 'undetermined');
  task.ports.log('info', 'judged', {
    eventId: sighting.eventId,
    codes,
    calls: deed.calls.map(({ action, outcome }) => `${action} ${outcome}`),
  });
  return written;
}

/** What was removed for this event, or for a later one, stays told: that it cannot be read again is no news, and its undo key would be lost. */
function isToldBy(finding: Finding, { eventId, eventTime }: Sighting): boolean {
  const fields = property(finding, 'ProductFields');
  const isLater = (asText(property(fields, 'perimeter/eventTime')) ?? '') > eventTime;
  return property(fields, 'perimeter/undoKey') !== undefined && (isLater || property(fields, 'perimeter/eventId') === eventId);
}

/** A finding that someone suppressed stays silent; the violation was undone all the same. */
async function store({ ports, dryRun }: Task, finding: Finding, before: Finding | undefined, standing: Standing): Promise<boolean> {
  const workflow = property(property(before, 'Workflow'), 'Status');
  if (dryRun || workflow === 'SUPPRESSED') return false;
  const isStored = await ports.findings.import(finding);
  // The workflow can be imported with a new finding alone: https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
  if (isStored && before && standing.kind === 'undone' && standing.openUntil === undefined && workflow !== 'RESOLVED')
    await ports.findings.resolve(finding, `undone by perimeter: ${standing.undoKey}`);
  return isStored;
}

/** What cannot be read is taken for new: a finding too many is better than none. */
export async function findingsAbout({ guardrail, ports, dryRun }: Task, resource: string): Promise<readonly Finding[]> {
  if (dryRun) return [];
  try {
    return await ports.findings.about(generatorOf(guardrail.id), resource);
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    ports.log('warn', 'the findings of the resource cannot be read', { error: error.code });
    return [];
  }
}

function standingOf({ calls, undo, unread, unwatched, isSettled }: Deed, { verdict, plan, mode }: Assessment, now: Date, before?: Finding): Standing {
  const isAsked = verdict === 'violation' && (plan?.calls.length ?? 0) > 0;
  const isLeft = isAsked && !isSettled && !isMended({ verdict, plan }, calls);
  if (unread !== undefined && (isLeft || !isAsked)) return { kind: 'open', note: `What is there now could not be read: ${unread}` };
  const failed = isLeft ? (calls.findLast((call) => !isEnd(call) && isCallOf(plan, call)) ?? calls.at(-1)) : undefined;
  if (failed) return { kind: 'failed', error: `${failed.action}: ${failed.error?.name ?? failed.outcome} ${failed.error?.message ?? ''}`.trim() };
  if (isAsked && undo !== undefined && (calls.length > 0 || undo.at !== undefined)) {
    const done = { removed: undo.removed, undoKey: undo.key };
    if (plan?.isContainment) return { kind: 'contained', ...done, note: plan.note ?? '' };
    const openUntil = plan?.again === undefined ? now : windowEnd(undo.at ?? now);
    const isSeen = calls.some(({ outcome }) => outcome === 'done');
    return {
      kind: 'undone',
      ...done,
      ...(openUntil > now && { openUntil: openUntil.toISOString(), ...(unwatched !== undefined && { unwatched }) }),
      ...(!isSeen && { isUnseen: true }),
    };
  }
  // It was contained before: how to take that back stays with the finding.
  if (plan?.isContainment && plan.calls.length === 0) {
    const kept = (name: string) => asText(property(property(before, 'ProductFields'), `perimeter/${name}`));
    return { kind: 'contained', removed: kept('removed'), undoKey: kept('undoKey'), note: plan.note ?? '' };
  }
  if (verdict === 'undetermined') return { kind: 'open', note: 'Nothing was undone: it cannot be decided' };
  if (mode !== 'enforce') return { kind: 'open', note: 'The guardrail observes: nothing was undone' };
  return { kind: 'open', note: `Nothing was undone: ${plan?.why ?? 'the guardrail only reports (response: report)'}` };
}

function count({ ports }: Task, { verdict }: Assessment, { kind }: Standing, { undo }: Deed): void {
  if (verdict === 'violation') ports.count('violation');
  if (undo && (kind === 'undone' || kind === 'contained')) ports.count('undone');
  if (kind === 'failed') ports.count('failed');
}

/** An event that may have mended something: the findings that are open for the resource are looked at, and closed if they are settled. */
export async function closeMended(task: Task, record: CloudTrailRecord, facts: readonly Fact[]): Promise<Remediation> {
  if (facts.length === 0) return NOTHING;
  const assessments: Assessment[] = [];
  const findings: { finding: Value; stored: boolean }[] = [];
  let unread: string | undefined;
  for (const fact of facts) {
    const known = await task.ports.findings.about(generatorOf(task.guardrail.id), fact.resource.arn);
    if (!known.some((finding) => isOpen(finding) && covers(fact)(finding))) continue;
    // Judged as it is now, and left as it is: whatever violates has an event of its own.
    const trusting = { ...task, configuration: await currentTrust(task) };
    const deed = await act({ ...task, configuration: observing(trusting) }, [fact], record);
    unread ??= deed.unread;
    assessments.push(...deed.assessments);
    findings.push(...(await closeSettled(task, deed, known, covers(fact))));
  }
  // A finding that may have to be closed stays open: the event has to come again.
  const [code, ...why] = unread?.split(': ') ?? [];
  if (code !== undefined) throw new AwsFailure(code, why.join(': '), true);
  task.ports.log('debug', 'may have mended', { eventId: sightingOf(record).eventId, closed: findings.length });
  return { assessments, deeds: [], findings, failedMessages: [] };
}

const observing = ({ configuration, guardrail }: Task): Task['configuration'] => ({
  ...configuration,
  guardrails: { ...configuration.guardrails, [guardrail.id]: { ...configurationOf(configuration, guardrail.id), mode: 'observe' } },
});

/** The findings of the very facts that the event was about: what else is open for the resource was not looked at. */
const isAbout = ({ guardrail }: Task, { about }: Deed): ((finding: Finding) => boolean) => {
  const ids = new Set(
    about.map(({ resource, statement }) => findingId({ guardrail: guardrail.id, resource: { type: resource.type, id: resource.arn }, statement })),
  );
  return (finding) => ids.has(String(property(finding, 'Id')));
};

export const resourceTypeOf = (finding: Finding): string => asText(property(property(finding, 'ProductFields'), 'perimeter/resourceType')) ?? '';

export const resourceOf = (finding: Finding): string => asText(property(asList(property(finding, 'Resources'))[0], 'Id')) ?? '';

/** A fact without a statement was read as a whole, so it covers every finding of its resource and type. */
export const covers =
  ({ resource: { arn, type } }: Fact) =>
  (finding: Finding) => {
    const id = resourceOf(finding);
    const isIts = arn.endsWith('*') ? id.startsWith(arn.slice(0, -1)) : id === arn;
    // A call that only read has happened: nothing that is there now mends it.
    return isIts && resourceTypeOf(finding) === type && property(property(finding, 'ProductFields'), 'perimeter/count') === undefined;
  };

/** Each fact of a deed, as a whole or by its statement. */
export const wasLookedAt = (task: Task, deed: Deed): ((finding: Finding) => boolean) => {
  const isNamed = isAbout(task, deed);
  const wholes = deed.about.filter(({ statement }) => statement === undefined).map(covers);
  return (finding) => isNamed(finding) || wholes.some((covered) => covered(finding));
};

/** What someone suppressed is not: closed, it would be told anew when its violation comes back. */
const isOpen = (finding: Finding): boolean =>
  property(finding, 'RecordState') !== 'ARCHIVED' &&
  property(property(finding, 'Compliance'), 'Status') !== 'PASSED' &&
  property(property(finding, 'Workflow'), 'Status') !== 'SUPPRESSED';

/** The open findings that a deed had nothing to tell of. */
export function untoldIn(deed: Deed, known: readonly Finding[]): readonly Finding[] {
  const told = new Set(tellingIn(deed).map((assessment) => findingId(assessment)));
  return known.filter((finding) => isOpen(finding) && !told.has(String(property(finding, 'Id'))));
}

/** Closes the open findings, of those that were looked at, that no violation stands behind any more. Exempt ones are left alone. */
export async function closeSettled(
  { ports, dryRun }: Task,
  { assessments, isGone, unread, place }: Pick<Deed, 'assessments' | 'isGone' | 'unread' | 'place'>,
  known: readonly Finding[],
  wasLookedAt: (finding: Finding) => boolean,
): Promise<Written> {
  if (unread !== undefined || dryRun) return [];
  const standing = new Set(assessments.filter(({ verdict }) => verdict !== 'compliant').map((assessment) => findingId(assessment)));
  // Of these nobody can say what is there now.
  const unknown = new Set(
    assessments.flatMap(({ verdict, statement, resource }) => (verdict === 'undetermined' && statement === undefined ? [resource.id] : [])),
  );
  const written: { finding: Value; stored: boolean }[] = [];
  for (const finding of known.filter((each) => isOpen(each) && wasLookedAt(each))) {
    const isOurs = property(finding, 'AwsAccountId') === place.account;
    if (!isOurs || standing.has(String(property(finding, 'Id'))) || unknown.has(resourceOf(finding)) || mayComeBack(finding, ports.now())) continue;
    const after = closed(finding, ports.now(), isGone);
    const stored = await ports.findings.import(after);
    if (stored) await ports.findings.resolve(after, isGone ? 'the resource is gone' : 'it was corrected');
    written.push({ finding: after, stored });
  }
  return written;
}

/** What was removed may be confirmed again until then, so its finding stays. */
function mayComeBack(finding: Finding, now: Date): boolean {
  const until = asText(property(property(finding, 'ProductFields'), 'perimeter/openUntil'));
  return until !== undefined && Date.parse(until) > now.getTime();
}
