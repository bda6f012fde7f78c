/** The rule: who may take images out of our registries, by a pull, by a policy, by replication or through an endpoint. */
import type { World } from '../../core/guardrail';
import { type GrantFault, judgeGrant, unlisted } from '../../core/iam/grant';
import type { Statement } from '../../core/iam/policy';
import { restrictionOf } from '../../core/iam/restriction';
import { accountMembership } from '../../core/trust';
import { assertNever, hasHole, OWN_ACCOUNT } from '../../core/value';
import { compliant, type Fault, type Outcome, undetermined, violation } from '../../core/verdict';
import { EGRESS, grantedOf } from './actions';
import { evaluateEndpoint, evaluateUnpoliced } from './endpoint';
import type { EcrFact, GrantFact, ReplicationFact } from './facts';
import type { options } from './options';
import { evaluatePull } from './pull';

type EcrWorld = World<typeof options>;

export const evaluate = (fact: EcrFact, world: EcrWorld): Outcome =>
  fact.kind === 'pull' ? evaluatePull(fact, world) : evaluateSetting(fact, world);

/** What lies in a template too: a hook never sees a pull, and does without what judges one. */
export function evaluateSetting(fact: Exclude<EcrFact, { kind: 'pull' }>, world: EcrWorld): Outcome {
  switch (fact.kind) {
    case 'grant':
      return fact.holder.kind === 'endpoint' ? evaluateEndpoint(fact, fact.holder, world) : evaluateGrant(fact, world);
    case 'ungranted':
      return fact.holder.kind === 'endpoint' ? evaluateUnpoliced(fact, fact.holder) : compliant('no policy lets another account in');
    case 'replication':
      return evaluateReplication(fact, world);
    case 'unreadable':
      return undetermined(fact.what, fact.read);
    default:
      return assertNever(fact);
  }
}

/** A policy is held to accounts and organizations alone: which role of ours may pull is judged when it does. */
function evaluateGrant({ grant, policy, owner }: GrantFact, { trust }: EcrWorld): Outcome {
  const granted = grantedOf(EGRESS, grant.actions);
  const unknowns: string[] = [];
  const faultsFor = (patterns: readonly string[]): readonly Fault[] => {
    if (patterns.length === 0) return [];
    const answer = judgeGrant({ ...grant, actions: { kind: 'only', patterns } }, { trust, owner }, policy);
    unknowns.push(...answer.unknowns);
    // Services pull for the account without a source (Lambda's documented grant names none), and hand the image to nobody.
    return answer.faults.filter(({ kind }) => kind !== 'unscoped-service').map((fault) => faultOf(fault, grant, { trust, owner }));
  };
  const [first, ...others] = faultsFor(granted.actions);
  if (first) return violation([first, ...others]);
  // A Deny that takes back what is known may leave what is not.
  unknowns.push(
    ...faultsFor(granted.unknown).map(({ reason }) => `${reason}, should ${granted.unknown.join(', ')} be an action that lets images out`),
  );
  return unknowns.length > 0 ? undetermined([...new Set(unknowns)].join('; ')) : compliant();
}

function faultOf(
  { kind, reason, fix }: GrantFault,
  grant: Statement,
  question: { readonly trust: EcrWorld['trust']; readonly owner: string },
): Fault {
  const code = kind === 'untrusted-source' ? codeOfSource(grant, question) : CODES[kind];
  return { code, reason, fix };
}

const CODES: { readonly [kind in Exclude<GrantFault['kind'], 'untrusted-source'>]: string } = {
  public: 'public-repository',
  'wildcard-source': 'public-repository',
  'untrusted-account': 'untrusted-account',
  'untrusted-organization': 'untrusted-organization',
  'untrusted-principal': 'untrusted-identity',
  'untrusted-service': 'untrusted-identity',
  'unscoped-service': 'untrusted-identity',
};

/** A service that acts for a foreign account gives the image to that account. */
function codeOfSource(grant: Statement, { trust, owner }: { readonly trust: EcrWorld['trust']; readonly owner: string }): string {
  const restrictions = grant.conditions.flatMap((condition) => restrictionOf(condition, trust, owner) ?? []);
  const foreign = restrictions
    .filter(({ aspect }) => aspect === 'source')
    .flatMap(({ bounds }) => bounds.filter((bound) => bound.kind === 'foreign'));
  const isOrganization = foreign.length > 0 && foreign.every((bound) => bound.kind === 'foreign' && bound.what === 'organization');
  return isOrganization ? 'untrusted-organization' : 'untrusted-account';
}

function evaluateReplication({ destination, owner }: ReplicationFact, { trust }: EcrWorld): Outcome {
  if (!destination) return compliant('nothing is replicated');
  const { account, region } = destination;
  if (hasHole(account) && account !== OWN_ACCOUNT)
    return undetermined(`the registry that images are replicated to is ${account}, which is only known at deployment`);
  const membership = accountMembership(trust, account, owner);
  if (membership === 'unlisted' || membership === 'unknown') return undetermined(unlisted(account, membership));
  if (membership !== 'foreign') return compliant();
  return violation([
    {
      code: 'untrusted-destination',
      reason: `images are replicated to registry ${account} in ${region}, which is neither in the organization nor trusted`,
      fix: `remove the destination, or add ${account} to trusted.accountIds`,
    },
  ]);
}
