/** JSON in the shape of `check` and `replay`: one outcome a line, the summary last. */
import type { Output } from '../output';
import { PRODUCT, VERSION } from '../product';
import type { OutcomeReporter } from './test';

export function jsonOutcomes(output: Output): OutcomeReporter {
  let separator = '\n';
  return {
    begin: () => {
      const head = { schemaVersion: 1, tool: { name: PRODUCT, version: VERSION }, surface: 'scp' };
      output.write(`${JSON.stringify(head).slice(0, -1)},"assessments":[`);
    },
    outcome: ({ policy: guardrail, verdict, code, mode, reason, action, resource, source, before }) => {
      output.write(separator + JSON.stringify({ guardrail, verdict, code, mode, reason, action, resource, source, before }));
      separator = ',\n';
    },
    end: ({ judged, verdicts, tally }) => {
      const { scanned, errors } = tally.summary();
      output.write(`\n],"summary":${JSON.stringify({ judged, ...verdicts, scanned, errors })}}\n`);
    },
  };
}
