import { SOMEWHERE, shapesOf, valueIn } from './support';

const resource = (type: string, properties = '{}') => `Resources:\n  It: { Type: "${type}", Properties: ${properties} }`;
const regional = (service: string, rest: string) => `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${rest}`;
const global = (rest: string) => `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:${rest}`;

describe('Ref', () => {
  it.each([
    ['AWS::SNS::Topic', '{}', regional('sns', '${It}')],
    ['AWS::SNS::Topic', '{ TopicName: orders }', regional('sns', 'orders')],
    ['AWS::SNS::Topic', '{ TopicName: !Sub "${Env}-orders" }', regional('sns', '${Env}-orders')],
    ['AWS::SQS::Queue', '{ QueueName: orders }', 'https://sqs.${AWS::Region}.${AWS::URLSuffix}/${AWS::AccountId}/orders'],
    ['AWS::Lambda::Function', '{ FunctionName: f }', 'f'],
    ['AWS::Lambda::Function', '{}', '${It}'],
    ['AWS::Lambda::Version', '{ FunctionName: f }', regional('lambda', 'function:f:${It.Version}')],
    ['AWS::Lambda::Alias', '{ FunctionName: "arn:aws:lambda:eu-west-1:111122223333:function:f", Name: live }', regional('lambda', 'function:f:live')],
    ['AWS::Lambda::Alias', '{ Name: live }', regional('lambda', 'function:${FunctionName}:live')],
    ['AWS::Lambda::LayerVersion', '{ LayerName: l }', regional('lambda', 'layer:l:${It.Version}')],
    ['AWS::Lambda::EventSourceMapping', '{}', '${It}'],
    ['AWS::S3::Bucket', '{ BucketName: b }', 'b'],
    ['AWS::IAM::Role', '{ RoleName: r, Path: /p/ }', 'r'],
    ['AWS::IAM::ManagedPolicy', '{ ManagedPolicyName: p }', global('policy/p')],
    ['AWS::SecretsManager::Secret', '{ Name: db/main }', regional('secretsmanager', 'secret:db/main-${It.Suffix}')],
    ['AWS::StepFunctions::StateMachine', '{ StateMachineName: m }', regional('states', 'stateMachine:m')],
    ['AWS::ElasticLoadBalancingV2::TargetGroup', '{}', regional('elasticloadbalancing', 'targetgroup/${It}')],
    ['AWS::EC2::Subnet', '{}', '${It}'],
    ['AWS::EC2::SecurityGroup', '{ GroupName: g }', '${It}'],
    ['AWS::KMS::Key', '{}', '${It}'],
    ['AWS::CloudFormation::Stack', '{}', '${It}'],
    ['Custom::Lookup', '{}', '${It}'],
  ])('%s %s', (type, properties, expected) => {
    expect(valueIn('!Ref It', resource(type, properties))).toBe(expected);
  });
});

