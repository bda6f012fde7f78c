/** What one run judges with: the configuration, the day, and the guardrails that are on or asked for. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { configurationOf } from '../core/configuration';
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
  const ids = registry.map(({ id }) => id);
  for (const id of options.guardrail ?? []) {
    if (!ids.includes(id)) throw new UsageError(`unknown guardrail ${id}${didYouMean(id, ids)}; there are ${ids.join(', ')}`);
  }
  const text = await readConfiguration(options.config, io);
  const { parseConfiguration } = await import('../config/load');
  const { configuration, warnings } = parseConfiguration(text, registry, { fileName: options.config, today: todayOf(io) });
  for (const warning of warnings) io.stderr.write(`perimeter: ${warning}\n`);
  const wanted = options.guardrail?.length
    ? registry.filter(({ id }) => options.guardrail?.includes(id))
    : registry.filter(({ id }) => configurationOf(configuration, id).mode !== 'off');
  if (wanted.length === 0)
    io.stderr.write(`perimeter: ${options.config} turns no guardrail on: nothing is judged; set a mode, or name one with --guardrail\n`);
  return { bench: { configuration, today: todayOf(io) }, guardrails: wanted, all: options.all === true };
}

async function readConfiguration(name: string, io: Io): Promise<string> {
  try {
    return await readFile(resolve(io.cwd, name), 'utf8');
  } catch (error) {
    throw new UsageError(`configuration ${name} ${describeFailure(error)}, name another with --config, or write one with perimeter init`, {
      cause: error,
    });
  }
}
