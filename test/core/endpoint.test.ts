import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  canonicalDomain,
  canonicalPhone,
  endpointKey,
  guessProtocol,
  hostMatches,
  looksMasked,
  PROTOCOLS,
  parseEndpoint,
} from '../../lib/core/endpoint';
import { runs } from '../support/runs';

describe('URLs', () => {
  it.each([
    ['https://api.example.com', { kind: 'url', host: 'api.example.com' }],
    ['HTTPS://API.Example.com.:8443/x?y#z', { kind: 'url', host: 'api.example.com' }],
    ['https://user:secret@api.example.com/', { kind: 'url', host: 'api.example.com' }],
    ['https://api.example.com@evil.example/', { kind: 'url', host: 'evil.example' }],
    ['https://bücher.example/', { kind: 'url', host: 'xn--bcher-kva.example' }],
    ['https://аpi.example.com/', { kind: 'url', host: 'xn--pi-6kc.example.com' }],
    ['https://192.0.2.1/', { kind: 'url', host: '192.0.2.1' }],
    ['https://0x7f.1/', { kind: 'url', host: '127.0.0.1', problem: 'its host is spelled in a way that parsers read differently' }],
    ['https://2130706433/', { kind: 'url', host: '127.0.0.1', problem: 'its host is spelled in a way that parsers read differently' }],
    ['https://[::1]:443/', { kind: 'url', host: '[::1]' }],
    ['https://api%2eexample.com/', { kind: 'url', host: 'api.example.com', problem: 'its host is spelled in a way that parsers read differently' }],
    ['https://ａpi.example.com/', { kind: 'url', host: 'api.example.com', problem: 'its host is spelled in a way that parsers read differently' }],
    [
      'https://api.example.com\\@evil.example/',
      { kind: 'url', host: 'api.example.com', problem: 'its host is written with a backslash, white space or control characters' },
    ],
    ['https://a@b@api.example.com/', { kind: 'url', host: 'api.example.com', problem: 'it has several @ before its path' }],
    ['https:/api.example.com', { kind: 'url', host: 'api.example.com', problem: 'it does not begin with its scheme and two slashes' }],
    ['http://api.example.com/', { kind: 'url', host: 'api.example.com', problem: 'its scheme is not https' }],
    ['ftp://api.example.com/', { kind: 'invalid', problem: 'it is no https URL' }],
    ['https://***/', { kind: 'invalid', problem: 'its host holds characters that no host name can have' }],
    ['https://', { kind: 'invalid', problem: 'it is no https URL' }],
    [`https://${'a'.repeat(20_000)}`, { kind: 'invalid', problem: 'it has 20008 characters' }],
    ['https://api.example.com/${Path}', { kind: 'url', host: 'api.example.com' }],
    ['https://api.example.com?${Query}', { kind: 'url', host: 'api.example.com' }],
    ['https://api.example.com${X}', { kind: 'unknown', what: '${X}' }],
    ['https://${Host}/x', { kind: 'unknown', what: '${Host}' }],
    ['https://${Sub}.example.com/${Path}', { kind: 'unknown', what: '${Sub}, ${Path}' }],
    ['https://api.example.com:${Port}/', { kind: 'unknown', what: '${Port}' }],
    ['http${S}://api.example.com/', { kind: 'unknown', what: '${S}' }],
    ['${Url}', { kind: 'unknown', what: '${Url}' }],
    ['ftp://${Host}/', { kind: 'invalid', problem: 'it is no https URL' }],
    ['https://api.example.com/{{resolve:ssm:/a/b}}', { kind: 'url', host: 'api.example.com' }],
  ])('%s', (text, endpoint) => {
    expect(parseEndpoint('https', text)).toEqual(endpoint);
  });
});

it('reads an international host the same way, however often it is asked', () => {
  const hosts = Array.from({ length: 50_000 }, () => parseEndpoint('https', 'https://bücher.example/'));

  expect(hosts.filter(({ kind }) => kind !== 'url')).toEqual([]);
});

