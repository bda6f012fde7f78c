import type { Configuration, Exemption } from '../../lib/core/configuration';
import { exemptionFor, matchGlob } from '../../lib/core/exemption';

const FUNCTION = 'arn:aws:lambda:eu-west-1:222222222222:function:edge-a';

const pilot: Exemption = {
  guardrails: ['lambda-vpc'],
  resources: ['arn:aws:lambda:*:222222222222:function:edge-*'],
  reason: 'edge',
  owner: 'web@example.com',
  expires: '2027-03-31',
};

const configurationWith = (...exemptions: readonly Exemption[]): Configuration => ({
  trust: {
    organizationId: 'o-exampleorgid',
    managementAccountId: '111111111111',
    accountIds: new Set(),
    trustedAccountIds: new Set(),
    trustedOrganizationIds: new Set(),
  },
  guardrails: {},
  exemptions,
});

describe('an exemption', () => {
  const configuration = configurationWith(pilot);

  it('holds to the end of its last day, and warns during its last fourteen', () => {
    expect([
      exemptionFor(configuration, 'lambda-vpc', FUNCTION, '2026-11-23'),
      exemptionFor(configuration, 'lambda-vpc', FUNCTION, '2027-03-16'),
      exemptionFor(configuration, 'lambda-vpc', FUNCTION, '2027-03-17'),
      exemptionFor(configuration, 'lambda-vpc', FUNCTION, '2027-03-30'),
      exemptionFor(configuration, 'lambda-vpc', FUNCTION, '2027-03-31'),
      exemptionFor(configuration, 'lambda-vpc', FUNCTION, '2027-04-01'),
    ]).toEqual([
      { kind: 'exempt', exemption: pilot },
      { kind: 'exempt', exemption: pilot },
      { kind: 'exempt', exemption: pilot, warning: 'the exemption ends in 14 days (2027-03-31)' },
      { kind: 'exempt', exemption: pilot, warning: 'the exemption ends tomorrow (2027-03-31)' },
      { kind: 'exempt', exemption: pilot, warning: 'the exemption ends today (2027-03-31)' },
      { kind: 'none', expired: pilot },
    ]);
  });

  it('covers the versions and aliases of a function, and no other guardrail', () => {
    expect(exemptionFor(configuration, 'lambda-vpc', `${FUNCTION}:live`, '2026-11-23').kind).toBe('exempt');
    expect(exemptionFor(configuration, 'lambda-permission', FUNCTION, '2026-11-23')).toEqual({ kind: 'none' });
  });

  it('that still holds wins over one that has ended', () => {
    const both = configurationWith({ ...pilot, expires: '2020-01-01' }, pilot);
    expect(exemptionFor(both, 'lambda-vpc', FUNCTION, '2026-11-23')).toEqual({ kind: 'exempt', exemption: pilot });
  });
});

it.each([
  ['arn:aws:lambda:*:222222222222:function:edge-*', FUNCTION, 'yes'],
  ['arn:aws:lambda:*:function:edge-*', FUNCTION, 'no'],
  ['*', FUNCTION, 'no'],
  ['arn:aws:lambda:eu-west-1:222222222222:function:edge-?', FUNCTION, 'yes'],
  ['arn:aws:lambda:eu-west-1:222222222222:function:edge-', FUNCTION, 'no'],
  ['arn:aws:ecr:*:*:repository/team-*', 'arn:aws:ecr:eu-west-1:222222222222:repository/team-a', 'yes'],
  ['arn:aws:ecr:*:*:repository/team-*', 'arn:aws:ecr:eu-west-1:222222222222:repository/team-a/app', 'no'],
  ['arn:aws:ecr:*:*:repository/*/app', 'arn:aws:ecr:eu-west-1:222222222222:repository/team-a/app', 'yes'],
  ['arn:*:lambda:*:*:function:*', 'arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:x', 'yes'],
  ['arn:aws:lambda:*:222222222222:function:x', 'arn:aws:lambda:eu-west-1:${AWS::AccountId}:function:x', 'maybe'],
  ['arn:aws:lambda:*:222222222222:function:y', 'arn:aws:lambda:eu-west-1:${AWS::AccountId}:function:x', 'no'],
  ['arn:aws:lambda:*:*:function:edge-*', 'arn:aws:lambda:eu-west-1:222222222222:function:${Fn}', 'maybe'],
  ['arn:aws:lambda:*:*:function:edge.x', 'arn:aws:lambda:eu-west-1:222222222222:function:edgeax', 'no'],
])('%s against %s: %s', (pattern, text, expected) => {
  expect(matchGlob(pattern, text)).toBe(expected);
});

it('answers a pattern of many wildcards, which a backtracking matcher would not live to do', () => {
  expect(matchGlob(`arn:aws:lambda:*:*:function:${'a*'.repeat(40)}b`, `arn:aws:lambda:x:1:function:${'a'.repeat(2000)}`)).toBe('no');
});
