/** Records of calls, by whoever makes them. */
import fc from 'fast-check';
import { compute, layers, permissions } from './lambda';
import { account, call, type Fields, maybe, OWN } from './parts';
import { subscriptions } from './subscriptions';

// ---- Callers

const roles = fc.constantFrom(
  'ci-build',
  'ci-build/other',
  'team/ci-build',
  'eks/node',
  'deploy',
  'x/deploy',
  'image-builder',
  'ops',
  'worker',
  'break-glass',
);

function sessionOf(id: string, role: string): Fields {
  const name = role.slice(role.lastIndexOf('/') + 1);
  const issuer = { type: 'Role', principalId: 'AROAEXAMPLEEXAMPLE123', arn: `arn:aws:iam::${id}:role/${role}`, accountId: id, userName: name };
  const arn = `arn:aws:sts::${id}:assumed-role/${name}/session`;
  return { type: 'AssumedRole', principalId: 'AROAEXAMPLEEXAMPLE123:session', arn, accountId: id, sessionContext: { sessionIssuer: issuer } };
}

const callers = fc.oneof(
  { weight: 6, arbitrary: roles.map((role) => sessionOf(OWN, role)) },
  fc.tuple(account, roles).map(([id, role]) => sessionOf(id, role)),
  fc
    .constantFrom('user/build/ada', 'user/ada', 'root', 'user/emergency')
    .map((user) => ({ type: 'IAMUser', arn: `arn:aws:iam::${OWN}:${user}`, accountId: OWN })),
);

// ---- Pulls

const pulls = fc
  .record({
    name: fc.constantFrom('BatchGetImage', 'GetDownloadUrlForLayer'),
    owner: fc.oneof({ weight: 4, arbitrary: fc.constant(OWN) }, account),
    repository: fc.constantFrom('app', 'team/app', 'other'),
    address: fc.constantFrom('203.0.113.9', '198.51.100.7', '198.51.100.8', '2001:db8::5', '2001:db9::5'),
    behind: maybe(
      fc.tuple(fc.constantFrom('10.20.1.2', '10.30.1.2', '203.0.113.9'), fc.constantFrom('vpce-0123456789abcdef0', 'vpce-0fffffffffffffff0')),
    ),
  })
  .map(({ name, owner, repository, address, behind }) =>
    call(
      'ecr.amazonaws.com',
      name,
      { repositoryName: repository },
      {
        readOnly: true,
        resources: [{ ARN: `arn:aws:ecr:eu-west-1:${owner}:repository/${repository}`, accountId: owner, type: 'AWS::ECR::Repository' }],
        sourceIPAddress: behind ? behind[0] : address,
        ...(behind && { vpcEndpointId: behind[1] }),
        recipientAccountId: owner,
      },
    ),
  );

const CALLS: { readonly [guardrail: string]: fc.Arbitrary<Fields> } = {
  'lambda-permission': permissions,
  'lambda-layer-permission': layers,
  'lambda-vpc': compute,
  'sns-subscription': subscriptions,
  'ecr-layer-access': pulls,
};

/** Records of one guardrail's calls, by whoever makes them. */
export const records = (guardrail: string): fc.Arbitrary<Fields> =>
  fc.tuple(CALLS[guardrail] ?? fc.constant({}), callers).map(([fields, userIdentity]) => ({ ...fields, userIdentity }));
