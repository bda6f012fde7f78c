/** What is wrong with a SARIF log, by the schema that OASIS publishes. */
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import schema from './sarif.schema.json';

const ajv = addFormats(new Ajv({ allErrors: true }));
const validate = ajv.compile(schema);

/** Empty: nothing. Every result names a rule of its run, too, which no schema can say. */
export function sarifFaults(log: SarifLog): readonly string[] {
  validate(log);
  const faults = (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
  const lost = log.runs.flatMap(({ tool, results }) =>
    results.filter(({ ruleId, ruleIndex }) => tool.driver.rules[ruleIndex ?? -1]?.id !== ruleId).map(({ ruleId }) => `${ruleId} is no rule`),
  );
  return [...faults, ...lost];
}

interface SarifLog {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex?: number;
      readonly level: string;
      readonly kind?: string;
      readonly message: { readonly text: string };
      readonly locations: readonly { readonly physicalLocation: unknown }[];
      readonly suppressions?: unknown;
      readonly properties: { readonly [name: string]: unknown };
    }[];
  }[];
}
