/**
 * YAML as it is written: every scalar keeps its own text, so that an account id `012345678901` without quotes survives, and
 * every node knows its line. The validator says which texts are numbers, switches and dates.
 */
import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE, type ScalarEvent, YAMLException } from 'js-yaml';
import { type Path, type Problem, quote } from './problem';

/** What a file holds: texts, null (`key:` with nothing behind it, `~`), lists and objects without a prototype. */
export type Written = string | null | readonly Written[] | { readonly [key: string]: Written };

type Node =
  | { readonly kind: 'scalar'; readonly value: string | null; readonly offset: number }
  | { readonly kind: 'list'; readonly items: readonly Node[]; readonly offset: number }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Entry>; readonly offset: number };

interface Entry {
  readonly keyOffset: number;
  readonly value: Node;
}

export interface WrittenFile {
  readonly value: Written;
  /** Line, from 1, of the value at a path; of its key, when it is a list or a section; of the nearest that exists, when it is missing. */
  readonly lineOf: (path: Path) => number;
  /** Line of a key in the section at a path. */
  readonly lineOfKey: (path: Path, key: string) => number;
  /** Repeated keys and tags: the rest can be judged all the same. */
  readonly problems: readonly Problem[];
}

/** Either the one document of the file or the problems that keep it from being read. Never throws. */
export function readYaml(text: string): WrittenFile | { readonly unreadable: Problem } {
  const lineAt = lineCounter(text);
  let events: readonly Event[];
  try {
    events = parseEvents(text, {});
  } catch (error) {
    return { unreadable: syntaxProblem(error, text) };
  }
  const reader = new Reader(text, events, lineAt);
  const documents = reader.documents();
  const [root, second] = documents;
  if (second)
    return {
      unreadable: { path: [], line: lineAt(second.offset), message: 'a second YAML document starts here: keep one, without `---` in between' },
    };
  if (!root || isEmpty(root)) return { unreadable: { path: [], message: 'the file is empty: `perimeter init` writes one to start from' } };
  return {
    value: toWritten(root, new Map()),
    lineOf: (path) => lineAt(offsetOf(root, path)),
    lineOfKey: (path, key) => lineAt(keyOffsetOf(root, path, key)),
    problems: reader.problems,
  };
}

const isEmpty = (node: Node): boolean => node.kind === 'scalar' && node.value === null;

/** UTF-16 read as UTF-8: its mark gives two characters that stand for none, and Latin text a null in every other place. */
const UTF_16 = /^(?:\ufffd\ufffd|[^\0]?\0[^\0])/;

function syntaxProblem(error: unknown, text: string): Problem {
  if (UTF_16.test(text)) return { path: [], message: 'the file is UTF-16: convert it to UTF-8' };
  const mark = error instanceof YAMLException ? error.mark : undefined;
  const line = mark ? mark.line + 1 : undefined;
  const lines = text.split(/\r\n|\r|\n/, line);
  const tab = lines.findIndex((each) => /^ *\t/.test(each));
  if (tab >= 0) return { path: [], line: tab + 1, message: 'a tab in the indentation: YAML wants spaces' };
  const reason = error instanceof YAMLException ? error.reason : String(error);
  return {
    path: [],
    ...(line !== undefined && { line }),
    message: `not valid YAML: ${reason.replaceAll(/\s+/g, ' ')}${mark ? ` (column ${mark.column + 1})` : ''}`,
  };
}

/** Turns the events of the parser into nodes. Depth is bounded by the parser (100), so recursion is safe. */
class Reader {
  readonly problems: Problem[] = [];
  readonly #anchors = new Map<string, Node>();
  #index = 0;

  constructor(
    readonly text: string,
    readonly events: readonly Event[],
    readonly lineAt: (offset: number) => number,
  ) {}

