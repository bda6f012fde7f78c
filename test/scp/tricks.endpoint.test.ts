/** Tricks with the endpoint of a subscription, each written out. */
import { type Call, OWN, WORKER } from './call';
import { type Both, bothOf, type Expected, outcome } from './tricks';

const TOPIC = `arn:aws:sns:eu-west-1:${OWN}:orders`;
const FUNCTION = `arn:aws:lambda:eu-west-1:${OWN}:function:orders`;

const exact = bothOf('sns-subscription', {
  trustedProtocols: ['https', 'http', 'email', 'sms', 'sqs', 'lambda', 'firehose', 'application'],
  trustedHosts: ['api.example.com', '192.0.2.10', 'xn--bcher-kva.example'],
  trustedEmailDomains: ['example.com'],
  trustedPhonePrefixes: ['+49'],
});
const wild = bothOf('sns-subscription', { trustedHosts: ['*.hooks.example.com'], trustedEmailDomains: ['*.example.org'] });

function subscribe({ judge, refuses }: Both, protocol: string, endpoint: string): string {
  const keys = { 'sns:Protocol': protocol, 'sns:Endpoint': endpoint };
  const call: Call = { action: 'sns:Subscribe', resource: TOPIC, keys, caller: WORKER };
  const verdict = judge('AWS::SNS::Subscription', { TopicArn: TOPIC, Protocol: protocol, Endpoint: endpoint });
  return outcome('sns-subscription', verdict, refuses(call), call);
}

