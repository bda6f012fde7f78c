/** The shape of the sources: which folder may import which, what stays pure, and that every guardrail is whole. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { globSync } from 'tinyglobby';
import { guardrails } from '../lib/guardrails';

const ROOT = resolve(__dirname, '..');
const MOST_LINES = 400;

interface Source {
  /** From the root, with `/`. */
  readonly file: string;
  readonly lines: number;
  /** Without comments. */
  readonly code: string;
  readonly imports: readonly string[];
}

const files = globSync(['{bin,functions,lib,hooks,lambda}/**/*.ts'], { cwd: ROOT });
const sources: readonly Source[] = files.sort().map((file) => {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const code = withoutComments(text);
  return { file, lines: text.split('\n').length - 1, code, imports: importsOf(code).map((specifier) => placeOf(file, specifier)) };
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}

/** Static, dynamic and type imports, re-exports and `require`. */
function importsOf(code: string): readonly string[] {
  const statements = code.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\(\s*)(['"])([^'"\s]+)\1/g);
  return [...statements].map(([, , specifier = '']) => specifier);
}

/** A file of the project from the root, or a package's name as it is written. */
function placeOf(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return relative(ROOT, resolve(ROOT, dirname(file), specifier))
    .split(sep)
    .join('/');
}

/** The folder that a file belongs to: slices each count as one. */
function layerOf(place: string): string {
  const [top = '', second = '', third = ''] = place.split('/');
  if (top !== 'lib') return top;
  return second === 'guardrails' && third !== '' && third !== 'index' && third !== 'index.ts' ? `lib/guardrails/${third}` : `lib/${second}`;
}

interface Direction {
  /** Which files it is about. */
  readonly of: (file: string) => boolean;
  /** Which imports they may have. */
  readonly may: (imported: string, file: string) => boolean;
  readonly why: string;
}

const inside =
  (...folders: readonly string[]) =>
  (place: string) =>
    folders.some((folder) => place === folder || place.startsWith(`${folder}/`));
const isOurs = inside('bin', 'functions', 'lib', 'hooks', 'lambda');
const isSlice = (place: string) => layerOf(place).startsWith('lib/guardrails/');

/** Pure parts of Node.js, and the YAML parser in the one file that reads documents. */
const CORE_MAY = ['node:net', 'node:url'];

const DIRECTIONS: readonly Direction[] = [
  {
    of: inside('lib/core'),
    may: (imported, file) =>
      inside('lib/core')(imported) || CORE_MAY.includes(imported) || (imported === 'js-yaml' && file === 'lib/core/document.ts'),
    why: 'the judge must decide the same on a laptop, in a hook and in a remediator: no files, no clock, no SDK, nothing to load in a handler',
  },
  {
    of: isSlice,
    may: (imported, file) => inside('lib/core')(imported) || layerOf(imported) === layerOf(file),
    why: 'a guardrail stands on the core alone: one slice must not change what another decides, and each is bundled into handlers by itself',
  },
  {
    of: (file) => file === 'lib/guardrails/index.ts',
    may: (imported) => inside('lib/core', 'lib/guardrails')(imported),
    why: 'the registry names the guardrails and knows nothing else',
  },
  {
    of: inside('lib/patterns'),
    may: (imported) => inside('lib/patterns', 'lib/core', 'lib/guardrails')(imported),
    why: 'which events reach a function follows from the metadata and the configuration alone',
  },
  {
    of: inside('lib/config'),
    may: (imported) => !isOurs(imported) || inside('lib/config', 'lib/core')(imported),
    why: 'the configuration is read for any registry that it is given; handlers get its normalised result, never its loader',
  },
  {
    of: inside('lib/policies'),
    may: (imported) => inside('lib/policies', 'lib/core')(imported) || CORE_MAY.includes(imported),
    why: 'policies are rendered from the configuration and the guardrails that are given: nothing to read, nothing to load',
  },
  {
    of: inside('lib/cli'),
    may: (imported, file) =>
      !isOurs(imported) ||
      (inside('lib/cdk')(imported) && inside('lib/cli/export')(file)) ||
      inside('lib/cli', 'lib/policies', 'lib/patterns', 'lib/config', 'lib/core', 'lib/guardrails', 'lib/handlers', 'lib/aws')(imported),
    why: 'the command line is one surface over the judge, and runs the handlers as they are deployed',
  },
  {
    of: inside('lib/handlers'),
    may: (imported) => !isOurs(imported) || inside('lib/handlers', 'lib/guardrails', 'lib/core')(imported),
    why: 'a handler decodes, judges and replies; what it does to AWS comes in as ports, what it is configured with as data',
  },
  {
    of: inside('lib/aws'),
    may: (imported) => !isOurs(imported) || inside('lib/aws', 'lib/handlers', 'lib/core')(imported),
    why: 'the calls to AWS fill the ports of the handlers: they decide nothing and know no guardrail',
  },
  {
    of: inside('lib/cdk'),
    may: (imported, file) =>
      !isOurs(imported) ||
      inside('lib/cdk', 'lib/patterns', 'lib/policies', 'lib/guardrails', 'lib/core')(imported) ||
      (imported === 'lib/config/load' && file === 'lib/cdk/app.ts') ||
      imported.startsWith('lib/handlers/settings') ||
      imported.startsWith('lib/handlers/limits') ||
      imported.startsWith('lib/aws/permissions'),
    why: 'the deployment knows what each function is configured with, may call and gets to run with, and nothing of how it runs',
  },
  {
    of: inside('functions', 'hooks', 'lambda'),
    may: (imported) => !isOurs(imported) || inside('lib/handlers', 'lib/guardrails', 'lib/aws', 'lib/core')(imported),
    why: 'an entry point puts a guardrail into a handler, and is bundled with nothing that a function does not need',
  },
  {
    of: inside('bin'),
    may: (imported) => !isOurs(imported) || inside('lib/cli', 'lib/cdk')(imported),
    why: 'an entry point wires the process to the command line and decides nothing',
  },
  {
    of: (file) => !inside('lib/aws')(file),
    may: (imported) => !imported.startsWith('@aws-sdk/') && !imported.startsWith('@smithy/'),
    why: 'only lib/aws calls AWS: everything else is tried without an account',
  },
  {
    of: (file) => !inside('lib/cdk')(file),
    may: (imported) => imported !== 'aws-cdk-lib' && !imported.startsWith('aws-cdk-lib/') && imported !== 'constructs',
    why: 'only lib/cdk knows the CDK: it takes seconds to load',
  },
  {
    of: () => true,
    may: (imported) => !imported.startsWith('@cloud-copilot/'),
    why: 'it is licensed under the AGPL: the tests ask it for a second opinion, and nothing that is shipped may hold it',
  },
  {
    of: () => true,
    may: (imported) => !inside('test', 'scripts', 'bench')(imported),
    why: 'what is shipped does not depend on what tests it',
  },
];

describe('imports', () => {
  it('finds the sources and their imports', () => {
    expect(sources.flatMap(({ imports }) => imports)).toEqual(expect.arrayContaining(['lib/core/judge', 'js-yaml']));
    const code = withoutComments("import type { A } from './a';\nexport * from './b';\nconst c = await import('./c');\n// from './d'\nimport './e';");
    expect(importsOf(code)).toEqual(['./a', './b', './c', './e']);
  });

  it('run one way', () => {
    const wrong = sources.flatMap(({ file, imports }) =>
      imports.flatMap((imported) =>
        DIRECTIONS.filter(({ of, may }) => of(file) && !may(imported, file)).map(({ why }) => `${file} imports ${imported}: ${why}`),
      ),
    );

    expect(wrong).toEqual([]);
  });

  it('lead somewhere: no file only passes on what others export', () => {
    const passing = sources.filter(({ code }) =>
      /^(?:export\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s+from\s+'[^']+';?\s*)+$/.test(code.trim()),
    );

    expect(passing.map(({ file }) => file)).toEqual([]);
  });
});

/** What makes an answer depend on when and where it is asked. */
const IMPURE: readonly (readonly [RegExp, string])[] = [
  [/\bprocess\s*[.[]/, 'process'],
  [/\bDate\.now\b/, 'Date.now'],
  // Of a given time it is arithmetic.
  [/\bnew Date\b(?!\(\s*[^)\s])/, 'the clock (new Date)'],
  [/\bMath\.random\b/, 'Math.random'],
  [/\bglobalThis\b/, 'globalThis'],
  [/\bfetch\s*\(/, 'fetch'],
  [/\bset(?:Timeout|Interval|Immediate)\b/, 'a timer'],
];

it('the core, the guardrails, their patterns and the policies are pure', () => {
  const pure = sources.filter(({ file }) => inside('lib/core', 'lib/guardrails', 'lib/patterns', 'lib/policies')(file));
  const wrong = pure.flatMap(({ file, code }) => IMPURE.filter(([pattern]) => pattern.test(code)).map(([, what]) => `${file} uses ${what}`));

  expect(wrong).toEqual([]);
});

it(`no source is longer than ${MOST_LINES} lines`, () => {
  const long = sources.filter(({ lines }) => lines > MOST_LINES);

  expect(long.map(({ file, lines }) => `${file}: ${lines}`)).toEqual([]);
});

/** The codes that are published: they may be added to, and none may go. */
const CODES: { readonly [guardrail: string]: readonly string[] } = {
  'lambda-permission': [
    'public-principal',
    'untrusted-account',
    'untrusted-organization',
    'untrusted-principal',
    'untrusted-service',
    'unscoped-service',
    'untrusted-source',
    'wildcard-source',
    'public-function-url',
    'excessive-action',
  ],
  'lambda-layer-permission': ['public-layer', 'untrusted-account', 'untrusted-organization', 'untrusted-principal'],
  'lambda-vpc': ['no-vpc', 'unapproved-vpc', 'unapproved-subnet', 'unapproved-security-group', 'direct-internet-egress'],
  'sns-subscription': [
    'public-topic',
    'untrusted-protocol',
    'untrusted-email-domain',
    'untrusted-host',
    'untrusted-account',
    'untrusted-phone',
    'invalid-endpoint',
    'untrusted-dead-letter',
  ],
  'ecr-layer-access': [
    'untrusted-identity',
    'untrusted-network',
    'untrusted-account',
    'untrusted-organization',
    'public-repository',
    'untrusted-destination',
    'open-endpoint-policy',
  ],
};

describe('the registry', () => {
  it('holds what is published', () => {
    const codes = Object.fromEntries(guardrails.map(({ id, codes }) => [id, Object.keys(codes).sort()]));

    expect(codes).toMatchObject(Object.fromEntries(Object.entries(CODES).map(([id, list]) => [id, [...list].sort()])));
  });

  it('and the folders are the same set', () => {
    const folders = [...new Set(files.filter(isSlice).map((file) => file.split('/')[2]))];

    expect(folders.sort()).toEqual(guardrails.map(({ id }) => id).sort());
  });

  it.each(guardrails.map(({ id }) => id))('%s has its parts', (id) => {
    const parts = [`lib/guardrails/${id}/index.ts`, `lib/guardrails/${id}/cases.ts`, `lib/guardrails/${id}/README.md`, `docs/guardrails/${id}.md`];

    expect(parts.filter((part) => !existsSync(join(ROOT, part)))).toEqual([]);
  });

  it.each(guardrails.map(({ id }) => id))('%s: its README leaves to the generated page what the metadata says', (id) => {
    const headings = readFileSync(join(ROOT, `lib/guardrails/${id}/README.md`), 'utf8').match(/^#+ .*$/gm) ?? [];

    expect(headings.filter((heading) => /^# |^## (?:Codes|Options|What it looks at)$/.test(heading))).toEqual([]);
  });

  it.each(guardrails)('$id: metadata that others print is complete', ({ id, title, summary, resources, events, codes, options }) => {
    expect(id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/);
    expect(title).not.toBe('');
    expect(summary).not.toBe('');
    for (const type of resources) expect(type).toMatch(/^AWS::\w+::\w+$/);
    for (const { source, name } of events) expect(`${source} ${name}`).toMatch(/^[a-z0-9]+\.amazonaws\.com [A-Z]\w+$/);
    // Reports and pages put a full stop behind it where one belongs.
    for (const { meaning, source } of Object.values(codes)) expect(`${meaning} ${source}`).toMatch(/[^\s.] https:\/\/docs\.aws\.amazon\.com\//);
    for (const option of Object.values(options)) expect(option).toMatchObject({ description: expect.stringMatching(/\S/) });
  });
});
