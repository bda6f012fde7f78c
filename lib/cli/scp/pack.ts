/** `perimeter scp pack`: the few policies that are attached, of the guardrails that are enforced. */
import { modesOf, type WholeConfiguration } from '../../core/configuration';
import { minified, packPolicies } from '../../policies/pack';
import { EXIT } from '../exit';
import type { Io } from '../io';
import type { Output } from '../output';
import { grouped, wrap } from '../report/text';
import { paintingOf } from '../reporting';
import { note, openPolicies, type ScpOptions, tellNotes } from './policies';
import { writePolicies } from './write';

interface PackOptions extends ScpOptions {
  readonly out?: string;
}

const PACKED = /^perimeter-\d+\.json$/;

/** @throws UsageError with the sizes, where they do not fit */
export async function pack(options: PackOptions, io: Io, output: Output): Promise<number> {
  const { configuration, policies } = await openPolicies(options, io, ([mode]) => mode === 'enforce');
  if (!options.guardrail?.length) tellLeftOut(configuration, io);
  const packed = packPolicies(policies, configuration.scp);
  tellNotes(packed, io);
  if (options.out !== undefined) {
    writePolicies(packed, options.out, PACKED, io, output);
    return EXIT.ok;
  }
  for (const { name, document } of packed) {
    output.write(`${name}  ${grouped(minified(document).length)} of ${grouped(configuration.scp.maxCharacters)} characters\n`);
    for (const line of wrap(document.Statement.map(({ Sid }) => Sid).join(', '), paintingOf(io).width - 4)) output.write(`    ${line}\n`);
  }
  return EXIT.ok;
}

/** A policy refuses, and cannot only observe: those that do are left out unless they are named. */
function tellLeftOut(configuration: WholeConfiguration, io: Io): void {
  for (const id of Object.keys(configuration.guardrails)) {
    const [mode, ...staged] = modesOf(configuration, id);
    if (mode === 'enforce') continue;
    if (staged.includes('enforce'))
      note(io, `${id} is left out: a stage of the rollout alone enforces it; name it with --guardrail for that stage's policies`);
    else if (mode === 'observe')
      note(io, `${id} is left out: it only observes, and a policy refuses; name it with --guardrail to pack it all the same`);
  }
}
