/** Policies as files, minified: white space counts towards AWS's quota. */
import type { NamedPolicy } from '../../policies';
import { minified } from '../../policies/pack';
import { writeArtefacts } from '../artefact';
import type { Io } from '../io';
import type { Output } from '../output';

/** SCPs lie in the folder itself, what is attached otherwise in folders of its own: `rcp/ecr.json`. */
const fileOf = ({ kind, name }: NamedPolicy): string => (kind === 'scp' ? `${name}.json` : `${kind}/${name}.json`);

/** `ours`: names that an earlier run may have given. @throws UsageError */
export function writePolicies(policies: readonly NamedPolicy[], folder: string, ours: RegExp | undefined, io: Io, output: Output): void {
  const files = policies.map((policy) => ({ name: fileOf(policy), text: minified(policy.document) }));
  writeArtefacts(files, { folder, label: `--out ${folder}`, unit: 'characters', ...(ours && { ours }) }, io, output);
}
