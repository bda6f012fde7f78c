/**
 * Text to document: which kind of input a file is, its values, and the line that a part of it is written on. JSON is read by
 * `JSON.parse`, YAML by js-yaml; lines are looked up only when somebody asks.
 */
import {
  boolCoreTag,
  constructFromEvents,
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  EVENT_ALIAS,
  EVENT_DOCUMENT,
  EVENT_MAPPING,
  EVENT_POP,
  EVENT_SCALAR,
  EVENT_SEQUENCE,
  type Event,
  getScalarValue,
  type MappingEvent,
  mapTag,
  mergeTag,
  nullCoreTag,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  Schema,
  type SequenceEvent,
  seqTag,
  strTag,
  YAMLException,
} from 'js-yaml';
import { jsonErrorAt } from './template/json';
import { type Child, type Locate, locate, locateInJson } from './template/lines';
import { isList, isObject, property, type Value } from './value';

type Root = { readonly [key: string]: Value };

interface Located {
  readonly root: Root;
  /** The line (from 1) of the key at a path, `['Resources', 'Fn']`; that of the nearest parent where the path ends early. */
  readonly lineOf: (path: readonly string[]) => number;
}

export type Document =
  | ({ readonly kind: 'cloudformation' } & Located)
  | ({ readonly kind: 'terraform-plan' } & Located)
  /** A file that is neither: a package.json, a workflow, a Kubernetes manifest. */
  | { readonly kind: 'other' }
  /** Text that does not parse. The message says what and where; `line` counts from 1, absent where no line can be named. */
  | { readonly kind: 'problem'; readonly message: string; readonly line?: number };

/** Any text may come; nothing is thrown. A file that cannot be a template or a plan is told by a scan, without parsing. */
export function readDocument(text: string): Document {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (!mayBeRead(source)) return { kind: 'other' };
  const json = looksLikeJson(source) ? parseJson(source) : undefined;
  if (json?.kind === 'parsed') return classify(json.value, locateInJson(source));
  if (json && source.length > LONGEST_FLOW_YAML) return json;
  const yaml = parseYaml(source);
  if (yaml.kind === 'problem') return json ?? yaml;
  return classify(yaml.value, locateInYaml(source, yaml.events));
}

/**
 * Neither a template nor a plan does without one of these keys, unless an escape spells it. Everything else in a folder
 * (charts, workflows, data) is passed over here.
 */
const TELLING_KEY = /Resources["']?\s*[:#]|planned_values["']?\s*:|resource_changes["']?\s*:|\\[uUx\r\n]/;

const mayBeRead = (source: string): boolean => TELLING_KEY.test(source);

