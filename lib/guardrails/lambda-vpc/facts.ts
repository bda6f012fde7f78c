/** What the guardrail looks at, and how a template, a hook request or a Terraform plan shows it. */
import { arnAt, isAccountId, parseArn } from '../../core/arn';
import type { Fact, Place, ResourceInput } from '../../core/guardrail';
import { PERIMETER_FUNCTIONS, parseFunctionName } from '../../core/lambda';
import { hole, isObject, property, splitOutsideHoles, type Value } from '../../core/value';
import type { Call } from '../../core/verdict';
import { type Compute, gap, type Holder, type Network, nameOf, noNetwork, readVpc, reference, siblingOf, textOf, type VpcSource } from './network';

export interface NetworkFact extends Fact {
  readonly compute: Compute;
  /** Every network that it runs in; all of them have to hold. */
  readonly networks: readonly [Network, ...Network[]];
  /** The read that shows its network as it is; absent for what does not exist yet. */
  readonly read?: Call;
  /** Why a built-in rule spares it. */
  readonly spared?: string;
  /** The reserved concurrency of a function that was read; absent where it has none of its own. */
  readonly reserved?: number;
  /** AWS says that it was deleted; what cannot be read any more is then gone. */
  readonly deleted?: true;
}

/** CloudFormation types, and the SAM types that become them. */
const COMPUTE: ReadonlyMap<string, Compute> = new Map([
  ['AWS::Lambda::Function', 'function'],
  ['AWS::Serverless::Function', 'function'],
  ['AWS::Lambda::CapacityProvider', 'capacity-provider'],
  ['AWS::Serverless::CapacityProvider', 'capacity-provider'],
  ['AWS::Lambda::NetworkConnector', 'network-connector'],
  ['AWS::Serverless::NetworkConnector', 'network-connector'],
  ['AWS::Lambda::WebFunctionRevision', 'web-function'],
  ['AWS::Serverless::WebFunction', 'web-function'],
]);

export const RESOURCE_TYPES: readonly string[] = [...COMPUTE.keys()];

export const TYPES = {
  function: 'AWS::Lambda::Function',
  'capacity-provider': 'AWS::Lambda::CapacityProvider',
  'network-connector': 'AWS::Lambda::NetworkConnector',
  'web-function': 'AWS::Lambda::WebFunctionRevision',
} as const satisfies { readonly [compute in Compute]: string };

const samAndCloudFormation = (compute: Compute): readonly string[] => RESOURCE_TYPES.filter((type) => COMPUTE.get(type) === compute);

export function factAbout(compute: Compute, arn: string, networks: NetworkFact['networks'], place: Place): NetworkFact {
  const account = parseArn(arn)?.account ?? '';
  const owner = isAccountId(account) ? account : place.account;
  const name = splitOutsideHoles(arn, ':')[6] ?? '';
  const spared =
    compute === 'function' && PERIMETER_FUNCTIONS.has(name) ? `${name} is a function of Perimeter itself, which reserves the name` : undefined;
  return { resource: { type: TYPES[compute], arn }, owner, compute, networks, ...(spared !== undefined && { spared }) };
}

export function fromResource(resource: ResourceInput): readonly NetworkFact[] {
  const compute = COMPUTE.get(resource.type);
  if (compute === undefined) return [];
  const arn = arnOf(compute, resource);
  const holder = { kind: compute, name: nameOf(arn) };
  return [factAbout(compute, arn, networksOf(resource, holder), resource.place)];
}

/** What AWS names after creation alone (connectors, revisions) keeps the hole of its logical id. */
function arnOf(compute: Compute, { logicalId, properties, place }: ResourceInput): string {
  const generated = hole(logicalId);
  switch (compute) {
    case 'function':
      return parseFunctionName(textOf(property(properties, 'FunctionName')) ?? generated, place).functionArn;
    case 'capacity-provider':
      return arnAt(place, 'lambda', `capacity-provider:${textOf(property(properties, 'CapacityProviderName')) ?? generated}`);
    case 'network-connector':
      return arnAt(place, 'lambda', `network-connector:${generated}`);
    case 'web-function':
      return `${webFunctionArn(textOf(property(properties, 'FunctionName')) ?? generated, place)}/revision/${generated}`;
  }
}

function networksOf(resource: ResourceInput, holder: Holder): NetworkFact['networks'] {
  const { properties } = resource;
  switch (holder.kind) {
    case 'function':
      return functionNetworks(
        { vpc: property(properties, 'VpcConfig'), provider: property(properties, 'CapacityProviderConfig') },
        sourceOf(resource, holder),
      );
    case 'capacity-provider':
      return [readVpc(property(properties, 'VpcConfig'), sourceOf(resource, holder))];
    case 'network-connector':
      return [readVpc(connectorConfig(properties, property), sourceOf(resource, holder))];
    case 'web-function':
      return [webFunctionNetwork(properties, sourceOf(resource, holder))];
  }
}

