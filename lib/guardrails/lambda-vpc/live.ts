/** The network of a function, a provider, a connector or a revision as it is now. */
import { parseArn } from '../../core/arn';
import type { LiveAnswer } from '../../core/live';
import { asText, hasHole, isObject, property, propertyIgnoringCase, type Value } from '../../core/value';
import type { Call } from '../../core/verdict';
import { type NetworkFact, TYPES } from './facts';
import { lookAt, type Network, nameOf } from './network';
import { networksOfAnswer, spareReplica } from './records';

type Networks = NetworkFact['networks'];

/**
 * The concurrency too, so that a quarantine can be taken back to what it was. Not of a replica (`us-east-1.edge`): the call takes no
 * dot. https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConcurrency.html
 */
export function reads({ compute, resource, read }: NetworkFact): readonly Call[] {
  if (!read) return [];
  const hasConcurrency = compute === 'function' && !nameOf(resource.arn).includes('.');
  return hasConcurrency ? [read, { action: 'lambda:GetFunctionConcurrency', input: { FunctionName: resource.arn } }] : [read];
}

export const more = (fact: NetworkFact, answers: readonly LiveAnswer[]): readonly Call[] => lookedAt(fact, answers)?.wanted ?? [];

export function facts(fact: NetworkFact, answers: readonly LiveAnswer[]): readonly NetworkFact[] {
  const { deleted, ...known } = fact;
  const [answer] = answers;
  if (!answer) return deleted ? [] : [fact];
  const looked = lookedAt(fact, answers);
  if (!looked) return [];
  const now = { ...known, networks: looked.networks, ...(reads(fact).length > 1 && reservedOf(answers[1])) };
  return [answer.kind === 'found' && isReplica(answer.output) ? spareReplica(now) : now];
}

/** What the answers tell, and what they leave to be looked at. */
interface Looked {
  readonly networks: Networks;
  readonly wanted: readonly Call[];
}

/** What one answer shows of a network refers to another thing, or leaves out its VPC. */
interface Step {
  readonly callFor: (network: Network) => Call | undefined;
  readonly with: (network: Network, output: Value, fact: NetworkFact) => Network;
}

/** Undefined: it is gone. */
function lookedAt(fact: NetworkFact, answers: readonly LiveAnswer[]): Looked | undefined {
  const [answer] = answers;
  if (answer?.kind !== 'found' || isGoing(answer.output)) return undefined;
  // A revision never changes: where its answer does not tell, the event does.
  const shown = networksOfAnswer(fact, answer.output) ?? fact.networks;
  let networks = fact.compute === 'web-function' && shown[0].kind === 'unknown' ? fact.networks : shown;
  let rest = answers.slice(reads(fact).length);
  for (const step of STEPS) {
    const wanted = networks.flatMap((network) => step.callFor(network) ?? []);
    if (rest.length < wanted.length) return { networks, wanted };
    networks = advanced(networks, step, { rest, fact });
    rest = rest.slice(wanted.length);
  }
  return { networks, wanted: [] };
}

function advanced(
  [first, ...others]: Networks,
  step: Step,
  { rest, fact }: { readonly rest: readonly LiveAnswer[]; readonly fact: NetworkFact },
): Networks {
  let used = 0;
  const after = (network: Network): Network => {
    if (!step.callFor(network)) return network;
    const answer = rest[used];
    used += 1;
    return answer?.kind === 'found' ? step.with(network, answer.output, fact) : network;
  };
  return [after(first), ...others.map(after)];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-networking.html */
const toProvider: Step = {
  callFor: (network) => (network.kind === 'reference' && !hasHole(network.arn) ? lookAt(network.holder, network.arn) : undefined),
  with: (network, output, { owner }) => {
    if (network.kind !== 'reference') return network;
    const { holder, arn } = network;
    const provider: NetworkFact = { resource: { type: TYPES[holder.kind], arn }, owner, compute: holder.kind, networks: [network] };
    return networksOfAnswer(provider, output)?.[0] ?? network;
  },
};

/** Subnets name their VPC: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Subnet.html */
const toVpc: Step = {
  callFor: (network) => {
    if (network.kind !== 'vpc' || network.vpcIds.length > 0 || network.subnetIds.kind !== 'list') return undefined;
    const { ids } = network.subnetIds;
    return ids.length > 0 && !ids.some(hasHole) ? { action: 'ec2:DescribeSubnets', input: { SubnetIds: ids } } : undefined;
  },
  with: (network, output) => {
    const subnets = property(output, 'Subnets');
    const vpcIds = Array.isArray(subnets) ? subnets.flatMap((subnet) => asText(property(subnet, 'VpcId')) ?? []) : [];
    return network.kind === 'vpc' ? { ...network, vpcIds: [...new Set(vpcIds)] } : network;
  },
};

const STEPS: readonly Step[] = [toProvider, toVpc];

const shownIn = (output: Value, name: string): Value | undefined => (isObject(output) ? propertyIgnoringCase(output, name) : undefined);

/** Deletion takes a while, and the thing answers until it is over. */
function isGoing(output: Value): boolean {
  const state = shownIn(output, 'State') ?? shownIn(shownIn(output, 'CapacityProvider') ?? null, 'State');
  return /^delet(ing|ed)$/i.test(asText(state) ?? '');
}

/** Lambda names the main function of a replica: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html */
export const isReplica = (configuration: Value): boolean => parseArn(asText(property(configuration, 'MasterArn')) ?? '')?.service === 'lambda';

function reservedOf(answer: LiveAnswer | undefined): Pick<NetworkFact, 'reserved'> {
  const reserved = answer?.kind === 'found' ? property(answer.output, 'ReservedConcurrentExecutions') : undefined;
  return typeof reserved === 'number' ? { reserved } : {};
}
