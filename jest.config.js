/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  transform: { '^.+\\.tsx?$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } }] },
  testTimeout: 60_000,
  // All cores: jest would leave one idle, which of two is half.
  maxWorkers: '100%',
  testSequencer: '<rootDir>/test/support/sequencer.cjs',
};
