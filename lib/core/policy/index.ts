/**
 * What SCPs, RCPs and VPC endpoint policies decide about one call: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html.
 * What is not known stays open: a denial that may apply, or a statement that cannot be read, is never taken for none.
 */
import { isUnknown, type Unknown } from '../value';
import { type Document, parseDocument, type Statement, type Templates } from './document';
import { matches } from './pattern';
import { matchesPrincipals } from './principal';
import { all, any, not, type Truth, YES } from './truth';

/** A policy as AWS takes it. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: PrincipalElement;
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: ConditionBlock;
}

type PrincipalElement = '*' | { readonly [type: string]: string | readonly string[] };

/** Operator → key → values. */
export type ConditionBlock = { readonly [operator: string]: { readonly [key: string]: readonly string[] | string } };

export type PolicyKind = 'scp' | 'rcp' | 'endpoint';

/** Lower-case key → its values; `Unknown`: whether there are any, or which, is not known. A key that is not here is absent from the request. */
export type Context = ReadonlyMap<string, readonly string[] | Unknown>;

/** One call as a policy sees it. */
export interface PolicyRequest {
  /** `lambda:AddPermission`. */
  readonly action: string;
  /** Its ARN; `*` where the action takes none. */
  readonly resource: string;
  /** ARN, account id, host of a service, `*` (anonymous). Absent: not known. SCPs do not ask. */
  readonly principal?: string;
  readonly context: Context;
}

export type Decision =
  | { readonly effect: 'allowed'; readonly reason: string }
  /** `statement`: its `Sid`, else its place; `implicit` where no statement allows. */
  | { readonly effect: 'denied'; readonly statement: string; readonly reason: string }
  /** `missing`: the condition keys, in lower case, and `principal`, that would decide; none where a statement cannot be read. */
  | { readonly effect: 'unknown'; readonly statement: string; readonly missing: readonly string[]; readonly reason: string };

/**
 * A `Deny` that surely applies decides; else one that may apply, or cannot be read, leaves it open. SCPs and RCPs stand beside
 * `FullAWSAccess` or `RCPFullAWSAccess`, so what they do not deny is allowed; an endpoint policy has to allow by itself.
 */
export function evaluatePolicy(documents: readonly unknown[], request: PolicyRequest, kind: PolicyKind): Decision {
  const parsed = documents.map((document) => parsedFor(document, kind));
  const statements = parsed.flatMap((document) => document.statements);
  const judged = statements.map((statement) => ({ statement, applies: appliesTo(statement, request) }));
  const denials = judged.filter(({ statement, applies }) => statement.effect === 'Deny' && applies.holds !== 'no');
  const sure = denials.find(({ applies }) => applies.holds === 'yes');
  if (sure)
    return {
      effect: 'denied',
      statement: sure.statement.name,
      reason: `${sure.statement.name} denies ${request.action}${because(sure.statement, request)}`,
    };
  const [problem] = parsed.flatMap((document) => document.problems);
  if (problem) return { effect: 'unknown', statement: problem.name, missing: [], reason: `${problem.name} cannot be read: ${problem.problem}` };
  const [open] = denials;
  if (open) return undecided(open.statement, 'deny', any(denials.map(({ applies }) => applies)), request);
  if (kind !== 'endpoint') return { effect: 'allowed', reason: `no statement denies ${request.action}` };
  const allowances = judged.filter(({ statement }) => statement.effect === 'Allow');
  const allowed = any(allowances.map(({ applies }) => applies));
  const [first] = allowances.filter(({ applies }) => applies.holds !== 'no').sort((a, b) => rank(a.applies) - rank(b.applies));
  if (!first) return { effect: 'denied', statement: 'implicit', reason: `no statement allows ${request.action}` };
  if (allowed.holds === 'maybe') return undecided(first.statement, 'allow', allowed, request);
  return { effect: 'allowed', reason: `${first.statement.name} allows ${request.action}` };
}

const rank = ({ holds }: Truth): number => (holds === 'yes' ? 0 : 1);

function undecided(statement: Statement, effect: 'deny' | 'allow', { missing }: Truth, { action }: PolicyRequest): Decision {
  const one = missing.length === 1;
  return {
    effect: 'unknown',
    statement: statement.name,
    missing,
    reason: `${statement.name} may ${effect} ${action}: ${missing.join(', ')} ${one ? 'is' : 'are'} not known`,
  };
}

/** What the conditions of a statement found, in words. */
function because({ conditions }: Statement, { context }: PolicyRequest): string {
  const keys = [...new Map(conditions.map(({ key }) => [key.toLowerCase(), key])).entries()];
  const found = keys.map(([name, key]) => {
    const values = context.get(name);
    if (values === undefined) return `${key} is absent`;
    return isUnknown(values) ? `whatever ${key} is` : `${key} is ${values.join(', ')}`;
  });
  return found.length === 0 ? '' : `: ${found.join('; ')}`;
}

function appliesTo({ principals, actions, resources, conditions }: Statement, request: PolicyRequest): Truth {
  const { action, resource, context } = request;
  const parts = function* () {
    yield covers(actions, action, context, true);
    yield covers(resources, resource, context, false);
    yield principals ? matchesPrincipals(principals, request) : YES;
    for (const { test } of conditions) yield test(context);
  };
  return all(parts());
}

/** Actions are compared without regard to case, resources with it. */
function covers({ isNegated, list }: Templates, text: string, context: Context, ignoreCase: boolean): Truth {
  const named = any(list.map((template) => matches(template, text, context, ignoreCase)));
  return isNegated ? not(named) : named;
}

/** A document is read once, however many requests it is asked about. */
const documents: { readonly [kind in PolicyKind]: WeakMap<object, Document> } = { scp: new WeakMap(), rcp: new WeakMap(), endpoint: new WeakMap() };

function parsedFor(raw: unknown, kind: PolicyKind): Document {
  if (typeof raw !== 'object' || raw === null) return parseDocument(raw, kind);
  const parsed = documents[kind].get(raw) ?? parseDocument(raw, kind);
  documents[kind].set(raw, parsed);
  return parsed;
}
