import { BlockList } from 'node:net';
import fc from 'fast-check';
import type { Format } from '../../lib/config/format';
import { optionFormats } from '../../lib/config/formats';
import { isNamed, sharedDomainOf } from '../../lib/config/shared-domains';
import { costlyRuns } from '../support/runs';

const formats: readonly (readonly [string, Format])[] = Object.entries(optionFormats);
const canonical = (format: Format, text: string): string | undefined => {
  const reading = format.read(text);
  return 'value' in reading ? reading.value : undefined;
};

describe('formats', () => {
  it.each([
    ['role-pattern', 'AWSReservedSSO_Admin_*', 'AWSReservedSSO_Admin_*'],
    ['role-pattern', '*', '*'],
    ['role-pattern', '/service/x?', 'service/x?'],
    [
      'role-pattern',
      'arn:*:iam::*:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_x_*',
      'arn:*:iam::*:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_x_*',
    ],
    ['role-pattern', 'arn:aws:iam::111111111111:user/path/me', 'arn:aws:iam::111111111111:user/path/me'],
    ['role-pattern', 'arn:aws:iam::111111111111:root', undefined],
    ['role-pattern', 'arn:aws:iam::1111:role/x', undefined],
    ['role-pattern', 'arn:aws:iam:eu-west-1:111111111111:role/x', undefined],
    ['role-pattern', 'eks/', undefined],
    ['role-pattern', 'a b', undefined],
    ['role-pattern', '', undefined],
    ['cidr', '0.0.0.0/0', '0.0.0.0/0'],
    ['cidr', '2001:DB8:0:0::/64', '2001:db8::/64'],
    ['cidr', '::ffff:192.0.2.0/120', '192.0.2.0/24'],
    ['cidr', '::ffff:192.0.2.1', '192.0.2.1/32'],
    ['cidr', '::fffe:c000:200/120', '::fffe:c000:200/120'],
    ['cidr', '::1', '::1/128'],
    ['cidr', 'fe80::1%eth0', undefined],
    ['cidr', '10.0.0.0/', undefined],
    ['cidr', '10.0.0.0/8/8', undefined],
    ['cidr', '10.0.0.0/-1', undefined],
    ['cidr', '10.0.0/8', undefined],
    ['cidr', '010.0.0.0/8', undefined],
    ['service-principal', 'logs.us-east-1.amazonaws.com', 'logs.us-east-1.amazonaws.com'],
    ['service-principal', 'lambda.amazonaws.com.cn', 'lambda.amazonaws.com.cn'],
    ['service-principal', 'alexa-appkit.amazon.com', 'alexa-appkit.amazon.com'],
    ['service-principal', 'S3.amazonaws.com', undefined],
    ['service-principal', 'amazonaws.com', undefined],
    ['service-principal', 's3.amazonaws.com.example.com', undefined],
    ['lambda-action', 'LAMBDA:InvokeFunction', 'lambda:InvokeFunction'],
    ['lambda-action', 'lambda:*', 'lambda:*'],
    ['lambda-action', '*', undefined],
    ['host', 'EXAMPLE.com.', 'example.com'],
    ['host', 'bücher.example', 'xn--bcher-kva.example'],
    ['host', 'example.com..', undefined],
    ['host', '.example.com', undefined],
    ['host', '-a.example.com', undefined],
    ['host', '%61.example.com', undefined],
    ['host', '*', undefined],
    ['host', '*.', undefined],
    ['host', '*.*.example.com', undefined],
    ['host', '*.203.0.113.7', undefined],
    ['host', '0x7f.1', undefined],
    ['host', `${'a'.repeat(64)}.example.com`, undefined],
    ['email-domain', '*.Example.org', '*.example.org'],
    ['email-domain', '203.0.113.7', undefined],
    ['domain-suffix', 'Ngrok.io', 'ngrok.io'],
    ['sns-protocol', 'HTTPS', undefined],
    ['phone-prefix', '+0', undefined],
    ['phone-prefix', '+', undefined],
    ['security-group-id', 'sg-01234567', 'sg-01234567'],
    ['subnet-id', 'subnet-0123456789ABCDEF0', undefined],
    ['vpc-endpoint-id', 'vpce-0123456789', undefined],
  ] as const)('%s: %s', (name, text, expected) => {
    expect(canonical(optionFormats[name], text)).toBe(expected);
  });

  it.each(formats)('%s: never throws, keeps what it made, and refuses in one line', (_, format) => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.stringMatching(/^[a-z0-9.*:@/+-]{0,40}$/),
      fc.domain(),
      fc.ipV4(),
      fc.ipV6(),
      fc.webUrl(),
      fc.emailAddress(),
    );
    fc.assert(
      fc.property(text, (written) => {
        const reading = format.read(written);
        if ('value' in reading) expect(format.read(reading.value)).toEqual(reading);
        else expect(reading.problem).not.toMatch(/[\r\n]/);
      }),
      { numRuns: costlyRuns },
    );
  });

  it.each(formats)('%s: stays quick on long input', (_, format) => {
    for (const part of ['a', 'a/', '*', '1', '.', ':', 'a.', '-', 'arn:aws:iam::', '+']) {
      const started = performance.now();
      format.read(part.repeat(50_000));
      expect(performance.now() - started).toBeLessThan(500);
    }
  });

  it('cidr: holds the addresses that the platform says it holds', () => {
    const address = fc.oneof(
      fc.ipV4(),
      fc.ipV6().filter((text) => !text.includes('%')),
    );
    fc.assert(
      fc.property(address, address, fc.nat(128), (network, other, length) => {
        const family = network.includes(':') ? 'ipv6' : 'ipv4';
        const prefix = family === 'ipv4' ? length % 33 : length;
        const reading = optionFormats.cidr.read(`${network}/${prefix}`);
        const whole = 'value' in reading ? reading.value : (/write (\S+) for the network/.exec(reading.problem)?.[1] ?? '');
        const [base = '', kept] = whole.split('/');
        expect(canonical(optionFormats.cidr, whole)).toBe(whole);
        const ours = new BlockList();
        ours.addSubnet(base, Number(kept), base.includes(':') ? 'ipv6' : 'ipv4');
        const theirs = new BlockList();
        theirs.addSubnet(network, prefix, family);
        for (const probe of [network, other]) {
          const of = probe.includes(':') ? 'ipv6' : 'ipv4';
          expect(ours.check(probe, of)).toBe(theirs.check(probe, of));
        }
      }),
      { numRuns: costlyRuns },
    );
  });
});

