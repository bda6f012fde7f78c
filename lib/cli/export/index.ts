/** `perimeter export`: files that another tool deploys. */
import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { region as regionFormat } from '../../config/formats';
import { partitionOfRegion } from '../../core/arn';
import type { WholeConfiguration } from '../../core/configuration';
import { UsageError } from '../../core/errors';
import { writeArtefacts } from '../artefact';
import { loadConfiguration } from '../docket';
import { EXIT } from '../exit';
import { describeFailure } from '../files';
import { readFlag } from '../flags';
import type { Io } from '../io';
import type { Output } from '../output';
import { tellNotes } from '../scp/policies';
import type { LzaQuestion } from './lza';

/** What an export alone writes: the template of a stage, a policy. */
const OURS =
  /^(?:member-[\w-]+\.template|cloudformation\/perimeter-[\w-]+\.template|(?:policies|(?:service|resource)-control-policies)\/(?:[\w-]+[.-])?(?:perimeter-\d+|ecr[.-]rcp|ecr(?:-layer-bucket)?\.endpoint))\.json$/;

interface ExportOptions {
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
  checkPartitions([...configuration.rollout.flatMap((stage) => stage.regions), ...regions]);
  if (road === 'lza') checkQuestion(configuration, { names, regions });
  const { partsOf } = await import('./parts');
  const parts = partsOf(configuration, io.shipped);
  const artefacts =
    road === 'lza' ? (await import('./lza')).lza(parts, { names, regions }) : (await import('./cloudformation')).cloudFormation(parts, regions);
  writeArtefacts(artefacts, { folder, label: folder, ours: OURS, unit: 'bytes' }, io, output);
  tellNotes(
    parts.parts.flatMap(({ attached, endpoints }) => [...attached, ...endpoints]),
    io,
  );
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

/** One that is asked for beside others, or beside those of the rollout. */
function checkPartitions([first, ...others]: readonly string[]): void {
  const stranger = others.find((name) => first !== undefined && partitionOfRegion(name) !== partitionOfRegion(first));
  if (stranger !== undefined)
    throw new UsageError(`--region ${stranger}: ${first} is in another partition, and an organization lives in one: export each by itself`);
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
