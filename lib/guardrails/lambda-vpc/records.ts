/**
 * How a CloudTrail record shows it. Lambda's answer is the stored truth; where it is not in the record, the request tells
 * what it can, and a read the rest. https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html
 */
import { arnAt } from '../../core/arn';
import { type CloudTrailRecord, isCallOf, isOwnersCopy } from '../../core/cloudtrail';
import type { Place } from '../../core/guardrail';
import { parseFunctionName } from '../../core/lambda';
import { hole, isObject, propertyIgnoringCase, type Value } from '../../core/value';
import type { Call } from '../../core/verdict';
import { connectorConfig, connectorNetwork, factAbout, functionNetworks, type NetworkFact, webFunctionArn } from './facts';
import { gap, type Holder, labelOf, type Network, nameOf, type Reader, readVpc, reference, textOf, type VpcSource } from './network';

/** The request and the answer of one call; undefined where the record does not hold it. */
interface CallSeen {
  readonly request?: Value;
  readonly response?: Value;
  readonly place: Place;
  readonly operation: string;
}

const creates = ({ operation }: CallSeen): boolean => operation.startsWith('Create');

type CallReader = (call: CallSeen) => readonly NetworkFact[];

const READERS: readonly (readonly [operation: string, read: CallReader])[] = [
  ['CreateFunction', fromFunctionCall],
  ['UpdateFunctionConfiguration', fromFunctionCall],
  ['CreateCapacityProvider', fromCapacityProviderCall],
  ['UpdateCapacityProvider', fromCapacityProviderCall],
  ['CreateNetworkConnector', fromConnectorCall],
  ['UpdateNetworkConnector', fromConnectorCall],
  ['CreateWebFunction', fromWebFunctionCall],
  ['CreateWebFunctionRevision', fromWebFunctionCall],
];

/** What was deleted, read from the call in the same way. */
const DELETIONS: typeof READERS = [
  ['DeleteFunction', fromFunctionCall],
  ['DeleteCapacityProvider', fromCapacityProviderCall],
  ['DeleteNetworkConnector', fromConnectorCall],
  ['DeleteWebFunction', fromWebFunctionDeletion],
  ['DeleteWebFunctionRevision', fromWebFunctionDeletion],
];

export function fromRecord(record: CloudTrailRecord): readonly NetworkFact[] {
  const facts = factsOf(record, READERS);
  return isReplication(record) ? facts.map(spareReplica) : facts;
}

/** What a deletion, or another network, may have mended. */
export const closes = (record: CloudTrailRecord): readonly NetworkFact[] => [
  ...factsOf(record, READERS),
  ...factsOf(record, DELETIONS).map((fact): NetworkFact => ({ ...fact, deleted: true })),
];

function factsOf(record: CloudTrailRecord, readers: typeof READERS): readonly NetworkFact[] {
  const found = readers.find(([operation]) => isCallOf(record.eventName, operation));
  if (!found) return [];
  const [operation, reader] = found;
  const seen = reader({ ...sectionsOf(record), place: record.place, operation });
  return seen.filter(({ owner }) => isOwnersCopy(record, owner));
}

/** The answer of a read, which has the fields of the call that made the thing; undefined where it does not tell. */
export function networksOfAnswer({ compute, resource, owner }: NetworkFact, response: Value): NetworkFact['networks'] | undefined {
  const [, partition = '', , region = ''] = resource.arn.split(':');
  const [operation, reader] = ANSWERS[compute];
  return reader({ response, place: { partition, region, account: owner }, operation })[0]?.networks;
}

/** An item of a list has the fields of the answer that one thing alone would have, or leaves the network to be read. */
export function fromListed(compute: NetworkFact['compute'], item: Value, place: Place): readonly NetworkFact[] {
  const [operation, reader] = ANSWERS[compute];
  return reader({ response: item, place, operation });
}

const ANSWERS: { readonly [compute in NetworkFact['compute']]: readonly [operation: string, read: CallReader] } = {
  function: ['UpdateFunctionConfiguration', fromFunctionCall],
  'capacity-provider': ['UpdateCapacityProvider', fromCapacityProviderCall],
  'network-connector': ['UpdateNetworkConnector', fromConnectorCall],
  'web-function': ['CreateWebFunctionRevision', fromWebFunctionCall],
};

