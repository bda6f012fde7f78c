/** An input for every call of the table, as plans, reads and Perimeter itself send them. */
import type { Action } from '../../lib/aws/calls';
import type { Fields } from '../../lib/aws/output';

const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:f';
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:t';
const SUBSCRIPTION = `${TOPIC}:6b0e71bd-7e97-4d97-80ce-4a0994e55286`;
const REVISION = '6b9f9ec9-2b1c-4b4e-8f4b-5a2f3a0e1d11';
const POLICY = '{"Version":"2012-10-17","Statement":[]}';
const PRODUCT = 'arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default';

export const EXAMPLES: { readonly [action in Action]: Fields } = {
  'lambda:GetPolicy': { FunctionName: 'f', Qualifier: 'live' },
  'lambda:GetFunctionConfiguration': { FunctionName: FUNCTION },
  'lambda:GetFunctionConcurrency': { FunctionName: 'f' },
  'lambda:GetFunctionUrlConfig': { FunctionName: 'f', Qualifier: 'live' },
  'lambda:GetLayerVersionPolicy': { LayerName: 'l', VersionNumber: 7 },
  'lambda:GetCapacityProvider': { CapacityProviderName: 'p' },
  'lambda:GetNetworkConnector': { Identifier: 'c' },
  'lambda:GetWebFunctionRevision': { functionName: 'w', revisionId: 'r' },
  'lambda:ListFunctions': {},
  'lambda:ListVersionsByFunction': { FunctionName: FUNCTION },
  'lambda:ListAliases': { FunctionName: FUNCTION },
  'lambda:ListFunctionUrlConfigs': { FunctionName: FUNCTION },
  'lambda:ListLayers': {},
  'lambda:ListLayerVersions': { LayerName: 'arn:aws:lambda:eu-west-1:111122223333:layer:l' },
  'lambda:ListCapacityProviders': {},
  'lambda:ListNetworkConnectors': {},
  'lambda:AddPermission': { FunctionName: 'f', StatementId: 's', Action: 'lambda:InvokeFunction', Principal: '111122223333' },
  'lambda:RemovePermission': { FunctionName: 'f', Qualifier: 'live', StatementId: 's', RevisionId: 'r' },
  'lambda:PutResourcePolicy': { ResourceArn: FUNCTION, Policy: POLICY, RevisionId: REVISION },
  'lambda:DeleteResourcePolicy': { ResourceArn: FUNCTION, RevisionId: REVISION },
  'lambda:UpdateFunctionUrlConfig': { FunctionName: 'f', AuthType: 'AWS_IAM' },
  'lambda:AddLayerVersionPermission': {
    LayerName: 'l',
    VersionNumber: 7,
    StatementId: 's',
    Action: 'lambda:GetLayerVersion',
    Principal: '*',
    OrganizationId: 'o-exampleorgid',
  },
  'lambda:RemoveLayerVersionPermission': { LayerName: 'l', VersionNumber: 7, StatementId: 's', RevisionId: 'r' },
  'lambda:PutFunctionConcurrency': { FunctionName: 'f', ReservedConcurrentExecutions: 0 },
  'lambda:DeleteFunctionConcurrency': { FunctionName: 'f' },
  'sns:GetTopicAttributes': { TopicArn: TOPIC },
  'sns:GetSubscriptionAttributes': { SubscriptionArn: SUBSCRIPTION },
  'sns:ListSubscriptionsByTopic': { TopicArn: TOPIC },
  'sns:ListTopics': {},
  'sns:Subscribe': { TopicArn: TOPIC, Protocol: 'https', Endpoint: 'https://example.com', Attributes: { RawMessageDelivery: 'true' } },
  'sns:Unsubscribe': { SubscriptionArn: SUBSCRIPTION },
  'sns:SetSubscriptionAttributes': { SubscriptionArn: SUBSCRIPTION, AttributeName: 'RedrivePolicy' },
  'sns:SetTopicAttributes': { TopicArn: TOPIC, AttributeName: 'Policy', AttributeValue: POLICY },
  'sns:AddPermission': { TopicArn: TOPIC, Label: 'l', AWSAccountId: ['111122223333'], ActionName: ['Subscribe'] },
  'sns:RemovePermission': { TopicArn: TOPIC, Label: 'l' },
  'ecr:GetRepositoryPolicy': { registryId: '111122223333', repositoryName: 'shop' },
  'ecr:GetRegistryPolicy': {},
  'ecr:DescribeRegistry': {},
  'ecr:DescribeRepositoryCreationTemplates': { prefixes: ['p'] },
  'ecr:DescribeRepositories': {},
  'ecr:SetRepositoryPolicy': { registryId: '111122223333', repositoryName: 'shop', policyText: POLICY },
  'ecr:DeleteRepositoryPolicy': { registryId: '111122223333', repositoryName: 'shop' },
  'ecr:PutRegistryPolicy': { policyText: POLICY },
  'ecr:DeleteRegistryPolicy': {},
  'ecr:PutReplicationConfiguration': {
    replicationConfiguration: {
      rules: [
        { destinations: [{ region: 'eu-west-1', registryId: '111122223333' }], repositoryFilters: [{ filter: 'prod', filterType: 'PREFIX_MATCH' }] },
      ],
    },
  },
  'ecr:UpdateRepositoryCreationTemplate': { prefix: 'p', imageTagMutability: 'IMMUTABLE', repositoryPolicy: '' },
  'ec2:DescribeSubnets': { SubnetIds: ['subnet-0123456789abcdef0'] },
  'ec2:DescribeVpcEndpoints': { VpcEndpointIds: ['vpce-0123456789abcdef0'] },
  'iam:GetRolePolicy': { RoleName: 'r', PolicyName: 'p' },
  'iam:PutRolePolicy': { RoleName: 'r', PolicyName: 'p', PolicyDocument: POLICY },
  'iam:DeleteRolePolicy': { RoleName: 'r', PolicyName: 'p' },
  'securityhub:BatchImportFindings': {
    Findings: [
      {
        SchemaVersion: '2018-10-08',
        Id: 'i',
        ProductArn: PRODUCT,
        GeneratorId: 'perimeter/lambda-permission',
        AwsAccountId: '111122223333',
        CreatedAt: '2026-11-22T10:00:00.000Z',
        UpdatedAt: '2026-11-22T10:00:00.000Z',
        Title: 't',
        Description: 'd',
        Resources: [{ Type: 'AwsLambdaFunction', Id: FUNCTION }],
      },
    ],
  },
  'securityhub:BatchUpdateFindings': {
    FindingIdentifiers: [{ Id: 'i', ProductArn: PRODUCT }],
    Workflow: { Status: 'RESOLVED' },
    Note: { Text: 't', UpdatedBy: 'perimeter' },
  },
  'securityhub:GetFindings': {
    Filters: { GeneratorId: [{ Value: 'perimeter/lambda-permission', Comparison: 'EQUALS' }] },
    MaxResults: 100,
  },
  'logs:PutLogEvents': { logGroupName: 'perimeter-undo', logStreamName: 's', logEvents: [{ timestamp: 1, message: 'm' }] },
  'logs:CreateLogStream': { logGroupName: 'perimeter-undo', logStreamName: 's' },
  'logs:GetLogEvents': { logGroupName: 'perimeter-undo', logStreamName: 's', startTime: 1, endTime: 2, startFromHead: true },
  'sqs:ReceiveMessage': { QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/q', MaxNumberOfMessages: 10, WaitTimeSeconds: 1 },
  'sqs:DeleteMessageBatch': {
    QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/q',
    Entries: [{ Id: '0', ReceiptHandle: 'h' }],
  },
  'logs:FilterLogEvents': { logGroupName: 'g', logStreamNamePrefix: 's/', filterPattern: '"e"', startTime: 1 },
  'scheduler:CreateSchedule': {
    Name: 'n',
    ScheduleExpression: 'at(2026-11-22T10:00:00)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: FUNCTION, RoleArn: 'arn:aws:iam::111122223333:role/r' },
  },
};
