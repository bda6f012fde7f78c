/** The ARNs of common types, and what `Ref` gives for them. A type that is not here has a `Ref` that nobody knows before deployment. */
import { holeFor } from './holes';

/** The text of a property of the resource; undefined when it is absent or no text. */
export type Read = (property: string) => string | undefined;

export interface Shape {
  readonly service: string;
  readonly isGlobal?: true;
  readonly hasNoAccount?: true;
  /** The property that names it, where the ARN ends in its name. */
  readonly name?: string;
  readonly mayHoldSlash?: true;
  /** The ARN's last field. */
  readonly resource: (name: string, read: Read, logicalId: string) => string;
  /** What `Ref` gives; absent: an id. */
  readonly ref?: 'arn' | 'name' | 'url';
  /** Attributes besides `Arn` that are the ARN. */
  readonly arnAttributes?: readonly string[];
  /** Attributes that are the ARN with a qualifier, and the property that gives it. */
  readonly qualified?: { readonly [attribute: string]: string };
}

type Options = Omit<Shape, 'service' | 'resource'>;

/** `<prefix><name>`. */
const shape = (service: string, prefix: string, options: Options = {}): Shape => ({ service, resource: (name) => `${prefix}${name}`, ...options });

/** IAM puts the path between the kind and the name: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
const iam = (kind: string, name: string, ref: 'name' | 'arn' = 'name', path = 'Path'): Shape => ({
  service: 'iam',
  isGlobal: true,
  name,
  ref,
  resource: (text, read) => `${kind}${read(path) ?? '/'}${text}`,
});

/** The name in whatever way a function is named: a name, an ARN or the part of one after the account. */
const functionName = (read: Read): string => (read('FunctionName') ?? '').replace(/^.*:function:/s, '') || holeFor('FunctionName');

