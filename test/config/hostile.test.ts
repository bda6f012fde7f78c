import fc from 'fast-check';
import { importTrustStack } from '../../lib/config/init';
import { parseConfiguration } from '../../lib/config/load';
import { ConfigurationError } from '../../lib/config/problem';
import { UsageError } from '../../lib/core/errors';
import { costlyRuns } from '../support/runs';
import { registry } from './registry';

/** Loads, or refuses as a mistake of the user; anything else is a crash. */
function load(text: string): 'loaded' | 'refused' {
  try {
    parseConfiguration(text, registry, { fileName: 'perimeter.yaml', today: '2026-11-23' });
    return 'loaded';
  } catch (error) {
    if (!(error instanceof ConfigurationError) || error.problems.length === 0) throw error;
    return 'refused';
  }
}

const VALID = `version: 1
organization: { id: o-exampleorgid, managementAccountId: "111111111111", accountIds: ["222222222222"] }
guardrails:
  sns-subscription:
    mode: enforce
    trustedHosts: [api.example.com, "*.hooks.example.com"]
  ecr-layer-access: { allowedNetworks: [203.0.113.0/24] }
exemptions:
  - guardrails: [lambda-vpc]
    resources: ["arn:aws:lambda:*:222222222222:function:edge-*"]
    reason: old
    expires: 2027-03-31
`;

describe('hostile input', () => {
  it('any text is loaded or refused', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[-:{}[\]&*!|>'"%@`#,? \na\t]{0,40}$/)), (text) => {
        load(text);
      }),
      { numRuns: costlyRuns },
    );
  });

  it('any JSON is loaded or refused', () => {
    const key = fc.oneof(
      fc.constantFrom('version', 'organization', 'guardrails', 'rollout', 'exemptions', 'spared', 'scp', '__proto__', 'constructor', 'toString'),
      fc.string(),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4 }),
        fc.array(tie('value'), { maxLength: 3 }),
      ),
    }));
    fc.assert(
      fc.property(value, (document) => {
        load(JSON.stringify(document));
      }),
      { numRuns: costlyRuns },
    );
  });

  it('a valid file with a piece cut out or put in is loaded or refused, and so is its import', () => {
    fc.assert(
      fc.property(fc.nat(VALID.length), fc.nat(20), fc.string({ maxLength: 5 }), (start, length, piece) => {
        const text = VALID.slice(0, start) + piece + VALID.slice(start + length);
        load(text);
        try {
          importTrustStack(text.replace('guardrails', 'spec'));
        } catch (error) {
          if (!(error instanceof UsageError)) throw error;
        }
      }),
      { numRuns: costlyRuns },
    );
  });

  it.each([
    [
      'aliases of aliases',
      `${Array.from({ length: 40 }, (_, n) => `k${n}: &a${n} [${n === 0 ? 'x' : `*a${n - 1}, *a${n - 1}`}]`).join('\n')}\nversion: *a39\n`,
    ],
    ['ten thousand duplicate keys', 'a: 1\n'.repeat(10_000)],
    ['ten thousand unknown keys', Array.from({ length: 10_000 }, (_, n) => `k${n}: 1`).join('\n')],
    ['a long key', `${'k'.repeat(1_000_000)}: 1`],
    ['a long value', `version: ${'1'.repeat(1_000_000)}`],
    ['a long host', `${VALID.replace('api.example.com', 'a.'.repeat(200_000))}`],
  ])('%s are refused in time', (_, text) => {
    const started = performance.now();

    expect(load(text)).toBe('refused');
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('never adds to the prototype of objects', () => {
    load(`${VALID}__proto__: { polluted: 1 }\n`);
    load(VALID.replace('guardrails:', 'guardrails:\n  __proto__: { polluted: 1 }\n  constructor: { prototype: { polluted: 1 } }'));

    expect('polluted' in {}).toBe(false);
    expect(load(VALID.replace('guardrails:', 'guardrails:\n  constructor: {}'))).toBe('refused');
    expect(load(VALID.replace('guardrails:', 'guardrails:\n  __proto__: {}'))).toBe('refused');
    expect(load(VALID)).toBe('loaded');
  });
});
