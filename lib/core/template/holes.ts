/** Naming what is not known, and cutting text around it. */
import { asText, hole, isList, isObject, piecesOf, type Value } from '../value';

/** Longer text is nothing that is judged (policies end at 30 KB); `Fn::Sub` in `Fn::Sub` could double it without end. */
const LONGEST_TEXT = 65_536;
const LONGEST_NAME = 120;

/**
 * A hole for what a function would give: `${ImportValue network-vpc}`. The same function of the same arguments has the same
 * name, and another one another, because conditions compare holes by their text.
 */
export function holeFor(what: string, ...about: readonly (Value | undefined)[]): string {
  if (about.length === 0 && what.length <= LONGEST_NAME && !what.includes('{') && !what.includes('}')) return hole(what.trim());
  const words = [what, ...about.map((value) => describe(value, 0))].join(' ').replace(/\$\{|[{}]/g, '');
  const name = words.length > LONGEST_NAME ? `${words.slice(0, LONGEST_NAME)}~${checksum(words)}` : words;
  return hole(name.trim());
}

/** The text, or a hole where it is too long to be one; `{{resolve:…}}` keeps no hole inside, so that it reads as one. */
export function boundedText(text: string): string {
  if (text.length > LONGEST_TEXT) return holeFor('text', `${text.length} characters`, checksum(text));
  if (!text.includes('{{resolve:') || !text.includes('${')) return text;
  return text.replace(/\{\{resolve:(?:[^{}]|\$\{[^{}]*\})*\}\}/g, (reference) => `{{${reference.slice(2, -2).replace(/\$\{|\}/g, '')}}}`);
}

/** Words for any value, one way of writing each. */
export function describe(value: Value | undefined, depth: number): string {
  if (value === undefined || value === null) return '';
  if (depth > 40) return '…';
  if (isList(value)) return `[${value.map((item) => describe(item, depth + 1)).join(', ')}]`;
  if (!isObject(value)) return asText(value) ?? '';
  const pairs = Object.keys(value).sort();
  return `(${pairs.map((key) => `${key}: ${describe(value[key], depth + 1)}`).join(', ')})`;
}

/** FNV-1a, 32 bits: tells long names apart. */
function checksum(text: string): string {
  let sum = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193);
  return (sum >>> 0).toString(36);
}

/** The items that a split surely has; what follows them, in one hole, depends on what a hole holds. */
const OPEN_END = 'rest of Split';

/** Is the last item of a split what is left of it? */
export const endsInRest = (list: readonly Value[]): boolean => {
  const last = list.at(-1);
  return typeof last === 'string' && last.startsWith(`\${${OPEN_END}`);
};

/**
 * Splits text with holes. A hole that `isFreeOf` the delimiter stays inside its part; from the first part with any other
 * hole on, nobody knows where the parts end; that there is at least one more is sure, for a split has no empty answer.
 */
export function splitText(text: string, delimiter: string, isFreeOf: (hole: string) => boolean): Value {
  const parts: string[] = [];
  let part = '';
  for (const [index, piece] of piecesOf(text).entries()) {
    if (index % 2 === 1) {
      if (delimiter.length === 1 && isFreeOf(piece)) part += piece;
      else return [...parts, holeFor(OPEN_END, delimiter, text)];
    } else {
      const [first = '', ...others] = piece.split(delimiter);
      part += first;
      for (const next of others) {
        parts.push(part);
        part = next;
      }
    }
  }
  return [...parts, part];
}
