/**
 * `Fn::ForEach` in resources, properties and conditions:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
 */
import { asText, isHole, isList, isObject, type Value } from '../value';
import { DEEPEST } from './model';

export const isLoop = (name: string): boolean => name.startsWith('Fn::ForEach::');

export interface Expanded {
  readonly key: string;
  readonly value: Value;
  /** The key of the outermost loop, or the key itself. */
  readonly writtenAs: string;
  /** The collection is not known: this stands for any number of entries, its identifier left in place as a hole. */
  readonly isOpen: boolean;
}

type CollectionOf = (collection: Value) => Value | undefined;

/** Values that loops may copy: CloudFormation's limits (1 MB, 500 resources) hold for the expanded template. */
const MOST_COPIES = 200_000;

interface Budget {
  left: number;
}

/** The entries of an object with its loops unrolled, in order. A loop that is no loop (wrong shape) gives nothing. */
export function expandLoops(object: { readonly [key: string]: Value }, collectionOf: CollectionOf): readonly Expanded[] {
  return unroll(object, collectionOf, { left: MOST_COPIES }, 0);
}

function unroll(object: { readonly [key: string]: Value }, collectionOf: CollectionOf, budget: Budget, depth: number): readonly Expanded[] {
  const expanded: Expanded[] = [];
  for (const key of Object.keys(object)) {
    const value = object[key] ?? null;
    if (!isLoop(key)) expanded.push({ key, value, writtenAs: key, isOpen: false });
    else if (depth <= DEEPEST) for (const entry of unrollLoop(value, collectionOf, budget, depth)) expanded.push({ ...entry, writtenAs: key });
  }
  return expanded;
}

function unrollLoop(loop: Value, collectionOf: CollectionOf, budget: Budget, depth: number): readonly Expanded[] {
  if (!isList(loop)) return [];
  const [identifier, collection, body] = loop;
  if (typeof identifier !== 'string' || collection === undefined || !isObject(body)) return [];
  const open = (left: Budget) => unroll(body, collectionOf, left, depth + 1).map((entry) => ({ ...entry, isOpen: true }));
  return itemsOf(collection, collectionOf, budget).flatMap((item) => {
    if (item === undefined) return open(budget);
    const copy = substitute(body, identifier, item, budget, 0);
    if (budget.left < 0 || !isObject(copy)) return open({ left: -1 });
    return unroll(copy, collectionOf, budget, depth + 1);
  });
}

/** Those that are known, and one undefined for all that are not, or for a collection that is not known. */
function itemsOf(collection: Value, collectionOf: CollectionOf, budget: Budget): readonly (string | undefined)[] {
  const resolved = collectionOf(collection);
  if (budget.left < 0 || !isList(resolved)) return [undefined];
  return [...new Set(resolved.map((item) => (isHole(item) ? undefined : asText(item))))];
}

/** `${Id}` is the item, `&{Id}` its letters and digits; `Ref: Id` is the item too. */
function substitute(value: Value, identifier: string, item: string, budget: Budget, depth: number): Value {
  budget.left -= 1;
  if (budget.left < 0 || depth > DEEPEST) return value;
  if (typeof value === 'string') return substituteText(value, identifier, item, budget);
  if (isList(value)) return value.map((element) => substitute(element, identifier, item, budget, depth + 1));
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]?.[0] === 'Ref' && entries[0][1] === identifier) return item;
  return Object.fromEntries(
    entries.map(([key, element]) => [substituteText(key, identifier, item, budget), substitute(element, identifier, item, budget, depth + 1)]),
  );
}

function substituteText(text: string, identifier: string, item: string, budget: Budget): string {
  if (!text.includes('{')) return text;
  const replaced = text.replaceAll(`\${${identifier}}`, () => item).replaceAll(`&{${identifier}}`, () => item.replace(/[^A-Za-z0-9]/g, ''));
  budget.left -= replaced.length >> 6;
  return replaced;
}
