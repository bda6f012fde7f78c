/** Runs a bundle on Node.js 24 with the SDK of its first runtime and nothing else: as Lambda has it, not as this machine does. */
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer, Invocation } from '../../lib/cli/invoke/exchange';
import type { Value } from '../../lib/core/value';
import { settingsLiteral } from '../../lib/handlers/settings';
import { deployedFile } from './deployed';
import { refuseLeaks } from './leaks';

const ROOT = join(__dirname, '..', '..');
const RUNTIME = join(ROOT, '.runtime');
const NODE_PATH = join(RUNTIME, 'node_modules');
export const OLD_SDK = createRequire(join(RUNTIME, 'index.js'));

export interface Run {
  readonly folder: 'hooks' | 'lambda';
  readonly guardrail: string;
  readonly settings: Parameters<typeof settingsLiteral>[0];
  readonly environment: { readonly [name: string]: string };
}

/** Where the tests of this file keep the functions: no `node_modules` of ours lies above it. */
export function createRuntime() {
  const node = join(RUNTIME, 'node');
  if (!existsSync(node)) throw new Error('.runtime does not exist: run `npm test`, or `node scripts/runtime.mjs` alone');
  const folder = mkdtempSync(join(tmpdir(), 'perimeter-runtime-'));
  const execPath = readFileSync(node, 'utf8');
  return {
    /** What an expression is, to a function that is run here. */
    evaluate: (expression: string) => execFileSync(execPath, ['-p', expression], { cwd: folder, env: { NODE_PATH }, encoding: 'utf8' }).trim(),
    remove: () => rmSync(folder, { recursive: true }),
    /** What the function answers; throws what it throws. */
    run: async (run: Run, event: Value): Promise<{ readonly value: Value; readonly log: string }> => {
      const bundle = join(folder, `${run.folder}-${run.guardrail}.js`);
      const name = `perimeter-${run.guardrail}-${run.folder === 'hooks' ? 'hook' : 'remediator'}`;
      copyFileSync(deployedFile(name), bundle);
      const invocation: Invocation = {
        bundle,
        literal: settingsLiteral(run.settings),
        event,
        functionName: name,
        functionArn: `arn:aws:lambda:eu-west-1:222222222222:function:${name}`,
        memoryMb: 256,
        timeoutMs: 60_000,
      };
      const env = { NODE_PATH, AWS_LAMBDA_FUNCTION_NAME: name, ...run.environment };
      const child = fork(join(ROOT, 'dist', 'runtime.js'), [], {
        execPath,
        execArgv: [],
        cwd: folder,
        env,
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      });
      let log = '';
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (log += chunk));
      let answer: Answer | undefined;
      child.on('message', (message: Answer) => {
        answer = message;
      });
      child.send(invocation);
      await once(child, 'close');
      refuseLeaks(log.split('\n'));
      if (answer?.kind === 'answer') return { value: answer.value, log };
      throw new Error(answer ? `${answer.name}: ${answer.message}\n${answer.stack}` : `no answer: ${log}`);
    },
  };
}
