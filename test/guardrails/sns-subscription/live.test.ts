/** A subscription or a topic as it is when somebody looks, what is done then, and what puts it back. */
import type { Value } from '../../../lib/core/value';
import type { Call } from '../../../lib/core/verdict';
import guardrail from '../../../lib/guardrails/sns-subscription';
import { type Account, judgeMended, judgeNow, keyOf } from '../../support/live';
import { benchOf, eventOf, LIST, list, listed, OWN, subscribed, TOPIC_ARN } from './bench';

const ARN = `${TOPIC_ARN}:6f7a8b9c`;
const OTHER = `${TOPIC_ARN}:0a1b2c3d`;
const FOREIGN = '999999999999';
const TOPIC = keyOf('sns:GetTopicAttributes', { TopicArn: TOPIC_ARN });
const get = (arn: string) => keyOf('sns:GetSubscriptionAttributes', { SubscriptionArn: arn });

const PENDING = { responseElements: { subscriptionArn: 'pending confirmation' } };
const EVIL = 'https://evil.example/hook';

const attributesOf = (SubscriptionArn: string, Protocol: string, Endpoint: string, more: { readonly [name: string]: Value } = {}): Account => ({
  [get(SubscriptionArn)]: {
    Attributes: {
      SubscriptionArn,
      TopicArn: TOPIC_ARN,
      Owner: OWN,
      Protocol,
      Endpoint,
      PendingConfirmation: 'false',
      ConfirmationWasAuthenticated: 'true',
      RawMessageDelivery: 'false',
      SubscriptionPrincipal: `arn:aws:iam::${OWN}:role/ci-deploy`,
      ...more,
    },
  },
});

const now = (event: Value, account: Account) => judgeNow(guardrail, benchOf(), event, account);
const told = (event: Value, account: Account) =>
  now(event, account).assessments.map(({ resource, statement, verdict, code, plan }) => ({
    id: [resource.id, statement].filter((part) => part !== undefined).join(' '),
    verdict: code ?? verdict,
    ...(plan && { calls: plan.calls.map(({ action, input }) => keyOf(action, input)) }),
    ...(plan?.again && { again: plan.again }),
  }));

const unsubscribe = (arn: string) => keyOf('sns:Unsubscribe', { SubscriptionArn: arn });

