/**
 * Who a statement grants to, after its conditions: one evaluator for every guardrail that looks at grants.
 * A condition that is not understood restricts nothing; several conditions all have to hold.
 */
import { wildcard } from '../exemption';
import { accountMembership, type Trust } from '../trust';
import { assertNever, hasHole, isUnknown } from '../value';
import type { Condition } from './condition';
import type { Patterns, Policy, Statement } from './policy';
import { describePrincipal, type Principal } from './principal';
import { type Bound, exceptionOf, type Restriction, restrictionOf } from './restriction';

type GrantFaultKind =
  | 'public'
  | 'untrusted-account'
  | 'untrusted-organization'
  | 'untrusted-principal'
  | 'untrusted-service'
  | 'unscoped-service'
  | 'untrusted-source'
  | 'wildcard-source';

export interface GrantFault {
  readonly kind: GrantFaultKind;
  readonly reason: string;
  readonly fix: string;
}

interface GrantQuestion {
  readonly trust: Trust;
  /** Account of the resource. */
  readonly owner: string;
  /** What the guardrail's own lists say of a service; absent: any may be granted whose source is trusted. */
  readonly listing?: (host: string) => ServiceListing;
}

interface GrantAnswer {
  readonly faults: readonly GrantFault[];
  /** What is not known, in words. With a fault beside it, the fault decides. */
  readonly unknowns: readonly string[];
  /** Does it grant to anyone outside the account of the resource (services that act for it are inside)? */
  readonly outside: boolean;
}

export interface ServiceListing {
  /** It may be granted without a source. */
  readonly isUnscoped: boolean;
  /** It may not be granted at all. */
  readonly fault?: GrantFault;
}

const NOTHING: GrantAnswer = { faults: [], unknowns: [], outside: false };
/** What a `Deny` takes back from everybody. */
export const TAKEN_BACK: GrantAnswer = { ...NOTHING };

/** Judges one statement. `policy`: the document around it, whose `Deny` statements may take back what it grants. */
export function judgeGrant(statement: Statement, question: GrantQuestion, policy?: Policy): GrantAnswer {
  if (statement.effect === 'Deny') return NOTHING;
  const denials = policy ? policy.statements.filter((other) => other.effect === 'Deny' && covers(other, statement)) : NO_STATEMENTS;
  const restrictions = allowed(statement.conditions, question);
  const granted = statement.exceptPrincipals ? ANYONE : statement.principals;
  const [only] = granted;
  const isPlain = denials.length === 0 && statement.problems.length === 0 && !isUnknown(statement.effect);
  if (isPlain && only && granted.length === 1) return judgePrincipal(only, restrictions, question);
  return judgeAmongDenials(statement, granted, restrictions, denials, question);
}

const NO_STATEMENTS: readonly Statement[] = [];

function judgeAmongDenials(
  { effect, problems }: Statement,
  granted: readonly Principal[],
  restrictions: readonly Restriction[],
  denials: readonly Statement[],
  question: GrantQuestion,
): GrantAnswer {
  if (denials.some((denial) => reachesAnyone(denial) && denial.conditions.length === 0 && denial.problems.length === 0)) return TAKEN_BACK;
  const left = [...restrictions, ...leftBy(denials, question)];
  const reached = granted.filter((principal) => !isDenied(principal, denials));
  const answers = reached.map((principal) => judgePrincipal(principal, left, question));
  const faults = answers.flatMap((answer) => answer.faults);
  const outside = answers.some((answer) => answer.outside);
  const unknowns = [...problems, ...(isUnknown(effect) ? [effect.what] : []), ...answers.flatMap((answer) => answer.unknowns)];
  if (!isUnknown(effect)) return { faults, unknowns, outside };
  return { faults: [], unknowns: [...unknowns, ...faults.map(({ reason }) => reason)], outside: false };
}

const ANYONE = [{ kind: 'anyone' }] as const;

function allowed(conditions: readonly Condition[], { trust, owner }: GrantQuestion): readonly Restriction[] {
  const restrictions: Restriction[] = [];
  for (const condition of conditions) {
    const restriction = restrictionOf(condition, trust, owner);
    if (restriction) restrictions.push(restriction);
  }
  return restrictions;
}

