/**
 * A recorded call as the policies would have seen it. What a record does not carry stays unknown: CloudTrail has no principal tags,
 * no tags of resources, and leaves out what is secret.
 */
import type { CloudTrailRecord } from '../../core/cloudtrail';
import { type Decision, evaluatePolicy, type PolicyDocument } from '../../core/policy';
import type { Trust } from '../../core/trust';
import type { NamedPolicy } from '../index';
import { callsOf, type RecordedCall } from './calls';
import { callerPaths, contextOf } from './context';
import { whyUnbound, whyUnguarded } from './reach';

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

/** Asks SCPs about what their callers may do, and RCPs about what may be done to what is theirs; the gravest answer counts. */
export function replayThrough(policies: readonly NamedPolicy[], trust: Trust): Replay {
  const sides = (['scp', 'rcp'] as const).flatMap((kind) => {
    const some = policies.filter((policy) => policy.kind === kind);
    return some.length === 0 ? [] : [sideOf(some, kind, trust)];
  });
  return (record) => {
    const calls = callsOf(record);
    return sides.flatMap((ask) => calls.flatMap((call) => ask(record, call) ?? [])).sort((a, b) => RANK[a.verdict] - RANK[b.verdict])[0];
  };
}

const RANK = { denied: 0, unknown: 1, allowed: 2 } as const;

type Ask = (record: CloudTrailRecord, call: RecordedCall) => Replayed | undefined;

function sideOf(policies: readonly NamedPolicy[], kind: 'scp' | 'rcp', trust: Trust): Ask {
  const documents = policies.map(({ document }) => document);
  const anywhere = documents.map(withoutResources);
  const nameOf = ({ name }: NamedPolicy) => (kind === 'scp' ? name : `${kind}/${name}`);
  const owners = new Map(policies.flatMap((policy) => policy.document.Statement.map(({ Sid }) => [Sid, nameOf(policy)] as const)));
  const naming = policies.map((policy) => [nameOf(policy), namesOf(policy.document)] as const);
  const keys = new Set(documents.flatMap(keysOf));
  const paths = pathsOf(documents);
  const policyFor = memoised((action) => naming.find(([, names]) => names.some((name) => name.test(action)))?.[0]);
  return (record, call) => {
    const policy = policyFor(call.action.toLowerCase());
    if (policy === undefined) return undefined;
    const why = kind === 'scp' ? whyUnbound(record, trust) : whyUnguarded(record, call, trust);
    if (why !== undefined) return answerOf(call, policy, { effect: 'allowed', reason: why }, owners);
    const decisions = candidatesOf(record, call, paths).map(({ caller, resource }) => {
      const context = contextOf({ record, call: { ...call, resource }, trust, callerPath: caller }, keys);
      const decision = evaluatePolicy(
        resource === undefined ? anywhere : documents,
        { action: call.action, resource: resource ?? '*', principal: '*', context },
        kind,
      );
      return resource === undefined ? onSome(decision, call) : decision;
    });
    return answerOf(call, policy, together(decisions, call), owners);
  };
}

/** What is denied on some resource may be denied on the one that the record does not name. */
function onSome(decision: Decision, { action }: RecordedCall): Decision {
  if (decision.effect !== 'denied') return decision;
  const { statement } = decision;
  return { effect: 'unknown', statement, missing: ['resource'], reason: `${statement} may deny ${action}: the record does not name the resource` };
}

/** A role is named without its path where a record has no more of it: what hangs on the path stays open. */
interface Candidate {
  /** Path of the caller's role, where the record does not tell. */
  readonly caller: string;
  readonly resource: string | undefined;
}

function candidatesOf(record: CloudTrailRecord, call: RecordedCall, paths: readonly string[]): readonly Candidate[] {
  const callers = callerPaths(record, paths);
  const { resource } = call;
  const resources = call.isPathless && resource !== undefined ? paths.map((path) => atPath(resource, path)) : [resource];
  return callers.flatMap((caller) => resources.map((each) => ({ caller, resource: each })));
}

const atPath = (arn: string, path: string): string => arn.replace(/\/(?=[^/]+$)/, `/${path}`);

function together(decisions: readonly Decision[], { action }: RecordedCall): Decision {
  const [first = { effect: 'allowed', reason: '' }] = decisions;
  if (decisions.every(({ effect }) => effect === first.effect)) return first;
  const open = decisions.find(({ effect }) => effect === 'unknown') ?? decisions.find(({ effect }) => effect === 'denied') ?? first;
  if (open.effect !== 'denied') return open;
  const { statement } = open;
  return {
    effect: 'unknown',
    statement,
    missing: ['path'],
    reason: `${statement} may deny ${action}: the record names a role without its path, which decides`,
  };
}

/**
 * Paths that tell apart what the policies name: none, any other, and each that stands in a pattern. A role whose path looks like the
 * beginning of a name (`role/perimeter-x/app`) is not thought of.
 */
function pathsOf(documents: readonly PolicyDocument[]): readonly string[] {
  const named = [...JSON.stringify(documents).matchAll(/:(?:role|user)\/([^"]+\/)[^"/]*"/g)].map(([, path = '']) =>
    path.replaceAll(/\$\{[^}]*\}|[*?]/g, '-'),
  );
  // Roles of services have names of their own, which a session shows.
  return [...new Set(['', '-/', ...named.filter((path) => !path.startsWith('aws-service-role/'))])];
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
