/** The building blocks of the file's schema: sections, lists and texts, each with its messages and its words for the editor. */
import {
  _default,
  array,
  enum as enumeration,
  minLength,
  NEVER,
  optional,
  pipe,
  registry,
  strictObject,
  string,
  transform,
  type ZodMiniString,
  type ZodMiniType,
} from 'zod/mini';
import { type Format, wordProblem } from './format';
import { nearestOf, oneOf } from './nearest';
import { quote } from './problem';

/** What the JSON Schema says beside the structure: description, examples, pattern. */
export const words = registry<{ readonly [keyword: string]: unknown }>();

export const describe = <Schema extends ZodMiniType>(schema: Schema, description: string, examples?: readonly unknown[]): Schema => {
  words.add(schema, { ...words.get(schema), description, ...(examples && { examples }) });
  return schema;
};

const known = new Map<Format, ZodMiniString>();

/** One text of a format, in its canonical form. Built once for each format: start-up time is what a user waits for. */
function text(format: Format): ZodMiniString {
  const built = known.get(format);
  if (built) return built;
  const schema = string({ error: ({ input }) => unexpected(input, format.noun, format.hint) }).check((payload) => {
    const reading = format.read(payload.value);
    if ('value' in reading) payload.value = reading.value;
    else payload.issues.push({ code: 'custom', input: payload.value, message: reading.problem });
  });
  words.add(schema, format.json);
  known.set(format, schema);
  return schema;
}

/** One text of a format that a section holds. */
export function field(format: Format, description: string, example: string): ZodMiniString {
  const schema = text(format).clone();
  words.add(schema, { ...format.json, description, examples: [example] });
  return schema;
}

/** One of a few words, or the fallback. */
export const optionalWord = <const Word extends string>(noun: string, choices: readonly Word[], fallback: Word, description: string) =>
  describe(
    _default(word(noun, choices), () => fallback),
    description,
  );

export function word<const Word extends string>(noun: string, choices: readonly Word[]) {
  return enumeration(choices, {
    error: ({ input }) => (typeof input === 'string' ? wordProblem(input, noun, choices) : unexpected(input, noun, `write ${oneOf(choices)}`)),
  });
}

/** A number or a switch, which the file holds as a text like any other. */
export function parsed<T>(format: Format<T>, description: string) {
  const schema = pipe(
    string({ error: ({ input }) => unexpected(input, format.noun, format.hint) }),
    transform<string, T>((written, context) => {
      const reading = format.read(written);
      if ('value' in reading) return reading.value;
      context.issues.push({ code: 'custom', input: written, message: reading.problem });
      return NEVER;
    }),
  );
  words.add(schema, { ...format.json, description });
  return schema;
}

/** A list that says something: an empty one is a mistake, since it could mean both nothing and anything. */
export function listOf<Item extends ZodMiniType>(item: Item, noun: string, hint: string) {
  return array(item, { error: ({ input }) => unexpectedList(input, noun, hint) }).check(minLength(1, 'is empty: remove the key or list something'));
}

export const requiredList = (format: Format, description: string, examples: readonly string[]) =>
  describe(listOf(text(format), `a list, each entry ${format.noun}`, `write [${examples.map(quote).join(', ')}]`), description, [examples]);

/** A list of texts that may be left out. */
export const optionalList = (format: Format, description: string, examples: readonly string[]) =>
  optional(requiredList(format, description, examples));

type Shape = { readonly [key: string]: ZodMiniType };

interface SectionOptions {
  /** What stands there, with its article: `the section of a guardrail`. */
  readonly noun: string;
  /** What to write when it is missing. */
  readonly hint: string;
  /** What a key is called. */
  readonly key?: string;
  /** The keys to suggest, when there are more than the shape has. */
  readonly known?: readonly string[];
}

/**
 * A section with these keys and no others. The message about unknown keys has one line for each key, in their order: the
 * line numbers differ.
 */
export function section<const S extends Shape>(shape: S, { noun, hint, key = 'key', known = Object.keys(shape) }: SectionOptions) {
  return strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? issue.keys.map((name) => unknownKey(name, key, known)).join('\n') : unexpected(issue.input, noun, hint),
  });
}

function unknownKey(name: string, key: string, known: readonly string[]): string {
  const nearest = nearestOf(name, known);
  return nearest === undefined ? `unknown ${key}: write ${oneOf(known)}` : `unknown ${key}, did you mean \`${nearest}\`?`;
}

function unexpected(input: unknown, noun: string, hint: string): string {
  if (input === undefined) return `is missing: ${hint}`;
  if (input === null) return `is empty: ${hint}`;
  return `${nameOf(input)} is not ${noun}: ${hint}`;
}

function unexpectedList(input: unknown, noun: string, hint: string): string {
  if (input === null) return 'is empty: remove the key or list something';
  return typeof input === 'string' ? `${quote(input)} is not a list: write [${quote(input)}]` : unexpected(input, noun, hint);
}

const nameOf = (input: unknown): string => (typeof input === 'string' ? quote(input) : Array.isArray(input) ? 'a list' : 'a section');
