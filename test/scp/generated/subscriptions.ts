/** Calls of `Subscribe`: endpoints that are trusted, that are not, and that look like it. */
import fc from 'fast-check';
import { ACCOUNTS, call, chain, OWN } from './parts';

const HOSTS = [
  'api.example.com',
  'API.Example.com',
  'api.example.com.',
  'a.hooks.example.com',
  'hooks.example.com',
  'example.net',
  'x.example.net',
  'evil.example',
  'evilapi.example.com',
  'api.example.com.evil.example',
  'api.example.com.example.net',
  'xn--bcher-kva.example',
  'bücher.example',
  '127.0.0.1',
  '[::1]',
  'evil.example/.hooks.example.com',
  'evil.example%2f.hooks.example.com',
  'evil.example?.example.net',
  'evil.example#.example.net',
  'evil.example\\.hooks.example.com',
];

const urls = chain(
  ['https://', 'https://', 'http://', 'HTTPS://', 'https:', 'https:/', 'https:///', ' https://', 'https:\\\\'],
  ['', '', '', 'user:secret@', 'api.example.com@', 'api.example.com:443@', 'evil.example@', 'a@b@'],
  HOSTS,
  ['', '', ':443', ':80', ':8443', ':443443', ':', ':443@evil.example', ':@evil.example', '\\@evil.example', '@evil.example', '\t', '%2e', '。'],
  [
    '',
    '/',
    '/hook',
    '/@evil.example/',
    '?a=b',
    '#part',
    '//evil.example/',
    '/?next=https://api.example.com/',
    '/.hooks.example.com/',
    '\n',
    '/..;/',
    ' ',
  ],
);

const mails = chain(
  ['', '', 'x@evil.example,', '"x"@evil.example,', 'User <'],
  ['user', 'user+tag', '"a@b"', '"user', '', ' user', 'u..r'],
  ['@', '@', '@@', '＠'],
  [
    'example.com',
    'EXAMPLE.com',
    'example.com.',
    'a.example.org',
    'example.org',
    'mail.example.org',
    'evil.example',
    'example.com.evil.example',
    'evilexample.com',
    '[192.0.2.1]',
    'exаmple.com',
  ],
  ['', '', '', '>', '\n', ',x@evil.example', '(comment)', '@example.com'],
);

const phones = chain(
  ['+', '', '(', '00'],
  ['49', '4930', '49 30', '4-9', '1', '48', '154930'],
  ['123456', ' 123456', ')123456', 'abc', '1234567890123456'],
);

const arns = chain(
  ['arn:aws:', 'arn:aws-cn:', 'arn:evil:', 'ARN:aws:', ''],
  ['sqs', 'lambda', 'firehose', 'sns', 'iam'],
  [':eu-west-1:', '::', `:${OWN}:`],
  [...ACCOUNTS, '', '22222222222'],
  [
    ':orders',
    ':function:orders',
    ':function:orders:live',
    `:function:${OWN}`,
    `:function:${OWN}:live`,
    ':deliverystream/x',
    ':endpoint/GCM/app/x',
    `:${OWN}:x`,
    `:function:${OWN}:function:x`,
    '',
  ],
);

const ENDPOINTS: { readonly [protocol: string]: fc.Arbitrary<string> } = {
  https: urls,
  http: urls,
  email: mails,
  'email-json': mails,
  sms: phones,
  sqs: arns,
  lambda: arns,
  firehose: arns,
  application: arns,
};

export const subscriptions = fc
  .constantFrom(...Object.keys(ENDPOINTS), 'https', 'https', 'https', 'email', 'email', 'lambda')
  .chain((protocol) =>
    (ENDPOINTS[protocol] ?? urls).map((endpoint) =>
      call(
        'sns.amazonaws.com',
        'Subscribe',
        { topicArn: `arn:aws:sns:eu-west-1:${OWN}:orders`, protocol, endpoint, returnSubscriptionArn: true },
        { responseElements: { subscriptionArn: `arn:aws:sns:eu-west-1:${OWN}:orders:6f7a8b9c` } },
      ),
    ),
  );
