/** Would it be undone again? The calls that put it back are judged as the records that they will leave. */
import type { Aws } from '../../aws';
import { type CloudTrailRecord, decodeRecord, isRecordProblem } from '../../core/cloudtrail';
import { configurationOf, modesOf, type WholeConfiguration } from '../../core/configuration';
import { exemptionFor } from '../../core/exemption';
import { exemptionFor as exemptionYaml } from '../../core/finding';
import { type AnyGuardrail, type Fact, undoCallsOf } from '../../core/guardrail';
import { type Bench, judgeFacts, judgeRecord } from '../../core/judge';
import type { LiveAnswer } from '../../core/live';
import type { Assessment, Call } from '../../core/verdict';
import { AwsFailure } from '../../handlers/ports';
import type { Removal } from './removal';

/** Why it would not stay, and the exemptions that would let it. */
export interface Objection {
  readonly reason: string;
  readonly exemptions: readonly string[];
}

/** What the command judges with: the modes of the rollout's stages count too. */
type WholeBench = Bench & { readonly configuration: WholeConfiguration };

/** Undefined: it may stay. Where the guardrail only looks, whatever is put back stays. */
export async function objectionTo(removal: Removal, guardrail: AnyGuardrail, bench: WholeBench, read: Aws['read']): Promise<Objection | undefined> {
  const { configuration, today } = bench;
  if (!mayAct(configuration, guardrail)) return undefined;
  const judged: Assessment[] = [];
  const reasons: string[] = [];
  for (const call of removal.restore) {
    const assessments = await assessmentsOf(recordOf(call, removal), guardrail, bench, read);
    judged.push(...(assessments ?? []));
    if (!assessments && exemptionFor(configuration, guardrail.id, removal.resource, today).kind !== 'exempt')
      reasons.push(`what ${call.action} puts back cannot be judged from here`);
  }
  const telling = judged.filter(({ verdict }) => verdict === 'violation' || verdict === 'undetermined');
  reasons.push(...telling.map(({ code, verdict, reason }) => `${code ?? verdict}: ${reason ?? 'no reason is known'}`));
  if (reasons.length === 0) return undefined;
  const about = telling.length > 0 ? telling : [{ guardrail: guardrail.id, resource: { type: '', id: removal.resource } }];
  return { reason: [...new Set(reasons)].join('; '), exemptions: [...new Set(about.map(exemptionYaml))] };
}

/** In the account of the resource, whichever stage of the rollout it is in. */
function mayAct(configuration: WholeConfiguration, guardrail: AnyGuardrail): boolean {
  const { id } = guardrail;
  const own = configurationOf(configuration, id);
  const inMode = (mode: typeof own.mode) => ({ ...configuration, guardrails: { [id]: { ...own, mode } } });
  return modesOf(configuration, id).some((mode) => undoCallsOf(guardrail, inMode(mode)).length > 0);
}

function recordOf({ action, input }: Call, { place }: Removal): CloudTrailRecord {
  const [service, operation] = action.split(':');
  const record = decodeRecord({
    eventSource: `${service}.amazonaws.com`,
    eventName: operation,
    awsRegion: place.region,
    recipientAccountId: place.account,
    userIdentity: { type: 'Unknown', accountId: place.account },
    requestParameters: asRecorded(input),
  });
  if (isRecordProblem(record)) throw new Error(record.problem);
  return record;
}

/** CloudTrail begins the names of parameters in lower case. */
const asRecorded = (input: Call['input']): Call['input'] =>
  Object.fromEntries(Object.entries(input).map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]));

/** Undefined: nothing can be said. A call that the guardrail does not listen to (the end of a quarantine) is judged by what it concerns. */
async function assessmentsOf(
  record: CloudTrailRecord,
  guardrail: AnyGuardrail,
  bench: Bench,
  read: Aws['read'],
): Promise<readonly Assessment[] | undefined> {
  const byRecord = judgeRecord(bench, guardrail, record);
  if (byRecord.length > 0) return byRecord;
  const closing = guardrail.events.find(({ effect, source }) => effect === 'close' && source === record.eventSource);
  const concerned: readonly Fact[] = closing ? (guardrail.closes?.({ ...record, eventName: closing.name }) ?? []) : [];
  try {
    const now: Fact[] = [];
    for (const fact of concerned) now.push(...(await factsNow(fact, guardrail, (call) => read(call, record.place))));
    return now.length > 0 ? judgeFacts(bench, guardrail, now) : undefined;
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    return undefined;
  }
}

const MOST_ROUNDS = 4;

/** What answers refer to is read too, in rounds. */
async function factsNow(fact: Fact, { live }: AnyGuardrail, read: (call: Call) => Promise<LiveAnswer>): Promise<readonly Fact[]> {
  if (!live) return [];
  const answers: LiveAnswer[] = [];
  let wanted = live.reads(fact);
  for (let round = 1; wanted.length > 0 && round <= MOST_ROUNDS; round += 1) {
    for (const call of wanted) answers.push(await read(call));
    wanted = live.more?.(fact, answers) ?? [];
  }
  return live.facts(fact, answers);
}
