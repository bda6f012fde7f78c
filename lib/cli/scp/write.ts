/** Policies as files, minified: white space counts towards AWS's quota. */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, posix, resolve } from 'node:path';
import { UsageError } from '../../core/errors';
import type { NamedPolicy } from '../../policies';
import { minified } from '../../policies/pack';
import { describeWriteFailure, makeFolder } from '../files';
import type { Io } from '../io';
import type { Output } from '../output';
import { grouped } from '../report/text';

/** SCPs lie in the folder itself, what is attached otherwise in folders of its own: `rcp/ecr.json`. */
const fileOf = ({ kind, name }: NamedPolicy): string => (kind === 'scp' ? `${name}.json` : `${kind}/${name}.json`);

/** `stale`: files that an earlier run may have left, which would be attached with the others. @throws UsageError */
export async function writePolicies(policies: readonly NamedPolicy[], out: string, stale: RegExp | undefined, io: Io, output: Output): Promise<void> {
  const folder = resolve(io.cwd, out);
  const files = policies.map((policy) => ({ name: fileOf(policy), text: minified(policy.document) }));
  try {
    makeFolder(folder);
    const left = stale ? (await readdir(folder)).filter((name) => stale.test(name) && !files.some((file) => file.name === name)) : [];
    for (const name of left) {
      await rm(join(folder, name));
      output.write(`removed ${posix.join(out, name)}, of an earlier run\n`);
    }
    for (const { name, text } of files) {
      makeFolder(dirname(join(folder, name)));
      await writeFile(join(folder, name), text);
      output.write(`wrote ${posix.join(out, name)} (${grouped(text.length)} characters)\n`);
    }
  } catch (error) {
    throw new UsageError(`--out ${out} cannot be written: ${describeWriteFailure(error)}; name another folder`, { cause: error });
  }
}
