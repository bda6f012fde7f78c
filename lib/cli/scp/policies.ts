/** The policies that a verb is about: those of the guardrails that are on, or that are asked for. */
import { modesOf, type WholeConfiguration } from '../../core/configuration';
import type { AnyGuardrail } from '../../core/guardrail';
import type { Mode } from '../../core/verdict';
import { guardrails as registry } from '../../guardrails';
import { type NamedPolicy, renderPolicies, TAMPER_PROTECTION } from '../../policies';
import { checkNames, loadConfiguration } from '../docket';
import type { Io } from '../io';

export interface ScpOptions {
  readonly config: string;
  /** Ids, and `tamper-protection`; empty: those that the configuration turns on, and the tamper protection. */
  readonly guardrail?: readonly string[];
}

export interface Policies {
  readonly configuration: WholeConfiguration;
  /** Those that the policies are of. */
  readonly guardrails: readonly AnyGuardrail[];
  readonly policies: readonly NamedPolicy[];
}

const NAMES: readonly string[] = [...registry.map(({ id }) => id), TAMPER_PROTECTION];

/** `wanted`: which modes count, where no guardrail is named. @throws UsageError */
export async function openPolicies(
  { config, guardrail = [] }: ScpOptions,
  io: Io,
  wanted: (modes: readonly Mode[]) => boolean = isOn,
): Promise<Policies> {
  checkNames('guardrail', guardrail, NAMES);
  const configuration = await loadConfiguration(config, io);
  return policiesOf(configuration, guardrail, wanted);
}

export function policiesOf(
  configuration: WholeConfiguration,
  names: readonly string[] = [],
  wanted: (modes: readonly Mode[]) => boolean = isOn,
): Policies {
  const guardrails = registry.filter(({ id }) => (names.length > 0 ? names.includes(id) : wanted(modesOf(configuration, id))));
  const policies = renderPolicies(configuration, guardrails).filter(({ name, kind }) => names.length === 0 || kind !== 'scp' || names.includes(name));
  return { configuration, guardrails, policies };
}

/** On somewhere: in the guardrail's own section, or in a stage of the rollout. */
const isOn = (modes: readonly Mode[]): boolean => modes.some((mode) => mode !== 'off');

export const note = (io: Io, text: string): void => {
  io.stderr.write(`perimeter: ${text}\n`);
};

/** What the policies lost or leave open; what several stages have in common once. */
export function tellNotes(policies: readonly NamedPolicy[], io: Io): void {
  const told = policies.flatMap(({ name, kind, notes }) => notes.map((text) => `${kind === 'scp' ? name : `${kind}/${name}`}: ${text}`));
  for (const text of new Set(told)) note(io, text);
}
