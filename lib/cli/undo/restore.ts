/** Puts one removal back: judged, compared with what is there now, executed; each step may end it. */
import type { Aws } from '../../aws';
import { inPlace } from '../../aws/execute';
import type { Place } from '../../core/guardrail';
import type { LiveAnswer } from '../../core/live';
import { asText } from '../../core/value';
import type { Call } from '../../core/verdict';
import { AwsFailure, type CallReport } from '../../handlers/ports';
import type { Objection } from './excuse';
import type { Removal } from './removal';
import { restoringOf, type State } from './restoring';

export type Status =
  | 'restored'
  /** With `--dry-run`: it would be. */
  | 'planned'
  /** It is there already: nothing was called. */
  | 'there'
  /** Nothing excuses it, or something else stands there now. */
  | 'refused'
  | 'failed';

export interface Restored {
  readonly guardrail: string;
  readonly resource: string;
  readonly key?: string;
  readonly status: Status;
  readonly reason?: string;
  /** YAML that would let it stay. */
  readonly exemptions?: readonly string[];
  readonly calls: readonly CallReport[];
  /** What still has to happen, or what could not be found out. */
  readonly notes: readonly string[];
}

interface Restoration {
  readonly removal: Removal;
  readonly aws: Pick<Aws, 'read' | 'execute'>;
  readonly objection: Objection | undefined;
  readonly force: boolean;
  readonly dryRun: boolean;
}

export async function restore({ removal, aws, objection, force, dryRun }: Restoration): Promise<Restored> {
  const { guardrail, resource, key, place } = removal;
  const about = { guardrail, resource, ...(key !== undefined && { key }) };
  const calls = removal.restore.map((call) => ({ ...call, input: inPlace(call, place) }));
  const planned = calls.map((call): CallReport => ({ ...call, outcome: 'planned' }));
  const shown = dryRun ? planned : [];
  if (calls.length === 0) return { ...about, status: 'refused', reason: 'the record holds no call that would put it back', calls: [], notes: [] };
  if (objection && !force) {
    const reason = `nothing excuses it, so perimeter would undo it again: ${objection.reason}`;
    return { ...about, status: 'refused', reason, exemptions: objection.exemptions, calls: shown, notes: [] };
  }
  const notes = objection ? [`perimeter will undo it again: ${objection.reason}`] : [];
  const { states, unread } = await statesOf(calls, removal, aws);
  if (unread !== undefined && !dryRun) return { ...about, status: 'failed', reason: `what is there now cannot be read: ${unread}`, calls: [], notes };
  if (unread !== undefined) return { ...about, status: 'planned', calls: planned, notes: [...notes, `what is there now cannot be read: ${unread}`] };
  if (states.some(({ kind }) => kind === 'gone')) return { ...about, status: 'failed', reason: GONE, calls: shown, notes };
  const moved = states.flatMap((state) => (state.kind === 'moved' ? [state.what] : []));
  if (moved.length > 0) return { ...about, status: 'refused', reason: `it has moved on: ${moved.join('; ')}`, calls: shown, notes };
  const left = calls.flatMap((call, index) => (states[index]?.kind === 'there' ? [] : [timely(call, states[index], calls.length)]));
  if (left.length === 0) return { ...about, status: 'there', calls: [], notes: states.some(isPending) ? [...notes, STILL_PENDING] : notes };
  const hidden = left.find(isHidden);
  if (hidden) return { ...about, status: 'refused', reason: `${HIDDEN}: ${hidden.input.Endpoint}`, calls: shown, notes };
  if (dryRun) return { ...about, status: 'planned', calls: left.map((call) => ({ ...call, outcome: 'planned' })), notes };
  return execute(left, removal, aws, { ...about, notes });
}

const GONE = 'what it belonged to does not exist any more';

const HIDDEN = 'AWS hides the password in the URL of its endpoint: subscribe it again by hand, with the right one';

/** https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html */
const isHidden = ({ action, input }: Call): boolean =>
  action === 'sns:Subscribe' && /^https?:\/\/[^/?#@]*:\*{4}@/i.test(asText(input.Endpoint) ?? '');

const STILL_PENDING = 'it waits for its confirmation';

const isPending = (state: State): boolean => state.kind === 'there' && state.isPending === true;

type Reader = Pick<Aws, 'read' | 'execute'>;

async function statesOf(
  calls: readonly Call[],
  { place, calls: removing }: Removal,
  aws: Reader,
): Promise<{ readonly states: readonly State[]; readonly unread?: string }> {
  const states: State[] = [];
  try {
    for (const call of calls) states.push(await stateOf(call, place, removing, aws));
    return { states };
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    return { states, unread: `${error.code}: ${error.message}` };
  }
}

/** Throws `AwsFailure`. */
async function stateOf({ action, input }: Call, place: Place, removing: readonly Call[] | undefined, aws: Reader): Promise<State> {
  const restoring = restoringOf(action);
  if (!restoring) return { kind: 'free' };
  const answer: LiveAnswer = await aws.read(restoring.read(input), place);
  const state = restoring.compare(input, answer.kind === 'found' ? answer.output : undefined, removing);
  if (state.kind !== 'free' || answer.kind !== 'found') return state;
  const revisionId = asText(answer.output.RevisionId);
  return { ...state, ...(revisionId !== undefined && { revisionId }), input: restoring.asNow?.(input, answer.output) ?? input };
}

/** A document that is written whole may not have changed since it was compared; another call before it changes it. */
function timely(call: Call, state: State | undefined, count: number): Call {
  if (state?.kind !== 'free') return call;
  const { input = call.input, revisionId } = state;
  const isGuarded = call.action === 'lambda:PutResourcePolicy' && count === 1 && revisionId !== undefined;
  return { ...call, input: { ...input, ...(isGuarded && { RevisionId: revisionId }) } };
}

async function execute(
  calls: readonly Call[],
  removal: Removal,
  aws: Reader,
  about: Omit<Restored, 'status' | 'calls' | 'reason' | 'exemptions'>,
): Promise<Restored> {
  const reports: CallReport[] = [];
  for (const call of calls) {
    const report = await aws.execute(call, removal.place);
    reports.push(report);
    if (report.outcome !== 'done') return { ...about, ...endedBy(report), calls: reports };
  }
  return { ...about, status: 'restored', calls: reports, notes: [...about.notes, ...(await confirmations(calls, removal, aws))] };
}

function endedBy({ action, outcome, error }: CallReport): { readonly status: Status; readonly reason: string } {
  const said = error ? `: ${error.name}: ${error.message}` : '';
  if (outcome === 'refused') return { status: 'refused', reason: `it has moved on: ${action}${said}` };
  if (outcome === 'already-gone') return { status: 'failed', reason: GONE };
  return { status: 'failed', reason: `${action} failed${said}` };
}

/** AWS asks the owner of an endpoint before it delivers: https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html */
async function confirmations(calls: readonly Call[], { place }: Removal, aws: Reader): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const call of calls) {
    if (call.action !== 'sns:Subscribe') continue;
    const { Protocol = '', Endpoint = '' } = call.input;
    const { states, unread } = await statesOf([call], { guardrail: '', resource: '', place, restore: [] }, aws);
    if (states.some(isPending)) notes.push(`confirmation sent to ${Endpoint}: nothing is delivered until it is confirmed there (${Protocol})`);
    else if (unread !== undefined) notes.push(`whether ${Endpoint} has to confirm could not be read: ${unread}`);
  }
  return notes;
}
