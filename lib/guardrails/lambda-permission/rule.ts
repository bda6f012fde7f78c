/** The rule: who may invoke a function from outside its account, and what else may be granted there. */
import { parseArn } from '../../core/arn';
import type { World } from '../../core/guardrail';
import { isOpenValue } from '../../core/iam/condition';
import { type GrantFault, judgeGrant, patternCovers, type ServiceListing, TAKEN_BACK } from '../../core/iam/grant';
import type { Statement } from '../../core/iam/policy';
import { canonicalService } from '../../core/iam/principal';
import { PERIMETER_FUNCTIONS } from '../../core/lambda';
import { assertNever, hasHole } from '../../core/value';
import { compliant, type Fault, type Outcome, spared, undetermined, violation } from '../../core/verdict';
import type { GrantFact, PermissionFact, UrlFact } from './facts';
import type { options } from './options';

type PermissionWorld = World<typeof options>;

/** What may be granted outside the account when `allowedActions` is absent: to invoke, and nothing that changes or reads the function. */
const INVOCATION = ['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl'];

export function evaluate(fact: PermissionFact, world: PermissionWorld): Outcome {
  switch (fact.kind) {
    case 'grant':
      return evaluateGrant(fact, world);
    case 'url':
      return evaluateUrl(fact);
    case 'empty':
      return compliant('the policy grants nothing');
    case 'unreadable':
      return undetermined(`what is granted cannot be read: ${fact.what}`, fact.read);
    default:
      return assertNever(fact);
  }
}

function evaluateUrl({ authType, read }: UrlFact): Outcome {
  if (authType === undefined) return undetermined('the AuthType of the function URL is not in what was given', read);
  if (hasHole(authType)) return undetermined(`the AuthType of the function URL is ${authType}, which is only known at deployment`);
  if (authType.toUpperCase() === 'AWS_IAM') return compliant();
  const reason =
    authType.toUpperCase() === 'NONE'
      ? 'the function URL lets anyone call without signing in (AuthType NONE)'
      : `the function URL has AuthType ${authType}`;
  return violation([{ code: 'public-function-url', reason, fix: 'set AuthType to AWS_IAM' }]);
}

function evaluateGrant(fact: GrantFact, { trust, settings }: PermissionWorld): Outcome {
  const { grant, document, owner } = fact;
  const answer = judgeGrant(grant, { trust, owner, listing: (host) => listingOf(canonicalService(host), grant, settings) }, document);
  if (answer === TAKEN_BACK) return compliant();
  const faults: Fault[] = answer.faults.map((fault) => ({ code: codeOf(fault, grant), reason: fault.reason, fix: fault.fix }));
  const unknowns = [...answer.unknowns];
  const authTypes = authTypesFor(grant);
  if (authTypes.some((type) => type.toUpperCase() === 'NONE')) faults.push(PUBLIC_URL);
  unknowns.push(...authTypes.filter(isOpenValue).map((type) => `FunctionUrlAuthType is ${type}, which is only known at deployment`));
  if (answer.outside) {
    const actions = excessiveActions(grant, settings.allowedActions ?? INVOCATION);
    if (actions.excessive.length > 0) faults.push(excessive(actions.excessive));
    unknowns.push(...actions.unknown);
  }
  const [first, ...others] = faults;
  if (first && isPerimetersOwn(fact) && faults.every(({ code }) => code === 'untrusted-service')) return spared("Perimeter's own trigger");
  if (first) return violation([first, ...others]);
  return unknowns.length > 0 ? undetermined(unknowns.join('; ')) : compliant();
}

/** A service that may be granted without a source may be granted at all. */
function listingOf(service: string, grant: Statement, { trustedServices, unscopedServices }: PermissionWorld['settings']): ServiceListing {
  const lists = (services: readonly string[] | undefined) => services?.some((name) => canonicalService(name) === service) ?? false;
  const mayBeUnscoped = lists(unscopedServices);
  const isUnscoped = mayBeUnscoped && (!needsToken(service) || hasToken(grant));
  if (!trustedServices || mayBeUnscoped || lists(trustedServices)) return { isUnscoped };
  return {
    isUnscoped,
    fault: {
      kind: 'untrusted-service',
      reason: `service ${service} is not in trustedServices`,
      fix: `remove the grant, or add ${service} to trustedServices`,
    },
  };
}

