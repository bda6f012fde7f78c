/** The network of a compute resource, in one shape whatever it came from: a template, a plan or a record. */
import { parseArn } from '../../core/arn';
import type { ResourceInput } from '../../core/guardrail';
import { asList, asText, hasHole, hole, holesOf, isHole, isList, isObject, property, splitOutsideHoles, type Value } from '../../core/value';
import type { Call } from '../../core/verdict';

export type Compute = 'function' | 'capacity-provider' | 'network-connector' | 'web-function';

/** Whose network it is: a function may run in the network of its capacity provider. */
export interface Holder {
  readonly kind: Compute;
  readonly name: string;
}

/** What cannot be said, as a clause: `the subnet ids of function f (${Subnets}) are only known at deployment`. */
interface Gap {
  readonly kind: 'unknown';
  readonly why: string;
}

/** Ids of which some may be holes, but that are there; or a list that may as well be empty. */
export type Ids = { readonly kind: 'list'; readonly ids: readonly string[] } | Gap;

export type Network =
  /** Known to be outside any VPC. */
  | { readonly kind: 'none'; readonly holder: Holder }
  /** `vpcIds`: the VPC as the record, the Terraform plan or the template's own subnets and groups tell it; may hold holes, empty when nothing tells. */
  | { readonly kind: 'vpc'; readonly holder: Holder; readonly subnetIds: Ids; readonly securityGroupIds: Ids; readonly vpcIds: readonly string[] }
  /** In a VPC, since its holder cannot exist without one; which one, only a look at the holder tells. */
  | { readonly kind: 'reference'; readonly holder: Holder; readonly arn: string }
  | Gap;

/** Templates write AWS's names exactly; the casing of some records is not documented. */
export type Reader = (object: Value | undefined, name: string) => Value | undefined;
type Sibling = NonNullable<ResourceInput['sibling']>;

const LABELS = {
  function: 'function',
  'capacity-provider': 'capacity provider',
  'network-connector': 'network connector',
  'web-function': 'web function revision',
} as const satisfies { readonly [kind in Compute]: string };

export const labelOf = (holder: Holder): string => `${LABELS[holder.kind]} ${holder.name}`;
export const gap = (why: string): Gap => ({ kind: 'unknown', why });
export const noNetwork = (holder: Holder): Network => ({ kind: 'none', holder });

/** `function:orders` is `orders`; what has no name yet goes by its logical id. */
export function nameOf(arn: string): string {
  const resource = parseArn(arn)?.resource ?? arn;
  const separator = resource.startsWith('web-function/') ? '/' : ':';
  const parts = splitOutsideHoles(resource, separator);
  const name = parts.length === 1 ? resource : parts.slice(1).join(separator);
  return isHole(name) && name.startsWith('$') ? logicalIdOf(name) : name.slice(0, 200);
}

/** A text that is there: not empty, not an object that nobody resolved. */
export function textOf(value: Value | undefined): string | undefined {
  const text = asText(value);
  return text === undefined || text === '' ? undefined : text;
}

export interface VpcSource {
  readonly holder: Holder;
  readonly read: Reader;
  /** What a list that is not there means: none (a template, a creation, AWS's answer), or unchanged (an update). */
  readonly missing: 'empty' | 'unknown';
  /** Why a value is not there to see. */
  readonly unseen: 'only known at deployment' | 'not in the record';
  readonly sibling?: Sibling;
}

/** `{ SubnetIds, SecurityGroupIds }`, and `VpcId` where AWS or Terraform tells it: empty where there is none. Null or absent: no VPC. */
export function readVpc(config: Value | undefined, source: VpcSource): Network {
  const { holder, read } = source;
  if (config === undefined || config === null) return noNetwork(holder);
  if (!isObject(config)) return gap(`the VPC configuration of ${labelOf(holder)}${quoted(config)} is ${source.unseen}`);
  const subnetIds = idsOf(read(config, 'SubnetIds'), 'subnet', source);
  const securityGroupIds = idsOf(read(config, 'SecurityGroupIds'), 'security group', source);
  const vpcId = textOf(read(config, 'VpcId'));
  // What is masked, or not known, tells no VPC.
  const vpcIds = vpcId?.startsWith('vpc-') ? [vpcId] : vpcsOf([subnetIds, securityGroupIds], source.sibling);
  return { kind: 'vpc', holder, subnetIds, securityGroupIds, vpcIds };
}

