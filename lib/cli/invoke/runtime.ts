/**
 * The process that stands in for the runtime of AWS Lambda, built as a file of its own: it loads the bundle that is deployed,
 * with its configuration in front, and calls the handler once. What the function prints is its log.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';
import type { Answer, Invocation } from './exchange';

type Handler = (event: unknown, context: object) => unknown;

process.once('message', (invocation: Invocation) => {
  void run(invocation).then(tell);
});

async function run(invocation: Invocation): Promise<Answer> {
  try {
    const value = await load(invocation)(invocation.event, contextOf(invocation));
    return { kind: 'answer', value: JSON.parse(JSON.stringify(value ?? null)) };
  } catch (error) {
    if (!(error instanceof Error)) return { kind: 'error', name: 'Error', message: String(error), stack: '' };
    return { kind: 'error', name: error.name, message: error.message, stack: error.stack ?? '' };
  }
}

/** As Node.js itself runs a CommonJS file, from the bundle's own place, where the SDK is found. */
function load({ bundle, literal }: Invocation): Handler {
  const loaded: { exports: { handler?: Handler } } = { exports: {} };
  const script = new Script(Module.wrap(literal + readFileSync(bundle, 'utf8')), { filename: bundle });
  script.runInThisContext().call(loaded.exports, loaded.exports, createRequire(bundle), loaded, bundle, dirname(bundle));
  const { handler } = loaded.exports;
  if (!handler) throw new Error(`${bundle} exports no handler`);
  return handler;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function contextOf({ functionName, functionArn, memoryMb, timeoutMs }: Invocation): object {
  const endsAt = Date.now() + timeoutMs;
  return {
    awsRequestId: randomUUID(),
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    memoryLimitInMB: String(memoryMb),
    getRemainingTimeInMillis: () => Math.max(0, endsAt - Date.now()),
  };
}

/** Open connections would keep the process: Lambda freezes it, here it ends once all is said. */
function tell(answer: Answer): void {
  process.send?.(answer, () => process.stdout.write('', () => process.stderr.write('', () => process.exit(0))));
}
