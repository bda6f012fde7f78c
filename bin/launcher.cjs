#!/usr/bin/env node
// What npm links, as dist/perimeter.js: starts dist/cli.js with the code that an earlier run compiled, which halves the
// start. Node.js 22 keeps compiled code by itself; for an older one it lies beside the bundle, where it may be written.
const { readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { Script } = require('node:vm');
const { isMainThread } = require('node:worker_threads');

const bundle = join(__dirname, 'cli.js');
// The build puts the hash of the bundle here: V8 compares nothing but the length of a source.
const kept = join(__dirname, `cli.BUNDLE_HASH.${process.version}-${process.arch}.cache`);

function keptCode() {
  try {
    return readFileSync(kept);
  } catch {
    return undefined;
  }
}

/** Whole or not at all, because other runs read it; not where the folder is not ours to write, which is found out first: making it takes longer. */
function keepCode(script) {
  const draft = `${kept}.${process.pid}`;
  try {
    writeFileSync(draft, '');
    writeFileSync(draft, script.createCachedData());
    renameSync(draft, kept);
  } catch {
    try {
      rmSync(draft, { force: true });
    } catch {}
  }
}

/** As Node.js itself runs a CommonJS file. */
function runBundle() {
  const cachedData = keptCode();
  const script = new Script(Module.wrap(readFileSync(bundle, 'utf8')), { filename: bundle, cachedData });
  const bundled = new Module(bundle);
  script.runInThisContext().call(bundled.exports, bundled.exports, Module.createRequire(bundle), bundled, bundle, __dirname);
  // A verb that judges has compiled what is worth keeping.
  const judges = process.argv[2] === 'check' || process.argv[2] === 'replay';
  const isMissing = cachedData === undefined || script.cachedDataRejected;
  if (isMissing && judges && isMainThread) process.on('exit', (code) => code < 2 && keepCode(script));
}

if (Module.enableCompileCache) {
  Module.enableCompileCache();
  require('./cli.js');
} else {
  runBundle();
}
