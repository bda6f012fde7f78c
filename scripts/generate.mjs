// `npm run generate` writes what the registry and the examples determine: the pages of docs/guardrails, the policies and stacks of the
// example configuration, the sizes of their functions, the JSON Schema of the configuration and the generated parts of the README. With --check it writes nothing and fails where a file differs.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { exampleRuns } from './examples.mjs';
import { guardrailIndex, guardrailList, guardrailPage, withGenerated } from './pages.mjs';
import { pictureOf, sizesPage, templatesOf } from './stacks.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path) => readFileSync(join(root, path), 'utf8');

const { guardrails, severityOf, optionFormats, configurationJsonSchema, functionSizes, sharedCodeBytes } = await sources();
const files = generate();
const differing = Object.entries(files).filter(([path, text]) => current(path) !== text);

if (!process.argv.includes('--check')) {
  for (const [path, text] of differing) write(path, text);
  console.log(differing.length === 0 ? 'everything was current' : `wrote ${differing.map(([path]) => path).join(', ')}`);
} else if (differing.length > 0) {
  console.error(`not current: ${differing.map(([path]) => path).join(', ')}; run npm run generate`);
  process.exitCode = 1;
} else {
  console.log(`${Object.keys(files).length} generated files are current`);
}

/** Path from the root → text. Pages are formatted as `npm run format` would, or lint and verify could not both be content. */
function generate() {
  const pages = guardrails.map((guardrail) => [
    `docs/guardrails/${guardrail.id}.md`,
    guardrailPage(guardrail, { readme: read(`lib/guardrails/${guardrail.id}/README.md`), severityOf, optionFormats }),
  ]);
  const readme = withGenerated(read('README.md'), { guardrails: guardrailList(guardrails, 'docs/guardrails/'), output: picture() });
  const templates = templatesOf(root, 'examples/perimeter.yaml');
  const markdown = [
    ...pages,
    ['docs/sizes.md', sizesPage(templates, { functionSizes, sharedCodeBytes }, current('docs/sizes.md'))],
    ['docs/guardrails/README.md', guardrailIndex(guardrails)],
    ['README.md', readme],
  ];
  return {
    ...Object.fromEntries(markdown.map(([path, text]) => [path, formatted(path, text)])),
    ...Object.fromEntries(policies()),
    ...Object.fromEntries(Object.entries(templates).map(([name, text]) => pictureAt(`test/cdk/snapshots/${name}.yaml`, text))),
    'perimeter.schema.json': `${JSON.stringify(configurationJsonSchema(guardrails), null, 2)}\n`,
  };
}

/** What `perimeter scp render --out scp` writes for the example configuration, laid out for readers. */
function policies() {
  const folder = mkdtempSync(join(tmpdir(), 'perimeter-policies-'));
  try {
    printedBy(['scp', 'render', '--config', 'examples/perimeter.yaml', '--out', folder]);
    const names = readdirSync(folder, { recursive: true }).map((name) => name.replaceAll('\\', '/'));
    const files = names.filter((name) => name.endsWith('.json')).sort();
    return files.map((name) => [`scp/${name}`, `${JSON.stringify(JSON.parse(readFileSync(join(folder, name), 'utf8')), null, 2)}\n`]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A stack as YAML, and its path. */
function pictureAt(path, template) {
  return [path, formatted(path, pictureOf(root, template))];
}

function formatted(path, text) {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const { stdout, stderr, status } = spawnSync(process.execPath, [biome, 'format', `--stdin-file-path=${path}`], {
    cwd: root,
    input: text,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${path} cannot be formatted: ${stderr}`);
  return stdout;
}

function current(path) {
  try {
    return read(path);
  } catch {
    return undefined;
  }
}

function write(path, text) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** The sources are TypeScript: bundled, whole, into a file that Node.js can load. */
async function sources() {
  const folder = mkdtempSync(join(tmpdir(), 'perimeter-generate-'));
  const outfile = join(folder, 'sources.cjs');
  const contents = `export { guardrails } from './lib/guardrails';
    export { severityOf } from './lib/core/verdict';
    export { optionFormats } from './lib/config/formats';
    export { configurationJsonSchema } from './lib/config/schema';
    export { functionSizes, sharedCodeBytes } from './lib/cdk/sizes';`;
  try {
    await build({ stdin: { contents, resolveDir: root }, outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
    return (await import(pathToFileURL(outfile).href)).default;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What `npm start` prints of each run: the first findings, and the summary. */
function picture() {
  return exampleRuns.map(({ args, quoted }) => `$ perimeter ${args.join(' ')}\n\n${shortened(printedBy(args), quoted)}`).join('\n\n');
}

function printedBy(args) {
  const env = { PATH: process.env.PATH, NO_COLOR: '1' };
  const { stdout, stderr, status } = spawnSync(process.execPath, ['dist/perimeter.js', ...args], { cwd: root, env, encoding: 'utf8' });
  if (status !== 0 && status !== 1) throw new Error(`perimeter ${args.join(' ')} exited with ${status}: ${stderr}`);
  return stdout.trimEnd();
}

/** Findings are indented paragraphs, headings of guardrails are not; the summary comes last. */
function shortened(text, mostFindings) {
  const paragraphs = text.split('\n\n');
  const isFinding = (paragraph) => paragraph.startsWith(' ');
  const last = paragraphs.filter(isFinding)[mostFindings - 1];
  if (last === undefined) return text;
  return [...paragraphs.slice(0, paragraphs.indexOf(last) + 1), '  …', paragraphs.at(-1)].join('\n\n');
}
