/** S3 and S4 for e-mail, S6 for phones, S5 for ARNs. CloudTrail hides addresses: malformed ones are seen in templates alone. */
import { bad, type Case, FOREIGN, MEMBER, OWN, ok, TRUSTED } from '../../core/case';
import { type Scp, subscription, written } from './cases.make';

type Row = readonly [endpoint: string, scp: Scp];

const rightMail: readonly Row[] = [
  ['user@example.com', 'allow'],
  ['user+orders@example.com', 'allow'],
  ["o'neil@example.com", 'allow'],
  ['user%evil.example@example.com', 'allow'],
  ['evil.example!user@example.com', 'allow'],
  ['"user@evil.example"@example.com', 'allow'],
  ['"first last"@example.com', 'allow'],
  ['"a\\"@evil.example"@example.com', 'allow'],
  ['user@mail.example.org', 'allow'],
  ['user@a.b.example.org', 'allow'],
  ['User@EXAMPLE.COM', 'deny'],
  ['user@example.com.', 'deny'],
];

const foreignMail: readonly Row[] = [
  ['user@evil.example', 'deny'],
  ['user@example.com.evil.example', 'deny'],
  ['user@evilexample.com', 'deny'],
  ['user@example.co', 'deny'],
  ['example.com@evil.example', 'deny'],
  ['user%example.com@evil.example', 'deny'],
  ['"user@example.com"@evil.example', 'deny'],
  ['"@example.com"@evil.example', 'deny'],
  ['user@[192.0.2.1]', 'deny'],
  ['user@[IPv6:2001:db8::1]', 'deny'],
  ['user@exаmple.com', 'deny'],
  ['user@xn--exmple-4nf.com', 'deny'],
];

const besideMail: readonly Row[] = [
  ['user@sub.example.com', 'deny'],
  ['user@example.org', 'deny'],
  ['user@evilexample.org', 'deny'],
];

const malformedMail: readonly Row[] = [
  ['user@evil.example@example.com', 'deny'],
  ['user@example.com@evil.example', 'deny'],
  ['user@@example.com', 'deny'],
  ['x@evil.example,user@example.com', 'deny'],
  ['user@example.com,x@evil.example', 'deny'],
  ['x@evil.example;user@example.com', 'deny'],
  ['@evil.example:user@example.com', 'deny'],
  ['User <user@example.com>', 'deny'],
  ['<user@example.com>', 'deny'],
  ['User <x@evil.example> user@example.com', 'deny'],
  ['user(x@evil.example)@example.com', 'deny'],
  ['user@example.com(comment)', 'deny'],
  ['(comment)user@example.com', 'unseen'],
  ['user@example.com ', 'deny'],
  ['user@example.com\n', 'deny'],
  [' user@example.com', 'unseen'],
  ['user @example.com', 'unseen'],
  ['user\r\n@example.com', 'unseen'],
  ['user@ example.com', 'deny'],
  ['mailto:user@example.com', 'unseen'],
  ['"user@example.com', 'unseen'],
  ['user"x"@example.com', 'unseen'],
  ['"user"x@example.com', 'unseen'],
  ['.user@example.com', 'unseen'],
  ['us..er@example.com', 'unseen'],
  ['@example.com', 'unseen'],
  ['user＠evil.example@example.com', 'unseen'],
  ['user@ｅxample.com', 'deny'],
  ['user@.example.com', 'deny'],
  ['user@example..com', 'deny'],
  ['user@exam\tple.com', 'deny'],
  ['user@example.com/x', 'deny'],
  ['user@ex%61mple.com', 'deny'],
  ['user@', 'deny'],
  ['user', 'deny'],
  ['', 'deny'],
];

const PHONES: readonly (readonly [number: string, expect: 'ok' | 'untrusted-phone' | 'invalid-endpoint', scp: Scp])[] = [
  ['+4930123456', 'ok', 'allow'],
  ['+49 30 123456', 'ok', 'allow'],
  ['+49(30)123-456', 'ok', 'allow'],
  ['4930123456', 'ok', 'allow'],
  ['+15550100123', 'untrusted-phone', 'deny'],
  ['+1 (555) 010-0123', 'untrusted-phone', 'deny'],
  ['15554930123456', 'untrusted-phone', 'deny'],
  ['+48123456789', 'untrusted-phone', 'deny'],
  ['+4', 'invalid-endpoint', 'deny'],
  ['004930123456', 'invalid-endpoint', 'deny'],
  ['+49abc', 'invalid-endpoint', 'unseen'],
  ['+4930123456, +15550100123', 'invalid-endpoint', 'unseen'],
  ['+49301234567890123', 'invalid-endpoint', 'unseen'],
  ['', 'invalid-endpoint', 'deny'],
];

const phoneCase = ([number, expect, scp]: (typeof PHONES)[number]): Case =>
  expect === 'invalid-endpoint'
    ? written('S6', 'sms', number, bad(expect), scp)
    : subscription('S6', 'sms', number, expect === 'ok' ? ok : bad(expect), scp);

