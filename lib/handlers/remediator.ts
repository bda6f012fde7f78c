/**
 * The remediator: an event is judged; only if something is wrong is the live state read and judged again, and only what
 * that judgement condemns is undone. Never on the event's word, never on a finding's.
 */
import { isAccountId, parseArn } from '../core/arn';
import { type CloudTrailRecord, principalOf } from '../core/cloudtrail';
import type { Configuration } from '../core/configuration';
import type { Finding } from '../core/finding';
import { type AnyGuardrail, type Fact, type Place, undoCallsOf } from '../core/guardrail';
import { type Bench, interestIn, judgeFacts, judgeRecord } from '../core/judge';
import { toolOf } from '../core/tool';
import { hasHole, type Value } from '../core/value';
import type { Assessment } from '../core/verdict';
import { act, type Deed } from './act';
import { lookAgainAt } from './again';
import { isDrain } from './drain';
import { deliveriesOf } from './event';
import { AwsFailure, type Ports } from './ports';
import { mayBeUntold, recall } from './recall';
import { closeMended, covers, findingsAbout, report, tellingIn, untoldIn } from './report';
import { isSweep, sweep } from './sweep';
import { type Batch, batchesOf } from './tally';
import { currentTrust } from './trust';

export interface Remediation {
  /** What was judged in the end: the live state where it was read, else the event. */
  readonly assessments: readonly Assessment[];
  readonly deeds: readonly Deed[];
  readonly findings: readonly { readonly finding: Value; readonly stored: boolean }[];
  /** Why an event could not be looked into at all, the first of several; the others of its batch are. */
  readonly failure?: string;
  /** Messages of a queue that have to come again. */
  readonly failedMessages: readonly string[];
}

/** Something could not be undone: thrown once everything else is done, so that the runtime tries again and then keeps the event. */
export class RemediationFailed extends Error {
  override readonly name = 'RemediationFailed';
}

export interface Remediator {
  /** `dryRun`: reads, plans and tells, and changes nothing. */
  readonly run: (event: Value, dryRun?: boolean) => Promise<Remediation>;
}

/** Milliseconds that a message takes, should everything be slow: with less, it is left in its queue. */
const LEAST_MS = 8_000;

export const NOTHING: Remediation = { assessments: [], deeds: [], findings: [], failedMessages: [] };

export const createRemediator = (guardrail: AnyGuardrail, configuration: Configuration, ports: Ports): Remediator => ({
  run: async (event, dryRun = false) => {
    const task = { guardrail, configuration, ports, dryRun };
    let total = NOTHING;
    for (const batch of batchesOf(task, deliveriesOf(event))) {
      const messages = batch.flatMap(({ messageId }) => messageId ?? []);
      const isLate = messages.length > 0 && ports.remaining() < LEAST_MS;
      const one = isLate ? NOTHING : await attempt(task, batch);
      const isFailed = isLate || one.failure !== undefined || one.deeds.some(({ isSettled }) => !isSettled);
      total = {
        assessments: [...total.assessments, ...one.assessments],
        deeds: [...total.deeds, ...one.deeds],
        findings: [...total.findings, ...one.findings],
        failure: total.failure ?? one.failure,
        failedMessages: [...total.failedMessages, ...(isFailed ? messages : [])],
      };
    }
    return total;
  },
});

export interface Task {
  readonly guardrail: AnyGuardrail;
  readonly configuration: Configuration;
  readonly ports: Ports;
  readonly dryRun: boolean;
}

