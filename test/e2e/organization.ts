/** The organization that the end-to-end tests run in. */
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { EnableSecurityHubCommand, GetFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import type { Configuration } from '../../lib/core/configuration';
import type { Value } from '../../lib/core/value';
import type { Mode } from '../../lib/core/verdict';
import { guardrails } from '../../lib/guardrails';
import type { Api, Caller, ClientSettings } from '../aws/emulator';

export const OWN = '222222222222';
export const MEMBER = '333333333333';
export const FOREIGN = '999999999999';
export const REGION = 'eu-west-1';
export const CALLER = { account: OWN, region: REGION };

/** An account of the organization on an emulated AWS; what runs side by side has one each. */
export interface Stage {
  readonly api: Api;
  readonly own: string;
}

export const stageOf = (api: Api, own: string = OWN): Stage => ({ api, own });

const clients = new WeakMap<Stage, Map<unknown, unknown>>();

/** A client of the SDK in that account, the same each time. */
export function clientOf<T>(stage: Stage, Client: new (settings: ClientSettings) => T): T {
  const own = clients.get(stage) ?? new Map<unknown, unknown>();
  clients.set(stage, own);
  const known = own.get(Client);
  if (known instanceof Client) return known;
  const client = new Client(stage.api.client(callerOf(stage)));
  own.set(Client, client);
  return client;
}

export const callerOf = ({ own }: Pick<Stage, 'own'>): Caller => ({ account: own, region: REGION });

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
export const prepare = (api: Api): Promise<void> => prepareAt(stageOf(api));

export async function prepareAt(stage: Stage): Promise<void> {
  await clientOf(stage, SecurityHubClient).send(new EnableSecurityHubCommand({}));
  await clientOf(stage, CloudWatchLogsClient).send(new CreateLogGroupCommand({ logGroupName: 'perimeter-undo' }));
}

export interface Stored {
  readonly code: string | undefined;
  readonly status: string | undefined;
  readonly workflow: string | undefined;
  readonly record: string | undefined;
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly undoKey: string | undefined;
}

/** What Security Hub holds, by title. */
export const findings = (api: Api): Promise<readonly Stored[]> => findingsAt(stageOf(api));

export async function findingsAt(stage: Stage): Promise<readonly Stored[]> {
  const { Findings = [] } = await clientOf(stage, SecurityHubClient).send(new GetFindingsCommand({}));
  return Findings.map(({ ProductFields, Compliance, Workflow, RecordState, Title, Description }) => ({
    code: ProductFields?.['perimeter/code'],
    status: Compliance?.Status,
    workflow: Workflow?.Status,
    record: RecordState,
    title: Title,
    description: Description,
    undoKey: ProductFields?.['perimeter/undoKey'],
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
  own: string = OWN,
): Value {
  number += 1;
  return {
    version: '0',
    id: `event-${number}`,
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${eventSource.split('.')[0]}`,
    account: own,
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
      recipientAccountId: own,
      userIdentity: {
        type: 'AssumedRole',
        arn: `arn:aws:sts::${own}:assumed-role/dev/ada`,
        accountId: own,
        sessionContext: { sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${own}:role/dev`, accountId: own, userName: 'dev' } },
      },
      requestParameters,
      responseElements,
      ...more,
    },
  };
}
