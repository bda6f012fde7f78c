/** CloudFormation templates (and SAM), opened for judging: intrinsics resolved, branches told apart. Pure: no text, no files. */
import type { Place } from '../guardrail';
import type { Variant } from '../judge';
import type { Value } from '../value';

export interface TemplateScope {
  /** What is known of where the template will be deployed; holes for the rest. */
  readonly place: Place;
  /** Parameter values that override defaults, as text (lists comma-delimited). */
  readonly parameters: { readonly [name: string]: string };
}

export interface TemplateResource {
  readonly logicalId: string;
  /** The key under `Resources` that it is written under: differs from the logical id where `Fn::ForEach` or SAM makes it. */
  readonly writtenAs: string;
  readonly type: string;
  /**
   * The shapes that the resource can take. Empty: it is not created under any assignment of the conditions. `tooMany`: more
   * than 64 assignments, so nothing can be said. `unknown`: a macro or an include writes its properties, so neither.
   */
  readonly variants: () => readonly Variant[] | 'tooMany' | 'unknown';
}

interface Template {
  /**
   * The resources of the wanted types, after SAM and `Fn::ForEach` have been expanded; all others are not looked at.
   * `readsOf`: the properties of a type that matter, undefined where all do. Others are left out, with the conditions they use.
   */
  readonly resources: (
    types: { readonly has: (type: string) => boolean },
    readsOf?: (type: string) => ReadonlySet<string> | undefined,
  ) => readonly TemplateResource[];
}

export { openTemplate } from './open';

export type OpenTemplate = (template: { readonly [key: string]: Value }, scope: TemplateScope) => Template;
