/** Text for a terminal: wrapped, shortened, and harmless whatever a record or a template holds. */

/** Control characters and those that reorder text: a record must not be able to write to the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it removes
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;

export const printable = (text: string): string => text.replace(UNPRINTABLE, ' ');

/** Keeps the start and, for what is told apart by its end (an ARN), the end. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  const tail = Math.min(16, Math.floor(most / 3));
  return `${text.slice(0, most - tail - 1)}…${text.slice(text.length - tail)}`;
}

/** Lines of at most `width` characters, broken between words; a word that is longer stands alone. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** `12,345`. Not by `toLocaleString`: loading the locales takes as long as everything else together. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

export const plural = (count: number, word: string): string => `${grouped(count)} ${word}${count === 1 ? '' : 's'}`;
