/** Policies as files, minified: white space counts towards AWS's quota. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, posix, resolve } from 'node:path';
import { UsageError } from '../../core/errors';
import type { NamedPolicy } from '../../policies';
import { minified } from '../../policies/pack';
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
    await mkdir(folder, { recursive: true });
    const left = stale ? (await readdir(folder)).filter((name) => stale.test(name) && !files.some((file) => file.name === name)) : [];
    for (const name of left) {
      await rm(join(folder, name));
      output.write(`removed ${posix.join(out, name)}, of an earlier run\n`);
    }
    for (const { name, text } of files) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
      output.write(`wrote ${posix.join(out, name)} (${grouped(text.length)} characters)\n`);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EACCES' || code === 'EPERM' ? 'permission denied' : code === 'EEXIST' || code === 'ENOTDIR' ? 'it is a file' : message;
    throw new UsageError(`--out ${out} cannot be written: ${why}; name another folder`, { cause: error });
  }
}
