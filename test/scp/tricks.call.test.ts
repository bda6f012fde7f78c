/** Tricks with grantees, networks and pulls, each written out. */
import { type Call, OWN, WORKER } from './call';
import { type Both, bothOf, type Expected, outcome } from './tricks';

const FUNCTION = `arn:aws:lambda:eu-west-1:${OWN}:function:orders`;

const anyService = bothOf('lambda-permission', {});
const listed = bothOf('lambda-permission', { trustedServices: ['s3.amazonaws.com'], unscopedServices: ['alexa-appkit.amazon.com'] });

function grant({ judge, refuses }: Both, principal: string): string {
  const call: Call = { action: 'lambda:AddPermission', resource: FUNCTION, keys: { 'lambda:Principal': principal }, caller: WORKER };
  const properties = { FunctionName: 'orders', Action: 'lambda:InvokeFunction', Principal: principal, SourceAccount: OWN };
  return outcome('lambda-permission', judge('AWS::Lambda::Permission', properties), refuses(call), call);
}

const STRANGER = '999999999999';
const GRANTEES: readonly (readonly [Expected, readonly string[]])[] = [
  [
    'right',
    [
      ...[
        '*',
        OWN,
        '333333333333',
        '444455556666',
        '111111111111',
        `arn:aws:iam::${OWN}:root`,
        'arn:aws:iam::333333333333:role/a/b',
        `arn:aws-cn:iam::${OWN}:root`,
      ],
      ...[
        `arn:aws:sts::${OWN}:assumed-role/a/b`,
        `arn:aws:iam::${OWN}:role/a:${STRANGER}:b`,
        's3.amazonaws.com',
        's3.eu-west-1.amazonaws.com',
        's3.amazonaws.com.cn',
      ],
    ],
  ],
  ['odd', [`arn:aws:iam::${OWN}:role/a::${STRANGER}:b/c`, 's3.AMAZONAWS.com']],
  [
    'refused',
    [
      ...[
        STRANGER,
        `0${OWN}`,
        OWN.slice(1),
        '\uff12'.repeat(12),
        '2222-2222-2222',
        `arn:aws:iam::${STRANGER}:root`,
        `arn:aws:iam::${STRANGER}:role/${OWN}`,
        `arn:aws:iam::${STRANGER}:*`,
      ],
      ...[
        `arn:aws:iam::${STRANGER}:role/::${OWN}:/x`,
        `arn:aws:iam::${STRANGER}:user/${OWN}:x`,
        `arn:aws:sts::${STRANGER}:assumed-role/x/::${OWN}:`,
        `arn:aws:iam:${OWN}:${STRANGER}:role/x`,
      ],
      ...[
        `arn:${OWN}:iam::${STRANGER}:role/x`,
        `ARN:aws:iam::${OWN}:root`,
        `arn:aws:iam::*:root`,
        `arn:aws:iam::aws:role/x`,
        `arn:aws:iam::${OWN}`,
        'arn:',
        'arn:*',
        '**',
        '?',
      ],
      ...[
        's3.amazonaws.com.',
        's3.amazonaws.com.evil.example',
        's3.amazonaws.com@evil.example',
        'evil.example',
        'amazonaws.com',
        'o-exampleorgid',
        'AROAEXAMPLEEXAMPLE123',
        'anonymous',
      ],
    ],
  ],
  // ARNs of no documented kind, which IAM does not take for a principal, and identity providers of accounts that are trusted.
  [
    'left',
    [
      `arn:evil:iam::${OWN}:root`,
      `arn:aws:IAM::${OWN}:root`,
      `arn:aws:iam:::${OWN}:role/x`,
      `arn:aws::${OWN}:${STRANGER}:role/x`,
      `arn:aws:iam::${OWN}:saml-provider/x`,
      '*.amazonaws.com',
    ],
  ],
];

test.each(GRANTEES.flatMap(([expected, principals]) => principals.map((principal) => [expected, principal] as const)))(
  '%s: %j',
  (expected, principal) => {
    expect(grant(anyService, principal)).toBe(expected);
  },
);

