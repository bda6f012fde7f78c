/** The rule of an endpoint's policy: who may push through it, and to whose registries. */
import type { World } from '../../core/guardrail';
import type { Condition } from '../../core/iam/condition';
import { type GrantFault, judgeGrant } from '../../core/iam/grant';
import type { Patterns, Policy, Statement } from '../../core/iam/policy';
import { restrictionOf } from '../../core/iam/restriction';
import type { Trust } from '../../core/trust';
import { compliant, type Fault, type Outcome, undetermined, violation } from '../../core/verdict';
import { grantedOf, PUSH } from './actions';
import type { GrantFact, Holder, UngrantedFact } from './facts';

type EndpointHolder = Extract<Holder, { kind: 'endpoint' }>;

const OPEN: Fault = {
  code: 'open-endpoint-policy',
  reason: 'anyone may push to any registry through the endpoint',
  fix: "give the endpoint a policy that names the organization's principals (aws:PrincipalOrgID) or its registries (aws:ResourceOrgID, repository ARNs)",
};

/** An endpoint without a policy has AWS's: everyone, everything. https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html */
export const evaluateUnpoliced = ({ policy }: UngrantedFact, holder: EndpointHolder): Outcome =>
  policy === 'empty'
    ? compliant('the policy lets nobody through')
    : answerOf(holder, [{ ...OPEN, reason: `it has no policy of its own: ${OPEN.reason}` }], []);

export function evaluateEndpoint({ grant, policy, owner }: GrantFact, holder: EndpointHolder, { trust }: World): Outcome {
  const push = grantedOf(PUSH, grant.actions);
  const isActionKnown = push.actions.length > 0;
  if (!isActionKnown && push.unknown.length === 0) return compliant();
  const held = heldTo(grant, trust, owner);
  if (held === 'ours') return compliant();
  const actions: Patterns = isActionKnown ? { kind: 'only', patterns: push.actions } : grant.actions;
  const answer = judgeGrant({ ...grant, actions, conditions: ofCaller(grant.conditions) }, { trust, owner }, withReadableDenials(policy));
  const faults = answer.faults.filter(({ kind }) => kind !== 'unscoped-service').map(faultOf);
  if (isActionKnown && held === 'anyone') return answerOf(holder, faults, answer.unknowns);
  const unsure = faults.map(({ reason }) => `${reason}, should it be so: the actions or the registries are only known at deployment`);
  return answerOf(holder, [], [...answer.unknowns, ...unsure]);
}

function answerOf({ isEcr, read }: EndpointHolder, faults: readonly Fault[], unknowns: readonly string[]): Outcome {
  const [first, ...others] = faults;
  if (first && isEcr) return violation([first, ...others]);
  if (first) return undetermined(`${faults.map(({ reason }) => reason).join('; ')}; whether it is an endpoint of ECR is not known`, read);
  return unknowns.length > 0 ? undetermined(unknowns.join('; '), read) : compliant();
}

function faultOf({ kind, reason, fix }: GrantFault): Fault {
  if (kind === 'untrusted-account' || kind === 'untrusted-organization') return { code: kind, reason, fix };
  return { ...OPEN, reason: `${OPEN.reason}: ${reason}` };
}

/** Keys about the resource, and the key about the caller that is read in the same way. */
const TWINS: { readonly [key: string]: string } = {
  'aws:resourceaccount': 'aws:principalaccount',
  'aws:resourceorgid': 'aws:principalorgid',
  'aws:resourceorgpaths': 'aws:principalorgpaths',
};

const isOfResource = ({ key }: Condition): boolean => Object.hasOwn(TWINS, key);
const asIfOfCaller = (condition: Condition): Condition => ({ ...condition, key: TWINS[condition.key] ?? condition.key });

/**
 * `aws:ResourceOrgID` = `${aws:PrincipalOrgID}` holds for a stranger who pushes to his own registry. In the policy of a
 * resource one of the two is ours; here neither need be.
 */
const comparesTheRequestWithItself = ({ values }: Condition): boolean =>
  values.some((value) => /\$\{aws:[a-z]/i.test(value) && !value.includes('${AWS::'));

const ofCaller = (conditions: readonly Condition[]): readonly Condition[] =>
  conditions.filter((condition) => !isOfResource(condition) && !comparesTheRequestWithItself(condition));

/** Are the registries that can be reached all ours, or of those we trust? */
function heldTo({ resources, conditions }: Statement, trust: Trust, owner: string): 'ours' | 'unknown' | 'anyone' {
  const named: Condition = { operator: 'ArnLike', key: 'aws:principalarn', values: resources.patterns, match: 'arn', deniesUnless: 'none' };
  const isNamed = resources.kind === 'only' && resources.patterns.length > 0;
  const readable = conditions.filter((condition) => isOfResource(condition) && !comparesTheRequestWithItself(condition)).map(asIfOfCaller);
  const answers = [...(isNamed ? [named] : []), ...readable].map((condition) => {
    const bounds = restrictionOf(condition, trust, owner)?.bounds ?? [];
    if (bounds.length === 0 || bounds.some(({ kind }) => kind === 'foreign' || kind === 'open' || kind === 'neutral')) return 'anyone';
    return bounds.some(({ kind }) => kind === 'unknown') ? 'unknown' : 'ours';
  });
  return answers.find((answer) => answer === 'ours') ?? answers.find((answer) => answer === 'unknown') ?? 'anyone';
}

/** `Deny` for all but our own registries counts like one for all but our own callers; one that cannot be read counts for nothing. */
const withReadableDenials = (policy: Policy): Policy => ({
  ...policy,
  statements: policy.statements.map((statement) => {
    if (statement.effect !== 'Deny') return statement;
    if (statement.conditions.some(comparesTheRequestWithItself))
      return { ...statement, problems: [...statement.problems, 'it compares the request with itself'] };
    return { ...statement, conditions: statement.conditions.map(asIfOfCaller) };
  }),
});
