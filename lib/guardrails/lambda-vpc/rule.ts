/** The decision. */
import type { World } from '../../core/guardrail';
import { assertNever, hasHole } from '../../core/value';
import { type Call, compliant, type Fault, type Outcome, spared, undetermined, violation } from '../../core/verdict';
import { isEmpty, type NetworkFact } from './facts';
import { type Holder, type Ids, labelOf, lookAt, type Network } from './network';
import type { options } from './options';

type Lists = World<typeof options>['settings'];

/** Faults decide; what is missing matters only where nothing is at fault. */
interface Findings {
  readonly faults: readonly Fault[];
  readonly gaps: readonly Missing[];
}

interface Missing {
  readonly reason: string;
  readonly read?: Call;
}

const NOTHING: Findings = { faults: [], gaps: [] };

export function evaluate(fact: NetworkFact, { settings }: World<typeof options>): Outcome {
  const outcome = judge(fact, settings);
  return fact.spared !== undefined && outcome.kind !== 'compliant' ? spared(fact.spared) : outcome;
}

function judge(fact: NetworkFact, lists: Lists): Outcome {
  const findings = merge(fact.networks.map((network) => judgeNetwork(network, fact, lists)));
  if (findings.faults.length === 0 && findings.gaps.length === 0) return compliant();
  const [fault, ...faults] = findings.faults;
  if (fault) return violation([fault, ...faults]);
  return undetermined([...new Set(findings.gaps.map(({ reason }) => reason))].join('; '), commonRead(findings.gaps));
}

function merge(all: readonly Findings[]): Findings {
  const telling = all.filter((findings) => findings !== NOTHING);
  if (telling.length === 0) return NOTHING;
  return { faults: telling.flatMap(({ faults }) => faults), gaps: telling.flatMap(({ gaps }) => gaps) };
}

/** The read that would fill every gap, if there is one. */
function commonRead(gaps: readonly Missing[]): Call | undefined {
  const reads = new Set(gaps.map(({ read }) => JSON.stringify(read ?? null)));
  return reads.size === 1 ? gaps[0]?.read : undefined;
}

function judgeNetwork(network: Network, fact: NetworkFact, lists: Lists): Findings {
  switch (network.kind) {
    case 'none':
      return { faults: [outside(network.holder)], gaps: [] };
    case 'vpc':
      return judgeVpc(network, fact, lists);
    case 'reference':
      return judgeReference(network, lists);
    case 'unknown':
      return { faults: [], gaps: [missing(network.why, fact.read)] };
    default:
      return assertNever(network);
  }
}

const missing = (reason: string, read: Call | undefined): Missing => ({ reason, ...(read && { read }) });

function outside(holder: Holder, why = 'it has no VPC configuration'): Fault {
  if (holder.kind === 'web-function') {
    return {
      code: 'direct-internet-egress',
      reason: `${labelOf(holder)} has no egress network connector, so it reaches the internet directly`,
      fix: 'name a network connector in ServiceConfig.EgressNetworkConnectorArn, or exempt the revision',
    };
  }
  return {
    code: 'no-vpc',
    reason: `${labelOf(holder)} is not in a VPC: ${why}`,
    fix: `give ${labelOf(holder)} subnets and security groups${holder.kind === 'function' ? ' in VpcConfig' : ''}, or exempt it`,
  };
}

/** Lambda puts the default security group on a provider or a connector that names none; a function needs one. */
function judgeVpc(network: Extract<Network, { kind: 'vpc' }>, { read }: NetworkFact, lists: Lists): Findings {
  const { holder, subnetIds, securityGroupIds, vpcIds } = network;
  const needsGroups = holder.kind === 'function';
  if (isEmpty(subnetIds)) return { faults: [outside(holder, 'its VPC configuration lists no subnet')], gaps: [] };
  if (needsGroups && isEmpty(securityGroupIds)) return { faults: [outside(holder, 'its VPC configuration lists no security group')], gaps: [] };
  const attached = vpcIds.some((id) => !hasHole(id));
  return merge([
    attached ? NOTHING : mustBeThere(subnetIds, read),
    attached || !needsGroups ? NOTHING : mustBeThere(securityGroupIds, read),
    judgeVpcId(network, read, lists.allowedVpcIds),
    judgeIds(subnetIds, lists.allowedSubnetIds, holder, SUBNETS, read),
    judgeIds(securityGroupIds, lists.allowedSecurityGroupIds, holder, SECURITY_GROUPS, read),
  ]);
}