const sourceOf = ({ sibling }: ResourceInput, holder: Holder): VpcSource => ({
  holder,
  read: property,
  missing: 'empty',
  unseen: 'only known at deployment',
  ...(sibling && { sibling }),
});

/**
 * A function on a capacity provider runs in the provider's network. Whether it may have a VPC of its own beside that is not
 * documented, so one that is given is judged too.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-networking.html
 */
export function functionNetworks(config: { readonly vpc?: Value; readonly provider?: Value }, source: VpcSource): NetworkFact['networks'] {
  const own = readVpc(config.vpc, source);
  const provided = providerNetwork(config.provider, source);
  if (!provided) return [own];
  const idle = own.kind === 'none' || (own.kind === 'vpc' && isEmpty(own.subnetIds) && isEmpty(own.securityGroupIds));
  return idle ? [provided] : [provided, own];
}

export const isEmpty = (ids: { readonly kind: string; readonly ids?: readonly string[] }): boolean => ids.kind === 'list' && ids.ids?.length === 0;

/** https://docs.aws.amazon.com/lambda/latest/api/API_LambdaManagedInstancesCapacityProviderConfig.html; SAM says `Arn`. */
function providerNetwork(config: Value | undefined, source: VpcSource): Network | undefined {
  const { holder, read, sibling, unseen } = source;
  if (config === undefined || config === null) return undefined;
  const managed = read(config, 'LambdaManagedInstancesCapacityProviderConfig') ?? config;
  if (!isObject(managed)) return gap(`whether function ${holder.name} runs on a capacity provider is ${unseen}`);
  const arn = read(managed, 'CapacityProviderArn') ?? read(managed, 'Arn');
  if (arn === undefined || arn === null || arn === '') return undefined;
  const found = typeof arn === 'string' ? siblingOf(arn, samAndCloudFormation('capacity-provider'), sibling) : undefined;
  if (!found) return reference(arn, 'capacity-provider', source);
  const provider = { kind: 'capacity-provider', name: found.logicalId } as const;
  return readVpc(property(found.properties, 'VpcConfig'), { ...source, holder: provider });
}

/**
 * A revision without a connector reaches the internet directly.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-webfunctionrevision-serviceconfig.html
 */
function webFunctionNetwork(properties: { readonly [name: string]: Value }, source: VpcSource): Network {
  const service = property(properties, 'ServiceConfig');
  const sam = property(properties, 'EgressNetworkConnectorArn');
  if (service !== undefined && service !== null && !isObject(service)) {
    return gap(`the ServiceConfig of web function revision ${source.holder.name} is only known at deployment`);
  }
  return connectorNetwork(property(service, 'EgressNetworkConnectorArn') ?? sam, source);
}

export function connectorNetwork(arn: Value | undefined, source: VpcSource): Network {
  const { holder, sibling } = source;
  // AWS's own connector to the internet: https://docs.aws.amazon.com/lambda/latest/dg/microvms-networking.html
  if (arn === undefined || arn === null || arn === '' || (typeof arn === 'string' && arn.endsWith(':INTERNET_EGRESS'))) return noNetwork(holder);
  const found = typeof arn === 'string' ? siblingOf(arn, samAndCloudFormation('network-connector'), sibling) : undefined;
  if (!found) return reference(arn, 'network-connector', source);
  const connector = { kind: 'network-connector', name: found.logicalId } as const;
  return readVpc(connectorConfig(found.properties, property), { ...source, holder: connector });
}

/** https://docs.aws.amazon.com/lambda/latest/lambda-core/API_NetworkConnectorVpcEgressConfiguration.html; SAM says `VpcConfig`. */
export function connectorConfig(properties: Value | undefined, read: VpcSource['read']): Value | undefined {
  const configuration = read(properties, 'Configuration') ?? read(properties, 'VpcConfig');
  return isObject(configuration) ? (read(configuration, 'VpcEgressConfiguration') ?? samConfig(configuration)) : configuration;
}

const samConfig = (config: Value): Value | undefined => (property(config, 'SubnetIds') === undefined ? undefined : config);

/** A name or an ARN: https://docs.aws.amazon.com/lambda/latest/lambda-web/API_CreateWebFunctionRevision.html */
export const webFunctionArn = (text: string, place: Place): string =>
  text.startsWith('arn:') ? text : arnAt(place, 'lambda', `web-function/${text}`);
