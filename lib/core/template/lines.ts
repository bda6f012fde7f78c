/**
 * Lines, found only when somebody asks: a path is followed from the root, and the keys of each object on the way are indexed
 * once. Here for JSON, by a scan of its text; the reader of YAML follows its parser's events in the same way.
 */
export type Locate = (path: readonly string[]) => number;

/** Where a key is written, and a handle of its value. */
export interface Child {
  readonly offset: number;
  readonly value: number;
}

type Children = (value: number) => ReadonlyMap<string, Child>;

export function locate(source: string, root: number, childrenOf: Children): Locate {
  const lineAt = lines(source);
  const known = new Map<number, ReadonlyMap<string, Child>>();
  return (path) => {
    let offset = 0;
    let value = root;
    for (const name of path) {
      const children = known.get(value) ?? childrenOf(value);
      known.set(value, children);
      const child = children.get(name);
      if (!child) break;
      offset = child.offset;
      value = child.value;
    }
    return lineAt(offset);
  };
}

/** The line of an offset, from 1. A line ends with `\n`, `\r\n` or `\r`. */
function lines(source: string): (offset: number) => number {
  let starts: number[] | undefined;
  return (offset) => {
    starts ??= [...source.matchAll(/\r\n|\r|\n/g)].map((match) => match.index + match[0].length);
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

/** Scans JSON that `JSON.parse` has taken. A value is its offset. A key that is written twice counts where the last one stands. */
export function locateInJson(source: string): Locate {
  return locate(source, skipSpace(source, 0), (value) => {
    if (source[value] === '{') return membersOf(source, value + 1);
    if (source[value] === '[') return elementsOf(source, value + 1);
    return new Map();
  });
}

function membersOf(source: string, start: number): Map<string, Child> {
  const members = new Map<string, Child>();
  let at = skipSpace(source, start);
  while (source[at] === '"') {
    const offset = at;
    const end = skipString(source, at);
    const value = skipSpace(source, skipSpace(source, end) + 1);
    members.set(JSON.parse(source.slice(offset, end)), { offset, value });
    at = nextMember(source, skipValue(source, value));
  }
  return members;
}

function elementsOf(source: string, start: number): Map<string, Child> {
  const elements = new Map<string, Child>();
  let at = skipSpace(source, start);
  while (at < source.length && source[at] !== ']') {
    elements.set(String(elements.size), { offset: at, value: at });
    at = nextMember(source, skipValue(source, at));
  }
  return elements;
}

/** Past white space and one comma; at a closing bracket it stays. */
function nextMember(source: string, at: number): number {
  const next = skipSpace(source, at);
  return source[next] === ',' ? skipSpace(source, next + 1) : next;
}

function skipSpace(source: string, start: number): number {
  let at = start;
  while (at < source.length && source.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

/** From an opening quote to just after the closing one. */
function skipString(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length && source[at] !== '"') at += source[at] === '\\' ? 2 : 1;
  return at + 1;
}

function skipValue(source: string, start: number): number {
  let at = start;
  let depth = 0;
  while (at < source.length) {
    const character = source[at];
    if (character === '"') {
      at = skipString(source, at);
      if (depth === 0) return at;
      continue;
    }
    if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth < 0 || (depth === 0 && character === ',')) return at;
    at += 1;
    if (depth === 0 && (character === '}' || character === ']')) return at;
  }
  return at;
}
