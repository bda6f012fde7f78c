/** What stands behind a field of an EventBridge pattern: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html */
import type { Value } from '../core/value';

/** What a field may be: one of these. */
export type Matcher = readonly Value[];

/** A pattern, or a part of one: fields that all have to match, and under `$or` parts of which one has to. */
export interface EventPattern {
  readonly [field: string]: Matcher | EventPattern | readonly EventPattern[];
}

/**
 * Anything else than what is named. `anything-but` wants a text or a number: a field that is absent or null needs its own
 * word, or an event without it would match neither the list nor what is not on it.
 */
export const unless = (allowed: Value): Matcher => [{ 'anything-but': allowed }, { exists: false }, null];

/** The glob as EventBridge can say it: `*` alone stands for other characters, and two stars are as many as its rules bear. */
export const isSayable = (glob: string): boolean => !/[?\\]|\*\*/.test(glob) && glob.split('*').length <= 3;

/**
 * Globs as one operand of `anything-but`, which takes one kind alone. `wildcard` is used where nothing plainer says it: a bus
 * bears 30 rules with wildcards (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html). Without it, what the
 * plainer kind cannot say is left out. Undefined: nothing can be said.
 */
export function allowedBy(globs: readonly string[], wildcards: boolean): Value | undefined {
  const sayable = globs.filter(isSayable);
  const exact = sayable.filter((glob) => !glob.includes('*'));
  const beginnings = sayable.filter((glob) => /^[^*]+\*$/.test(glob)).map((glob) => glob.slice(0, -1));
  if (sayable.length === 0) return undefined;
  if (exact.length === sayable.length) return exact;
  if (beginnings.length === sayable.length) return { prefix: beginnings };
  if (wildcards) return { wildcard: sayable };
  if (exact.length === 0 && beginnings.length === 0) return undefined;
  return exact.length >= beginnings.length ? exact : { prefix: beginnings };
}
