/** S1 to S3 for hosts. The SCP compares text: it refuses odd spellings of a trusted host, and its `*` crosses slashes. */
import { bad, type Case, ok } from '../../core/case';
import { type Scp, subscription, written } from './cases.make';

type Row = readonly [endpoint: string, scp: Scp];

const trusted: readonly Row[] = [
  ['https://api.example.com', 'allow'],
  ['https://api.example.com/', 'allow'],
  ['https://api.example.com/sns/orders', 'allow'],
  ['https://api.example.com/sns?token=abc', 'allow'],
  ['https://api.example.com?token=abc', 'allow'],
  ['https://api.example.com/sns#part', 'allow'],
  ['https://api.example.com:443/sns', 'allow'],
  ['https://api.example.com:8443/sns', 'deny'],
  ['https://API.Example.COM/sns', 'deny'],
  ['HTTPS://api.example.com/sns', 'deny'],
  ['https://api.example.com./sns', 'deny'],
  ['https://user:secret@api.example.com/sns', 'deny'],
  ['https://api.example.com/https://evil.example/', 'allow'],
  ['https://api.example.com/@evil.example/', 'allow'],
  ['https://api.example.com/?next=evil.example', 'allow'],
  ['https://api.example.com/a b\\c', 'allow'],
];

const wild: readonly Row[] = [
  ['https://a.hooks.example.com/x', 'allow'],
  ['https://a.b.hooks.example.com/x', 'allow'],
  ['https://a.hooks.example.com', 'allow'],
];

/** Listed exactly, but asked for a subdomain; listed as `*.`, but asked for the domain itself. */
const beside: readonly Row[] = [
  ['https://sub.api.example.com/', 'deny'],
  ['https://hooks.example.com/', 'deny'],
  ['https://evilhooks.example.com/', 'deny'],
  ['https://example.com/', 'deny'],
];

const foreign: readonly Row[] = [
  ['https://evil.example/', 'deny'],
  ['https://evil.example/api.example.com', 'deny'],
  ['https://evil.example/https://api.example.com/', 'deny'],
  ['https://evil.example/?next=https://api.example.com/', 'deny'],
  ['https://evil.example?api.example.com', 'deny'],
  ['https://evil.example#api.example.com', 'deny'],
  ['https://evil.example/#https://api.example.com/', 'deny'],
  ['https://evil.example:443/api.example.com', 'deny'],
  ['https://api.example.com@evil.example/', 'deny'],
  ['https://api.example.com:443@evil.example/', 'deny'],
  ['https://user:api.example.com@evil.example/', 'deny'],
  ['https://api.example.com%2f@evil.example/', 'deny'],
  ['https://user@api.example.com@evil.example/', 'deny'],
  ['https://evilapi.example.com/', 'deny'],
  ['https://evil-api.example.com/', 'deny'],
  ['https://evilexample.com/', 'deny'],
  ['https://api.example.com.evil.example/', 'deny'],
  ['https://api.example.comevil.example/', 'deny'],
  ['https://api-example.com/', 'deny'],
  ['https://apiXexample.com/', 'deny'],
  ['https://api.example.co/', 'deny'],
  ['https://api.example.org/', 'deny'],
  ['https://x.hooks.example.com.evil.example/', 'deny'],
  ['https://evil.example/.hooks.example.com/', 'unseen'],
  ['https://evil.example?.hooks.example.com/', 'unseen'],
  ['https://evil.example#.hooks.example.com/', 'unseen'],
  ['https://evil.example\\.hooks.example.com/', 'unseen'],
  ['https://a.hooks.example.com@evil.example/', 'deny'],
  ['https://а.hooks.example.com.evil.example/', 'deny'],
  ['https://аpi.example.com/', 'deny'],
  ['https://xn--pi-6kc.example.com/', 'deny'],
  ['https://evil.example\\@api.example.com/', 'deny'],
  ['https://api.example.com\t.evil.example/', 'deny'],
  ['https:evil.example/', 'deny'],
  ['https://127.0.0.1/', 'deny'],
  ['https://0x7f.1/', 'deny'],
  ['https://2130706433/', 'deny'],
  ['https://017700000001/', 'deny'],
  ['https://[::1]/', 'deny'],
  ['https://[::ffff:192.0.2.1]/api.example.com', 'deny'],
];