export const spareReplica = (fact: NetworkFact): NetworkFact => ({
  ...fact,
  spared: `${nameOf(fact.resource.arn)} is a replica that Lambda@Edge made`,
});

const sectionsOf = ({ request, response, hasRequest, hasResponse }: CloudTrailRecord): Pick<CallSeen, 'request' | 'response'> => ({
  ...(hasRequest && { request }),
  ...(hasResponse && Object.keys(response).length > 0 && { response }),
});

/**
 * Lambda@Edge copies a function to other Regions under a service-linked role, whose path IAM reserves, and a replica cannot
 * be in a VPC. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-permissions.html
 */
function isReplication({ userIdentity, eventName }: CloudTrailRecord): boolean {
  const role = `:role/aws-service-role/${REPLICATOR}/AWSServiceRoleForLambdaReplicator`;
  return isCallOf(eventName, 'CreateFunction') && (userIdentity.invokedBy === REPLICATOR || userIdentity.issuerArn?.endsWith(role) === true);
}

const REPLICATOR = 'replicator.lambda.amazonaws.com';

/** Records spell the fields of Lambda's older APIs in camel case; the spelling of the newer ones is not documented. */
const read: Reader = (object, name) => (isObject(object) ? propertyIgnoringCase(object, name) : undefined);

const sourceOf = (holder: Holder, missing: VpcSource['missing'] = 'empty'): VpcSource => ({ holder, read, missing, unseen: 'not in the record' });
const absent = (value: Value | undefined): boolean => value === undefined || value === null;

function fromFunctionCall(call: CallSeen): readonly NetworkFact[] {
  const { request, response, place } = call;
  const name = textOf(read(response, 'functionArn')) ?? textOf(read(request, 'functionName')) ?? textOf(read(response, 'functionName'));
  const arn = parseFunctionName(name ?? hole('functionName'), place).functionArn;
  const fact = factAbout('function', arn, functionCallNetworks(call, { kind: 'function', name: nameOf(arn) }), place);
  return [name === undefined ? fact : withRead(fact, 'lambda:GetFunctionConfiguration', { FunctionName: arn })];
}

const withRead = (fact: NetworkFact, action: Call['action'], input: Call['input']): NetworkFact => ({ ...fact, read: { action, input } });

function functionCallNetworks(call: CallSeen, holder: Holder): NetworkFact['networks'] {
  const { request, response } = call;
  if (request === undefined && response === undefined) return [gap('the record holds neither the request nor the answer of the call')];
  const provider = read(response, 'capacityProviderConfig') ?? read(request, 'capacityProviderConfig');
  if (response !== undefined) {
    const vpc = read(response, 'vpcConfig');
    const isAttached = textOf(read(vpc, 'vpcId')) !== undefined;
    return functionNetworks({ vpc, provider }, sourceOf(holder, isAttached ? 'unknown' : 'empty'));
  }
  const vpc = read(request, 'vpcConfig');
  if (creates(call)) return functionNetworks({ vpc, provider }, sourceOf(holder));
  // An update keeps what it does not mention.
  if (absent(vpc) && absent(provider)) return [gap(`the update of function ${holder.name} does not mention its VPC, and the record holds no answer`)];
  return functionNetworks({ vpc, provider }, sourceOf(holder, 'unknown'));
}

/** An update cannot change the network: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateCapacityProvider.html */
function fromCapacityProviderCall(call: CallSeen): readonly NetworkFact[] {
  const { request, response, place } = call;
  const answer = read(response, 'capacityProvider') ?? response;
  const name = textOf(read(answer, 'capacityProviderArn')) ?? textOf(read(request, 'capacityProviderName'));
  const arn = arnFrom(name ?? hole('capacityProviderName'), 'capacity-provider', place);
  const config = read(answer, 'vpcConfig') ?? read(request, 'vpcConfig');
  const network = ownNetwork(call, config, arn, 'capacity-provider');
  const fact = factAbout('capacity-provider', arn, [network], place);
  return [name === undefined ? fact : withRead(fact, 'lambda:GetCapacityProvider', { CapacityProviderName: arn })];
}

