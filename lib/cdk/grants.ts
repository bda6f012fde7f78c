/**
 * What the role of a function is granted: the IAM actions of the calls that it makes, each on the narrowest resources that AWS
 * lets a policy name. Which resources an action takes:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
import { Fn } from 'aws-cdk-lib';
import { type Called, PERMISSIONS } from '../aws/permissions';
import type { Configuration } from '../core/configuration';
import { type AnyGuardrail, type EventInterest, undoCallsOf } from '../core/guardrail';
import { arnOf, deadLetterName, LOOK_AGAIN_ROLE, queueName, roleArn, SCHEDULE_GROUP } from './names';

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: object | string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: object;
}

export const policyOf = (...Statement: readonly Statement[]) => ({ Version: '2012-10-17', Statement });

export const allow = (Action: readonly string[], Resource: string, Condition?: object): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition && { Condition }),
});

/** Only for the owner of this account: a service that is asked by somebody else may not use the role. */
export const trustOf = (service: string, condition?: object) =>
  policyOf({ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole', ...(condition && { Condition: condition }) } as Statement);

const FUNCTIONS = () => arnOf('lambda', 'function:*');
const LAYERS = () => arnOf('lambda', 'layer:*:*');
const REPOSITORIES = () => arnOf('ecr', 'repository/*');
/** A subscription's ARN begins with that of its topic. */
const TOPICS = () => arnOf('sns', '*');
/** AWS lets no policy name the resources of these. */
const EVERYTHING = () => '*';

const QUEUES = (id: string) => arnOf('sqs', queueName(id));

const SCOPES: { readonly [action: string]: (id: string) => string } = {
  'lambda:GetCapacityProvider': () => arnOf('lambda', 'capacity-provider:*'),
  'lambda:GetNetworkConnector': () => arnOf('lambda', 'network-connector:*'),
  'lambda:GetWebFunctionRevision': () => arnOf('lambda', 'web-function/*'),
  'lambda:GetLayerVersionPolicy': LAYERS,
  'lambda:AddLayerVersionPermission': LAYERS,
  'lambda:RemoveLayerVersionPermission': LAYERS,
  'lambda:ListFunctions': EVERYTHING,
  'lambda:ListLayers': EVERYTHING,
  'lambda:ListLayerVersions': EVERYTHING,
  'lambda:ListCapacityProviders': EVERYTHING,
  'lambda:ListNetworkConnectors': EVERYTHING,
  'sns:ListTopics': EVERYTHING,
  'ecr:GetRegistryPolicy': EVERYTHING,
  'ecr:DescribeRegistry': EVERYTHING,
  'ecr:DescribeRepositoryCreationTemplates': EVERYTHING,
  'ecr:PutRegistryPolicy': EVERYTHING,
  'ecr:DeleteRegistryPolicy': EVERYTHING,
  'ecr:PutReplicationConfiguration': EVERYTHING,
  'ecr:UpdateRepositoryCreationTemplate': EVERYTHING,
  'ec2:DescribeSubnets': EVERYTHING,
  'ec2:DescribeVpcEndpoints': EVERYTHING,
  'securityhub:BatchImportFindings': () =>
    Fn.sub('arn:${AWS::Partition}:securityhub:${AWS::Region}:${AWS::AccountId}:product/${AWS::AccountId}/default'),
  'securityhub:BatchUpdateFindings': () => arnOf('securityhub', 'hub/default'),
  'securityhub:GetFindings': () => arnOf('securityhub', 'hub/default'),
  'scheduler:CreateSchedule': () => arnOf('scheduler', `schedule/${SCHEDULE_GROUP}/perimeter-*`),
  'logs:PutLogEvents': () => arnOf('logs', 'log-group:perimeter-undo:log-stream:*'),
  'logs:CreateLogStream': () => arnOf('logs', 'log-group:perimeter-undo:log-stream:*'),
  'logs:FilterLogEvents': () => arnOf('logs', 'log-group:perimeter-undo:*'),
  'logs:GetLogEvents': () => arnOf('logs', 'log-group:perimeter-undo:log-stream:*'),
  'iam:GetRolePolicy': () => Fn.sub('arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*'),
  'iam:PutRolePolicy': () => Fn.sub('arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*'),
  'iam:DeleteRolePolicy': () => Fn.sub('arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*'),
  'iam:PassRole': () => roleArn(LOOK_AGAIN_ROLE),
};

const BY_SERVICE: { readonly [service: string]: (id: string) => string } = { lambda: FUNCTIONS, sns: TOPICS, ecr: REPOSITORIES, sqs: QUEUES };

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html: the role may be handed to EventBridge Scheduler alone. */
const CONDITIONS: { readonly [action: string]: object } = {
  'iam:PassRole': { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
};

const serviceOf = (action: string): string => action.split(':')[0] ?? '';

function scopeOf(action: string, id: string): string {
  const scope = SCOPES[action] ?? BY_SERVICE[serviceOf(action)];
  if (!scope) throw new Error(`${action} has no scope: add it to lib/cdk/grants.ts`);
  return scope(id);
}

/** The actions of these calls by the guardrail, those of the same resources and conditions in one statement, in order. */
export function grantsFor(id: string, calls: readonly Called[]): readonly Statement[] {
  const actions = [...new Set(calls.flatMap((call) => PERMISSIONS[call].actions))].sort();
  const groups = new Map<string, { readonly action: string; readonly actions: string[] }>();
  for (const action of actions) {
    const key = JSON.stringify([(SCOPES[action] ?? BY_SERVICE[serviceOf(action)])?.toString(), CONDITIONS[action]]);
    const group = groups.get(key);
    if (group) group.actions.push(action);
    else groups.set(key, { action, actions: [action] });
  }
  return [...groups.values()].map((group) => allow(group.actions, scopeOf(group.action, id), CONDITIONS[group.action]));
}

/** Findings are written in every mode, and the open ones are read before. */
const REPORTING: readonly Called[] = ['securityhub:BatchImportFindings', 'securityhub:BatchUpdateFindings', 'securityhub:GetFindings'];
const UNDO_LOG: readonly Called[] = ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:FilterLogEvents', 'logs:GetLogEvents'];
/** A sweep goes on where it stopped, and what may come back is looked at again. */
const LATER: readonly Called[] = ['scheduler:CreateSchedule'];
const DRAIN: readonly Called[] = ['sqs:ReceiveMessage', 'sqs:DeleteMessageBatch'];

/** Calls that only read come by the thousand: they wait in a queue. */
export const isQueued = (events: readonly EventInterest[]): boolean => events.some(({ readOnly }) => readOnly);

/** The calls that the remediator of a guardrail makes with this configuration: one that only observes changes nothing. */
export function callsOf(guardrail: AnyGuardrail, configuration: Configuration): readonly Called[] {
  const { calls, events } = guardrail;
  const undo = undoCallsOf(guardrail, configuration);
  const parts = [calls.reads, calls.lists, undo, undo.length > 0 ? UNDO_LOG : [], REPORTING, LATER, isQueued(events) ? DRAIN : []];
  return parts.flat().map(calledOf);
}

function calledOf(action: string): Called {
  if (!isCalled(action)) throw new Error(`${action} is not in lib/aws/permissions.ts`);
  return action;
}

const isCalled = (action: string): action is Called => Object.hasOwn(PERMISSIONS, action);

/** What is left of a failed invocation is kept there, and may be handled again from there. */
export const deadLetterGrants = (id: string): readonly Statement[] => [
  allow(['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage', 'sqs:SendMessage'], arnOf('sqs', deadLetterName(id))),
];

export const logGrants = (functionName: string): readonly Statement[] => [
  allow(['logs:CreateLogStream', 'logs:PutLogEvents'], arnOf('logs', `log-group:/aws/lambda/${functionName}:log-stream:*`)),
];