/** Parsers disagree about them, or none takes them. */
const malformed: readonly Row[] = [
  ['https://api.example.com\\@evil.example/', 'deny'],
  ['https://api.example.com\\.evil.example/', 'deny'],
  ['https://evil.example@x@api.example.com/', 'deny'],
  ['https://api.example.com%40evil.example/', 'deny'],
  ['https://api.example.com%2f.evil.example/', 'deny'],
  ['https://api%2eexample.com/', 'deny'],
  ['https://ａpi.example.com/', 'deny'],
  ['https://api。example。com/', 'deny'],
  ['https://api.exa\u00admple.com/', 'deny'],
  ['https://api.exam\tple.com/', 'deny'],
  ['https://api.example.com\n/', 'deny'],
  [' https://api.example.com/', 'deny'],
  ['https:api.example.com/', 'deny'],
  ['https:/api.example.com/', 'deny'],
  ['https:///api.example.com/', 'deny'],
  ['https:\\\\api.example.com/', 'deny'],
  ['https://api.example.com:99999/', 'deny'],
  ['https://', 'deny'],
  ['https://?api.example.com', 'deny'],
  ['http://api.example.com/', 'deny'],
  ['ftp://api.example.com/', 'deny'],
  ['javascript://api.example.com/', 'deny'],
  ['//api.example.com/', 'deny'],
  ['api.example.com', 'deny'],
  ['https', 'deny'],
];

const HTTP = { trustedProtocols: ['http', 'https'], trustedHosts: ['api.example.com'] };
const INTERNATIONAL = { trustedProtocols: ['https'], trustedHosts: ['bücher.example'] };

export const urlCases: readonly Case[] = [
  ...trusted.map(([endpoint, scp]) => subscription('S1', 'https', endpoint, ok, scp)),
  ...foreign.map(([endpoint, scp]) => subscription('S2', 'https', endpoint, bad('untrusted-host'), scp)),
  ...malformed.map(([endpoint, scp]) => subscription('S2', 'https', endpoint, bad('invalid-endpoint'), scp)),
  written('S2', 'https', '', bad('invalid-endpoint'), 'deny'),
  written('S2', 'https', '   ', bad('invalid-endpoint'), 'deny'),
  written('S2', 'https', 'https://***/', bad('invalid-endpoint'), 'deny'),
  ...wild.map(([endpoint, scp]) => subscription('S3', 'https', endpoint, ok, scp)),
  ...beside.map(([endpoint, scp]) => subscription('S3', 'https', endpoint, bad('untrusted-host'), scp)),
  subscription('S1', 'http', 'http://api.example.com/', ok, 'allow', { settings: HTTP }),
  subscription('S2', 'http', 'http://evil.example/', bad('untrusted-host'), 'deny', { settings: HTTP }),
  subscription('S2', 'http', 'https://api.example.com/', bad('invalid-endpoint'), 'deny', { settings: HTTP, name: 'http with an https URL' }),
  subscription('S2', 'http', 'http://api.example.com/', bad('untrusted-protocol'), 'deny', { name: 'http where only https is trusted' }),
  subscription('S2', 'http', 'http://api.example.com/', bad('untrusted-protocol'), 'deny', {
    name: 'trustedHosts alone does not imply plain http',
    settings: { trustedHosts: ['api.example.com'] },
  }),
  subscription('S1', 'https', 'https://api.example.com/', ok, 'allow', {
    name: 'trustedHosts alone implies https',
    settings: { trustedHosts: ['api.example.com'] },
  }),
  subscription('S1', 'https', 'https://api.example.com/', bad('untrusted-protocol'), 'deny', {
    name: 'https where no host is listed',
    settings: { trustedEmailDomains: ['example.com'] },
  }),
  subscription('S1', 'https', 'https://api.example.com/', ok, 'allow', {
    name: 'a list in upper case and with a dot',
    settings: { trustedProtocols: ['https'], trustedHosts: ['API.example.com.'] },
  }),
  subscription('S1', 'https', 'https://xn--bcher-kva.example/', ok, 'allow', { settings: INTERNATIONAL }),
  subscription('S1', 'https', 'https://bücher.example/', ok, 'deny', { settings: INTERNATIONAL }),
  subscription('S2', 'pigeon', 'https://api.example.com/', bad('untrusted-protocol'), 'deny'),
];
