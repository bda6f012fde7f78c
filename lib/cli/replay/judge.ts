/** One record: decoded, judged by every guardrail, reported. */
import { isUtf8 } from 'node:buffer';
import { type CloudTrailRecord, decodeRecord, isRecordProblem, principalOf } from '../../core/cloudtrail';
import { judgeRecord } from '../../core/judge';
import { isObject } from '../../core/value';
import type { Assessment } from '../../core/verdict';
import type { Docket } from '../docket';
import type { ReplaySource, Reported, Reporter } from '../report/report';
import type { Tally } from '../report/tally';
import type { Position, RecordSink } from './scanner';

/** Damaged places that are named for each file; of the others only the number is. */
const MOST_DAMAGE = 200;

export interface FileJudge extends RecordSink {
  /** Records and damaged places so far. */
  readonly seen: () => { readonly records: number; readonly damaged: number; readonly others: number };
  /** Says how many damaged places were not named. */
  readonly close: () => void;
}

/** Judges the records of one file. */
export function fileJudge(docket: Docket, tally: Tally, reporter: Reporter, file: string): FileJudge {
  let records = 0;
  let damaged = 0;
  let others = 0;
  const damage = (message: string, { offset, line }: Position) => {
    damaged += 1;
    if (damaged <= MOST_DAMAGE) tally.error({ file, offset, line, message });
  };
  return {
    damage,
    seen: () => ({ records, damaged, others }),
    close: () => {
      if (damaged > MOST_DAMAGE) tally.error({ file, message: `${damaged - MOST_DAMAGE} more damaged places are not listed` });
    },
    record: (bytes, at) => {
      const raw = parse(bytes);
      if (typeof raw === 'string') return damage(raw, at);
      if (isDigest(raw.value)) {
        others += 1;
        return;
      }
      const record = decodeRecord(unwrapLookup(raw.value));
      if (isRecordProblem(record)) return damage(record.problem, at);
      records += 1;
      tally.scanned({ records: 1 });
      judge(docket, tally, reporter, file, record);
    },
  };
}

/** The value, or what is wrong with the bytes. */
function parse(bytes: Buffer): string | { readonly value: unknown } {
  // Replacing a broken character would change what is judged, and nobody would know.
  if (!isUtf8(bytes)) return 'a record that is not valid UTF-8: convert the file to UTF-8';
  try {
    return { value: JSON.parse(bytes.toString('utf8')) as unknown };
  } catch {
    return 'a record that is not valid JSON';
  }
}

/** CloudTrail's digest files lie beside its logs: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html */
const isDigest = (value: unknown): boolean => isObject(value) && value.digestStartTime !== undefined && value.eventName === undefined;

/** `aws cloudtrail lookup-events` gives the record as text: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Event.html */
function unwrapLookup(value: unknown): unknown {
  if (!isObject(value) || typeof value.CloudTrailEvent !== 'string') return value;
  try {
    return JSON.parse(value.CloudTrailEvent) as unknown;
  } catch {
    return value;
  }
}

function judge(docket: Docket, tally: Tally, reporter: Reporter, file: string, record: CloudTrailRecord): void {
  for (const guardrail of docket.guardrails) {
    try {
      for (const assessment of judgeRecord(docket.bench, guardrail, record)) {
        const reported = reportedOf(assessment, record);
        tally.assessed(reported);
        if (docket.all || reported.verdict !== 'compliant') reporter.assessment(reported, file);
      }
    } catch (error) {
      tally.failed(error, { file, message: `${guardrail.id} failed on record ${record.eventId}` });
    }
  }
}

/** With where it was seen, and with its plan as calls. */
export function reportedOf({ plan, read: _, ...assessment }: Assessment, record: CloudTrailRecord): Reported {
  const source = sourceOf(record);
  if (!plan) return { ...assessment, source };
  if (plan.calls.length > 0 || plan.why === undefined) return { ...assessment, source, plan: plan.calls };
  return { ...assessment, reason: `${assessment.reason}; nothing can be undone safely: ${plan.why}`, source, plan: [] };
}

const sourceOf = (record: CloudTrailRecord): ReplaySource => ({
  eventId: record.eventId,
  eventName: record.eventName,
  eventTime: record.eventTime,
  accountId: record.place.account,
  region: record.region,
  principal: principalOf(record),
});