const ARNS: readonly (readonly [protocol: string, arn: (account: string) => string])[] = [
  ['sqs', (account) => `arn:aws:sqs:eu-west-1:${account}:orders`],
  ['sqs', (account) => `arn:aws:sqs:us-east-1:${account}:orders.fifo`],
  ['lambda', (account) => `arn:aws:lambda:eu-west-1:${account}:function:orders`],
  ['lambda', (account) => `arn:aws:lambda:eu-west-1:${account}:function:orders:live`],
  ['firehose', (account) => `arn:aws:firehose:eu-west-1:${account}:deliverystream/orders`],
  ['application', (account) => `arn:aws:sns:eu-west-1:${account}:endpoint/GCM/app/0c3e8a4c-1111-4a5b-9c8d-123456789012`],
];

const INSIDE = [OWN, MEMBER, TRUSTED, '111111111111'];

/** To whom a malformed ARN belongs, the SCP reads as text; what names one of ours at the right place it leaves to SNS. */
const malformedArns: readonly (readonly [protocol: string, arn: string, scp: Scp])[] = [
  ['sqs', 'orders', 'deny'],
  ['sqs', `arn:aws:sqs:eu-west-1:${OWN}`, 'deny'],
  ['sqs', `arn:aws:sqs:eu-west-1:${OWN}:`, 'unseen'],
  ['sqs', `arn:aws:sqs:eu-west-1:${OWN}:orders:other`, 'deny'],
  ['sqs', 'arn:aws:sqs:eu-west-1:22222222222:orders', 'deny'],
  ['sqs', 'arn:aws:sqs:eu-west-1::orders', 'deny'],
  ['sqs', `arn:aws:sqs::${OWN}:orders`, 'unseen'],
  ['sqs', `arn:evil:sqs:eu-west-1:${OWN}:orders`, 'unseen'],
  ['sqs', `ARN:aws:sqs:eu-west-1:${OWN}:orders`, 'deny'],
  ['sqs', `arn:aws:lambda:eu-west-1:${OWN}:function:orders`, 'deny'],
  ['sqs', `https://sqs.eu-west-1.amazonaws.com/${OWN}/orders`, 'deny'],
  ['lambda', `arn:aws:sqs:eu-west-1:${OWN}:orders`, 'deny'],
  ['lambda', `arn:aws:lambda:eu-west-1:${OWN}:layer:orders`, 'deny'],
  ['lambda', 'orders', 'deny'],
  ['firehose', `arn:aws:firehose:eu-west-1:${OWN}:stream/orders`, 'unseen'],
  ['firehose', `arn:aws:kinesis:eu-west-1:${OWN}:stream/orders`, 'unseen'],
  ['application', `arn:aws:sns:eu-west-1:${OWN}:orders`, 'unseen'],
  ['application', `arn:aws:sns:eu-west-1:${OWN}:app/GCM/orders`, 'unseen'],
];

export const addressCases: readonly Case[] = [
  ...rightMail.map(([endpoint, scp]) => subscription('S4', 'email', endpoint, ok, scp)),
  ...foreignMail.map(([endpoint, scp]) => subscription('S4', 'email', endpoint, bad('untrusted-email-domain'), scp)),
  ...besideMail.map(([endpoint, scp]) => subscription('S3', 'email', endpoint, bad('untrusted-email-domain'), scp)),
  ...malformedMail.map(([endpoint, scp]) => written('S4', 'email', endpoint, bad('invalid-endpoint'), scp)),
  subscription('S4', 'email-json', 'user@example.com', bad('untrusted-protocol'), 'deny'),
  subscription('S4', 'email-json', 'user@example.com', ok, 'allow', {
    name: 'e-mail as JSON is implied by its list',
    settings: { trustedEmailDomains: ['example.com'] },
  }),
  subscription('S4', 'email-json', 'user@evil.example', bad('untrusted-email-domain'), 'deny', {
    settings: { trustedEmailDomains: ['example.com'] },
  }),
  ...PHONES.map(phoneCase),
  subscription('S6', 'sms', '+4930123456', bad('untrusted-protocol'), 'deny', {
    name: 'text messages where no prefix is listed',
    settings: { trustedHosts: ['api.example.com'] },
  }),
  ...ARNS.flatMap(([protocol, arn]) => INSIDE.map((account) => subscription('S5', protocol, arn(account), ok, 'allow'))),
  ...ARNS.map(([protocol, arn]) => subscription('S5', protocol, arn(FOREIGN), bad('untrusted-account'), 'deny')),
  ...malformedArns.map(([protocol, arn, scp]) => subscription('S5', protocol, arn, bad('invalid-endpoint'), scp)),
  subscription('S5', 'sqs', `arn:aws:lambda:eu-west-1:${FOREIGN}:function:orders`, bad('untrusted-account'), 'deny'),
  subscription('S5', 'sqs', `arn:aws:sqs:eu-west-1:${OWN}:orders`, bad('untrusted-protocol'), 'deny', {
    name: 'queues where only https is trusted',
    settings: { trustedProtocols: ['https'], trustedHosts: ['api.example.com'] },
  }),
  subscription('S5', 'sqs', `arn:aws:sqs:eu-west-1:${OWN}:orders`, ok, 'allow', { name: 'queues where nothing is configured', settings: {} }),
  subscription('G1', 'lambda', `arn:aws:lambda:eu-west-1:${MEMBER}:function:orders`, ok, 'allow', { name: 'a function of the organization' }),
];
