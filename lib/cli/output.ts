/** Results on standard output: buffered, waiting for a slow reader, and quiet when the reader has gone (`| head`). */
import type { Writable } from 'node:stream';
import { UsageError } from '../core/errors';

const CHUNK_CHARACTERS = 65_536;

export class Output {
  readonly #stream: Writable;
  #pending = '';
  #closed = false;
  #failure: Error | undefined;

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on('error', (error: NodeJS.ErrnoException) => {
      this.#closed = true;
      if (error.code !== 'EPIPE') this.#failure = error;
    });
  }

  /** The reader has gone: nothing that is written reaches anybody. */
  get closed(): boolean {
    return this.#closed;
  }

  write(text: string): void {
    if (this.#closed) return;
    this.#pending += text;
  }

  /** Hands over what is buffered once it is worth it, and waits while the reader is slower than we are. */
  async settle(): Promise<void> {
    if (this.#pending.length >= CHUNK_CHARACTERS) await this.#flush();
  }

  /** Everything handed over. @throws UsageError when standard output cannot be written (a full disk). */
  async end(): Promise<void> {
    await this.#flush();
    if (this.#failure) throw new UsageError(`cannot write the results: ${this.#failure.message}; free the disk or write elsewhere`);
  }

  #flush(): Promise<void> {
    const text = this.#pending;
    this.#pending = '';
    if (text === '' || this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      // The callback comes with the error too, which the listener above has seen by then.
      this.#stream.write(text, () => resolve());
    });
  }
}
