/**
 * The calls by which CloudFormation makes, changes and removes the resources of a template, as policies see them: the permissions that
 * the handlers of AWS's resource types name (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-type-schemas.html),
 * with the resource and the condition keys of the service authorization reference.
 */
import type { Template } from '../../lib/cdk/member';
import type { Call, Caller } from '../scp/call';
import { mappingsOf, type Place, type Resource, resolved, resourcesOf } from './support';

export type Deployment = Omit<Call, 'caller'>;

type Calls = (resource: Resource, place: Place, nameOf: (reference: string) => string) => readonly Deployment[];

const arn = ({ partition, region, account }: Place, service: string, resource: string) =>
  `arn:${partition}:${service}:${region}:${account}:${resource}`;
const role = ({ partition, account }: Place, name: string) => `arn:${partition}:iam::${account}:role/${name}`;
const each = (actions: readonly string[], resource: string, keys: Call['keys'] = {}): readonly Deployment[] =>
  actions.map((action) => ({ action, resource, keys }));
const passed = (place: Place, name: string, to: string): readonly Deployment[] =>
  each(['iam:PassRole'], role(place, name), { 'iam:PassedToService': to });

const CALLS: { readonly [type: string]: Calls } = {
  'AWS::Lambda::Function': ({ Properties }, place) => [
    ...each(
      ['lambda:CreateFunction', 'lambda:UpdateFunctionConfiguration', 'lambda:UpdateFunctionCode', 'lambda:TagResource', 'lambda:DeleteFunction'],
      arn(place, 'lambda', `function:${Properties.FunctionName}`),
    ),
    ...passed(place, `${Properties.FunctionName}-${place.region}`, 'lambda.amazonaws.com'),
  ],
  'AWS::Lambda::Permission': ({ Properties }, place, nameOf) =>
    each(['lambda:AddPermission', 'lambda:RemovePermission'], arn(place, 'lambda', `function:${nameOf(Properties.FunctionName)}`), {
      'lambda:Principal': Properties.Principal,
    }),
  'AWS::Lambda::EventSourceMapping': ({ Properties }, place, nameOf) =>
    each(
      ['lambda:CreateEventSourceMapping', 'lambda:UpdateEventSourceMapping', 'lambda:DeleteEventSourceMapping'],
      arn(place, 'lambda', 'event-source-mapping:11111111-2222-3333-4444-555555555555'),
      { 'lambda:FunctionArn': arn(place, 'lambda', `function:${nameOf(Properties.FunctionName)}`) },
    ),
  'AWS::IAM::Role': ({ Properties }, place) =>
    each(
      ['iam:CreateRole', 'iam:PutRolePolicy', 'iam:UpdateAssumeRolePolicy', 'iam:TagRole', 'iam:DeleteRolePolicy', 'iam:DeleteRole'],
      role(place, Properties.RoleName),
    ),
  'AWS::Events::Rule': ({ Properties }, place) =>
    each(['events:PutRule', 'events:PutTargets', 'events:RemoveTargets', 'events:DeleteRule'], arn(place, 'events', `rule/${Properties.Name}`)),
  'AWS::SQS::Queue': ({ Properties }, place) =>
    each(['sqs:CreateQueue', 'sqs:SetQueueAttributes', 'sqs:TagQueue', 'sqs:DeleteQueue'], arn(place, 'sqs', Properties.QueueName)),
  'AWS::SQS::QueuePolicy': ({ Properties }, place, nameOf) => each(['sqs:SetQueueAttributes'], arn(place, 'sqs', nameOf(Properties.Queues[0]))),
  'AWS::Logs::LogGroup': ({ Properties }, place) =>
    each(
      ['logs:CreateLogGroup', 'logs:PutRetentionPolicy', 'logs:TagResource', 'logs:DeleteLogGroup'],
      arn(place, 'logs', `log-group:${Properties.LogGroupName}`),
    ),
  'AWS::Scheduler::ScheduleGroup': ({ Properties }, place) =>
    each(['scheduler:CreateScheduleGroup', 'scheduler:DeleteScheduleGroup'], arn(place, 'scheduler', `schedule-group/${Properties.Name}`)),
  'AWS::Scheduler::Schedule': ({ Properties }, place) => [
    ...each(
      ['scheduler:CreateSchedule', 'scheduler:UpdateSchedule', 'scheduler:DeleteSchedule'],
      arn(place, 'scheduler', `schedule/perimeter/${Properties.Name}`),
    ),
    ...passed(place, `${Properties.Name}-${place.region}`, 'scheduler.amazonaws.com'),
  ],
  // None of these three takes a resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
  'AWS::CloudFormation::LambdaHook': ({ Properties }, place, nameOf) => [
    ...each(['cloudformation:ActivateType', 'cloudformation:SetTypeConfiguration', 'cloudformation:DeactivateType'], '*'),
    ...passed(place, nameOf(Properties.ExecutionRole), 'hooks.cloudformation.amazonaws.com'),
  ],
  'AWS::CloudWatch::Alarm': ({ Properties }, place) =>
    each(['cloudwatch:PutMetricAlarm', 'cloudwatch:DeleteAlarms'], arn(place, 'cloudwatch', `alarm:${Properties.AlarmName}`)),
  'AWS::CloudWatch::Dashboard': ({ Properties }, { partition, account }) =>
    each(['cloudwatch:PutDashboard', 'cloudwatch:DeleteDashboards'], `arn:${partition}:cloudwatch::${account}:dashboard/${Properties.DashboardName}`),
};

/** Of the whole template, and of the stack itself. Throws for a type that is not listed: what deploys it is not known then. */
export function callsOf(template: Template, at: Place): readonly Deployment[] {
  const resources = resourcesOf(template);
  const place = { ...at, mappings: mappingsOf(template) };
  // `att-LambdaVpcRemediatorActingFunction.Arn`, `ref-LambdaVpcRemediatorDeadLettersQueue`: as `resolved` writes them.
  const nameOf = (reference: string): string => {
    const properties = resources[reference.replace(/^(?:att|ref)-|\.Arn$/g, '')]?.Properties;
    return properties?.FunctionName ?? properties?.QueueName ?? resolved(properties?.RoleName, place);
  };
  const ofResources = Object.values(resources).flatMap((resource) => {
    const calls = CALLS[resource.Type];
    if (!calls) throw new Error(`${resource.Type}: name the calls that make it in test/cdk/calls.ts`);
    return calls({ ...resource, Properties: resolved(resource.Properties, place) }, place, nameOf);
  });
  const stack = arn(place, 'cloudformation', 'stack/StackSet-perimeter-pilot-11111111-2222-3333-4444-555555555555/1');
  return [...each(['cloudformation:CreateStack', 'cloudformation:UpdateStack', 'cloudformation:DeleteStack'], stack), ...ofResources];
}

export const by = (deployment: Deployment, caller: Caller, keys: Call['keys'] = {}): Call => ({
  ...deployment,
  caller,
  keys: { ...deployment.keys, ...keys },
});
