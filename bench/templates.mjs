/** Writes believable templates: 70 resources each, half YAML with short-form tags, half JSON. The same bytes every time. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const RESOURCES = 70;

const statement = (effect, actions, resource) => ({ Effect: effect, Action: actions, Resource: resource });

const tags = (index) => [
  { Key: 'cost-center', Value: `cc-${1000 + (index % 40)}` },
  { Key: 'team', Value: ['payments', 'orders', 'search', 'identity'][index % 4] },
  { Key: 'environment', Value: { Ref: 'Environment' } },
];

/** One maker a kind; `n` numbers the resource. */
const MAKERS = [
  (n) => ({
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: { 'Fn::Sub': `\${AWS::StackName}-worker-${n}` },
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      MemorySize: 256,
      Timeout: 30,
      Role: { 'Fn::GetAtt': [`Role${n + 1}`, 'Arn'] },
      Code: { S3Bucket: { Ref: 'CodeBucket' }, S3Key: `builds/worker-${n}/${'0123456789abcdef'.repeat(2)}.zip` },
      Environment: { Variables: { TABLE_NAME: { Ref: `Table${n + 5}` }, QUEUE_URL: { Ref: `Queue${n + 3}` }, LOG_LEVEL: 'info' } },
      VpcConfig: { SubnetIds: { Ref: 'Subnets' }, SecurityGroupIds: [{ 'Fn::ImportValue': 'shared-workload-security-group' }] },
      TracingConfig: { Mode: 'Active' },
      Tags: tags(n),
    },
  }),
  (n) => ({
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      ManagedPolicyArns: [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole' }],
      Policies: [
        {
          PolicyName: 'work',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              statement('Allow', ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'], { 'Fn::GetAtt': [`Table${n + 4}`, 'Arn'] }),
              statement('Allow', ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], { 'Fn::GetAtt': [`Queue${n + 2}`, 'Arn'] }),
            ],
          },
        },
      ],
      Tags: tags(n),
    },
  }),
  (n) => ({
    Type: 'AWS::Lambda::Permission',
    Properties: {
      FunctionName: { Ref: `Function${n - 2}` },
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::Sub': `arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:rule/nightly-${n}` },
    },
  }),
  (n) => ({
    Type: 'AWS::SQS::Queue',
    Properties: {
      QueueName: { 'Fn::Join': ['-', [{ Ref: 'AWS::StackName' }, 'work', String(n)]] },
      VisibilityTimeout: 180,
      MessageRetentionPeriod: 1209600,
      KmsMasterKeyId: 'alias/aws/sqs',
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::ImportValue': 'shared-dead-letter-arn' }, maxReceiveCount: 5 },
      Tags: tags(n),
    },
  }),
  (n) => ({
    Type: 'AWS::SNS::Subscription',
    Properties: {
      TopicArn: { Ref: `Topic${n + 2}` },
      Protocol: n % 14 === 4 ? 'https' : 'sqs',
      Endpoint: n % 14 === 4 ? `https://api.example.com/hooks/${n}` : { 'Fn::GetAtt': [`Queue${n - 1}`, 'Arn'] },
      RawMessageDelivery: true,
      FilterPolicy: { type: ['created', 'updated', 'deleted'], region: [{ Ref: 'AWS::Region' }] },
    },
  }),
  (n) => ({
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
        { AttributeName: 'gsi1', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: { 'Fn::If': ['IsProduction', true, false] } },
      SSESpecification: { SSEEnabled: true },
      Tags: tags(n),
    },
  }),
  (n) => ({
    Type: 'AWS::SNS::Topic',
    Properties: { DisplayName: `Notices ${n}`, KmsMasterKeyId: 'alias/aws/sns', Tags: tags(n) },
  }),
];

const NAMES = ['Function', 'Role', 'Permission', 'Queue', 'Subscription', 'Table', 'Topic'];

function template(number) {
  const resources = {};
  for (let index = 0; index < RESOURCES; index += 1) resources[`${NAMES[index % 7]}${index}`] = MAKERS[index % 7](index);
  if (number % 50 === 0) resources.Function0.Properties.VpcConfig = { SubnetIds: [], SecurityGroupIds: [] };
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Service ${number}: a worker fleet with its queues, tables and notices`,
    Parameters: {
      Environment: { Type: 'String', Default: 'production', AllowedValues: ['production', 'staging'] },
      Subnets: { Type: 'List<AWS::EC2::Subnet::Id>' },
      CodeBucket: { Type: 'String' },
    },
    Conditions: { IsProduction: { 'Fn::Equals': [{ Ref: 'Environment' }, 'production'] } },
    Resources: resources,
  };
}

const TAGS = {
  Ref: '!Ref',
  'Fn::Sub': '!Sub',
  'Fn::GetAtt': '!GetAtt',
  'Fn::ImportValue': '!ImportValue',
  'Fn::Join': '!Join',
  'Fn::If': '!If',
  'Fn::Equals': '!Equals',
};

const scalar = (value) => (typeof value === 'string' && !/^[A-Za-z][\w./-]*$/.test(value) ? JSON.stringify(value) : String(value));

/** Block style with the short form of every intrinsic, as people write it. */
function yaml(value, indent) {
  const pad = ' '.repeat(indent);
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []\n';
    return `\n${value.map((item) => (typeof item === 'object' ? `${pad}-${short(item, indent) ?? `\n${yaml(item, indent + 2).replace(/^\n/, '')}`}` : `${pad}- ${scalar(item)}\n`)).join('')}`;
  }
  if (typeof value === 'object') {
    return `\n${Object.entries(value)
      .map(
        ([key, item]) =>
          `${pad}${/^[\w-]+$/.test(key) ? key : JSON.stringify(key)}:${typeof item === 'object' ? (short(item, indent) ?? yaml(item, indent + 2)) : ` ${scalar(item)}\n`}`,
      )
      .join('')}`;
  }
  return ` ${scalar(value)}\n`;
}

function short(value, indent) {
  const [key, ...more] = Object.keys(value);
  if (Array.isArray(value) || more.length > 0 || !TAGS[key]) return undefined;
  const inner = value[key];
  if (key === 'Fn::GetAtt') return ` !GetAtt ${inner.join('.')}\n`;
  return typeof inner === 'object' ? ` ${TAGS[key]}${yaml(inner, indent + 2)}` : ` ${TAGS[key]} ${scalar(inner)}\n`;
}

/** Writes `count` templates and answers their paths. */
export function writeTemplates(folder, count) {
  mkdirSync(folder, { recursive: true });
  return Array.from({ length: count }, (_, number) => {
    const isYaml = number % 2 === 0;
    const path = join(folder, `service-${String(number).padStart(4, '0')}.${isYaml ? 'yaml' : 'json'}`);
    const body = template(number);
    writeFileSync(path, isYaml ? yaml(body, 0).trimStart() : `${JSON.stringify(body, null, 1)}\n`);
    return path;
  });
}
