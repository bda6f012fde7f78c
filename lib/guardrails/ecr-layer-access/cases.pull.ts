/** Pulls as CloudTrail tells them: who, from where, and by which copy of the record. */
import { bad, type Case, type CaseExpectation, FOREIGN, MEMBER, OWN, ok, open, type Properties, TRUSTED } from '../../core/case';

const ENDPOINT = 'vpce-0123456789abcdef0';

const exempt: CaseExpectation = { verdict: 'exempt' };
const IDENTITY = bad('untrusted-identity');
const NETWORK = bad('untrusted-network');
const ACCOUNT = bad('untrusted-account');

const SCP_OF: { readonly [verdict in CaseExpectation['verdict']]: Case['scp'] } = {
  compliant: 'allow',
  exempt: 'allow',
  violation: 'deny',
  undetermined: 'unseen',
};

const repository = (account: string, name = 'app', region = 'eu-west-1', partition = 'aws'): readonly Properties[] => [
  { ARN: `arn:${partition}:ecr:${region}:${account}:repository/${name}`, accountId: account, type: 'AWS::ECR::Repository' },
];

function pull(label: string, name: string, record: Properties, expect: Case['expect'], more: Partial<Case> = {}): Case {
  const scp = 'verdict' in expect ? SCP_OF[expect.verdict] : 'unseen';
  return {
    class: label,
    name,
    record: {
      eventSource: 'ecr.amazonaws.com',
      eventName: 'BatchGetImage',
      readOnly: true,
      requestParameters: { registryId: OWN, repositoryName: 'app', imageIds: [{ imageTag: 'latest' }] },
      responseElements: null,
      resources: repository(OWN),
      ...record,
    },
    expect,
    scp,
    ...more,
  };
}

/** A session of the role with its path. */
function role(pathAndName: string, account = OWN, partition = 'aws'): { readonly userIdentity: Properties } {
  const name = pathAndName.slice(pathAndName.lastIndexOf('/') + 1);
  const sessionIssuer = {
    type: 'Role',
    principalId: 'AROAEXAMPLEEXAMPLE123',
    arn: `arn:${partition}:iam::${account}:role/${pathAndName}`,
    accountId: account,
    userName: name,
  };
  const arn = `arn:${partition}:sts::${account}:assumed-role/${name}/session`;
  return {
    userIdentity: { type: 'AssumedRole', principalId: 'AROAEXAMPLEEXAMPLE123:session', arn, accountId: account, sessionContext: { sessionIssuer } },
  };
}

/** What the owner of the repository sees of a caller from another account. */
const hidden = (account: string): Properties => ({
  userIdentity: { type: 'AWSAccount', principalId: 'AROAEXAMPLEEXAMPLE123:session', accountId: account },
});

const service = (invokedBy: string): Properties => ({ userIdentity: { type: 'AWSService', invokedBy }, sourceIPAddress: invokedBy });
const user = (type: string, resource: string, serviceName = 'iam'): Properties => ({
  userIdentity: { type, principalId: 'AIDAEXAMPLEEXAMPLE123', arn: `arn:aws:${serviceName}::${OWN}:${resource}`, accountId: OWN },
});

const OTHER = role('deploy');
const OUTSIDE = { sourceIPAddress: '198.51.100.7' };
const INTERNAL = { sourceIPAddress: 'AWS Internal' };
const ROLES = { settings: { allowedRoles: ['ci-*'] } };
const NETWORKS = { settings: { allowedNetworks: ['203.0.113.0/24'] } };
const ENDPOINTS = { settings: { allowedVpcEndpoints: [ENDPOINT] } };
const UNSEEN = { scp: 'unseen' } as const;
const SSO = 'aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Deploy_0123456789abcdef';

