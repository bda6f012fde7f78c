/** From many policies to the few that a target may have: what can be said together is said once, and nothing else changes. */
import { UsageError } from '../core/errors';
import type { PolicyDocument, PolicyStatement } from '../core/policy';
import type { NamedPolicy } from './index';

interface Quota {
  /** Of one policy, as it is sent: white space counts. */
  readonly maxCharacters: number;
  readonly maxPoliciesPerTarget: number;
}

/** As it is sent. */
export const minified = (document: PolicyDocument): string => JSON.stringify(document);

const documentOf = (statements: readonly PolicyStatement[]): PolicyDocument => ({ Version: '2012-10-17', Statement: statements });

const ENVELOPE = minified(documentOf([])).length;
const LONGEST_SID = 100;
/** Places that are tried in the search for fewer policies, so that it ends. */
const MOST_TRIES = 100_000;

/** The SCPs among the policies as `perimeter-1`, `perimeter-2` …, the fewest that the quota allows. @throws UsageError with the sizes where they do not fit */
export function packPolicies(policies: readonly NamedPolicy[], quota: Quota): readonly NamedPolicy[] {
  const scps = policies.filter(({ kind }) => kind === 'scp');
  const packed = partsOf(scps, quota);
  if (!packed || packed.length > quota.maxPoliciesPerTarget) throw new UsageError(refusal(scps, packed?.length, quota));
  const notes = scps.flatMap(({ notes }) => notes);
  return packed.map((part, index) => ({ name: `perimeter-${index + 1}`, kind: 'scp', document: documentOf(part), notes: index === 0 ? notes : [] }));
}

export function fitsTarget(policies: readonly NamedPolicy[], quota: Quota): boolean {
  const packed = partsOf(
    policies.filter(({ kind }) => kind === 'scp'),
    quota,
  );
  return packed !== undefined && packed.length <= quota.maxPoliciesPerTarget;
}

const roomIn = ({ maxCharacters }: Quota): number => maxCharacters - ENVELOPE + 1;

/** Undefined: a statement is too large, and cannot be said in parts. */
function partsOf(scps: readonly NamedPolicy[], quota: Quota): readonly (readonly PolicyStatement[])[] | undefined {
  const statements = scps.flatMap(({ document }) => document.Statement);
  const room = roomIn(quota);
  const [together, apart] = [fill(merge(statements, room), room), fill(statements, room)];
  return together && apart && apart.length < together.length ? apart : (together ?? apart);
}

function refusal(scps: readonly NamedPolicy[], needed: number | undefined, quota: Quota): string {
  const { maxCharacters, maxPoliciesPerTarget } = quota;
  const room = roomIn(quota);
  const sizes = scps.map(({ name, document }) => `${name} ${minified(document).length}`).join(', ');
  const large = scps.flatMap(({ document }) => document.Statement).find((statement) => pieces(statement, room) === undefined);
  const what = large
    ? `the statement ${large.Sid} has ${sizeOf(large) + ENVELOPE - 1} characters, and a policy may have ${maxCharacters}`
    : `they need ${needed} policies of ${maxCharacters} characters, and a target may have ${maxPoliciesPerTarget}`;
  return `the policies do not fit: ${what} (characters: ${sizes}); shorten the lists of the largest, exemptions included, or raise scp.maxCharacters or scp.maxPoliciesPerTarget if AWS has raised your quota`;
}

/** With the comma behind it. */
const sizeOf = (statement: PolicyStatement): number => JSON.stringify(statement).length + 1;

// ---- Merging

/** Statements that differ in their actions alone become one, then those that differ in their resources alone. */
function merge(statements: readonly PolicyStatement[], room: number): readonly PolicyStatement[] {
  return joined(joined(statements, 'Action', room), 'Resource', room);
}

/** Denials by the same condition: what either denies, both together deny. `NotAction` and `NotResource` are no such lists. */
function joined(statements: readonly PolicyStatement[], element: 'Action' | 'Resource', room: number): readonly PolicyStatement[] {
  const groups = new Map<string, PolicyStatement>();
  const result: string[] = [];
  for (const [index, statement] of statements.entries()) {
    const key = statement[element] === undefined ? `#${index}` : keyOf({ ...statement, Sid: '', [element]: [] });
    const known = groups.get(key);
    const both = known && union(known, statement, element);
    if (both && sizeOf(both) <= room) {
      groups.set(key, both);
      continue;
    }
    // One that is full stays as it is, under a key that nothing else has.
    const free = known ? `${key}#${index}` : key;
    groups.set(free, statement);
    result.push(free);
  }
  return result.flatMap((key) => groups.get(key) ?? []);
}

