/** What the cases do not show: names, reasons, plans, references, settings. */
import guardrail from '../../../lib/guardrails/sns-subscription';
import { plan } from '../../../lib/guardrails/sns-subscription/plan';
import { alone } from '../../support/planned';
import { benchOf, eventOf, judgeEvent, judgeProperties, OWN, subscribed, subscription, TOPIC_ARN } from './bench';

const SUBSCRIPTION = 'AWS::SNS::Subscription';
const PENDING = { responseElements: { subscriptionArn: 'pending confirmation' } };
const FOREIGN_QUEUE = 'arn:aws:sqs:eu-west-1:999999999999:dead';

describe('a subscription in a record', () => {
  it('is named by its ARN, and removed by it', () => {
    expect(judgeEvent(subscribed('https', 'https://user:secret@evil.example/path?token=1'))).toEqual([
      {
        guardrail: 'sns-subscription',
        mode: 'enforce',
        resource: { type: SUBSCRIPTION, id: `${TOPIC_ARN}:6f7a8b9c` },
        verdict: 'violation',
        code: 'untrusted-host',
        severity: 'MEDIUM',
        reason: 'host evil.example is not in trustedHosts',
        fix: 'use a trusted host, or add evil.example to trustedHosts',
        plan: { calls: [{ action: 'sns:Unsubscribe', input: { SubscriptionArn: `${TOPIC_ARN}:6f7a8b9c` } }] },
      },
    ]);
  });

  it('is named by its topic, protocol and a key of its endpoint while it is pending', () => {
    const [first] = judgeEvent(subscribed('email', 'first@evil.example', PENDING));
    const [again] = judgeEvent(subscribed('email', 'First@evil.example', PENDING));
    const [second] = judgeEvent(subscribed('email', 'second@evil.example', PENDING));

    expect([first, again, second].map((assessment) => assessment?.resource.id)).toEqual([TOPIC_ARN, TOPIC_ARN, TOPIC_ARN]);
    expect([first, again, second].map((assessment) => assessment?.statement)).toEqual(['email 0cdca2f1', 'email 0cdca2f1', 'email 95b81ef5']);
    expect(first?.plan?.calls).toEqual([]);
    expect(first?.plan?.why).toContain('48 hours');
  });

  it('says every fault, the gravest first', () => {
    const requestParameters = {
      topicArn: TOPIC_ARN,
      protocol: 'http',
      endpoint: 'http://evil.example/',
      attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: FOREIGN_QUEUE }) },
    };
    const [assessment] = judgeEvent(subscribed('http', '', { requestParameters }));

    expect(assessment?.reason).toBe(
      'the dead-letter queue belongs to account 999999999999, which is neither in the organization nor trusted; host evil.example is not in trustedHosts; protocol http is not trusted (trusted: https, email, sqs, lambda, firehose, sms, application)',
    );
    expect(assessment?.plan?.calls).toEqual([{ action: 'sns:Unsubscribe', input: { SubscriptionArn: `${TOPIC_ARN}:6f7a8b9c` } }]);
  });

  it('asks for the list of the topic when CloudTrail hides the endpoint', () => {
    const read = { action: 'sns:ListSubscriptionsByTopic', input: { TopicArn: TOPIC_ARN } };
    const hidden = judgeEvent(subscribed('email', 'HIDDEN_DUE_TO_SECURITY_REASONS'));
    const confirmed = judgeEvent(eventOf({ eventName: 'ConfirmSubscription', requestParameters: { topicArn: TOPIC_ARN }, responseElements: null }));
    const cut = judgeEvent(subscribed('', '', { requestParameters: null }));

    expect([...hidden, ...confirmed, ...cut].map((assessment) => assessment.read)).toEqual([read, read, read]);
  });

  it('has no read where nothing names the topic', () => {
    expect(judgeEvent(eventOf({ eventName: 'Subscribe', requestParameters: null, responseElements: null }))).toEqual([
      {
        guardrail: 'sns-subscription',
        mode: 'enforce',
        resource: { type: SUBSCRIPTION, id: `arn:aws:sns:eu-west-1:${OWN}:\${TopicArn}` },
        verdict: 'undetermined',
        reason: 'the record holds no request parameters',
      },
    ]);
  });

  it('is found in whatever Region and partition its topic lies', () => {
    const topics = [TOPIC_ARN, TOPIC_ARN.replace('eu-west-1', 'us-east-1'), TOPIC_ARN.replace('aws', 'aws-us-gov')];
    const judged = topics.flatMap((topicArn) =>
      judgeEvent(subscribed('https', '', { requestParameters: { topicArn, protocol: 'https', endpoint: 'https://evil.example/' }, ...PENDING })),
    );

    expect(judged.map(({ resource }) => resource.id)).toEqual(topics);
  });
});

