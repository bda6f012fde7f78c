/** Who may touch what is Perimeter's, and who may not. */
import { evaluatePolicy } from '../../lib/core/policy';
import { tamperProtection } from '../../lib/policies/tamper';
import { configurationFor } from './configuration';

const configuration = configurationFor({
  guardrails: { 'lambda-vpc': { mode: 'observe' } },
  spared: { principalArns: ['arn:aws:iam::*:role/break-glass'], principalTag: { key: 'perimeter-spared', value: 'true' } },
});
const document = { Version: '2012-10-17', Statement: tamperProtection(configuration) } as const;

type Keys = { readonly [key: string]: readonly string[] };

const ask = (action: string, resource: string, role: string, keys: Keys = {}): string => {
  const context = new Map(Object.entries({ 'aws:principalarn': [`arn:aws:iam::222222222222:role/${role}`], 'aws:viaawsservice': ['true'], ...keys }));
  const decision = evaluatePolicy([document], { action, resource, context }, 'scp');
  return decision.effect === 'denied' ? decision.statement : decision.effect;
};

const at = (service: string, resource: string): string => `arn:aws:${service}:eu-west-1:222222222222:${resource}`;
const iam = (resource: string): string => `arn:aws:iam::222222222222:${resource}`;

const ATTACKS: readonly (readonly [statement: string, action: string, resource: string, keys?: Keys])[] = [
  ...['SetTypeConfiguration', 'DeactivateType', 'DeregisterType', 'ActivateType', 'SetTypeDefaultVersion'].map(
    (name) => ['TamperHooks', `cloudformation:${name}`, '*'] as const,
  ),
  ['TamperStacks', 'cloudformation:DeleteStack', at('cloudformation', 'stack/perimeter-member/1234')],
  ['TamperStacks', 'cloudformation:UpdateStack', at('cloudformation', 'stack/StackSet-perimeter-member-1234/1')],
  ['TamperStacks', 'cloudformation:CreateStack', at('cloudformation', 'stack/perimeter-mine/*')],
  ['TamperStacks', 'cloudformation:ExecuteChangeSet', at('cloudformation', 'stack/perimeter-member/1234')],
  ['TamperStacks', 'cloudformation:DeleteStackInstances', at('cloudformation', 'stackset/perimeter-member:1234')],
  ...['DisableRule', 'EnableRule', 'DeleteRule', 'PutRule', 'PutTargets', 'RemoveTargets'].map(
    (name) => ['TamperRules', `events:${name}`, at('events', 'rule/perimeter-lambda-vpc-changes')] as const,
  ),
  ...[
    'UpdateFunctionCode',
    'UpdateFunctionConfiguration',
    'DeleteFunction',
    'PutFunctionConcurrency',
    'AddPermission',
    'RemovePermission',
    'PutResourcePolicy',
    'PutFunctionEventInvokeConfig',
    'CreateFunctionUrlConfig',
    'CreateAlias',
    'CreateFunction',
  ].map((name) => ['TamperFunctions', `lambda:${name}`, at('lambda', 'function:perimeter-lambda-vpc-remediator')] as const),
  ['TamperSources', 'lambda:CreateEventSourceMapping', '*', { 'lambda:functionarn': [at('lambda', 'function:perimeter-sweep')] }],
  ...['CreateRole', 'DeleteRolePolicy', 'PutRolePolicy', 'AttachRolePolicy', 'UpdateAssumeRolePolicy', 'PassRole', 'PutRolePermissionsBoundary'].map(
    (name) => ['TamperRoles', `iam:${name}`, iam('role/perimeter-lambda-vpc-remediator-eu-west-1')] as const,
  ),
  ['TamperQueues', 'sqs:PurgeQueue', at('sqs', 'perimeter-ecr-layer-access-events')],
  ['TamperMessages', 'sqs:ReceiveMessage', at('sqs', 'perimeter-ecr-layer-access-events')],
  ['TamperSchedules', 'scheduler:DeleteSchedule', at('scheduler', 'schedule/perimeter/perimeter-x')],
  ['TamperSchedules', 'scheduler:DeleteSchedule', at('scheduler', 'schedule/default/perimeter-x')],
  ['TamperSchedules', 'scheduler:DeleteScheduleGroup', at('scheduler', 'schedule-group/perimeter')],
  ['TamperLogs', 'logs:DeleteLogGroup', at('logs', 'log-group:/aws/lambda/perimeter-sweep')],
  ['TamperLogs', 'logs:PutRetentionPolicy', at('logs', 'log-group:perimeter-undo')],
  ['TamperLogs', 'logs:PutSubscriptionFilter', at('logs', 'log-group:perimeter-undo')],
  ['TamperUndoLog', 'logs:PutLogEvents', at('logs', 'log-group:perimeter-undo:log-stream:x')],
  ['TamperUndoReading', 'logs:GetLogEvents', at('logs', 'log-group:perimeter-undo:log-stream:x')],
  ['TamperDirectory', 's3:PutObject', 'arn:aws:s3:::perimeter-directory-111111111111/accounts.json'],
  ['TamperFindings', 'securityhub:BatchUpdateFindings', '*', { 'securityhub:asffsyntaxpath/workflow.status': ['SUPPRESSED'] }],
  ['TamperSparedRoles', 'iam:CreateRole', iam('role/stacksets-exec-mine')],
  ['TamperSparedRoles', 'iam:CreateRole', iam('role/cdk-mine-cfn-exec-role-x')],
  ['TamperPrincipals', 'iam:UpdateAssumeRolePolicy', iam('role/break-glass')],
  ...['iam:TagRole', 'iam:CreateRole', 'iam:TagUser', 'sts:TagSession'].map(
    (name) => ['TamperTag', name, iam('role/mine'), { 'aws:tagkeys': ['Perimeter-Spared'] }] as const,
  ),
];

