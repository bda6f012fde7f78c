/** `perimeter export`: files that another tool deploys. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';
import { region as regionFormat } from '../../config/formats';
import type { WholeConfiguration } from '../../core/configuration';
import { UsageError } from '../../core/errors';
import { loadConfiguration } from '../docket';
import { EXIT } from '../exit';
import { describeFailure, describeWriteFailure, makeFolder } from '../files';
import { readFlag } from '../flags';
import type { Io } from '../io';
import type { Output } from '../output';
import { grouped } from '../report/text';
import type { Artefact } from './artefact';
import type { LzaQuestion } from './lza';

export interface ExportOptions {
  readonly config: string;
  readonly region?: readonly string[];
  readonly organizationalUnit?: readonly string[];
  readonly force?: boolean;
}

/** @throws UsageError for a folder that holds something, or what does not fit into AWS's quotas */
export async function exportTo(road: 'cloudformation' | 'lza', folder: string, options: ExportOptions, io: Io, output: Output): Promise<number> {
  const regions = (options.region ?? []).map((text) => readFlag('--region', text, regionFormat));
  const names = readNames(options.organizationalUnit ?? []);
  if (road === 'cloudformation' && names.size > 0) throw new UsageError('--organizational-unit belongs to export lza: StackSets take the ids');
  const path = resolve(io.cwd, folder);
  checkEmpty(folder, path, options.force === true);
  const configuration = await loadConfiguration(options.config, io);
  if (io.shipped === undefined) throw new UsageError('the functions that are deployed are not built: run npm run build');
  if (road === 'lza') checkQuestion(configuration, { names, regions });
  const { partsOf } = await import('./parts');
  const parts = partsOf(configuration, io.shipped);
  const artefacts =
    road === 'lza' ? (await import('./lza')).lza(parts, { names, regions }) : (await import('./cloudformation')).cloudFormation(parts, regions);
  write(artefacts, folder, path);
  for (const { name, text } of artefacts) output.write(`wrote ${posix.join(folder, name)} (${grouped(Buffer.byteLength(text))} bytes)\n`);
  return EXIT.ok;
}

function readNames(texts: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, readonly string[]>();
  for (const text of texts) {
    const [, id = '', name = ''] = /^(ou-[a-z0-9-]+)=(.+)$/.exec(text) ?? [];
    if (name === '')
      throw new UsageError(`--organizational-unit: expected an id and a name, got ${JSON.stringify(text)}: write ou-ab12-11111111=Workloads`);
    names.set(id, [...(names.get(id) ?? []), name]);
  }
  return names;
}

/** Landing Zone Accelerator knows names, where the configuration has ids; and it deploys nowhere by itself. */
function checkQuestion({ rollout }: WholeConfiguration, { names, regions }: LzaQuestion): void {
  if (rollout.length === 0 && regions.length === 0)
    throw new UsageError('no Region to deploy to: name one with --region, or list regions under rollout');
  for (const stage of rollout)
    for (const id of stage.organizationalUnits)
      if (!names.has(id))
        throw new UsageError(`rollout ${stage.name}: ${id} has no name that Landing Zone Accelerator knows: add --organizational-unit ${id}=NAME`);
}

/** A policy that an earlier run left would be attached with the others. */
function checkEmpty(folder: string, path: string, force: boolean): void {
  if (!existsSync(path) || force) return;
  let left: readonly string[];
  try {
    left = readdirSync(path);
  } catch (error) {
    throw new UsageError(`${folder} ${describeFailure(error)}: name a folder`, { cause: error });
  }
  if (left.length > 0) throw new UsageError(`${folder} is not empty: name another folder, or write over what is there with --force`);
}

function write(artefacts: readonly Artefact[], folder: string, path: string): void {
  try {
    for (const { name, text } of artefacts) {
      makeFolder(dirname(join(path, name)));
      writeFileSync(join(path, name), text);
    }
  } catch (error) {
    throw new UsageError(`${folder} cannot be written (${describeWriteFailure(error)}): name another folder`, { cause: error });
  }
}
