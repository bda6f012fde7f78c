/** The cases of every slice, and the organization that they are judged in. */
import type { Case } from '../../lib/core/case';
import type { AnyGuardrail } from '../../lib/core/guardrail';
import { isList, isObject, type Value } from '../../lib/core/value';
import { guardrails } from '../../lib/guardrails';

type Properties = { readonly [name: string]: Value };

interface GuardrailCases {
  readonly guardrail: AnyGuardrail;
  readonly cases: readonly Case[];
}

/** By the registry, so that a new guardrail's cases run without a line here. */
export const guardrailCases: readonly GuardrailCases[] = guardrails.map((guardrail) => ({ guardrail, cases: casesOf(guardrail.id) }));

function casesOf(id: string): readonly Case[] {
  const slice: { readonly cases?: readonly Case[] } = require(`../../lib/guardrails/${id}/cases`);
  if (slice.cases === undefined) throw new Error(`lib/guardrails/${id}/cases.ts exports no cases`);
  return slice.cases;
}

/** Where everything lives that says nothing else. */
export const PLACE = { partition: 'aws', region: 'eu-west-1', account: '222222222222' } as const;

/** Whether an exemption has ended depends on it. */
export const NOW = new Date('2026-11-23T12:00:00Z');

const BASE_LISTS: { readonly [guardrail: string]: { readonly [list: string]: readonly string[] } } = {
  'ecr-layer-access': {
    allowedRoles: ['ci-*', 'arn:aws:iam::*:role/eks/*'],
    allowedNetworks: ['203.0.113.0/24'],
    allowedVpcEndpoints: ['vpce-0123456789abcdef0'],
  },
  'sns-subscription': {
    trustedProtocols: ['https', 'email', 'sqs', 'lambda', 'firehose', 'sms', 'application'],
    trustedEmailDomains: ['example.com', '*.example.org'],
    trustedHosts: ['api.example.com', '*.hooks.example.com'],
    trustedPhonePrefixes: ['+49'],
  },
};

/**
 * What `perimeter.yaml` holds for a case: every guardrail enforces; the case's `settings` stand for the lists of its own
 * guardrail, its `configuration` for whole sections.
 */
export function configurationOf(guardrail: string, { settings, configuration }: Case): Properties {
  const lists = (id: string) => (id === guardrail && settings !== undefined ? settings : (BASE_LISTS[id] ?? {}));
  return {
    version: 1,
    organization: { id: 'o-exampleorgid', managementAccountId: '111111111111', accountIds: ['222222222222', '333333333333'] },
    trusted: { accountIds: ['444455556666'], organizationIds: ['o-partnerorg0'] },
    guardrails: Object.fromEntries(guardrails.map(({ id }) => [id, { mode: 'enforce', ...lists(id) }])),
    ...configuration,
  };
}

/** The record of a case over the fields that every record has. `eventID` is the harness's own: it tells the answers apart. */
export function recordOf(record: Properties, eventId: string): Properties {
  return {
    eventVersion: '1.11',
    userIdentity: CALLER,
    eventTime: '2026-11-20T09:15:27Z',
    awsRegion: PLACE.region,
    sourceIPAddress: '203.0.113.10',
    userAgent: 'aws-cli/2.31.0',
    requestID: '5f2f1d6e-2f0c-4c59-9d0e-0d8e6a1f7a10',
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    eventCategory: 'Management',
    recipientAccountId: PLACE.account,
    ...record,
    eventID: eventId,
  };
}

const CALLER: Properties = {
  type: 'AssumedRole',
  principalId: 'AROAEXAMPLEEXAMPLE123:session',
  arn: `arn:aws:sts::${PLACE.account}:assumed-role/ci-deploy/session`,
  accountId: PLACE.account,
  accessKeyId: 'ASIAEXAMPLEEXAMPLE12',
  sessionContext: {
    sessionIssuer: {
      type: 'Role',
      principalId: 'AROAEXAMPLEEXAMPLE123',
      arn: `arn:aws:iam::${PLACE.account}:role/ci-deploy`,
      accountId: PLACE.account,
      userName: 'ci-deploy',
    },
    attributes: { creationDate: '2026-11-20T09:10:00Z', mfaAuthenticated: 'false' },
  },
};

/** The template around a resource. */
export const templateOf = (resource: NonNullable<Case['resource']>): Properties => ({
  AWSTemplateFormatVersion: '2010-09-09',
  Resources: { Resource: { Type: resource.type, Properties: resource.properties } },
});

/** `terraform show -json`: https://developer.hashicorp.com/terraform/internals/json-format#plan-representation */
export function terraformPlanOf({ type, attributes, unknown = {} }: NonNullable<Case['terraform']>): Properties {
  const address = `${type}.this`;
  const resource = { address, mode: 'managed', type, name: 'this', provider_name: 'registry.terraform.io/hashicorp/aws' };
  return {
    format_version: '1.2',
    terraform_version: '1.13.4',
    planned_values: { root_module: { resources: [{ ...resource, schema_version: 0, values: attributes, sensitive_values: {} }] } },
    resource_changes: [
      {
        ...resource,
        change: { actions: ['create'], before: null, after: attributes, after_unknown: unknown, before_sensitive: false, after_sensitive: {} },
      },
    ],
    configuration: { root_module: { resources: [{ address, mode: 'managed', type, name: 'this', provider_config_key: 'aws', expressions: {} }] } },
  };
}

/** A hook sees literals: intrinsics have been resolved by then. */
export function isLiteral(value: Value): boolean {
  if (typeof value === 'string') return !value.includes('${');
  if (isList(value)) return value.every(isLiteral);
  if (!isObject(value)) return true;
  return Object.entries(value).every(([key, item]) => key !== 'Ref' && !key.startsWith('Fn::') && isLiteral(item));
}
