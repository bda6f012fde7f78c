/** SARIF: a rule for each statement of each policy, and one for what a policy allows. */
import type { NamedPolicy } from '../../policies';
import { explainStatement } from '../../policies/words';
import type { Output } from '../output';
import { PUBLISHED } from '../product';
import { helpOf, sarifLog } from '../report/sarif';
import type { Outcome, OutcomeReporter } from './test';

interface Context {
  readonly output: Output;
  readonly cwd: string;
  /** Of both configurations, where two are compared. */
  readonly policies: readonly NamedPolicy[];
  /** Ids of guardrails: their policies have a page of their own. */
  readonly guardrails: readonly string[];
}

export function sarifOutcomes({ output, cwd, policies, guardrails }: Context): OutcomeReporter {
  const rules = policies
    .filter(({ kind }) => kind !== 'endpoint')
    .flatMap(({ name, kind, document }) => {
      const id = kind === 'scp' ? name : `${kind}/${name}`;
      const helpUri = guardrails.includes(name) ? helpOf(name) : `${PUBLISHED}/docs/policies.md`;
      const denials = document.Statement.map((statement) => {
        const { actions, resources, conditions } = explainStatement(statement);
        const text = `refuses ${actions} on ${resources}${conditions.length > 0 ? ` when ${conditions.join(' and ')}` : ''}`;
        return { id: `${id}/${statement.Sid}`, shortDescription: { text: `${statement.Sid} refuses the call` }, fullDescription: { text }, helpUri };
      });
      return [...denials, { id: `${id}/allowed`, shortDescription: { text: 'no statement refuses the call' }, helpUri }];
    });
  const log = sarifLog(output, cwd, [...new Map(rules.map((rule) => [rule.id, rule])).values()]);
  return {
    begin: log.begin,
    outcome: (outcome, file) => log.result(resultOf(outcome, file)),
    end: ({ tally }) => log.end(tally.summary().errors),
  };
}

function resultOf({ policy, verdict, code, mode, reason, action, resource, source, before }: Outcome, file: string) {
  return {
    ruleId: `${policy}/${verdict === 'allowed' || code === undefined ? 'allowed' : code}`,
    file,
    resource: resource.id,
    level: verdict === 'allowed' ? ('none' as const) : verdict === 'denied' && mode === 'enforce' ? ('error' as const) : ('warning' as const),
    ...(verdict === 'allowed' && { kind: 'pass' as const }),
    message: { text: `${source.principal}: ${reason}` },
    partialFingerprints: { guardrail: policy, resource: resource.id, action, principal: source.principal, ...(code !== undefined && { code }) },
    properties: { verdict, action, resourceType: resource.type, mode, source, before },
  };
}
