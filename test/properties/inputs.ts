/** Inputs that look enough like the real thing to get past the doors, and are arbitrary behind them. */
import fc from 'fast-check';
import type { Value } from '../../lib/core/value';
import { guardrails } from '../../lib/guardrails';

const ACCOUNTS = ['222222222222', '333333333333', '444455556666', '999999999999', '111111111111'];
const account = fc.constantFrom(...ACCOUNTS);

/** Texts that mean something to some rule, and some that mean nothing to any. */
export const text = fc.oneof(
  account,
  account.map((id) => `arn:aws:iam::${id}:root`),
  account.map((id) => `arn:aws:iam::${id}:role/ci-build`),
  account.map((id) => `arn:aws:sqs:eu-west-1:${id}:q`),
  account.map((id) => `arn:aws:sns:eu-west-1:${id}:alerts`),
  account.map((id) => `arn:aws:lambda:eu-west-1:${id}:function:f:live`),
  account.map((id) => `arn:aws:ecr:eu-west-1:${id}:repository/team/app`),
  fc.constantFrom(
    '*',
    's3.amazonaws.com',
    'events.amazonaws.com',
    'NONE',
    'AWS_IAM',
    'https',
    'email',
    'sms',
    'sqs',
    'https://api.example.com/hook',
    'https://api.example.com@evil.example/',
    'ops@example.com',
    'ops@evil.example',
    '+491701234567',
    'o-exampleorgid',
    'o-strangers00',
    'subnet-0123456789abcdef0',
    'sg-0123456789abcdef0',
    'vpce-0123456789abcdef0',
    'pending confirmation',
    'RedrivePolicy',
    'Policy',
    'AWS Internal',
    '203.0.113.10',
    '198.51.100.7',
    '2001:db8::1',
    '${Param}',
    '{{resolve:ssm:/x}}',
    'com.amazonaws.eu-west-1.ecr.api',
    '',
  ),
  fc.string({ maxLength: 20 }),
);

const POLICY_KEYS = [
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'Condition',
  'Sid',
  'AWS',
  'Service',
  'Statement',
  'StringEquals',
  'ArnLike',
  'aws:PrincipalOrgID',
  'aws:SourceArn',
  'aws:SourceAccount',
  'Allow',
  'Deny',
];

/** Trees of such texts, with the keys that rules read among arbitrary ones. */
function treeOf(keys: readonly string[]): fc.Arbitrary<Value> {
  const key = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...keys) },
    { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'toString') },
    fc.string({ maxLength: 8 }),
  );
  const { tree } = fc.letrec<{ tree: Value }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      text as fc.Arbitrary<Value>,
      fc.constantFrom<Value>(null, true, false, 0, 7, 'Allow', 'Deny'),
      fc.array(tie('tree'), { maxLength: 3 }) as fc.Arbitrary<Value>,
      fc.dictionary(key, tie('tree'), { maxKeys: 5 }) as fc.Arbitrary<Value>,
      fc.dictionary(key, tie('tree'), { maxKeys: 3 }).map((value): Value => JSON.stringify(value)),
    ),
  }));
  return tree;
}

const EVENTS = guardrails.flatMap(({ events }) => events.map(({ source, name }) => ({ source, name })));

const REQUEST_KEYS = [
  'functionName',
  'principal',
  'action',
  'statementId',
  'qualifier',
  'sourceArn',
  'sourceAccount',
  'principalOrgID',
  'functionUrlAuthType',
  'authType',
  'resourceArn',
  'policy',
  'layerName',
  'versionNumber',
  'organizationId',
  'vpcConfig',
  'subnetIds',
  'securityGroupIds',
  'vpcId',
  'topicArn',
  'protocol',
  'endpoint',
  'attributes',
  'attributeName',
  'attributeValue',
  'subscriptionArn',
  'statement',
  'functionArn',
  'repositoryName',
  'registryId',
  'policyText',
  'replicationConfiguration',
  'rules',
  'destinations',
  'region',
  'repositoryPolicy',
  'CreateVpcEndpointRequest',
  'ServiceName',
  'PolicyDocument',
  'deadLetterTargetArn',
  'omitted',
  ...POLICY_KEYS,
] as const;