const looksLikeJson = (source: string): boolean => /^\s*[{[]/.test(source);

/** What starts like JSON and is none may be YAML in flow style (comments, short-form tags); CloudFormation takes 1 MB. */
const LONGEST_FLOW_YAML = 2_000_000;

type Json = { readonly kind: 'parsed'; readonly value: unknown } | { readonly kind: 'problem'; readonly message: string; readonly line?: number };

function parseJson(source: string): Json {
  try {
    return { kind: 'parsed', value: JSON.parse(source) };
  } catch {
    return jsonProblem(source, jsonErrorAt(source) ?? source.length);
  }
}

function jsonProblem(source: string, offset: number): Json {
  const line = source.slice(0, offset).split(/\r\n|\r|\n/).length;
  const found = JSON.stringify(source.slice(offset, offset + 20).split(/[\r\n]/)[0]);
  return { kind: 'problem', message: `not valid JSON: unexpected ${offset === source.length ? 'end' : found} at line ${line}`, line };
}

function classify(value: unknown, locate: Locate): Document {
  if (!isObject(value)) return { kind: 'other' };
  if (isTemplate(value)) return { kind: 'cloudformation', root: value, lineOf: locate };
  if (isPlan(value)) return { kind: 'terraform-plan', root: value, lineOf: locate };
  return { kind: 'other' };
}

const has = (root: Root, key: string): boolean => Object.hasOwn(root, key);

function isTemplate(root: Root): boolean {
  if (!has(root, 'Resources') || !isObject(root.Resources)) return false;
  if (has(root, 'AWSTemplateFormatVersion') || has(root, 'Transform')) return true;
  return Object.entries(root.Resources).some(
    ([key, resource]) => key.startsWith('Fn::ForEach::') || (isObject(resource) && typeof resource.Type === 'string' && resource.Type.includes('::')),
  );
}

/** `terraform show -json PLAN`, whole or cut down to what is planned: https://developer.hashicorp.com/terraform/internals/json-format */
function isPlan(root: Root): boolean {
  const { planned_values: planned, resource_changes: changes } = root;
  if (planned === undefined && changes === undefined) return false;
  if (has(root, 'format_version') || has(root, 'terraform_version')) return true;
  return isObject(property(planned, 'root_module')) || (isList(changes) && changes.some((change) => isObject(property(change, 'change'))));
}

// YAML as CloudFormation reads it.

type Yaml =
  | { readonly kind: 'parsed'; readonly value: unknown; readonly events: readonly Event[] }
  | { readonly kind: 'problem'; readonly message: string; readonly line?: number };

/** Deeper than CloudFormation itself allows; the parser calls itself once a level. */
const DEEPEST = 300;

/** Nodes that aliases may expand to: a template of 1 MB has fewer. */
const MOST_NODES = 500_000;

/** One YAML document; several are a problem when one of them is a template. Nothing is thrown. */
function parseYaml(source: string): Yaml {
  try {
    const events = parseEvents(source, { maxDepth: DEEPEST });
    const plain = new PlainReader(source, events).document();
    if (plain) return { kind: 'parsed', value: plain.value, events };
    const documents = constructFromEvents(events, { source, schema: CLOUDFORMATION_SCHEMA, json: true }).filter((document) => document !== null);
    if (documents.length > 1) return severalDocuments(documents);
    if (events.some((event) => event.type === EVENT_ALIAS) && isTooLarge(documents[0])) {
      return { kind: 'problem', message: `not a template: its aliases repeat themselves, or expand to more than ${MOST_NODES} values` };
    }
    return { kind: 'parsed', value: documents[0], events };
  } catch (error) {
    return yamlProblem(error);
  }
}

function severalDocuments(documents: readonly unknown[]): Yaml {
  const isTemplate = (document: unknown): boolean => typeof document === 'object' && document !== null && Object.hasOwn(document, 'Resources');
  if (!documents.some(isTemplate)) return { kind: 'parsed', value: undefined, events: [] };
  return { kind: 'problem', message: `holds ${documents.length} YAML documents: a template is one, so keep each in a file of its own` };
}

function yamlProblem(error: unknown): Yaml {
  if (error instanceof YAMLException && error.mark) {
    const line = error.mark.line + 1;
    return { kind: 'problem', message: `not valid YAML: ${error.reason} at line ${line}, column ${error.mark.column + 1}`, line };
  }
  const words = error instanceof YAMLException ? error.reason : error instanceof RangeError ? 'nested too deeply' : String(error);
  return { kind: 'problem', message: `not valid YAML: ${words}` };
}

/** Counts as a tree what aliases make a graph, each node once; a node inside itself counts as too large. */
function isTooLarge(root: unknown): boolean {
  const sizes = new Map<object, number>();
  const open = new Set<object>();
  const sizeOf = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) return 1;
    const known = sizes.get(value);
    if (known !== undefined) return known;
    if (open.has(value)) return Number.POSITIVE_INFINITY;
    open.add(value);
    let size = 1;
    for (const child of Object.values(value)) size += sizeOf(child);
    open.delete(value);
    sizes.set(value, size);
    return size;
  };
  return sizeOf(root) > MOST_NODES;
}