/** A configuration replaces the whole one: https://docs.aws.amazon.com/lambda/latest/lambda-core/API_UpdateNetworkConnector.html */
function fromConnectorCall(call: CallSeen): readonly NetworkFact[] {
  const { request, response, place } = call;
  const name = textOf(read(response, 'arn')) ?? textOf(read(response, 'id')) ?? textOf(read(request, 'identifier')) ?? textOf(read(request, 'name'));
  const arn = arnFrom(name ?? hole('identifier'), 'network-connector', place);
  const config = connectorConfig(response, read) ?? connectorConfig(request, read);
  const network = ownNetwork(call, config, arn, 'network-connector');
  const fact = factAbout('network-connector', arn, [network], place);
  return [name === undefined ? fact : withRead(fact, 'lambda:GetNetworkConnector', { Identifier: arn })];
}

/** A name or an ARN, without its version. */
const arnFrom = (text: string, kind: string, place: Place): string =>
  text.startsWith('arn:') ? text.split(':').slice(0, 7).join(':') : arnAt(place, 'lambda', `${kind}:${text}`);

/** Providers and connectors cannot be without a VPC, so an update that does not show it leaves open only which one. */
function ownNetwork(call: CallSeen, config: Value | undefined, arn: string, kind: 'capacity-provider' | 'network-connector'): Network {
  const source = sourceOf({ kind, name: nameOf(arn) });
  if (!absent(config)) return readVpc(config, source);
  if (creates(call)) return gap(`the VPC configuration of ${labelOf(source.holder)} is not in the record`);
  return reference(arn, kind, source);
}

/**
 * `CreateWebFunction` makes a function and, if asked to, its first revision; `CreateWebFunctionRevision` a further one. No
 * call changes a revision. https://docs.aws.amazon.com/lambda/latest/lambda-web/API_CreateWebFunction.html
 */
function fromWebFunctionCall(call: CallSeen): readonly NetworkFact[] {
  const { request, response, place } = call;
  const name = textOf(read(response, 'functionArn')) ?? textOf(read(request, 'functionName')) ?? hole('functionName');
  const revision = textOf(read(response, 'revisionArn'));
  const arn = revision ?? webFunctionArn(name, place);
  const asked = call.operation === 'CreateWebFunction' ? read(request, 'revisionConfig') : request;
  const service = read(response, 'serviceConfig') ?? read(asked, 'serviceConfig');
  if (request !== undefined && absent(asked) && absent(service)) return [];
  const source = sourceOf({ kind: 'web-function', name: nameOf(arn) });
  const unseen = absent(service) ? request === undefined : !isObject(service);
  const network = unseen
    ? gap(`the service configuration of ${labelOf(source.holder)} is not in the record`)
    : connectorNetwork(read(service, 'egressNetworkConnectorArn'), source);
  const fact = factAbout('web-function', arn, [network], place);
  return [revision === undefined ? fact : withRead(fact, 'lambda:GetWebFunctionRevision', { functionName: name, revisionId: revision })];
}

/** A function goes with all its revisions, which the call does not name: `*` stands for them. */
function fromWebFunctionDeletion({ request, place, operation }: CallSeen): readonly NetworkFact[] {
  const name = textOf(read(request, 'functionName'));
  if (name === undefined) return [];
  const revisionId = textOf(read(request, 'revisionId'));
  const isWhole = operation === 'DeleteWebFunction';
  const arn = revisionId?.startsWith('arn:') ? revisionId : `${webFunctionArn(name, place)}/revision/${isWhole ? '*' : (revisionId ?? '')}`;
  const fact = factAbout('web-function', arn, [gap(`the call deletes ${arn}`)], place);
  return [isWhole || revisionId === undefined ? fact : withRead(fact, 'lambda:GetWebFunctionRevision', { functionName: name, revisionId })];
}
