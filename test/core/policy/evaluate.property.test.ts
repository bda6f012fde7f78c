import assert from 'node:assert/strict';
import fc from 'fast-check';
import { evaluatePolicy, type PolicyKind, type PolicyRequest } from '../../../lib/core/policy';
import { type Unknown, unknown } from '../../../lib/core/value';
import { costlyRuns as runs } from '../../support/runs';
import { type Document, endpointPair, KEY_NAMES, type Pair, scpPair } from './arbitrary';

const anyPair: fc.Arbitrary<{ readonly kind: PolicyKind; readonly pair: Pair }> = fc.oneof(
  scpPair.map((pair) => ({ kind: 'scp' as const, pair })),
  endpointPair.map((pair) => ({ kind: 'endpoint' as const, pair })),
);

const effectOf = (documents: readonly unknown[], request: PolicyRequest, kind: PolicyKind) => evaluatePolicy(documents, request, kind).effect;

it('what is not known only ever opens an answer, and never turns it', () => {
  const hidden = fc.record({ keys: fc.subarray(KEY_NAMES.map((name) => name.toLowerCase())), principal: fc.boolean() });
  let open = 0;

  fc.assert(
    fc.property(anyPair, hidden, ({ kind, pair: { documents, request } }, { keys, principal }) => {
      const context = new Map<string, readonly string[] | Unknown>([...request.context, ...keys.map((key) => [key, unknown(key)] as const)]);
      const known = evaluatePolicy(documents, request, kind);
      const partly = evaluatePolicy(documents, { ...request, context, principal: principal ? undefined : request.principal }, kind);

      if (partly.effect !== 'unknown') return partly.effect === known.effect;
      open += 1;
      return partly.missing.length > 0 && partly.missing.every((name) => keys.includes(name) || (principal && name === 'principal'));
    }),
    { numRuns: runs },
  );

  expect(open / runs).toBeGreaterThan(0.1);
});

it('one denial more never allows what was denied', () => {
  fc.assert(
    fc.property(anyPair, anyPair, ({ kind, pair: { documents, request } }, { pair: { documents: others } }) => {
      const denials = others.flatMap(({ Statement }) => Statement.filter(({ Effect }) => Effect === 'Deny'));
      const more = denials.length > 0 ? [{ Version: '2012-10-17', Statement: denials }] : [];
      const before = effectOf(documents, request, kind);
      const after = effectOf([...documents, ...more], request, kind);

      return before === 'allowed' || after === before || (before === 'unknown' && after === 'denied') || (before === 'denied' && after !== 'allowed');
    }),
    { numRuns: runs },
  );
});

/** Lists where a single value stood, everything the other way around, every statement a document of its own. */
function rewritten(documents: readonly Document[]): readonly unknown[] {
  const backwards = (value: unknown): unknown => {
    if (Array.isArray(value)) return [...value].reverse();
    if (typeof value !== 'object' || value === null) return [value];
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, inner]) => [key, backwards(inner)]),
    );
  };
  const element = (name: string, value: unknown) => (name === 'Effect' || value === '*' ? value : backwards(value));
  return documents
    .flatMap(({ Version, Statement }) =>
      Statement.map((statement) => ({
        Statement: Object.fromEntries(
          Object.entries(statement)
            .reverse()
            .map(([name, value]) => [name, element(name, value)]),
        ),
        Version,
      })),
    )
    .reverse();
}

it('order, and one value or a list of it, never matter', () => {
  fc.assert(
    fc.property(anyPair, ({ kind, pair: { documents, request } }) => {
      assert.equal(effectOf(rewritten(documents), request, kind), effectOf(documents, request, kind));
    }),
    { numRuns: runs },
  );
});

it('an answer is the same the second time, and of a copy', () => {
  fc.assert(
    fc.property(anyPair, ({ kind, pair: { documents, request } }) => {
      const first = evaluatePolicy(documents, request, kind);

      assert.deepEqual(evaluatePolicy(documents, request, kind), first);
      assert.deepEqual(evaluatePolicy(JSON.parse(JSON.stringify(documents)), request, kind), first);
    }),
    { numRuns: runs },
  );
});

