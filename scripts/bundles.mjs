// Bundles what is deployed: dist/hooks/<id>.js from hooks/<id>.ts and dist/lambda/<id>.js from lambda/<id>.ts, one CommonJS
// file each, for the Node.js runtime of Lambda. The AWS SDK is the runtime's own. The same sources give the same bytes on any
// machine: paths are relative to the root and the entry points come in order.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The entry points of a folder, `<id>.ts`, in order. */
const entriesOf = (folder) =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder))
        .filter((name) => name.endsWith('.ts'))
        .sort()
        .map((name) => `${folder}/${name}`)
    : [];

/** Parts of the library are dropped where nobody uses them, down to single files. */
const tidy = {
  name: 'tidy',
  setup: ({ onResolve, resolve }) =>
    onResolve({ filter: /^\.\.?\// }, async ({ path, pluginData, ...from }) => {
      if (pluginData === tidy || !from.importer.startsWith(join(root, 'lib'))) return undefined;
      const found = await resolve(path, { importer: from.importer, resolveDir: from.resolveDir, kind: from.kind, pluginData: tidy });
      return found.errors.length > 0 ? undefined : { path: found.path, sideEffects: false };
    }),
};

/** Answers `{ file, bytes, inputs }` for each bundle; `inputs` maps a source to its bytes in the bundle. */
export async function buildBundles({ out = join(root, 'dist') } = {}) {
  const bundles = [];
  for (const folder of ['hooks', 'lambda']) {
    const entryPoints = entriesOf(folder);
    const target = join(out, folder);
    rmSync(target, { recursive: true, force: true });
    if (entryPoints.length === 0) continue;
    mkdirSync(target, { recursive: true });
    // One build each: shared ones may number the same names differently when an entry is added.
    for (const entry of entryPoints) {
      const { outputFiles, metafile } = await build({
        absWorkingDir: root,
        // Not the entry itself: what turns a module's exports into CommonJS is as long as a small guardrail's rule.
        stdin: { contents: `import { handler } from './${entry}'; exports.handler = handler;`, resolveDir: root, loader: 'js' },
        logOverride: { 'commonjs-variable-in-esm': 'silent' },
        outfile: join(target, `${basename(entry, '.ts')}.js`),
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
        treeShaking: true,
        charset: 'utf8',
        // The licences of what is bundled, in dist/<folder>/<id>.js.LEGAL.txt.
        legalComments: 'external',
        logLevel: 'warning',
        plugins: [tidy],
      });
      for (const { path, contents } of outputFiles) writeFileSync(path, contents);
      const [, output] = Object.entries(metafile.outputs).find(([path]) => path.endsWith('.js'));
      bundles.push({
        file: `${folder}/${basename(entry, '.ts')}.js`,
        bytes: output.bytes,
        inputs: Object.fromEntries(Object.entries(output.inputs).map(([path, { bytesInOutput }]) => [path, bytesInOutput])),
      });
    }
  }
  return bundles;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { file, bytes } of await buildBundles()) console.log(`${file} ${readFileSync(join(root, 'dist', file)).length === bytes ? bytes : '?'}`);
}
