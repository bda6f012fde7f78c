/** Whose sessions are revoked, whose are not and why, and until when. */
import type { Caller, PullFact } from '../../../lib/guardrails/ecr-layer-access/facts';
import { reads } from '../../../lib/guardrails/ecr-layer-access/live';
import { documentIn, planOfPull } from '../../../lib/guardrails/ecr-layer-access/revoke';

const OWN = '222222222222';
const PULLED = '2026-11-22T10:00:00Z';

const pullBy = (caller: Caller, more: Partial<PullFact> = {}): PullFact => ({
  kind: 'pull',
  resource: { type: 'AWS::ECR::Repository', arn: `arn:aws:ecr:eu-west-1:${OWN}:repository/orders` },
  owner: OWN,
  caller,
  origin: {},
  copy: 'owner',
  at: PULLED,
  ...more,
});

const identity = (resource: string, account = OWN, partition = 'aws'): Caller => ({
  kind: 'identity',
  account,
  arn: `arn:${partition}:iam::${account}:${resource}`,
});

const POLICY = { PolicyName: 'perimeter-revoke-older-sessions' };
const documentUntil = (date: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'PerimeterRevokeOlderSessions',
        Effect: 'Deny',
        Action: 'ecr:*',
        Resource: '*',
        Condition: { DateLessThanEquals: { 'aws:TokenIssueTime': date } },
      },
    ],
  });
const UNTIL_PULL = documentUntil('2026-11-22T10:00:00.000Z');

it.each([
  ['a role', 'role/dev', 'dev'],
  ['a role with a path', 'role/team/build/dev', 'dev'],
  ['a service role, which is no service-linked one', 'role/service-role/builder', 'builder'],
  ['a role in another partition', 'role/dev', 'dev', 'aws-cn'],
])('%s loses the sessions that began until the pull', (_, resource, RoleName, partition = 'aws') => {
  const fact = pullBy(identity(resource, OWN, partition));

  expect(reads(fact, 'revoke')).toEqual([{ action: 'iam:GetRolePolicy', input: { RoleName, ...POLICY } }]);
  expect(planOfPull(fact)).toEqual({
    calls: [{ action: 'iam:PutRolePolicy', input: { RoleName, ...POLICY, PolicyDocument: UNTIL_PULL } }],
    restore: [{ action: 'iam:DeleteRolePolicy', input: { RoleName, ...POLICY } }],
    note: expect.stringContaining(`Every session of the role ${RoleName} that began by 2026-11-22T10:00:00.000Z`),
    isContainment: true,
  });
});

it.each<[string, Caller, string]>([
  ['a user with a path', identity('user/team/ada'), 'only sessions of a role can be revoked'],
  ['the root user', identity('root'), 'only sessions of a role can be revoked'],
  ['a federated user', { kind: 'identity', account: OWN, arn: `arn:aws:sts::${OWN}:federated-user/ada` }, 'only sessions of a role can be revoked'],
  ['a service-linked role', identity('role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS'), 'service-linked'],
  ['a role of Identity Center', identity('role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef'), 'Identity Center'],
  ['a role of Identity Center without its path', identity('role/AWSReservedSSO_Admin_0123456789abcdef'), 'Identity Center'],
  ['a role of another account', identity('role/dev', '333333333333'), 'belongs to 333333333333'],
  [
    'a session without the ARN of its role',
    { kind: 'session', account: OWN, arn: `arn:aws:sts::${OWN}:assumed-role/dev/s`, role: 'dev' },
    'does not give the ARN of the role',
  ],
  ['a role without a name', identity('role/team/'), 'names no role that there can be'],
  ['a role called like every role', identity('role/*'), 'names no role that there can be'],
  ['an account', { kind: 'account', account: OWN }, 'names no role'],
  ['a service', { kind: 'service', host: 'ecs.amazonaws.com' }, 'names no role'],
  ['nobody', { kind: 'nobody', what: 'an unknown identity' }, 'names no role'],
])('%s is left alone, and the plan says why', (_, caller, why) => {
  const fact = pullBy(caller);

  expect(reads(fact, 'revoke')).toEqual([]);
  expect(planOfPull(fact)).toEqual({ calls: [], why: expect.stringContaining(why) });
});

it.each([undefined, 'soon'])('a pull at an unknown time (%s) revokes nothing', (at) => {
  expect(planOfPull(pullBy(identity('role/dev'), { at }))).toEqual({ calls: [], why: expect.stringContaining('does not say until when') });
});

it.each(['undo', 'report', 'quarantine', undefined] as const)('nothing is read for the response %s', (response) => {
  expect(reads(pullBy(identity('role/dev')), response)).toEqual([]);
});

describe('a role whose sessions were revoked before', () => {
  const planWith = (revocation: string) => planOfPull(pullBy(identity('role/dev'), { revocation }));

  it.each(['2026-11-22T10:00:00Z', '2026-11-23T00:00:00Z'])('until %s is left as it is, and contained', (date) => {
    expect(planWith(documentUntil(date))).toMatchObject({ calls: [], isContainment: true, why: expect.stringContaining('revoked already') });
  });

  it.each([
    ['until before the pull', documentUntil('2026-11-22T09:59:59Z')],
    ['by a policy that somebody changed', UNTIL_PULL.replace('Deny', 'Allow')],
    ['by a policy of other actions', UNTIL_PULL.replace('ecr:*', 'ecr:PutImage')],
    ['by no JSON', '%7B'],
  ])('%s: the policy is overwritten, and put back as it was', (_, revocation) => {
    expect(planWith(revocation)).toMatchObject({
      calls: [{ action: 'iam:PutRolePolicy', input: { RoleName: 'dev', PolicyDocument: UNTIL_PULL } }],
      restore: [{ action: 'iam:PutRolePolicy', input: { RoleName: 'dev', ...POLICY, PolicyDocument: revocation } }],
    });
  });
});

it.each([
  [encodeURIComponent(UNTIL_PULL), UNTIL_PULL],
  [UNTIL_PULL, UNTIL_PULL],
  ['%E0%A4%A', '%E0%A4%A'],
  [undefined, undefined],
])('IAM answers %s', (PolicyDocument, expected) => {
  expect(documentIn({ ...(PolicyDocument !== undefined && { PolicyDocument }) })).toBe(expected);
});