describe('a resource', () => {
  const place = { partition: 'aws', region: 'eu-west-1', account: OWN };
  const siblings: { readonly [id: string]: { readonly type: string; readonly properties: { readonly [name: string]: string } } } = {
    Queue: { type: 'AWS::SQS::Queue', properties: {} },
    Function: { type: 'AWS::Lambda::Function', properties: { FunctionName: 'orders' } },
    Alias: { type: 'AWS::Lambda::Alias', properties: { Name: 'live' } },
    Stream: { type: 'AWS::KinesisFirehose::DeliveryStream', properties: {} },
    Topic: { type: 'AWS::SNS::Topic', properties: { TopicName: 'orders' } },
    Bucket: { type: 'AWS::S3::Bucket', properties: {} },
  };
  const factOf = (properties: { readonly [name: string]: string }) =>
    guardrail.fromResource({ type: SUBSCRIPTION, logicalId: 'Subscription', properties, place, sibling: (id) => siblings[id] })[0];

  it.each([
    ['sqs', '${Queue.Arn}', { kind: 'arn', account: OWN, partition: 'aws' }],
    ['lambda', '${Function.Arn}', { kind: 'arn', account: OWN, partition: 'aws' }],
    ['lambda', '${Alias}', { kind: 'arn', account: OWN, partition: 'aws' }],
    ['firehose', '${Stream.Arn}', { kind: 'arn', account: OWN, partition: 'aws' }],
    ['sqs', '${Bucket.Arn}', { kind: 'unknown', what: '${Bucket.Arn}' }],
    ['sqs', '${Queue}', { kind: 'unknown', what: '${Queue}' }],
    ['sqs', '${Elsewhere.Arn}', { kind: 'unknown', what: '${Elsewhere.Arn}' }],
  ])('%s %s is resolved through its template', (Protocol, Endpoint, endpoint) => {
    expect(factOf({ TopicArn: '${Topic}', Protocol, Endpoint })).toMatchObject({ topicArn: TOPIC_ARN, owner: OWN, subject: { endpoint } });
  });

  it('keeps a topic that it cannot resolve, and knows the owner of one that it can', () => {
    const arn = 'arn:aws:sns:us-east-1:333333333333:events';

    expect(factOf({ TopicArn: '${Elsewhere}' })).toMatchObject({ resource: { arn: '${Elsewhere}' }, owner: OWN });
    expect(factOf({ TopicArn: arn })).toMatchObject({ resource: { arn }, owner: '333333333333', home: OWN });
    expect(factOf({})).toMatchObject({ resource: { arn: `arn:aws:sns:eu-west-1:${OWN}:\${TopicArn}` }, owner: OWN });
  });

  it('may subscribe its own queue to the topic of another account', () => {
    const properties = subscription('sqs', `arn:aws:sqs:eu-west-1:${OWN}:q`, { TopicArn: 'arn:aws:sns:us-east-1:999999999999:news' });
    const trust = { ...benchOf().configuration.trust, accountIds: new Set<string>() };

    expect(judgeProperties(SUBSCRIPTION, properties, benchOf(undefined, { trust }))[0]?.verdict).toBe('compliant');
  });

  it('has no plan before it is deployed', () => {
    const [assessment] = judgeProperties(SUBSCRIPTION, subscription('https', 'https://evil.example/'));

    expect(assessment?.plan).toEqual({ calls: [], why: 'nothing is deployed yet: mend the template' });
    expect(assessment?.statement).toBe('https 1649c8b9');
  });

  it('names each unknown element of an inline list', () => {
    const judged = judgeProperties('AWS::SNS::Topic', { TopicName: 'orders', Subscription: ['${First}', 'text', 7, null] });

    expect(judged.map(({ verdict, statement, reason }) => [verdict, statement?.split(' ')[0], reason])).toEqual([
      ['undetermined', '#1', 'subscription ${First} is only known at deployment'],
      ['violation', '', 'the subscription names no protocol'],
      ['violation', '', 'the subscription names no protocol'],
      ['violation', '', 'the subscription names no protocol'],
    ]);
  });

  it('of another type is nothing to judge', () => {
    expect(judgeProperties('AWS::S3::Bucket', {})).toEqual([]);
  });
});

