import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { evaluatePolicy, type PolicyKind } from '../../../lib/core/policy';
import { runs } from '../../support/runs';
import { endpointPair, type Pair, scpPair } from './arbitrary';
import { DIFFERENCES, type Opinion, opinionOnResourcePolicy, opinionOnScp } from './oracle';

function ours({ documents, request }: Pair, kind: PolicyKind): Opinion | 'unknown' {
  const decision = evaluatePolicy(documents, request, kind);
  return decision.effect === 'denied' && decision.statement === 'implicit' ? 'implicit' : decision.effect;
}

const known = (pair: Pair) => DIFFERENCES.find(({ concerns }) => concerns(pair));

/** 50,000 pairs of each kind where a property runs 100,000 times. */
const numRuns = Math.ceil(runs / 2);

it.each([
  ['SCPs', 'scp', scpPair, opinionOnScp],
  ['policies with principals', 'endpoint', endpointPair, opinionOnResourcePolicy],
] as const)(
  'another evaluator decides alike: %s',
  async (_, kind, pairs, opinionOn) => {
    const counts = { allowed: 0, denied: 0, implicit: 0, unknown: 0, known: 0 };

    await fc.assert(
      fc.asyncProperty(pairs, async (pair) => {
        const own = ours(pair, kind);
        const opinion = await opinionOn(pair);
        counts[own] += 1;
        if (own === opinion || own === 'unknown') return;
        if (!known(pair)) throw new Error(`we say ${own}, it says ${opinion}: ${JSON.stringify({ ...pair, context: [...pair.request.context] })}`);
        counts.known += 1;
      }),
      { numRuns },
    );

    const share = (count: number) => count / numRuns;
    const refused = kind === 'scp' ? counts.denied : Math.min(counts.denied, counts.implicit);
    expect(share(counts.allowed)).toBeGreaterThan(0.1);
    expect(share(refused)).toBeGreaterThan(0.1);
    expect(share(counts.known)).toBeLessThan(0.06);
    // What is not known has to be said in the request; here everything is.
    expect(counts.unknown).toBe(0);
  },
  600_000,
);

it.each(DIFFERENCES)('it differs where AWS says: $what', ({ page, concerns, example }) => {
  expect(page).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
  expect(concerns(example)).toBe(true);
  expect(ours(example, 'scp')).not.toBe(opinionOnScp(example));
});

it('the page lists the same differences', () => {
  const page = readFileSync(join(__dirname, '../../../docs/policies.md'), 'utf8');
  const listed = [...page.matchAll(/^- (.+) \(\[page\]\((https:[^)]+)\)\)$/gm)].map(([, what = '', url]) => [what.replaceAll('\\*', '*'), url]);

  expect(listed).toEqual(DIFFERENCES.map(({ what, page: url }) => [what, url]));
});
