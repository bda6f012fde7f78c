/**
 * A recorded call as the policies would have seen it. What a record does not carry stays unknown: CloudTrail has no principal tags,
 * no tags of resources, and leaves out what is secret.
 */
import type { CloudTrailRecord } from '../../core/cloudtrail';
import { type Decision, evaluatePolicy, type PolicyDocument, type PolicyRequest } from '../../core/policy';
import type { Trust } from '../../core/trust';
import type { NamedPolicy } from '../index';
import { callsOf, type RecordedCall } from './calls';
import { contextOf } from './context';
import { whyUnbound } from './unbound';

export interface Replayed {
  /** The policy whose statement decides, else the first that names the action. */
  readonly policy: string;
  readonly action: string;
  readonly resource: { readonly type: string; readonly id: string };
  readonly verdict: 'denied' | 'allowed' | 'unknown';
  /** The `Sid` of the statement; absent where nothing is denied. */
  readonly code?: string;
  readonly reason: string;
}

/** One call: `undefined` when no policy names it. */
export type Replay = (record: CloudTrailRecord) => Replayed | undefined;

/** Asks the SCPs among the policies about one recorded call after the other. */
export function replayThrough(policies: readonly NamedPolicy[], trust: Trust): Replay {
  const scps = policies.filter(({ kind }) => kind === 'scp');
  const documents = scps.map(({ document }) => document);
  const anywhere = documents.map(withoutResources);
  const owners = new Map(scps.flatMap(({ name, document }) => document.Statement.map(({ Sid }) => [Sid, name] as const)));
  const naming = scps.map(({ name, document }) => [name, namesOf(document)] as const);
  const keys = new Set(documents.flatMap(keysOf));
  const policyFor = memoised((action) => naming.find(([, names]) => names.some((name) => name.test(action)))?.[0]);
  return (record) => {
    const named = callsOf(record).flatMap((call) => {
      const policy = policyFor(call.action.toLowerCase());
      return policy === undefined ? [] : [{ call, policy }];
    });
    const why = named.length === 0 ? undefined : whyUnbound(record, trust);
    const answers = named.map(({ call, policy }) => {
      if (why !== undefined) return answerOf(call, policy, { effect: 'allowed', reason: why }, owners);
      const request = { action: call.action, resource: call.resource ?? '*', context: contextOf(record, call, trust, keys) };
      return answerOf(call, policy, decide(call.resource === undefined ? anywhere : documents, request, call.resource === undefined), owners);
    });
    return answers.sort((a, b) => RANK[a.verdict] - RANK[b.verdict])[0];
  };
}

const RANK = { denied: 0, unknown: 1, allowed: 2 } as const;

/** Where the resource is not known, what is denied on some resource may be denied on this one. */
function decide(documents: readonly PolicyDocument[], request: PolicyRequest, isAnywhere: boolean): Decision {
  const decision = evaluatePolicy(documents, request, 'scp');
  if (!isAnywhere || decision.effect !== 'denied') return decision;
  const { statement } = decision;
  return {
    effect: 'unknown',
    statement,
    missing: ['resource'],
    reason: `${statement} may deny ${request.action}: the record does not name the resource`,
  };
}

function answerOf({ action, type, resource = '*' }: RecordedCall, naming: string, decision: Decision, owners: ReadonlyMap<string, string>): Replayed {
  const about = { action, resource: { type, id: resource } };
  if (decision.effect === 'allowed') return { policy: naming, ...about, verdict: 'allowed', reason: decision.reason };
  const { effect, statement, reason } = decision;
  return { policy: owners.get(statement) ?? naming, ...about, verdict: effect, code: statement, reason };
}

const withoutResources = (document: PolicyDocument): PolicyDocument => ({
  ...document,
  Statement: document.Statement.map(({ Resource: _, NotResource: __, ...statement }) => ({ ...statement, Resource: ['*'] })),
});

/** The actions that a policy names; what `NotAction` leaves out is not asked about. */
const namesOf = ({ Statement }: PolicyDocument): readonly RegExp[] =>
  Statement.flatMap(({ Action, NotAction }) => (Action ?? (NotAction ? ['*'] : [])).map(wildcard));

const wildcard = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    'i',
  );

const keysOf = ({ Statement }: PolicyDocument): readonly string[] =>
  Statement.flatMap((statement) => [
    ...Object.values(statement.Condition ?? {}).flatMap((entries) => Object.keys(entries)),
    ...[...JSON.stringify(statement).matchAll(/\$\{([a-z0-9-]+:[^},]+)[,}]/gi)].map(([, key = '']) => key.trim()),
  ]).map((key) => key.toLowerCase());

function memoised<T>(of: (key: string) => T): (key: string) => T {
  const known = new Map<string, { readonly value: T }>();
  return (key) => {
    const entry = known.get(key) ?? { value: of(key) };
    known.set(key, entry);
    return entry.value;
  };
}
