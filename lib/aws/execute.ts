/** Reads and plans, as data, performed: the only place from which anything is changed. */
import { arnAt } from '../core/arn';
import type { Place } from '../core/guardrail';
import { hasHole, type Value } from '../core/value';
import type { Call } from '../core/verdict';
import { AwsFailure, type CallReport, type Ports } from '../handlers/ports';
import { type Action, isAction, OPERATIONS } from './calls';
import type { Clock } from './clock';
import { failureOf, isNamed } from './failure';
import type { Send } from './send';

export const createRead =
  (send: Send): Ports['read'] =>
  async (call, place) => {
    const action = allowed(call.action, 'read');
    try {
      return { kind: 'found', output: await send(action, inPlace(call, place), regionOf(place)) };
    } catch (error) {
      const failure = failureOf(error);
      if (isNamed(failure.code, OPERATIONS[action].absent) || (OPERATIONS[action].isRegional && isNoSuchCall(failure))) return { kind: 'absent' };
      throw failure;
    }
  };

/** What services say of a call that they do not have. */
const isNoSuchCall = ({ code, message }: AwsFailure): boolean =>
  isNamed(code, ['InvalidAction', 'UnknownOperation']) || message.startsWith('Unable to determine service/operation name');

/** Whoever was faster is left the time to end, and others that wait for the same come at another moment. */
const PAUSE_MS = 1_000;

/** Whatever AWS answers is reported, never thrown. */
export const createExecute =
  (send: Send, { sleep, random }: Pick<Clock, 'sleep' | 'random'>): Ports['execute'] =>
  async (call, place) => {
    try {
      const action = allowed(call.action, 'write');
      try {
        await send(action, inPlace(call, place), regionOf(place));
        return { ...call, outcome: 'done' };
      } catch (error) {
        const report = reportOf(call, action, failureOf(error));
        if (report.outcome === 'refused') await sleep(random() * PAUSE_MS);
        return report;
      }
    } catch (error) {
      return { ...call, outcome: 'failed', error: errorOf(failureOf(error)) };
    }
  };

function reportOf(call: Call, action: Action, failure: AwsFailure): CallReport {
  const { absent, refused } = OPERATIONS[action];
  if (isNamed(failure.code, absent)) return { ...call, outcome: 'already-gone' };
  return { ...call, outcome: isNamed(failure.code, refused) ? 'refused' : 'failed', error: errorOf(failure) };
}

const errorOf = ({ code, message }: AwsFailure) => ({ name: code, message });

/** A read that changed something, or a plan that called what no plan may, would be a hole in every other rule. */
function allowed(action: string, kind: 'read' | 'write'): Action {
  if (!isAction(action) || OPERATIONS[action].kind !== kind)
    throw new AwsFailure('UnknownAction', `${action} is no ${kind} that Perimeter makes`, false);
  return action;
}

const regionOf = ({ region }: Place): { readonly region?: string } => (region === '' || hasHole(region) ? {} : { region });

/** Functions and layers by their ARN: with the credentials of another account the call is refused, and hits nobody's namesake. */
export function inPlace({ action, input }: Call, place: Place): Call['input'] {
  if (!action.startsWith('lambda:') || [place.partition, place.region, place.account].some((part) => part === '' || hasHole(part))) return input;
  const whole = (kind: string, name: Value): Value =>
    typeof name === 'string' && !name.includes(':') ? arnAt(place, 'lambda', `${kind}:${name}`) : name;
  return {
    ...input,
    ...(input.FunctionName !== undefined && { FunctionName: whole('function', input.FunctionName) }),
    ...(input.LayerName !== undefined && { LayerName: whole('layer', input.LayerName) }),
  };
}
