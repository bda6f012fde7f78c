/** Every AWS call that Perimeter makes: what it is for, what its errors mean, how its pages are joined. Anything else is refused. */
import type { Binding } from './binding';

export type Service = 'ec2' | 'ecr' | 'iam' | 'lambda' | 'logs' | 'scheduler' | 'securityhub' | 'sns' | 'sqs';

export interface Operation {
  /** `plumbing`: ours alone (findings, the undo log, the directory, schedules, the queue); never of a plan or a read. */
  readonly kind: 'read' | 'write' | 'plumbing';
  /** Errors that say that what is asked for, or what is to be removed, does not exist. `…Exception` is understood. */
  readonly absent?: readonly string[];
  /** Errors that say that the state has moved on since it was read. */
  readonly refused?: readonly string[];
  /** Errors that pass, besides those that the SDK knows. */
  readonly passing?: readonly string[];
  /** A field that every answer has: one without it is broken, and must not be read as "there is nothing". */
  readonly answers?: string;
  /** The field of the next token in an answer, and the one that takes it in the input; `answers` is the list to be joined. */
  readonly pages?: { readonly next: string; readonly token: string };
  /** AWS has it in some Regions only: where there is no such call, there is nothing of what it lists. */
  readonly isRegional?: true;
  /** How the request looks on the wire, for an SDK that is older than the operation. */
  readonly binding?: Binding;
}

