/**
 * The rule of a pull: the caller's account, its identity, and where it came from.
 * Of a pull across accounts the owner's copy judges the account and the network, and the identity where it is visible;
 * the caller's copy judges the identity alone. So neither is lost, and no fault is told twice.
 */
import type { World } from '../../core/guardrail';
import { unlisted } from '../../core/iam/grant';
import { contains, isPrivate, parseAddress, parseNetworks } from '../../core/network';
import { accountMembership, type Membership } from '../../core/trust';
import { compliant, type Fault, type Outcome, spared, undetermined, violation } from '../../core/verdict';
import { isServiceLinked, mayBeServiceLinked, principalKey, sparedService } from './caller';
import type { Caller, Origin, PullFact } from './facts';
import type { options } from './options';
import { matchRoles } from './roles';

type EcrWorld = World<typeof options>;

/** A fault, what is not known (in words), or nothing against it. */
type Finding = { readonly fault: Fault } | { readonly unknown: string } | undefined;

export function evaluatePull(fact: PullFact, world: EcrWorld): Outcome {
  const { caller } = fact;
  if (caller.kind === 'service') return evaluateService(caller.host);
  const outcome = fact.copy === 'caller' ? evaluateCallersCopy(fact, world) : evaluateOwnersCopy(fact, world);
  const isInnocent = mayBeServiceLinked(caller) && membershipOf(caller, world, fact.owner) !== 'foreign';
  if (outcome.kind !== 'violation' || !isInnocent) return outcome;
  return undetermined(`${outcome.reason}; whether the role is service-linked, and spared, cannot be told: the record does not give its path`);
}

function evaluateService(host: string): Outcome {
  const purpose = sparedService(host);
  if (purpose !== undefined) return spared(`a service of AWS pulls on behalf of the account: ${purpose}`);
  return undetermined(`${host} is not among the services that are known to pull on behalf of an account`);
}

function evaluateOwnersCopy({ caller, owner, origin }: PullFact, { trust, settings }: EcrWorld): Outcome {
  const membership = membershipOf(caller, { trust, settings }, owner);
  if (isServiceLinked(caller)) return spareUnless(judgeAccount(caller, membership));
  const isPartner = membership !== 'own' && 'account' in caller && trust.trustedAccountIds.has(caller.account);
  const isHidden = caller.kind === 'account' && membership !== 'own';
  const isJudgedElsewhere = isPartner || isHidden || membership === 'foreign';
  return outcomeOf([
    judgeAccount(caller, membership),
    isJudgedElsewhere ? undefined : judgeIdentity(caller, membership, settings.allowedRoles),
    judgeOrigin(origin, settings),
  ]);
}

/** An image of a registry outside the organization (a base image, an add-on) is not ours to guard. */
function evaluateCallersCopy({ caller, owner }: PullFact, { trust, settings }: EcrWorld): Outcome {
  if (isServiceLinked(caller)) return SERVICE_LINKED;
  const outcome = outcomeOf([judgeIdentity(caller, membershipOf(caller, { trust, settings }, owner), settings.allowedRoles)]);
  if (outcome.kind !== 'violation') return outcome;
  const ofOwner = accountMembership(trust, owner, '');
  if (ofOwner === 'organization') return outcome;
  if (ofOwner === 'unlisted' || ofOwner === 'unknown') return undetermined(`${outcome.reason}; ${unlisted(owner, ofOwner)}`);
  return spared(`the repository belongs to ${owner}, which is not of the organization: it is not ours to guard`);
}

const spareUnless = (finding: Finding): Outcome => (finding ? outcomeOf([finding]) : SERVICE_LINKED);

const SERVICE_LINKED = spared('a service-linked role pulls on behalf of the account');

const membershipOf = (caller: Caller, { trust }: EcrWorld, owner: string): Membership =>
  'account' in caller ? accountMembership(trust, caller.account, owner) : 'unknown';

function outcomeOf(findings: readonly Finding[]): Outcome {
  const [first, ...others] = findings.flatMap((finding) => (finding && 'fault' in finding ? [finding.fault] : []));
  if (first) return violation([first, ...others]);
  const unknowns = findings.flatMap((finding) => (finding && 'unknown' in finding ? [finding.unknown] : []));
  return unknowns.length > 0 ? undetermined(unknowns.join('; ')) : compliant();
}

