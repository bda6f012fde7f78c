/** Would it be undone again? The calls that put it back are judged as the records that they will leave. */
import { decodeRecord, isRecordProblem } from '../../core/cloudtrail';
import { configurationOf } from '../../core/configuration';
import { exemptionFor } from '../../core/exemption';
import { exemptionFor as exemptionYaml } from '../../core/finding';
import type { AnyGuardrail } from '../../core/guardrail';
import { type Bench, judgeRecord } from '../../core/judge';
import type { Value } from '../../core/value';
import type { Assessment, Call } from '../../core/verdict';
import type { Removal } from './removal';

/** Why it would not stay, and the exemptions that would let it. */
export interface Objection {
  readonly reason: string;
  readonly exemptions: readonly string[];
}

/** Undefined: it may stay. Where the guardrail only observes, whatever is put back stays. */
export function objectionTo(removal: Removal, guardrail: AnyGuardrail, bench: Bench): Objection | undefined {
  if (configurationOf(bench.configuration, guardrail.id).mode !== 'enforce') return undefined;
  const judged = removal.restore.map((call) => assessmentsOf(call, removal, guardrail, bench));
  const telling = judged.flat().filter(({ verdict }) => verdict === 'violation' || verdict === 'undetermined');
  const reasons = telling.map(({ code, verdict, reason }) => `${code ?? verdict}: ${reason ?? 'no reason is known'}`);
  const isUnjudged = judged.some((assessments) => assessments.length === 0);
  if (isUnjudged && exemptionFor(bench.configuration, guardrail.id, removal.resource, bench.today).kind !== 'exempt')
    reasons.push('what it puts back cannot be judged from here');
  if (reasons.length === 0) return undefined;
  const about = telling.length > 0 ? telling : [{ guardrail: guardrail.id, resource: { type: '', id: removal.resource } }];
  return { reason: [...new Set(reasons)].join('; '), exemptions: [...new Set(about.map(exemptionYaml))] };
}

/** `[]`: an event that no guardrail looks at. */
function assessmentsOf({ action, input }: Call, { place }: Removal, guardrail: AnyGuardrail, bench: Bench): readonly Assessment[] {
  const [service, operation] = action.split(':');
  const record = decodeRecord({
    eventSource: `${service}.amazonaws.com`,
    eventName: operation,
    awsRegion: place.region,
    recipientAccountId: place.account,
    userIdentity: { type: 'Unknown', accountId: place.account },
    requestParameters: asRecorded(input),
  });
  return isRecordProblem(record) ? [] : judgeRecord(bench, guardrail, record);
}

/** CloudTrail begins the names of parameters in lower case; names inside a value that is data stay as they are. */
function asRecorded(input: Call['input']): Value {
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]));
}
