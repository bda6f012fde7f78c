/** The organization that the end-to-end tests run in. */
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { EnableSecurityHubCommand, GetFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import type { Configuration } from '../../lib/core/configuration';
import type { Value } from '../../lib/core/value';
import type { Mode } from '../../lib/core/verdict';
import { guardrails } from '../../lib/guardrails';
import type { Api } from '../aws/emulator';

export const OWN = '222222222222';
export const MEMBER = '333333333333';
export const FOREIGN = '999999999999';
export const REGION = 'eu-west-1';
export const CALLER = { account: OWN, region: REGION };

const LISTS: { readonly [guardrail: string]: { readonly [list: string]: readonly string[] } } = {
  'ecr-layer-access': { allowedRoles: ['ci-*'], allowedNetworks: ['203.0.113.0/24'] },
  'sns-subscription': {
    trustedProtocols: ['https', 'email', 'sqs', 'lambda'],
    trustedHosts: ['api.example.com'],
    trustedEmailDomains: ['example.com'],
  },
};

export const configurationIn = (mode: Mode = 'enforce', more: Partial<Configuration> = {}): Configuration => ({
  trust: {
    organizationId: 'o-exampleorgid',
    managementAccountId: '111111111111',
    accountIds: new Set([OWN, MEMBER]),
    trustedAccountIds: new Set(['444455556666']),
    trustedOrganizationIds: new Set(),
  },
  guardrails: Object.fromEntries(
    guardrails.map(({ id }) => [id, { mode, undetermined: 'allow', existing: 'allow', response: 'undo', settings: LISTS[id] ?? {} }]),
  ),
  exemptions: [],
  ...more,
});

/** What the member template deploys beside a function. */
export async function prepare(api: Api): Promise<void> {
  await new SecurityHubClient(api.client(CALLER)).send(new EnableSecurityHubCommand({}));
  await new CloudWatchLogsClient(api.client(CALLER)).send(new CreateLogGroupCommand({ logGroupName: 'perimeter-undo' }));
}

export interface Stored {
  readonly code: string | undefined;
  readonly status: string | undefined;
  readonly workflow: string | undefined;
  readonly record: string | undefined;
  readonly title: string | undefined;
}

/** What Security Hub holds, by title. */
export async function findings(api: Api): Promise<readonly Stored[]> {
  const { Findings = [] } = await new SecurityHubClient(api.client(CALLER)).send(new GetFindingsCommand({}));
  return Findings.map(({ ProductFields, Compliance, Workflow, RecordState, Title }) => ({
    code: ProductFields?.['perimeter/code'],
    status: Compliance?.Status,
    workflow: Workflow?.Status,
    record: RecordState,
    title: Title,
  })).sort((a, b) => String(a.title).localeCompare(String(b.title)));
}

let number = 0;

/** The EventBridge event that CloudTrail makes of a call. */
export function eventOf(
  eventSource: string,
  eventName: string,
  requestParameters: Value,
  responseElements: Value = null,
  more: { readonly [name: string]: Value } = {},
): Value {
  number += 1;
  return {
    version: '0',
    id: `event-${number}`,
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${eventSource.split('.')[0]}`,
    account: OWN,
    time: '2026-11-22T10:00:00Z',
    region: REGION,
    resources: [],
    detail: {
      eventVersion: '1.11',
      eventID: `event-${number}`,
      eventTime: '2026-11-22T10:00:00Z',
      eventSource,
      eventName,
      awsRegion: REGION,
      sourceIPAddress: '198.51.100.7',
      recipientAccountId: OWN,
      userIdentity: {
        type: 'AssumedRole',
        arn: `arn:aws:sts::${OWN}:assumed-role/dev/ada`,
        accountId: OWN,
        sessionContext: { sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${OWN}:role/dev`, accountId: OWN, userName: 'dev' } },
      },
      requestParameters,
      responseElements,
      ...more,
    },
  };
}
