/** Files that are written for another tool, into a folder that an earlier run may have filled. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';
import { UsageError } from '../core/errors';
import { describeWriteFailure, makeFolder } from './files';
import type { Io } from './io';
import type { Output } from './output';
import { grouped } from './report/text';

export interface Artefact {
  /** From the folder, with `/`. */
  readonly name: string;
  readonly text: string;
}

interface Destination {
  /** As the command line names it. */
  readonly folder: string;
  /** How a refusal calls it: `--out policies`. */
  readonly label: string;
  /** Names that an earlier run may have given: what is left of it would be deployed with the others. */
  readonly ours?: RegExp;
  /** AWS Organizations counts the characters of a policy, CloudFormation the bytes of a template. */
  readonly unit: 'bytes' | 'characters';
}

/** @throws UsageError */
export function writeArtefacts(artefacts: readonly Artefact[], { folder, label, ours, unit }: Destination, io: Io, output: Output): void {
  const path = resolve(io.cwd, folder);
  const named = (name: string): string => posix.join(folder, name);
  try {
    makeFolder(path);
    const there = ours ? readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/')) : [];
    for (const name of there.filter((each) => ours?.test(each) && !artefacts.some((artefact) => artefact.name === each)).sort()) {
      rmSync(join(path, name));
      output.write(`removed ${named(name)}, of an earlier run\n`);
    }
    for (const { name, text } of artefacts) {
      makeFolder(dirname(join(path, name)));
      writeFileSync(join(path, name), text);
      output.write(`wrote ${named(name)} (${grouped(unit === 'bytes' ? Buffer.byteLength(text) : text.length)} ${unit})\n`);
    }
  } catch (error) {
    throw new UsageError(`${label} cannot be written: ${describeWriteFailure(error)}; name another folder`, { cause: error });
  }
}
