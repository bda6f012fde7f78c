// Bundles what is deployed: dist/hooks/<id>.js from hooks/<id>.ts, dist/lambda/<id>.js from lambda/<id>.ts and dist/functions/<name>.js
// from functions/<name>.ts, one CommonJS file each, for the Node.js runtime of Lambda. The AWS SDK is the runtime's own. The same sources give the same bytes on any
// machine: paths are relative to the root, each bundle is built by itself and the entry points come in order.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minify, parseSync } from '@swc/core';
import { build } from 'esbuild';
import { unasked } from './unasked.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** CloudFormation waits for a hook, so each byte that it loads counts. A test holds the bundles to it. */
export const MOST_BYTES_OF_A_HOOK = 40 * 1024;

/**
 * Property names that never leave a hook: no key of what it is handed, answers, logs and is configured with, none of AWS or
 * Node.js, and never spelled in a string. They are shortened like variables; tests compare what the bundles answer with what the
 * sources do, and the build refuses a bundle that spells one as a key.
 */
const INNER_NAMES = [
  ...['account', 'actions', 'answer', 'aspect', 'assessment', 'assessments', 'bounds', 'conditions', 'deadLetter', 'effect', 'endpoint'],
  ...['exceptPrincipals', 'exemption', 'expired', 'faults', 'grant', 'holder', 'isCloudControl', 'isLeft', 'judged', 'label'],
  ...['mayLackMembers', 'missed', 'note', 'others', 'outside', 'partition', 'patterns', 'place', 'policy', 'previous', 'principals'],
  ...['problem', 'problems', 'properties', 'raw', 'reach', 'resource', 'severity', 'statement', 'statements', 'subject', 'token'],
  ...['topicArn', 'unknowns', 'unsure', 'verdict', 'warning'],
].join('|');
/** Asked for by name, as a key that is looked for or read: strings are not shortened. */
const SPELLED = new RegExp(`["'](?:${INNER_NAMES})["'](?: ?in |\\])|,["'](?:${INNER_NAMES})["']\\)`);

/** Marks what a plug-in here asks esbuild itself to resolve. */
const RESOLVED = 'resolved';

/** What nobody uses is dropped, down to single functions: no module of ours does anything by being loaded. */
const tidy = {
  name: 'tidy',
  setup: ({ onResolve, resolve: find }) =>
    onResolve({ filter: /^\.\.?\// }, async ({ path, pluginData, importer, resolveDir, kind }) => {
      if (pluginData === RESOLVED || !importer.startsWith(join(root, 'lib'))) return undefined;
      const found = await find(path, { importer, resolveDir, kind, pluginData: RESOLVED });
      return found.errors.length > 0 ? undefined : { path: found.path, sideEffects: false };
    }),
};

const COMMON = {
  absWorkingDir: root,
  write: false,
  metafile: true,
  bundle: true,
  platform: 'node',
  target: 'node24',
  external: ['@aws-sdk/*', '@smithy/*'],
  // The runtime's own SDK is found by require alone: import() looks at no NODE_PATH.
  supported: { 'dynamic-import': false },
  minify: true,
  charset: 'utf8',
  // The licences of what is bundled, in dist/<folder>/<id>.js.LEGAL.txt.
  legalComments: 'external',
  logLevel: 'warning',
};

/** esbuild keeps the marks of coverage tools as legal comments too. */
const LICENSE = /copyright|licensed under/i;

/** Bundles a text as if it lay in the root. Answers its code, its licences, and the bytes of each source in it. */
async function bundleText(contents, options) {
  const { outputFiles, metafile } = await build({
    ...COMMON,
    ...options,
    stdin: { contents, resolveDir: root, sourcefile: 'entry.js' },
    outfile: 'bundle.js',
  });
  const textOf = (end) => outputFiles.find(({ path }) => path.endsWith(end))?.text;
  const sizes = Object.entries(metafile.outputs['bundle.js'].inputs).map(([path, { bytesInOutput }]) => [path, bytesInOutput]);
  return { code: textOf('.js'), legal: textOf('.LEGAL.txt') ?? '', inputs: Object.fromEntries(sizes) };
}

/** Not the entry itself: what turns a module's exports into CommonJS is as long as a small guardrail's rule. */
const entryOf = (folder, name) => `import { handler } from './${folder}/${name}'; exports.handler = handler;`;

const AS_CJS = { format: 'cjs', logOverride: { 'commonjs-variable-in-esm': 'silent' } };

/** A function that carries all of its code. */
async function bundle(folder, name) {
  const isHook = folder === 'hooks';
  const { code, ...rest } = await bundleText(entryOf(folder, name), {
    ...AS_CJS,
    plugins: [unasked(root, folder, name), tidy],
    ...(isHook && { mangleProps: new RegExp(`^(?:${INNER_NAMES})$`) }),
  });
  const [spelling] = (isHook && code.match(SPELLED)) || [];
  if (spelling)
    throw new Error(`${folder}/${name}: ${spelling} spells a name that is shortened: take it out of INNER_NAMES, or ask for the property`);
  return { ...rest, code: await shortened(code) };
}

