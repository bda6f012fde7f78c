/** What generated configurations and calls are made of. */
import fc from 'fast-check';
import type { Value } from '../../../lib/core/value';

export type Fields = { readonly [name: string]: Value };

export const OWN = '222222222222';
export const ACCOUNTS = [OWN, '333333333333', '444455556666', '999999999999', '111111111111', '555555555555'];
export const account = fc.constantFrom(...ACCOUNTS);

export const some = <T>(...items: readonly T[]) => fc.subarray([...items], { minLength: 1 });
/** Present or not. */
export const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
export const present = (fields: { readonly [name: string]: Value | undefined }): Fields =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
/** Any of the texts, one after the other. */
export const chain = (...parts: readonly (readonly string[])[]) =>
  fc.tuple(...parts.map((part) => fc.constantFrom(...part))).map((texts) => texts.join(''));

/** A call as CloudTrail records it. */
export const call = (eventSource: string, eventName: string, requestParameters: Value, more: Fields = {}): Fields => ({
  eventSource,
  eventName,
  requestParameters,
  responseElements: null,
  ...more,
});
