import { canonicalService, parsePrincipal, parseTypedPrincipal } from '../../../lib/core/iam/principal';

const ACCOUNT = '111122223333';

it.each([
  ['*', { kind: 'anyone' }],
  [ACCOUNT, { kind: 'account', account: ACCOUNT, text: ACCOUNT }],
  [`arn:aws:iam::${ACCOUNT}:root`, { kind: 'account', account: ACCOUNT, text: `arn:aws:iam::${ACCOUNT}:root` }],
  ['${AWS::AccountId}', { kind: 'account', account: '${AWS::AccountId}', text: '${AWS::AccountId}' }],
  [
    'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Role}',
    { kind: 'identity', account: '${AWS::AccountId}', text: 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Role}' },
  ],
  [`arn:aws-cn:iam::${ACCOUNT}:user/eng/ada`, { kind: 'identity', account: ACCOUNT, text: `arn:aws-cn:iam::${ACCOUNT}:user/eng/ada` }],
  [`arn:aws:sts::${ACCOUNT}:assumed-role/r/s`, { kind: 'identity', account: ACCOUNT, text: `arn:aws:sts::${ACCOUNT}:assumed-role/r/s` }],
  [`arn:aws:iam::${ACCOUNT}:saml-provider/corp`, { kind: 'federated', text: `arn:aws:iam::${ACCOUNT}:saml-provider/corp` }],
  ['arn:aws:iam::${Partner}:root', { kind: 'unknown', what: 'arn:aws:iam::${Partner}:root' }],
  ['${Partner}', { kind: 'unknown', what: '${Partner}' }],
  ['s3.amazonaws.com', { kind: 'service', host: 's3.amazonaws.com' }],
  ['S3.AmazonAWS.com', { kind: 'service', host: 's3.amazonaws.com' }],
  ['logs.${AWS::Region}.amazonaws.com', { kind: 'service', host: 'logs.${aws::region}.amazonaws.com' }],
  ['alexa-appkit.amazon.com', { kind: 'service', host: 'alexa-appkit.amazon.com' }],
  ['AROAEXAMPLEEXAMPLE123', { kind: 'unique-id', text: 'AROAEXAMPLEEXAMPLE123' }],
  ['11112222333', { kind: 'unrecognised', text: '11112222333' }],
  ['arn:aws:s3:::bucket', { kind: 'unrecognised', text: 'arn:aws:s3:::bucket' }],
  ['arn:aws:iam::*:root', { kind: 'unrecognised', text: 'arn:aws:iam::*:root' }],
  ['s3.amazonaws.com.evil.example', { kind: 'unrecognised', text: 's3.amazonaws.com.evil.example' }],
  [`arn:aws:iam::${ACCOUNT}:role/s3.amazonaws.com`, { kind: 'identity', account: ACCOUNT, text: `arn:aws:iam::${ACCOUNT}:role/s3.amazonaws.com` }],
])('%s', (text, expected) => {
  expect(parsePrincipal(text)).toEqual(expected);
});

it('reads a principal by the type that stands before it', () => {
  expect([
    parseTypedPrincipal('Service', ACCOUNT),
    parseTypedPrincipal('Federated', 'accounts.google.com'),
    parseTypedPrincipal('CanonicalUser', '79a59d'),
    parseTypedPrincipal('Wizard', 'x'),
  ]).toEqual([
    { kind: 'unrecognised', text: `Service: ${ACCOUNT}` },
    { kind: 'federated', text: 'accounts.google.com' },
    { kind: 'canonical-user', text: '79a59d' },
    { kind: 'unrecognised', text: 'Wizard: x' },
  ]);
});

it.each([
  ['logs.us-east-1.amazonaws.com', 'logs.amazonaws.com'],
  ['events.amazonaws.com.cn', 'events.amazonaws.com'],
  ['s3.cn-north-1.amazonaws.com.cn', 's3.amazonaws.com'],
  ['delivery.logs.amazonaws.com', 'delivery.logs.amazonaws.com'],
  ['logs.${aws::region}.amazonaws.com', 'logs.amazonaws.com'],
])('%s is %s', (host, service) => {
  expect(canonicalService(host)).toBe(service);
});