/** Where the code lies that all remediators share: a guardrail's own is in its folder. */
const SHARED = /^lib\/(?:aws|core|handlers)\//;

/**
 * The remediators: the code that they share, and the whole of each, which begins with it (docs/decisions/0025). A template holds the
 * shared code once.
 */
async function bundleRemediators(names) {
  const asked = await Promise.all(names.map(async (name) => ({ name, uses: await sharedUsesOf(name) })));
  const all = [...new Set(asked.flatMap(({ uses }) => uses))].sort();
  const imports = all.map((use, index) => `import { ${nameOf(use)} as s${index} } from './${moduleOf(use)}';`);
  const shared = await bundleText(`${imports.join('\n')}\nshared = [${all.map((_, index) => `s${index}`)}];`, {
    format: 'iife',
    plugins: [unasked(root, 'lambda'), tidy],
  });
  const code = `var shared;\n${await shortened(shared.code)}`;
  const remediators = asked.map(async ({ name, uses }) => {
    const places = new Map(uses.map((use) => [use, all.indexOf(use)]));
    const own = await bundleText(entryOf('lambda', name), { ...AS_CJS, plugins: [fromShared(places), unasked(root, 'lambda', name), tidy] });
    return {
      name,
      code: code + (await shortened(`(() => {${own.code}})();`)),
      legal: shared.legal + own.legal,
      inputs: { ...shared.inputs, ...own.inputs },
    };
  });
  return { code, remediators: await Promise.all(remediators) };
}

/** `lib/core/value#isList`: a module and what is taken from it. */
const useOf = (module, name) => `${module}#${name}`;
const moduleOf = (use) => use.split('#')[0];
const nameOf = (use) => use.split('#')[1];

/** What a remediator takes out of the shared code by itself. */
async function sharedUsesOf(name) {
  const { code } = await bundleText(entryOf('lambda', name), {
    format: 'esm',
    minify: false,
    plugins: [atShared((module) => ({ path: module, external: true })), unasked(root, 'lambda', name), tidy],
  });
  const imports = parseSync(code, { syntax: 'ecmascript', target: 'es2022' }).body.filter(({ type }) => type === 'ImportDeclaration');
  return imports
    .filter(({ source }) => SHARED.test(source.value))
    .flatMap(({ source, specifiers }) =>
      specifiers.map(({ type, imported, local }) => {
        if (type !== 'ImportSpecifier') throw new Error(`${name}: ${source.value} is taken as a whole: name what is taken`);
        return useOf(source.value, (imported ?? local).value);
      }),
    );
}

/** Hands what is resolved to a module of the shared code to `answer`, as `lib/core/value`. */
const atShared = (answer) => ({
  name: 'at-shared',
  setup: ({ onResolve, resolve: find }) =>
    onResolve({ filter: /^\.\.?\// }, async ({ path, pluginData, importer, resolveDir, kind }) => {
      if (pluginData === RESOLVED) return undefined;
      const found = await find(path, { importer, resolveDir, kind, pluginData: RESOLVED });
      const module = relative(root, found.path).replaceAll('\\', '/').replace(/\.ts$/, '');
      return SHARED.test(module) ? answer(module) : undefined;
    }),
});

const fromShared = (places) => ({
  name: 'from-shared',
  setup: (build) => {
    atShared((module) => ({ path: module, namespace: 'shared' })).setup(build);
    build.onLoad({ filter: /.*/, namespace: 'shared' }, ({ path }) => {
      const uses = [...places].filter(([use]) => moduleOf(use) === path);
      return { contents: uses.map(([use, place]) => `export const ${nameOf(use)} = shared[${place}];`).join('\n') };
    });
  },
});

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
  const { code, remediators } = await bundleRemediators(entriesOf('lambda'));
  const alone = (folder) => Promise.all(entriesOf(folder).map(async (name) => ({ name, ...(await bundle(folder, name)) })));
  const built = {
    functions: await alone('functions'),
    hooks: await alone('hooks'),
    lambda: remediators,
    shared: [{ name: 'lambda', code, legal: '' }],
  };
  for (const [folder, bundles] of Object.entries(built)) {
    rmSync(join(out, folder), { recursive: true, force: true });
    mkdirSync(join(out, folder), { recursive: true });
    for (const { name, code, legal } of bundles) {
      writeFileSync(join(out, folder, `${name}.js`), code);
      if (LICENSE.test(legal)) writeFileSync(join(out, folder, `${name}.js.LEGAL.txt`), legal);
    }
  }
  return ['hooks', 'lambda', 'functions'].flatMap((folder) =>
    built[folder].map(({ name, code, inputs }) => ({ file: `${folder}/${name}.js`, bytes: Buffer.byteLength(code), inputs })),
  );
}

const entriesOf = (folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => basename(name, '.ts'))
    .sort();

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  for (const { file, bytes } of await buildBundles(process.argv[2])) console.log(`${file} ${bytes}`);
}
