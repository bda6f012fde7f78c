/** Runs the very bundle that is deployed, in this process: its module is evaluated anew for each invocation, the SDK comes from outside. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Configuration } from '../../lib/core/configuration';
import type { Value } from '../../lib/core/value';
import { encodeSettings, type Surroundings, settingsLiteral } from '../../lib/handlers/settings';
import { deployedFile } from './deployed';

export interface Invocation {
  readonly guardrail: string;
  readonly configuration: Configuration;
  readonly surroundings?: Surroundings;
  /** `AWS_ENDPOINT_URL` and the credentials. */
  readonly environment: { readonly [name: string]: string };
  readonly dryRun?: boolean;
  /** Milliseconds until the runtime ends it; a minute where nothing is said. */
  readonly remaining?: () => number;
  /** Takes what the function logs. */
  readonly lines?: string[];
}

/** Pauses before another try are a tenth; limits stay. */
const hurried = (work: () => void, milliseconds: number) => setTimeout(work, milliseconds <= 1000 ? milliseconds / 10 : milliseconds);

type Answer = { readonly [name: string]: Value };
type Handler = (event: Value, context: object) => Promise<Answer>;

const isHandler = (value: unknown): value is Handler => typeof value === 'function';

/** What the function answers; rejects with what it throws. */
export async function invoke(
  { guardrail, configuration, surroundings, environment, dryRun, remaining = () => 60_000, lines }: Invocation,
  event: Value,
): Promise<Answer> {
  const file = deployedFile(`perimeter-${guardrail}-remediator`);
  const code = `${settingsLiteral(encodeSettings(configuration, guardrail, surroundings))}${readFileSync(file, 'utf8')}`;
  const env = { ...environment, AWS_LAMBDA_FUNCTION_NAME: `perimeter-${guardrail}-remediator`, ...(dryRun && { PERIMETER_DRY_RUN: 'true' }) };
  // The SDK, which is outside the bundle, reads the environment of the process.
  Object.assign(process.env, environment);
  const print = (...parts: readonly unknown[]) => void lines?.push(parts.map(String).join(' '));
  const printing = { log: print, info: print, warn: print, error: print, debug: print };
  const runtime = new Proxy(process, {
    get: (target, name) => (name === 'env' ? env : name === 'stdout' ? { write: print } : Reflect.get(target, name)),
  });
  const module: { exports: { handler?: unknown } } = { exports: {} };
  const parameters = ['require', 'module', 'exports', 'process', 'console', 'setTimeout'];
  new Function(...parameters, code)(createRequire(file), module, module.exports, runtime, printing, hurried);
  const { handler } = module.exports;
  if (!isHandler(handler)) throw new Error(`${file} exports no handler`);
  const answer = await handler(event, {
    awsRequestId: 'request-1',
    invokedFunctionArn: `arn:aws:lambda:eu-west-1:222222222222:function:perimeter-${guardrail}-remediator`,
    getRemainingTimeInMillis: remaining,
  });
  return JSON.parse(JSON.stringify(answer));
}
