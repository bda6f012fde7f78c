/** The calls that a case stands for: those that CloudTrail recorded, or those that CloudFormation would make. */
import type { Case } from '../../lib/core/case';
import { type CloudTrailRecord, decodeRecord, isRecordProblem, ownerOf } from '../../lib/core/cloudtrail';
import { readDocument } from '../../lib/core/document';
import type { AnyGuardrail, ResourceInput } from '../../lib/core/guardrail';
import { parseFunctionName, parseLayerName } from '../../lib/core/lambda';
import { openTemplate } from '../../lib/core/template';
import { asList, asText, isList, isObject, isUnknown, property, propertyIgnoringCase, type Unknown, unknown, type Value } from '../../lib/core/value';
import type { Holder, Network } from '../../lib/guardrails/lambda-vpc/network';
import { PLACE, recordOf } from '../support/cases';
import { alone } from '../support/planned';
import { type Call, type Caller, WORKER } from './call';

type Object_ = { readonly [name: string]: Value };

export function callsOf(guardrail: AnyGuardrail, item: Case): readonly Call[] {
  if (item.record) return callsOfRecord(item.record);
  return inputsOf(guardrail, item).flatMap((input) => callsOfResource(guardrail, input));
}

function inputsOf(guardrail: AnyGuardrail, { resource, template, terraform }: Case): readonly ResourceInput[] {
  if (resource) return variantsOf(guardrail, { Resources: { Resource: { Type: resource.type, Properties: resource.properties } } });
  if (template !== undefined) {
    const document = readDocument(template);
    if (document.kind !== 'cloudformation') throw new Error('the template of a case cannot be read');
    return variantsOf(guardrail, document.root);
  }
  if (!terraform) throw new Error('a case without an input');
  const mapping = guardrail.terraform[terraform.type];
  if (!mapping) throw new Error(`${terraform.type} has no mapping`);
  const holes = openAttributes(terraform.attributes, terraform.unknown ?? {});
  return [{ ...mapping(isObject(holes) ? holes : {}, alone), logicalId: 'this', place: PLACE }];
}

/** What is not known stands as a hole. */
function openAttributes(known: Value | undefined, open: Value | undefined): Value {
  if (open === true) return '${attribute}';
  if (isList(open)) return open.map((item, index) => openAttributes(isList(known) ? known[index] : undefined, item));
  if (!isObject(open)) return known ?? null;
  const names = [...new Set([...Object.keys(isObject(known) ? known : {}), ...Object.keys(open)])];
  return Object.fromEntries(names.map((name) => [name, openAttributes(property(known, name), open[name])]));
}

function variantsOf(guardrail: AnyGuardrail, root: Object_): readonly ResourceInput[] {
  const types: ReadonlySet<string> = new Set(guardrail.resources);
  return openTemplate(root, { place: PLACE, parameters: {} })
    .resources(types)
    .flatMap(({ variants }) => {
      const shapes = variants();
      return typeof shapes === 'string' ? [] : shapes.map(({ input }) => input);
    });
}

const anyText = (value: Value | undefined): string | Unknown | undefined =>
  value === undefined || value === null ? undefined : (asText(value) ?? unknown('a value that is not resolved'));