describe('plans', () => {
  it('leave alone what is no violation, and say so', () => {
    const topicArn = TOPIC_ARN;
    const fact = { resource: { type: 'AWS::SNS::Topic', arn: topicArn }, owner: OWN, topicArn, subject: { kind: 'no-grant' } } as const;

    expect(plan(fact, { kind: 'violation', code: 'public-topic', reason: '', fix: '' }, [])).toEqual({ calls: [], why: 'there is nothing to undo' });
  });

  it('do not guess a label or a topic', () => {
    const open = JSON.stringify({ Statement: { Effect: 'Allow', Principal: '*', Action: 'sns:Subscribe' } });
    const unlabelled = {
      eventName: 'AddPermission',
      requestParameters: { topicArn: TOPIC_ARN, aWSAccountId: ['999999999999'], actionName: ['Subscribe'] },
    };
    const unnamed = { eventName: 'SetTopicAttributes', requestParameters: { attributeName: 'Policy', attributeValue: open } };

    expect([unlabelled, unnamed].map((record) => judgeEvent(eventOf(record))[0]?.plan)).toEqual([
      { calls: [], why: 'the record does not name the label of the permission' },
      { calls: [], why: 'the record does not name the topic' },
    ]);
  });
});

describe('settings', () => {
  it.each([
    [{}, []],
    [{ trustedProtocols: ['sqs', 'lambda', 'firehose', 'application'] }, []],
    [{ trustedProtocols: ['https'], trustedHosts: ['api.example.com'] }, []],
    [
      { trustedProtocols: ['https', 'http', 'email-json', 'sms'] },
      [
        'trustedProtocols lists https, but trustedHosts is missing: add trustedHosts, or take https out of trustedProtocols',
        'trustedProtocols lists http, but trustedHosts is missing: add trustedHosts, or take http out of trustedProtocols',
        'trustedProtocols lists email-json, but trustedEmailDomains is missing: add trustedEmailDomains, or take email-json out of trustedProtocols',
        'trustedProtocols lists sms, but trustedPhonePrefixes is missing: add trustedPhonePrefixes, or take sms out of trustedProtocols',
      ],
    ],
  ])('%j', (settings, problems) => {
    expect(guardrail.checkSettings?.(settings)).toEqual(problems);
  });
});

describe('Terraform', () => {
  it('keeps what is unknown, and leaves out what is not given', () => {
    expect(guardrail.terraform.aws_sns_topic?.({ name: 'orders', arn: '${arn}', policy: '${policy}' }, alone)).toEqual({
      type: 'AWS::SNS::TopicInlinePolicy',
      properties: { TopicArn: 'arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:orders', PolicyDocument: '${policy}' },
    });
    expect(guardrail.terraform.aws_sns_topic?.({ name: 'orders', policy: '' }, alone)).toEqual({
      type: 'AWS::SNS::Topic',
      properties: { TopicName: 'orders' },
    });
    expect(
      guardrail.terraform.aws_sns_topic_subscription?.({ topic_arn: TOPIC_ARN, protocol: 'sqs', endpoint: '${q}', redrive_policy: null }, alone),
    ).toEqual({
      type: SUBSCRIPTION,
      properties: { TopicArn: TOPIC_ARN, Protocol: 'sqs', Endpoint: '${q}' },
    });
    expect(guardrail.terraform.aws_sns_topic_policy?.({ arn: TOPIC_ARN, policy: '{}' }, alone)).toEqual({
      type: 'AWS::SNS::TopicPolicy',
      properties: { Topics: [TOPIC_ARN], PolicyDocument: '{}' },
    });
  });
});