describe('a subscription of our own', () => {
  it('is read by its ARN, removed, and put back with what it had', () => {
    const kept = { FilterPolicy: '{"kind":["a"]}', FilterPolicyScope: 'MessageBody', RawMessageDelivery: 'true' };
    const { calls, assessments } = now(subscribed('https', EVIL), attributesOf(ARN, 'https', EVIL, kept));

    expect(calls).toEqual([get(ARN)]);
    expect(assessments).toEqual([
      {
        guardrail: 'sns-subscription',
        mode: 'enforce',
        resource: { type: 'AWS::SNS::Subscription', id: ARN },
        verdict: 'violation',
        code: 'untrusted-host',
        severity: 'MEDIUM',
        reason: 'host evil.example is not in trustedHosts',
        fix: 'use a trusted host, or add evil.example to trustedHosts',
        plan: {
          calls: [{ action: 'sns:Unsubscribe', input: { SubscriptionArn: ARN } }],
          restore: [
            {
              action: 'sns:Subscribe',
              input: { TopicArn: TOPIC_ARN, Protocol: 'https', Endpoint: EVIL, Attributes: kept, ReturnSubscriptionArn: true },
            },
          ],
          note: 'put back, it is pending until the owner of the endpoint confirms it again',
          again: 'removed',
        },
      },
    ]);
  });

  it.each<[string, Account, Value]>([
    ['is gone', {}, []],
    ['was subscribed to a trusted host meanwhile', attributesOf(ARN, 'https', 'https://api.example.com/'), [{ id: ARN, verdict: 'compliant' }]],
    [
      'is pending though it has an ARN (ReturnSubscriptionArn)',
      attributesOf(ARN, 'https', EVIL, { PendingConfirmation: 'true' }),
      [{ id: ARN, verdict: 'untrusted-host', calls: [], again: 'pending' }],
    ],
    [
      'does not show its endpoint, which the list does',
      {
        [get(ARN)]: { Attributes: { SubscriptionArn: ARN, Owner: OWN } },
        ...list(listed(OTHER, 'https', 'https://a.example/'), listed(ARN, 'https', EVIL)),
      },
      [{ id: ARN, verdict: 'untrusted-host', calls: [unsubscribe(ARN)], again: 'removed' }],
    ],
    ['does not show its endpoint anywhere', { [get(ARN)]: { Attributes: { Owner: OWN } } }, [{ id: ARN, verdict: 'undetermined' }]],
  ])('that %s', (_name, account, expected) => {
    expect(told(subscribed('https', EVIL), account)).toEqual(expected);
  });

  it('that was confirmed again, under another ARN, goes again; others stay', () => {
    const evil = subscribed('https', EVIL);
    const account = list(listed(OTHER, 'https', EVIL, FOREIGN), listed(`${TOPIC_ARN}:third`, 'https', 'https://other.example/', FOREIGN));

    expect(now(evil, account).calls).toEqual([get(ARN), LIST]);
    expect(told(evil, account)).toEqual([{ id: ARN, verdict: 'untrusted-host', calls: [unsubscribe(OTHER)], again: 'removed' }]);
  });

  it('needs no confirmation where its queue is in the same account', () => {
    const queue = `arn:aws:sqs:eu-west-1:${OWN}:orders`;
    const bench = benchOf({ trustedProtocols: ['https'], trustedHosts: ['api.example.com'] });
    const { assessments } = judgeNow(guardrail, bench, subscribed('sqs', queue), attributesOf(ARN, 'sqs', queue));

    expect(assessments.map(({ plan }) => plan)).toEqual([
      {
        calls: [{ action: 'sns:Unsubscribe', input: { SubscriptionArn: ARN } }],
        restore: [{ action: 'sns:Subscribe', input: { TopicArn: TOPIC_ARN, Protocol: 'sqs', Endpoint: queue, ReturnSubscriptionArn: true } }],
        again: 'removed',
      },
    ]);
  });

  it('is put back with the password that SNS hides and the record shows, and says so where nobody shows it', () => {
    const hidden = 'https://user:****@evil.example/hook';
    const shown = 'https://user:secret@evil.example/hook';
    const confirmed = eventOf({
      eventName: 'ConfirmSubscription',
      requestParameters: { topicArn: TOPIC_ARN },
      responseElements: { subscriptionArn: ARN },
    });
    const account = { ...attributesOf(ARN, 'https', hidden), ...list(listed(ARN, 'https', hidden)) };

    const plans = [subscribed('https', shown), confirmed].map((event) => now(event, account).assessments[0]?.plan);

    expect(plans.map((plan) => plan?.restore?.[0]?.input.Endpoint)).toEqual([shown, hidden]);
    expect(plans.map((plan) => plan?.note?.includes('password'))).toEqual([false, true]);
  });
});