export const jsonTree = treeOf([...REQUEST_KEYS, 'Resources', 'Type', 'Properties', 'Ref', 'Fn::If', 'Fn::Sub', 'Fn::GetAtt']);

const identity = fc.oneof(
  account.map(
    (id): Value => ({
      type: 'AssumedRole',
      arn: `arn:aws:sts::${id}:assumed-role/ci-build/s`,
      accountId: id,
      sessionContext: { sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${id}:role/ci-build`, accountId: id } },
    }),
  ),
  account.map((id): Value => ({ type: 'AWSAccount', accountId: id })),
  fc.constantFrom<Value>({ type: 'AWSService', invokedBy: 'lambda.amazonaws.com' }, { type: 'Root', accountId: '222222222222' }, {}),
  jsonTree,
);

/** A CloudTrail record of an event that some guardrail listens to, with anything in it. */
export const record: fc.Arbitrary<Value> = fc
  .record({
    event: fc.constantFrom(...EVENTS),
    requestParameters: fc.oneof(fc.dictionary(fc.constantFrom(...REQUEST_KEYS), jsonTree, { maxKeys: 6 }) as fc.Arbitrary<Value>, jsonTree),
    responseElements: fc.oneof(
      fc.constant<Value>(null),
      fc.dictionary(fc.constantFrom(...REQUEST_KEYS), jsonTree, { maxKeys: 4 }) as fc.Arbitrary<Value>,
    ),
    userIdentity: identity,
    sourceIPAddress: text,
    resources: fc.oneof(
      fc.constant<Value>([]),
      fc.array(
        text.map((ARN): Value => ({ ARN })),
        { maxLength: 2 },
      ) as fc.Arbitrary<Value>,
    ),
    recipientAccountId: fc.oneof({ weight: 5, arbitrary: fc.constant('222222222222') }, account),
  })
  .map(
    ({ event, ...fields }): Value => ({
      eventVersion: '1.11',
      eventID: 'e-1',
      eventTime: '2026-11-22T10:00:00Z',
      awsRegion: 'eu-west-1',
      eventSource: event.source,
      eventName: event.name,
      ...fields,
    }),
  );

const PROPERTY_KEYS = [
  'FunctionName',
  'Principal',
  'Action',
  'SourceArn',
  'SourceAccount',
  'PrincipalOrgID',
  'FunctionUrlAuthType',
  'AuthType',
  'TargetFunctionArn',
  'ResourceArn',
  'PolicyDocument',
  'LayerVersionArn',
  'OrganizationId',
  'VpcConfig',
  'SubnetIds',
  'SecurityGroupIds',
  'CapacityProviderConfig',
  'Configuration',
  'VpcEgressConfiguration',
  'ServiceConfig',
  'EgressNetworkConnectorArn',
  'TopicArn',
  'Topics',
  'Protocol',
  'Endpoint',
  'Subscription',
  'RedrivePolicy',
  'deadLetterTargetArn',
  'RepositoryPolicyText',
  'PolicyText',
  'ReplicationConfiguration',
  'Rules',
  'Destinations',
  'RegistryId',
  'Region',
  'RepositoryPolicy',
  'ServiceName',
  ...POLICY_KEYS,
] as const;

/** The properties of a guarded resource, with anything in them. */
export const properties = fc.dictionary(fc.constantFrom(...PROPERTY_KEYS), treeOf(PROPERTY_KEYS), { maxKeys: 6 }) as fc.Arbitrary<{
  readonly [name: string]: Value;
}>;

export const TYPES = guardrails.flatMap(({ resources }) => resources);
