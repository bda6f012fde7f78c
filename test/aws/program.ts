/** Starts a Python module of the virtual environment as a child that ends with us, whatever ends us. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = resolve(__dirname, '../..');
export const PYTHON = join(ROOT, process.platform === 'win32' ? '.venv/Scripts/python.exe' : '.venv/bin/python');
/** Milliseconds until a program has to answer; a busy machine needs some. */
const START_LIMIT = 60_000;
const STOP_LIMIT = 5_000;

export interface Program {
  /** What it wrote to standard output until it was ready. */
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

interface ProgramStart {
  readonly module: string;
  readonly args?: readonly string[];
  readonly environment?: { readonly [name: string]: string };
  /** Asked again and again, with what was written so far. */
  readonly isReady: (output: string) => boolean | Promise<boolean>;
}

/** Resolves when the program is ready. Throws with what it complained about when it is not within a minute. */
export async function startProgram({ module, args = [], environment = {}, isReady }: ProgramStart): Promise<Program> {
  if (!existsSync(PYTHON)) throw new Error(`${PYTHON} does not exist: run \`npm test\`, or \`node scripts/emulators.mjs\` alone`);
  // Nothing of the developer's own AWS settings may reach it; its standard input is the leash (leash.py).
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, AWS_EC2_METADATA_DISABLED: 'true', ...environment };
  const child = spawn(PYTHON, ['-B', join(__dirname, 'leash.py'), module, ...args], { env, detached: true, stdio: 'pipe' });
  let output = '';
  let complaints = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output = `${output}${chunk}`.slice(-10_000);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    complaints = `${complaints}${chunk}`.slice(-10_000);
  });
  // It may be gone before it reads that we are done.
  child.stdin.on('error', () => {});
  const started = Date.now();
  while (!(await isReady(output))) {
    if (hasEnded(child) || Date.now() - started > START_LIMIT) {
      await stop(child);
      throw new Error(`${module} did not start: ${complaints || 'it says nothing'}`);
    }
    await sleep(20);
  }
  return { output: () => output, stop: () => stop(child) };
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

async function stop(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.stdin?.end();
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT);
  await ended;
  clearTimeout(late);
}

/** A port of 127.0.0.1 that was free a moment ago, for programs that cannot choose one themselves. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address with a port');
  return address.port;
}

/** Does an HTTP server answer there? */
export async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
