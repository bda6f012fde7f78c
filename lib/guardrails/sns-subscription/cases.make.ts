/** How the cases of this guardrail are written: one subscription or policy, as every source would write it. */
import { type Case, type CaseExpectation, OWN, type Properties } from '../../core/case';
import type { Value } from '../../core/value';

export type Scp = Case['scp'];

export const TOPIC_ARN = `arn:aws:sns:eu-west-1:${OWN}:orders`;
export const SUBSCRIPTION_ARN = `${TOPIC_ARN}:6f7a8b9c-1234-4d5e-8f90-a1b2c3d4e5f6`;

export const UNSUBSCRIBE: Case['plan'] = [{ action: 'sns:Unsubscribe', input: { SubscriptionArn: SUBSCRIPTION_ARN } }];

const isViolation = (expect: Case['expect']): boolean => 'verdict' in expect && expect.verdict === 'violation';

/** One subscription as a template, a Terraform plan and a record say it. */
export const subscription = (
  label: string,
  protocol: string,
  endpoint: string,
  expect: CaseExpectation,
  scp: Scp,
  more: Partial<Case> = {},
): Case => ({
  ...written(label, protocol, endpoint, expect, scp),
  record: subscribe({ protocol, endpoint }),
  ...(isViolation(expect) && { plan: UNSUBSCRIBE }),
  ...more,
});

/** One that AWS would refuse, or that CloudTrail would hide: there is no record to judge it by. */
export const written = (label: string, protocol: string, endpoint: string, expect: CaseExpectation, scp: Scp): Case => ({
  class: label,
  name: `${protocol} ${JSON.stringify(endpoint)}`,
  resource: { type: 'AWS::SNS::Subscription', properties: { TopicArn: TOPIC_ARN, Protocol: protocol, Endpoint: endpoint } },
  terraform: { type: 'aws_sns_topic_subscription', attributes: { topic_arn: TOPIC_ARN, protocol, endpoint } },
  expect,
  scp,
});

const event = (eventName: string, requestParameters: Value, responseElements: Value, more: Properties = {}): Properties => ({
  eventSource: 'sns.amazonaws.com',
  eventName,
  requestParameters,
  responseElements,
  ...more,
});

export const subscribe = (request: Properties, more: Properties = {}): Properties =>
  event('Subscribe', { topicArn: TOPIC_ARN, returnSubscriptionArn: true, ...request }, { subscriptionArn: SUBSCRIPTION_ARN }, more);

/** Seen by CloudTrail alone. */
export const recorded = (label: string, name: string, record: Properties, expect: Case['expect'], more: Partial<Case> = {}): Case => ({
  class: label,
  name,
  record: { eventSource: 'sns.amazonaws.com', responseElements: null, ...record },
  expect,
  scp: 'unseen',
  ...more,
});

/** Seen by templates alone. */
export const template = (label: string, name: string, text: string, expect: Case['expect'], scp: Scp = 'unseen'): Case => ({
  class: label,
  name,
  template: text,
  expect,
  scp,
});

export const statement = (principal: Value, more: Properties = {}): Properties => ({
  Sid: 'subscribers',
  Effect: 'Allow',
  Principal: principal,
  Action: 'sns:Subscribe',
  Resource: TOPIC_ARN,
  ...more,
});

export const documentOf = (statements: Value): Properties => ({ Version: '2012-10-17', Statement: statements });

/** One topic policy as both resource types, Terraform and SetTopicAttributes write it. */
export const policy = (label: string, name: string, statements: Value, expect: Case['expect'], more: Partial<Case> = {}): Case => ({
  class: label,
  name,
  resource: { type: 'AWS::SNS::TopicPolicy', properties: { Topics: [TOPIC_ARN], PolicyDocument: documentOf(statements) } },
  terraform: { type: 'aws_sns_topic_policy', attributes: { arn: TOPIC_ARN, policy: JSON.stringify(documentOf(statements)) } },
  record: event('SetTopicAttributes', { topicArn: TOPIC_ARN, attributeName: 'Policy', attributeValue: JSON.stringify(documentOf(statements)) }, null),
  expect,
  scp: 'unseen',
  ...more,
});

export const exempted = (resource: string, expires: string, scp: Case['scp']): Pick<Case, 'configuration' | 'scp'> => ({
  configuration: {
    exemptions: [{ guardrails: ['sns-subscription'], resources: [resource], reason: 'a partner reads orders', owner: 'orders@example.com', expires }],
  },
  scp,
});
