/** The JSON Schema of `perimeter.yaml`, for editors: from the same sections as the validator. */
import { toJSONSchema } from 'zod/mini';
import type { AnyGuardrail } from '../core/guardrail';
import { documentSchema } from './document';
import { words } from './section';

/**
 * Draft 2020-12. It accepts every file that the validator accepts, written as it should be: ids and dates as text, numbers
 * without quotes. Beyond a schema are calendar days, host bits of networks, shared domains and the rules across lists.
 */
export function configurationJsonSchema(registry: readonly AnyGuardrail[]): { readonly [keyword: string]: unknown } {
  const { $schema, ...schema } = toJSONSchema(documentSchema(registry), {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ zodSchema: { _zod: schema }, zodSchema, jsonSchema }) => {
      Object.assign(jsonSchema, words.get(zodSchema));
      // The default of a whole section only says that it may be left out.
      if (schema.def.type === 'default') jsonSchema.default = schema.def.defaultValue;
      if (typeof jsonSchema.default === 'object') delete jsonSchema.default;
    },
  });
  return {
    $schema,
    title: 'Perimeter configuration',
    description: 'perimeter.yaml: the organization, whom it trusts, which guardrails are on',
    ...schema,
  };
}
