/** `perimeter report`: results as a page that one can hand on. */
import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../../core/errors';
import { guardrails } from '../../guardrails';
import { EXIT } from '../exit';
import { describeFailure } from '../files';
import type { Io } from '../io';
import { parseJson, readBytes } from '../json-file';
import type { Output } from '../output';
import { grouped } from '../report/text';
import { pageOf, type Source } from './page';
import { decodeResults } from './results';

interface ReportOptions {
  readonly out?: string;
  readonly force?: boolean;
}

const WHAT = 'results of perimeter check, replay or audit';

/** @throws UsageError for what holds no results, and for a page that would write over something */
export async function report(names: readonly string[], { out, force }: ReportOptions, io: Io, output: Output): Promise<number> {
  const path = out === undefined ? undefined : resolve(io.cwd, out);
  if (path !== undefined && existsSync(path) && !force) throw new UsageError(`${out} exists: name another with --out, or overwrite it with --force`);
  const sources: Source[] = [];
  for (const name of names) {
    const bytes = await readBytes(name, WHAT, io);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const twin = sources.find((source) => source.sha256 === sha256);
    if (twin) throw new UsageError(`${name} holds the same results as ${twin.name}: name it once, or everything is counted twice`);
    sources.push({ name, sha256, results: decodeResults(name, parseJson(bytes, name, WHAT)) });
  }
  const page = pageOf(sources, guardrails);
  if (path === undefined) output.write(page);
  else {
    try {
      writeFileSync(path, page);
    } catch (error) {
      throw new UsageError(`${out} cannot be written (${describeFailure(error)}): name another with --out`, { cause: error });
    }
    output.write(`wrote ${out} (${grouped(Buffer.byteLength(page))} bytes)\n`);
  }
  return EXIT.ok;
}
