/** Goes through what an account holds, item by item, in an order that does not depend on AWS's: whoever stops half way can go on. */
import type { Fact, Place } from '../core/guardrail';
import type { Inventory, Listing } from '../core/live';
import { isObject, type Value } from '../core/value';
import { AwsFailure, type Ports } from './ports';

/** The way to an item: which of the lists, and the item's name in it, from the outside in. */
export type Path = readonly (readonly [list: number, name: string])[];

export type Stop =
  | { readonly at: Path; readonly facts: readonly Fact[] }
  /** A list that could not be read: what it holds is not known. */
  | { readonly at: Path; readonly failure: AwsFailure; readonly action: Listing<Fact>['call']['action'] };

/** `from`: where to go on, that item again. */
export async function* walk(inventory: Inventory<Fact>, read: Ports['read'], place: Place, from: Path = [], at: Path = []): AsyncGenerator<Stop> {
  const [next, ...deeper] = from;
  if (!next && inventory.facts && inventory.facts.length > 0) yield { at, facts: inventory.facts };
  for (const [index, listing] of (inventory.lists ?? []).entries()) {
    if (next && index < next[0]) continue;
    const start = next?.[0] === index ? next[1] : undefined;
    try {
      for (const [name, item] of await itemsOf(listing, read, place)) {
        if (start !== undefined && name < start) continue;
        yield* walk(listing.each(item), read, place, name === start ? deeper : [], [...at, [index, name]]);
      }
    } catch (error) {
      if (!(error instanceof AwsFailure)) throw error;
      yield { at: [...at, [index, '']], failure: error, action: listing.call.action };
    }
  }
}

/** By name. What a list belongs to may be gone by the time it is read. */
async function itemsOf({ call, items, name }: Listing<Fact>, read: Ports['read'], place: Place): Promise<readonly (readonly [string, Value])[]> {
  const answer = await read(call, place);
  const list = answer.kind === 'found' ? answer.output[items] : [];
  const named = (Array.isArray(list) ? list : []).map((item: Value) => [String((isObject(item) ? item[name] : undefined) ?? ''), item] as const);
  return named.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
}
