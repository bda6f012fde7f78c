/**
 * Texts of a policy that stand for many: wildcards and policy variables.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */

import { isUnknown } from '../value';
import type { Context } from './index';
import { maybe, NO, type Truth, truthOf } from './truth';

/** `*`: any characters, or none; `?`: exactly one. */
const ANY = Symbol('*');
const ONE = Symbol('?');

/** One character that stands for itself, or a wildcard. */
type Piece = string | typeof ANY | typeof ONE;

/** Wildcards and characters; `literal` where there are characters alone. */
interface Pattern {
  readonly pieces: readonly Piece[];
  readonly literal?: string;
}

/** A text as the policy has it: wildcards and variables still in it. */
export interface Template {
  readonly parts: readonly (Piece | Variable)[];
  /** What it is for every request, where no variable is in it: as a whole, and as fields of an ARN. */
  readonly fixed?: { readonly whole: Pattern; readonly fields: readonly Pattern[] };
}

interface Variable {
  readonly key: string;
  readonly otherwise?: string;
}

/** What a request makes of a template. A variable without a value matches nothing: `never`. */
type Filled = readonly Piece[] | 'never' | Truth;

/** Literal `*`, `?` and `$`: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars */
const SPECIAL: readonly string[] = ['*', '?', '$'];

/** How a template is read: `variables` need version 2012-10-17, wildcards an operator or element that has them. */
interface Reading {
  readonly wildcards: boolean;
  readonly variables: boolean;
}

/** A text that holds `${…}` which is no variable of IAM is a problem: it would be filled in by something else before AWS sees it. */
export function parseTemplate(text: string, { wildcards, variables }: Reading, problems: string[]): Template {
  const parts: (Piece | Variable)[] = [];
  for (let at = 0; at < text.length; ) {
    if (variables && text.startsWith('${', at)) {
      const end = text.indexOf('}', at);
      const name = end < 0 ? undefined : text.slice(at + 2, end);
      const part = name === undefined ? undefined : parseVariable(name);
      if (part === undefined) problems.push(`${text.slice(at, at + 60)} is no policy variable`);
      else parts.push(part);
      at = end < 0 ? text.length : end + 1;
    } else {
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
      parts.push(wildcards && character === '*' ? ANY : wildcards && character === '?' ? ONE : character);
      at += character.length;
    }
  }
  const pieces = parts.filter((part) => typeof part !== 'object');
  if (pieces.length < parts.length) return { parts };
  return { parts, fixed: { whole: patternOf(pieces), fields: fieldsOf(pieces).map(patternOf) } };
}

const patternOf = (pieces: readonly Piece[]): Pattern => ({
  pieces,
  literal: pieces.every((piece) => typeof piece === 'string') ? pieces.join('') : undefined,
});

/** The field of an ARN, from 0, in which the first variable stands; undefined without one. */
export function fieldOfVariable({ parts }: Template): number | undefined {
  const first = parts.findIndex((part) => typeof part === 'object');
  return first < 0 ? undefined : parts.slice(0, first).filter((part) => part === ':').length;
}

/** `key`, or `key, 'text without a value'`: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-default-values */
function parseVariable(name: string): Piece | Variable | undefined {
  if (SPECIAL.includes(name)) return name;
  const comma = name.indexOf(',');
  const key = (comma < 0 ? name : name.slice(0, comma)).trim().toLowerCase();
  const otherwise = comma < 0 ? undefined : name.slice(comma + 1).trim();
  if (!/^[^:]+:[^:]/.test(key)) return undefined;
  if (otherwise === undefined) return { key };
  return /^'[^']*'$/.test(otherwise) ? { key, otherwise: otherwise.slice(1, -1) } : undefined;
}

/**
 * "The value is effectively null. There is no equal or like value":
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
 * What a variable brings in is text: its own `*` is no wildcard.
 */
function fill({ parts }: Template, context: Context): Filled {
  const pieces: Piece[] = [];
  for (const part of parts) {
    if (typeof part !== 'object') {
      pieces.push(part);
      continue;
    }
    const values = context.get(part.key) ?? [];
    // A key with several values cannot be a variable: reference_policies_condition-single-vs-multi-valued-context-keys.html
    if (isUnknown(values) || values.length > 1) return maybe(part.key);
    // Whether an empty value is "no value" is not said either.
    if (values[0] === '') return maybe(part.key);
    const text = values[0] ?? part.otherwise;
    if (text === undefined) return 'never';
    pieces.push(...text);
  }
  return pieces;
}

/** Is the text what the template says? */
export function matches(template: Template, text: string, context: Context, ignoreCase = false): Truth {
  const filled = template.fixed ? template.fixed.whole.pieces : fill(template, context);
  if (filled === 'never') return NO;
  if ('holds' in filled) return filled;
  const pattern = template.fixed?.whole ?? patternOf(filled);
  return truthOf(ignoreCase ? holds(lower(pattern), text.toLowerCase()) : holds(pattern, text));
}

const lower = ({ pieces }: Pattern): Pattern => patternOf(pieces.map((piece) => (typeof piece === 'string' ? piece.toLowerCase() : piece)));

const FIELDS = 6;

/**
 * "Each of the six colon-delimited components of the ARN is checked separately and each can include" wildcards:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function matchesArn(template: Template, arn: string, context: Context, key: string): Truth {
  const filled = template.fixed ? template.fixed.whole.pieces : fill(template, context);
  if (filled === 'never') return NO;
  if ('holds' in filled) return filled;
  const patterns = template.fixed?.fields ?? fieldsOf(filled).map(patternOf);
  // AWS does not say how it compares an ARN with what has fewer fields than an ARN.
  if (patterns.length < FIELDS) return maybe(key);
  const fields = fieldsOfText(arn);
  return truthOf(fields.length === FIELDS && patterns.every((pattern, index) => holds(pattern, fields[index] ?? '')));
}

/** Split at the first five colons. */
function fieldsOf(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  const fields: Piece[][] = [[]];
  for (const piece of pieces) {
    if (piece === ':' && fields.length < FIELDS) fields.push([]);
    else fields.at(-1)?.push(piece);
  }
  return fields;
}

function fieldsOfText(arn: string): readonly string[] {
  const fields = arn.split(':');
  return fields.length <= FIELDS ? fields : [...fields.slice(0, FIELDS - 1), fields.slice(FIELDS - 1).join(':')];
}

function holds({ pieces, literal }: Pattern, text: string): boolean {
  if (literal !== undefined) return literal === text;
  return (pieces.length === 1 && pieces[0] === ANY) || glob(pieces, [...text]);
}

/** Goes back to the last `*` alone, so a text of n characters and a pattern of m take n × m steps at most. */
function glob(pattern: readonly Piece[], text: readonly string[]): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    const piece = pattern[inPattern];
    if (piece === ANY) {
      star = inPattern;
      resume = at;
      inPattern += 1;
    } else if (piece !== undefined && (piece === ONE || piece === text[at])) {
      inPattern += 1;
      at += 1;
    } else if (star >= 0) {
      inPattern = star + 1;
      resume += 1;
      at = resume;
    } else {
      return false;
    }
  }
  while (pattern[inPattern] === ANY) inPattern += 1;
  return inPattern === pattern.length;
}
