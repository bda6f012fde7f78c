/** One record: judged by every guardrail, reported. */
import { type CloudTrailRecord, principalOf } from '../../core/cloudtrail';
import { judgeRecord } from '../../core/judge';
import type { Assessment } from '../../core/verdict';
import type { Docket } from '../docket';
import type { ReplaySource, Reported, Reporter } from '../report/report';
import type { Tally } from '../report/tally';

export function judge(docket: Docket, tally: Tally, reporter: Reporter, file: string, record: CloudTrailRecord): void {
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
export const reportedOf = (assessment: Assessment, record: CloudTrailRecord): Reported => withPlan(assessment, sourceOf(record));

export function withPlan({ plan, read: _, ...assessment }: Assessment, source: ReplaySource): Reported {
  if (!plan) return { ...assessment, source };
  if (plan.calls.length > 0 || plan.why === undefined) return { ...assessment, source, plan: plan.calls };
  return { ...assessment, reason: `${assessment.reason}; nothing can be undone safely: ${plan.why}`, source, plan: [] };
}

/** Where a call was seen. */
export const sourceOf = (record: CloudTrailRecord): ReplaySource => ({
  eventId: record.eventId,
  eventName: record.eventName,
  eventTime: record.eventTime,
  accountId: record.place.account,
  region: record.region,
  principal: principalOf(record),
});
