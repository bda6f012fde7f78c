/** Cases that only a CloudTrail record can show. */
import type { Case } from '../../core/case';
import type { Value } from '../../core/value';
import { LISTS, NETWORK, OTHER_SUBNET, OTHER_VPC } from './cases.values';

type Fields = { readonly [name: string]: Value };

const ARN = 'arn:aws:lambda:eu-west-1:222222222222:function:orders';
const EMPTY = { subnetIds: [], securityGroupIds: [] };

/** What Lambda answers for a function, trimmed; without `vpcConfig` where there is no VPC. */
const answer = (more: Fields = {}): Fields => ({
  functionName: 'orders',
  functionArn: ARN,
  role: 'arn:aws:iam::222222222222:role/orders',
  memorySize: 512,
  lastUpdateStatus: 'InProgress',
  revisionId: '7e710d48-c7d2-419c-b0bb-2f014bb742d8',
  ...more,
});

const update = (requestParameters: Value, responseElements: Value, more: Fields = {}): Fields => ({
  eventSource: 'lambda.amazonaws.com',
  eventName: 'UpdateFunctionConfiguration20150331v2',
  requestParameters,
  responseElements,
  ...more,
});

const create = (requestParameters: Value, responseElements: Value, more: Fields = {}): Fields => ({
  ...update(requestParameters, responseElements, more),
  eventName: 'CreateFunction20150331',
});

/** An assumed role as CloudTrail shows it; the session's ARN drops the path of the role. */
const caller = (role: string, account = '222222222222', partition = 'aws'): Fields => ({
  type: 'AssumedRole',
  principalId: 'AROAEXAMPLEEXAMPLE123:session',
  arn: `arn:${partition}:sts::${account}:assumed-role/${role.split('/').at(-1)}/session`,
  accountId: account,
  sessionContext: {
    sessionIssuer: { type: 'Role', arn: `arn:${partition}:iam::${account}:role/${role}`, accountId: account, userName: role.split('/').at(-1) ?? '' },
  },
});

const REPLICATOR = 'aws-service-role/replicator.lambda.amazonaws.com/AWSServiceRoleForLambdaReplicator';

