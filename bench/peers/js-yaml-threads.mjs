/** The peer of `perimeter check`: js-yaml merely loads the same files, in two threads. Judges nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

// Its CommonJS file: on Node.js 20 its ES module is 3.5 times as slow.
const { CORE_SCHEMA, defineScalarTag, defineSequenceTag, load } = createRequire(import.meta.url)('js-yaml');

const identify = () => false;
const NAMES = ['Ref', 'Sub', 'GetAtt', 'ImportValue', 'Join', 'If', 'Equals'];
const schema = CORE_SCHEMA.withTags([
  ...NAMES.map((name) => defineScalarTag(`!${name}`, { resolve: (text) => ({ [name]: text }), identify })),
  ...NAMES.map((name) => defineSequenceTag(`!${name}`, { create: () => [], addItem: (list, item) => void list.push(item), identify })),
]);

if (isMainThread) {
  const folder = process.argv[2];
  const files = readdirSync(folder).map((name) => join(folder, name));
  // YAML and JSON alternate, so each thread takes pairs.
  for (const half of [0, 1]) new Worker(new URL(import.meta.url), { workerData: files.filter((_, index) => (index >> 1) % 2 === half) });
} else {
  for (const file of workerData) load(readFileSync(file, 'utf8'), { schema });
}
