/** The world of one run, passed in: tests give streams of their own, `bin/perimeter.ts` gives the process's. */
import type { Readable, Writable } from 'node:stream';

export interface Io {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Absolute; paths of the command line are relative to it. */
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  readonly terminal: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean; readonly columns?: number };
  readonly now: () => Date;
  /** The bundle, which is also what a worker thread runs; absent: one thread. */
  readonly workerFile?: string;
  /** Folder of what is shipped beside the command: the functions as they are deployed, and what runs them. */
  readonly shipped?: string;
}

/** `YYYY-MM-DD` in UTC. */
export const todayOf = (io: Io): string => io.now().toISOString().slice(0, 10);

/** https://no-color.org and FORCE_COLOR, then whether a person is looking. */
export function wantsColour(io: Io): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = io.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return io.terminal.stdout && TERM !== 'dumb';
}
