/** What `audit --fix` is about to remove, whole, on the disk before the call: a JSON object a line, for `perimeter undo`. */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Value } from '../../core/value';
import { AwsFailure } from '../../handlers/ports';
import { describeFailure } from '../files';
import type { Io } from '../io';

export class UndoFile {
  readonly #folder: string;
  readonly #name: string;
  #isWritten = false;

  constructor(io: Io) {
    this.#folder = io.cwd;
    this.#name = `perimeter-undo-${io
      .now()
      .toISOString()
      .replace(/[-:]|\.\d+/g, '')}.jsonl`;
  }

  /** In the working folder; undefined: nothing was written. */
  get name(): string | undefined {
    return this.#isWritten ? this.#name : undefined;
  }

  /** Answers the name of the file. Throws `AwsFailure`: what cannot be recorded is not removed. */
  async record(entry: { readonly [name: string]: Value }): Promise<string> {
    try {
      // Resource names and endpoints: for whoever ran the audit alone.
      const file = openSync(join(this.#folder, this.#name), this.#isWritten ? 'a' : 'ax', 0o600);
      try {
        writeSync(file, `${JSON.stringify(entry)}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    } catch (error) {
      throw new AwsFailure('UndoFile', `${this.#name} ${describeFailure(error)}`, false, { cause: error });
    }
    this.#isWritten = true;
    return this.#name;
  }
}
