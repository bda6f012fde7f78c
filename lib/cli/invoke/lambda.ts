/** Runs a function as it is deployed, in a process of its own that looks like AWS Lambda. */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from '../../core/guardrail';
import type { Value } from '../../core/value';
import { HOOK_LIMITS, type Limits, REMEDIATOR_LIMITS } from '../../handlers/limits';
import type { Io } from '../io';
import type { Answer, Invocation } from './exchange';

export type Kind = 'hook' | 'remediator';

interface Run {
  readonly kind: Kind;
  readonly guardrail: string;
  readonly event: Value;
  readonly literal: string;
  /** Where the function would run: known parts alone. */
  readonly place: Place;
  /** What only this run sets. */
  readonly environment?: { readonly [name: string]: string };
}

const LIMITS: { readonly [kind in Kind]: Limits } = { hook: HOOK_LIMITS, remediator: REMEDIATOR_LIMITS };

const FOLDERS: { readonly [kind in Kind]: string } = { hook: 'hooks', remediator: 'lambda' };

/** What the function prints goes to standard error. Whatever the function answers or throws is answered, never thrown. */
export async function runLikeLambda(run: Run, io: Io): Promise<Answer> {
  const { timeoutSeconds, memoryMb } = LIMITS[run.kind];
  const timeoutMs = timeoutSeconds * 1000;
  const functionName = `perimeter-${run.guardrail}-${run.kind}`;
  const { partition, region, account } = run.place;
  const invocation: Invocation = {
    bundle: shipped(io, FOLDERS[run.kind], `${run.guardrail}.js`),
    literal: run.literal,
    event: run.event,
    functionName,
    functionArn: `arn:${partition}:lambda:${region}:${account}:function:${functionName}`,
    memoryMb,
    timeoutMs,
  };
  const child = fork(shipped(io, 'runtime.js'), [], {
    cwd: io.cwd,
    env: { ...environmentOf(io, functionName, region, memoryMb), ...run.environment },
    // Flags of this process (a debugger's port) are not the function's.
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => io.stderr.write(chunk));
  return new Promise((resolve) => {
    let answer: Answer | undefined;
    let isLate = false;
    const alarm = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    const end = (otherwise: Answer) => {
      clearTimeout(alarm);
      resolve(answer ?? otherwise);
    };
    child.on('message', (message: Answer) => {
      answer = message;
    });
    child.on('error', ({ name, message, stack = '' }) => end({ kind: 'error', name, message, stack }));
    child.on('close', (code, signal) => end(isLate ? timedOut(timeoutMs) : exited(code, signal)));
    // One that dies at once is told by its end.
    child.send(invocation, () => {});
  });
}

/** In Lambda's own words. */
const timedOut = (timeoutMs: number): Answer => ({
  kind: 'error',
  name: 'Sandbox.Timedout',
  message: `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
  stack: '',
});

const exited = (code: number | null, signal: string | null): Answer => ({
  kind: 'error',
  name: 'Runtime.ExitError',
  message: `the function's process ended without an answer: ${signal ?? `exit status ${code}`}`,
  stack: '',
});

function shipped(io: Io, ...names: readonly string[]): string {
  if (io.shipped === undefined) throw new Error('the functions are not shipped with this command');
  const path = join(io.shipped, ...names);
  if (!existsSync(path)) throw new Error(`${path} is missing: the build is not whole`);
  return path;
}

/** What a function's own environment, a proxy, a certificate store, or the SDK's configuration comes from. */
const PASSED =
  /^(?:AWS_.*|PERIMETER_DEBUG|POWERTOOLS_.*|HTTPS?_PROXY|NO_PROXY|NODE_EXTRA_CA_CERTS|NODE_PATH|SSL_CERT_.*|PATH|HOME|USERPROFILE|SYSTEMROOT|TMPDIR|TE?MP)$/i;
/** Of a function that this command itself runs in; but what is logged is for the caller to say. */
const NOT_PASSED = /^AWS_(?:LAMBDA_(?!LOG_LEVEL$|LOG_FORMAT$).*|EXECUTION_ENV)$/;

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
function environmentOf(io: Io, name: string, region: string, memoryMb: number): { readonly [name: string]: string | undefined } {
  const passed = Object.entries(io.env).filter(([key]) => PASSED.test(key) && !NOT_PASSED.test(key));
  return {
    ...Object.fromEntries(passed),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'perimeter-invoke',
    _HANDLER: 'index.handler',
    TZ: ':UTC',
    // Lambda runs it on Node.js 24.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
