import assert from 'node:assert/strict';
import { BlockList } from 'node:net';
import fc from 'fast-check';
import { contains, isPrivate, parseAddress, parseNetwork, parseNetworks } from '../../lib/core/network';
import { runs } from '../support/runs';

describe('parseNetwork', () => {
  it.each([
    ['203.0.113.0/24', { bits: 32, prefix: 24, value: 0xcb007100n }],
    ['203.0.113.77/24', { bits: 32, prefix: 24, value: 0xcb007100n }],
    ['203.0.113.7', { bits: 32, prefix: 32, value: 0xcb007107n }],
    ['0.0.0.0/0', { bits: 32, prefix: 0, value: 0n }],
    ['::ffff:203.0.113.0/120', { bits: 32, prefix: 24, value: 0xcb007100n }],
    ['::ffff:cb00:7107', { bits: 32, prefix: 32, value: 0xcb007107n }],
    ['2001:db8::/32', { bits: 128, prefix: 32, value: 0x20010db8n << 96n }],
    ['2001:db8::1', { bits: 128, prefix: 128, value: (0x20010db8n << 96n) | 1n }],
    ['::/0', { bits: 128, prefix: 0, value: 0n }],
    ['1:2:3:4:5:6:192.0.2.1', { bits: 128, prefix: 128, value: 0x000100020003000400050006c0000201n }],
  ])('%s', (text, expected) => {
    expect(parseNetwork(text)).toEqual(expected);
  });

  it.each([
    '',
    '/',
    '203.0.113.0/33',
    '203.0.113.0/',
    '203.0.113.0/-1',
    '203.0.113.0/24/8',
    '203.0.113',
    'example.com',
    '::/129',
    '::ffff:1.2.3.4/95',
  ])('%p is no network', (text) => {
    expect(parseNetwork(text)).toBeUndefined();
  });
});

describe('parseAddress', () => {
  it.each(['fe80::1%eth0', 'AWS Internal', 'lambda.amazonaws.com', '10.0.0.0/8', '1.2.3.4 ', '010.1.1.1'])('%p is no address', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});

describe('contains', () => {
  it.each([
    [['203.0.113.0/24'], '203.0.113.10', true],
    [['203.0.113.0/24'], '::ffff:203.0.113.10', true],
    [['203.0.113.0/24'], '::FFFF:CB00:710A', true],
    [['203.0.113.0/24'], '203.0.114.10', false],
    [['203.0.113.7'], '203.0.113.7', true],
    [['203.0.113.7'], '203.0.113.8', false],
    [['2001:db8::/32'], '2001:db8:ffff::1', true],
    [['2001:db8::/32'], '2001:db9::1', false],
    [['::/0'], '203.0.113.7', false],
    [['0.0.0.0/0'], '2001:db8::1', false],
    [['0.0.0.0/0'], '255.255.255.255', true],
    [['example.com', '203.0.113.0/24'], '203.0.113.1', true],
    [['203.0.113.0/24'], 'AWS Internal', false],
    [[], '203.0.113.1', false],
  ])('%j holds %s: %s', (list, ip, expected) => {
    expect(contains(parseNetworks(list), ip)).toBe(expected);
  });
});

describe('isPrivate', () => {
  it.each([
    ['10.1.2.3', true],
    ['10.0.0.0/8', true],
    ['10.0.0.0/7', false],
    ['172.31.255.255', true],
    ['172.32.0.0', false],
    ['192.168.0.0/24', true],
    ['100.64.0.1', true],
    ['::ffff:10.0.0.1', true],
    ['fd00::1', true],
    ['fe80::/64', true],
    ['2001:db8::1', false],
    ['0.0.0.0/0', false],
    ['::/0', false],
    ['lambda.amazonaws.com', false],
  ])('%s: %s', (text, expected) => {
    expect(isPrivate(text)).toBe(expected);
  });
});

describe('properties', () => {
  it('agrees with the block list of Node.js', () => {
    const ipv4 = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.ipV4(), fc.constant('ipv4' as const));
    const ipv6 = fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 }), fc.ipV6(), fc.constant('ipv6' as const));
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6), ([network, prefix, ip, family]) => {
        const list = new BlockList();
        list.addSubnet(network, prefix, family);
        fc.pre(family === 'ipv4' || (parseAddress(network)?.bits === 128 && parseAddress(ip)?.bits === 128));

        assert.equal(contains(parseNetworks([`${network}/${prefix}`]), ip), list.check(ip, family));
        assert.equal(contains(parseNetworks([`${network}/${prefix}`]), network), true);
      }),
      { numRuns: runs },
    );
  });

  it('reads any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.equal(typeof isPrivate(text), 'boolean');
        assert.equal(contains(parseNetworks([text]), text), parseAddress(text) !== undefined);
      }),
      { numRuns: runs },
    );
  });
});
