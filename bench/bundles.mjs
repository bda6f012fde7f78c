/**
 * The deployed functions: a table of their sizes and of what makes them up, and how long a hook takes to load, as a ratio to a
 * bundle with nothing but the Powertools logger. Fresh processes, in turn (A B A B …), medians. By itself: `node bench/bundles.mjs`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildBundles, MOST_BYTES_OF_A_HOOK } from '../scripts/bundles.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const PROCESSES = 20;
const MOST_TIMES_THE_LOGGER = 1.2;

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

/** Milliseconds from asking for a bundle to having its handler. */
function loadingTime(file) {
  const script = `const started = process.hrtime.bigint(); require(${JSON.stringify(file)}); process.stdout.write(String(process.hrtime.bigint() - started));`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
    encoding: 'utf8',
    env: { ...process.env, AWS_REGION: 'eu-west-1' },
  });
  if (status !== 0) throw new Error(`${file} does not load: ${stderr}`);
  return Number(stdout) / 1e6;
}

async function buildPeer(work, name, contents) {
  const outfile = join(work, `${name}.js`);
  const options = { bundle: true, minify: true, platform: 'node', target: 'node24', format: 'cjs', logLevel: 'warning' };
  await build({ ...options, stdin: { contents, resolveDir: root }, outfile });
  return outfile;
}

/** The largest parts of a bundle: folders of ours, packages of others. */
function partsOf(inputs) {
  const sizes = new Map();
  for (const [path, bytes] of Object.entries(inputs)) {
    const [part = 'entry'] = /^(?:node_modules\/(?:@[^/]+\/)?[^/]+|lib\/[^/]+)/.exec(path) ?? [];
    sizes.set(part, (sizes.get(part) ?? 0) + bytes);
  }
  const largest = [...sizes].sort(([, a], [, b]) => b - a).slice(0, 5);
  return largest.map(([part, bytes]) => `${part} ${(bytes / 1024).toFixed(1)}`).join(', ');
}

/** `report(name, text, limit, value)`: one measurement that has a limit. */
export async function benchBundles(report) {
  const work = mkdtempSync(join(tmpdir(), 'perimeter-bundles-'));
  try {
    const bundles = await buildBundles(work);
    console.log('deployed functions, KB, and what they are made of (before the second minifier)');
    for (const { file, bytes, inputs } of bundles) console.log(`  ${file.padEnd(36)} ${(bytes / 1024).toFixed(1).padStart(6)}   ${partsOf(inputs)}`);

    const hooks = bundles.filter(({ file }) => file.startsWith('hooks/')).map(({ file, bytes }) => ({ file, bytes, path: join(work, file) }));
    const logger = await buildPeer(
      work,
      'logger',
      "const { Logger } = require('@aws-lambda-powertools/logger'); const logger = new Logger(); exports.handler = async () => logger.info('x');",
    );
    writeFileSync(join(work, 'empty.js'), 'exports.handler = async () => {};\n');
    const measured = [logger, join(work, 'empty.js'), ...hooks.map(({ path }) => path)];
    const times = new Map(measured.map((path) => [path, []]));
    for (const path of measured) loadingTime(path);
    for (let round = 0; round < PROCESSES; round += 1) for (const path of measured) times.get(path).push(loadingTime(path));

    const ofLogger = median(times.get(logger));
    console.log(`loading: the logger alone ${ofLogger.toFixed(1)} ms, an empty handler ${median(times.get(join(work, 'empty.js'))).toFixed(1)} ms`);
    for (const { file, bytes, path } of hooks) {
      const time = median(times.get(path));
      report(`${file}, size`, `${(bytes / 1024).toFixed(1)} KB`, MOST_BYTES_OF_A_HOOK / 1024, bytes / 1024);
      report(
        `${file}, loading, against the Powertools logger alone`,
        `${time.toFixed(1)} ms: ${(time / ofLogger).toFixed(2)} x`,
        MOST_TIMES_THE_LOGGER,
        time / ofLogger,
      );
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await benchBundles((name, text, limit, value) => {
    console.log(`${name}\n  ${text} (at most ${limit}: ${value <= limit ? 'kept' : 'MISSED'})`);
    if (value > limit) process.exitCode = 1;
  });
}