/** What stands before, in and behind `api.example.com`. */
const HOSTS: readonly (readonly [Expected, readonly string[]])[] = [
  [
    'right',
    [
      ...['https://api.example.com//evil.example', 'https://api.example.com?', 'https://api.example.com#', 'https://api.example.com/#@evil.example'],
      ...['https://api.example.com?@evil.example/', 'https://api.example.com/;@evil.example', 'https://api.example.com/\\evil.example'],
      ...[
        'https://api.example.com/ ',
        'https://api.example.com/%2f..%2f@evil.example',
        'https://api.example.com/\u2028',
        'https://api.example.com:443#@evil',
      ],
      ...['https://192.0.2.10/', 'https://192.0.2.10:443/', 'https://xn--bcher-kva.example?x', `https://api.example.com/${'a'.repeat(2000)}`],
    ],
  ],
  [
    'odd',
    [
      ...['HTTPS://api.example.com/', 'hTTps://api.example.com/', 'https://API.example.com/', 'https://XN--BCHER-KVA.example/'],
      ...[
        'https://api.example.com./',
        'https://api.example.com.:443/',
        'https://192.0.2.10./',
        'https://bücher.example/',
        'https://bu\u0308cher.example/',
      ],
      ...['https://user@api.example.com/', 'https://user:secret@api.example.com/', 'https://@api.example.com/', 'https://:@api.example.com/'],
      ...['https://api.example.com:8443/', 'https://api.example.com:80/', 'https://api.example.com:0443/', 'https://api.example.com:/'],
    ],
  ],
  [
    'refused',
    [
      // What ends a host, or seems to.
      ...['https://api.example.com;@evil.example/', 'https://api.example.com;.evil.example/', 'https://api.example.com&evil.example/'],
      ...['https://api.example.com,evil.example/', 'https://api.example.com|evil.example/', 'https://api.example.com*/', 'https://api.example.com$/'],
      ...[
        'https://api.example.com"/',
        "https://api.example.com'/",
        'https://api.example.com`/',
        'https://api.example.com<evil/',
        'https://api.example.com^/',
      ],
      ...['https://(api.example.com)/', 'https://api.example.com~.evil.example', 'https://api.example.com=.evil.example/', 'https://*/'],
      // Ports.
      ...[
        'https://api.example.com:443@evil.example/',
        'https://api.example.com:443:443/',
        'https://api.example.com:443:80/',
        'https://api.example.com:443./',
      ],
      ...['https://api.example.com:65536/', 'https://api.example.com:-1/', 'https://api.example.com:+443/', 'https://api.example.com: 443/'],
      ...['https://api.example.com:443\\@evil.example/', 'https://api.example.com:443,evil.example/', 'https://api.example.com:443evil.example/'],
      // Backslashes, white space, control characters.
      ...[
        'https://api.example.com\\.evil.example/',
        'https:\\\\api.example.com/',
        'https:/\\api.example.com/',
        'https:/api.example.com/',
        'https:///api.example.com/',
      ],
      ...[
        'https://\tapi.example.com/',
        'https://api.example.com\t/',
        'https://api.example.com\n.evil.example/',
        'ht\ntps://api.example.com/',
        ' https://api.example.com/',
      ],
      ...[
        '\u0000https://api.example.com/',
        'https://api.example.com\u0000.evil.example/',
        'https:// api.example.com/',
        'https://api.example.com\r\n/',
      ],
      // Labels.
      ...[
        'https://.api.example.com/',
        'https://api..example.com/',
        'https://api.example.com../',
        'https://api.example.com-evil.example/',
        'https://a.api.example.com/',
      ],
      // Percent signs.
      ...[
        'https://api.example.com%40evil.example/',
        'https://evil.example%40api.example.com/',
        'https://api.example.com%2f@evil.example/',
        'https://api.example.com%2f.evil.example/',
      ],
      ...[
        'https://api.example.com%23.evil.example/',
        'https://api.example.com%3f.evil.example/',
        'https://api.example.com%00.evil.example/',
        'https://api%2eexample.com/',
        'https://%61pi.example.com/',
      ],
      // Letters that look alike, or turn into others.
      ...[
        'https://\u0430pi.example.com/',
        'https://api\u3002example\u3002com/',
        'https://api\uff0eexample.com/',
        'https://\uff41pi.example.com/',
        'https://api.example.com\uff0fevil.example',
      ],
      ...[
        'https://api.example.com\uff03.evil.example/',
        'https://api.example.com\uff1f.evil.example',
        'https://api.example.com\uff20evil.example/',
        'https://api.example.com\u2100evil.example/',
      ],
      ...['https://api.example.com\u00ad/', 'https://api\u200b.example.com/', 'https://\u202eapi.example.com/', 'https://api.example.com\ufeff/'],
      // Addresses.
      ...[
        'https://192.0.2.10.evil.example/',
        'https://3221226010/',
        'https://0300.0.2.10/',
        'https://0xc000020a/',
        'https://192.0.522/',
        'https://192.0.2.010/',
      ],
      ...[
        'https://[::ffff:192.0.2.10]/',
        'https://[::1]/',
        'https://[api.example.com]/',
        'https://[::1]api.example.com/',
        'https://[::1%25eth0]/',
        'https://api.example.com]/',
      ],
      // Schemes.
      ...[
        'javascript:https://api.example.com/',
        'ftp://api.example.com/',
        'http://api.example.com/',
        '//api.example.com/',
        'api.example.com',
        'https:',
        'https://',
        'https://?',
      ],
      ...[
        'https://#api.example.com',
        'https://?api.example.com',
        'wss://api.example.com/',
        'https://https://api.example.com/',
        'blob:https://api.example.com/',
      ],
    ],
  ],
];

test.each(HOSTS.flatMap(([expected, endpoints]) => endpoints.map((endpoint) => [expected, endpoint] as const)))('%s: %j', (expected, endpoint) => {
  expect(subscribe(exact, 'https', endpoint)).toBe(expected);
});

const MAILS: readonly (readonly [Expected, readonly string[]])[] = [
  [
    'right',
    [
      'a@example.com',
      'A+b@example.com',
      '"a@evil.example"@example.com',
      '"a\\"@evil.example"@example.com',
      'a%evil.example@example.com',
      'evil.example!a@example.com',
    ],
  ],
  ['odd', ['a@EXAMPLE.com', 'a@example.com.']],
  [
    'refused',
    [
      ...[
        'a@@example.com',
        'a@evil.example@example.com',
        'a@example.com@evil.example',
        '"a"@evil.example,b@example.com',
        'a@evil.example,b@example.com',
      ],
      ...[
        'a@evil.example;b@example.com',
        'a@evil.example b@example.com',
        '<a@example.com>',
        'A <a@example.com>',
        'a@evil.example <a@example.com>',
        'a@example.com (x)',
      ],
      ...[
        'a@(x)example.com',
        '(a@evil.example)a@example.com',
        'a@example.com\n',
        'a@example.com\r\nBcc: x@evil.example',
        'a@example.com?cc=x@evil.example',
        'a@exa\u200bmple.com',
      ],
      ...[
        'a@\u0435xample.com',
        'a@example\u3002com',
        'a\uff20example.com',
        'a@[192.0.2.1]',
        'a@example.com:25',
        'a@example.com/evil.example',
        'a@sub.example.com',
        'a@ example.com',
      ],
      ...[
        'a@evilexample.com',
        'a@example.com.evil.example',
        'a"b@c"@example.com',
        '@evil.example:a@example.com',
        'a@example.com,',
        'a@xn--exmple-cua.com',
      ],
    ],
  ],
  // One domain gets the mail, and it is the right one: what stands before it, no pattern reads.
  [
    'left',
    [
      '@example.com',
      'a,b@example.com',
      'mailto:a@example.com',
      'a..b@example.com',
      ' a@example.com',
      '\ta@example.com',
      '"a@example.com',
      'a\uff20evil.example@example.com',
    ],
  ],
];