test.each<readonly [Expected, string]>([
  ['right', 's3.us-gov-west-1.amazonaws.com'],
  ['odd', 'S3.amazonaws.com'],
  ['refused', 'sns.amazonaws.com'],
  ['refused', 'evils3.amazonaws.com'],
  ['refused', 'x.s3.amazonaws.com'],
  ['refused', 'alexa-connectedhome.amazon.com'],
  ['left', 's3.evil.amazonaws.com'],
])('where services are listed, %s: %s', (expected, principal) => {
  expect(grant(listed, principal)).toBe(expected);
});

// ---- Networks of functions

const VPC = 'vpc-0123456789abcdef0';
const [SUBNET, OTHER_SUBNET] = ['subnet-0123456789abcdef0', 'subnet-0fedcba9876543210'];
const [GROUP, OTHER_GROUP] = ['sg-0123456789abcdef0', 'sg-0fedcba9876543210'];
const lists = bothOf('lambda-vpc', { allowedVpcIds: [VPC], allowedSubnetIds: [SUBNET], allowedSecurityGroupIds: [GROUP] });
const anyVpc = bothOf('lambda-vpc', {});

const network = (vpc: string | undefined, subnets: readonly string[] | undefined, groups: readonly string[] | undefined): Call['keys'] => ({
  'lambda:VpcIds': vpc,
  'lambda:SubnetIds': subnets,
  'lambda:SecurityGroupIds': groups,
});

test.each<readonly [string, string, Both, Call['keys'], string]>([
  ['all that is listed', 'CreateFunction', lists, network(VPC, [SUBNET], [GROUP]), 'allowed'],
  ['one subnet of two that is not listed', 'CreateFunction', lists, network(VPC, [SUBNET, OTHER_SUBNET], [GROUP]), 'denied'],
  ['one group of two that is not listed', 'UpdateFunctionConfiguration', lists, network(VPC, [SUBNET], [OTHER_GROUP, GROUP]), 'denied'],
  ['the right lists in another VPC', 'CreateFunction', lists, network('vpc-0fedcba9876543210', [SUBNET], [GROUP]), 'denied'],
  ['a VPC by the beginning of its name', 'CreateFunction', lists, network(`${VPC}0`, [SUBNET], [GROUP]), 'denied'],
  ['a VPC in upper case', 'CreateFunction', lists, network(VPC.toUpperCase(), [SUBNET], [GROUP]), 'denied'],
  ['no key at all', 'CreateFunction', lists, {}, 'denied'],
  ['no key at all, where any VPC will do', 'CreateFunction', anyVpc, {}, 'denied'],
  ['an update without a key', 'UpdateFunctionConfiguration', anyVpc, {}, 'denied'],
  ['a VPC without its lists', 'CreateFunction', lists, network(VPC, undefined, undefined), 'allowed'],
  ['lists that are empty', 'CreateFunction', lists, network(VPC, [], []), 'allowed'],
  ['any VPC', 'CreateFunction', anyVpc, network('vpc-0fedcba9876543210', [OTHER_SUBNET], [OTHER_GROUP]), 'allowed'],
  ['a provider in a listed subnet', 'CreateCapacityProvider', lists, network(undefined, [SUBNET], [GROUP]), 'allowed'],
  ['a provider in another subnet', 'CreateCapacityProvider', lists, network(undefined, [OTHER_SUBNET], [GROUP]), 'denied'],
  ['a connector in one more subnet', 'CreateNetworkConnector', lists, network(undefined, [SUBNET, OTHER_SUBNET], [GROUP]), 'denied'],
  ['new code, which moves nothing', 'UpdateFunctionCode', lists, {}, 'allowed'],
])('%s: %s', (_, action, { refuses }, keys, expected) => {
  expect(refuses({ action: `lambda:${action}`, resource: FUNCTION, keys, caller: WORKER })).toBe(expected);
});

// ---- Pulls

