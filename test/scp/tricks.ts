/** A trick: what the judge says of it, and what the policy does. */
import { parseConfiguration } from '../../lib/config/load';
import { judgeResource } from '../../lib/core/judge';
import type { Value } from '../../lib/core/value';
import { guardrails } from '../../lib/guardrails';
import { NOW, PLACE } from '../support/cases';
import { answerOf, type Call, OWN } from './call';
import { leniency } from './known';
import { renderedFor } from './render';

type Fields = { readonly [name: string]: Value };

const MEMBERS = new Set([OWN, '333333333333']);

export type Both = ReturnType<typeof bothOf>;

/** A guardrail with its settings: its judge, and its policy. */
export function bothOf(id: string, settings: Fields) {
  const document = {
    version: 1,
    organization: { id: 'o-exampleorgid', managementAccountId: '111111111111', accountIds: [...MEMBERS] },
    trusted: { accountIds: ['444455556666'] },
    guardrails: { [id]: { mode: 'enforce', ...settings } },
  };
  const { configuration } = parseConfiguration(JSON.stringify(document), guardrails, { fileName: 'perimeter.yaml' });
  const guardrail = guardrails.find((each) => each.id === id);
  if (!guardrail) throw new Error(`${id} is not registered`);
  const bench = { configuration, today: NOW.toISOString().slice(0, 10) };
  const { statements } = renderedFor(guardrail, configuration);
  return {
    judge: (type: string, properties: Fields) =>
      judgeResource(bench, guardrail, [{ branch: '', input: { type, logicalId: 'Resource', properties, place: PLACE } }])[0]?.verdict,
    refuses: (call: Call) => answerOf(statements, call, MEMBERS).effect,
  };
}

/** `right`: for both; `refused`: by both; `odd`: right, but refused, for a reason that the page gives; `left`: wrong, but left to the hook and the remediator. */
export type Expected = 'right' | 'refused' | 'odd' | 'left';

export function outcome(id: string, verdict: string | undefined, effect: string, call: Call): Expected | string {
  if (verdict === 'compliant') return effect === 'allowed' ? 'right' : leniency(id, call, {}) === undefined ? 'refused without a reason' : 'odd';
  return verdict === 'violation' ? (effect === 'denied' ? 'refused' : 'left') : `${verdict}, ${effect}`;
}
