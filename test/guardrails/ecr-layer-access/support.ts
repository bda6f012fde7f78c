/** The organization that the cases are judged in. */
import type { Case } from '../../../lib/core/case';
import type { Exemption } from '../../../lib/core/configuration';
import type { Bench } from '../../../lib/core/judge';
import type { Trust } from '../../../lib/core/trust';
import { asList, asText, property, type Value } from '../../../lib/core/value';

export const PLACE = { partition: 'aws', region: 'eu-west-1', account: '222222222222' } as const;

export const TRUST: Trust = {
  organizationId: 'o-exampleorgid',
  managementAccountId: '111111111111',
  accountIds: new Set(['222222222222', '333333333333']),
  trustedAccountIds: new Set(['444455556666']),
  trustedOrganizationIds: new Set(['o-partnerorg0']),
};

export const SETTINGS = {
  allowedRoles: ['ci-*', 'arn:aws:iam::*:role/eks/*'],
  allowedNetworks: ['203.0.113.0/24'],
  allowedVpcEndpoints: ['vpce-0123456789abcdef0'],
};

export function benchOf({ settings = SETTINGS, configuration = {} }: Pick<Case, 'settings' | 'configuration'>, trust: Trust = TRUST): Bench {
  const organization = property(configuration, 'organization');
  const accountIds = organization === undefined ? trust.accountIds : new Set(asList(property(organization, 'accountIds')).map(String));
  return {
    today: '2026-11-23',
    configuration: {
      trust: { ...trust, accountIds },
      guardrails: { 'ecr-layer-access': { mode: 'enforce', undetermined: 'allow', existing: 'allow', response: 'undo', settings } },
      exemptions: asList(property(configuration, 'exemptions')).map(exemptionOf),
    },
  };
}

const exemptionOf = (value: Value): Exemption => ({
  guardrails: asList(property(value, 'guardrails')).map(String),
  resources: asList(property(value, 'resources')).map(String),
  reason: asText(property(value, 'reason')) ?? '',
  expires: asText(property(value, 'expires')) ?? '',
});

/** The fields that every record has, under those that a case names. */
export const rawRecord = (record: { readonly [name: string]: Value }): { readonly [name: string]: Value } => ({
  eventVersion: '1.11',
  eventID: '00000000-0000-4000-8000-000000000000',
  eventTime: '2026-11-20T09:15:27Z',
  awsRegion: 'eu-west-1',
  recipientAccountId: '222222222222',
  sourceIPAddress: '203.0.113.10',
  userIdentity: {
    type: 'AssumedRole',
    principalId: 'AROAEXAMPLEEXAMPLE123:session',
    arn: 'arn:aws:sts::222222222222:assumed-role/ci-deploy/session',
    accountId: '222222222222',
    sessionContext: {
      sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::222222222222:role/ci-deploy', accountId: '222222222222', userName: 'ci-deploy' },
    },
  },
  ...record,
});
