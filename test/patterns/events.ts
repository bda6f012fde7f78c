/** CloudTrail events of every kind of pull, as the bus of the account 222222222222 receives them. */
import fc from 'fast-check';
import type { Value } from '../../lib/core/value';

const OWN = '222222222222';
const ACCOUNTS = [OWN, '333333333333', '444455556666', '999999999999', '111111111111'];

const account = fc.constantFrom(OWN, ...ACCOUNTS);
const role = fc.constantFrom(
  'ci-build',
  'ci-build',
  'ci-',
  'xci-build',
  'eks/node',
  'eks/deep/node',
  'eks/ci-node',
  'ci-x/evil',
  'a:role/eks/node',
  'deploy',
  'deployer',
  'team/deploy',
  'evil',
  'aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS',
  'aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef',
);

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const issued = (id: string, path: string): Value => ({
  sessionIssuer: { type: 'Role', principalId: 'AROAEXAMPLE', arn: `arn:aws:iam::${id}:role/${path}`, accountId: id, userName: nameOf(path) },
});

const assumedRole = fc.tuple(account, role).map(
  ([id, path]): Value => ({
    type: 'AssumedRole',
    principalId: 'AROAEXAMPLE:session',
    arn: `arn:aws:sts::${id}:assumed-role/${nameOf(path)}/session`,
    accountId: id,
    sessionContext: issued(id, path),
  }),
);

const others = fc.tuple(account, role).chain(([id, path]) =>
  fc.constantFrom<Value>(
    { type: 'AWSAccount', principalId: 'AROAEXAMPLE:session', accountId: id },
    { type: 'AWSAccount', accountId: id, arn: `arn:aws:iam::${id}:user/alice` },
    { type: 'AWSAccount', accountId: id, sessionContext: issued(id, path) },
    { type: 'IAMUser', arn: `arn:aws:iam::${id}:user/ci-alice`, accountId: id, userName: 'ci-alice' },
    { type: 'Root', arn: `arn:aws:iam::${id}:root`, accountId: id },
    {
      type: 'FederatedUser',
      arn: `arn:aws:sts::${id}:federated-user/ci-alice`,
      accountId: id,
      sessionContext: { sessionIssuer: { type: 'IAMUser', arn: `arn:aws:iam::${id}:user/ci-alice`, accountId: id, userName: 'ci-alice' } },
    },
    { type: 'WebIdentityUser', userName: 'ci-build', identityProvider: 'accounts.google.com' },
    { type: 'IdentityCenterUser', accountId: id },
    { type: 'SAMLUser', principalId: 'x:y', userName: 'ci-build' },
    { type: 'AWSService', invokedBy: 'ecs.amazonaws.com' },
    { type: 'AWSService', invokedBy: 'ecs-tasks.eu-west-1.amazonaws.com' },
    { type: 'AWSService', invokedBy: 'unheard.amazonaws.com' },
    { type: 'AWSService' },
    { type: 'Unknown' },
    {},
  ),
);

/** Identities with a field missing, or null. */
const damaged = fc
  .tuple(assumedRole, fc.constantFrom('type', 'arn', 'accountId', 'sessionContext', 'issuer.arn', 'issuer.userName', 'issuer'), fc.boolean())
  .map(([identity, field, isNull]) => damage(identity, field, isNull));

function damage(identity: Value, field: string, isNull: boolean): Value {
  const copy = JSON.parse(JSON.stringify(identity));
  const [holder, name] = field.startsWith('issuer.')
    ? [copy.sessionContext.sessionIssuer, field.slice('issuer.'.length)]
    : field === 'issuer'
      ? [copy.sessionContext, 'sessionIssuer']
      : [copy, field];
  if (isNull) holder[name] = null;
  else delete holder[name];
  return copy;
}

const identity = fc.oneof({ weight: 6, arbitrary: assumedRole }, { weight: 3, arbitrary: others }, { weight: 1, arbitrary: damaged });

const address = fc.constantFrom<Value | undefined>(
  '203.0.113.10',
  '203.0.113.10',
  '203.0.113.200',
  '203.0.11.3',
  '203.0.114.10',
  '198.51.100.7',
  '198.51.100.70',
  '10.20.30.40',
  '2001:db8:1::7',
  '2001:db8:12::7',
  '2001:0db8:0001::7',
  '::ffff:203.0.113.10',
  'AWS Internal',
  'ecs.amazonaws.com',
  '',
  null,
  undefined,
);

