/** Calls of Lambda: grants, shared layers, networks; what is trusted, what is not, and what looks like it. */
import fc from 'fast-check';
import { account, call, type Fields, maybe, OWN, present } from './parts';

const services = fc.constantFrom(
  's3.amazonaws.com',
  'S3.amazonaws.com',
  's3.eu-west-1.amazonaws.com',
  's3.amazonaws.com.cn',
  'events.amazonaws.com',
  'logs.amazonaws.com',
  'logs.eu-central-1.amazonaws.com',
  'iot.amazonaws.com',
  'alexa-appkit.amazon.com',
  'cognito-idp.amazonaws.com',
  's3.amazonaws.com.evil.example',
  'evils3.amazonaws.com',
);

const PATHS = ['', 'eng/', '/', 'x::222222222222:y/', ':iam::222222222222:/', 'a:b/', 's3.amazonaws.com/'];

const grantees = fc.oneof(
  account,
  account.map((id) => `arn:aws:iam::${id}:root`),
  fc
    .tuple(
      fc.constantFrom('aws', 'aws-cn', 'aws-us-gov'),
      account,
      fc.constantFrom('role', 'user'),
      fc.constantFrom(...PATHS),
      fc.constantFrom('ci', 's3.amazonaws.com', OWN),
    )
    .map(([partition, id, kind, path, name]) => `arn:${partition}:iam::${id}:${kind}/${path}${name}`),
  account.map((id) => `arn:aws:sts::${id}:assumed-role/ci/${OWN}`),
  account.map((id) => `arn:aws:iam::${id}:saml-provider/corp`),
  services,
  fc.constantFrom(
    '*',
    'AROAEXAMPLEEXAMPLE123',
    'somebody',
    '2222222222222',
    '22222222222',
    'arn:aws:s3:::bucket',
    'arn:',
    '222222222222.',
    'a'.repeat(64),
  ),
);

const functions = fc.constantFrom('orders', 'orders:live', `arn:aws:lambda:eu-west-1:${OWN}:function:orders`, 'billing', 'perimeter-sweep');

const statements = fc.tuple(fc.constantFrom('*', OWN, '999999999999'), fc.boolean()).map(([principal, limited]) => ({
  Effect: 'Allow',
  Principal: principal === '*' ? '*' : { AWS: principal },
  Action: 'lambda:InvokeFunction',
  Resource: `arn:aws:lambda:eu-west-1:${OWN}:function:orders`,
  ...(limited && { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } }),
}));

export const permissions = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({
        functionName: functions,
        principal: grantees,
        action: fc.constantFrom('lambda:InvokeFunction', 'lambda:InvokeFunctionUrl', 'lambda:GetFunction'),
        functionUrlAuthType: maybe(fc.constantFrom('NONE', 'AWS_IAM')),
        principalOrgID: maybe(fc.constantFrom('o-exampleorgid', 'o-strangers00')),
        sourceAccount: maybe(account),
        eventSourceToken: maybe(fc.constant('amzn1.ask.skill.1')),
        statementId: fc.constant('Perm'),
      })
      .map((parameters) => call('lambda.amazonaws.com', 'AddPermission20150331v2', present(parameters))),
  },
  fc
    .tuple(fc.constantFrom('CreateFunctionUrlConfig', 'UpdateFunctionUrlConfig20211031'), functions, maybe(fc.constantFrom('NONE', 'AWS_IAM')))
    .map(([name, functionName, authType]) => call('lambda.amazonaws.com', name, present({ functionName, authType }))),
  fc.array(statements, { maxLength: 2 }).map((list) =>
    call('lambda.amazonaws.com', 'PutResourcePolicy', {
      resourceArn: `arn:aws:lambda:eu-west-1:${OWN}:function:orders`,
      policy: JSON.stringify({ Version: '2012-10-17', Statement: list }),
    }),
  ),
);

export const layers = fc
  .record({
    layerName: fc.constantFrom('shared', 'other', `arn:aws:lambda:eu-west-1:${OWN}:layer:shared`),
    versionNumber: fc.constantFrom('1', '7'),
    principal: fc.oneof(account, fc.constant('*')),
    organizationId: maybe(fc.constantFrom('o-exampleorgid', 'o-strangers00')),
    action: fc.constant('lambda:GetLayerVersion'),
    statementId: fc.constant('share'),
  })
  .map((parameters) => call('lambda.amazonaws.com', 'AddLayerVersionPermission20181031', present(parameters)));

const VPCS = [
  ['vpc-0123456789abcdef0', 'subnet-0123456789abcdef0', 'sg-0123456789abcdef0'],
  ['vpc-0fedcba9876543210', 'subnet-0fedcba9876543210', 'sg-0fedcba9876543210'],
] as const;

const networks = fc.oneof(
  fc.tuple(fc.constantFrom(...VPCS), fc.boolean(), fc.boolean()).map(([[vpcId, subnet, group], hasSubnet, hasGroup]) => ({
    vpcId: hasSubnet && hasGroup ? vpcId : '',
    subnetIds: hasSubnet ? [subnet] : [],
    securityGroupIds: hasGroup ? [group] : [],
  })),
  fc.constantFrom(...VPCS).map(([vpcId, subnet, group]) => ({ vpcId, subnetIds: [subnet, 'subnet-0aaaaaaaaaaaaaaa0'], securityGroupIds: [group] })),
);

const PROVIDER = 'arn:aws:lambda:eu-west-1:222222222222:capacity-provider:shared';

export const compute = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({
        name: functions,
        create: fc.boolean(),
        network: maybe(networks),
        told: fc.boolean(),
        provided: fc.nat({ max: 5 }).map((n) => n === 0),
      })
      .map(({ name, create, network, told, provided }) => {
        const provider = { capacityProviderConfig: { lambdaManagedInstancesCapacityProviderConfig: { capacityProviderArn: PROVIDER } } };
        const shape: Fields = provided ? provider : network ? { vpcConfig: network } : {};
        const response = { functionName: 'orders', ...shape };
        const request = { functionName: name, ...(create || told ? shape : { memorySize: 512 }) };
        return call('lambda.amazonaws.com', create ? 'CreateFunction20150331' : 'UpdateFunctionConfiguration20150331v2', request, {
          responseElements: response,
        });
      }),
  },
  networks.map(({ subnetIds, securityGroupIds }) =>
    call('lambda.amazonaws.com', 'CreateCapacityProvider', { capacityProviderName: 'shared', vpcConfig: { subnetIds, securityGroupIds } }),
  ),
  networks.map(({ subnetIds, securityGroupIds }) =>
    call('lambda.amazonaws.com', 'CreateNetworkConnector', {
      name: 'egress',
      configuration: { vpcEgressConfiguration: { subnetIds, securityGroupIds } },
    }),
  ),
);
