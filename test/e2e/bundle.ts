/** Runs the very bundle that is deployed, in this process: its module is evaluated anew for each invocation, the SDK comes from outside. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Writable } from 'node:stream';
import type { Context } from 'aws-lambda';
import type { Configuration } from '../../lib/core/configuration';
import type { Value } from '../../lib/core/value';
import { encodeSettings, type Surroundings, settingsLiteral } from '../../lib/handlers/settings';
import { contextOf } from '../support/lambda';
import { deployedFile } from './deployed';
import { refuseLeaks } from './leaks';

export interface Invocation {
  readonly guardrail: string;
  readonly configuration: Configuration;
  readonly surroundings?: Surroundings;
  /** `AWS_ENDPOINT_URL`, the Region and the credentials, for this invocation alone. */
  readonly environment: { readonly [name: string]: string };
  readonly dryRun?: boolean;
  /** Milliseconds until the runtime ends it; a minute where nothing is said. */
  readonly remaining?: () => number;
  /** Takes what the function logs. */
  readonly lines?: string[];
  /** Happens before a call is sent: `1` is the first of the invocation. */
  readonly beforeCall?: (call: number) => Promise<void>;
  /** Nothing comes after the answer to this call: rejects with `Ended`. */
  readonly endsAfter?: number;
  /** Milliseconds until the SDK gives up on an answer; the function's own limit where absent. */
  readonly patience?: number;
}

/** Milliseconds that the clock of an account is ahead; it never goes back, for findings are kept by their time. */
const ahead = new Map<string, number>();

/** Pauses, of a second at most, pass fifty times as fast, by the clock of the function too; limits stay. */
function hurry(account: string) {
  const now = () => Date.now() + (ahead.get(account) ?? 0);
  class Clock extends Date {
    constructor(...parts: readonly [] | readonly [number | string]) {
      super(parts[0] ?? now());
    }
    static override now = now;
  }
  const timers: NodeJS.Timeout[] = [];
  const pause = (work: () => void, milliseconds: number) => {
    const isShort = milliseconds <= 1000;
    if (isShort) ahead.set(account, (ahead.get(account) ?? 0) + milliseconds - milliseconds / 50);
    const timer = setTimeout(work, isShort ? milliseconds / 50 : milliseconds);
    timers.push(timer);
    return timer;
  };
  // What has ended would go on when its own limits are over.
  const stop = () => timers.forEach(clearTimeout);
  return { Clock, pause, stop };
}

type Answer = { readonly [name: string]: Value };
type Handler = (event: Value, context: Context) => Promise<Answer>;

const isHandler = (value: unknown): value is Handler => typeof value === 'function';

const compiled = new Map<string, (...parameters: readonly unknown[]) => void>();

/** Compiled once; what it makes is made anew each time that it is called. */
function bundleIn(file: string): (...parameters: readonly unknown[]) => void {
  const known = compiled.get(file);
  if (known) return known;
  const bundle = new Function('require', 'module', 'exports', 'process', 'console', 'setTimeout', 'Date', readFileSync(file, 'utf8'));
  const evaluate = (...parameters: readonly unknown[]): void => bundle(...parameters);
  compiled.set(file, evaluate);
  return evaluate;
}

/** What the function answers; rejects with what it throws, and with what its log must not hold. */
export async function invoke(invocation: Invocation, event: Value): Promise<Answer> {
  const { guardrail, configuration, surroundings, environment, dryRun, remaining = () => 60_000, lines } = invocation;
  const functionName = `perimeter-${guardrail}-remediator`;
  const file = deployedFile(functionName);
  const env = { ...environment, AWS_LAMBDA_FUNCTION_NAME: functionName, ...(dryRun && { PERIMETER_DRY_RUN: 'true' }) };
  const printed: string[] = [];
  const print = (...parts: readonly unknown[]) => void printed.push(parts.map(String).join(' '));
  const printing = { log: print, info: print, warn: print, error: print, debug: print };
  const output = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      print(chunk);
      done();
    },
  });
  const runtime = new Proxy(process, {
    get: (target, name) => (name === 'env' ? env : name === 'stdout' || name === 'stderr' ? output : Reflect.get(target, name)),
  });
  const { Clock, pause, stop } = hurry(environment.AWS_ACCESS_KEY_ID ?? '');
  const module: { exports: { handler?: unknown } } = { exports: {} };
  new Function(settingsLiteral(encodeSettings(configuration, guardrail, surroundings)))();
  let end = (): void => {};
  const ended = new Promise<never>((_, reject) => {
    end = () => reject(Object.assign(new Error('nothing came after its last call'), { name: 'Ended' }));
  });
  bundleIn(file)(sdkOf(invocation, createRequire(file), end), module, module.exports, runtime, printing, pause, Clock);
  const { handler } = module.exports;
  if (!isHandler(handler)) throw new Error(`${file} exports no handler`);
  try {
    const handling = handler(event, contextOf({ functionName, account: environment.AWS_ACCESS_KEY_ID ?? '', region: 'eu-west-1', remaining }));
    const answer = await Promise.race([handling, ended]);
    return JSON.parse(JSON.stringify(answer));
  } finally {
    stop();
    refuseLeaks(printed);
    lines?.push(...printed);
  }
}

interface Client {
  send: (...parameters: readonly unknown[]) => Promise<unknown>;
}
type ClientClass = new (settings: Settings) => Client;
interface Settings {
  readonly requestHandler?: object;
}

/** The SDK as one invocation sees it: with surroundings of its own, whatever else runs in this process at the same time. */
function sdkOf(
  { environment, beforeCall, endsAfter, patience }: Invocation,
  load: (name: string) => object,
  end: () => void,
): (name: string) => object {
  const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_MAX_ATTEMPTS } = environment;
  const own = {
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    ...(AWS_ACCESS_KEY_ID !== undefined && { credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY ?? '' } }),
    ...(AWS_MAX_ATTEMPTS !== undefined && { maxAttempts: Number(AWS_MAX_ATTEMPTS) }),
  };
  let calls = 0;
  const construct = (Class: ClientClass, [settings]: readonly Settings[]): Client => {
    const requestHandler = { ...settings?.requestHandler, ...(patience !== undefined && { requestTimeout: patience }) };
    const client = new Class({ ...own, ...settings, requestHandler });
    const send = client.send.bind(client);
    client.send = async (...parameters) => {
      calls += 1;
      const call = calls;
      await beforeCall?.(call);
      const isLast = endsAfter !== undefined && call >= endsAfter;
      const answer = await send(...parameters).catch((error) => {
        // A connection may break off by itself: then it is the next try that nothing comes after.
        if (!isLast || error.$metadata?.httpStatusCode === undefined) throw error;
      });
      if (!isLast) return answer;
      end();
      return new Promise(() => {});
    };
    return client;
  };
  const get = (sdk: object, name: string | symbol): unknown => {
    const value: unknown = Reflect.get(sdk, name);
    return isClientClass(name, value) ? new Proxy(value, { construct }) : value;
  };
  return (name) => (name.startsWith('@aws-sdk/client-') ? new Proxy(load(name), { get }) : load(name));
}

const isClientClass = (name: string | symbol, value: unknown): value is ClientClass =>
  typeof value === 'function' && /^[A-Z]\w*Client$/.test(String(name));
