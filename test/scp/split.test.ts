/** Hosts that do not fit into one statement: several of them decide as one would. */
import fc from 'fast-check';
import { parseConfiguration } from '../../lib/config/load';
import { guardrails } from '../../lib/guardrails';
import snsSubscription from '../../lib/guardrails/sns-subscription';
import { costlyRuns } from '../support/runs';
import { answerOf, OWN, WORKER } from './call';
import { renderedFor } from './render';

const NAMES = [
  'api.example.com',
  'api.example.com.example.net',
  'a.example.org',
  'a.example.or',
  'b.example.org',
  '*.hooks.example.com',
  '*.example.net',
];
/** Many that go on where a trusted host ends, so that it cannot share a beginning with them. */
const hosts = [
  ...NAMES,
  ...Array.from({ length: 190 }, (_, index) => `orders-${index}.example.com`),
  ...Array.from({ length: 110 }, (_, index) => `api.example.com.${index}.example.net`),
];

const statementsFor = (maxCharacters: number) => {
  const { configuration } = parseConfiguration(
    JSON.stringify({
      version: 1,
      organization: { id: 'o-exampleorgid', managementAccountId: '111111111111' },
      guardrails: { 'sns-subscription': { mode: 'enforce', trustedHosts: hosts } },
      scp: { maxCharacters },
    }),
    guardrails,
    { fileName: 'perimeter.yaml' },
  );
  return renderedFor(snsSubscription, configuration).statements;
};

const split = statementsFor(10_240);
/** Too short for the ports, long enough for everything else. */
const whole = statementsFor(60_000);

const hostText = fc.oneof(
  fc.constantFrom(...hosts.filter((host) => !host.startsWith('*.'))),
  fc.constantFrom(
    'x.hooks.example.com',
    'hooks.example.com',
    'evil.example',
    'orders-1.example.com.evil.example',
    'api.example.com.x.example.net',
    'api.example.com.7.example.ne',
    'api.example.com.110.example.net',
    'api.example.co',
    'api.example.community',
    'orders-190.example.com',
  ),
);
const endpoints = fc
  .tuple(hostText, fc.constantFrom('', '/', '/x', '?x', '#x', ':443/', '@evil.example/', '.', 'x', '/.example.net', '.example.net'))
  .map(([host, end]) => `https://${host}${end}`);

/** How the first denial of hosts lists them: the beginnings, and one host whole. */
const listed = (statement: (typeof split)[number] | undefined): readonly string[] => {
  const patterns = statement?.Condition?.StringNotLike?.['sns:Endpoint'] ?? [];
  return typeof patterns === 'string' ? [patterns] : patterns;
};

test('three hundred hosts fit, and decide as one list would', () => {
  expect(split.map((statement) => JSON.stringify(statement).length).filter((size) => size > 10_200)).toEqual([]);
  expect(whole.filter(({ Sid }) => Sid.startsWith('SnsHttps'))).toHaveLength(1);
  expect(split.filter(({ Sid }) => Sid.startsWith('SnsHttps')).length).toBeGreaterThan(2);
  const [first] = split.filter(({ Sid }) => Sid.startsWith('SnsHttps'));
  expect(listed(first)).toContain('https://api.example.com');
  expect(listed(first).length).toBeLessThan(80);
  fc.assert(
    fc.property(endpoints, (endpoint) => {
      const call = {
        action: 'sns:Subscribe',
        resource: `arn:aws:sns:eu-west-1:${OWN}:orders`,
        keys: { 'sns:Protocol': 'https', 'sns:Endpoint': endpoint },
        caller: WORKER,
      };
      const decided = [split, whole].map((statements) => answerOf(statements, call, new Set()).effect);
      expect({ endpoint, split: decided[0] }).toEqual({ endpoint, split: decided[1] });
    }),
    { numRuns: Math.ceil(costlyRuns / 4) },
  );
});