function callsOfResource(guardrail: AnyGuardrail, input: ResourceInput): readonly Call[] {
  const { type, properties, place } = input;
  const get = (name: string) => anyText(propertyIgnoringCase(properties, name));
  const call = (action: string, resource: string, keys: Call['keys'] = {}): Call => ({ action, resource, keys, caller: WORKER });
  const named = (name: string) => asText(propertyIgnoringCase(properties, name)) ?? 'unnamed';
  switch (type) {
    case 'AWS::Lambda::Permission':
      return [
        call('lambda:AddPermission', parseFunctionName(named('FunctionName'), place).arn, {
          'lambda:Principal': get('Principal'),
          'lambda:FunctionUrlAuthType': get('FunctionUrlAuthType'),
        }),
      ];
    case 'AWS::Lambda::ResourcePolicy':
      return [
        call('lambda:PutResourcePolicy', parseFunctionName(asText(properties.ResourceArn ?? properties.FunctionResourceArn) ?? 'unnamed', place).arn),
      ];
    case 'AWS::Lambda::Url':
      return [
        call('lambda:CreateFunctionUrlConfig', parseFunctionName(named('TargetFunctionArn'), place).arn, {
          'lambda:FunctionUrlAuthType': get('AuthType'),
        }),
      ];
    case 'AWS::Lambda::LayerVersionPermission':
      return [call('lambda:AddLayerVersionPermission', parseLayerName(named('LayerVersionArn'), place).arn)];
    case 'AWS::SNS::Subscription':
      return [call('sns:Subscribe', named('TopicArn'), { 'sns:Protocol': get('Protocol') ?? '', 'sns:Endpoint': get('Endpoint') ?? '' })];
    case 'AWS::SNS::Topic': {
      const topic = `arn:aws:sns:${place.region}:${place.account}:${named('TopicName')}`;
      const subscriptions = asList(propertyIgnoringCase(properties, 'Subscription')).map((entry) =>
        call('sns:Subscribe', topic, {
          'sns:Protocol': anyText(property(entry, 'Protocol')) ?? unknown('protocol'),
          'sns:Endpoint': anyText(property(entry, 'Endpoint')) ?? unknown('endpoint'),
        }),
      );
      return [call('sns:CreateTopic', topic), ...subscriptions];
    }
    case 'AWS::SNS::TopicPolicy':
    case 'AWS::SNS::TopicInlinePolicy':
      return [call('sns:SetTopicAttributes', `arn:aws:sns:${place.region}:${place.account}:orders`)];
    case 'AWS::EC2::VPCEndpoint':
      return [call('ec2:CreateVpcEndpoint', `arn:aws:ec2:${place.region}:${place.account}:vpc-endpoint/*`)];
    case 'AWS::ECR::Repository':
      return [call('ecr:SetRepositoryPolicy', `arn:aws:ecr:${place.region}:${place.account}:repository/${named('RepositoryName')}`)];
    case 'AWS::ECR::RegistryPolicy':
      return [call('ecr:PutRegistryPolicy', '*')];
    case 'AWS::ECR::ReplicationConfiguration':
      return [call('ecr:PutReplicationConfiguration', '*')];
    case 'AWS::ECR::RepositoryCreationTemplate':
      return [call('ecr:CreateRepositoryCreationTemplate', '*')];
    default:
      return guardrail.fromResource(input).flatMap((fact) => networkCall(fact, input));
  }
}

/** Compute, by its facts: which network it will be in. */
function networkCall(fact: ReturnType<AnyGuardrail['fromResource']>[number], { properties, place }: ResourceInput): readonly Call[] {
  const { compute, networks, resource } = fact as unknown as { compute: Holder['kind']; networks: readonly Network[]; resource: { arn: string } };
  const actions: { readonly [kind in Holder['kind']]: string } = {
    function: 'lambda:CreateFunction',
    'capacity-provider': 'lambda:CreateCapacityProvider',
    'network-connector': 'lambda:CreateNetworkConnector',
    'web-function': 'lambda:CreateWebFunctionRevision',
  };
  const [network] = networks.filter((each) => !('holder' in each) || each.holder.kind === compute);
  // What a provider is, `CreateFunction` does not show.
  const isProvided = compute === 'function' && properties.VpcConfig === undefined && properties.CapacityProviderConfig !== undefined;
  const keys = network && !isProvided ? keysOfNetwork(network, compute) : {};
  return [{ action: actions[compute], resource: resource.arn.replaceAll('${AWS::AccountId}', place.account), keys, caller: WORKER }];
}

function keysOfNetwork(network: Network, compute: Holder['kind']): Call['keys'] {
  if (network.kind === 'none' || network.kind === 'reference') return {};
  if (network.kind === 'unknown')
    return { 'lambda:SubnetIds': unknown(network.why), 'lambda:SecurityGroupIds': unknown(network.why), 'lambda:VpcIds': unknown(network.why) };
  const ids = (list: typeof network.subnetIds) => (list.kind === 'list' ? list.ids : unknown(list.why));
  const [subnets, groups] = [ids(network.subnetIds), ids(network.securityGroupIds)];
  return networkKeys(subnets, groups, network.vpcIds[0], compute === 'function');
}