/** A `Deny` for everyone but our own restricts like a condition; with several keys, what any of them excepts is left. */
function leftBy(denials: readonly Statement[], { trust, owner }: GrantQuestion): readonly Restriction[] {
  return denials.flatMap((denial) => {
    if (!(denial.exceptPrincipals || reachesAnyone(denial)) || denial.problems.length > 0) return [];
    const conditions = denial.exceptPrincipals ? [...denial.conditions, exceptFor(denial.principals)] : denial.conditions;
    const exceptions = conditions.map((condition) => exceptionOf(condition, trust, owner));
    const [first] = exceptions;
    if (!first || exceptions.some((exception) => exception?.aspect !== first.aspect)) return [];
    return [{ ...first, bounds: exceptions.flatMap((exception) => exception?.bounds ?? []) }];
  });
}

/** `NotPrincipal` as the condition that denies everyone outside their accounts. */
const exceptFor = (principals: readonly Principal[]): Parameters<typeof exceptionOf>[0] => ({
  key: 'NotPrincipal',
  values: principals.map((principal) =>
    principal.kind === 'account' || principal.kind === 'identity' ? principal.account : describePrincipal(principal),
  ),
  deniesUnless: 'exact',
});

const reachesAnyone = (statement: Statement): boolean => !statement.exceptPrincipals && statement.principals.some(({ kind }) => kind === 'anyone');

/** An unconditional `Deny` of the same principal, or of its whole account. */
const isDenied = (principal: Principal, denials: readonly Statement[]): boolean =>
  principal.kind !== 'unknown' &&
  denials.some(
    (denial) =>
      denial.conditions.length === 0 &&
      denial.problems.length === 0 &&
      !denial.exceptPrincipals &&
      denial.principals.some(
        (denied) =>
          (denied.kind === principal.kind && describePrincipal(denied) === describePrincipal(principal)) ||
          (denied.kind === 'account' && principal.kind === 'identity' && denied.account === principal.account),
      ),
  );

/** Does the `Deny` reach every action and resource that the `Allow` grants? */
const covers = (denial: Statement, allow: Statement): boolean =>
  patternsCover(denial.actions, allow.actions, true) && patternsCover(denial.resources, allow.resources, false);

function patternsCover(wide: Patterns, narrow: Patterns, ignoreCase: boolean): boolean {
  if (wide.kind === 'absent') return narrow.kind === 'absent' || !ignoreCase;
  if (wide.kind === 'all-but') return false;
  if (wide.patterns.includes('*')) return true;
  return narrow.kind === 'only' && narrow.patterns.every((pattern) => wide.patterns.some((other) => patternCovers(other, pattern, ignoreCase)));
}

/** Is everything that `narrow` matches matched by `wide`? Right or on the safe side (false) for any pair. */
export function patternCovers(wide: string, narrow: string, ignoreCase: boolean): boolean {
  if (hasHole(narrow) || hasHole(wide)) return wide === narrow;
  const [pattern, text] = ignoreCase ? [wide.toLowerCase(), narrow.toLowerCase()] : [wide, narrow];
  return wildcard(pattern).test(text.replaceAll('*', '\u0000\u0000'));
}

function judgePrincipal(principal: Principal, restrictions: readonly Restriction[], question: GrantQuestion): GrantAnswer {
  if (principal.kind === 'service') return judgeService(principal.host, restrictions, question);
  if (principal.kind === 'anyone') return judgeAnyone(restrictions, question);
  const own = answerOf(restrictions.filter(({ aspect }) => aspect === 'principal'));
  if (own === 'trusted' || own === 'own') return { ...NOTHING, outside: own === 'trusted' };
  const answer = judgeIdentity(principal, question);
  return own === 'unknown' && answer.faults.length > 0 ? { ...answer, faults: [], unknowns: answer.faults.map(({ reason }) => reason) } : answer;
}