/** `!Ref` and `!Condition` keep their name; every other tag is a function: `!Sub` is `Fn::Sub`. */
const longForm = (tag: string): string => (tag === '!Ref' || tag === '!Condition' ? tag.slice(1) : `Fn::${tag.slice(1)}`);

const isLoadOnly = { identify: () => false };

/** `!GetAtt Fn.Arn` names the attribute after the first dot. */
function shortScalar(text: string, tag: string): unknown {
  const dot = text.indexOf('.');
  if (tag === '!GetAtt' && dot > 0) return { 'Fn::GetAtt': [text.slice(0, dot), text.slice(dot + 1)] };
  return { [longForm(tag)]: text };
}

interface ShortSequence {
  readonly tag: string;
  readonly items: unknown[];
}

interface ShortMapping {
  readonly tag: string;
  readonly pairs: Record<string, unknown>;
}

const shortTags = [
  defineScalarTag('!', { ...isLoadOnly, matchByTagPrefix: true, resolve: (text, _isExplicit, tag) => shortScalar(text, tag) }),
  defineSequenceTag<ShortSequence, unknown>('!', {
    ...isLoadOnly,
    matchByTagPrefix: true,
    create: (tag) => ({ tag, items: [] }),
    addItem: ({ items }, item) => void items.push(item),
    finalize: ({ tag, items }) => ({ [longForm(tag)]: items }),
  }),
  defineMappingTag<ShortMapping, Record<string, unknown>>('!', {
    ...isLoadOnly,
    matchByTagPrefix: true,
    create: (tag) => ({ tag, pairs: {} }),
    addPair: ({ pairs }, key, value) => mapTag.addPair(pairs, key, value),
    has: ({ pairs }, key) => Object.hasOwn(pairs, String(key)),
    finalize: ({ tag, pairs }) => ({ [longForm(tag)]: pairs }),
    keys: (result) => Object.keys(result),
    get: (result, key) => (Object.hasOwn(result, String(key)) ? result[String(key)] : null),
  }),
];

/** An account id without quotes (`012345678901`), a version date and a number all stay text; `!!int` and its like change nothing. */
const textTag = defineScalarTag('tag:yaml.org,2002:', { ...isLoadOnly, matchByTagPrefix: true, resolve: (text) => text });

const CLOUDFORMATION_SCHEMA = new Schema([strTag, seqTag, mapTag, nullCoreTag, boolCoreTag, mergeTag, textTag, ...shortTags]);