describe('a pending subscription', () => {
  const event = subscribed('https', EVIL, PENDING);

  it('cannot be removed, and is looked up again', () => {
    const { calls, assessments } = now(event, list(listed('PendingConfirmation', 'https', EVIL)));

    expect(calls).toEqual([LIST]);
    expect(assessments[0]?.plan).toEqual({ calls: [], why: expect.stringContaining('48 hours'), again: 'pending' });
  });

  it('is one finding from the first look to its removal, however often it is looked at', () => {
    const pending = told(event, list(listed('PendingConfirmation', 'https', EVIL)));
    const confirmed = told(event, { ...list(listed(ARN, 'https', EVIL)), ...attributesOf(ARN, 'https', EVIL) });
    const gone = told(event, list());

    expect(pending.map(({ id: found }) => found)).toEqual(confirmed.map(({ id: found }) => found));
    expect(confirmed).toEqual([{ id: pending[0]?.id, verdict: 'untrusted-host', calls: [unsubscribe(ARN)], again: 'removed' }]);
    expect(gone).toEqual([]);
    expect(pending[0]?.id).toMatch(/:orders https [0-9a-f]{8}$/);
  });

  it('is told from others of its topic by protocol and endpoint, in whatever case mail is written', () => {
    const account = list(
      listed('PendingConfirmation', 'email', 'Second@evil.example'),
      listed('PendingConfirmation', 'email', 'first@evil.example'),
      listed('Deleted', 'email', 'first@evil.example'),
      listed('PendingConfirmation', 'email-json', 'first@evil.example'),
    );

    const ids = ['first@evil.example', 'second@evil.example'].map((address) => told(subscribed('email', address, PENDING), account));

    expect(ids.map((found) => found.map(({ id: one, again }) => [one, again]))).toEqual([
      [[`${TOPIC_ARN} email 0cdca2f1`, 'pending']],
      [[`${TOPIC_ARN} email 95b81ef5`, 'pending']],
    ]);
  });

  it('keeps the dead-letter queue that was asked for until it can be read', () => {
    const trusted = 'https://api.example.com/hook';
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: `arn:aws:sqs:eu-west-1:${FOREIGN}:dead` });
    const requestParameters = { topicArn: TOPIC_ARN, protocol: 'https', endpoint: trusted, attributes: { RedrivePolicy } };
    const asked = subscribed('https', trusted, { ...PENDING, requestParameters });
    const confirmed = list(listed(ARN, 'https', trusted));

    const verdicts = [
      told(asked, list(listed('PendingConfirmation', 'https', trusted))),
      told(asked, { ...confirmed, ...attributesOf(ARN, 'https', trusted, { RedrivePolicy }) }),
      told(asked, { ...confirmed, ...attributesOf(ARN, 'https', trusted) }),
      told(asked, list(listed(ARN, 'https', trusted, FOREIGN))),
    ].map(([first]) => [first?.verdict, first?.calls, first?.again]);

    expect(verdicts).toEqual([
      ['untrusted-dead-letter', [], 'pending'],
      ['untrusted-dead-letter', [keyOf('sns:SetSubscriptionAttributes', { SubscriptionArn: ARN, AttributeName: 'RedrivePolicy' })], undefined],
      ['compliant', undefined, undefined],
      ['undetermined', undefined, undefined],
    ]);
  });
});