describe('Fn::GetAtt', () => {
  it.each([
    ['AWS::SQS::Queue', '{}', 'Arn', regional('sqs', '${It}')],
    ['AWS::SQS::Queue', '{ QueueName: q.fifo }', 'QueueName', 'q.fifo'],
    ['AWS::SNS::Topic', '{ TopicName: t }', 'TopicArn', regional('sns', 't')],
    ['AWS::SNS::Topic', '{ TopicName: t }', 'TopicName', 't'],
    ['AWS::Lambda::Function', '{}', 'Arn', regional('lambda', 'function:${It}')],
    ['AWS::Lambda::Alias', '{ FunctionName: !Ref AWS::NoValue, Name: live }', 'AliasArn', regional('lambda', 'function:${FunctionName}:live')],
    ['AWS::Lambda::LayerVersion', '{ LayerName: l }', 'LayerVersionArn', regional('lambda', 'layer:l:${It.Version}')],
    ['AWS::IAM::Role', '{ RoleName: r, Path: /eks/ }', 'Arn', global('role/eks/r')],
    ['AWS::IAM::User', '{}', 'Arn', global('user/${It}')],
    ['AWS::S3::Bucket', '{ BucketName: b }', 'Arn', 'arn:${AWS::Partition}:s3:::b'],
    ['AWS::S3::Bucket', '{ BucketName: b }', 'DomainName', '${It.DomainName}'],
    ['AWS::Kinesis::Stream', '{ Name: k }', 'Arn', regional('kinesis', 'stream/k')],
    ['AWS::KinesisFirehose::DeliveryStream', '{ DeliveryStreamName: d }', 'Arn', regional('firehose', 'deliverystream/d')],
    ['AWS::Events::Rule', '{ Name: n }', 'Arn', regional('events', 'rule/n')],
    ['AWS::Events::Rule', '{ Name: n, EventBusName: b }', 'Arn', regional('events', 'rule/b/n')],
    ['AWS::Events::EventBus', '{ Name: b }', 'Arn', regional('events', 'event-bus/b')],
    ['AWS::Logs::LogGroup', '{ LogGroupName: /aws/lambda/f }', 'Arn', regional('logs', 'log-group:/aws/lambda/f:*')],
    ['AWS::DynamoDB::Table', '{ TableName: t }', 'Arn', regional('dynamodb', 'table/t')],
    ['AWS::DynamoDB::Table', '{ TableName: t }', 'StreamArn', '${It.StreamArn}'],
    ['AWS::ECR::Repository', '{ RepositoryName: team/app }', 'Arn', regional('ecr', 'repository/team/app')],
    ['AWS::Scheduler::Schedule', '{ Name: s }', 'Arn', regional('scheduler', 'schedule/default/s')],
    ['AWS::EC2::Subnet', '{}', 'VpcId', '${It.VpcId}'],
    ['AWS::EC2::SecurityGroup', '{}', 'GroupId', '${It.GroupId}'],
    // Any other type: its own ARN is the own account's, somebody else's is not told by an attribute's name.
    ['AWS::Widgets::Widget', '{}', 'Arn', regional('widgets', '${It.Arn}')],
    ['AWS::Widgets::Widget', '{}', 'WidgetArn', regional('widgets', '${It.WidgetArn}')],
    ['AWS::NetworkManager::VpcAttachment', '{}', 'CoreNetworkArn', '${It.CoreNetworkArn}'],
    ['AWS::Widgets::Widget', '{}', 'Id', '${It.Id}'],
    ['AWS::SSO::PermissionSet', '{}', 'PermissionSetArn', '${It.PermissionSetArn}'],
    ['AWS::CloudFormation::Stack', '{}', 'Outputs.TopicArn', '${It.Outputs.TopicArn}'],
    ['AWS::CloudFormation::CustomResource', '{}', 'Arn', '${It.Arn}'],
    ['AWS::Serverless::Application', '{}', 'Outputs.Arn', '${It.Outputs.Arn}'],
    ['Custom::Lookup', '{}', 'Arn', '${It.Arn}'],
    ['Example::Network::Vpc::MODULE', '{}', 'Arn', '${It.Arn}'],
    ['AWS::Serverless::Function', '{ FunctionName: f, AutoPublishAlias: live }', 'Alias', regional('lambda', 'function:f:live')],
    ['AWS::Serverless::Function', '{ FunctionName: f }', 'Version', regional('lambda', 'function:f:${It.Version}')],
  ])('%s %s %s', (type, properties, attribute, expected) => {
    expect(valueIn(`!GetAtt It.${attribute}`, resource(type, properties))).toBe(expected);
  });

  it('of a function that SAM has published', () => {
    expect(valueIn('!Ref It.Alias', resource('AWS::Serverless::Function', '{ FunctionName: f, AutoPublishAlias: live }'))).toBe(
      regional('lambda', 'function:f:live'),
    );
  });

  it('is exact where the place is known', () => {
    expect(valueIn('!GetAtt It.Arn', resource('AWS::SQS::Queue'), { place: SOMEWHERE })).toBe('arn:aws:sqs:eu-west-1:111122223333:${It}');
    expect(valueIn('!Ref It', resource('AWS::SQS::Queue', '{ QueueName: q }'), { place: SOMEWHERE })).toBe(
      'https://sqs.eu-west-1.amazonaws.com/111122223333/q',
    );
  });

  it('survives names that depend on themselves', () => {
    const queue = resource('AWS::SQS::Queue', '{ QueueName: !Sub "${It.QueueName}x${Other.QueueName}" }');
    const other = '\n  Other: { Type: AWS::SQS::Queue, Properties: { QueueName: !GetAtt It.QueueName } }';

    expect(valueIn('!GetAtt It.QueueName', queue + other)).toBe('${It.QueueName}x${It.QueueName}');
  });

  it('counts the conditions that a name depends on', () => {
    const text = `
Parameters: { P: { Type: String } }
Conditions: { C: !Equals [!Ref P, x] }
Resources:
  Q: { Type: AWS::SQS::Queue, Properties: { QueueName: !If [C, one, two] } }
  S: { Type: AWS::Test::Subject, Properties: { V: !GetAtt Q.QueueName } }`;

    expect(shapesOf(text, 'S')).toEqual([
      { branch: 'C=true', properties: { V: 'one' } },
      { branch: 'C=false', properties: { V: 'two' } },
    ]);
  });
});
