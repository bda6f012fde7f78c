/** Whatever comes: no crash; what is unknown, foreign or hidden never passes; nothing private is said. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Value } from '../../../lib/core/value';
import guardrail from '../../../lib/guardrails/sns-subscription';
import { runs } from '../../support/runs';
import { benchOf, eventOf, judgeEvent, judgeProperties, LISTS, subscribed, subscription, TOPIC_ARN } from './bench';

const SUBSCRIPTION = 'AWS::SNS::Subscription';
const bench = benchOf();
const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Value>;
const names = fc.constantFrom(
  'Protocol',
  'Endpoint',
  'TopicArn',
  'Subscription',
  'Topics',
  'PolicyDocument',
  'RedrivePolicy',
  '__proto__',
  'constructor',
);
const requestNames = fc.constantFrom(
  'topicArn',
  'protocol',
  'endpoint',
  'attributes',
  'attributeName',
  'attributeValue',
  'subscriptionArn',
  'aWSAccountId',
  'actionName',
  'label',
  'name',
  '__proto__',
);
const telling: fc.Arbitrary<Value> = fc.oneof(
  json,
  fc.constantFrom<Value>(
    'https',
    'email',
    'sqs',
    'Policy',
    'RedrivePolicy',
    TOPIC_ARN,
    `${TOPIC_ARN}:x`,
    '{"Statement":{}}',
    '{"deadLetterTargetArn":[]}',
    '${X}',
  ),
  json.map((value) => JSON.stringify(value)),
);

const verdictsOf = (protocol: string, endpoint: string): readonly string[] => [
  ...judgeProperties(SUBSCRIPTION, subscription(protocol, endpoint), bench).map(({ verdict }) => verdict),
  ...judgeEvent(subscribed(protocol, endpoint), bench).map(({ verdict }) => verdict),
];

describe('no crash', () => {
  it('on any properties', () => {
    fc.assert(
      fc.property(fc.constantFrom(...guardrail.resources), fc.dictionary(names, telling), (type, properties) => {
        judgeProperties(type, properties, bench);
      }),
      { numRuns: runs },
    );
  });

  it('on any request and answer', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...guardrail.events.map(({ name }) => name)),
        fc.oneof(json, fc.dictionary(requestNames, telling)),
        fc.oneof(json, fc.dictionary(requestNames, telling)),
        (eventName, requestParameters, responseElements) => {
          judgeEvent(eventOf({ eventName, requestParameters, responseElements }), bench);
        },
      ),
      { numRuns: runs },
    );
  });
});

const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const trustedHost = fc.constantFrom('api.example.com', 'a.hooks.example.com', 'hooks.example.com');
const foreignHost = fc.oneof(
  word.map((name) => `${name}.evil.example`),
  fc.tuple(trustedHost, word).map(([host, name]) => `${host}.${name}.example`),
  fc.tuple(word, trustedHost).map(([name, host]) => `${name}-${host.replace('.', '-')}.test`),
);
const decoration = fc.constantFrom(
  '/',
  '?',
  '#',
  '/.',
  '?.',
  '#.',
  '/https://',
  '/@',
  '?@',
  '#@',
  ':443/',
  '\\',
  '\\@',
  '\\.',
  '/\\',
  '%2f',
  '/%2e',
  '\t/',
  '/..;/',
  '//',
);

describe('a foreign host', () => {
  it('is never compliant, however the trusted name decorates it', () => {
    const endpoint = fc.oneof(
      fc.tuple(foreignHost, decoration, trustedHost).map(([host, between, trusted]) => `https://${host}${between}${trusted}`),
      fc
        .tuple(trustedHost, fc.constantFrom('@', ':443@', ':@', '%40@', ':x%2f@', '%00@'), foreignHost)
        .map(([trusted, at, host]) => `https://${trusted}${at}${host}/`),
      fc
        .tuple(word, fc.constantFrom('@', ':', '%'), trustedHost, foreignHost)
        .map(([name, mark, trusted, host]) => `https://${name}${mark}${trusted}@${host}`),
      fc
        .tuple(trustedHost, fc.constantFrom('\\@', '\\.', '\t.', '\n.', '%2e', '。', '.', '-', ''), foreignHost)
        .map(([trusted, mark, host]) => `https://${trusted}${mark}${host}`),
    );
    fc.assert(
      fc.property(endpoint, (text) => {
        assert.deepEqual(verdictsOf('https', text), ['violation', 'violation']);
      }),
      { numRuns: runs },
    );
  });
});

describe('mail to a foreign domain', () => {
  it('is never compliant, however the trusted domain decorates it', () => {
    const domain = fc.constantFrom('example.com', 'mail.example.org');
    const local = fc.oneof(
      word,
      domain,
      domain.map((name) => `"user@${name}"`),
      fc.tuple(word, domain).map(([name, trusted]) => `${name}%${trusted}`),
      fc.tuple(word, domain).map(([name, trusted]) => `${name}@${trusted},${name}`),
      fc.tuple(word, domain).map(([name, trusted]) => `${name}@${trusted}`),
      fc.tuple(word, domain).map(([name, trusted]) => `<${name}@${trusted}> ${name}`),
    );
    const tail = fc.constantFrom(
      '',
      '.',
      ' ',
      '>',
      ',user@example.com',
      '@example.com',
      ' @example.com',
      '(@example.com)',
      '/example.com',
      '\n@example.com',
    );
    fc.assert(
      fc.property(local, foreignHost, tail, (before, host, after) => {
        assert.ok(!verdictsOf('email', `${before}@${host}${after}`).includes('compliant'));
      }),
      { numRuns: runs },
    );
  });
});

describe('what is not known', () => {
  it('is never compliant: what a hole may hold would be judged the same, or nothing is decided', () => {
    const filling = fc.oneof(
      word,
      fc.constantFrom(
        '',
        'evil.example/',
        'evil.example',
        'x@evil.example',
        'evil.example#',
        '/',
        '@',
        '"',
        '.evil.example',
        ':x@evil.example',
        '999999999999',
        '\\@evil.example',
      ),
    );
    const shape = fc.constantFrom<readonly [string, (text: string) => string]>(
      ['https', (x) => `https://${x}`],
      ['https', (x) => `https://${x}api.example.com/`],
      ['https', (x) => `https://${x}.hooks.example.com/`],
      ['https', (x) => `https://api.example.com${x}`],
      ['https', (x) => `https://api.example.com:${x}/`],
      ['https', (x) => `https://api.example.com/${x}`],
      ['https', (x) => `https://api.example.com?${x}`],
      ['https', (x) => `https://a.hooks.example.com#${x}`],
      ['https', (x) => `https://evil.example/${x}`],
      ['https', (x) => `${x}https://api.example.com/`],
      ['email', (x) => `${x}@example.com`],
      ['email', (x) => `user@${x}example.com`],
      ['email', (x) => `user@example.com${x}`],
      ['email', (x) => `${x}@evil.example`],
      ['email', (x) => `"${x}"@example.com`],
      ['sms', (x) => `+49${x}`],
      ['sms', (x) => `+1${x}`],
      ['sqs', (x) => `arn:aws:sqs:eu-west-1:${x}:orders`],
      ['sqs', (x) => `arn:aws:sqs:eu-west-1:999999999999:${x}`],
    );
    fc.assert(
      fc.property(shape, filling, ([protocol, write], text) => {
        const [open] = judgeProperties(SUBSCRIPTION, subscription(protocol, write('${X}')), bench);
        const [filled] = judgeProperties(SUBSCRIPTION, subscription(protocol, write(text)), bench);

        if (open?.verdict !== 'undetermined') assert.deepEqual([write(text), filled?.verdict], [write(text), open?.verdict]);
      }),
      { numRuns: runs },
    );
  });

  it('in a record is never a removal of what CloudTrail hides', () => {
    const mask = fc.constantFrom('HIDDEN_DUE_TO_SECURITY_REASONS', 'redacted', '***', '', '****@****', 'redacted phone number');
    fc.assert(
      fc.property(fc.constantFrom(...LISTS.trustedProtocols), mask, (protocol, endpoint) => {
        const [assessment] = judgeEvent(subscribed(protocol, endpoint), bench);

        assert.deepEqual([assessment?.verdict, assessment?.plan, assessment?.read?.input], ['undetermined', undefined, { TopicArn: TOPIC_ARN }]);
      }),
      { numRuns: Math.min(runs, 200) },
    );
  });
});

describe('trust', () => {
  it('taken away never makes a violation compliant', () => {
    const lists = Object.keys(LISTS).filter((name) => name !== 'trustedProtocols');
    const endpoint = fc.constantFrom<readonly [string, string]>(
      ['https', 'https://api.example.com/'],
      ['https', 'https://evil.example/'],
      ['email', 'a@example.com'],
      ['email', 'a@evil.example'],
      ['sms', '+4930123456'],
      ['sms', '+15550100123'],
    );
    fc.assert(
      fc.property(endpoint, fc.constantFrom(...lists), fc.boolean(), ([protocol, text], list, absent) => {
        const { [list as keyof typeof LISTS]: _, ...rest } = LISTS;
        const fewer = absent ? { ...rest, trustedProtocols: undefined } : { ...LISTS, [list]: ['other.example'] };
        const [before] = judgeProperties(SUBSCRIPTION, subscription(protocol, text), bench);
        const [after] = judgeProperties(SUBSCRIPTION, subscription(protocol, text), benchOf(fewer));

        if (before?.verdict === 'violation') assert.equal(after?.verdict, 'violation');
      }),
      { numRuns: Math.min(runs, 500) },
    );
  });
});

describe('reasons', () => {
  const secret = fc.stringMatching(/^[a-z]{3}secret[a-z]{3}$/);

  it('hold no local part, no path, no query and no user info', () => {
    const shape = fc.constantFrom<readonly [string, (text: string) => string]>(
      ['email', (x) => `${x}@evil.example`],
      ['email', (x) => `${x}@evil.example@example.com`],
      ['email', (x) => `"${x}`],
      ['email', (x) => `${x} <${x}@evil.example>`],
      ['email', (x) => `${x}+\${User}@evil.example`],
      ['email', (x) => `${x}@\${Domain}`],
      ['email-json', (x) => `${x}@example.com`],
      ['https', (x) => `https://evil.example/${x}?${x}#${x}`],
      ['https', (x) => `https://${x}:${x}@evil.example/`],
      ['https', (x) => `https://${x}@${x}@api.example.com/`],
      ['https', (x) => `https://\${Host}/${x}`],
      ['http', (x) => `http://api.example.com/${x}`],
      ['sqs', (x) => `arn:aws:sqs:eu-west-1:999999999999:${x}`],
      ['sms', (x) => `+1${x}`],
      ['pigeon', (x) => x],
    );
    fc.assert(
      fc.property(shape, secret, ([protocol, write], text) => {
        const said = [
          ...judgeProperties(SUBSCRIPTION, subscription(protocol, write(text)), bench),
          ...judgeEvent(subscribed(protocol, write(text), { responseElements: { subscriptionArn: 'pending confirmation' } }), bench),
        ];

        assert.ok(!JSON.stringify(said).includes(text));
      }),
      { numRuns: runs },
    );
  });
});

describe('topic policies', () => {
  const principal = fc.constantFrom<Value>('*', { AWS: '*' }, { AWS: '999999999999' }, { AWS: ['222222222222', 'arn:aws:iam::999999999999:role/x'] });
  const action = fc.constantFrom('sns:Subscribe', 'SNS:Subscribe', 'sns:*', '*', 'SNS:sub*', 'sns:AddPermission');
  const useless = fc.constantFrom<Value>(
    {},
    { Condition: { StringLike: { 'sns:Endpoint': '*@example.com' } } },
    { Condition: { Whatever: { 'our:key': 'x' } } },
    { Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-foreignorg00' } } },
  );

  it('that let a stranger subscribe are violations, whatever stands around them and whatever order they have', () => {
    fc.assert(
      fc.property(principal, action, useless, fc.boolean(), fc.boolean(), (Principal, Action, condition, list, first) => {
        const bad = { Effect: 'Allow', Principal, Action: list ? [Action, 'sns:Publish'] : Action, Resource: '*', ...(condition as object) };
        const good = { Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: 'sns:*', Resource: '*' };
        const document = { Statement: first ? [bad, good] : [good, bad] };
        const judged = [
          ...judgeProperties('AWS::SNS::TopicPolicy', { Topics: [TOPIC_ARN], PolicyDocument: document }, bench),
          ...judgeEvent(
            eventOf({
              eventName: 'SetTopicAttributes',
              requestParameters: { topicArn: TOPIC_ARN, attributeName: 'Policy', attributeValue: JSON.stringify(document) },
            }),
            bench,
          ),
        ];

        assert.deepEqual(
          judged.map(({ verdict }) => verdict),
          ['violation', 'violation'],
        );
      }),
      { numRuns: runs },
    );
  });
});
