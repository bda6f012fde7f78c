/** What takes longest comes first, so that no core is idle while the last suite goes on. On a machine that runs them for the first time jest knows sizes alone. */
const { readFileSync } = require('node:fs');
const { default: Sequencer } = require('@jest/test-sequencer');

/** The fault matrix waits most of its time, beside what computes; then what is tried many times. */
function weightOf({ path }) {
  if (path.endsWith('e2e/faults.test.ts')) return 2;
  return readFileSync(path, 'utf8').includes('support/runs') ? 1 : 0;
}

module.exports = class extends Sequencer {
  sort(tests) {
    const weights = new Map(tests.map((test) => [test, weightOf(test)]));
    return [...super.sort(tests)].sort((a, b) => weights.get(b) - weights.get(a));
  }
};
