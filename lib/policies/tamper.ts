/**
 * What keeps Perimeter in place: its hooks, rules, functions, roles, queues, schedules, logs and stacks, what it has found, and whom
 * the policies spare. Hooks are changed through CloudFormation under the caller's own identity, so `aws:ViaAWSService` never spares.
 */
import type { WholeConfiguration } from '../core/configuration';
import type { ConditionBlock, PolicyStatement } from '../core/policy';
import { anyRole, SPARED_ROLES, sparing } from '../core/scp';

/** One thing that is protected. A wildcard in an action stands for the operations to come, too: `lambda:Put*`. */
interface Protection {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly when?: ConditionBlock;
  /** Perimeter's own roles do it: `perimeter-*`, whose names are reserved. */
  readonly byPerimeter?: true;
  /** Deployment tools do it to their own roles. */
  readonly byDeployment?: true;
}

/** Everything of the service in any account and Region. */
const all = (service: string, ...resources: readonly string[]): readonly string[] => resources.map((resource) => `arn:*:${service}:*:*:${resource}`);

const named = (service: string, actions: readonly string[]): readonly string[] => actions.map((action) => `${service}:${action}`);

const PERIMETER = anyRole('perimeter-*');
const STACK_SETS = anyRole('stacksets-exec-*');
const UNDO_ROLE = anyRole('perimeter-undo*');

