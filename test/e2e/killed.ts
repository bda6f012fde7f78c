/** A process that is ended as soon as one of its calls is answered: the call was made, and nothing came after it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Invocation as Run } from '../../lib/cli/invoke/exchange';
import type { Value } from '../../lib/core/value';
import { encodeSettings, settingsLiteral } from '../../lib/handlers/settings';
import type { Invocation } from './bundle';
import { deployedFile } from './deployed';
import { refuseLeaks } from './leaks';

const DIST = join(__dirname, '..', '..', 'dist');
/** Loaded before the bundle. */
const MORTAL = join(__dirname, 'mortal.cjs');

/** Ended when its call of this number is answered. The signal that ended it; null where nothing did. */
export async function invokeMortal(
  { guardrail, configuration, surroundings, environment }: Invocation,
  event: Value,
  call: number,
): Promise<string | null> {
  const name = `perimeter-${guardrail}-remediator`;
  const run: Run = {
    bundle: deployedFile(name),
    literal: settingsLiteral(encodeSettings(configuration, guardrail, surroundings)),
    event,
    functionName: name,
    functionArn: `arn:aws:lambda:eu-west-1:${environment.AWS_ACCESS_KEY_ID}:function:${name}`,
    memoryMb: 256,
    timeoutMs: 60_000,
  };
  const child = fork(join(DIST, 'runtime.js'), [], {
    execArgv: ['--require', MORTAL],
    env: { ...environment, PERIMETER_MORTAL: String(call) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const said = { log: '', errors: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    said.log += chunk;
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    said.errors += chunk;
  });
  child.send(run);
  const [, signal] = await once(child, 'close');
  // The SDK itself warns there too: of the Node.js version, and of a queue behind a proxy.
  const errors = said.errors.split('\n').filter((line) => line.startsWith('{'));
  refuseLeaks([...said.log.split('\n'), ...errors]);
  return signal;
}