describe('e-mail addresses', () => {
  it.each([
    ['user@example.com', { kind: 'email', domain: 'example.com' }],
    ['User@EXAMPLE.com.', { kind: 'email', domain: 'example.com' }],
    ['"a@b"@example.com', { kind: 'email', domain: 'example.com' }],
    ['user@bücher.example', { kind: 'email', domain: 'xn--bcher-kva.example' }],
    ['üser@example.com', { kind: 'email', domain: 'example.com' }],
    ['user@[192.0.2.1]', { kind: 'email', domain: '[192.0.2.1]' }],
    ['a@b@example.com', { kind: 'invalid', problem: 'it has several @ outside quotes' }],
    ['"a"@b@example.com', { kind: 'invalid', problem: 'it has several @ outside quotes' }],
    ['"a@example.com', { kind: 'invalid', problem: 'it is no e-mail address' }],
    ['"a"b@example.com', { kind: 'invalid', problem: 'it is no e-mail address' }],
    ['user', { kind: 'invalid', problem: 'it is no e-mail address' }],
    ['Name <a@example.com>', { kind: 'invalid', problem: 'what stands before its @ cannot (a display name, a comment, white space, a list)' }],
    ['user@exa mple.com', { kind: 'invalid', problem: 'what stands behind its @ is no domain' }],
    ['user\u0000@example.com', { kind: 'invalid', problem: 'it holds control characters' }],
    ['${User}@example.com', { kind: 'email', domain: 'example.com', unsure: '${User}' }],
    ['alarms-${AWS::Region}@example.com', { kind: 'email', domain: 'example.com' }],
    ['user@${AWS::Region}.example.org', { kind: 'unknown', what: '${AWS::Region}' }],
    ['user@${Domain}', { kind: 'unknown', what: '${Domain}' }],
    ['${Address}', { kind: 'unknown', what: '${Address}' }],
  ])('%j', (text, endpoint) => {
    expect(parseEndpoint('email', text)).toEqual(endpoint);
  });
});

describe('phone numbers', () => {
  it.each([
    ['+49 (30) 123-456', { kind: 'phone', number: '+4930123456' }],
    ['1-555-010-0123', { kind: 'phone', number: '+15550100123' }],
    ['+49${Rest}', { kind: 'phone', number: '+49', unsure: '${Rest}' }],
    ['${Number}', { kind: 'unknown', what: '${Number}' }],
    ['abc${Number}', { kind: 'invalid', problem: 'it is no phone number in E.164 form' }],
    ['+49 30 12345x', { kind: 'invalid', problem: 'it is no phone number in E.164 form' }],
    ['0049', { kind: 'invalid', problem: 'it is no phone number in E.164 form' }],
    ['', { kind: 'invalid', problem: 'it is no phone number in E.164 form' }],
  ])('%s', (text, endpoint) => {
    expect(parseEndpoint('sms', text)).toEqual(endpoint);
  });

  it('keeps digits alone', () => {
    expect(['+49', '1 (555)', 'x'].map(canonicalPhone)).toEqual(['+49', '+1555', undefined]);
  });
});

describe('ARNs', () => {
  const queue = { kind: 'arn', account: '222222222222', partition: 'aws' };

  it.each([
    ['sqs', 'arn:aws:sqs:eu-west-1:222222222222:orders', queue],
    ['sqs', 'arn:aws-cn:sqs:cn-north-1:222222222222:orders.fifo', { ...queue, partition: 'aws-cn' }],
    ['lambda', 'arn:aws:lambda:eu-west-1:222222222222:function:f:live', queue],
    ['firehose', 'arn:aws:firehose:eu-west-1:222222222222:deliverystream/d', queue],
    ['application', 'arn:aws:sns:eu-west-1:222222222222:endpoint/GCM/a/b', queue],
    ['sqs', 'arn:aws:lambda:eu-west-1:222222222222:function:f', { ...queue, problem: 'its ARN names nothing that protocol sqs delivers to' }],
    ['sqs', 'arn:aws:sqs:eu-west-1:${AWS::AccountId}:${Name}', { ...queue, account: '${AWS::AccountId}' }],
    ['sqs', 'arn:${AWS::Partition}:${Service}:eu-west-1:222222222222:q', { ...queue, partition: '${AWS::Partition}', unsure: '${Service}' }],
    ['sqs', 'arn:aws:sqs:eu-west-1:${Account}:orders', { kind: 'unknown', what: '${Account}' }],
    ['sqs', '${Queue.Arn}', { kind: 'unknown', what: '${Queue.Arn}' }],
    ['sqs', 'arn:${Rest}', { kind: 'unknown', what: '${Rest}' }],
    ['sqs', 'queue-${Name}', { kind: 'invalid', problem: 'it is no ARN' }],
    ['sqs', 'arn:aws:sqs:eu-west-1::orders', { kind: 'invalid', problem: 'its ARN names no account' }],
    ['pigeon', 'coop', { kind: 'invalid', problem: 'its protocol is none of SNS' }],
  ])('%s %s', (protocol, text, endpoint) => {
    expect(parseEndpoint(protocol, text)).toEqual(endpoint);
  });
});

