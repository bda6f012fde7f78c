/** One kind of text in the file: how it is read, how a JSON Schema describes it, how it is called. */
import { nearestOf, oneOf } from './nearest';
import { quote } from './problem';

export type Reading<T> = { readonly value: T } | { readonly problem: string };

export interface Format<T = string> {
  /** With its article, as messages name it: `an account id`. */
  readonly noun: string;
  /** What is to be written, with an example, as messages say it: `write its 12 digits in quotes`. */
  readonly hint: string;
  /** What a JSON Schema can say of it: it accepts all that `read` accepts, at least in the form that the file should have. */
  readonly json: { readonly [keyword: string]: unknown };
  /** The value in its one canonical form, or the whole problem: names the value and the way out. */
  readonly read: (text: string) => Reading<T>;
}

/** Why a text is refused: `"abc" is not an account id: write its 12 digits`. */
export const refuse = (text: string, noun: string, hint: string): { readonly problem: string } => ({
  problem: `${quote(text)} is not ${noun}: ${hint}`,
});

interface PatternOptions {
  readonly noun: string;
  readonly hint: string;
  readonly pattern: RegExp;
  /** A better hint for a mistake that is known, tried before the general one. */
  readonly mistake?: (text: string) => string | undefined;
  readonly canonical?: (text: string) => string;
}

export const patternFormat = ({ noun, hint, pattern, mistake, canonical = (text) => text }: PatternOptions): Format => ({
  noun,
  hint,
  json: { type: 'string', pattern: pattern.source },
  read: (text) => (pattern.test(text) && !mistake?.(text) ? { value: canonical(text) } : refuse(text, noun, mistake?.(text) ?? hint)),
});

export const wordFormat = (noun: string, words: readonly string[]): Format => ({
  noun,
  hint: `write ${oneOf(words)}`,
  json: { type: 'string', enum: words },
  read: (text) => (words.includes(text) ? { value: text } : { problem: wordProblem(text, noun, words) }),
});

export function wordProblem(text: string, noun: string, words: readonly string[]): string {
  const nearest = nearestOf(text, words);
  return refuse(text, noun, `write ${oneOf(words)}${nearest === undefined ? '' : `; did you mean \`${nearest}\`?`}`).problem;
}

export const switchFormat: Format<boolean> = {
  noun: 'a switch',
  hint: 'write true or false',
  json: { type: 'boolean' },
  read: (text) => {
    if (/^(?:true|True|TRUE)$/.test(text)) return { value: true };
    if (/^(?:false|False|FALSE)$/.test(text)) return { value: false };
    return refuse(text, 'a switch', 'write true or false');
  },
};

export function numberFormat(noun: string, minimum: number, maximum: number): Format<number> {
  const hint = `write a whole number from ${minimum} to ${maximum}`;
  return {
    noun,
    hint,
    json: { type: 'integer', minimum, maximum },
    read: (text) => {
      const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      return number >= minimum && number <= maximum ? { value: number } : refuse(text, noun, hint);
    },
  };
}

/** One of some numbers, such as the retention times that CloudWatch Logs knows. */
export function choiceFormat(noun: string, choices: readonly number[]): Format<number> {
  const hint = `write ${oneOf(choices.map(String))}`;
  return {
    noun,
    hint,
    json: { type: 'integer', enum: choices },
    read: (text) => {
      const choice = choices.find((each) => String(each) === text);
      return choice === undefined ? refuse(text, noun, hint) : { value: choice };
    },
  };
}