/** Which VPC each of the cases' subnets lies in. */
const VPC_OF: { readonly [id: string]: string } = {
  'subnet-0123456789abcdef0': 'vpc-0123456789abcdef0',
  'subnet-0fedcba9876543210': 'vpc-0fedcba9876543210',
};

type Ids = readonly string[] | Unknown;

/** A function without subnets or without groups is in no VPC; `lambda:VpcIds` is derived by Lambda. */
function networkKeys(subnets: Ids, groups: Ids, vpc: string | undefined, isFunction: boolean): Call['keys'] {
  const has = (ids: Ids) => isUnknown(ids) || ids.length > 0;
  const present = (ids: Ids) => (has(ids) ? ids : undefined);
  const lists = { 'lambda:SubnetIds': present(subnets), 'lambda:SecurityGroupIds': present(groups) };
  if (!isFunction || !has(subnets) || !has(groups)) return lists;
  const known = isUnknown(subnets) ? undefined : subnets.map((id) => VPC_OF[id]).find((id) => id !== undefined);
  return { ...lists, 'lambda:VpcIds': vpc ?? known ?? unknown('the VPC of the subnets') };
}

// ---- Records

function callsOfRecord(raw: Object_): readonly Call[] {
  const record = decodeRecord(recordOf(raw, '00000000-0000-4000-8000-000000000000'));
  if (isRecordProblem(record)) return [];
  const action = `${record.eventSource.replace('.amazonaws.com', '')}:${record.eventName.replace(/\d{8}(v\d)?$/, '')}`;
  return [{ action, resource: resourceOf(record, action), keys: { ...keysOf(record, action), ...originOf(record) }, caller: callerOf(record) }];
}

const isPrivate = (address: string): boolean => address.startsWith('10.');

/** Behind an endpoint the address is `aws:VpcSourceIp`; a service in its place hides both. */
function originOf({ sourceIpAddress: address, vpcEndpointId, userIdentity }: CloudTrailRecord): Call['keys'] {
  const isAddress = address !== undefined && /^[0-9a-f.:]+$/.test(address);
  const endpoint = vpcEndpointId?.startsWith('vpce-') ? vpcEndpointId : vpcEndpointId === undefined ? undefined : unknown('the endpoint');
  const plain = address?.replace(/^::ffff:/, '');
  const behind = vpcEndpointId !== undefined || (plain !== undefined && isPrivate(plain));
  if (!isAddress) {
    const hidden = unknown('the record hides the address');
    return {
      'aws:SourceIp': hidden,
      'aws:VpcSourceIp': hidden,
      'aws:SourceVpce': endpoint ?? hidden,
      'aws:ViaAWSService': userIdentity.invokedBy ? 'true' : 'false',
    };
  }
  return { ...(behind ? { 'aws:VpcSourceIp': plain } : { 'aws:SourceIp': plain }), 'aws:SourceVpce': endpoint };
}

/** A record that does not say who called stands for anybody who is not spared: the case is about the call. */
function callerOf({ userIdentity: { type, arn, issuerArn, accountId, issuerAccountId }, place }: CloudTrailRecord): Caller {
  const account = type === 'AWSService' ? 'aws' : (accountId ?? issuerAccountId ?? place.account);
  const role = issuerArn?.includes(':role/') ? issuerArn : undefined;
  const [, roleName] = /:assumed-role\/([^/]+)\//.exec(arn ?? '') ?? [];
  if (role === undefined && roleName !== undefined) return { arn: '', account, roleName };
  return { arn: role ?? arn ?? `arn:aws:iam::${account}:role/ci-deploy`, account };
}

