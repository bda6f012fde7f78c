/** A template, read once: its declarations by name, its resources after loops and SAM. Still unresolved. */
import type { Place } from '../guardrail';
import type { Value } from '../value';

export type Parameter =
  | { readonly kind: 'known'; readonly value: Value }
  /** No default, a choice of values: each is tried. */
  | { readonly kind: 'oneOf'; readonly values: readonly string[] }
  /** `isList`: a list of at least one item. */
  | { readonly kind: 'unknown'; readonly isList?: true };

/** A resource as it is written, or as a loop or SAM makes it. */
export interface Entry {
  readonly logicalId: string;
  readonly writtenAs: string;
  readonly type: string;
  readonly condition?: Value;
  /** As written; absent where the resource has none. */
  readonly properties?: Value;
  /** SAM's `IgnoreGlobals`: `*` or names. */
  readonly ignoreGlobals?: Value;
}

export interface Model {
  readonly place: Place;
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly mappings: Value | undefined;
  /** Conditions by name, as written. */
  readonly conditions: ReadonlyMap<string, Value>;
  /** Resources by logical id. */
  readonly entries: ReadonlyMap<string, Entry>;
}

/** Nesting beyond this is no template; every walk stops there. */
export const DEEPEST = 200;
