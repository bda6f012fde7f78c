/** AWS's own models of its calls, as botocore carries them, lengths and patterns included (valid.py). */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Call } from '../../lib/core/verdict';
import { PYTHON } from './program';

/** What is wrong with these inputs, each once; `[]`: nothing. */
export function invalidIn(calls: readonly Pick<Call, 'action' | 'input'>[]): readonly string[] {
  const input = JSON.stringify(calls.map(({ action, input }) => [action, input]));
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  const problems: readonly string[] = JSON.parse(execFileSync(PYTHON, ['-B', join(__dirname, 'valid.py')], { input, env, encoding: 'utf8' }));
  return [...new Set(problems)];
}
