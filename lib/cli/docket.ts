/** What one run judges with: the configuration, the day, and the guardrails that are on or asked for. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { configurationOf, type WholeConfiguration } from '../core/configuration';
import { UsageError } from '../core/errors';
import type { AnyGuardrail } from '../core/guardrail';
import type { Bench } from '../core/judge';
import { describeFailure } from './files';
import { type Io, todayOf } from './io';
import { didYouMean } from './suggest';

export interface Docket {
  readonly bench: Bench;
  readonly guardrails: readonly AnyGuardrail[];
  /** Report the compliant too. */
  readonly all: boolean;
}

export interface DocketOptions {
  readonly config: string;
  readonly all?: boolean;
  /** Ids; empty: those that the configuration turns on. */
  readonly guardrail?: readonly string[];
}

/** @throws UsageError for a guardrail that does not exist or a configuration that cannot be read or is wrong */
export async function openDocket(options: DocketOptions, io: Io): Promise<Docket> {
  const { guardrails: registry } = await import('../guardrails');
  checkNames(
    'guardrail',
    options.guardrail ?? [],
    registry.map(({ id }) => id),
  );
  const configuration = await loadConfiguration(options.config, io);
  const wanted = options.guardrail?.length
    ? registry.filter(({ id }) => options.guardrail?.includes(id))
    : registry.filter(({ id }) => configurationOf(configuration, id).mode !== 'off');
  if (wanted.length === 0)
    io.stderr.write(`perimeter: ${options.config} turns no guardrail on: nothing is judged; set a mode, or name one with --guardrail\n`);
  return { bench: { configuration, today: todayOf(io) }, guardrails: wanted, all: options.all === true };
}

/** Tells its warnings. @throws UsageError for a configuration that cannot be read or is wrong */
export async function loadConfiguration(name: string, io: Io): Promise<WholeConfiguration> {
  const [{ guardrails }, { parseConfiguration }] = await Promise.all([import('../guardrails'), import('../config/load')]);
  const text = readConfiguration(name, io);
  const { configuration, warnings } = parseConfiguration(text, guardrails, { fileName: name, today: todayOf(io) });
  for (const warning of warnings) io.stderr.write(`perimeter: ${warning}\n`);
  return configuration;
}

/** @throws UsageError for a name that there is not */
export function checkNames(what: string, names: readonly string[], known: readonly string[]): void {
  for (const name of names) {
    if (!known.includes(name)) throw new UsageError(`unknown ${what} ${name}${didYouMean(name, known)}; there are ${known.join(', ')}`);
  }
}

function readConfiguration(name: string, io: Io): string {
  try {
    // Its promises load a fifth as much code as judging a template.
    return readFileSync(resolve(io.cwd, name), 'utf8');
  } catch (error) {
    throw new UsageError(`configuration ${name} ${describeFailure(error)}, name another with --config, or write one with perimeter init`, {
      cause: error,
    });
  }
}