function judgeIdentity(principal: Exclude<Principal, { kind: 'service' | 'anyone' }>, { trust, owner }: GrantQuestion): GrantAnswer {
  switch (principal.kind) {
    case 'account':
    case 'identity': {
      const membership = accountMembership(trust, principal.account, owner);
      if (membership === 'own') return NOTHING;
      if (membership === 'unknown' || membership === 'unlisted')
        return { ...NOTHING, unknowns: [unlisted(principal.account, membership)], outside: true };
      return { ...NOTHING, faults: membership === 'foreign' ? [untrustedAccount(principal)] : [], outside: true };
    }
    case 'federated':
    case 'canonical-user':
    case 'unique-id':
    case 'unrecognised':
      return { ...NOTHING, faults: [untrustedPrincipal(principal)], outside: true };
    case 'unknown':
      return { ...NOTHING, unknowns: [`principal ${principal.what} is only known at deployment`] };
    default:
      return assertNever(principal);
  }
}

export const unlisted = (account: string, membership: 'unknown' | 'unlisted'): string =>
  membership === 'unknown'
    ? `account ${account} is only known at deployment`
    : `account ${account} cannot be told from a member of the organization: list the members in organization.accountIds`;

const untrustedAccount = (principal: { readonly account: string; readonly text: string }): GrantFault => ({
  kind: 'untrusted-account',
  reason:
    principal.account === principal.text
      ? `principal ${principal.account} is neither in the organization nor trusted`
      : `principal ${principal.text} belongs to account ${principal.account}, which is neither in the organization nor trusted`,
  fix: `remove the grant, or add ${principal.account} to trusted.accountIds`,
});

const untrustedPrincipal = (principal: Extract<Principal, { text: string }>): GrantFault => ({
  kind: 'untrusted-principal',
  reason: `principal ${principal.text} names no account that can be known`,
  fix: 'grant an account, a role or the organization instead',
});

/** `*`, or everyone but some: only its conditions can make it less than public. */
function judgeAnyone(restrictions: readonly Restriction[], question: GrantQuestion): GrantAnswer {
  const principal = restrictions.filter(({ aspect }) => aspect === 'principal');
  const held = answerOf(principal);
  if (held === 'own' || held === 'trusted') return { ...NOTHING, outside: held === 'trusted' };
  const source = restrictions.filter(({ aspect }) => aspect === 'source');
  const sourceFaults = faultsOfSource(source, 'anyone (*)');
  const from = sourceFaults.length === 0 ? answerOf(source) : 'faulty';
  if (from === 'own' || from === 'trusted') return { ...NOTHING, unknowns: unknownsOf(source), outside: from === 'trusted' };
  if (held === 'unknown' || from === 'unknown') return { ...NOTHING, unknowns: unknownsOf(restrictions), outside: true };
  const foreign = principal.flatMap(({ bounds }) => bounds).filter((bound): bound is Foreign => bound.kind === 'foreign');
  const open = principal.some(({ bounds }) => bounds.some(({ kind }) => kind === 'open'));
  if (foreign.length > 0 && !open) return { ...NOTHING, faults: foreign.map((bound) => foreignPrincipal(bound)), outside: true };
  if (sourceFaults.length > 0) return { ...NOTHING, faults: sourceFaults, outside: true };
  return { ...NOTHING, faults: [publicGrant(question)], outside: true };
}

const publicGrant = ({ trust }: GrantQuestion): GrantFault => ({
  kind: 'public',
  reason: 'principal * is limited by no condition that names the organization or a trusted account',
  fix: `name the accounts, or add the condition aws:PrincipalOrgID ${trust.organizationId}`,
});

type Foreign = Extract<Bound, { kind: 'foreign' }>;

const trusting = ({ what, text }: Foreign): string => `add ${text} to trusted.${what}Ids`;

const foreignPrincipal = (bound: Foreign): GrantFault => ({
  kind: bound.what === 'organization' ? 'untrusted-organization' : 'untrusted-account',
  reason: `principal * is limited to ${bound.what} ${bound.text}, which is not trusted`,
  fix: `remove the grant, or ${trusting(bound)}`,
});