const pulls = bothOf('ecr-layer-access', {
  allowedRoles: ['ci-*', 'eks/*'],
  allowedNetworks: ['203.0.113.0/24', '10.20.0.0/16', '2001:db8::/32'],
  allowedVpcEndpoints: ['vpce-0123456789abcdef0'],
});

const pull = (keys: Call['keys'], who = 'role/ci-build', owner = OWN): Call => ({
  action: 'ecr:BatchGetImage',
  resource: `arn:aws:ecr:eu-west-1:${owner}:repository/app`,
  keys,
  caller: { arn: `arn:aws:iam::${OWN}:${who}`, account: OWN },
});

const INSIDE = { 'aws:SourceIp': '203.0.113.9' };
const OUTSIDE = { 'aws:SourceIp': '198.51.100.9' };
const behind = (endpoint: string, address?: string): Call['keys'] => ({ 'aws:SourceVpce': endpoint, 'aws:VpcSourceIp': address });
const LISTED = 'vpce-0123456789abcdef0';

test.each<readonly [string, Call, string]>([
  ['a listed network', pull(INSIDE), 'allowed'],
  ['an address of IPv6', pull({ 'aws:SourceIp': '2001:db8::7' }), 'allowed'],
  ['another address of IPv6', pull({ 'aws:SourceIp': '2001:db9::7' }), 'denied'],
  ['another network', pull(OUTSIDE), 'denied'],
  ['a private address that no endpoint vouches for', pull({ 'aws:SourceIp': '10.20.1.1' }), 'denied'],
  ['a listed endpoint, wherever the caller is', pull(behind(LISTED, '10.99.1.1')), 'allowed'],
  ['a listed endpoint that does not tell the address', pull(behind(LISTED)), 'allowed'],
  ['another endpoint, from a listed private network', pull(behind('vpce-0fffffffffffffff0', '10.20.1.1')), 'allowed'],
  ['another endpoint, from another private network', pull(behind('vpce-0fffffffffffffff0', '10.99.1.1')), 'denied'],
  ['another endpoint that does not tell the address', pull(behind('vpce-0fffffffffffffff0')), 'denied'],
  ['another endpoint by the beginning of its name', pull(behind(`${LISTED}0`, '10.99.1.1')), 'denied'],
  ['nothing told at all', pull({}), 'denied'],
  ['a service on behalf of the caller', pull({ ...OUTSIDE, 'aws:ViaAWSService': 'true' }), 'allowed'],
  [
    'a caller who is not said to be a service',
    pull({ ...OUTSIDE, 'aws:ViaAWSService': undefined, 'aws:PrincipalIsAWSService': undefined }),
    'denied',
  ],
  ['a service itself', pull({ ...OUTSIDE, 'aws:PrincipalIsAWSService': 'true' }), 'allowed'],
  ["a stranger's registry", pull(OUTSIDE, 'role/worker', '999999999999'), 'allowed'],
  ["another member's registry", pull(OUTSIDE, 'role/ci-build', '333333333333'), 'denied'],
  ['a registry whose organization is not told', pull({ ...OUTSIDE, 'aws:ResourceOrgID': undefined }), 'denied'],
  ['another role', pull(INSIDE, 'role/worker'), 'denied'],
  ['a role whose name only begins alike', pull(INSIDE, 'role/xci-build'), 'denied'],
  ['a role of that name below a path', pull(INSIDE, 'role/team/ci-build'), 'allowed'],
  ['another role below a path of that name', pull(INSIDE, 'role/ci-build/worker'), 'denied'],
  ['a role of that name below a path of that name', pull(INSIDE, 'role/ci-build/ci-x'), 'allowed'],
  ['a role below the listed path', pull(INSIDE, 'role/eks/node'), 'allowed'],
  ['a user of that name', pull(INSIDE, 'user/ci-build'), 'denied'],
  ['the root user', pull(INSIDE, 'root'), 'denied'],
])('%s is %s', (_, call, expected) => {
  expect(pulls.refuses(call)).toBe(expected);
});