function union(one: PolicyStatement, other: PolicyStatement, element: 'Action' | 'Resource'): PolicyStatement {
  const name = `${one.Sid}And${other.Sid}`;
  const Sid = name.length <= LONGEST_SID ? name : one.Sid;
  return { ...one, Sid, [element]: [...new Set([...(one[element] ?? []), ...(other[element] ?? [])])].sort() };
}

/** The same for objects whose keys, and lists whose entries, come in another order: neither means anything in a policy. */
function keyOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(keyOf).sort().join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{${entries
    .map(([key, each]) => `${key}:${keyOf(each)}`)
    .sort()
    .join()}}`;
}

// ---- Splitting

/** Undefined: a statement is too large, and cannot be said in parts. */
function fill(statements: readonly PolicyStatement[], room: number): readonly (readonly PolicyStatement[])[] | undefined {
  const parts: PolicyStatement[] = [];
  for (const statement of statements) {
    const split = pieces(statement, room);
    if (split === undefined) return undefined;
    parts.push(...(split.length === 1 ? split : split.map((part, index) => ({ ...part, Sid: `${statement.Sid}${index + 1}` }))));
  }
  const sizes = parts.map(sizeOf);
  const bins = fewest(sizes, room).map((bin) => [...bin].sort((a, b) => a - b));
  return bins.sort(([a = 0], [b = 0]) => a - b).map((bin) => bin.flatMap((index) => parts[index] ?? []));
}

/** A denial of two resources is two denials of one, and likewise of actions; conditions all have to hold, so they stay together. */
function pieces(statement: PolicyStatement, room: number): readonly PolicyStatement[] | undefined {
  if (sizeOf(statement) + 3 <= room) return [statement];
  const element = (['Resource', 'Action'] as const).find((each) => (statement[each]?.length ?? 0) > 1);
  if (element === undefined) return sizeOf(statement) <= room ? [statement] : undefined;
  const list = statement[element] ?? [];
  const half = Math.ceil(list.length / 2);
  const parts = [list.slice(0, half), list.slice(half)].map((some) => pieces({ ...statement, [element]: some }, room));
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
}

/** The largest first, each where it fits; then a bounded search for one policy less, until there is no room for that. */
function fewest(sizes: readonly number[], room: number): readonly (readonly number[])[] {
  const order = [...sizes.keys()].sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0) || a - b);
  let best = firstFit(sizes, order, room);
  const least = Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / room);
  while (best.length > least) {
    const better = search(sizes, order, room, best.length - 1);
    if (!better) break;
    best = better;
  }
  return best;
}

function firstFit(sizes: readonly number[], order: readonly number[], room: number): readonly (readonly number[])[] {
  const bins: { left: number; readonly items: number[] }[] = [];
  for (const index of order) {
    const size = sizes[index] ?? 0;
    let bin = bins.find(({ left }) => left >= size);
    if (!bin) {
      bin = { left: room, items: [] };
      bins.push(bin);
    }
    bin.left -= size;
    bin.items.push(index);
  }
  return bins.map(({ items }) => items);
}

function search(sizes: readonly number[], order: readonly number[], room: number, count: number): readonly (readonly number[])[] | undefined {
  const left = Array.from({ length: count }, () => room);
  const bins: number[][] = left.map(() => []);
  let tries = 0;
  const place = (depth: number): boolean => {
    const index = order[depth];
    if (index === undefined) return true;
    const size = sizes[index] ?? 0;
    const seen = new Set<number>();
    for (const [bin, items] of bins.entries()) {
      const free = left[bin] ?? 0;
      // Two policies with the same room are the same place.
      if (free < size || seen.has(free)) continue;
      seen.add(free);
      if (++tries > MOST_TRIES) return false;
      left[bin] = free - size;
      items.push(index);
      if (place(depth + 1)) return true;
      left[bin] = free;
      items.pop();
    }
    return false;
  };
  return place(0) ? bins : undefined;
}
