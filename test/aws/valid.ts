/** AWS's own models of its calls, as botocore carries them, lengths and patterns included (valid.py). */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Call } from '../../lib/core/verdict';
import { PYTHON } from './program';

/** What is wrong with these inputs, each once; `[]`: nothing. */
export const invalidIn = (calls: readonly Pick<Call, 'action' | 'input'>[]): readonly string[] =>
  problemsOf(calls.map(({ action, input }) => [action, input, 'input']));

/** The same of answers; `[]`: each is as AWS would give it. */
export const invalidAnswersIn = (answers: readonly (readonly [action: string, answer: object])[]): readonly string[] =>
  problemsOf(answers.map(([action, answer]) => [action, answer, 'output']));

function problemsOf(given: readonly (readonly [action: string, value: object, side: 'input' | 'output'])[]): readonly string[] {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  const script = join(__dirname, 'valid.py');
  const problems: readonly string[] = JSON.parse(execFileSync(PYTHON, ['-B', script], { input: JSON.stringify(given), env, encoding: 'utf8' }));
  return [...new Set(problems)];
}