const PROTECTED: readonly Protection[] = [
  {
    // None of them takes a resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
    sid: 'TamperHooks',
    actions: named('cloudformation', ['SetType*', 'DeactivateType', 'DeregisterType', 'ActivateType', 'PublishType']),
    resources: ['*'],
  },
  {
    // Hooks leave these stacks out by name, so nobody else may have one of that name.
    sid: 'TamperStacks',
    actions: named('cloudformation', [
      'Create*',
      'Update*',
      'Delete*',
      'Cancel*',
      'Continue*',
      'Execute*',
      'Import*',
      'Rollback*',
      'Set*',
      'Signal*',
      'Stop*',
      'Tag*',
      'Untag*',
    ]),
    resources: all('cloudformation', 'stack/perimeter-*', 'stack/StackSet-perimeter-*', 'stackset/perimeter-*', 'changeSet/perimeter-*'),
  },
  {
    // EnableRule too: it would make a rule that sees read-only events one that does not.
    sid: 'TamperRules',
    actions: named('events', ['PutRule', 'DeleteRule', 'DisableRule', 'EnableRule', 'PutTargets', 'RemoveTargets', 'TagResource', 'UntagResource']),
    resources: all('events', 'rule/perimeter-*'),
  },
  {
    sid: 'TamperFunctions',
    actions: named('lambda', ['Add*', 'Create*', 'Delete*', 'Publish*', 'Put*', 'Remove*', 'Tag*', 'Untag*', 'Update*']),
    resources: all('lambda', 'function:perimeter-*'),
  },
  {
    // The mapping is no function, which is why the key and not the resource tells whose it is.
    sid: 'TamperSources',
    actions: named('lambda', ['CreateEventSourceMapping', 'UpdateEventSourceMapping', 'DeleteEventSourceMapping']),
    resources: ['*'],
    when: { ArnLike: { 'lambda:FunctionArn': all('lambda', 'function:perimeter-*') } },
  },
  {
    sid: 'TamperRoles',
    actions: named('iam', [
      'CreateRole',
      'DeleteRole*',
      'UpdateRole*',
      'UpdateAssumeRolePolicy',
      'PutRole*',
      'AttachRolePolicy',
      'DetachRolePolicy',
      'TagRole',
      'UntagRole',
      'PassRole',
    ]),
    resources: [PERIMETER],
  },
  {
    sid: 'TamperQueues',
    actions: named('sqs', [
      'CreateQueue',
      'DeleteQueue',
      'SetQueueAttributes',
      'AddPermission',
      'RemovePermission',
      'TagQueue',
      'UntagQueue',
      'PurgeQueue',
      'StartMessageMoveTask',
      'CancelMessageMoveTask',
    ]),
    resources: all('sqs', 'perimeter-*'),
  },
  {
    // Whoever takes a message away has hidden an event.
    sid: 'TamperMessages',
    actions: named('sqs', ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility']),
    resources: all('sqs', 'perimeter-*'),
    byPerimeter: true,
  },
  {
    sid: 'TamperSchedules',
    actions: named('scheduler', ['Create*', 'Update*', 'Delete*', 'TagResource', 'UntagResource']),
    resources: all('scheduler', 'schedule/perimeter*', 'schedule/*/perimeter-*', 'schedule-group/perimeter*'),
    byPerimeter: true,
  },
  {
    sid: 'TamperLogs',
    actions: named('logs', [
      'Associate*',
      'CreateExportTask',
      'CreateLogAnomalyDetector',
      'CreateLogGroup',
      'Delete*',
      'Disassociate*',
      'Put*Filter',
      'Put*Policy',
      'PutLogGroupDeletionProtection',
      'PutTransformer',
      'Tag*',
      'Untag*',
    ]),
    resources: all('logs', 'log-group:perimeter-*', 'log-group:/aws/lambda/perimeter-*'),
  },
  {
    sid: 'TamperUndoLog',
    actions: named('logs', ['CreateLogStream', 'PutLogEvents']),
    resources: all('logs', 'log-group:perimeter-undo*'),
    byPerimeter: true,
  },
  {
    // What was removed may hold addresses of people: the undo role alone reads it.
    sid: 'TamperUndoReading',
    actions: named('logs', ['FilterLogEvents', 'GetLog*', 'StartQuery', 'StartLiveTail', 'Unmask']),
    resources: all('logs', 'log-group:perimeter-undo*'),
  },
  {
    // Who is a member is read from here.
    sid: 'TamperDirectory',
    actions: named('s3', ['Put*', 'Delete*', 'CreateBucket', 'BypassGovernanceRetention', 'Replicate*']),
    resources: ['arn:*:s3:::perimeter-directory*'],
    byPerimeter: true,
  },
  {
    // https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-batchupdatefindings-configure-access.html
    sid: 'TamperFindings',
    actions: named('securityhub', ['BatchUpdateFindings']),
    resources: ['*'],
    when: { StringEquals: { 'securityhub:ASFFSyntaxPath/Workflow.Status': 'SUPPRESSED' } },
  },
  {
    // Anyone who may create roles could take a name that the policies spare.
    sid: 'TamperSparedRoles',
    actions: named('iam', ['CreateRole', 'UpdateAssumeRolePolicy']),
    resources: SPARED_ROLES.filter(({ pattern }) => !pattern.startsWith('aws-service-role/')).map(({ pattern }) => anyRole(pattern)),
    byDeployment: true,
  },
];

const ALARMS: Protection = {
  sid: 'TamperAlarms',
  actions: named('cloudwatch', ['DeleteAlarms', 'DisableAlarmActions', 'PutMetricAlarm', 'SetAlarmState', 'TagResource', 'UntagResource']),
  resources: all('cloudwatch', 'alarm:perimeter-*'),
};

/** The statements, each of them a denial that spares. */
export const tamperProtection = (configuration: WholeConfiguration): readonly PolicyStatement[] => {
  const { spared, deployment } = configuration;
  const protections = [...PROTECTED, ...(deployment.alarms ? [ALARMS] : []), ...sparedPrincipals(spared.principalArns), ...sparingTag(spared)];
  return protections.map((protection) => render(protection, configuration));
};

/** Those that the configuration spares cannot be made, taken over or given new keys by others. */
function sparedPrincipals(arns: readonly string[]): readonly Protection[] {
  const [roles, users] = [arns.filter((arn) => arn.includes(':role/')), arns.filter((arn) => arn.includes(':user/'))];
  return [
    ...(roles.length === 0
      ? []
      : [{ sid: 'TamperPrincipals', actions: named('iam', ['CreateRole', 'UpdateAssumeRolePolicy', 'PassRole']), resources: roles }]),
    ...(users.length === 0
      ? []
      : [
          {
            sid: 'TamperUsers',
            actions: named('iam', ['CreateUser', 'CreateAccessKey', 'CreateLoginProfile', 'UpdateLoginProfile']),
            resources: users,
          },
        ]),
  ];
}

/**
 * Whoever may tag a role or a session could spare himself. Tag keys of IAM differ by more than case, and so does `aws:PrincipalTag`:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules
 */
function sparingTag({ principalTag }: WholeConfiguration['spared']): readonly Protection[] {
  if (!principalTag) return [];
  return [
    {
      sid: 'TamperTag',
      actions: ['iam:CreateRole', 'iam:CreateUser', 'iam:TagRole', 'iam:TagUser', 'iam:UntagRole', 'iam:UntagUser', 'sts:TagSession'],
      resources: ['*'],
      when: { 'ForAnyValue:StringEqualsIgnoreCase': { 'aws:TagKeys': principalTag.key } },
    },
  ];
}

function render({ sid, actions, resources, when, byPerimeter, byDeployment }: Protection, { spared }: WholeConfiguration): PolicyStatement {
  const readers = sid === 'TamperUndoReading' ? [UNDO_ROLE] : [];
  const roles = [STACK_SETS, ...(byPerimeter ? [PERIMETER] : []), ...readers, ...spared.principalArns];
  const whom: ConditionBlock = byDeployment
    ? sparing({ spared })
    : {
        ArnNotLikeIfExists: { 'aws:PrincipalArn': [...new Set(roles)] },
        ...(spared.principalTag && {
          StringNotEqualsIfExists: { [`aws:PrincipalTag/${spared.principalTag.key}`]: spared.principalTag.value },
        }),
      };
  return { Sid: sid, Effect: 'Deny', Action: actions, Resource: resources, Condition: { ...when, ...whom } };
}