function judgeAccount(caller: Caller, membership: Membership): Finding {
  if (!('account' in caller)) return { unknown: `the record does not say whose account pulled (${principalKey(caller)})` };
  const { account } = caller;
  if (membership === 'unlisted' || membership === 'unknown') return { unknown: unlisted(account, membership) };
  if (membership !== 'foreign') return undefined;
  const who = caller.kind === 'account' ? account : `${principalKey(caller)}, of account ${account}`;
  return {
    fault: {
      code: 'untrusted-account',
      reason: `${who}, which is neither in the organization nor trusted, pulled`,
      fix: `take the grant out of the repository's policy, or add ${account} to trusted.accountIds`,
    },
  };
}

function judgeIdentity(caller: Caller, membership: Membership, allowedRoles: readonly string[] | undefined): Finding {
  if (!allowedRoles || caller.kind === 'nobody') return undefined;
  const who = principalKey(caller);
  const match = matchRoles(allowedRoles, caller, membership);
  if (match === 'yes') return undefined;
  if (match === 'maybe') return { unknown: `whether allowedRoles names ${who} cannot be told from the record` };
  const fix = `pull with an allowed role, or add ${who} to allowedRoles`;
  return { fault: { code: 'untrusted-identity', reason: `${who} pulled, which allowedRoles leaves out`, fix } };
}

/** The address or the endpoint has to be allowed, whichever lists are given; one of them suffices. */
function judgeOrigin(origin: Origin, { allowedNetworks, allowedVpcEndpoints }: EcrWorld['settings']): Finding {
  if (!allowedNetworks && !allowedVpcEndpoints) return undefined;
  const address = allowedNetworks ? placeOfAddress(origin, allowedNetworks) : 'outside';
  const endpoint = allowedVpcEndpoints ? placeOfEndpoint(origin, allowedVpcEndpoints) : 'outside';
  if (address === 'inside' || endpoint === 'inside') return undefined;
  if (address === 'outside' && endpoint === 'outside') return { fault: untrustedNetwork(origin, allowedNetworks, allowedVpcEndpoints) };
  return { unknown: `where the pull came from is not known: the record says ${origin.source ?? 'no address'}${throughOf(origin)}` };
}

type Where = 'inside' | 'outside' | 'unknown';

/** A service's name or `AWS Internal` stands for an address that AWS does not tell. */
function placeOfAddress({ source }: Origin, allowed: readonly string[]): Where {
  if (source === undefined || !parseAddress(source)) return 'unknown';
  return contains(parseNetworks(allowed), source) ? 'inside' : 'outside';
}

/** An address without an endpoint came over the internet; without either nobody can say. */
function placeOfEndpoint({ source, vpcEndpointId }: Origin, allowed: readonly string[]): Where {
  if (vpcEndpointId === undefined) return source !== undefined && parseAddress(source) ? 'outside' : 'unknown';
  if (allowed.includes(vpcEndpointId)) return 'inside';
  return vpcEndpointId.startsWith('vpce-') ? 'outside' : 'unknown';
}

const throughOf = ({ vpcEndpointId }: Origin): string => (vpcEndpointId === undefined ? '' : ` through ${vpcEndpointId}`);

function untrustedNetwork(origin: Origin, networks: readonly string[] | undefined, endpoints: readonly string[] | undefined): Fault {
  const { source, vpcEndpointId: endpoint } = origin;
  const lists = [...(networks ? ['allowedNetworks'] : []), ...(endpoints ? ['allowedVpcEndpoints'] : [])].join(' and ');
  const network = source !== undefined && isPrivate(source) ? 'its private network' : 'its network';
  const addition =
    endpoint === undefined ? `add ${network} to allowedNetworks` : `add ${endpoint} to allowedVpcEndpoints or ${network} to allowedNetworks`;
  return {
    code: 'untrusted-network',
    reason: `the pull came from ${source ?? 'an unknown address'}${endpoint === undefined ? ' through no VPC endpoint' : throughOf(origin)}, which ${lists} leave${networks && endpoints ? '' : 's'} out`,
    fix: `pull from an allowed network or endpoint, or ${addition}`,
  };
}