function judgeService(host: string, restrictions: readonly Restriction[], question: GrantQuestion): GrantAnswer {
  const { isUnscoped, fault }: ServiceListing = question.listing?.(host) ?? { isUnscoped: false };
  const source = restrictions.filter(({ aspect }) => aspect === 'source');
  const sourceFaults = faultsOfSource(source, host);
  const faults = fault ? [fault, ...sourceFaults] : [...sourceFaults];
  const held = answerOf(source);
  // One that is only known at deployment may turn out foreign, which another that is our own does not make good.
  const unknowns = held === 'nothing' || sourceFaults.length > 0 ? [] : unknownsOf(source);
  if (held === 'nothing' && sourceFaults.length === 0 && !isUnscoped) faults.push(unscopedService(host, source));
  return { faults, unknowns, outside: held === 'trusted' || held === 'nothing' };
}

const unscopedService = (host: string, source: readonly Restriction[]): GrantFault => {
  const neutral = source.flatMap(({ bounds }) => bounds).find(({ kind }) => kind === 'neutral');
  const arn = neutral && 'text' in neutral ? neutral.text : undefined;
  return {
    kind: 'unscoped-service',
    reason:
      arn === undefined
        ? `service ${host} may call on behalf of any account: no source account or source ARN is named`
        : `service ${host} is limited to ${arn}, which names no account: whoever owns it next may call`,
    fix: 'name the source account (SourceAccount), or the source ARN of an account that is trusted',
  };
};

/** Each source condition has to be trusted by itself: a trusted account beside a foreign ARN is a contradiction, not a pass. */
function faultsOfSource(source: readonly Restriction[], grantee: string): readonly GrantFault[] {
  const faults: GrantFault[] = [];
  for (const { bounds } of source) {
    for (const bound of bounds) {
      if (bound.kind === 'foreign') faults.push(untrustedSource(grantee, bound));
      else if (bound.kind === 'open') faults.push(wildcardSource(grantee, bound.text));
    }
  }
  return faults;
}

const untrustedSource = (grantee: string, bound: Foreign): GrantFault => ({
  kind: 'untrusted-source',
  reason: `${grantee} is limited to a source in ${bound.what} ${bound.text}, which is neither in the organization nor trusted`,
  fix: `name a source of your own, or ${trusting(bound)}`,
});

const wildcardSource = (grantee: string, text: string): GrantFault => ({
  kind: 'wildcard-source',
  reason: `${grantee} is limited to source ${text}, in which any account can stand`,
  fix: 'name the account in the source ARN or source account, and compare ARNs by ArnLike',
});

type Held = 'own' | 'trusted' | 'unknown' | 'nothing';

/** All conditions hold at once, so one that admits only our own is enough. */
function answerOf(restrictions: readonly Restriction[]): Held {
  let best: Held = 'nothing';
  for (const { bounds } of restrictions) {
    const held = heldBy(bounds);
    if (HELD.indexOf(held) < HELD.indexOf(best)) best = held;
  }
  return best;
}

/** The best first. */
const HELD: readonly Held[] = ['own', 'trusted', 'unknown', 'nothing'];

function heldBy(bounds: readonly Bound[]): Held {
  let isOwn = true;
  let isUnknown = false;
  for (const { kind } of bounds) {
    if (kind === 'foreign' || kind === 'open' || kind === 'neutral') return 'nothing';
    if (kind === 'unknown') isUnknown = true;
    else if (kind !== 'own') isOwn = false;
  }
  return isUnknown ? 'unknown' : isOwn ? 'own' : 'trusted';
}

const unknownsOf = (restrictions: readonly Restriction[]): readonly string[] =>
  restrictions.flatMap(({ key, bounds }) => bounds.flatMap((bound) => (bound.kind === 'unknown' ? [unknownBound(key, bound)] : [])));

const unknownBound = (key: string, { text, account }: Extract<Bound, { kind: 'unknown' }>): string =>
  account === undefined ? `${key} is ${text}, which is only known at deployment` : unlisted(account, 'unlisted');