const mustBeThere = (ids: Ids, read: Call | undefined): Findings =>
  ids.kind === 'unknown' ? { faults: [], gaps: [missing(ids.why, read)] } : NOTHING;

function judgeVpcId(network: Extract<Network, { kind: 'vpc' }>, read: Call | undefined, allowed: readonly string[] | undefined): Findings {
  if (allowed === undefined) return NOTHING;
  const { holder, subnetIds, vpcIds } = network;
  const known = vpcIds.filter((id) => !hasHole(id));
  const foreign = known.filter((id) => !allowed.includes(id));
  if (foreign.length > 0) return { faults: [unapproved(holder, VPC, foreign)], gaps: [] };
  // Subnets and security groups of one holder lie in one VPC, so one that is known is enough.
  if (known.length > 0) return NOTHING;
  const named = subnetIds.kind === 'list' ? subnetIds.ids.filter((id) => !hasHole(id)) : [];
  const describe: Call | undefined = named.length > 0 ? { action: 'ec2:DescribeSubnets', input: { SubnetIds: named } } : undefined;
  const from = subnetIds.kind === 'list' ? ` (${some(subnetIds.ids)})` : '';
  return { faults: [], gaps: [missing(`the VPC of ${labelOf(holder)} cannot be told from its subnets${from}`, read ?? describe)] };
}

interface IdRule {
  readonly noun: string;
  readonly code: string;
  /** The list that allows it. */
  readonly key: string;
}

const VPC: IdRule = { noun: 'VPC', code: 'unapproved-vpc', key: 'allowedVpcIds' };
const SUBNETS: IdRule = { noun: 'subnet', code: 'unapproved-subnet', key: 'allowedSubnetIds' };
const SECURITY_GROUPS: IdRule = { noun: 'security group', code: 'unapproved-security-group', key: 'allowedSecurityGroupIds' };

function judgeIds(ids: Ids, allowed: readonly string[] | undefined, holder: Holder, rule: IdRule, read: Call | undefined): Findings {
  if (allowed === undefined) return NOTHING;
  if (ids.kind === 'unknown') return mustBeThere(ids, read);
  const permitted = new Set(allowed);
  const foreign = ids.ids.filter((id) => !hasHole(id) && !permitted.has(id));
  if (foreign.length > 0) return { faults: [unapproved(holder, rule, foreign)], gaps: [] };
  const { noun, key } = rule;
  const holes = ids.ids.filter(hasHole);
  if (holes.length > 0)
    return { faults: [], gaps: [missing(`${noun} ${some(holes)} of ${labelOf(holder)} is not known yet, so ${key} cannot be checked`, read)] };
  if (ids.ids.length > 0) return NOTHING;
  return {
    faults: [],
    gaps: [missing(`${labelOf(holder)} names no ${noun}, so AWS uses the default one of its VPC, which is not known`, undefined)],
  };
}

const unapproved = (holder: Holder, { noun, code, key }: IdRule, ids: readonly string[]): Fault => ({
  code,
  reason: `${labelOf(holder)} uses ${noun} ${some(ids)}, which guardrails.lambda-vpc.${key} does not list`,
  fix: `use a ${noun} of guardrails.lambda-vpc.${key}, or add ${some(ids)} to it`,
});

const MENTIONED = 5;

function some(ids: readonly string[]): string {
  const shown = ids.slice(0, MENTIONED).map((id) => id.slice(0, 100));
  return shown.join(', ') + (ids.length > MENTIONED ? ` and ${ids.length - MENTIONED} more` : '');
}

/** Without lists any VPC will do, and the holder cannot be without one; with lists somebody has to look. */
function judgeReference({ holder, arn }: Extract<Network, { kind: 'reference' }>, lists: Lists): Findings {
  if (!lists.allowedVpcIds && !lists.allowedSubnetIds && !lists.allowedSecurityGroupIds) return NOTHING;
  const reason = `the network of ${labelOf(holder)} is not known here, so the allowed networks cannot be checked`;
  return { faults: [], gaps: [missing(reason, hasHole(arn) ? undefined : lookAt(holder, arn))] };
}
