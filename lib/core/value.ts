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

// A name holds no brace, so that `${${${…` is passed over in one go.
const HOLE = /\$\{[^{}]*\}|\{\{resolve:[^{}]*\}\}/;
const HOLES = new RegExp(HOLE, 'g');
const ONLY_A_HOLE = /^(?:\$\{[^{}]*\}|\{\{resolve:[^{}]*\}\})$/;
const AROUND_HOLES = new RegExp(`(${HOLE.source})`);

/** Does any part of the text stand for something that is not known yet? */
export const hasHole = (text: string): boolean => (text.includes('${') || text.includes('{{')) && HOLE.test(text);

export type Hole = `\${${string}}` | `{{resolve:${string}}}`;

/** Is the whole value one hole? */
export const isHole = (value: unknown): value is Hole => typeof value === 'string' && ONLY_A_HOLE.test(value);

/** The holes of a text, each once, in order. */
export const holesOf = (text: string): readonly string[] => [...new Set(text.match(HOLES) ?? [])];

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
  for (const key of Object.keys(object)) if (key.toLowerCase() === lower) return object[key];
  return undefined;
}

/** An own property, or undefined: never one that `Object.prototype` lends (`constructor`, `__proto__`). */
export const property = (object: Value | undefined, name: string): Value | undefined =>
  isObject(object) && Object.hasOwn(object, name) ? object[name] : undefined;

/** Literal text and holes in turn, the first and the last being literal (they may be empty). */
export const piecesOf = (text: string): readonly string[] => text.split(AROUND_HOLES);

/** Splits at a separator, but not inside a hole: `a:${AWS::Region}:b` has three parts. */
export function splitOutsideHoles(text: string, separator: string): readonly string[] {
  if (!hasHole(text)) return text.split(separator);
  const parts: string[] = [];
  let part = '';
  for (const [index, piece] of piecesOf(text).entries()) {
    const isLiteral = index % 2 === 0;
    const [first = '', ...others] = isLiteral ? piece.split(separator) : [piece];
    part += first;
    for (const next of others) {
      parts.push(part);
      part = next;
    }
  }
  parts.push(part);
  return parts;
}

export function assertNever(value: never): never {
  throw new Error(`unhandled variant ${JSON.stringify(value)}`);
}