describe('domains that strangers share', () => {
  it.each([
    ['ngrok.io', 'ngrok.io'],
    ['*.ngrok.io', 'ngrok.io'],
    ['a.ngrok.io', undefined],
    ['*.a.ngrok.io', undefined],
    ['amazonaws.com', 'amazonaws.com'],
    ['*.amazonaws.com', 'amazonaws.com'],
    ['*.eu-west-1.amazonaws.com', 'eu-west-1.amazonaws.com'],
    ['*.execute-api.eu-west-1.amazonaws.com', 'execute-api.eu-west-1.amazonaws.com'],
    ['abc.execute-api.eu-west-1.amazonaws.com', undefined],
    ['*.on.aws', 'on.aws'],
    ['*.lambda-url.eu-west-1.on.aws', 'lambda-url.eu-west-1.on.aws'],
    ['abc.lambda-url.eu-west-1.on.aws', undefined],
    ['github.io', 'github.io'],
    ['*.co.uk', 'co.uk'],
    ['*.com', 'com'],
    ['*.cloudfront.net', 'cloudfront.net'],
    ['*.azurewebsites.net', 'azurewebsites.net'],
    ['*.herokuapp.com', 'herokuapp.com'],
    ['gmail.com', 'gmail.com'],
    ['outlook.com', 'outlook.com'],
    ['example.com', undefined],
    ['*.example.co.uk', undefined],
    ['*.corp.internal', undefined],
    ['203.0.113.7', undefined],
  ])('%s', (entry, expected) => {
    expect(sharedDomainOf(entry)).toBe(expected);
  });

  it('are named by themselves or by a domain above', () => {
    expect(isNamed('a.b.c', ['b.c'])).toBe(true);
    expect(isNamed('a.b.c', ['a.b.c'])).toBe(true);
    expect(isNamed('xb.c', ['b.c'])).toBe(false);
    expect(isNamed('b.c', ['a.b.c'])).toBe(false);
  });
});