const WORDS: ReadonlyMap<string, null | boolean> = new Map([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);
const LONGEST_WORD = 5;

const SHORT_TAG = /^![A-Za-z][A-Za-z0-9:_-]*$/;

/**
 * What js-yaml makes of the events with the schema above, several times as fast, for what nearly all templates hold: texts,
 * lists, mappings, short-form tags. It gives up at an anchor, a merge, any other tag, a key that is no plain text, a directive.
 */
class PlainReader {
  private at = 0;
  private isPlain = true;

  constructor(
    private readonly source: string,
    private readonly events: readonly Event[],
  ) {}

  /** The one document; undefined where only js-yaml itself can tell. */
  document(): { readonly value: unknown } | undefined {
    const first = this.events[0];
    if (first?.type !== EVENT_DOCUMENT || first.directives.length > 0) return undefined;
    this.at = 1;
    const value = this.node(this.take());
    const isWhole = this.events[this.at]?.type === EVENT_POP && this.at === this.events.length - 1;
    return this.isPlain && isWhole ? { value } : undefined;
  }

  private take(): Event | undefined {
    const event = this.events[this.at];
    this.at += 1;
    return event;
  }

  /** Events differ in shape: told apart once here, each is read by code that meets no other. */
  private node(event: Event | undefined): unknown {
    switch (event?.type) {
      case EVENT_SCALAR:
        return this.scalar(event);
      case EVENT_MAPPING:
        return this.tagged(event, this.mapping());
      case EVENT_SEQUENCE:
        return this.tagged(event, this.sequence());
      default:
        this.isPlain = false;
        return undefined;
    }
  }

  private tagged({ anchorStart, tagStart, tagEnd }: MappingEvent | SequenceEvent, value: unknown): unknown {
    if (anchorStart >= 0) this.isPlain = false;
    return tagStart < 0 ? value : { [longForm(this.tag(tagStart, tagEnd))]: value };
  }

  private tag(start: number, end: number): string {
    const tag = this.source.slice(start, end);
    if (!SHORT_TAG.test(tag)) this.isPlain = false;
    return tag;
  }

  private scalar(event: ScalarEvent): unknown {
    if (event.anchorStart >= 0) this.isPlain = false;
    const text = event.fast ? this.source.slice(event.valueStart, event.valueEnd) : getScalarValue(this.source, event);
    if (event.tagStart >= 0) return shortScalar(text, this.tag(event.tagStart, event.tagEnd));
    if (text.length > LONGEST_WORD || event.style !== SCALAR_STYLE.PLAIN) return text;
    if (text === '<<') this.isPlain = false;
    const word = WORDS.get(text);
    return word === undefined ? text : word;
  }

  private sequence(): readonly unknown[] {
    const items: unknown[] = [];
    for (let event = this.take(); this.isPlain && event?.type !== EVENT_POP; event = this.take()) items.push(this.node(event));
    return items;
  }

  private mapping(): Record<string, unknown> {
    const pairs: Record<string, unknown> = {};
    for (let event = this.take(); this.isPlain && event?.type !== EVENT_POP; event = this.take()) {
      const key = event?.type === EVENT_SCALAR ? this.scalar(event) : undefined;
      if (typeof key !== 'string' || key === '__proto__') this.isPlain = false;
      else pairs[key] = this.node(this.take());
    }
    return pairs;
  }
}

// Lines of YAML.

/** Follows the events of one document. A value is the index of its event; what an alias or a merge brings in is not followed. */
function locateInYaml(source: string, events: readonly Event[]): Locate {
  const root = events.findIndex((event) => event.type !== EVENT_DOCUMENT);
  return locate(source, root, (value) => {
    const event = events[value];
    if (event?.type === EVENT_MAPPING) return pairsOf(source, events, value + 1);
    if (event?.type === EVENT_SEQUENCE) return itemsOf(events, value + 1);
    return new Map();
  });
}

function pairsOf(source: string, events: readonly Event[], first: number): Map<string, Child> {
  const pairs = new Map<string, Child>();
  let index = first;
  while (isNode(events[index])) {
    const key = events[index];
    const value = after(events, index);
    if (key?.type === EVENT_SCALAR) pairs.set(getScalarValue(source, key), { offset: Math.max(key.valueStart, 0), value });
    index = after(events, value);
  }
  return pairs;
}

function itemsOf(events: readonly Event[], first: number): Map<string, Child> {
  const items = new Map<string, Child>();
  for (let index = first; isNode(events[index]); index = after(events, index))
    items.set(String(items.size), { offset: startOf(events[index]), value: index });
  return items;
}

const isNode = (event: Event | undefined): boolean => event !== undefined && event.type !== EVENT_POP;

function startOf(event: Event | undefined): number {
  if (event?.type === EVENT_SCALAR) return Math.max(event.valueStart, 0);
  if (event?.type === EVENT_MAPPING || event?.type === EVENT_SEQUENCE) return Math.max(event.start, 0);
  return event?.type === EVENT_ALIAS ? event.anchorStart : 0;
}

/** The index after a whole node. */
function after(events: readonly Event[], start: number): number {
  let depth = 0;
  for (let index = start; index < events.length; index += 1) {
    const type = events[index]?.type;
    if (type === EVENT_MAPPING || type === EVENT_SEQUENCE) depth += 1;
    else if (type === EVENT_POP) depth -= 1;
    if (depth <= 0) return index + 1;
  }
  return events.length;
}