test.each(MAILS.flatMap(([expected, endpoints]) => endpoints.map((endpoint) => [expected, endpoint] as const)))('%s: %j', (expected, endpoint) => {
  expect(subscribe(exact, 'email', endpoint)).toBe(expected);
});

test.each<readonly [Expected, string, string]>([
  ['right', 'https', 'https://a.hooks.example.com:443?x'],
  ['right', 'https', 'https://u@a.hooks.example.com/'],
  ['right', 'https', 'https://a.hooks.example.com/x?next=https://b.hooks.example.com/'],
  ['odd', 'https', 'https://a.hooks.example.com:8443/'],
  ['refused', 'https', 'https://hooks.example.com/'],
  ['refused', 'https', 'https://a.hooks.example.com@evil.example/'],
  ['refused', 'https', 'https://a.hooks.example.com:443@evil.example/'],
  ['refused', 'https', 'https://a.hooks.example.com.evil.example/'],
  ['refused', 'https', 'https://evilhooks.example.com/'],
  ['left', 'https', 'https://evil.example/.hooks.example.com/'],
  ['left', 'https', 'https://a..hooks.example.com/'],
  ['right', 'email', 'a@x.y.example.org'],
  ['right', 'email', '"a@b"@x.example.org'],
  ['refused', 'email', 'a@example.org'],
  ['refused', 'email', 'a@evil.example@x.example.org'],
  ['refused', 'email', 'a@x.example.org.evil.example'],
  ['left', 'email', 'a@evil.example/.example.org'],
])('where subdomains are trusted, %s: %s %j', (expected, protocol, endpoint) => {
  expect(subscribe(wild, protocol, endpoint)).toBe(expected);
});

test.each<readonly [Expected, string, string]>([
  ['right', 'sqs', `arn:aws:sqs:eu-west-1:${OWN}:orders`],
  ['right', 'sqs', 'arn:aws-cn:sqs:cn-north-1:333333333333:orders'],
  ['right', 'lambda', `${FUNCTION}:live`],
  ['refused', 'sqs', `arn:aws:sqs:eu-west-1:999999999999:${OWN}`],
  ['refused', 'sqs', `arn:aws:sqs:eu-west-1:999999999999:${OWN}:x`],
  ['refused', 'sqs', `https://sqs.eu-west-1.amazonaws.com/${OWN}/orders`],
  ['refused', 'lambda', `arn:aws:lambda:eu-west-1:999999999999:function:${OWN}`],
  ['refused', 'lambda', `arn:aws:lambda:eu-west-1:999999999999:function:${OWN}:function:x`],
  ['refused', 'lambda', `arn:aws:lambda:eu-west-1:999999999999:${OWN}:function:x`],
  ['refused', 'firehose', `arn:aws:firehose:eu-west-1:999999999999:deliverystream/:${OWN}:`],
  ['refused', 'application', `arn:aws:sns:eu-west-1:999999999999:endpoint/GCM/app/${OWN}`],
  ['refused', 'sms', '0049301234'],
  ['refused', 'sms', '+1 49 301234'],
  ['right', 'sms', '+49301234'],
  ['odd', 'sms', '+4 9301234'],
])('%s: %s %j', (expected, protocol, endpoint) => {
  expect(subscribe(exact, protocol, endpoint)).toBe(expected);
});
