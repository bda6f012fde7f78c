/** The rendered policies by an evaluator that nobody of this project wrote: it decides every case as ours does. */
import { parseConfiguration } from '../../lib/config/load';
import { isUnknown } from '../../lib/core/value';
import { guardrails } from '../../lib/guardrails';
import { opinionOnScp } from '../core/policy/oracle';
import { configurationOf, guardrailCases } from '../support/cases';
import { answerOf, contextOf, isBound } from './call';
import { callsOf } from './calls-of-case';
import { renderedFor } from './render';

describe.each(guardrailCases)('$guardrail.id', ({ guardrail, cases }) => {
  test('is decided alike', () => {
    const differences: unknown[] = [];
    let asked = 0;
    for (const item of cases) {
      const { configuration } = parseConfiguration(
        JSON.stringify({ ...configurationOf(guardrail.id, item), scp: { denyLayerSharing: true } }),
        guardrails,
        { fileName: 'perimeter.yaml' },
      );
      const members = new Set([configuration.trust.managementAccountId, ...configuration.trust.accountIds]);
      const { statements } = renderedFor(guardrail, configuration);
      for (const call of callsOf(guardrail, item)) {
        const context = contextOf(call, members);
        const known = new Map([...context].flatMap(([key, values]) => (isUnknown(values) ? [] : [[key, values] as const])));
        const isKnown = call.caller.roleName === undefined && known.size === context.size;
        // Its wildcards stop at a line break; those of IAM stand for any characters.
        const isBroken = [...known.values()].flat().some((value) => /[\r\n]/.test(value));
        if (!isKnown || isBroken || !isBound(call.caller, members)) continue;
        asked += 1;
        const request = { action: call.action, resource: call.resource, principal: call.caller.arn, context: known };
        const documents = [{ Version: '2012-10-17', Statement: statements.map((statement) => ({ ...statement })) }];
        const theirs = opinionOnScp({ documents, request });
        const ours = answerOf(statements, call, members).effect;
        if (theirs !== ours) differences.push({ case: item.name, theirs, ours });
      }
    }
    expect(differences).toEqual([]);
    expect(asked).toBeGreaterThan(0);
  });
});
