/** Answers of the SDK as plain values: dates as text, what is undefined left out. */
import type { Value } from '../core/value';
import { AwsFailure } from '../handlers/ports';

export type Fields = { readonly [name: string]: Value };

/** The fields of an answer, without what the SDK says about the exchange. A body that streams in is read, as text. */
export async function fieldsOf(answer: unknown): Promise<Fields> {
  const { $metadata: _, Body: body, ...fields } = isRecord(answer) ? answer : {};
  const plain = recordOf(fields);
  if (body === undefined) return plain;
  return { ...plain, Body: isStreamed(body) ? await textOf(body, plain.ContentLength) : (valueOf(body) ?? null) };
}

const LARGEST_BODY = 5 * 1024 * 1024;

interface Streamed {
  readonly transformToString: () => Promise<string>;
  readonly destroy?: () => void;
}

async function textOf(body: Streamed, length: Value | undefined): Promise<string> {
  if (typeof length === 'number' && length <= LARGEST_BODY) return body.transformToString();
  body.destroy?.();
  throw new AwsFailure(
    'BodyTooLarge',
    `the body has ${typeof length === 'number' ? length : 'an unknown number of'} bytes; at most ${LARGEST_BODY} are read`,
    false,
  );
}

const isStreamed = (body: unknown): body is Streamed =>
  typeof body === 'object' && body !== null && 'transformToString' in body && typeof body.transformToString === 'function';

function valueOf(value: unknown): Value | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map((item) => valueOf(item) ?? null);
  return isRecord(value) ? recordOf(value) : undefined;
}

function recordOf(record: { readonly [name: string]: unknown }): Fields {
  const entries = Object.entries(record).flatMap(([name, value]): readonly (readonly [string, Value])[] => {
    const plain = valueOf(value);
    return plain === undefined ? [] : [[name, plain]];
  });
  return Object.fromEntries(entries);
}

const isRecord = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
