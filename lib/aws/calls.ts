/** Every AWS call that Perimeter makes: what it is for, what its errors mean, how its pages are joined. Anything else is refused. */
import type { Binding } from './binding';

export type Service = 'ec2' | 'ecr' | 'iam' | 'lambda' | 'logs' | 's3' | 'scheduler' | 'securityhub' | 'sns';

export interface Operation {
  /** `plumbing`: ours alone (findings, the undo log, the directory, schedules); never of a plan or a read. */
  readonly kind: 'read' | 'write' | 'plumbing';
  /** Errors that say that what is asked for, or what is to be removed, does not exist. `…Exception` is understood. */
  readonly absent?: readonly string[];
  /** Errors that say that the state has moved on since it was read. */
  readonly refused?: readonly string[];
  /** Errors that pass, besides those that the SDK knows. */
  readonly passing?: readonly string[];
  /** The list of a page, the field of the next token in the answer, and the one that takes it in the input. */
  readonly pages?: { readonly list: string; readonly next: string; readonly token: string };
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

const RESOURCE_POLICY = '/2026-07-09/resource-policy/{ResourceArn}';

const TABLE = {
  'lambda:GetPolicy': LAMBDA_READ,
  'lambda:GetResourcePolicy': { ...LAMBDA_READ, binding: { method: 'GET', path: RESOURCE_POLICY } },
  'lambda:GetFunctionConfiguration': LAMBDA_READ,
  'lambda:GetFunctionConcurrency': LAMBDA_READ,
  'lambda:GetFunctionUrlConfig': LAMBDA_READ,
  'lambda:GetLayerVersionPolicy': LAMBDA_READ,
  'lambda:GetCapacityProvider': LAMBDA_READ,
  // No client of the SDK for JavaScript has these two yet; their services answer at Lambda's endpoint, signed as Lambda.
  'lambda:GetNetworkConnector': { ...LAMBDA_READ, binding: { method: 'GET', path: '/2026-04-04/network-connectors/{Identifier}' } },
  'lambda:GetWebFunctionRevision': {
    ...LAMBDA_READ,
    binding: { method: 'GET', path: '/2025-03-07/web-functions/{functionName}/revisions/{revisionId}' },
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

  'sns:GetTopicAttributes': SNS_READ,
  'sns:GetSubscriptionAttributes': SNS_READ,
  'sns:ListSubscriptionsByTopic': { ...SNS_READ, pages: { list: 'Subscriptions', next: 'NextToken', token: 'NextToken' } },
  'sns:Subscribe': SNS_CHANGE,
  'sns:Unsubscribe': SNS_CHANGE,
  'sns:SetSubscriptionAttributes': SNS_CHANGE,
  'sns:SetTopicAttributes': SNS_CHANGE,
  'sns:AddPermission': SNS_CHANGE,
  'sns:RemovePermission': SNS_CHANGE,

  'ecr:GetRepositoryPolicy': { kind: 'read', absent: ['RepositoryNotFound', 'RepositoryPolicyNotFound'] },
  'ecr:GetRegistryPolicy': { kind: 'read', absent: ['RegistryPolicyNotFound'] },
  'ecr:DescribeRegistry': { kind: 'read' },
  'ecr:DescribeRepositoryCreationTemplates': {
    kind: 'read',
    absent: ['TemplateNotFound'],
    pages: { list: 'repositoryCreationTemplates', next: 'nextToken', token: 'nextToken' },
  },
  'ecr:SetRepositoryPolicy': { kind: 'write', absent: ['RepositoryNotFound'] },
  'ecr:DeleteRepositoryPolicy': { kind: 'write', absent: ['RepositoryNotFound', 'RepositoryPolicyNotFound'] },
  'ecr:PutRegistryPolicy': { kind: 'write' },
  'ecr:DeleteRegistryPolicy': { kind: 'write', absent: ['RegistryPolicyNotFound'] },
  'ecr:PutReplicationConfiguration': { kind: 'write' },
  'ecr:UpdateRepositoryCreationTemplate': { kind: 'write', absent: ['TemplateNotFound'] },

  'ec2:DescribeSubnets': {
    kind: 'read',
    absent: ['InvalidSubnetID.NotFound'],
    pages: { list: 'Subnets', next: 'NextToken', token: 'NextToken' },
  },
  'ec2:DescribeVpcEndpoints': {
    kind: 'read',
    absent: ['InvalidVpcEndpointId.NotFound'],
    pages: { list: 'VpcEndpoints', next: 'NextToken', token: 'NextToken' },
  },

  'iam:GetRole': { kind: 'read', absent: ['NoSuchEntity'] },
  'iam:GetRolePolicy': { kind: 'read', absent: ['NoSuchEntity'] },
  'iam:PutRolePolicy': IAM_CHANGE,
  'iam:DeleteRolePolicy': IAM_CHANGE,

  'securityhub:BatchImportFindings': { kind: 'plumbing' },
  'securityhub:BatchUpdateFindings': { kind: 'plumbing' },
  'securityhub:GetFindings': { kind: 'plumbing' },
  'logs:PutLogEvents': { kind: 'plumbing', absent: ['ResourceNotFound'], passing: ['ServiceUnavailable'] },
  'logs:CreateLogStream': { kind: 'plumbing', absent: ['ResourceNotFound'], passing: ['ServiceUnavailable', 'OperationAborted'] },
  'logs:GetLogEvents': { kind: 'plumbing', absent: ['ResourceNotFound'], passing: ['ServiceUnavailable'] },
  's3:GetObject': { kind: 'plumbing', absent: ['NoSuchKey', 'NoSuchBucket'] },
  'scheduler:CreateSchedule': { kind: 'plumbing' },
} as const satisfies { readonly [action: `${Service}:${string}`]: Operation };

export type Action = keyof typeof TABLE;

export const OPERATIONS: { readonly [action in Action]: Operation } = TABLE;

export const ACTIONS: readonly Action[] = Object.keys(TABLE).filter(isAction);

export function isAction(action: string): action is Action {
  return Object.hasOwn(TABLE, action);
}

const SERVICES: readonly string[] = ['ec2', 'ecr', 'iam', 'lambda', 'logs', 's3', 'scheduler', 'securityhub', 'sns'] satisfies readonly Service[];
const isService = (text: string): text is Service => SERVICES.includes(text);

/** `lambda:GetPolicy` → the service and the name of the operation. */
export function partsOf(action: Action): { readonly service: Service; readonly operation: string } {
  const [service = '', operation = ''] = action.split(':');
  if (!isService(service)) throw new Error(`no client for ${action}`);
  return { service, operation };
}

/** Names with and without their ending: the same error is `NotFound` on one wire and `NotFoundException` on another. */
export const isNamed = (code: string, names: readonly string[] | undefined): boolean =>
  names !== undefined && names.some((name) => code === name || code === `${name}Exception`);
