/** The live state behind a fact: what a guardrail reads, and what AWS answered. Data; the shell performs the reads. */
import type { Value } from './value';
import type { Call } from './verdict';

export type LiveAnswer =
  /** The output of the read, in the SDK's own field names; of a paged read, the pages joined. */
  | { readonly kind: 'found'; readonly output: { readonly [name: string]: Value } }
  /** AWS says that what was asked for does not exist (any more). */
  | { readonly kind: 'absent' };

/** What an account holds in a Region, as far as it is known: facts to be looked into, and lists that lead to more. */
export interface Inventory<F> {
  readonly facts?: readonly F[];
  readonly lists?: readonly Listing<F>[];
}

/** A list that AWS keeps, and what each of its items leads to. */
export interface Listing<F> {
  readonly call: Call;
  /** The field of the answer that holds the items; the pages are joined. */
  readonly items: string;
  /** The field that names an item among the others: whoever stops half way goes on by its name. */
  readonly name: string;
  readonly each: (item: Value) => Inventory<F>;
}