export const recordCases: readonly Case[] = [
  {
    class: 'V2',
    name: 'an update of the memory of a function in a VPC',
    record: update({ functionName: 'orders', memorySize: 512, environment: {} }, answer({ vpcConfig: NETWORK })),
    expect: { verdict: 'compliant' },
    scp: 'allow',
  },
  {
    class: 'V10',
    name: 'an update of the memory of a function in a listed VPC',
    record: update({ functionName: 'orders', memorySize: 512 }, answer({ vpcConfig: NETWORK })),
    settings: LISTS,
    expect: { verdict: 'compliant' },
    scp: 'allow',
  },
  {
    class: 'V10',
    name: 'a creation outside a VPC by a spared deployment role: seen, not refused',
    record: create({ functionName: 'orders' }, answer(), { userIdentity: caller('break-glass') }),
    configuration: { spared: { principalArns: ['arn:aws:iam::*:role/break-glass'] } },
    expect: { verdict: 'violation', code: 'no-vpc' },
    scp: 'allow',
  },
  {
    class: 'V2',
    name: 'an update of the memory of a function outside a VPC',
    record: update({ functionName: 'orders', memorySize: 512, environment: {} }, answer()),
    expect: { verdict: 'violation', code: 'no-vpc' },
    plan: [],
    scp: 'deny',
  },
  {
    class: 'V2',
    name: 'an update that empties the VPC',
    record: update({ functionName: 'orders', vpcConfig: EMPTY }, answer({ vpcConfig: { ...EMPTY, vpcId: '', ipv6AllowedForDualStack: false } })),
    expect: { verdict: 'violation', code: 'no-vpc' },
    scp: 'deny',
  },
  {
    class: 'V2',
    name: 'an update that empties the VPC, without an answer',
    record: update({ functionName: 'orders', vpcConfig: EMPTY }, null),
    expect: { verdict: 'violation', code: 'no-vpc' },
    scp: 'deny',
  },
  {
    class: 'V2',
    name: 'an update that moves the function into a foreign VPC',
    record: update({ functionName: 'orders', vpcConfig: { subnetIds: [OTHER_SUBNET] } }, answer({ vpcConfig: { ...NETWORK, vpcId: OTHER_VPC } })),
    settings: { allowedVpcIds: LISTS.allowedVpcIds },
    expect: { verdict: 'violation', code: 'unapproved-vpc' },
    scp: 'deny',
  },
  {
    class: 'V2',
    name: 'a foreign subnet in the request, without an answer',
    record: update({ functionName: 'orders', vpcConfig: { subnetIds: [OTHER_SUBNET] } }, null),
    settings: LISTS,
    expect: { verdict: 'violation', code: 'unapproved-subnet' },
    scp: 'deny',
  },
  {
    class: 'V3',
    name: 'the gravest of three faults',
    record: create(
      { functionName: 'orders' },
      answer({ vpcConfig: { vpcId: OTHER_VPC, subnetIds: [OTHER_SUBNET], securityGroupIds: ['sg-0fedcba9876543210'] } }),
    ),
    settings: LISTS,
    expect: { verdict: 'violation', code: 'unapproved-vpc' },
    scp: 'deny',
  },
  {
    class: 'V4',
    name: 'an update of a function on a capacity provider',
    record: update(
      { functionName: 'orders', memorySize: 4096 },
      answer({
        capacityProviderConfig: {
          lambdaManagedInstancesCapacityProviderConfig: { capacityProviderArn: 'arn:aws:lambda:eu-west-1:222222222222:capacity-provider:shared' },
        },
      }),
    ),
    expect: { verdict: 'compliant' },
    // `UpdateFunctionConfiguration` has no condition key for the provider.
    scp: 'deny',
  },
  {
    class: 'V4',
    name: 'scaling a capacity provider leaves its network as it is',
    record: {
      eventSource: 'lambda.amazonaws.com',
      eventName: 'UpdateCapacityProvider',
      requestParameters: { capacityProviderName: 'shared', capacityProviderScalingConfig: { maxVCpuCount: 40 } },
      responseElements: null,
    },
    expect: { verdict: 'compliant' },
    scp: 'allow',
  },
  {
    class: 'V4',
    name: 'scaling a capacity provider, while subnets are listed',
    record: {
      eventSource: 'lambda.amazonaws.com',
      eventName: 'UpdateCapacityProvider20251130',
      requestParameters: { capacityProviderName: 'shared' },
      responseElements: null,
    },
    settings: { allowedSubnetIds: LISTS.allowedSubnetIds },
    expect: { verdict: 'undetermined' },
    scp: 'unseen',
  },
  {
    class: 'V4',
    name: 'a connector that is moved into a foreign subnet, spelt as its API does',
    record: {
      eventSource: 'lambda.amazonaws.com',
      eventName: 'UpdateNetworkConnector',
      requestParameters: { Identifier: 'egress', Configuration: { VpcEgressConfiguration: { SubnetIds: [OTHER_SUBNET] } } },
      responseElements: { Arn: 'arn:aws:lambda:eu-west-1:222222222222:network-connector:nc-0123456789abcdef0:3', State: 'ACTIVE' },
    },
    settings: { allowedSubnetIds: LISTS.allowedSubnetIds },
    expect: { verdict: 'violation', code: 'unapproved-subnet' },
    scp: 'unseen',
  },
  {
    class: 'V5',
    name: 'a replica that Lambda@Edge makes',
    record: create(
      { functionName: 'us-east-1.edge-headers' },
      answer({ functionArn: 'arn:aws:lambda:eu-west-1:222222222222:function:us-east-1.edge-headers' }),
      {
        userIdentity: { ...caller(REPLICATOR), invokedBy: 'replicator.lambda.amazonaws.com' },
      },
    ),
    expect: { verdict: 'exempt' },
    scp: 'allow',
  },
  {
    class: 'V5',
    name: 'a replica, by the service itself',
    record: create({ functionName: 'us-east-1.edge-headers' }, null, {
      userIdentity: { type: 'AWSService', invokedBy: 'replicator.lambda.amazonaws.com' },
    }),
    expect: { verdict: 'exempt' },
    scp: 'allow',
  },
  {
    class: 'V5',
    name: "a role that only has the replicator's name",
    record: create({ functionName: 'orders' }, answer(), { userIdentity: caller('AWSServiceRoleForLambdaReplicator') }),
    expect: { verdict: 'violation', code: 'no-vpc' },
    scp: 'deny',
  },
  {
    class: 'V5',
    name: 'the replicator does not update functions',
    record: update({ functionName: 'orders' }, answer(), { userIdentity: caller(REPLICATOR) }),
    expect: { verdict: 'violation', code: 'no-vpc' },
    scp: 'allow',
  },
  {
    class: 'V6',
    name: 'a tag that a creation sets excuses nothing',
    record: create({ functionName: 'orders', tags: { 'perimeter-spared': 'true', 'lambda-vpc': 'exempt' } }, answer()),
    expect: { verdict: 'violation', code: 'no-vpc' },
    scp: 'deny',
  },
  ...['orders', 'orders:live', '222222222222:function:orders', '222222222222:function:orders:live', ARN, `${ARN}:7`].map(
    (functionName): Case => ({
      class: 'V7',
      name: `an update without an answer of ${functionName}`,
      record: update({ functionName, memorySize: 512 }, null),
      expect: { verdict: 'undetermined' },
      scp: 'unseen',
    }),
  ),
  {
    class: 'V7',
    name: 'a creation without an answer: the request tells',
    record: create({ functionName: 'orders', runtime: 'nodejs24.x' }, null),
    expect: { verdict: 'violation', code: 'no-vpc' },
    scp: 'deny',
  },
  {
    class: 'V7',
    name: 'a creation in a VPC without an answer, while VPCs are listed',
    record: create({ functionName: 'orders', vpcConfig: { subnetIds: NETWORK.subnetIds, securityGroupIds: NETWORK.securityGroupIds } }, null),
    settings: { allowedVpcIds: LISTS.allowedVpcIds },
    expect: { verdict: 'undetermined' },
    scp: 'allow',
  },
  {
    class: 'V8',
    name: 'the function is put into a VPC',
    record: update({ functionName: 'orders', vpcConfig: { subnetIds: NETWORK.subnetIds } }, answer({ vpcConfig: NETWORK })),
    settings: LISTS,
    expect: { verdict: 'compliant' },
    scp: 'allow',
  },
  {
    class: 'V8',
    name: 'the function is deleted',
    record: {
      eventSource: 'lambda.amazonaws.com',
      eventName: 'DeleteFunction20150331',
      requestParameters: { functionName: 'orders' },
      responseElements: null,
    },
    expect: [],
    scp: 'allow',
  },
  {
    class: 'V9',
    name: "an update of Perimeter's own function",
    record: update(
      { functionName: 'perimeter-lambda-vpc-remediator' },
      answer({ functionArn: 'arn:aws:lambda:eu-west-1:222222222222:function:perimeter-lambda-vpc-remediator' }),
    ),
    expect: { verdict: 'exempt' },
    scp: 'allow',
  },
  {
    class: 'G4',
    name: 'another partition',
    record: update({ functionName: 'orders' }, answer({ functionArn: 'arn:aws-cn:lambda:cn-north-1:222222222222:function:orders' }), {
      awsRegion: 'cn-north-1',
      userIdentity: caller('ci-deploy', '222222222222', 'aws-cn'),
    }),
    expect: { verdict: 'violation', code: 'no-vpc' },
    scp: 'deny',
  },
  {
    class: 'G6',
    name: 'a call that failed',
    record: create({ functionName: 'orders' }, null, { errorCode: 'AccessDenied', errorMessage: 'User is not authorized' }),
    expect: [],
    scp: 'deny',
  },
  {
    class: 'G6',
    name: 'a call that failed shows no request',
    record: create(null, null, { errorCode: 'AccessDenied' }),
    expect: [],
    scp: 'unseen',
  },
  {
    class: 'G7',
    name: 'the function of another account of the organization belongs to that account',
    record: update(
      { functionName: 'arn:aws:lambda:eu-west-1:333333333333:function:orders', memorySize: 512 },
      answer({ functionArn: 'arn:aws:lambda:eu-west-1:333333333333:function:orders' }),
      {
        recipientAccountId: '333333333333',
        sharedEventID: '3f6f2d6e-2f0c-4c59-9d0e-0d8e6a1f7a10',
      },
    ),
    expect: { verdict: 'violation', code: 'no-vpc' },
    scp: 'deny',
  },
  {
    class: 'G9',
    name: 'neither request nor answer',
    record: update(null, null),
    expect: { verdict: 'undetermined' },
    scp: 'unseen',
  },
  {
    class: 'G9',
    name: 'a request and an answer that were too large',
    record: create({ omitted: true, originalSize: 102_401, reason: 'requestParameters too large' }, { omitted: true, originalSize: 102_401 }),
    expect: { verdict: 'undetermined' },
    scp: 'unseen',
  },
  {
    class: 'G13',
    name: 'the same name in another Region',
    record: update({ functionName: 'orders' }, answer({ functionArn: 'arn:aws:lambda:us-east-1:222222222222:function:orders' }), {
      awsRegion: 'us-east-1',
    }),
    expect: { verdict: 'violation', code: 'no-vpc' },
    scp: 'deny',
  },
];