export const SHAPES: ReadonlyMap<string, Shape> = new Map(
  Object.entries({
    'AWS::Backup::BackupVault': shape('backup', 'backup-vault:', { name: 'BackupVaultName', ref: 'name', arnAttributes: ['BackupVaultArn'] }),
    'AWS::CertificateManager::Certificate': shape('acm', 'certificate/', { ref: 'arn' }),
    'AWS::CloudTrail::Trail': shape('cloudtrail', 'trail/', { name: 'TrailName', ref: 'name' }),
    'AWS::CloudWatch::Alarm': shape('cloudwatch', 'alarm:', { name: 'AlarmName', ref: 'name' }),
    'AWS::CodeBuild::Project': shape('codebuild', 'project/', { name: 'Name', ref: 'name' }),
    'AWS::CodeCommit::Repository': shape('codecommit', '', { name: 'RepositoryName' }),
    'AWS::Cognito::UserPool': shape('cognito-idp', 'userpool/'),
    'AWS::DynamoDB::GlobalTable': shape('dynamodb', 'table/', { name: 'TableName', ref: 'name' }),
    'AWS::DynamoDB::Table': shape('dynamodb', 'table/', { name: 'TableName', ref: 'name' }),
    'AWS::ECR::Repository': shape('ecr', 'repository/', { name: 'RepositoryName', ref: 'name', mayHoldSlash: true }),
    'AWS::ECS::Cluster': shape('ecs', 'cluster/', { name: 'ClusterName', ref: 'name' }),
    'AWS::ECS::Service': shape('ecs', 'service/', { ref: 'arn', arnAttributes: ['ServiceArn'] }),
    'AWS::ECS::TaskDefinition': shape('ecs', 'task-definition/', { ref: 'arn', arnAttributes: ['TaskDefinitionArn'] }),
    'AWS::EFS::AccessPoint': shape('elasticfilesystem', 'access-point/'),
    'AWS::EFS::FileSystem': shape('elasticfilesystem', 'file-system/'),
    'AWS::ElasticLoadBalancingV2::Listener': shape('elasticloadbalancing', 'listener/', { ref: 'arn', arnAttributes: ['ListenerArn'] }),
    'AWS::ElasticLoadBalancingV2::LoadBalancer': shape('elasticloadbalancing', 'loadbalancer/', { ref: 'arn', arnAttributes: ['LoadBalancerArn'] }),
    'AWS::ElasticLoadBalancingV2::TargetGroup': shape('elasticloadbalancing', 'targetgroup/', { ref: 'arn', arnAttributes: ['TargetGroupArn'] }),
    'AWS::Events::EventBus': shape('events', 'event-bus/', { name: 'Name', ref: 'name', mayHoldSlash: true }),
    'AWS::Events::Rule': {
      service: 'events',
      name: 'Name',
      resource: (name, read) => {
        const bus = (read('EventBusName') ?? 'default').replace(/^.*:event-bus\//s, '');
        return bus === 'default' ? `rule/${name}` : `rule/${bus}/${name}`;
      },
    },
    'AWS::IAM::Group': iam('group', 'GroupName'),
    'AWS::IAM::InstanceProfile': iam('instance-profile', 'InstanceProfileName'),
    'AWS::IAM::ManagedPolicy': { ...iam('policy', 'ManagedPolicyName', 'arn'), arnAttributes: ['PolicyArn'] },
    'AWS::IAM::OIDCProvider': shape('iam', 'oidc-provider/', { isGlobal: true, ref: 'arn' }),
    'AWS::IAM::Role': iam('role', 'RoleName'),
    'AWS::IAM::SAMLProvider': shape('iam', 'saml-provider/', { isGlobal: true, ref: 'arn' }),
    'AWS::IAM::User': iam('user', 'UserName'),
    'AWS::KMS::Key': shape('kms', 'key/'),
    'AWS::Kinesis::Stream': shape('kinesis', 'stream/', { name: 'Name', ref: 'name' }),
    'AWS::KinesisFirehose::DeliveryStream': shape('firehose', 'deliverystream/', { name: 'DeliveryStreamName', ref: 'name' }),
    'AWS::Lambda::Alias': {
      service: 'lambda',
      ref: 'arn',
      arnAttributes: ['AliasArn'],
      resource: (_name, read, id) => `function:${functionName(read)}:${read('Name') ?? holeFor(id)}`,
    },
    'AWS::Lambda::EventSourceMapping': shape('lambda', 'event-source-mapping:', { arnAttributes: ['EventSourceMappingArn'] }),
    'AWS::Lambda::Function': shape('lambda', 'function:', { name: 'FunctionName', ref: 'name' }),
    'AWS::Lambda::LayerVersion': {
      service: 'lambda',
      name: 'LayerName',
      ref: 'arn',
      arnAttributes: ['LayerVersionArn'],
      resource: (name, _read, id) => `layer:${name}:${holeFor(`${id}.Version`)}`,
    },
    'AWS::Lambda::Version': {
      service: 'lambda',
      ref: 'arn',
      arnAttributes: ['FunctionArn'],
      resource: (_name, read, id) => `function:${functionName(read)}:${holeFor(`${id}.Version`)}`,
    },
    'AWS::Logs::LogGroup': {
      ...shape('logs', '', { name: 'LogGroupName', ref: 'name', mayHoldSlash: true }),
      resource: (name) => `log-group:${name}:*`,
    },
    'AWS::MSK::Cluster': shape('kafka', 'cluster/', { ref: 'arn' }),
    'AWS::OpenSearchService::Domain': shape('es', 'domain/', { name: 'DomainName', ref: 'name', arnAttributes: ['DomainArn'] }),
    'AWS::Pipes::Pipe': shape('pipes', 'pipe/', { name: 'Name', ref: 'name' }),
    'AWS::S3::Bucket': shape('s3', '', { isGlobal: true, hasNoAccount: true, name: 'BucketName', ref: 'name' }),
    'AWS::SNS::Topic': shape('sns', '', { name: 'TopicName', ref: 'arn', arnAttributes: ['TopicArn'] }),
    'AWS::SQS::Queue': shape('sqs', '', { name: 'QueueName', ref: 'url' }),
    'AWS::Scheduler::Schedule': {
      service: 'scheduler',
      name: 'Name',
      ref: 'name',
      resource: (name, read) => `schedule/${read('GroupName') ?? 'default'}/${name}`,
    },
    'AWS::Scheduler::ScheduleGroup': shape('scheduler', 'schedule-group/', { name: 'Name', ref: 'name' }),
    'AWS::SecretsManager::Secret': {
      ...shape('secretsmanager', '', { name: 'Name', ref: 'arn', mayHoldSlash: true }),
      resource: (name, _read, id) => `secret:${name}-${holeFor(`${id}.Suffix`)}`,
    },
    'AWS::Serverless::Function': shape('lambda', 'function:', {
      name: 'FunctionName',
      ref: 'name',
      qualified: { Alias: 'AutoPublishAlias', Version: 'AutoPublishVersion' },
    }),
    'AWS::Serverless::LayerVersion': {
      service: 'lambda',
      name: 'LayerName',
      ref: 'arn',
      resource: (name, _read, id) => `layer:${name}:${holeFor(`${id}.Version`)}`,
    },
    'AWS::Serverless::SimpleTable': shape('dynamodb', 'table/', { name: 'TableName', ref: 'name' }),
    'AWS::Serverless::StateMachine': shape('states', 'stateMachine:', { name: 'Name', ref: 'arn' }),
    'AWS::StepFunctions::Activity': shape('states', 'activity:', { name: 'Name', ref: 'arn' }),
    'AWS::StepFunctions::StateMachine': shape('states', 'stateMachine:', {
      name: 'StateMachineName',
      ref: 'arn',
      arnAttributes: ['StateMachineArn'],
    }),
  } satisfies { readonly [type: string]: Shape }),
);
