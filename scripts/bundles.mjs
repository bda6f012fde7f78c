// Bundles what is deployed: dist/hooks/<id>.js from hooks/<id>.ts, dist/lambda/<id>.js from lambda/<id>.ts and dist/functions/<name>.js
// from functions/<name>.ts, one CommonJS file each, for the Node.js runtime of Lambda. The AWS SDK is the runtime's own. The same sources give the same bytes on any
// machine: paths are relative to the root, each bundle is built by itself and the entry points come in order.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minify, parseSync } from '@swc/core';
import { build } from 'esbuild';
import { unasked } from './unasked.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** CloudFormation waits for a hook, so each byte that it loads counts. A test holds the bundles to it. */
export const MOST_BYTES_OF_A_HOOK = 40 * 1024;

/**
 * Property names that never leave a function: no key of what it is handed, answers, logs, stores and is configured with, none of
 * AWS or Node.js, and never spelled in a string. They are shortened like variables; tests compare what the bundles answer with
 * what the sources do, and the build refuses a bundle that spells one as a key.
 */
const INNER_NAMES = [
  ...['actions', 'answer', 'aspect', 'assessment', 'bounds', 'conditions', 'effect', 'exceptPrincipals', 'expired', 'faults', 'grant', 'holder'],
  ...['isLeft', 'judged', 'mayLackMembers', 'missed', 'others', 'outside', 'patterns', 'principals', 'problems', 'raw', 'reach'],
  ...['subject', 'token', 'unknowns', 'unsure'],
];

/** Of one folder besides: a remediator stores and tells what a hook does not. */
const INNER_NAMES_OF = {
  hooks: [
    ...['account', 'assessments', 'deadLetter', 'endpoint', 'exemption', 'isCloudControl', 'label', 'note', 'partition', 'place', 'policy'],
    ...['previous', 'problem', 'properties', 'resource', 'severity', 'statement', 'statements', 'topicArn', 'verdict', 'warning'],
  ],
  lambda: [
    ...[
      'absent',
      'answers',
      'began',
      'binding',
      'clients',
      'closes',
      'createdAt',
      'deniesUnless',
      'findUndo',
      'isMended',
      'isOwn',
      'isTheOne',
      'isUnscoped',
      'isUnseen',
      'issuerAccountId',
      'openUntil',
      'sharedEventId',
      'sourceIpAddress',
      'unwatched',
    ],
    ...['isTransient', 'kind', 'lookAgain', 'mends', 'pages', 'passing', 'readOnly', 'recordUndo', 'remaining', 'sighting'],
    ...['each', 'inventory', 'lists', 'occasion', 'pace', 'standing', 'statements', 'tally', 'what', 'wholes'],
    ...['aggregate', 'client', 'dryRun', 'facts', 'failures', 'fromRecord', 'hasRequest', 'hasResponse', 'isFromConsole', 'issuerArn', 'operation'],
    ...['isUnseen', 'openUntil', 'perSecond', 'ports', 'sharedEventId', 'sleep', 'sourceIpAddress', 'undoKey', 'unwatched'],
  ],
};

const FOLDERS = ['hooks', 'lambda', 'functions'];

const innerNamesOf = (folder) => [...INNER_NAMES, ...(INNER_NAMES_OF[folder] ?? [])].join('|');
/** Asked for by name, as a key that is looked for or read: strings are not shortened. */
const spelled = (names) => new RegExp(`["'](?:${names})["'](?: ?in |\\])|,["'](?:${names})["']\\)`);

/** What nobody uses is dropped, down to single functions: no module of ours does anything by being loaded. */
const tidy = {
  name: 'tidy',
  setup: ({ onResolve, resolve: find }) =>
    onResolve({ filter: /^\.\.?\// }, async ({ path, pluginData, importer, resolveDir, kind }) => {
      if (pluginData === tidy || !importer.startsWith(join(root, 'lib'))) return undefined;
      const found = await find(path, { importer, resolveDir, kind, pluginData: tidy });
      return found.errors.length > 0 ? undefined : { path: found.path, sideEffects: false };
    }),
};