const quoted = (value: Value): string => (typeof value === 'string' ? ` (${value.slice(0, 200)})` : '');

/** A hole for the whole list may stand for an empty one; a hole as an item is an id that we do not know yet. */
function idsOf(value: Value | undefined, noun: string, { holder, missing, unseen }: VpcSource): Ids {
  if (value === undefined || value === null) {
    if (missing === 'empty') return { kind: 'list', ids: [] };
    return gap(`the ${noun} ids of ${labelOf(holder)} are ${unseen}`);
  }
  if (typeof value === 'string' && !isHole(value)) return { kind: 'list', ids: value === '' ? [] : [value] };
  const ids: string[] = [];
  const isWhole = isList(value) && collectIds(value, ids);
  if (isWhole) return { kind: 'list', ids };
  if (isList(value) && ids.length > 0) return { kind: 'list', ids: [...ids, hole(`${noun} id`)] };
  return gap(`the ${noun} ids of ${labelOf(holder)}${quoted(value)} are ${unseen}`);
}

/** Also those of a list inside the list, which an intrinsic function gave. False: it holds something that is no id. */
function collectIds(items: readonly Value[], ids: string[]): boolean {
  let isWhole = true;
  for (const item of items) {
    for (const id of asList(item)) {
      if (typeof id !== 'string') isWhole &&= id === null;
      else if (id !== '') ids.push(id);
    }
  }
  return isWhole;
}

/**
 * A template never names the VPC of a function, but its own subnets and security groups do. They all lie in one VPC:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
function vpcsOf(lists: readonly Ids[], sibling: Sibling | undefined): readonly string[] {
  if (!sibling) return [];
  const vpcs = new Set<string>();
  for (const list of lists) {
    if (list.kind !== 'list') continue;
    for (const id of list.ids) {
      const vpc = isHole(id) ? vpcOf(sibling(logicalIdOf(id))) : undefined;
      if (vpc !== undefined) vpcs.add(vpc);
    }
  }
  return [...vpcs];
}

const vpcOf = (found: ReturnType<Sibling>): string | undefined =>
  found?.type === 'AWS::EC2::Subnet' || found?.type === 'AWS::EC2::SecurityGroup' ? textOf(property(found.properties, 'VpcId')) : undefined;

/** The resource or parameter that a hole is named after: `${Pool.Arn}` is `Pool`. */
const logicalIdOf = (text: string): string => text.slice(2, -1).split('.')[0] ?? '';

/** The resource of the same template that an ARN (`${Pool.Arn}`, `arn:…:capacity-provider:${Pool}`) is the ARN of. */
export function siblingOf(arn: string, types: readonly string[], sibling: Sibling | undefined) {
  if (!sibling) return undefined;
  const parts: ReadonlySet<string> = new Set(splitOutsideHoles(arn, ':').filter(isHole));
  for (const part of holesOf(arn).filter((text) => parts.has(text) && !text.startsWith('${AWS::'))) {
    const logicalId = logicalIdOf(part);
    const found = sibling(logicalId);
    if (found && types.includes(found.type)) return { logicalId, ...found };
  }
  return undefined;
}

/** `kind` is the ARN's resource type: `arn:…:capacity-provider:name`, `arn:…:network-connector:nc-1:2`. */
export function reference(arn: Value | undefined, kind: 'capacity-provider' | 'network-connector', { holder: of, unseen }: VpcSource): Network {
  const noun = LABELS[kind];
  if (typeof arn !== 'string') return gap(`the ${noun} of ${labelOf(of)} is ${unseen}`);
  const parsed = parseArn(arn);
  const possible =
    isHole(arn) || (parsed ? parsed.service === 'lambda' && (parsed.resource.startsWith(`${kind}:`) || isHole(parsed.resource)) : hasHole(arn));
  if (!possible) return gap(`${arn.slice(0, 200)} is not the ARN of a ${noun}, so the network of ${labelOf(of)} is not known`);
  return { kind: 'reference', holder: { kind, name: nameOf(arn) }, arn };
}

/** The read that shows the network of a provider or a connector. */
export const lookAt = (holder: Holder, arn: string): Call =>
  holder.kind === 'capacity-provider'
    ? { action: 'lambda:GetCapacityProvider', input: { CapacityProviderName: arn } }
    : { action: 'lambda:GetNetworkConnector', input: { Identifier: arn } };
