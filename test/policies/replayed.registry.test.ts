/** Recorded calls of image repositories through the policy that guards them, whoever calls. */
import { decodeRecord, isRecordProblem } from '../../lib/core/cloudtrail';
import { guardrails } from '../../lib/guardrails';
import { renderPolicies } from '../../lib/policies';
import { replayThrough } from '../../lib/policies/replayed';
import { configurationFor, ORGANIZATION } from './configuration';

type Fields = { readonly [field: string]: unknown };

const MEMBER = '222222222222';
const PARTNER = '444455556666';
const STRANGER = '999999999999';

const replayFor = (more: Fields = {}) => {
  const configuration = configurationFor({
    guardrails: { 'ecr-layer-access': { mode: 'enforce', allowedNetworks: ['203.0.113.0/24'] } },
    trusted: { accountIds: [PARTNER] },
    spared: { principalArns: ['arn:aws:iam::*:role/break-glass'] },
    ...more,
  });
  const ecr = guardrails.filter(({ id }) => id === 'ecr-layer-access');
  return replayThrough(renderPolicies(configuration, ecr), configuration.trust);
};
const replay = replayFor();

const role = (account: string, name = 'app') => ({
  type: 'AssumedRole',
  accountId: account,
  arn: `arn:aws:sts::${account}:assumed-role/${name.split('/').at(-1)}/s`,
  sessionContext: { sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${account}:role/${name}`, accountId: account } },
});
const outsider = (account: string) => ({ type: 'AWSAccount', accountId: account, principalId: 'AROAEXAMPLEEXAMPLE123:s' });

/** In the copy that the owner of the repository received, unless said otherwise. */
function pull(userIdentity: Fields, owner: string, over: Fields = {}) {
  const record = decodeRecord({
    eventName: 'BatchGetImage',
    eventSource: 'ecr.amazonaws.com',
    eventTime: '2026-11-20T10:00:00Z',
    awsRegion: 'eu-west-1',
    recipientAccountId: owner,
    sourceIPAddress: '203.0.113.9',
    requestParameters: { registryId: owner, repositoryName: 'app' },
    userIdentity,
    ...over,
  });
  if (isRecordProblem(record)) throw new Error(record.problem);
  return record;
}

const DENIED = { policy: 'rcp/ecr', verdict: 'denied', code: 'EcrOutsiders', action: 'ecr:BatchGetImage' };

it.each<readonly [string, ReturnType<typeof pull>, object]>([
  ['a stranger', pull(outsider(STRANGER), MEMBER), DENIED],
  ["a stranger's role", pull(role(STRANGER), MEMBER), DENIED],
  [
    'a stranger who changes the policy',
    pull(outsider(STRANGER), MEMBER, { eventName: 'SetRepositoryPolicy' }),
    { ...DENIED, action: 'ecr:SetRepositoryPolicy' },
  ],
  ['a member', pull(role(MEMBER), MEMBER), { verdict: 'allowed' }],
  ['another member', pull(outsider('333333333333'), MEMBER), { verdict: 'allowed' }],
  ['the management account', pull(outsider(ORGANIZATION.managementAccountId), MEMBER), { verdict: 'allowed' }],
  ['a trusted account', pull(outsider(PARTNER), MEMBER), { verdict: 'allowed' }],
  [
    'a service, of which no record says for whom it acts',
    pull({ type: 'AWSService', invokedBy: 'ecs.amazonaws.com' }, MEMBER),
    { policy: 'rcp/ecr', verdict: 'unknown', code: 'EcrDeputies' },
  ],
  [
    'a service-linked role of another account',
    pull(role(STRANGER, 'aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS'), MEMBER),
    { verdict: 'allowed' },
  ],
  [
    'a member, by its own rule',
    pull(role(MEMBER), MEMBER, { sourceIPAddress: '198.51.100.9' }),
    { policy: 'ecr-layer-access', verdict: 'denied', code: 'EcrNetwork' },
  ],
  ['a caller of whom no account is recorded', pull({ type: 'Unknown' }, MEMBER), { policy: 'rcp/ecr', verdict: 'unknown', code: 'EcrOutsiders' }],
])('%s', (_, record, expected) => {
  expect(replay(record)).toMatchObject(expected);
});

it.each<readonly [string, string, string]>([
  ["a stranger's registry", STRANGER, '999999999999 owns it, outside the organization'],
  ["a partner's registry", PARTNER, '444455556666 owns it, outside the organization'],
  ["the management account's registry", ORGANIZATION.managementAccountId, 'RCPs do not guard what the management account owns'],
])('does not guard %s', (_, owner, reason) => {
  const byAnybody = configurationFor({
    guardrails: { 'ecr-layer-access': { mode: 'enforce', allowedRoles: ['ci'] } },
    trusted: { accountIds: [PARTNER] },
  });
  const rcp = renderPolicies(byAnybody, guardrails).filter(({ kind }) => kind === 'rcp');
  const record = pull(outsider('888888888888'), owner, { recipientAccountId: MEMBER });

  expect(replayThrough(rcp, byAnybody.trust)(record)).toMatchObject({ verdict: 'allowed', reason });
});

it('does not know of which organization a stranger is, where others are trusted', () => {
  const answer = replayFor({ trusted: { accountIds: [PARTNER], organizationIds: ['o-partnerorg'] } })(pull(outsider(STRANGER), MEMBER));

  expect(answer).toMatchObject({ verdict: 'unknown', code: 'EcrOutsiders', reason: expect.stringContaining('aws:principalorgid is not known') });
});

it('knows nobody for a stranger where no member is listed', () => {
  const unlisted = replayFor({ organization: { ...ORGANIZATION, accountIds: undefined } });

  expect(unlisted(pull(outsider(STRANGER), MEMBER))).toMatchObject({ verdict: 'unknown' });
  expect(unlisted(pull(role(MEMBER), MEMBER))).toMatchObject({ verdict: 'allowed' });
});
