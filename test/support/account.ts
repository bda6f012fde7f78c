/** An account that holds what a case's resource makes, as AWS would tell of it; undefined for what no account can hold, or no list shows. */
import { parseArn } from '../../lib/core/arn';
import type { Case } from '../../lib/core/case';
import { parseFunctionName } from '../../lib/core/lambda';
import { asText, isObject, type Value } from '../../lib/core/value';
import type { Call } from '../../lib/core/verdict';
import { PLACE } from './cases';

type Properties = NonNullable<Case['resource']>['properties'];

/** By the call, and the qualifier that it names; there is one of everything, and what is not told does not exist. */
type Account = { readonly [call: string]: { readonly [name: string]: Value } };

export const answerOf = (account: Account, { action, input }: Call): Account[string] | undefined => account[keyOf(action, asText(input.Qualifier))];

const keyOf = (action: string, qualifier: string | undefined): string => (qualifier === undefined ? action : `${action} ${qualifier}`);

export function accountOf({ type, properties }: NonNullable<Case['resource']>): Account | undefined {
  return Object.hasOwn(MAKERS, type) ? MAKERS[type]?.(properties) : undefined;
}

const arnOf = (service: string, resource: string): string => `arn:${PLACE.partition}:${service}:${PLACE.region}:${PLACE.account}:${resource}`;
const document = (policy: Value | undefined): string | undefined =>
  policy === undefined || policy === null ? undefined : typeof policy === 'string' ? policy : JSON.stringify(policy);

/** Undefined where the function is another account's, or has no name yet. */
function functionNamed(
  name: Value | undefined,
  qualifier?: Value,
): { readonly arn: string; readonly base: string; readonly qualifier?: string } | undefined {
  const text = asText(name);
  if (text === undefined) return undefined;
  const { functionArn, arn, qualifier: own } = parseFunctionName(text, PLACE, asText(qualifier));
  const { account, region, partition, resource = '' } = parseArn(functionArn) ?? {};
  if (account !== PLACE.account || region !== PLACE.region || partition !== PLACE.partition || !resource.startsWith('function:')) return undefined;
  return { arn, base: functionArn, ...(own !== undefined && { qualifier: own }) };
}

/** Its policy is the one that is asked for by the qualifier, or without one. */
function functionWith(name: Value | undefined, more: Account): Account | undefined {
  const named = functionNamed(name);
  if (!named) return undefined;
  return {
    'lambda:ListFunctions': { Functions: [{ FunctionArn: named.base }] },
    ...(named.qualifier !== undefined && { 'lambda:ListAliases': { Aliases: [{ Name: named.qualifier }] } }),
    ...Object.fromEntries(
      Object.entries(more).map(([action, output]) => [action.includes(':Get') ? keyOf(action, named.qualifier) : action, output]),
    ),
  };
}

const topicWith = (TopicArn: Value | undefined, more: Account): Account | undefined =>
  parseArn(asText(TopicArn) ?? '')?.account === PLACE.account
    ? { 'sns:ListTopics': { Topics: [{ TopicArn: TopicArn ?? null }] }, ...more }
    : undefined;

/** SNS takes no subscription without these. */
function subscription({ TopicArn, Protocol, Endpoint, RedrivePolicy }: Properties): Account | undefined {
  if (asText(Protocol) === undefined || asText(Endpoint) === undefined) return undefined;
  if (typeof RedrivePolicy === 'string' && !RedrivePolicy.trim().startsWith('{')) return undefined;
  const listed = {
    SubscriptionArn: `${asText(TopicArn)}:6b0e71bd-7e97-4d97-80ce-4a0994e55286`,
    Owner: PLACE.account,
    Protocol: Protocol ?? null,
    Endpoint: Endpoint ?? null,
  };
  const redrive = document(RedrivePolicy);
  return topicWith(TopicArn, {
    'sns:ListSubscriptionsByTopic': { Subscriptions: [listed] },
    'sns:GetSubscriptionAttributes': {
      Attributes: { ...listed, PendingConfirmation: 'false', ...(redrive !== undefined && { RedrivePolicy: redrive }) },
    },
  });
}