/** Alexa names its caller by the skill's id, as a token: https://docs.aws.amazon.com/lambda/latest/dg/services-alexa.html */
const needsToken = (service: string): boolean => /^alexa-[a-z]+\.amazon\.com$/.test(canonicalService(service));

const hasToken = (grant: Statement): boolean =>
  grant.conditions.some(
    ({ key, match, values }) =>
      key === 'lambda:eventsourcetoken' && match !== 'none' && values.every((token) => token !== '' && (match === 'exact' || !/[*?]/.test(token))),
  );

function codeOf({ kind }: GrantFault, grant: Statement): string {
  if (kind !== 'public') return kind;
  const isOfUrl = grant.conditions.some(
    ({ key, match, values }) => key === 'lambda:invokedviafunctionurl' && match !== 'none' && values.some((text) => text.toLowerCase() === 'true'),
  );
  return isOfUrl ? 'public-function-url' : 'public-principal';
}

/**
 * The AuthTypes under which anyone is granted: with NONE nobody signs, so no condition on the caller can hold and the function is open
 * to the internet.
 */
const authTypesFor = ({ effect, exceptPrincipals, principals, conditions }: Statement): readonly string[] =>
  effect === 'Allow' && (exceptPrincipals || principals.some(({ kind }) => kind === 'anyone'))
    ? conditions.flatMap(({ key, match, values }) => (key === 'lambda:functionurlauthtype' && match !== 'none' ? values : []))
    : [];

const PUBLIC_URL: Fault = {
  code: 'public-function-url',
  reason: 'anyone may call the function URL without signing in (FunctionUrlAuthType NONE)',
  fix: 'require AWS_IAM on the function URL and name the callers',
};

function excessiveActions(
  { actions }: Statement,
  allowed: readonly string[],
): { readonly excessive: readonly string[]; readonly unknown: readonly string[] } {
  if (actions.kind === 'absent') return { excessive: [], unknown: ['the statement names no action'] };
  if (actions.kind === 'all-but') return { excessive: [`everything but ${actions.patterns.join(', ')}`], unknown: [] };
  const open = actions.patterns.filter(isOpenValue);
  const known = actions.patterns.filter((action) => !isOpenValue(action));
  return {
    excessive: known.filter((action) => !allowed.some((pattern) => patternCovers(pattern, action, true))),
    unknown: open.map((action) => `the action is ${action}, which is only known at deployment`),
  };
}

const excessive = (actions: readonly string[]): Fault => ({
  code: 'excessive-action',
  reason: `${actions.join(', ')} is granted outside the account`,
  fix: 'grant lambda:InvokeFunction alone, or add the action to allowedActions',
});

/** The triggers of the member template and nothing more: a `perimeter-*` rule or schedule of the same account and Region invokes one of its functions. */
function isPerimetersOwn({ target, grant }: GrantFact): boolean {
  const own = parseArn(target.functionArn);
  if (!own || target.qualifier !== undefined || !PERIMETER_FUNCTIONS.has(target.name)) return false;
  if (grant.actions.kind !== 'only' || grant.actions.patterns.some((action) => action.toLowerCase() !== 'lambda:invokefunction')) return false;
  const services = grant.principals.map((principal) => (principal.kind === 'service' ? canonicalService(principal.host) : ''));
  const sources = grant.conditions.filter(({ key, match }) => key === 'aws:sourcearn' && match !== 'none').flatMap(({ values }) => values);
  return (
    services.every((service) => service === 'events.amazonaws.com' || service === 'scheduler.amazonaws.com') &&
    sources.length > 0 &&
    sources.every((source) => {
      const arn = parseArn(source);
      const named = arn && /^(rule|schedule\/[^/*?]+)\/perimeter-[^/*?]+$/.test(arn.resource);
      return named && arn.account === own.account && arn.region === own.region && arn.partition === own.partition;
    })
  );
}
