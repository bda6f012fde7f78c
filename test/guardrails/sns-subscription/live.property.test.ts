/** Whatever AWS answers: nothing breaks, and nothing goes but what violates. */
import fc from 'fast-check';
import type { Value } from '../../../lib/core/value';
import guardrail from '../../../lib/guardrails/sns-subscription';
import { type Account, judgeNow, keyOf } from '../../support/live';
import { costlyRuns } from '../../support/runs';
import { benchOf, eventOf, LIST, list, listed, OWN, subscribed, TOPIC_ARN } from './bench';

const FOREIGN = '999999999999';
const ARN = `${TOPIC_ARN}:6f7a8b9c`;
const TOPIC = keyOf('sns:GetTopicAttributes', { TopicArn: TOPIC_ARN });
const get = (arn: string) => keyOf('sns:GetSubscriptionAttributes', { SubscriptionArn: arn });
const unsubscribe = (arn: string) => keyOf('sns:Unsubscribe', { SubscriptionArn: arn });
const PENDING = { responseElements: { subscriptionArn: 'pending confirmation' } };
const EVIL = 'https://evil.example/hook';

const now = (event: Value, account: Account) => judgeNow(guardrail, benchOf(), event, account);

describe('whatever AWS answers', () => {
  const value = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Value>;
  const events = [
    subscribed('https', EVIL),
    subscribed('email', 'redacted', PENDING),
    eventOf({ eventName: 'ConfirmSubscription', requestParameters: { topicArn: TOPIC_ARN }, responseElements: null }),
    eventOf({
      eventName: 'SetSubscriptionAttributes',
      requestParameters: { subscriptionArn: ARN, attributeName: 'RedrivePolicy', attributeValue: 'x' },
    }),
    eventOf({ eventName: 'SetTopicAttributes', requestParameters: { topicArn: TOPIC_ARN, attributeName: 'Policy', attributeValue: '{}' } }),
  ];

  it('nothing breaks', () => {
    const attributes = fc.dictionary(fc.constantFrom('Endpoint', 'Protocol', 'RedrivePolicy', 'Policy', 'PendingConfirmation', '__proto__'), value);
    const answered: fc.Arbitrary<Value> = fc.oneof(value, attributes);
    const item = fc.dictionary(fc.constantFrom('SubscriptionArn', 'Endpoint', 'Protocol', 'Owner', '__proto__'), value);
    const listing: fc.Arbitrary<Value> = fc.oneof(value, fc.array(fc.oneof(value, item)));
    fc.assert(
      fc.property(fc.constantFrom(...events), answered, listing, (event, Attributes, Subscriptions) => {
        const account: Account = { [LIST]: { Subscriptions }, [get(ARN)]: { Attributes }, [TOPIC]: { Attributes } };

        expect(Array.isArray(now(event, account).assessments)).toBe(true);
      }),
      { numRuns: costlyRuns },
    );
  });

  it('what goes is confirmed, violates, and is what the event may be about; the rest stays', () => {
    const one = fc.record({ good: fc.boolean(), mail: fc.boolean(), pending: fc.boolean(), foreign: fc.boolean() });
    fc.assert(
      fc.property(fc.constantFrom(...events.slice(0, 3)), fc.array(one, { maxLength: 20 }), (event, given) => {
        const made = given.map(({ good, mail, pending, foreign }, index) => {
          const host = good ? (mail ? 'example.com' : 'api.example.com') : 'evil.example';
          const arn = `${TOPIC_ARN}:s${index}`;
          const endpoint = mail ? `user${index}@${host}` : `https://${host}/${index}`;
          const entry = listed(pending ? 'PendingConfirmation' : arn, mail ? 'email' : 'https', endpoint, foreign ? FOREIGN : OWN);
          return { arn, isGoing: !good && !pending && (event === events[2] || (event === events[1] && mail)), entry };
        });

        const seen = now(event, list(...made.map(({ entry }) => entry)));

        const going = made.filter(({ isGoing }) => isGoing).map(({ arn }) => unsubscribe(arn));
        expect(seen.assessments.flatMap(({ plan }) => plan?.calls ?? []).map(({ action, input }) => keyOf(action, input))).toEqual(going);
      }),
      { numRuns: costlyRuns },
    );
  });
});