const topicPolicy = ({ TopicArn, Topics, PolicyDocument }: Properties): Account | undefined => {
  const [topic, ...others] = Array.isArray(Topics) ? Topics : [TopicArn];
  const Policy = document(PolicyDocument);
  return others.length > 0 || Policy === undefined ? undefined : topicWith(topic, { 'sns:GetTopicAttributes': { Attributes: { Policy } } });
};

/** What AddPermission stores: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
function statementOf(properties: Properties, Resource: string): Value {
  const principal = asText(properties.Principal) ?? '';
  const root = /^\d{12}$/.test(principal) ? `arn:${PLACE.partition}:iam::${principal}:root` : principal;
  const isService = !principal.startsWith('arn:') && principal.includes('.');
  const condition = (operator: string, key: string, value: Value | undefined) =>
    value === undefined || value === null ? [] : [[operator, { [key]: value }] as const];
  const conditions = [
    ...condition('ArnLike', 'AWS:SourceArn', properties.SourceArn),
    ...condition('StringEquals', 'AWS:SourceAccount', properties.SourceAccount),
    ...condition('StringEquals', 'aws:PrincipalOrgID', properties.PrincipalOrgID ?? properties.OrganizationId),
    ...condition('StringEquals', 'lambda:FunctionUrlAuthType', properties.FunctionUrlAuthType),
    ...condition('StringEquals', 'lambda:EventSourceToken', properties.EventSourceToken),
    ...condition('Bool', 'lambda:InvokedViaFunctionUrl', properties.InvokedViaFunctionUrl),
  ];
  const Condition: { [operator: string]: { [key: string]: Value } } = {};
  for (const [operator, entry] of conditions) Condition[operator] = { ...Condition[operator], ...entry };
  return {
    Sid: 's',
    Effect: 'Allow',
    Principal: principal === '*' ? '*' : isService ? { Service: principal } : { AWS: root },
    Action: properties.Action ?? null,
    Resource,
    ...(conditions.length > 0 && { Condition }),
  };
}

const policyWith = (statement: Value): Account[string] => ({
  Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
  RevisionId: 'r',
});

const MAKERS: { readonly [type: string]: (properties: Properties) => Account | undefined } = {
  'AWS::Lambda::Permission': (properties) => {
    const named = functionNamed(properties.FunctionName);
    const isWhole = [properties.Principal, properties.Action].every((value) => asText(value) !== undefined);
    return named && isWhole
      ? functionWith(properties.FunctionName, { 'lambda:GetPolicy': policyWith(statementOf(properties, named.arn)) })
      : undefined;
  },
  'AWS::Lambda::LayerVersionPermission': (properties) => {
    const LayerVersionArn = asText(properties.LayerVersionArn) ?? '';
    const layer = /^(arn:[^:]+:lambda:[^:]+:222222222222:layer:[^:]+):\d+$/.exec(LayerVersionArn);
    if (!layer?.[1] || asText(properties.Principal) === undefined) return undefined;
    return {
      'lambda:ListLayers': { Layers: [{ LayerArn: layer[1] }] },
      'lambda:ListLayerVersions': { LayerVersions: [{ LayerVersionArn }] },
      'lambda:GetLayerVersionPolicy': policyWith(statementOf({ Action: 'lambda:GetLayerVersion', ...properties }, LayerVersionArn)),
    };
  },
  'AWS::Lambda::ResourcePolicy': ({ ResourceArn, FunctionResourceArn, PolicyDocument }) => {
    const Policy = document(PolicyDocument);
    return Policy === undefined ? undefined : functionWith(ResourceArn ?? FunctionResourceArn, { 'lambda:GetPolicy': { Policy, RevisionId: 'r' } });
  },
  'AWS::Lambda::Url': ({ TargetFunctionArn, Qualifier, AuthType }) => {
    const named = functionNamed(TargetFunctionArn, Qualifier);
    if (!named || asText(AuthType) === undefined) return undefined;
    const url = { FunctionArn: named.arn, AuthType: AuthType ?? null };
    return functionWith(named.arn, { 'lambda:ListFunctionUrlConfigs': { FunctionUrlConfigs: [url] }, 'lambda:GetFunctionUrlConfig': url });
  },
  'AWS::Lambda::Function': ({ FunctionName, VpcConfig, CapacityProviderConfig }) => {
    const named = functionNamed(FunctionName);
    if (!named) return undefined;
    const told = {
      FunctionArn: named.base,
      ...(isObject(VpcConfig) && { VpcConfig }),
      ...(isObject(CapacityProviderConfig) && { CapacityProviderConfig }),
    };
    return { 'lambda:ListFunctions': { Functions: [told] }, 'lambda:GetFunctionConfiguration': told };
  },
  'AWS::Lambda::CapacityProvider': ({ CapacityProviderName, VpcConfig }) => {
    const told = {
      CapacityProviderArn: arnOf('lambda', `capacity-provider:${asText(CapacityProviderName) ?? 'pool'}`),
      State: 'Active',
      VpcConfig: VpcConfig ?? null,
    };
    return { 'lambda:ListCapacityProviders': { CapacityProviders: [told] }, 'lambda:GetCapacityProvider': { CapacityProvider: told } };
  },
  'AWS::Lambda::NetworkConnector': ({ Configuration }) => {
    // There is none without subnets.
    if (!/subnet-/.test(JSON.stringify(Configuration ?? null))) return undefined;
    const Arn = arnOf('lambda', 'network-connector:nc-1');
    return {
      'lambda:ListNetworkConnectors': { NetworkConnectors: [{ Arn, State: 'ACTIVE' }] },
      'lambda:GetNetworkConnector': { Arn, State: 'ACTIVE', Configuration: Configuration ?? null },
    };
  },
  'AWS::SNS::Subscription': subscription,
  'AWS::SNS::TopicPolicy': topicPolicy,
  'AWS::SNS::TopicInlinePolicy': topicPolicy,
  'AWS::ECR::Repository': ({ RepositoryName, RepositoryPolicyText }) => {
    const policyText = document(RepositoryPolicyText);
    const repositoryArn = arnOf('ecr', `repository/${asText(RepositoryName) ?? 'r'}`);
    return policyText === undefined
      ? undefined
      : { 'ecr:DescribeRepositories': { repositories: [{ repositoryArn }] }, 'ecr:GetRepositoryPolicy': { policyText } };
  },
  'AWS::ECR::RegistryPolicy': ({ PolicyText }) => {
    const policyText = document(PolicyText);
    return policyText === undefined ? undefined : { 'ecr:GetRegistryPolicy': { policyText } };
  },
  'AWS::ECR::ReplicationConfiguration': ({ ReplicationConfiguration }) =>
    isObject(ReplicationConfiguration) ? { 'ecr:DescribeRegistry': { replicationConfiguration: ReplicationConfiguration } } : undefined,
  'AWS::ECR::RepositoryCreationTemplate': ({ Prefix, RepositoryPolicy }) => {
    const template = {
      prefix: asText(Prefix) ?? 'p',
      ...(RepositoryPolicy !== undefined && { repositoryPolicy: document(RepositoryPolicy) ?? null }),
    };
    return { 'ecr:DescribeRepositoryCreationTemplates': { repositoryCreationTemplates: [template] } };
  },
  'AWS::EC2::VPCEndpoint': ({ ServiceName, PolicyDocument }) => {
    if (asText(ServiceName) === undefined) return undefined;
    const endpoint = {
      VpcEndpointId: 'vpce-0123456789abcdef0',
      ServiceName: ServiceName ?? null,
      State: 'available',
      ...(PolicyDocument !== undefined && { PolicyDocument: document(PolicyDocument) ?? null }),
    };
    return { 'ec2:DescribeVpcEndpoints': { VpcEndpoints: [endpoint] } };
  },
};
