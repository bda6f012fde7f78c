/** HTML by tagged templates: a text is escaped wherever it stands, and there is no other way in. */
import { printable } from '../report/text';

/** Markup that was made here. Nothing else can be one: the constructor is not exported. */
class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
export type Html = Markup;

type Part = Html | string | number | readonly Html[] | undefined;

/** Attributes are always written in double quotes. */
const ENTITIES: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = literals[0] ?? '';
  parts.forEach((part, index) => {
    text += textOf(part) + (literals[index + 1] ?? '');
  });
  return new Markup(text);
}

function textOf(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(({ text }) => text).join('');
  return escaped(typeof part === 'number' ? String(part) : printable(part));
}

/** Text of several lines, for `pre`: each is escaped. */
export const lines = (text: string): Html =>
  new Markup(
    text
      .split('\n')
      .map((line) => escaped(printable(line)))
      .join('\n'),
  );

/** The inside of `style` and `script`, which takes no entities: constants of ours alone. */
export function inline(constant: string): Html {
  if (/<\/|<!--/.test(constant)) throw new Error('an inline style or script must not hold </ or <!--');
  return new Markup(constant);
}
