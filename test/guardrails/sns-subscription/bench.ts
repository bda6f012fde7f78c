/** The organization that the tests of this guardrail judge in. */
import { decodeRecord, isRecordProblem } from '../../../lib/core/cloudtrail';
import type { Configuration } from '../../../lib/core/configuration';
import type { Settings } from '../../../lib/core/guardrail';
import { type Bench, judgeFacts, judgeRecord } from '../../../lib/core/judge';
import type { Value } from '../../../lib/core/value';
import type { Assessment } from '../../../lib/core/verdict';
import guardrail from '../../../lib/guardrails/sns-subscription';
import { keyOf } from '../../support/live';

export const OWN = '222222222222';
export const TOPIC_ARN = `arn:aws:sns:eu-west-1:${OWN}:orders`;

export const LISTS = {
  trustedProtocols: ['https', 'email', 'sqs', 'lambda', 'firehose', 'sms', 'application'],
  trustedEmailDomains: ['example.com', '*.example.org'],
  trustedHosts: ['api.example.com', '*.hooks.example.com'],
  trustedPhonePrefixes: ['+49'],
};

const TRUST = {
  organizationId: 'o-exampleorgid',
  managementAccountId: '111111111111',
  accountIds: new Set([OWN, '333333333333']),
  trustedAccountIds: new Set(['444455556666']),
  trustedOrganizationIds: new Set(['o-partnerorg0']),
};

export const benchOf = (settings: Settings = LISTS, more: Partial<Configuration> = {}): Bench => ({
  today: '2026-11-23',
  configuration: {
    trust: TRUST,
    guardrails: { 'sns-subscription': { mode: 'enforce', undetermined: 'allow', existing: 'allow', response: 'undo', settings } },
    exemptions: [],
    ...more,
  },
});

type Properties = { readonly [name: string]: Value };

export const judgeProperties = (type: string, properties: Properties, bench = benchOf()): readonly Assessment[] =>
  judgeFacts(
    bench,
    guardrail,
    guardrail.fromResource({ type, logicalId: 'Resource', properties, place: { partition: 'aws', region: 'eu-west-1', account: OWN } }),
  );

export const judgeEvent = (record: unknown, bench = benchOf()): readonly Assessment[] => {
  const decoded = decodeRecord(record);
  if (isRecordProblem(decoded)) throw new Error(decoded.problem);
  return judgeRecord(bench, guardrail, decoded);
};

export const eventOf = (more: Properties): Properties => ({
  eventVersion: '1.11',
  eventSource: 'sns.amazonaws.com',
  eventTime: '2026-11-20T09:15:27Z',
  eventID: '00000000-0000-4000-8000-000000000001',
  awsRegion: 'eu-west-1',
  recipientAccountId: OWN,
  userIdentity: { type: 'AssumedRole', accountId: OWN, arn: `arn:aws:sts::${OWN}:assumed-role/ci-deploy/session` },
  ...more,
});

export const subscribed = (protocol: Value, endpoint: Value, more: Properties = {}): Properties =>
  eventOf({
    eventName: 'Subscribe',
    requestParameters: { topicArn: TOPIC_ARN, protocol, endpoint },
    responseElements: { subscriptionArn: `${TOPIC_ARN}:6f7a8b9c` },
    ...more,
  });

export const subscription = (protocol: Value, endpoint: Value, more: Properties = {}): Properties => ({
  TopicArn: TOPIC_ARN,
  Protocol: protocol,
  Endpoint: endpoint,
  ...more,
});

export const LIST = keyOf('sns:ListSubscriptionsByTopic', { TopicArn: TOPIC_ARN });

/** https://docs.aws.amazon.com/sns/latest/api/API_Subscription.html */
export const listed = (SubscriptionArn: string, Protocol: string, Endpoint: string, Owner = OWN) => ({
  SubscriptionArn,
  Owner,
  Protocol,
  Endpoint,
  TopicArn: TOPIC_ARN,
});
export const list = (...Subscriptions: readonly Value[]) => ({ [LIST]: { Subscriptions } });
