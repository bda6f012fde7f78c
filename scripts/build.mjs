// Builds the command line: dist/perimeter.js (what npm links) starts dist/cli.js (our code), which loads
// dist/<package>.js for the few packages that are large and seldom needed: reading them takes as long as judging a template.
// Beside it lie the functions as they are deployed (bundles.mjs) and dist/runtime.js, which runs them for `perimeter invoke`.
// `--if-needed`: only when a source is newer than the build.
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import * as yaml from 'js-yaml';
import { buildBundles } from './bundles.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const start = join(dist, 'perimeter.js');
const bundle = join(dist, 'cli.js');
const APART = ['cli-progress', 'tinyglobby', 'tldts'];

function newest(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function isCurrent() {
  if (!existsSync(start) || !existsSync(bundle)) return false;
  const names = [
    'bin',
    'functions',
    'hooks',
    'lambda',
    'lib',
    'scripts/build.mjs',
    'scripts/bundles.mjs',
    'scripts/unasked.mjs',
    'package.json',
    'package-lock.json',
  ];
  const sources = names.map((name) => join(root, name));
  return Math.max(...sources.map(newest)) <= statSync(start).mtimeMs;
}

if (!process.argv.includes('--if-needed') || !isCurrent()) {
  mkdirSync(dist, { recursive: true });
  for (const name of readdirSync(dist)) if (name.endsWith('.cache')) rmSync(join(dist, name), { force: true });
  const common = {
    absWorkingDir: root,
    outdir: dist,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // Of who wants it: judging needs none, and npm finds it beside us.
    external: ['@aws-sdk/*', '@smithy/*', 'aws-cdk-lib', 'aws-cdk-lib/*', 'constructs'],
    // Scripts that are run from kept code have no import().
    supported: { 'dynamic-import': false },
    minify: true,
    // The licences of what is bundled, in dist/<name>.js.LEGAL.txt.
    legalComments: 'external',
    logLevel: 'warning',
  };
  const apart = {
    name: 'apart',
    setup: ({ onResolve }) => onResolve({ filter: new RegExp(`^(${APART.join('|')})$`) }, ({ path }) => ({ path: `./${path}.js`, external: true })),
  };
  // Node.js 20 runs the package's CommonJS file three times as fast as its ES module (which spreads objects where this one
  // copies them); named here once, because every use of an import from CommonJS would go through a getter.
  const fastYaml = {
    name: 'fast-yaml',
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /^js-yaml$/ }, ({ kind }) => (kind === 'import-statement' ? { path: 'js-yaml', namespace: 'fast-yaml' } : undefined));
      onLoad({ filter: /.*/, namespace: 'fast-yaml' }, () => {
        const names = Object.keys(yaml).filter((name) => name !== 'default');
        const contents = `const yaml = require('js-yaml');\n${names.map((name) => `export const ${name} = yaml.${name};`).join('\n')}`;
        return { contents, resolveDir: root };
      });
    },
  };
  // The argument parser can start other programs. Ours is never asked to, and loading what that takes is a tenth of the start.
  const unstarted = {
    name: 'unstarted',
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
        importer.includes('commander') ? { path: 'none', namespace: 'unstarted' } : undefined,
      );
      onLoad({ filter: /^none$/, namespace: 'unstarted' }, () => ({ contents: 'module.exports = {};' }));
    },
  };
  await build({ ...common, entryPoints: { cli: 'bin/perimeter.ts' }, plugins: [apart, fastYaml, unstarted] });
  // As `require` finds them: an ES module may ask for its own address, which a CommonJS bundle does not have.
  const { resolve } = createRequire(import.meta.url);
  await build({ ...common, entryPoints: Object.fromEntries(APART.map((name) => [name, resolve(name)])) });
  await build({ ...common, entryPoints: { runtime: 'lib/cli/invoke/runtime.ts' } });
  await build({ ...common, entryPoints: { app: 'bin/app.ts' } });
  await buildBundles();
  const hash = createHash('sha256').update(readFileSync(bundle)).digest('hex').slice(0, 16);
  writeFileSync(start, readFileSync(join(root, 'bin/launcher.cjs'), 'utf8').replace('BUNDLE_HASH', hash));
  chmodSync(start, 0o755);
}