describe('hosts and domains', () => {
  it.each([
    ['api.example.com', 'api.example.com', true],
    ['API.example.com.', 'api.example.com', true],
    ['api.example.com', 'API.EXAMPLE.COM.', true],
    ['x.api.example.com', 'api.example.com', false],
    ['x.example.com', '*.example.com', true],
    ['x.y.example.com', '*.example.com', true],
    ['example.com', '*.example.com', false],
    ['.example.com', '*.example.com', false],
    ['evilexample.com', '*.example.com', false],
    ['evilexample.com', 'example.com', false],
    ['apiXexample.com', 'api.example.com', false],
    ['xn--bcher-kva.example', 'bücher.example', true],
    ['a.xn--bcher-kva.example', '*.bücher.example', true],
  ])('%s, %s: %s', (host, pattern, matches) => {
    expect(hostMatches(host, pattern)).toBe(matches);
  });

  it('knows a domain from what looks like one', () => {
    expect(['Example.COM.', 'ｅxample.com', 'exa mple.com', 'example..com', 'bücher.example', 'example.com/x', ''].map(canonicalDomain)).toEqual([
      'example.com',
      undefined,
      undefined,
      undefined,
      'xn--bcher-kva.example',
      undefined,
      undefined,
    ]);
  });
});

it('guesses the protocol of an endpoint', () => {
  const endpoints = ['https://x', 'HTTP:x', 'a@b', '+49', 'arn:aws:sqs:r:1:q', 'arn:aws:sns:r:1:endpoint/x', 'arn:aws:s3:::b', 'x'];

  expect(endpoints.map(guessProtocol)).toEqual(['https', 'http', 'email', 'sms', 'sqs', 'application', undefined, undefined]);
});

it('knows what CloudTrail hides', () => {
  const texts = ['HIDDEN_DUE_TO_SECURITY_REASONS', '[Redacted]', '***', ' ', 'a**', 'https://api.example.com/'];

  expect(texts.map(looksMasked)).toEqual([true, true, true, true, false, false]);
});

it('names endpoints without showing them', () => {
  const keys = [
    endpointKey('email', 'User@example.com'),
    endpointKey('email', 'user@example.com '),
    endpointKey('email', 'other@example.com'),
    endpointKey('https', 'https://API.example.com'),
    endpointKey('https', 'https://api.example.com/'),
    endpointKey('sms', '+49 30 1'),
    endpointKey('sms', '+49301'),
    endpointKey('sqs', ''),
    endpointKey('sqs', 'a'),
  ];

  expect(keys).toEqual(['ddaa05fb', 'ddaa05fb', '257503d8', '73a27a72', '73a27a72', 'e411c361', 'e411c361', '811c9dc5', 'e40c292c']);
});

describe('whatever text comes', () => {
  const protocol = fc.constantFrom(...PROTOCOLS);
  const nasty = fc
    .array(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 6 }),
        fc.constantFrom('https://', '@', '"', '\\', '${', '}', '{{resolve:', '}}', 'arn:', ':', '%2e', '。', '.', '/'),
      ),
    )
    .map((parts) => parts.join(''));

  it('parses to something, and never throws', () => {
    fc.assert(
      fc.property(protocol, nasty, (name, text) => {
        assert.ok(['url', 'email', 'phone', 'arn', 'invalid', 'unknown'].includes(parseEndpoint(name, text).kind));
        assert.match(endpointKey(name, text), /^[0-9a-f]{8}$/);
      }),
      { numRuns: runs },
    );
  });

  it('says nothing of the host of a URL that another parser would not say', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const endpoint = parseEndpoint('https', `https://${text}`);
        if (endpoint.kind !== 'url' || endpoint.problem !== undefined) return;
        // RFC 3986, appendix B, in its own words
        const authority = /^(?:[^:/?#]+:)?(?:\/\/([^/?#]*))?/.exec(`https://${text}`)?.[1] ?? '';
        const host = authority
          .slice(authority.lastIndexOf('@') + 1)
          .replace(/:\d*$/, '')
          .replace(/\.$/, '')
          .toLowerCase();
        if (!host.includes('$') && !/[^ -~]/.test(host)) assert.equal(host, endpoint.host);
      }),
      { numRuns: runs },
    );
  });

  it('stays quick on hostile input', () => {
    const hostile = [
      '${'.repeat(5_000),
      '{{resolve:'.repeat(900),
      `"${'\\"'.repeat(4_900)}`,
      '@'.repeat(9_999),
      'a.'.repeat(4_999),
      '${AWS::Region}'.repeat(700),
    ];
    const start = performance.now();

    for (const text of hostile) for (const name of PROTOCOLS) parseEndpoint(name, text);

    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
