/** The live state behind a fact: what a guardrail reads, and what AWS answered. Data; the shell performs the reads. */
import type { Value } from './value';

export type LiveAnswer =
  /** The output of the read, in the SDK's own field names; of a paged read, the pages joined. */
  | { readonly kind: 'found'; readonly output: { readonly [name: string]: Value } }
  /** AWS says that what was asked for does not exist (any more). */
  | { readonly kind: 'absent' };