/** What AWS refuses for one event, or a fault of ours, does not stop the others of a batch. */
async function attempt(task: Task, batch: Batch): Promise<Remediation> {
  try {
    return await remediate(task, batch);
  } catch (error) {
    if (!(error instanceof AwsFailure) && batch[0].messageId === undefined) throw error;
    const code = error instanceof AwsFailure ? error.code : nameOf(error);
    task.ports.log('error', 'could not be looked into', { eventId: batch[0].record?.eventId ?? '', error: code });
    task.ports.count('failed');
    return { ...NOTHING, failure: `${code}: ${error instanceof Error ? error.message : ''}` };
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'UnknownError');

async function remediate(task: Task, batch: Batch): Promise<Remediation> {
  const { guardrail, ports } = task;
  const [delivery] = batch;
  const { record } = delivery;
  if (isSweep(delivery.raw)) return sweep(task, delivery);
  // Among the dead letters: the next one has emptied the queue meanwhile.
  if (isDrain(delivery.raw)) return NOTHING;
  if (!record) {
    // It may tell of a violation: it fails, and is kept with the dead letters.
    const problem = delivery.problem ?? 'it holds no record';
    ports.log('error', 'event not understood', { problem, ...(delivery.messageId !== undefined && { messageId: delivery.messageId }) });
    ports.count('failed');
    return { ...NOTHING, failure: `event not understood: ${problem}` };
  }
  const interest = interestIn(guardrail, record);
  if (record.errorCode !== undefined || !interest) return NOTHING;
  if (interest.effect === 'close') return closeMended(task, record, guardrail.closes?.(record) ?? []);
  const bench = benchOf(task);
  const assessments = judgeRecord(bench, guardrail, record);
  const mending = interest.mends ? (guardrail.closes?.(record) ?? []) : [];
  if (assessments.every(({ verdict }) => verdict === 'compliant' || verdict === 'exempt')) {
    ports.log('debug', 'nothing to do', { eventId: record.eventId });
    const mended = await closeMended(task, record, mending);
    return mended.assessments.length > 0 ? mended : { ...mended, assessments };
  }
  return undo(task, batch, record, mending);
}

export const benchOf = ({ configuration, ports }: Pick<Task, 'configuration' | 'ports'>): Bench => ({
  configuration,
  today: ports.now().toISOString().slice(0, 10),
});

/** Something is wrong by the event: look at what is there now, and act on that alone. */
async function undo(task: Task, batch: Batch, record: CloudTrailRecord, mending: readonly Fact[]): Promise<Remediation> {
  const { guardrail } = task;
  const trusting = { ...task, configuration: await currentTrust(task) };
  const groups = groupsOf(guardrail.fromRecord(notLater(record, task.ports.now())));
  let total = NOTHING;
  const open: Finding[] = [];
  for (const facts of groups) {
    const deed = await act(trusting, facts, record);
    const known = await findingsAbout(trusting, (tellingIn(deed)[0]?.resource.id ?? facts[0]?.resource.arn) || '');
    const earlier = mayBeUntold(deed, known) ? await recall(trusting, deed, record, known) : undefined;
    // Before the finding: what has one is not recalled, should this process end in between.
    const looking = await caught(lookAgainAt(trusting, batch[0], earlier ?? deed));
    const told = { ...(earlier ?? deed), ...(looking && { unwatched: looking.code }) };
    const written = await report(trusting, told, known, batch, sightingOf(record));
    if (looking) throw looking;
    if (deed.unread === undefined) open.push(...untoldIn(deed, known));
    total = {
      ...total,
      assessments: [...total.assessments, ...deed.assessments],
      deeds: [...total.deeds, deed],
      findings: [...total.findings, ...written],
    };
  }
  // A document that violates may have replaced one that violated elsewhere.
  const mended = await closeMended(
    trusting,
    record,
    mending.filter((fact) => open.some(covers(fact))),
  );
  return { ...total, findings: [...total.findings, ...mended.findings] };
}

/** Nothing has happened yet that is still to come: what is done until an event does not reach beyond now. */
const notLater = (record: CloudTrailRecord, now: Date): CloudTrailRecord =>
  Date.parse(record.eventTime) > now.getTime() ? { ...record, eventTime: now.toISOString() } : record;

/** The failure of what must not keep a finding from being written. */
export async function caught(work: Promise<void>): Promise<AwsFailure | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof AwsFailure) return error;
    throw error;
  }
}

/** The facts of one resource, together: a document is mended once. */
export function groupsOf(facts: readonly Fact[]): readonly (readonly Fact[])[] {
  const groups = new Map<string, Fact[]>();
  for (const fact of facts) groups.set(fact.resource.arn, [...(groups.get(fact.resource.arn) ?? []), fact]);
  return [...groups.values()];
}

export const sightingOf = (record: CloudTrailRecord) => ({
  eventId: record.eventId,
  eventName: record.eventName,
  eventTime: record.eventTime,
  sharedEventId: record.sharedEventId,
  principal: principalOf(record),
  sourceIp: record.sourceIpAddress,
  tool: toolOf(record),
});

/** Where calls about a fact go: the Region and account of its resource. */
export function placeOf(fact: Fact, { place }: Pick<CloudTrailRecord, 'place'>): Place {
  const { partition = '', region = '', account = '' } = parseArn(fact.resource.arn) ?? {};
  return {
    partition: partition === '' || hasHole(partition) ? place.partition : partition,
    region: region === '' || hasHole(region) ? place.region : region,
    account: isAccountId(account) ? account : fact.owner,
  };
}

/** `observe`, and `response: report`, only look; and there are guardrails whose violations only the stronger responses touch. */
export const mayAct = ({ configuration, guardrail }: Task): boolean => undoCallsOf(guardrail, configuration).length > 0;

export const judgeNow = (task: Task, facts: readonly Fact[]): readonly Assessment[] => judgeFacts(benchOf(task), task.guardrail, facts);
