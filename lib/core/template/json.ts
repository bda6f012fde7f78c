/** Where JSON goes wrong: the engine's own words name an offset in some versions of Node.js and quote the text in others. */

const TOKEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in strings, so a string ends its match there
  /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\\x00-\x1f]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;

/** What may come next. */
type State = 'value' | 'first item' | 'first key' | 'key' | 'colon' | 'after value';

/** The offset of the first character that cannot stand there; undefined when the text is whole. Any text may come. */
export function jsonErrorAt(source: string): number | undefined {
  const open: string[] = [];
  let state: State = 'value';
  TOKEN.lastIndex = 0;
  for (;;) {
    const start = skipSpace(source, TOKEN.lastIndex);
    if (start === source.length) return state === 'after value' && open.length === 0 ? undefined : start;
    const [, mark, literal] = TOKEN.exec(source) ?? [];
    const next = step(state, mark, literal, open);
    if (next === undefined) return start;
    state = next;
  }
}

function step(state: State, mark: string | undefined, literal: string | undefined, open: string[]): State | undefined {
  if (literal !== undefined) {
    if (state === 'value' || state === 'first item') return 'after value';
    return literal.startsWith('"') && (state === 'key' || state === 'first key') ? 'colon' : undefined;
  }
  if ((mark === '{' || mark === '[') && (state === 'value' || state === 'first item')) {
    open.push(mark);
    return mark === '{' ? 'first key' : 'first item';
  }
  if (mark === ':') return state === 'colon' ? 'value' : undefined;
  if (mark === ',') return state !== 'after value' || open.length === 0 ? undefined : open.at(-1) === '{' ? 'key' : 'value';
  if (mark !== '}' && mark !== ']') return undefined;
  const closes = mark === '}' ? '{' : '[';
  const mayClose = state === 'after value' || state === (closes === '{' ? 'first key' : 'first item');
  return mayClose && open.pop() === closes ? 'after value' : undefined;
}

function skipSpace(source: string, start: number): number {
  let at = start;
  while (at < source.length && ' \t\r\n'.includes(source.charAt(at))) at += 1;
  return at;
}
