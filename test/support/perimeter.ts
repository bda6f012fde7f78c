/** The command line in this process: what it prints and how it exits. */
import { Readable, Writable } from 'node:stream';
import { main } from '../../lib/cli/main';

export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

interface Surroundings {
  readonly cwd: string;
  readonly now: Date;
  readonly stdin?: string;
  /** Somebody sits at it. */
  readonly isTerminal?: boolean;
}

/** `argv`: the words after `perimeter`. No colours, no worker threads. */
export async function perimeter(argv: readonly string[], { cwd, now, stdin = '', isTerminal = false }: Surroundings): Promise<Printed> {
  const stdout = new Collector();
  const stderr = new Collector();
  const code = await main(argv, {
    stdin: Readable.from([stdin]),
    stdout,
    stderr,
    cwd,
    env: { NO_COLOR: '1' },
    terminal: { stdin: isTerminal, stdout: isTerminal, stderr: isTerminal },
    now: () => now,
  });
  return { stdout: stdout.text, stderr: stderr.text, code };
}

class Collector extends Writable {
  text = '';

  override _write(chunk: Buffer | string, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
