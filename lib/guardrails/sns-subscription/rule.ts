/** The rule: endpoints by host, domain, number or account; grants by who may subscribe. */
import { canonicalPhone, hostMatches, PROTOCOLS } from '../../core/endpoint';
import type { World } from '../../core/guardrail';
import { type GrantFault, judgeGrant, unlisted } from '../../core/iam/grant';
import { accountMembership, type Trust } from '../../core/trust';
import { assertNever, isUnknown } from '../../core/value';
import { compliant, type Fault, type Outcome, undetermined, violation } from '../../core/verdict';
import type { GrantSubject, SnsFact, SubscriptionSubject, Target } from './facts';
import { listOf, type options, type SnsSettings, trustedProtocolsOf } from './settings';

type SnsWorld = World<typeof options>;

export function evaluate(fact: SnsFact, world: SnsWorld): Outcome {
  const { subject } = fact;
  switch (subject.kind) {
    case 'subscription':
      return outcomeOf(judgeSubscription(subject, fact, world), fact);
    case 'grant':
      return outcomeOf(judgeStatement(subject, fact, world), fact);
    case 'no-grant':
      return compliant();
    case 'unread':
      return undetermined(subject.reason, fact.read);
    default:
      return assertNever(subject);
  }
}

/** What is wrong, and what is not known. A fault decides, whatever else is unknown. */
interface Judgement {
  readonly faults: readonly Fault[];
  readonly unknowns: readonly string[];
}

const RIGHT: Judgement = { faults: [], unknowns: [] };
const wrong = (code: string, reason: string, fix: string): Judgement => ({ faults: [{ code, reason, fix }], unknowns: [] });
const unsure = (reason: string): Judgement => ({ faults: [], unknowns: [reason] });

function all(judgements: readonly Judgement[]): Judgement {
  const telling = judgements.filter((judgement) => judgement !== RIGHT);
  if (telling.length === 0) return RIGHT;
  return { faults: telling.flatMap(({ faults }) => faults), unknowns: telling.flatMap(({ unknowns }) => unknowns) };
}

function outcomeOf({ faults, unknowns }: Judgement, fact: SnsFact): Outcome {
  if (faults.length === 0 && unknowns.length === 0) return compliant();
  const [first, ...others] = faults;
  if (first) return violation([first, ...others]);
  return undetermined([...new Set(unknowns)].join('; '), fact.read);
}

function judgeSubscription(subject: SubscriptionSubject, fact: SnsFact, { trust, settings }: SnsWorld): Judgement {
  const { protocol, endpoint, deadLetter } = subject;
  const spoken = isUnknown(protocol) ? undefined : protocol;
  const judged = endpoint && (spoken === undefined || PROTOCOLS.includes(spoken));
  return all([
    protocol === undefined ? RIGHT : judgeProtocol(protocol, subject.origin, settings),
    judged ? judgeTarget(endpoint, spoken, fact, { trust, settings }) : RIGHT,
    deadLetter ? judgeDeadLetter(deadLetter, fact, trust) : RIGHT,
  ]);
}

function judgeProtocol(
  protocol: NonNullable<SubscriptionSubject['protocol']>,
  origin: SubscriptionSubject['origin'],
  settings: SnsSettings,
): Judgement {
  if (isUnknown(protocol))
    return unsure(origin === 'template' ? 'the protocol is only known at deployment' : 'the record does not name the protocol');
  const trusted = trustedProtocolsOf(settings);
  if (protocol === '') return wrong('invalid-endpoint', 'the subscription names no protocol', 'name the protocol of the subscription');
  if (!PROTOCOLS.includes(protocol)) return wrong('untrusted-protocol', `${named(protocol)} is none of SNS`, `use one of ${trusted.join(', ')}`);
  if (trusted.includes(protocol)) return RIGHT;
  const list = listOf(protocol);
  const fix = `use one of ${trusted.join(', ')}, or add ${protocol} to trustedProtocols${list === undefined ? '' : ` and say where it may go in ${list}`}`;
  return wrong('untrusted-protocol', `protocol ${protocol} is not trusted (trusted: ${trusted.join(', ')})`, fix);
}

/** An address may stand in the wrong place: what is no word is not repeated. */
const named = (protocol: string): string => (/^[a-z][a-z0-9-]{0,30}$/.test(protocol) ? `protocol ${protocol}` : 'the protocol');

/** Where a list is not given, the protocol that needs it is not trusted already. */
function judgeTarget(endpoint: Target, protocol: string | undefined, fact: SnsFact, { trust, settings }: SnsWorld): Judgement {
  const what = protocol === undefined ? 'endpoint' : `${protocol} endpoint`;
  switch (endpoint.kind) {
    case 'url':
      return all([judgeHost(endpoint.host, settings.trustedHosts), malformed(what, endpoint.problem)]);
    case 'email':
      return all([judgeEmail(endpoint.domain, settings.trustedEmailDomains), unsettled(endpoint.unsure)]);
    case 'phone':
      return judgePhone(endpoint, settings.trustedPhonePrefixes);
    case 'arn':
      return all([judgeAccount(endpoint.account, what, fact, trust), malformed(what, endpoint.problem), unsettled(endpoint.unsure)]);
    case 'invalid':
      return malformed(what, endpoint.problem);
    case 'masked':
      return unsure(`the ${what} is not shown in CloudTrail: it has to be looked up`);
    case 'unknown':
      return unsettled(endpoint.what);
    default:
      return assertNever(endpoint);
  }
}

