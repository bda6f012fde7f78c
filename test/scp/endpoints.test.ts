/** Tricks with the text of an endpoint, against exact hosts and domains: nothing that the judge condemns may pass. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseConfiguration } from '../../lib/config/load';
import { decodeRecord, isRecordProblem } from '../../lib/core/cloudtrail';
import { judgeRecord } from '../../lib/core/judge';
import { guardrails } from '../../lib/guardrails';
import snsSubscription from '../../lib/guardrails/sns-subscription';
import { NOW, recordOf } from '../support/cases';
import { runs } from '../support/runs';
import { answerOf, OWN, WORKER } from './call';
import { renderedFor } from './render';

const { configuration } = parseConfiguration(
  JSON.stringify({
    version: 1,
    organization: { id: 'o-exampleorgid', managementAccountId: '111111111111', accountIds: [OWN] },
    guardrails: {
      'sns-subscription': {
        mode: 'enforce',
        trustedProtocols: ['https', 'http', 'email'],
        trustedHosts: ['api.example.com', 'xn--bcher-kva.example', '192.0.2.10'],
        trustedEmailDomains: ['example.com'],
      },
    },
  }),
  guardrails,
  { fileName: 'perimeter.yaml' },
);
const { statements } = renderedFor(snsSubscription, configuration);
const TOPIC = `arn:aws:sns:eu-west-1:${OWN}:orders`;

const refused = (protocol: string, endpoint: string): boolean =>
  answerOf(
    statements,
    { action: 'sns:Subscribe', resource: TOPIC, keys: { 'sns:Protocol': protocol, 'sns:Endpoint': endpoint }, caller: WORKER },
    new Set([OWN]),
  ).effect === 'denied';

function verdictOf(protocol: string, endpoint: string): string | undefined {
  const record = decodeRecord(
    recordOf({ eventSource: 'sns.amazonaws.com', eventName: 'Subscribe', requestParameters: { topicArn: TOPIC, protocol, endpoint } }, 'e'),
  );
  if (isRecordProblem(record)) throw new Error(record.problem);
  return judgeRecord({ configuration, today: NOW.toISOString().slice(0, 10) }, snsSubscription, record)[0]?.verdict;
}

/** What may stand before, in and behind the name of a host, in any order. */
const pieces = fc.constantFrom(
  ...['api.example.com', 'evil.example', 'example.com', 'xn--bcher-kva.example', 'bücher.example', '192.0.2.10', '[::1]', '[::ffff:192.0.2.10]'],
  ...[
    ':',
    ':443',
    ':80',
    ':8443',
    '@',
    ':@',
    'user',
    'user:pass@',
    '.',
    '..',
    '/',
    '//',
    '\\',
    '?',
    '#',
    '%2f',
    '%40',
    '%00',
    '%2e',
    '&',
    ';',
    ',',
    '*',
    '$',
  ],
  ...[
    '\t',
    '\n',
    '\r',
    ' ',
    '\u0000',
    '\u00a0',
    '\u200b',
    '。',
    '／',
    '＠',
    '？',
    '℀',
    '\u00ad',
    'https://',
    'http://',
    'https:',
    'HTTPS://',
    'xn--',
    'а',
  ],
);

const texts = fc.array(pieces, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
const urls = fc.oneof(
  texts.map((text) => `https://${text}`),
  texts.map((text) => `https://api.example.com${text}`),
  texts.map((text) => `https://api.example.com:443${text}`),
  texts.map((text) => `http://${text}`),
  texts.map((text) => `http://api.example.com:80${text}`),
  texts,
);

test('a URL that the judge condemns is refused', () => {
  fc.assert(
    fc.property(fc.constantFrom('https', 'http'), urls, (protocol, endpoint) => {
      const isWrong = verdictOf(protocol, endpoint) === 'violation';
      assert.deepEqual({ protocol, endpoint, passes: isWrong && !refused(protocol, endpoint) }, { protocol, endpoint, passes: false });
    }),
    { numRuns: runs },
  );
});

const mails = fc
  .tuple(texts, fc.constantFrom('@example.com', '@evil.example', '@EXAMPLE.com', '@example.com.evil.example', ''), fc.option(pieces))
  .map(([before, domain, behind]) => `${before}${domain}${behind ?? ''}`);

/** The text before the last `@` no policy can parse: the address is odd, but no domain other than the trusted one gets the mail. */
test('an address whose domain is not the trusted one is refused', () => {
  fc.assert(
    fc.property(mails, (endpoint) => {
      const isForeign = !endpoint.endsWith('@example.com') || (endpoint.split('@').length > 2 && !endpoint.startsWith('"'));
      const passes = isForeign && verdictOf('email', endpoint) === 'violation' && !refused('email', endpoint);
      assert.deepEqual({ endpoint, passes }, { endpoint, passes: false });
    }),
    { numRuns: runs },
  );
});

test.each([
  ['https', 'https://api.example.com'],
  ['https', 'https://api.example.com/a'],
  ['https', 'https://api.example.com?a=@evil.example'],
  ['https', 'https://api.example.com#a'],
  ['https', 'https://api.example.com:443?a'],
  ['https', 'https://api.example.com:443#a'],
  ['https', 'https://xn--bcher-kva.example/'],
  ['https', 'https://192.0.2.10/'],
  ['http', 'http://api.example.com:80/a'],
  ['email', 'a@example.com'],
  ['email', '"a@b"@example.com'],
])('%s %s is right for both', (protocol, endpoint) => {
  expect([verdictOf(protocol, endpoint), refused(protocol, endpoint)]).toEqual(['compliant', false]);
});