describe('what CloudTrail hides', () => {
  const confirmed = (responseElements: Value) =>
    eventOf({ eventName: 'ConfirmSubscription', requestParameters: { topicArn: TOPIC_ARN, token: '***' }, responseElements });

  it('a confirmation is resolved by the ARN that it answers', () => {
    const account = { ...list(listed(OTHER, 'https', 'https://other.example/'), listed(ARN, 'https', EVIL)), ...attributesOf(ARN, 'https', EVIL) };

    expect(now(confirmed({ subscriptionArn: ARN }), account).calls).toEqual([LIST, get(ARN)]);
    expect(told(confirmed({ subscriptionArn: ARN }), account)).toEqual([
      { id: ARN, verdict: 'untrusted-host', calls: [unsubscribe(ARN)], again: 'removed' },
    ]);
    expect(told(confirmed({ subscriptionArn: ARN }), list(listed(OTHER, 'https', EVIL, FOREIGN))).map(({ calls }) => calls)).toEqual([
      [unsubscribe(OTHER)],
    ]);
  });

  it('without an ARN every subscription of the topic that violates goes, and no other', () => {
    const good = listed(`${TOPIC_ARN}:good`, 'https', 'https://api.example.com/', FOREIGN);
    const account = list(good, listed(ARN, 'https', EVIL, FOREIGN), listed(OTHER, 'email', 'a@evil.example', FOREIGN));

    expect(told(confirmed(null), account).map(({ verdict, calls }) => [verdict, calls])).toEqual([
      ['untrusted-host', [unsubscribe(ARN)]],
      ['untrusted-email-domain', [unsubscribe(OTHER)]],
    ]);
  });

  it('a hidden address may be any of its protocol', () => {
    const hidden = subscribed('email', 'HIDDEN_DUE_TO_SECURITY_REASONS', PENDING);
    const account = list(
      listed('PendingConfirmation', 'email', 'a@evil.example'),
      listed(OTHER, 'email', 'b@evil.example', FOREIGN),
      listed(ARN, 'https', EVIL, FOREIGN),
    );

    expect(told(hidden, account).map(({ verdict, calls, again }) => [verdict, calls, again])).toEqual([
      ['untrusted-email-domain', [], 'pending'],
      ['untrusted-email-domain', [unsubscribe(OTHER)], 'removed'],
    ]);
    expect(told(hidden, list(listed(OTHER, 'email', 'b@example.com'))).map(({ verdict }) => verdict)).toEqual(['compliant']);
  });

  it('is found on the third page too, by few calls (S12)', () => {
    const many = Array.from({ length: 250 }, (_, index) => listed(`${TOPIC_ARN}:s${index}`, 'email', `user${index}@example.com`));
    const account = list(...many, listed(ARN, 'email', 'eve@evil.example'));

    const seen = now(subscribed('email', 'redacted', PENDING), account);

    expect(seen.calls).toEqual([LIST]);
    expect(seen.assessments.map(({ code, plan }) => [code, plan?.calls])).toEqual([
      ['untrusted-email-domain', [{ action: 'sns:Unsubscribe', input: { SubscriptionArn: ARN } }]],
    ]);
  });

  it('is read from the list alone where somebody else owns the subscription, to whom alone SNS shows it', () => {
    const userIdentity = { type: 'AWSAccount', accountId: FOREIGN };
    const seen = now(subscribed('https', EVIL, { userIdentity }), list(listed(ARN, 'https', EVIL, FOREIGN)));

    expect(seen.calls).toEqual([LIST]);
    expect(seen.assessments.map(({ plan }) => plan?.calls)).toEqual([[{ action: 'sns:Unsubscribe', input: { SubscriptionArn: ARN } }]]);
  });
});

describe('a dead-letter queue', () => {
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: `arn:aws:sqs:eu-west-1:${FOREIGN}:dead` });
  const event = eventOf({
    eventName: 'SetSubscriptionAttributes',
    requestParameters: { subscriptionArn: ARN, attributeName: 'RedrivePolicy', attributeValue: RedrivePolicy },
    responseElements: null,
  });
  const set = (AttributeValue?: string): Call => ({
    action: 'sns:SetSubscriptionAttributes',
    input: { SubscriptionArn: ARN, AttributeName: 'RedrivePolicy', ...(AttributeValue !== undefined && { AttributeValue }) },
  });

  it('is taken away and can be put back', () => {
    const { assessments } = now(event, attributesOf(ARN, 'https', 'https://api.example.com/', { RedrivePolicy }));

    expect(assessments.map(({ code, plan }) => [code, plan])).toEqual([['untrusted-dead-letter', { calls: [set()], restore: [set(RedrivePolicy)] }]]);
  });

  it.each<[string, Account, readonly string[]]>([
    ['was taken away meanwhile', attributesOf(ARN, 'https', 'https://api.example.com/'), ['compliant']],
    ['was corrected, but the endpoint is not trusted', attributesOf(ARN, 'https', EVIL), ['untrusted-host']],
    ['is foreign, and so is the endpoint', attributesOf(ARN, 'https', EVIL, { RedrivePolicy }), ['untrusted-dead-letter']],
    ['cannot be read', attributesOf(ARN, 'https', 'https://api.example.com/', { RedrivePolicy: '{"dead' }), ['undetermined']],
    ['went with its subscription', {}, []],
  ])('that %s', (_name, account, verdicts) => {
    expect(told(event, account).map(({ verdict }) => verdict)).toEqual(verdicts);
  });
});

