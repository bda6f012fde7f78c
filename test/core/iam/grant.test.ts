import { judgeGrant } from '../../../lib/core/iam/grant';
import { parsePolicy, parseStatement, type Statement } from '../../../lib/core/iam/policy';
import { isUnknown } from '../../../lib/core/value';

const OWNER = '222222222222';
const trustOf = (...accountIds: string[]) => ({
  organizationId: 'o-exampleorgid',
  managementAccountId: '111111111111',
  accountIds: new Set(accountIds),
  trustedAccountIds: new Set<string>(),
  trustedOrganizationIds: new Set<string>(),
});

const fromSource = (sourceArn: string) =>
  parseStatement({
    Sid: 'Source',
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'lambda:InvokeFunction',
    Condition: { ArnLike: { 'AWS:SourceArn': sourceArn } },
  });

it('says what is missing to know a source: its value, or the members of the organization', () => {
  const open = fromSource('arn:aws:events:eu-west-1:${Partner}:rule/daily');
  const stranger = fromSource('arn:aws:events:eu-west-1:555555555555:rule/daily');

  expect(judgeGrant(open, { trust: trustOf(OWNER), owner: OWNER }).unknowns).toEqual([
    'aws:sourcearn is arn:aws:events:eu-west-1:${Partner}:rule/daily, which is only known at deployment',
  ]);
  expect(judgeGrant(stranger, { trust: trustOf(), owner: OWNER }).unknowns).toEqual([
    'account 555555555555 cannot be told from a member of the organization: list the members in organization.accountIds',
  ]);
});

it.each([
  [{ AWS: '222222222222' }, [], []],
  [{ AWS: ['222222222222', 'arn:aws:iam::999999999999:root'] }, ['untrusted-account'], []],
  [{ AWS: [] }, ['public'], []],
  [{ AWS: '${Partner}' }, [], ['NotPrincipal is ${Partner}, which is only known at deployment']],
  [{ AWS: '*' }, ['public'], []],
])('a Deny for all but %j', (NotPrincipal, faults, unknowns) => {
  const policy = parsePolicy({
    Statement: [
      { Effect: 'Allow', Principal: '*', Action: 'sns:Subscribe' },
      { Effect: 'Deny', NotPrincipal, Action: 'sns:*' },
    ],
  });
  if (isUnknown(policy)) throw new Error(policy.what);
  const [grant] = policy.statements as [Statement];

  const answer = judgeGrant(grant, { trust: trustOf(OWNER), owner: OWNER }, policy);

  expect({ faults: answer.faults.map(({ kind }) => kind), unknowns: answer.unknowns }).toEqual({ faults, unknowns });
});

it.each([
  ['ALLOW', 'Allow'],
  ['deny', 'Deny'],
  ['${Effect}', { kind: 'unknown', what: 'the effect ${Effect}' }],
])('the effect %s, as it is written', (Effect, effect) => {
  expect(parseStatement({ Effect }).effect).toEqual(effect);
});
