/**
 * Values as a template, a record or a plan gives them, in which parts may be unknown.
 *
 * One convention for what is not known when we judge: a **hole**, written `${Name}` inside a string, the way `Fn::Sub`
 * writes it (`arn:${AWS::Partition}:iam::${AWS::AccountId}:role/x`). A value that is wholly unknown (a parameter without
 * a default, an import, an attribute of a custom resource) is a string that is nothing but a hole, wherever a list or an
 * object would stand. Dynamic references (`{{resolve:ssm:…}}`) are holes too: CloudFormation hooks receive some of them
 * unresolved. So every reader asks `isUnknown` or `hasHole` before it compares, and reasons can quote the text as it is.
 */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** What a parser answers when the text holds too little to say: never equal to anything, never compliant. */
export interface Unknown {
  readonly kind: 'unknown';
  /** What is missing, in words that finish "… is only known at deployment": `parameter PartnerAccount`, `${Queue.Arn}`. */
  readonly what: string;
}

export const unknown = (what: string): Unknown => ({ kind: 'unknown', what });

export const isUnknown = (value: unknown): value is Unknown =>
  typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'unknown';

const REFERENCE = '{{resolve:';

/** Does any part of the text stand for something that is not known yet? */
export const hasHole = (text: string): boolean => nextHole(text, 0) >= 0;

/** Where the next hole begins, from an index on; -1 where there is none. Scanned by hand: every text that is judged passes here often. */
function nextHole(text: string, from: number): number {
  for (let brace = text.indexOf('{', from); brace >= 0; brace = text.indexOf('{', brace + 1)) {
    if (brace > from && endOfHole(text, brace - 1) >= 0) return brace - 1;
    if (endOfHole(text, brace) >= 0) return brace;
  }
  return -1;
}

/** The index after the hole that begins at an index; -1 where none does. A name holds no brace, so that `${${${…` is passed over in one go. */
function endOfHole(text: string, start: number): number {
  if (text.startsWith('${', start)) {
    const end = nextBrace(text, start + 2);
    return text[end] === '}' ? end + 1 : -1;
  }
  if (!text.startsWith(REFERENCE, start)) return -1;
  const end = nextBrace(text, start + REFERENCE.length);
  return text.startsWith('}}', end) ? end + 2 : -1;
}

function nextBrace(text: string, from: number): number {
  for (let index = from; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === OPENING || code === CLOSING) return index;
  }
  return text.length;
}

const OPENING = 0x7b;
const CLOSING = 0x7d;

type Hole = `\${${string}}` | `{{resolve:${string}}}`;

/** Is the whole value one hole? */
export const isHole = (value: unknown): value is Hole => typeof value === 'string' && value.endsWith('}') && endOfHole(value, 0) === value.length;

/** The holes of a text, each once, in order. */
export const holesOf = (text: string): readonly string[] => [...new Set(piecesOf(text).filter((_, index) => index % 2 === 1))];

export const hole = (name: string): string => `\${${name}}`;

/** Pseudo parameters: holes whose meaning we know even when their value is not. */
export const OWN_ACCOUNT = '${AWS::AccountId}';
export const OWN_REGION = '${AWS::Region}';
export const OWN_PARTITION = '${AWS::Partition}';

export const isObject = (value: unknown): value is { readonly [key: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: unknown): value is readonly Value[] => Array.isArray(value);

/** A scalar as AWS would read it (`true` and `"true"`, `5` and `"5"` are the same); undefined for anything else. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return undefined;
}

/** One value or a list of them, as a list; absent or null is the empty list. */
export function asList(value: Value | undefined): readonly Value[] {
  if (value === undefined || value === null) return [];
  return isList(value) ? value : [value];
}

/** A property whose name may be written in another case (IAM, hook requests), or undefined. */
export function propertyIgnoringCase(object: { readonly [key: string]: Value }, name: string): Value | undefined {
  if (Object.hasOwn(object, name)) return object[name];
  const lower = name.toLowerCase();
  // Our names are ASCII, and nothing of another length has an ASCII text as its lower case.
  for (const key of Object.keys(object)) if (key.length === name.length && key.toLowerCase() === lower) return object[key];
  return undefined;
}

/** An own property, or undefined: never one that `Object.prototype` lends (`constructor`, `__proto__`). */
export const property = (object: Value | undefined, name: string): Value | undefined =>
  isObject(object) && Object.hasOwn(object, name) ? object[name] : undefined;

/** Literal text and holes in turn, the first and the last being literal (they may be empty). */
export function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  let start = 0;
  for (let hole = nextHole(text, 0); hole >= 0; hole = nextHole(text, start)) {
    const end = endOfHole(text, hole);
    pieces.push(text.slice(start, hole), text.slice(hole, end));
    start = end;
  }
  pieces.push(text.slice(start));
  return pieces;
}

/** Splits at a separator, one character, but not inside a hole: `a:${AWS::Region}:b` has three parts. */
export function splitOutsideHoles(text: string, separator: string): readonly string[] {
  let hole = nextHole(text, 0);
  if (hole < 0) return text.split(separator);
  const parts: string[] = [];
  let start = 0;
  let at = text.indexOf(separator);
  while (at >= 0) {
    if (hole >= 0 && hole < at) {
      const end = endOfHole(text, hole);
      if (at < end) at = text.indexOf(separator, end);
      hole = nextHole(text, end);
    } else {
      parts.push(text.slice(start, at));
      start = at + 1;
      at = text.indexOf(separator, start);
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/** At most so many code units, and never through the middle of a character of two. */
export const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;

export function assertNever(value: never): never {
  throw new Error(`unhandled variant ${JSON.stringify(value)}`);
}
