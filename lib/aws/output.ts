/** Answers of the SDK as plain values: dates as text, what is undefined left out. */
import type { Value } from '../core/value';

export type Fields = { readonly [name: string]: Value };

/** The fields of an answer, without what the SDK says about the exchange. */
export function fieldsOf(answer: unknown): Fields {
  const { $metadata: _, ...fields } = isRecord(answer) ? answer : {};
  return recordOf(fields);
}

function plain(value: unknown): Value | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map((item) => plain(item) ?? null);
  return isRecord(value) ? recordOf(value) : undefined;
}

function recordOf(record: { readonly [name: string]: unknown }): Fields {
  const entries = Object.entries(record).flatMap(([name, value]): readonly (readonly [string, Value])[] => {
    const field = plain(value);
    return field === undefined ? [] : [[name, field]];
  });
  return Object.fromEntries(entries);
}

const isRecord = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