describe('what cannot be looked up', () => {
  it.each<[string, { readonly [name: string]: Value }]>([
    ['Subscribe', { requestParameters: { protocol: 'https', endpoint: EVIL }, responseElements: null }],
    [
      'SetSubscriptionAttributes',
      { requestParameters: { attributeName: 'RedrivePolicy', attributeValue: '{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:999999999999:dead"}' } },
    ],
    [
      'SetTopicAttributes',
      { requestParameters: { attributeName: 'Policy', attributeValue: '{"Statement":{"Effect":"Allow","Principal":"*","Action":"sns:*"}}' } },
    ],
  ])('%s is not acted on', (eventName, more) => {
    const { calls, assessments } = now(eventOf({ eventName, ...more }), {});

    expect(calls).toEqual([]);
    expect(assessments.map(({ verdict, reason }) => [verdict, reason])).toEqual([
      ['undetermined', 'it cannot be looked up: the record does not name it'],
    ]);
  });
});

describe('what closes', () => {
  const mended = (event: Value, account: Account = {}) => judgeMended(guardrail, benchOf(), event, account);
  const subscription = `AWS::SNS::Subscription ${ARN}`;
  const topic = `AWS::SNS::Topic ${TOPIC_ARN}`;

  it.each<[string, { readonly [name: string]: Value }, readonly Value[]]>([
    ['Unsubscribe', { subscriptionArn: ARN }, [{ about: subscription, calls: [LIST], now: [] }]],
    ['SetSubscriptionAttributes', { subscriptionArn: ARN, attributeName: 'RedrivePolicy' }, [{ about: subscription, calls: [get(ARN)], now: [] }]],
    ['SetSubscriptionAttributes', { subscriptionArn: ARN, attributeName: 'FilterPolicy' }, []],
    ['SetTopicAttributes', { topicArn: TOPIC_ARN, attributeName: 'Policy' }, [{ about: topic, calls: [TOPIC], now: [] }]],
    ['SetTopicAttributes', { topicArn: TOPIC_ARN, attributeName: 'DisplayName' }, []],
    ['RemovePermission', { topicArn: TOPIC_ARN, label: 'stranger' }, [{ about: topic, calls: [TOPIC], now: [] }]],
    [
      'DeleteTopic',
      { topicArn: TOPIC_ARN },
      [
        { about: topic, calls: [TOPIC], now: [] },
        { about: `${subscription.slice(0, -'6f7a8b9c'.length)}*`, calls: [LIST], now: [] },
      ],
    ],
    ['Subscribe', { topicArn: TOPIC_ARN, protocol: 'https', endpoint: EVIL }, []],
  ])('%s %j', (eventName, requestParameters, expected) => {
    expect(mended(eventOf({ eventName, requestParameters }))).toEqual(expected);
  });

  it('names what still stands as its finding does', () => {
    const account = list(listed(ARN, 'https', EVIL, FOREIGN), listed('PendingConfirmation', 'email', 'first@evil.example'));
    const [, below] = mended(eventOf({ eventName: 'DeleteTopic', requestParameters: { topicArn: TOPIC_ARN } }), account);
    const [one] = mended(eventOf({ eventName: 'Unsubscribe', requestParameters: { subscriptionArn: ARN } }), account);

    expect(below?.now).toEqual([`${ARN}  violation`, `${TOPIC_ARN} email 0cdca2f1 violation`]);
    expect(one?.now).toEqual([`${ARN}  violation`]);
  });

  it('counts the copy of the owner alone, and has an answer for every event that closes', () => {
    const events = guardrail.events.filter(({ effect, mends }) => effect === 'close' || mends).map(({ name }) => name);
    const requestParameters = { topicArn: TOPIC_ARN, subscriptionArn: ARN };
    const attributeOf = (eventName: string) => (eventName === 'SetTopicAttributes' ? 'Policy' : 'RedrivePolicy');
    const seenBy = (recipientAccountId: string) =>
      events.filter((eventName) => {
        const request = { ...requestParameters, attributeName: attributeOf(eventName) };
        return mended(eventOf({ eventName, recipientAccountId, requestParameters: request })).length > 0;
      });

    expect([seenBy(OWN), seenBy(FOREIGN)]).toEqual([events, []]);
  });
});