it.each(ATTACKS.map(([statement, action, resource, keys = {}]) => [statement, action, resource, keys] as const))(
  '%s: %s on %s is refused, through CloudFormation too',
  (statement, action, resource, keys) => {
    expect(ask(action, resource, 'admin', keys)).toBe(statement);
  },
);

it.each(ATTACKS.map(([statement, action, resource, keys = {}]) => [statement, action, resource, keys] as const))(
  '%s: %s on %s is left to those who are spared',
  (_, action, resource, keys) => {
    expect(ask(action, resource, 'break-glass', keys)).toBe('allowed');
    expect(ask(action, resource, 'stacksets-exec-1234', keys)).toBe('allowed');
    expect(ask(action, resource, 'admin', { ...keys, 'aws:principaltag/perimeter-spared': ['true'] })).toBe('allowed');
    expect(ask(action, resource, 'admin', { ...keys, 'aws:principaltag/perimeter-spared': ['false'] })).not.toBe('allowed');
  },
);

const BUSINESS: readonly (readonly [action: string, resource: string, role: string, keys?: Keys])[] = [
  ['cloudformation:DescribeType', '*', 'admin'],
  ['cloudformation:UpdateStack', at('cloudformation', 'stack/app/1'), 'admin'],
  ['lambda:UpdateFunctionCode', at('lambda', 'function:app'), 'admin'],
  ['lambda:InvokeFunction', at('lambda', 'function:perimeter-sweep'), 'admin'],
  ['lambda:GetFunction', at('lambda', 'function:perimeter-sweep'), 'admin'],
  ['lambda:CreateEventSourceMapping', '*', 'admin', { 'lambda:functionarn': [at('lambda', 'function:app')] }],
  ['iam:CreateRole', iam('role/app'), 'admin'],
  ['iam:TagRole', iam('role/app'), 'admin', { 'aws:tagkeys': ['team'] }],
  ['sqs:ReceiveMessage', at('sqs', 'perimeter-ecr-layer-access-events'), 'perimeter-ecr-layer-access-remediator-eu-west-1'],
  ['scheduler:CreateSchedule', at('scheduler', 'schedule/perimeter/perimeter-x'), 'perimeter-sns-subscription-remediator-eu-west-1'],
  ['logs:PutLogEvents', at('logs', 'log-group:perimeter-undo:log-stream:x'), 'perimeter-lambda-vpc-remediator-eu-west-1'],
  ['logs:GetLogEvents', at('logs', 'log-group:/aws/lambda/perimeter-sweep:log-stream:x'), 'admin'],
  ['logs:GetLogEvents', at('logs', 'log-group:perimeter-undo:log-stream:x'), 'perimeter-undo-eu-west-1'],
  ['securityhub:BatchUpdateFindings', '*', 'admin', { 'securityhub:asffsyntaxpath/workflow.status': ['NOTIFIED'] }],
  ['s3:GetObject', 'arn:aws:s3:::perimeter-directory-111111111111/accounts.json', 'admin'],
];

it.each(BUSINESS.map(([action, resource, role, keys = {}]) => [action, resource, role, keys] as const))(
  "%s on %s by %s is nobody else's business",
  (action, resource, role, keys) => {
    expect(ask(action, resource, role, keys)).toBe('allowed');
  },
);

it("Perimeter's own roles cannot change Perimeter", () => {
  expect(ask('lambda:UpdateFunctionCode', at('lambda', 'function:perimeter-sweep'), 'perimeter-lambda-vpc-remediator-eu-west-1')).toBe(
    'TamperFunctions',
  );
});