const unsettled = (what: string | undefined): Judgement => (what === undefined ? RIGHT : unsure(`${what} is only known at deployment`));

const malformed = (what: string, problem: string | undefined): Judgement =>
  problem === undefined ? RIGHT : wrong('invalid-endpoint', `the ${what} is malformed: ${problem}`, 'correct the endpoint');

function judgeHost(host: string, trusted: readonly string[] | undefined): Judgement {
  if (!trusted || trusted.some((pattern) => hostMatches(host, pattern))) return RIGHT;
  return wrong('untrusted-host', `host ${host} is not in trustedHosts`, `use a trusted host, or add ${host} to trustedHosts`);
}

function judgeEmail(domain: string, trusted: readonly string[] | undefined): Judgement {
  if (!trusted || trusted.some((pattern) => hostMatches(domain, pattern))) return RIGHT;
  const fix = `use a trusted domain, or add ${domain} to trustedEmailDomains`;
  return wrong('untrusted-email-domain', `e-mail domain ${domain} is not in trustedEmailDomains`, fix);
}

function judgePhone({ number, unsure: open }: Extract<Target, { kind: 'phone' }>, trusted: readonly string[] | undefined): Judgement {
  const prefixes = trusted?.map((prefix) => canonicalPhone(prefix) ?? prefix);
  const inside = !prefixes || prefixes.some((prefix) => number.startsWith(prefix));
  if (inside) return unsettled(open);
  if (open !== undefined && prefixes.some((prefix) => prefix.startsWith(number))) return unsettled(open);
  const reason = `the phone number begins with none of trustedPhonePrefixes (${prefixes.join(', ')})`;
  return wrong('untrusted-phone', reason, 'use a number inside trustedPhonePrefixes, or add its prefix');
}

function judgeAccount(account: string, what: string, fact: SnsFact, trust: Trust, code = 'untrusted-account'): Judgement {
  const membership = accountMembership(trustAround(fact, trust), account, fact.owner);
  switch (membership) {
    case 'own':
    case 'organization':
    case 'trusted':
      return RIGHT;
    case 'foreign':
      return wrong(
        code,
        `the ${what} belongs to account ${account}, which is neither in the organization nor trusted`,
        `use one of your own, or add ${account} to trusted.accountIds`,
      );
    case 'unlisted':
      return unsure(`${what}: ${unlisted(account, membership)}`);
    case 'unknown':
      return unsettled(account);
    default:
      return assertNever(membership);
  }
}

/** The account that a template is deployed in is one of ours, whoever owns the topic. */
const trustAround = ({ home, owner }: SnsFact, trust: Trust): Trust =>
  home === undefined || home === owner ? trust : { ...trust, trustedAccountIds: new Set([...trust.trustedAccountIds, home]) };

function judgeDeadLetter(deadLetter: Target, fact: SnsFact, trust: Trust): Judgement {
  const what = 'dead-letter queue';
  if (deadLetter.kind === 'arn') {
    const account = judgeAccount(deadLetter.account, what, fact, trust, 'untrusted-dead-letter');
    return all([account, malformed(what, deadLetter.problem), unsettled(deadLetter.unsure)]);
  }
  if (deadLetter.kind === 'invalid') return malformed(what, deadLetter.problem);
  if (deadLetter.kind === 'masked') return unsure(`the ${what} is not shown in CloudTrail: it has to be looked up`);
  return unsettled(isUnknown(deadLetter) ? deadLetter.what : what);
}

/** Who may subscribe, or change who may. */
function judgeStatement({ statement, policy, reach }: GrantSubject, fact: SnsFact, { trust }: SnsWorld): Judgement {
  const answer = judgeGrant(statement, { trust: trustAround(fact, trust), owner: fact.owner }, policy);
  const grantsAnyone = statement.exceptPrincipals || statement.principals.some(({ kind }) => kind === 'anyone');
  const faults = answer.faults.map((fault) => ({
    code: codeOf(fault, grantsAnyone),
    reason: `statement ${statement.label} lets others subscribe: ${fault.reason}`,
    fix: fault.fix,
  }));
  const unknowns = answer.unknowns.map((what) => `statement ${statement.label}: ${what}`);
  if (reach === 'yes') return { faults, unknowns };
  return {
    faults: [],
    unknowns: [...unknowns, ...faults.map(({ reason }) => `if an action only known at deployment is sns:Subscribe: ${reason}`)],
  };
}

/**
 * A service that may subscribe on behalf of any account is a stranger's hand: no AWS service needs the right to subscribe without
 * naming whom it acts for. https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
function codeOf({ kind }: GrantFault, grantsAnyone: boolean): string {
  switch (kind) {
    case 'public':
      return 'public-topic';
    case 'wildcard-source':
      return grantsAnyone ? 'public-topic' : 'untrusted-account';
    case 'untrusted-account':
    case 'untrusted-organization':
    case 'untrusted-principal':
    case 'untrusted-service':
    case 'unscoped-service':
    case 'untrusted-source':
      return 'untrusted-account';
    default:
      return assertNever(kind);
  }
}