describe('any JSON', () => {
  const request: PolicyRequest = {
    action: 'sns:Subscribe',
    resource: 'arn:aws:sns:eu-west-1:222222222222:t',
    principal: '*',
    context: new Map([['a', ['x']]]),
  };
  const word = fc.constantFrom(
    'Version',
    '2012-10-17',
    'Statement',
    'Effect',
    'Deny',
    'Allow',
    'Action',
    'NotAction',
    '*',
    'Resource',
    'Condition',
    'StringLike',
    'Null',
    'Principal',
    'AWS',
    '__proto__',
    'a',
    '${a:b}',
    '${',
    'true',
  );
  const json = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      word,
      fc.constantFrom(null, true, 0),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(word, tie('value'), { maxKeys: 4 }),
    ),
  })).value;
  const statement = fc.record({ Effect: fc.oneof(word, json), Action: json, Resource: json, Condition: json, Principal: json }, { requiredKeys: [] });
  const document = fc.oneof(json, fc.record({ Version: fc.oneof(fc.constant('2012-10-17'), json), Statement: fc.oneof(json, fc.array(statement)) }));

  it.each(['scp', 'rcp', 'endpoint'] as const)('as a %s gives an answer, and allows only if it can be read', (kind) => {
    fc.assert(
      fc.property(document, (raw) => {
        const { effect, reason } = evaluatePolicy([raw], request, kind);

        assert.ok(['allowed', 'denied', 'unknown'].includes(effect));
        assert.notEqual(reason, '');
        if (effect === 'allowed') expect(raw).toMatchObject({ Statement: expect.anything() });
      }),
      { numRuns: runs },
    );
  });
});

describe('time', () => {
  const scp = (Condition: object) => ({ Version: '2012-10-17', Statement: { Effect: 'Deny', Action: '*', Resource: '*', Condition } });
  const took = (document: object, value: string) => {
    const before = performance.now();
    evaluatePolicy([document], { action: 'sns:Subscribe', resource: '*', context: new Map([['a', [value]]]) }, 'scp');
    return performance.now() - before;
  };

  it.each([
    ['wildcards that nearly match', scp({ StringLike: { a: `${'*a'.repeat(500)}b` } }), 'a'.repeat(5000)],
    ['wildcards in a row', scp({ StringLike: { a: `${'*'.repeat(5000)}b` } }), 'a'.repeat(5000)],
    ['single wildcards', scp({ StringLike: { a: `${'*?'.repeat(500)}b` } }), 'a'.repeat(5000)],
    ['an ARN of wildcards', scp({ ArnLike: { a: `arn:*:*:*:*:${'*a'.repeat(500)}b` } }), `arn:aws:iam:::${'a'.repeat(5000)}`],
    ['many open variables', scp({ StringLike: { a: '${'.repeat(20_000) } }), 'a'],
    ['a long variable', scp({ StringLike: { a: `\${a:${' '.repeat(50_000)}b, 'c}` } }), 'a'],
    ['digits', scp({ NumericEquals: { a: `${'1'.repeat(50_000)}x` } }), '1'],
    ['many colons', scp({ ArnLike: { a: ':'.repeat(50_000) } }), ':'.repeat(50_000)],
  ])('%s take no second', (_, document, value) => {
    expect(took(document, value)).toBeLessThan(1000);
  });

  it('1,000 questions about 1,000 values take no five seconds', () => {
    const ids = Array.from({ length: 1000 }, (_, index) => `arn:aws:iam::${String(index).padStart(12, '0')}:role/*`);
    const document = scp({ ArnNotLike: { a: ids }, StringNotEquals: { b: ids } });
    const before = performance.now();

    for (let index = 0; index < 1000; index += 1) {
      evaluatePolicy(
        [document],
        { action: 'sns:Subscribe', resource: '*', context: new Map([['a', [`arn:aws:iam::999999999999:role/${index}`]]]) },
        'scp',
      );
    }

    expect(performance.now() - before).toBeLessThan(5000);
  });
});
