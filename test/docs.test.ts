/** The documentation says what is true: links lead somewhere, command lines are understood, configurations load. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { globSync } from 'tinyglobby';
import { parseConfiguration } from '../lib/config/load';
import { guardrails } from '../lib/guardrails';
import { perimeter } from './support/perimeter';

const ROOT = resolve(__dirname, '..');

interface Page {
  /** From the root, with `/`. */
  readonly file: string;
  readonly text: string;
}

const pages: readonly Page[] = globSync(['**/*.md'], { cwd: ROOT, ignore: ['**/node_modules/**', 'dist/**', 'coverage/**'] })
  .sort()
  .map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }));

/** The slices' own pages are read as a part of the generated ones, with their links turned. */
const published = pages.filter(({ file }) => !file.startsWith('lib/'));

it('there is something to read', () => {
  expect(pages.map(({ file }) => file)).toEqual(
    expect.arrayContaining(['README.md', 'docs/architecture.md', 'docs/adding-a-guardrail.md', 'docs/glossary.md', 'examples/README.md']),
  );
});

describe('links', () => {
  it.each(pages)('of $file lead somewhere', ({ file, text }) => {
    const targets = [...withoutCode(text).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, target = '']) => target);

    expect(targets.filter((target) => !leadsSomewhere(file, target))).toEqual([]);
  });
});

const withoutCode = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, 'code');

function leadsSomewhere(file: string, target: string): boolean {
  const [path = '', fragment] = target.split('#');
  const place = path === '' ? join(ROOT, file) : resolve(ROOT, dirname(file), decodeURI(path));
  if (!existsSync(place)) return false;
  return fragment === undefined || !place.endsWith('.md') || anchorsOf(readFileSync(place, 'utf8')).includes(fragment);
}

/** As GitHub names them. */
const anchorsOf = (text: string): readonly string[] =>
  [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+\s+(.*)$/gm)].map(([, heading = '']) =>
    heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );

const commandLines = published.flatMap(({ file, text }) => commandsOf(text).map((command) => ({ file, command })));

/** What follows `perimeter` in code that names a verb or an option. */
function commandsOf(text: string): readonly string[] {
  const blocks = [...text.matchAll(/^```(?:sh|bash|console|text|yaml)\n([\s\S]*?)^```/gm)].flatMap(([, body = '']) => body.split('\n'));
  const inline = [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  return [...blocks, ...inline].flatMap((line) => {
    const [, command] = /(?:^|[\s$|])perimeter ((?:[a-z]+|--[a-z]+)(?:\s[^|>#]*)?)/.exec(line) ?? [];
    return command === undefined ? [] : [command.replace(/\s{3,}.*$/, '').trim()];
  });
}

describe('command lines', () => {
  it('are shown', () => {
    expect(commandLines.map(({ command }) => command.split(' ')[0])).toEqual(expect.arrayContaining(['check', 'replay', 'init']));
  });

  it.each(commandLines)('perimeter $command ($file)', async ({ command }) => {
    const [verb = '', ...words] = command.split(/\s+/);

    const verbs = verb.startsWith('--') ? [] : verb === 'scp' ? [verb, words[0] ?? ''] : [verb];
    const help = await perimeter([...verbs, '--help'], { cwd: ROOT, now: new Date(0) });

    expect(help).toMatchObject({ code: 0, stderr: '' });
    const options = [verb, ...words].filter((word) => word.startsWith('--'));
    expect(options.filter((option) => !help.stdout.includes(option))).toEqual([]);
  });
});

describe('configurations', () => {
  const blocks = published.flatMap(({ file, text }) =>
    [...text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, yaml = '']) => ({ file, yaml })).filter(({ yaml }) => /^version: 1$/m.test(yaml)),
  );
  const files = globSync(['examples/**/perimeter.yaml'], { cwd: ROOT }).map((file) => ({ file, yaml: readFileSync(join(ROOT, file), 'utf8') }));

  it('are shown', () => {
    expect(blocks.length).toBeGreaterThan(0);
    expect(files.length).toBeGreaterThan(0);
  });

  it.each([...blocks, ...files])('of $file load', ({ file, yaml }) => {
    expect(() => parseConfiguration(yaml, guardrails, { fileName: file })).not.toThrow();
  });
});
