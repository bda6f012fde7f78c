/** Every case of every guardrail, against the policy that is rendered for its configuration. */
import { parseConfiguration } from '../../lib/config/load';
import type { Case } from '../../lib/core/case';
import type { WholeConfiguration } from '../../lib/core/configuration';
import { guardrails } from '../../lib/guardrails';
import { configurationOf, guardrailCases } from '../support/cases';
import { type Answer, answerOf } from './call';
import { callsOf } from './calls-of-case';
import { renderedFor } from './render';

const loaded = new Map<string, WholeConfiguration>();

function configurationFor(id: string, item: Case): WholeConfiguration {
  const text = JSON.stringify(configurationOf(id, item));
  const configuration = loaded.get(text) ?? parseConfiguration(text, guardrails, { fileName: 'perimeter.yaml' }).configuration;
  loaded.set(text, configuration);
  return configuration;
}

const EXPECTED: { readonly [scp in Case['scp']]: readonly Answer[] } = {
  deny: ['denied'],
  allow: ['allowed'],
  unseen: ['allowed', 'unknown'],
};

/** What a template leaves open, the policy's keys leave open too. */
const expectedOf = ({ scp, template }: Case): readonly Answer[] =>
  scp === 'allow' && template !== undefined ? ['allowed', 'unknown'] : EXPECTED[scp];

/** Of several calls one that is denied is enough, unless they are alternatives of which nobody knows which it will be. */
function together(answers: readonly { readonly effect: Answer }[], { expect: expected }: Case): Answer {
  const effects = new Set(answers.map(({ effect }) => effect));
  const isOpen = 'verdict' in expected && expected.verdict === 'undetermined';
  if (isOpen && effects.size > 1) return 'unknown';
  return (['denied', 'unknown', 'allowed'] as const).find((effect) => effects.has(effect)) ?? 'allowed';
}

describe.each(guardrailCases)('$guardrail.id', ({ guardrail, cases }) => {
  test('says to whom it leaves what it cannot see', () => {
    const left = new Set(guardrail.scp?.sees.flatMap(({ codes = [] }) => codes));

    const unseen = cases.filter(({ scp }) => scp === 'unseen').flatMap(({ expect: expected }) => ('verdict' in expected ? [expected] : expected));

    const codes = unseen.flatMap(({ verdict, code }) => (verdict === 'violation' && code !== undefined ? [code] : []));
    expect(codes.filter((code) => !left.has(code))).toEqual([]);
    expect([...left].filter((code) => !Object.hasOwn(guardrail.codes, code))).toEqual([]);
  });

  test.each(cases.map((item) => [`${item.class}: ${item.name}`, item] as const))('%s', (_, item) => {
    const configuration = configurationFor(guardrail.id, item);
    const members = new Set([configuration.trust.managementAccountId, ...configuration.trust.accountIds]);
    const { statements } = renderedFor(guardrail, configuration);

    const answers = callsOf(guardrail, item).map((call) => ({ ...answerOf(statements, call, members), call: call.action }));

    const answer = together(answers, item);
    expect({ answer, answers: expectedOf(item).includes(answer) ? 'as expected' : answers }).toEqual({ answer, answers: 'as expected' });
  });
});