const LAMBDA_GONE = { absent: ['ResourceNotFound'] };
/** 409 also means that another change of the function is under way: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html */
const LAMBDA_CHANGE = { kind: 'write', ...LAMBDA_GONE, refused: ['PreconditionFailed'], passing: ['ResourceConflict', 'ResourceNotReady'] } as const;
/** Here 409 means that there is a statement of this id: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
const LAMBDA_ADDITION = { kind: 'write', ...LAMBDA_GONE, refused: ['PreconditionFailed', 'ResourceConflict'] } as const;
const LAMBDA_READ = { kind: 'read', ...LAMBDA_GONE } as const;
const SNS_READ = { kind: 'read', absent: ['NotFound'] } as const;
const SNS_CHANGE = { kind: 'write', absent: ['NotFound'], passing: ['ConcurrentAccess', 'InternalError'] } as const;
const IAM_CHANGE = { kind: 'write', absent: ['NoSuchEntity'], passing: ['ConcurrentModification', 'EntityTemporarilyUnmodifiable'] } as const;

const LAMBDA_PAGES = { next: 'NextMarker', token: 'Marker' };

const RESOURCE_POLICY = '/2026-07-09/resource-policy/{ResourceArn}';

const TABLE = {
  'lambda:GetPolicy': { ...LAMBDA_READ, answers: 'Policy' },
  'lambda:GetFunctionConfiguration': { ...LAMBDA_READ, answers: 'FunctionArn' },
  'lambda:GetFunctionConcurrency': LAMBDA_READ,
  'lambda:GetFunctionUrlConfig': { ...LAMBDA_READ, answers: 'AuthType' },
  'lambda:GetLayerVersionPolicy': { ...LAMBDA_READ, answers: 'Policy' },
  'lambda:GetCapacityProvider': {
    ...LAMBDA_READ,
    answers: 'CapacityProvider',
    binding: { method: 'GET', path: '/2025-11-30/capacity-providers/{CapacityProviderName}' },
  },
  // No client of the SDK for JavaScript has these two yet; their services answer at Lambda's endpoint, signed as Lambda.
  'lambda:GetNetworkConnector': { ...LAMBDA_READ, answers: 'Arn', binding: { method: 'GET', path: '/2026-04-04/network-connectors/{Identifier}' } },
  'lambda:GetWebFunctionRevision': {
    ...LAMBDA_READ,
    answers: 'revisionArn',
    binding: { method: 'GET', path: '/2025-03-07/web-functions/{functionName}/revisions/{revisionId}' },
  },
  'lambda:ListFunctions': { ...LAMBDA_READ, answers: 'Functions', pages: LAMBDA_PAGES },
  'lambda:ListVersionsByFunction': { ...LAMBDA_READ, answers: 'Versions', pages: LAMBDA_PAGES },
  'lambda:ListAliases': { ...LAMBDA_READ, answers: 'Aliases', pages: LAMBDA_PAGES },
  'lambda:ListFunctionUrlConfigs': { ...LAMBDA_READ, answers: 'FunctionUrlConfigs', pages: LAMBDA_PAGES },
  'lambda:ListLayers': { ...LAMBDA_READ, answers: 'Layers', pages: LAMBDA_PAGES },
  'lambda:ListLayerVersions': { ...LAMBDA_READ, answers: 'LayerVersions', pages: LAMBDA_PAGES },
  'lambda:ListCapacityProviders': {
    ...LAMBDA_READ,
    answers: 'CapacityProviders',
    pages: LAMBDA_PAGES,
    isRegional: true,
    binding: { method: 'GET', path: '/2025-11-30/capacity-providers', query: ['State', 'Marker', 'MaxItems'] },
  },
  'lambda:ListNetworkConnectors': {
    ...LAMBDA_READ,
    answers: 'NetworkConnectors',
    pages: LAMBDA_PAGES,
    isRegional: true,
    binding: { method: 'GET', path: '/2026-04-04/network-connectors', query: ['Marker'] },
  },
  'lambda:AddPermission': LAMBDA_ADDITION,
  'lambda:RemovePermission': LAMBDA_CHANGE,
  'lambda:PutResourcePolicy': { ...LAMBDA_CHANGE, binding: { method: 'PUT', path: RESOURCE_POLICY, body: ['Policy', 'RevisionId'] } },
  'lambda:DeleteResourcePolicy': { ...LAMBDA_CHANGE, binding: { method: 'DELETE', path: RESOURCE_POLICY, query: ['RevisionId'] } },
  'lambda:UpdateFunctionUrlConfig': LAMBDA_CHANGE,
  'lambda:AddLayerVersionPermission': LAMBDA_ADDITION,
  'lambda:RemoveLayerVersionPermission': LAMBDA_CHANGE,
  'lambda:PutFunctionConcurrency': LAMBDA_CHANGE,
  'lambda:DeleteFunctionConcurrency': LAMBDA_CHANGE,

  'sns:GetTopicAttributes': { ...SNS_READ, answers: 'Attributes' },
  'sns:GetSubscriptionAttributes': { ...SNS_READ, answers: 'Attributes' },
  'sns:ListSubscriptionsByTopic': { ...SNS_READ, answers: 'Subscriptions', pages: { next: 'NextToken', token: 'NextToken' } },
  'sns:ListTopics': { kind: 'read', answers: 'Topics', pages: { next: 'NextToken', token: 'NextToken' } },
  'sns:Subscribe': SNS_CHANGE,
  'sns:Unsubscribe': SNS_CHANGE,
  'sns:SetSubscriptionAttributes': SNS_CHANGE,
  'sns:SetTopicAttributes': SNS_CHANGE,
  'sns:AddPermission': SNS_CHANGE,
  'sns:RemovePermission': SNS_CHANGE,

  'ecr:GetRepositoryPolicy': { kind: 'read', answers: 'policyText', absent: ['RepositoryNotFound', 'RepositoryPolicyNotFound'] },
  'ecr:GetRegistryPolicy': { kind: 'read', answers: 'policyText', absent: ['RegistryPolicyNotFound'] },
  'ecr:DescribeRegistry': { kind: 'read', answers: 'registryId' },
  'ecr:DescribeRepositoryCreationTemplates': {
    kind: 'read',
    answers: 'repositoryCreationTemplates',
    absent: ['TemplateNotFound'],
    pages: { next: 'nextToken', token: 'nextToken' },
  },
  'ecr:DescribeRepositories': { kind: 'read', answers: 'repositories', pages: { next: 'nextToken', token: 'nextToken' } },
  'ecr:SetRepositoryPolicy': { kind: 'write', absent: ['RepositoryNotFound'] },
  'ecr:DeleteRepositoryPolicy': { kind: 'write', absent: ['RepositoryNotFound', 'RepositoryPolicyNotFound'] },
  'ecr:PutRegistryPolicy': { kind: 'write' },
  'ecr:DeleteRegistryPolicy': { kind: 'write', absent: ['RegistryPolicyNotFound'] },
  'ecr:PutReplicationConfiguration': { kind: 'write' },
  'ecr:UpdateRepositoryCreationTemplate': { kind: 'write', absent: ['TemplateNotFound'] },

  'ec2:DescribeSubnets': {
    kind: 'read',
    answers: 'Subnets',
    absent: ['InvalidSubnetID.NotFound'],
    pages: { next: 'NextToken', token: 'NextToken' },
  },
  'ec2:DescribeVpcEndpoints': {
    kind: 'read',
    answers: 'VpcEndpoints',
    absent: ['InvalidVpcEndpointId.NotFound'],
    pages: { next: 'NextToken', token: 'NextToken' },
  },

  'iam:GetRolePolicy': { kind: 'read', answers: 'PolicyDocument', absent: ['NoSuchEntity'] },
  'iam:PutRolePolicy': IAM_CHANGE,
  'iam:DeleteRolePolicy': IAM_CHANGE,

  'securityhub:BatchImportFindings': { kind: 'plumbing', answers: 'FailedCount' },
  'securityhub:BatchUpdateFindings': { kind: 'plumbing', answers: 'UnprocessedFindings' },
  'securityhub:GetFindings': { kind: 'plumbing', answers: 'Findings' },
  'logs:PutLogEvents': { kind: 'plumbing', absent: ['ResourceNotFound'], passing: ['ServiceUnavailable'] },
  'logs:CreateLogStream': { kind: 'plumbing', absent: ['ResourceNotFound'], passing: ['ServiceUnavailable', 'OperationAborted'] },
  'logs:GetLogEvents': { kind: 'plumbing', answers: 'events', absent: ['ResourceNotFound'], passing: ['ServiceUnavailable'] },
  'logs:FilterLogEvents': { kind: 'plumbing', absent: ['ResourceNotFound'], passing: ['ServiceUnavailable'] },
  'scheduler:CreateSchedule': { kind: 'plumbing' },
  'sqs:ReceiveMessage': { kind: 'plumbing' },
  'sqs:DeleteMessageBatch': { kind: 'plumbing' },
} as const satisfies { readonly [action: `${Service}:${string}`]: Operation };

export type Action = keyof typeof TABLE;

export const OPERATIONS: { readonly [action in Action]: Operation } = TABLE;

export const ACTIONS: readonly Action[] = Object.keys(TABLE).filter(isAction);

export function isAction(action: string): action is Action {
  return Object.hasOwn(TABLE, action);
}

const SERVICES: readonly string[] = ['ec2', 'ecr', 'iam', 'lambda', 'logs', 'scheduler', 'securityhub', 'sns', 'sqs'] satisfies readonly Service[];
const isService = (text: string): text is Service => SERVICES.includes(text);

/** `lambda:GetPolicy` → the service and the name of the operation. */
export function partsOf(action: Action): { readonly service: Service; readonly operation: string } {
  const [service = '', operation = ''] = action.split(':');
  if (!isService(service)) throw new Error(`no client for ${action}`);
  return { service, operation };
}