export const pullCases: readonly Case[] = [
  pull('E1', 'only roles: an allowed role pulls from anywhere', OUTSIDE, ok, ROLES),
  pull('E1', 'only roles: another role pulls', OTHER, IDENTITY, ROLES),
  pull('E1', 'only networks: any role pulls from an allowed network', OTHER, ok, NETWORKS),
  pull('E1', 'only networks: a pull from elsewhere', OUTSIDE, NETWORK, NETWORKS),
  pull('E1', 'only endpoints: a pull through one of them', { sourceIPAddress: '10.1.2.3', vpcEndpointId: ENDPOINT }, ok, ENDPOINTS),
  pull('E1', 'only endpoints: a pull over the internet', {}, NETWORK, ENDPOINTS),

  pull('E2', 'an allowed name, whatever its path', role('team/build/ci-images'), ok),
  pull('E2', 'a path that an ARN pattern names', role('eks/node'), ok),
  // In a policy `*` crosses `/`; in allowedRoles it does not.
  pull('E2', 'a path below the one that is named', role('eks/prod/node'), IDENTITY, UNSEEN),
  pull('E2', 'the path of a pattern as a name', role('eks'), IDENTITY),
  pull('E2', 'a name that only ends like an allowed one', role('not-ci-deploy'), IDENTITY),
  pull('E2', 'an allowed name in another case', role('CI-deploy'), IDENTITY),
  pull('E2', 'an allowed name as the path of another role', role('ci-deploy/other'), IDENTITY),
  pull('E2', 'a path and name without an ARN', role('eks/node'), ok, { settings: { allowedRoles: ['eks/*'] } }),
  pull('E2', 'a path and name that is not the one listed', role('ecs/node'), IDENTITY, { settings: { allowedRoles: ['eks/*'] } }),
  pull('E2', 'the same name in a foreign account', role('ci-deploy', FOREIGN), ACCOUNT, UNSEEN),
  pull('E2', 'an ARN pattern for any account is no trust in a foreign one', role('eks/node', FOREIGN), ACCOUNT, UNSEEN),
  pull('E2', 'an Identity Center role that nothing names', role(SSO), IDENTITY),
  pull('E2', 'an Identity Center role by its name', role(SSO), ok, { settings: { allowedRoles: ['AWSReservedSSO_Deploy_*'] } }),
  pull('E2', 'an Identity Center role by an ARN pattern', role(SSO), ok, {
    settings: { allowedRoles: ['arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Deploy_*'] },
  }),
  pull(
    'E2',
    'a session without the ARN of its role: the name is enough for a name',
    { userIdentity: { type: 'AssumedRole', accountId: OWN, arn: `arn:aws:sts::${OWN}:assumed-role/ci-deploy/session` } },
    ok,
  ),
  pull(
    'E2',
    'a session without the ARN of its role: the path is not known',
    { userIdentity: { type: 'AssumedRole', accountId: OWN, arn: `arn:aws:sts::${OWN}:assumed-role/node/session` } },
    open,
  ),

  pull('E3', 'a layer fetched directly by an allowed role', { eventName: 'GetDownloadUrlForLayer' }, ok),
  pull(
    'E3',
    'a layer fetched directly by another role',
    { ...OTHER, eventName: 'GetDownloadUrlForLayer', requestParameters: { repositoryName: 'app', layerDigest: 'sha256:00' } },
    IDENTITY,
  ),
  pull('E3', 'a layer fetched directly from elsewhere', { ...OUTSIDE, eventName: 'GetDownloadUrlForLayer' }, NETWORK),

  pull('E4', 'AWS Internal hides where an allowed role pulled from', INTERNAL, open),
  pull('E4', 'a service name hides where an allowed role pulled from', { sourceIPAddress: 'ecs.amazonaws.com' }, open),
  pull('E4', 'no address at all', { sourceIPAddress: null }, open),
  pull('E4', 'AWS Internal, and the identity alone decides against it', { ...INTERNAL, ...OTHER }, IDENTITY),
  pull('E4', 'AWS Internal, and the identity alone decides for it', INTERNAL, ok, ROLES),
  pull('E4', 'AWS Internal, and only endpoints are given', INTERNAL, open, ENDPOINTS),
  pull('E4', 'AWS Internal through an allowed endpoint', { ...INTERNAL, vpcEndpointId: ENDPOINT }, ok),
  pull(
    'E4',
    'AWS Internal through another endpoint, and only endpoints are given',
    { ...INTERNAL, vpcEndpointId: 'vpce-0fffffffffffffff0' },
    NETWORK,
    ENDPOINTS,
  ),
  pull('E4', 'an endpoint that AWS does not tell, and only endpoints are given', { vpcEndpointId: 'AWS Internal' }, open, ENDPOINTS),

  pull('E5', 'a plain address is a network of one host', { sourceIPAddress: '198.51.100.7' }, ok, {
    settings: { allowedNetworks: ['198.51.100.7'] },
  }),
  pull('E5', 'the neighbour of a plain address', { sourceIPAddress: '198.51.100.8' }, NETWORK, { settings: { allowedNetworks: ['198.51.100.7'] } }),
  pull('E5', 'IPv6 inside', { sourceIPAddress: '2001:db8:0:1::5' }, ok, { settings: { allowedNetworks: ['2001:db8::/32'] } }),
  pull('E5', 'IPv6 outside', { sourceIPAddress: '2001:db9::5' }, NETWORK, { settings: { allowedNetworks: ['2001:db8::/32'] } }),
  pull('E5', 'IPv4 written as IPv6', { sourceIPAddress: '::ffff:203.0.113.9' }, ok),
  pull('E5', 'a private network behind an endpoint', { sourceIPAddress: '10.20.1.2', vpcEndpointId: 'vpce-0fffffffffffffff0' }, ok, {
    settings: { allowedNetworks: ['203.0.113.0/24', '10.20.0.0/16'] },
  }),
  pull('E5', 'a private address that no list holds', { sourceIPAddress: '10.30.1.2', vpcEndpointId: 'vpce-0fffffffffffffff0' }, NETWORK, {
    settings: { allowedNetworks: ['203.0.113.0/24', '10.20.0.0/16'] },
  }),

  pull('E6', 'an allowed endpoint, and an address that is not', { sourceIPAddress: '10.1.2.3', vpcEndpointId: ENDPOINT }, ok),
  pull('E6', 'an allowed address, and an endpoint that is not', { vpcEndpointId: 'vpce-0fffffffffffffff0' }, ok),
  pull('E6', 'neither', { sourceIPAddress: '10.1.2.3', vpcEndpointId: 'vpce-0fffffffffffffff0' }, NETWORK),
  pull('E6', 'an allowed network does not help another role', OTHER, IDENTITY),
  pull('E6', 'neither role nor network: one assessment', { ...OTHER, ...OUTSIDE }, IDENTITY),

  pull(
    'E7',
    'a service-linked role',
    { ...role('aws-service-role/inspector2.amazonaws.com/AWSServiceRoleForAmazonInspector2'), ...INTERNAL },
    exempt,
  ),
  pull('E7', 'Lambda starts a function from an image', service('lambda.amazonaws.com'), exempt),
  pull('E7', 'ECS under its regional name', service('ecs-tasks.eu-west-1.amazonaws.com'), exempt),
  pull('E7', 'a service that is not known to pull', service('polly.amazonaws.com'), open),
  pull('E7', 'a service-linked role of a foreign account', role('aws-service-role/x.amazonaws.com/AWSServiceRoleForX', FOREIGN), ACCOUNT, UNSEEN),
  pull(
    'E7',
    'a session of a role named like a service-linked one, without its path',
    { userIdentity: { type: 'AssumedRole', arn: `arn:aws:sts::${OWN}:assumed-role/AWSServiceRoleForAmazonInspector2/scan`, accountId: OWN } },
    open,
  ),
  pull('E7', 'a role that is only named like a service-linked one', role('AWSServiceRoleForAmazonInspector2'), IDENTITY),

  pull('G1', 'a member of the organization: its own copy judges the role', hidden(MEMBER), ok),
  pull('G1', 'the management account', role('ci-deploy', '111111111111'), ok),
  pull('G1', 'a trusted third party, whose roles are its own matter', hidden(TRUSTED), ok),
  pull('G1', 'a trusted third party, and its role is visible', role('anything', TRUSTED), ok),
  pull('G2', 'another account, and no member is listed', hidden(MEMBER), open, {
    configuration: { organization: { id: 'o-exampleorgid', managementAccountId: '111111111111' } },
  }),
  pull('G2', 'another account, and it is not among those listed', hidden('555555555555'), ACCOUNT, UNSEEN),
  pull('G2', 'the own account, and no member is listed', {}, ok, {
    configuration: { organization: { id: 'o-exampleorgid', managementAccountId: '111111111111' } },
  }),
  pull('G3', 'an IAM user', user('IAMUser', 'user/ci-deploy'), IDENTITY),
  pull('G3', 'an IAM user that an ARN pattern names', user('IAMUser', 'user/build/ci-deploy'), ok, {
    settings: { allowedRoles: ['arn:aws:iam::*:user/build/*'] },
  }),
  pull('G3', 'the root user', user('Root', 'root'), IDENTITY),
  pull('G3', 'a federated user', user('FederatedUser', 'federated-user/ci-deploy', 'sts'), IDENTITY),
  pull(
    'G4',
    'an allowed role in China',
    { ...role('ci-deploy', OWN, 'aws-cn'), awsRegion: 'cn-north-1', resources: repository(OWN, 'app', 'cn-north-1', 'aws-cn') },
    ok,
  ),
  pull(
    'G4',
    'another role in GovCloud',
    { ...role('deploy', OWN, 'aws-us-gov'), awsRegion: 'us-gov-west-1', resources: repository(OWN, 'app', 'us-gov-west-1', 'aws-us-gov') },
    IDENTITY,
  ),
  pull('G4', 'Lambda pulls in China', { ...service('lambda.amazonaws.com.cn'), awsRegion: 'cn-north-1' }, exempt),
  pull('G5', 'a role that is named like a service', role('lambda.amazonaws.com'), IDENTITY),
  pull('G6', 'a pull that was denied', { ...OTHER, errorCode: 'AccessDenied' }, [], { scp: 'deny' }),
  pull('G6', 'no request: the repository is named by the resources', { ...OTHER, requestParameters: null }, IDENTITY),
  pull('G6', 'no resources: the repository is named by the request', { ...OTHER, resources: null }, IDENTITY),
  pull('G6', 'neither request nor resources', { requestParameters: null, resources: null }, ok),

  pull('G7', "the owner's copy of a member's pull from elsewhere", { ...hidden(MEMBER), ...OUTSIDE }, NETWORK),
  pull(
    'G7',
    "the caller's copy of the same pull tells nothing about the network",
    { ...role('ci-deploy', MEMBER), ...OUTSIDE, recipientAccountId: MEMBER },
    ok,
    // It is one call: its network is judged, and refused, all the same.
    { scp: 'deny' },
  ),
  pull('G7', "the caller's copy judges the role", { ...role('deploy', MEMBER), recipientAccountId: MEMBER }, IDENTITY),
  pull('G7', "the owner's copy shows a role of a member after all", role('deploy', MEMBER), IDENTITY),
  pull('G7', 'a foreign account, as the owner sees it', hidden(FOREIGN), ACCOUNT, UNSEEN),
  pull('G7', 'a base image of a foreign registry', { ...OTHER, resources: repository(FOREIGN) }, exempt),
  pull('G7', 'a base image of a foreign registry, by an allowed role from elsewhere', { ...OUTSIDE, resources: repository(FOREIGN) }, ok),

  pull('G8', 'a web identity without anything', { userIdentity: { type: 'WebIdentityUser' } }, open),
  pull('G8', 'an Identity Center user without an ARN', { userIdentity: { type: 'IdentityCenterUser', accountId: OWN, credentialId: 'c' } }, open),
  pull('G8', 'an unknown identity', { userIdentity: { type: 'Unknown' } }, open),
  pull('G8', 'an unknown identity from elsewhere', { userIdentity: { type: 'Unknown' }, ...OUTSIDE }, NETWORK),
  pull('G8', 'no identity at all', { userIdentity: null }, open),
  pull('G8', 'the own account without an ARN', { userIdentity: { type: 'AWSAccount', accountId: OWN } }, open),
  pull('G8', 'a service without a name', { userIdentity: { type: 'AWSService' } }, open),

  pull(
    'G13',
    'the same repository in another Region',
    { ...OTHER, awsRegion: 'us-east-1', resources: repository(OWN, 'app', 'us-east-1') },
    IDENTITY,
  ),
  pull(
    'G13',
    'the same repository in another account',
    { ...role('deploy', MEMBER), recipientAccountId: MEMBER, resources: repository(MEMBER) },
    IDENTITY,
  ),
];