const endpoint = fc.constantFrom<Value | undefined>(undefined, undefined, 'vpce-0123456789abcdef0', 'vpce-0123456789abcdef1', 'vpce-evil', '', null);

const present = (fields: { readonly [name: string]: Value | undefined }): Value =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { readonly [name: string]: Value };

/** CloudTrail delivers a call to the account of its caller and to the owner of the repository: one of them is the own account. */
const ownerFor = (caller: Value): fc.Arbitrary<string> =>
  JSON.stringify(caller).includes(OWN) ? fc.constantFrom(OWN, ...ACCOUNTS) : fc.constant(OWN);

export const pullRecord: fc.Arbitrary<Value> = identity.chain((userIdentity) =>
  fc
    .record({
      owner: ownerFor(userIdentity),
      eventName: fc.constantFrom('BatchGetImage', 'GetDownloadUrlForLayer'),
      sourceIPAddress: address,
      vpcEndpointId: endpoint,
      errorCode: fc.constantFrom<Value | undefined>(undefined, undefined, undefined, undefined, undefined, null, '', 'AccessDenied'),
      names: fc.constantFrom('resources', 'registryId', 'both', 'both', 'both'),
    })
    .map(({ owner, names, ...fields }) =>
      present({
        eventVersion: '1.11',
        eventID: 'e-1',
        eventTime: '2026-11-22T10:00:00Z',
        awsRegion: 'eu-west-1',
        eventSource: 'ecr.amazonaws.com',
        userIdentity,
        recipientAccountId: OWN,
        requestParameters: { repositoryName: 'team/app', ...(names !== 'resources' && { registryId: owner }) },
        responseElements: null,
        resources: names === 'registryId' ? undefined : [{ ARN: `arn:aws:ecr:eu-west-1:${owner}:repository/team/app`, accountId: owner }],
        readOnly: true,
        ...fields,
      }),
    ),
);

/** What pulls all day: allowed roles of the own account, from the allowed network or through the allowed endpoint. */
export const compliantPull: fc.Arbitrary<Value> = fc
  .record({
    path: fc.constantFrom('ci-build', 'ci-deploy', 'team/ci-test', 'eks/node', 'eks/ci-node'),
    origin: fc.constantFrom<{ readonly [name: string]: Value }>(
      { sourceIPAddress: '203.0.113.10' },
      { sourceIPAddress: '10.0.0.7', vpcEndpointId: 'vpce-0123456789abcdef0' },
    ),
    eventName: fc.constantFrom('BatchGetImage', 'GetDownloadUrlForLayer'),
    owner: fc.constantFrom(OWN, '333333333333'),
  })
  .map(
    ({ path, origin, eventName, owner }): Value => ({
      eventVersion: '1.11',
      eventID: 'e-1',
      eventTime: '2026-11-22T10:00:00Z',
      awsRegion: 'eu-west-1',
      eventSource: 'ecr.amazonaws.com',
      eventName,
      userIdentity: {
        type: 'AssumedRole',
        principalId: 'AROAEXAMPLE:session',
        arn: `arn:aws:sts::${OWN}:assumed-role/${nameOf(path)}/session`,
        accountId: OWN,
        sessionContext: issued(OWN, path),
      },
      recipientAccountId: OWN,
      requestParameters: { repositoryName: 'team/app', registryId: owner },
      responseElements: null,
      resources: [{ ARN: `arn:aws:ecr:eu-west-1:${owner}:repository/team/app`, accountId: owner }],
      ...origin,
    }),
  );

/** As the bus delivers a record: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html */
export const envelopeOf = (record: Value): { readonly [name: string]: Value } => ({
  version: '0',
  id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  'detail-type': 'AWS API Call via CloudTrail',
  source: `aws.${String((record as { readonly eventSource?: Value }).eventSource).split('.')[0]}`,
  account: OWN,
  time: '2026-11-22T10:00:00Z',
  region: 'eu-west-1',
  resources: [],
  detail: record,
});
