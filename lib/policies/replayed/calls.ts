/** Which actions a recorded call is for IAM, and on which resource. https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html */
import { arnAt, formatArn, parseArn } from '../../core/arn';
import type { CloudTrailRecord } from '../../core/cloudtrail';
import { parseFunctionName, parseLayerName } from '../../core/lambda';
import { asList, asText, property, type Value } from '../../core/value';

export interface RecordedCall {
  /** As IAM names it: `lambda:AddPermission`. */
  readonly action: string;
  /** Its ARN; `*` where the action takes none; absent: the record does not tell. */
  readonly resource?: string;
  /** It is a role or user whose path the record does not tell: the ARN is that of one without. */
  readonly isPathless?: boolean;
  /** The CloudFormation type. */
  readonly type: string;
}

/** Services whose prefix in IAM is not the first label of their host. */
const PREFIXES: { readonly [host: string]: string } = { 'monitoring.amazonaws.com': 'cloudwatch', 'email.amazonaws.com': 'ses' };

/** Events that are named otherwise than their action. */
const RENAMED: { readonly [event: string]: string } = {
  'lambda:Invoke': 'lambda:InvokeFunction',
  'lambda:UpdateAliasConfiguration': 'lambda:UpdateAlias',
};

/** The call itself; the role that it passes, and the tags that it gives a session, are permissions of their own. */
export function callsOf(record: CloudTrailRecord): readonly RecordedCall[] {
  const prefix = PREFIXES[record.eventSource] ?? record.eventSource.split('.')[0] ?? '';
  const plain = `${prefix}:${record.eventName.replace(/\d{8}(?:v\d+)?$/, '')}`;
  const action = RENAMED[plain] ?? plain;
  const find = Object.hasOwn(RESOURCES, prefix) ? RESOURCES[prefix] : undefined;
  const found = find?.(record, action.slice(prefix.length + 1));
  const call = {
    action,
    type: found?.type ?? 'AWS::CloudFormation::CustomResource',
    resource: found ? found.arn : record.resources[0]?.arn,
    ...(found?.isPathless && { isPathless: true }),
  };
  return [call, ...passedRole(record, prefix), ...sessionTags(record, action)];
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html */
function passedRole({ request }: CloudTrailRecord, prefix: string): readonly RecordedCall[] {
  if (prefix === 'sts' || prefix === 'iam') return [];
  const role = ['role', 'roleArn', 'roleARN', 'executionRoleArn'].map((name) => asText(request[name])).find((text) => text && /:role\//.test(text));
  return role === undefined ? [] : [{ action: 'iam:PassRole', resource: role, type: 'AWS::IAM::Role' }];
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html */
const sessionTags = ({ request }: CloudTrailRecord, action: string): readonly RecordedCall[] =>
  /^sts:AssumeRole/.test(action) && asList(request.tags).length > 0
    ? [{ action: 'sts:TagSession', resource: asText(request.roleArn), type: 'AWS::IAM::Role' }]
    : [];

interface Found {
  readonly type: string;
  readonly arn: string | undefined;
  readonly isPathless?: boolean;
}

type Finder = (record: CloudTrailRecord, operation: string) => Found;

/** The text of the first parameter that is there. */
const first = ({ request }: CloudTrailRecord, ...names: readonly string[]): string | undefined =>
  names.map((name) => asText(request[name])).find((text) => text !== undefined && text !== '');

/** ARN of a thing that may be named by its ARN; `*` where the call names none, unknown where its parameters are missing. */
function thing(
  record: CloudTrailRecord,
  type: string,
  service: string,
  name: string | undefined,
  of: (name: string) => string = (text) => text,
): Found {
  if (name === undefined) return { type, arn: record.hasRequest ? '*' : record.resources[0]?.arn };
  if (parseArn(name)) return { type, arn: name };
  return { type, arn: arnAt(record.place, service, of(name)) };
}

/** IAM is global: its ARNs have no Region. A path is known from the answer, or when it is given; what is made without one has none. */
function identity(record: CloudTrailRecord, kind: 'role' | 'user', name: string | undefined): Found {
  const type = kind === 'role' ? 'AWS::IAM::Role' : 'AWS::IAM::User';
  if (name === undefined) return { type, arn: record.hasRequest ? '*' : record.resources[0]?.arn };
  const answered = asText(property(property(record.response, kind), 'arn'));
  if (answered !== undefined) return { type, arn: answered };
  const path = asText(record.request.path);
  const isNew = /^Create(?:Role|User)$/.test(record.eventName);
  const arn = `arn:${record.place.partition}:iam::${record.place.account}:${kind}${path ?? '/'}${name}`;
  return { type, arn, isPathless: path === undefined && !isNew };
}

const RESOURCES: { readonly [prefix: string]: Finder } = {
  lambda: (record, operation) => {
    if (/EventSourceMapping/.test(operation)) return { type: 'AWS::Lambda::EventSourceMapping', arn: '*' };
    const layer = first(record, 'layerName');
    if (layer !== undefined) {
      const type = /Permission/.test(operation) ? 'AWS::Lambda::LayerVersionPermission' : 'AWS::Lambda::LayerVersion';
      return { type, arn: parseLayerName(layer, record.place, first(record, 'versionNumber')).arn };
    }
    const other = first(record, 'capacityProviderName');
    if (other !== undefined) return thing(record, 'AWS::Lambda::CapacityProvider', 'lambda', other, (name) => `capacity-provider:${name}`);
    const name = first(record, 'functionName', 'resourceArn', 'resource');
    if (name === undefined) return thing(record, 'AWS::Lambda::Function', 'lambda', undefined);
    return { type: 'AWS::Lambda::Function', arn: parseFunctionName(name, record.place, first(record, 'qualifier')).arn };
  },
  sns: (record) => {
    const arn = first(record, 'topicArn', 'resourceArn', 'subscriptionArn');
    return {
      ...thing(record, 'AWS::SNS::Topic', 'sns', arn ?? first(record, 'name')),
      ...(arn?.split(':')[6] && { arn: arn.split(':').slice(0, 6).join(':') }),
    };
  },
  ecr: (record) => {
    const place = { ...record.place, account: first(record, 'registryId') ?? record.place.account };
    return thing({ ...record, place }, 'AWS::ECR::Repository', 'ecr', first(record, 'repositoryName', 'resourceArn'), (name) => `repository/${name}`);
  },
  iam: (record, operation) =>
    /User|AccessKey|LoginProfile/.test(operation)
      ? identity(record, 'user', first(record, 'userName'))
      : identity(record, 'role', first(record, 'roleName')),
  sts: (record) => ({ type: 'AWS::IAM::Role', arn: first(record, 'roleArn') ?? '*' }),
  events: (record, operation) => {
    const bus = first(record, 'eventBusName') ?? 'default';
    const rule = /Bus|Archive|Replay|Connection|ApiDestination|Endpoint/.test(operation) ? undefined : first(record, 'rule', 'name', 'resourceARN');
    return thing(record, 'AWS::Events::Rule', 'events', rule, (name) => `rule/${bus === 'default' ? '' : `${bus}/`}${name}`);
  },
  sqs: (record) => {
    const url = first(record, 'queueUrl');
    const [account = record.place.account, name] = url === undefined ? [undefined, first(record, 'queueName')] : url.split('/').slice(-2);
    return thing({ ...record, place: { ...record.place, account } }, 'AWS::SQS::Queue', 'sqs', name ?? first(record, 'sourceArn'));
  },
  scheduler: (record, operation) => {
    const name = first(record, 'name', 'resourceArn');
    if (/Group/.test(operation)) return thing(record, 'AWS::Scheduler::ScheduleGroup', 'scheduler', name, (text) => `schedule-group/${text}`);
    return thing(record, 'AWS::Scheduler::Schedule', 'scheduler', name, (text) => `schedule/${first(record, 'groupName') ?? 'default'}/${text}`);
  },
  logs: (record) =>
    thing(record, 'AWS::Logs::LogGroup', 'logs', first(record, 'logGroupName', 'logGroupIdentifier', 'resourceArn'), (name) => `log-group:${name}`),
  cloudformation: (record, operation) => {
    if (/Type/.test(operation)) return { type: 'AWS::CloudFormation::HookVersion', arn: '*' };
    const set = first(record, 'stackSetName');
    if (set !== undefined) return thing(record, 'AWS::CloudFormation::StackSet', 'cloudformation', set.split(':')[0], (name) => `stackset/${name}:*`);
    const stack = first(record, 'stackName', 'stackId', 'changeSetName');
    return thing(record, 'AWS::CloudFormation::Stack', 'cloudformation', stack, (name) => `stack/${name}/*`);
  },
  s3: (record) => {
    const [bucket, key] = [first(record, 'bucketName'), first(record, 'key')];
    if (bucket === undefined) return thing(record, 'AWS::S3::Bucket', 's3', undefined);
    const resource = key === undefined ? bucket : `${bucket}/${key}`;
    return { type: 'AWS::S3::Bucket', arn: formatArn({ partition: record.place.partition, service: 's3', region: '', account: '', resource }) };
  },
  cloudwatch: (record) => {
    const name = first(record, 'alarmName') ?? textsOf(record.request.alarmNames)[0];
    return thing(record, 'AWS::CloudWatch::Alarm', 'cloudwatch', name, (text) => `alarm:${text}`);
  },
  securityhub: () => ({ type: 'AWS::SecurityHub::Hub', arn: '*' }),
};

/** The texts of a list; what is something else is left out. */
export const textsOf = (value: Value | undefined): readonly string[] => asList(value).flatMap((each) => asText(each) ?? []);
