// What a function is not bundled with, because it never asks for it: texts for people, readers of templates, and in a hook the codes of
// other guardrails. A build that does not find what it should leave out ends, so that nothing grows unseen.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const CODES = /^ {2}codes: \{$([\s\S]*?)^ {2}\},$/m;

/** What a guardrail is for the command line, the pages and the deployment alone: a function asks for none of it. */
const UNASKED = [
  [/^ {2}summary:\s+'.*',$/m, "  summary: '',"],
  [CODES, '  codes: {},'],
  [/^ {2}options(?:: \{.*\})?,$/m, '  options: {},'],
  [/^ {2}fromResource(?:: \w+)?,$/m, '  fromResource: () => [],'],
];

/** A plug-in for the bundle of one function. */
export const unasked = (root, folder, name) => ({
  name: 'unasked',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/guardrails\/[^/]+\/(?:scp|terraform)\.ts$/ }, ({ path }) => ({
      contents: `export const ${basename(path, '.ts')} = undefined;`,
      loader: 'js',
    }));
    const edits = [
      [/\/guardrails\/[^/]+\/index\.ts$/, (text, path) => UNASKED.reduce((left, [part, empty]) => replaced(left, part, empty, path), text)],
      [/\/lib\/aws\/(?:clients|directory|directory-writer)\.ts$/, withoutInterop],
      ...(folder === 'hooks' ? [withoutOtherCodes(readFileSync(join(root, 'lib/guardrails', name, 'index.ts'), 'utf8'))] : []),
    ];
    onLoad({ filter: /\/lib\/.*\.ts$/ }, ({ path }) => {
      const wanted = edits.filter(([file]) => file.test(path));
      return wanted.length === 0
        ? undefined
        : { contents: wanted.reduce((text, [, edit]) => edit(text, path), readFileSync(path, 'utf8')), loader: 'ts' };
    });
  },
});

function replaced(text, part, replacement, path) {
  if (text.search(part) < 0) throw new Error(`${path}: ${part} is not found: a function would carry it`);
  return text.replace(part, replacement);
}

/** The SDK is CommonJS and asked for by name: what would make a module of it need not be in every bundle. */
const withoutInterop = (text, path) => replaced(text, /\bimport\('(@aws-sdk\/[\w-]+)'\)/g, "require('$1')", path);

/** By the index of its guardrail, the codes that a hook never tells. */
function withoutOtherCodes(index) {
  const [, named = ''] = index.match(CODES) ?? [];
  const codes = [...named.matchAll(/^ {4}'([a-z-]+)': \{/gm)].map(([, code]) => code);
  if (codes.length === 0) throw new Error('the index of a guardrail names no codes');
  return [/\/core\/verdict\.ts$/, (text, path) => replaced(text, GRAVITY, (table) => withoutOthers(table, codes), path)];
}

const GRAVITY = /^const GRAVITY\b[\s\S]*?^\];$/m;

/** What is left of the order of the codes stands in the same order. */
const withoutOthers = (table, codes) => table.replace(/'([a-z-]+)',?/g, (entry, code) => (codes.includes(code) ? entry : ''));