async function bundle(folder, name) {
  const inner = innerNamesOf(folder);
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    // Not the entry itself: what turns a module's exports into CommonJS is as long as a small guardrail's rule.
    stdin: { contents: `import { handler } from './${folder}/${name}'; exports.handler = handler;`, resolveDir: root, sourcefile: 'entry.js' },
    logOverride: { 'commonjs-variable-in-esm': 'silent' },
    outfile: `${name}.js`,
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    external: ['@aws-sdk/*', '@smithy/*'],
    // The runtime's own SDK is found by require alone: import() looks at no NODE_PATH.
    supported: { 'dynamic-import': false },
    minify: true,
    charset: 'utf8',
    // The licences of what is bundled, in dist/<folder>/<id>.js.LEGAL.txt.
    legalComments: 'external',
    logLevel: 'warning',
    plugins: [unasked(root, folder, name), tidy],
    mangleProps: new RegExp(`^(?:${inner})$`),
  });
  const textOf = (end) => outputFiles.find(({ path }) => path.endsWith(end))?.text;
  const { inputs } = metafile.outputs[`${name}.js`];
  const [spelling] = textOf('.js').match(spelled(inner)) ?? [];
  if (spelling)
    throw new Error(`${folder}/${name}: ${spelling} spells a name that is shortened: take it out of INNER_NAMES, or ask for the property`);
  return { code: await shortened(textOf('.js')), legal: textOf('.LEGAL.txt'), inputs };
}

/** A second minifier finds another twentieth. It may take our functions for what they are: getters without effects, no `arguments`. */
async function shortened(code) {
  const compress = { ecma: 2022, passes: 4, toplevel: true, pure_getters: true, keep_fargs: false, unsafe_arrows: true, unsafe_methods: true };
  const { code: shorter } = await minify(code, { compress, mangle: { toplevel: true }, ecma: 2022, module: false, toplevel: true });
  return `${inTemplates(shorter)}\n`;
}

/**
 * Ready for a template, which is JSON: a double quote takes two bytes there, so strings get single ones; and what only looks like
 * a parameter or a dynamic reference of CloudFormation is written so that nobody takes it for one.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 */
function inTemplates(code) {
  const bytes = Buffer.from(code);
  const { span, ...program } = parseSync(code, { syntax: 'ecmascript', target: 'es2022', isModule: false });
  for (const { start, end } of stringsIn(program)) {
    const [from, to] = [start - span.start, end - span.start - 1];
    if (bytes[from] !== QUOTE || bytes[to] !== QUOTE || bytes.subarray(from + 1, to).some((byte) => byte === APOSTROPHE || byte === BACKSLASH))
      continue;
    bytes[from] = APOSTROPHE;
    bytes[to] = APOSTROPHE;
  }
  return bytes.toString('utf8').replaceAll('${AWS::', '$\\{AWS::').replaceAll('{{resolve:', '{\\{resolve:');
}

const [QUOTE, APOSTROPHE, BACKSLASH] = Buffer.from(`"'\\`);

/** The spans of all string literals, in bytes. */
function stringsIn(node) {
  if (Array.isArray(node)) return node.flatMap(stringsIn);
  if (typeof node !== 'object' || node === null) return [];
  return node.type === 'StringLiteral' ? [node.span] : Object.values(node).flatMap(stringsIn);
}

/** Answers `{ file, bytes, inputs }` for each bundle, in order; `inputs` maps a source to its bytes before the second minifier. */
export async function buildBundles(out = join(root, 'dist')) {
  const bundles = [];
  for (const folder of FOLDERS) {
    rmSync(join(out, folder), { recursive: true, force: true });
    mkdirSync(join(out, folder), { recursive: true });
    const entries = readdirSync(join(root, folder)).filter((name) => name.endsWith('.ts'));
    for (const entry of entries.sort()) {
      const name = basename(entry, '.ts');
      const { code, legal, inputs } = await bundle(folder, name);
      writeFileSync(join(out, folder, `${name}.js`), code);
      if (legal) writeFileSync(join(out, folder, `${name}.js.LEGAL.txt`), legal);
      bundles.push({
        file: `${folder}/${name}.js`,
        bytes: Buffer.byteLength(code),
        inputs: Object.fromEntries(Object.entries(inputs).map(([path, { bytesInOutput }]) => [path, bytesInOutput])),
      });
    }
  }
  return bundles;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  for (const { file, bytes } of await buildBundles(process.argv[2])) console.log(`${file} ${bytes}`);
}