  documents(): readonly Node[] {
    const roots: Node[] = [];
    while (this.#index < this.events.length) {
      const event = this.events[this.#index];
      if (event?.type !== EVENT_ID.DOCUMENT && event?.type !== EVENT_ID.POP) roots.push(this.#node(0));
      else this.#index += 1;
    }
    return roots;
  }

  /** `fallback`: the offset for a node that has none, such as the nothing behind `key:`. */
  #node(fallback: number): Node {
    const event = this.events[this.#index];
    this.#index += 1;
    if (event?.type === EVENT_ID.SEQUENCE) return this.#anchored(event, this.#list(event.start));
    if (event?.type === EVENT_ID.MAPPING) return this.#anchored(event, this.#map(event.start));
    if (event?.type === EVENT_ID.SCALAR) return this.#anchored(event, this.#scalar(event, fallback));
    if (event?.type === EVENT_ID.ALIAS) return this.#alias(event.anchorStart, event.anchorEnd);
    return { kind: 'scalar', value: null, offset: fallback };
  }

  #anchored(
    event: { readonly anchorStart: number; readonly anchorEnd: number; readonly tagStart: number; readonly tagEnd: number },
    node: Node,
  ): Node {
    if (event.anchorStart >= 0) this.#anchors.set(this.text.slice(event.anchorStart, event.anchorEnd), node);
    const tag = event.tagStart < 0 ? '' : this.text.slice(event.tagStart, event.tagEnd);
    if (tag !== '' && tag !== '!' && tag !== '!!str')
      this.#complain(event.tagStart, `the tag ${quote(tag)} means nothing here: write the plain value`);
    return node;
  }

  /** An alias inside its own anchor is not known yet, so there are no circles. */
  #alias(start: number, end: number): Node {
    const node = this.#anchors.get(this.text.slice(start, end));
    if (!node) this.#complain(start, `the alias *${this.text.slice(start, end)} has no anchor above it: write the value`);
    return node ?? { kind: 'scalar', value: null, offset: start };
  }

  #scalar(event: ScalarEvent, fallback: number): Node {
    const value = getScalarValue(this.text, event);
    const isNull = event.style === SCALAR_STYLE.PLAIN && event.tagStart < 0 && /^(?:|~|null|Null|NULL)$/.test(value);
    return { kind: 'scalar', value: isNull ? null : value, offset: event.valueStart < 0 ? fallback : event.valueStart };
  }

  #list(offset: number): Node {
    const items: Node[] = [];
    while (!this.#closes()) items.push(this.#node(offset));
    return { kind: 'list', items, offset };
  }

  #map(offset: number): Node {
    const entries = new Map<string, Entry>();
    while (!this.#closes()) {
      const key = this.#node(offset);
      const value = this.#node(key.offset);
      if (key.kind !== 'scalar') {
        this.#complain(key.offset, 'a list or a section cannot be a key: write a name');
        continue;
      }
      const name = key.value ?? '';
      const first = entries.get(name);
      if (first) this.#complain(key.offset, `the key ${quote(name)} stands here twice (first on line ${this.lineAt(first.keyOffset)}): keep one`);
      else entries.set(name, { keyOffset: key.offset, value });
    }
    return { kind: 'map', entries, offset };
  }

  #closes(): boolean {
    const event = this.events[this.#index];
    if (event !== undefined && event.type !== EVENT_ID.POP) return false;
    this.#index += 1;
    return true;
  }

  #complain(offset: number, message: string): void {
    this.problems.push({ path: [], line: this.lineAt(offset), message });
  }
}

/** What an alias shares stays shared: the work is that of the file, however often it is repeated. */
function toWritten(node: Node, known: Map<Node, Written>): Written {
  if (node.kind === 'scalar') return node.value;
  const seen = known.get(node);
  if (seen !== undefined) return seen;
  if (node.kind === 'list') {
    const items = node.items.map((item) => toWritten(item, known));
    known.set(node, items);
    return items;
  }
  const object: { [key: string]: Written } = Object.create(null);
  for (const [key, { value }] of node.entries) object[key] = toWritten(value, known);
  known.set(node, object);
  return object;
}

function offsetOf(root: Node, path: Path): number {
  let node = root;
  let offset = root.offset;
  for (const segment of path) {
    if (node.kind === 'map') {
      const entry = node.entries.get(String(segment));
      if (!entry) return offset;
      node = entry.value;
      offset = node.kind === 'scalar' ? node.offset : entry.keyOffset;
    } else if (node.kind === 'list') {
      const item = node.items[Number(segment)];
      if (!item) return offset;
      node = item;
      offset = node.offset;
    } else return offset;
  }
  return offset;
}

function keyOffsetOf(root: Node, path: Path, key: string): number {
  let node: Node | undefined = root;
  for (const segment of path) {
    if (node?.kind === 'map') node = node.entries.get(String(segment))?.value;
    else if (node?.kind === 'list') node = node.items[Number(segment)];
  }
  return (node?.kind === 'map' ? node.entries.get(key)?.keyOffset : undefined) ?? offsetOf(root, path);
}

/** Line, from 1, of an offset; the file is scanned once, when the first line is asked for. */
function lineCounter(text: string): (offset: number) => number {
  let starts: readonly number[] | undefined;
  return (offset) => {
    starts ??= [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map((match) => match.index + match[0].length)];
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
