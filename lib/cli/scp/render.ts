/** `perimeter scp render`: the policies, one for each guardrail, as the configuration has them. */
import { modesOf, type WholeConfiguration } from '../../core/configuration';
import { UsageError } from '../../core/errors';
import { whyWithout } from '../../policies';
import { minified } from '../../policies/pack';
import { EXIT } from '../exit';
import type { Io } from '../io';
import type { Output } from '../output';
import { grouped } from '../report/text';
import { note, openPolicies, type Policies, type ScpOptions, tellNotes } from './policies';
import { writePolicies } from './write';

interface RenderOptions extends ScpOptions {
  readonly out?: string;
}

export async function render(options: RenderOptions, io: Io, output: Output): Promise<number> {
  const opened = await openPolicies(options, io);
  const { configuration, policies } = opened;
  tellMissing(opened, options, io);
  if (options.out !== undefined) {
    tellNotes(policies, io);
    writePolicies(policies, options.out, undefined, io, output);
    return EXIT.ok;
  }
  const scps = policies.filter(({ kind }) => kind === 'scp');
  tellNotes(scps, io);
  const text = minified({ Version: '2012-10-17', Statement: scps.flatMap(({ document }) => document.Statement) });
  if (text.length > configuration.scp.maxCharacters)
    note(
      io,
      `${grouped(text.length)} characters are too many for one policy: write them one by one with --out, or let perimeter scp pack split them`,
    );
  output.write(`${text}\n`);
  return EXIT.ok;
}

/** Guardrails without a policy, and those whose policy would refuse what they only observe. */
function tellMissing({ configuration, guardrails }: Policies, { guardrail = [] }: RenderOptions, io: Io): void {
  for (const each of guardrails) {
    const why = whyWithout(configuration, each);
    if (why !== undefined && guardrail.length === 1) throw new UsageError(`${each.id} has no policy: ${why}`);
    if (why !== undefined) note(io, `${each.id} has no policy: ${why}`);
    else if (!isEnforced(configuration, each.id))
      note(io, `${each.id} only observes, and a policy refuses: attach it once the guardrail is enforced`);
  }
}

const isEnforced = (configuration: WholeConfiguration, id: string): boolean => modesOf(configuration, id).includes('enforce');
