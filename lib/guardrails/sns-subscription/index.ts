/** Who receives what a topic sends, and who may decide that. */
import { defineGuardrail } from '../../core/guardrail';
import { closes, factsOfRecord } from './facts.record';
import { factsOfResource } from './facts.resource';
import { inventory } from './inventory';
import { facts, more, reads } from './live';
import { plan } from './plan';
import { evaluate } from './rule';
import { scp } from './scp';
import { checkSettings, options } from './settings';
import { terraform } from './terraform';

const SNS = 'sns.amazonaws.com';

export default defineGuardrail({
  id: 'sns-subscription',
  title: 'SNS subscriptions stay inside the perimeter',
  summary:
    'A subscription copies every message of a topic to its endpoint. Endpoints and dead-letter queues outside the organization that are not trusted are refused, and so are topic policies that let strangers subscribe.',
  resources: ['AWS::SNS::Subscription', 'AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'AWS::SNS::TopicInlinePolicy'],
  properties: {
    'AWS::SNS::Subscription': ['TopicArn', 'Protocol', 'Endpoint', 'RedrivePolicy'],
    'AWS::SNS::Topic': ['TopicName', 'Subscription'],
  },
  events: [
    { source: SNS, name: 'Subscribe', effect: 'judge' },
    { source: SNS, name: 'ConfirmSubscription', effect: 'judge' },
    { source: SNS, name: 'SetSubscriptionAttributes', effect: 'judge', mends: true },
    { source: SNS, name: 'SetTopicAttributes', effect: 'judge', mends: true },
    { source: SNS, name: 'AddPermission', effect: 'judge' },
    { source: SNS, name: 'CreateTopic', effect: 'judge' },
    { source: SNS, name: 'Unsubscribe', effect: 'close' },
    { source: SNS, name: 'DeleteTopic', effect: 'close' },
    { source: SNS, name: 'RemovePermission', effect: 'close' },
  ],
  codes: {
    'public-topic': {
      meaning: 'The topic policy lets anyone subscribe, or change who may',
      source: 'https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html',
    },
    'untrusted-account': {
      meaning: 'The endpoint, or a principal that may subscribe, belongs to an account that is neither in the organization nor trusted',
      source: 'https://docs.aws.amazon.com/sns/latest/dg/sns-send-message-to-sqs-cross-account.html',
    },
    'untrusted-dead-letter': {
      meaning: 'Messages that cannot be delivered go to a queue of an account that is neither in the organization nor trusted',
      source: 'https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html',
    },
    'untrusted-host': {
      meaning: 'The HTTP or HTTPS endpoint lies on a host that trustedHosts leaves out',
      source: 'https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html',
    },
    'untrusted-email-domain': {
      meaning: 'The mail would go to a domain that trustedEmailDomains leaves out',
      source: 'https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html',
    },
    'untrusted-phone': {
      meaning: 'The phone number begins with none of trustedPhonePrefixes',
      source: 'https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-phone-number-as-subscriber.html',
    },
    'untrusted-protocol': {
      meaning: 'The protocol is not trusted',
      source: 'https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html',
    },
    'invalid-endpoint': {
      meaning: 'The endpoint is none that the protocol can have, or parsers read it differently: nobody can say where it leads',
      source: 'https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html',
    },
  },
  options,
  calls: {
    reads: ['sns:ListSubscriptionsByTopic', 'sns:GetSubscriptionAttributes', 'sns:GetTopicAttributes'],
    lists: ['sns:ListTopics', 'sns:ListSubscriptionsByTopic'],
    undo: ['sns:Unsubscribe', 'sns:SetSubscriptionAttributes', 'sns:SetTopicAttributes', 'sns:RemovePermission'],
    looksAgain: true,
  },
  terraform,
  checkSettings,
  fromResource: factsOfResource,
  fromRecord: factsOfRecord,
  evaluate,
  live: { reads, more, facts, inventory },
  closes,
  plan,
  scp,
});
