/** JSON, one assessment a line; the summary comes last because it is known last. */
import { PRODUCT, VERSION } from '../product';
import type { Reported, Reporter, ReporterContext } from './report';

export function jsonReporter({ surface, output }: ReporterContext): Reporter {
  let separator = '\n';
  return {
    begin: () => {
      const head = { schemaVersion: 1, tool: { name: PRODUCT, version: VERSION }, surface };
      output.write(`${JSON.stringify(head).slice(0, -1)},"assessments":[`);
    },
    assessment: (assessment) => {
      output.write(separator + JSON.stringify(ordered(assessment)));
      separator = ',\n';
    },
    end: (summary) => output.write(`\n],"summary":${JSON.stringify(summary)}}\n`),
  };
}

/** The same order of keys whoever made the assessment; absent ones are left out. */
export function ordered(assessment: Reported): Reported {
  const { guardrail, verdict, code, severity, mode, reason, fix, resource, statement, source, plan, exemption, warning } = assessment;
  return { guardrail, verdict, code, severity, mode, reason, fix, resource, statement, source, plan, exemption, warning };
}