function resourceOf(record: CloudTrailRecord, action: string): string {
  const get = (name: string) => asText(propertyIgnoringCase(record.request, name));
  const { place } = record;
  if (action.startsWith('sns:'))
    return get('topicArn') ?? get('subscriptionArn') ?? `arn:aws:sns:${place.region}:${place.account}:${get('name') ?? 'orders'}`;
  if (action.startsWith('ecr:')) {
    const [listed] = record.resources;
    return listed?.arn ?? `arn:aws:ecr:${place.region}:${get('registryId') ?? place.account}:repository/${get('repositoryName') ?? 'app'}`;
  }
  if (action.includes('Layer')) return parseLayerName(get('layerName') ?? 'unnamed', place, get('versionNumber')).arn;
  if (action.startsWith('lambda:') && !action.includes('Capacity') && !action.includes('Connector')) {
    const target = parseFunctionName(get('resourceArn') ?? get('functionName') ?? 'unnamed', place);
    return ownerOf(record, target.functionArn) === '' ? target.functionArn : target.arn;
  }
  return `arn:aws:lambda:${place.region}:${place.account}:other:x`;
}

function keysOf(record: CloudTrailRecord, action: string): Call['keys'] {
  const get = (name: string) => anyText(propertyIgnoringCase(record.request, name));
  switch (action) {
    case 'sns:Subscribe':
      return { 'sns:Protocol': get('protocol') ?? unknown('protocol'), 'sns:Endpoint': shown(get('endpoint')) };
    case 'lambda:AddPermission':
      return {
        'lambda:Principal': get('principal') ?? unknown('the request'),
        'lambda:FunctionUrlAuthType': record.hasRequest ? get('functionUrlAuthType') : unknown('the request'),
      };
    case 'lambda:CreateFunctionUrlConfig':
    case 'lambda:UpdateFunctionUrlConfig':
      return { 'lambda:FunctionUrlAuthType': record.hasRequest ? get('authType') : unknown('the request') };
    case 'lambda:CreateFunction':
    case 'lambda:UpdateFunctionConfiguration':
      return networkOfRecord(record, action);
    case 'lambda:CreateCapacityProvider':
      return listsOf(propertyIgnoringCase(record.request, 'vpcConfig'), false);
    case 'lambda:CreateNetworkConnector': {
      const configuration = propertyIgnoringCase(record.request, 'configuration');
      return listsOf(isObject(configuration) ? propertyIgnoringCase(configuration, 'vpcEgressConfiguration') : undefined, false);
    }
    default:
      return {};
  }
}

const shown = (endpoint: string | Unknown | undefined): string | Unknown =>
  typeof endpoint !== 'string' || /HIDDEN|REDACTED|\*{3}/i.test(endpoint) || endpoint.trim() === '' ? unknown('what CloudTrail hides') : endpoint;

function listsOf(config: Value | undefined, isFunction: boolean, vpc?: string): Call['keys'] {
  const ids = (name: string) => asList(isObject(config) ? propertyIgnoringCase(config, name) : undefined).flatMap((id) => asText(id) ?? []);
  return networkKeys(ids('subnetIds'), ids('securityGroupIds'), vpc, isFunction);
}

/** What the function is after the call: Lambda's answer, else the request, else, for an update, nobody knows. */
function networkOfRecord(record: CloudTrailRecord, action: string): Call['keys'] {
  const hidden = unknown('the network before the call');
  const asked = propertyIgnoringCase(record.request, 'vpcConfig');
  const answered = propertyIgnoringCase(record.response, 'vpcConfig');
  if (record.hasResponse)
    return listsOf(answered, true, asText(isObject(answered) ? propertyIgnoringCase(answered, 'vpcId') : undefined) || undefined);
  if (asked === undefined && (action === 'lambda:UpdateFunctionConfiguration' || !record.hasRequest)) {
    return { 'lambda:VpcIds': hidden, 'lambda:SubnetIds': hidden, 'lambda:SecurityGroupIds': hidden };
  }
  if (action === 'lambda:CreateFunction' || !isObject(asked)) return listsOf(asked, true);
  const ids = (name: string): Ids => {
    const list = propertyIgnoringCase(asked, name);
    return list === undefined ? hidden : asList(list).flatMap((id) => asText(id) ?? []);
  };
  return networkKeys(ids('subnetIds'), ids('securityGroupIds'), undefined, true);
}
