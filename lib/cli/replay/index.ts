/** `perimeter replay`: judges CloudTrail, in constant memory, and says what would be undone. */
import { extname } from 'node:path';
import { type Docket, type DocketOptions, openDocket } from '../docket';
import { exitCodeOf } from '../exit';
import { type FoundFile, hasByteOrderMark, STDIN, walk, wrongEncoding } from '../files';
import type { Io } from '../io';
import type { Output } from '../output';
import { type Progress, startProgress } from '../progress';
import { createReporter, type Format, type Reporter } from '../report/report';
import { Tally } from '../report/tally';
import { reporterContext, tellErrors } from '../reporting';
import { fileJudge } from './judge';
import { RecordScanner } from './scanner';
import { bytesOf, isGzip, SourceError, startOf } from './source';

export interface ReplayOptions extends DocketOptions {
  readonly format: Format;
  readonly strict?: boolean;
}

/** Names that promise a log: such a file must hold one. */
const LOG_NAMES = new Set(['.json', '.gz', '.jsonl', '.ndjson', '.log']);
const SKIPPED_FOLDERS = new Set(['.git', 'node_modules']);

const RULES = { enter: (name: string, isFolder: boolean) => !(isFolder && SKIPPED_FOLDERS.has(name)) };

interface Run {
  readonly docket: Docket;
  readonly io: Io;
  readonly tally: Tally;
  readonly reporter: Reporter;
  readonly output: Output;
  readonly progress: Progress;
}

/** The exit code of design section 6. */
export async function replay(paths: readonly string[], options: ReplayOptions, io: Io, output: Output): Promise<number> {
  const docket = await openDocket(options, io);
  const reporter = await createReporter(options.format, await reporterContext('replay', docket, io, output));
  const tally = new Tally();
  const progress = startProgress(io, 'records');
  const run: Run = { docket, io, tally, reporter, output, progress };
  reporter.begin();
  for (const path of new Set(paths)) {
    for await (const found of walk(path, io, RULES)) {
      if (output.closed) break;
      if (found.kind === 'problem') tally.error(found.problem);
      else await replayFile(found, run);
    }
  }
  progress.stop();
  if (tally.records === 0 && tally.errors.length === 0) {
    for (const path of new Set(paths)) tally.error({ file: path, message: 'holds no CloudTrail record: name a log file or a folder of them' });
  }
  reporter.end(tally.summary());
  await output.end();
  const code = exitCodeOf(tally, { fatal: tally.records === 0, violated: tally.violations > 0, strict: options.strict === true });
  tellErrors(tally, { ...options, fatal: code === 2 }, io);
  return code;
}

async function replayFile(file: FoundFile, run: Run): Promise<void> {
  const { tally } = run;
  try {
    if (!file.named && !LOG_NAMES.has(extname(file.name).toLowerCase()) && !(await looksLikeLog(file))) return;
    await judgeFile(file, run);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    tally.error({ file: file.name, message: error.message });
  }
}

/** By its first bytes. Plain text is not a log; what is not even text is named. @throws SourceError */
async function looksLikeLog({ path }: FoundFile): Promise<boolean> {
  const start = await startOf(path, 512);
  if (isGzip(start)) return true;
  const encoding = wrongEncoding(start);
  if (encoding !== undefined) throw new SourceError(`${encoding}, no CloudTrail log`);
  if (start.some(isControl)) throw new SourceError('is a binary file, no CloudTrail log');
  return /^\s*[[{]/.test(start.toString('latin1').replace(/^\u00ef\u00bb\u00bf/, ''));
}

/** None that text would hold: not a tab, a line break or an escape. */
const isControl = (byte: number): boolean => (byte > 0 && byte < 9) || (byte > 13 && byte < 27);

async function judgeFile(file: FoundFile, { docket, io, tally, reporter, output, progress }: Run): Promise<void> {
  const judge = fileJudge(docket, tally, reporter, file.name);
  const scanner = new RecordScanner(judge);
  let started = false;
  let failure: SourceError | undefined;
  tally.scanned({ files: 1 });
  try {
    for await (const chunk of bytesOf(file.path, io.stdin, (bytes) => tally.scanned({ bytes }))) {
      const encoding = started ? undefined : wrongEncoding(chunk);
      if (encoding !== undefined) throw new SourceError(`${encoding}: no record is read from it`);
      scanner.push(!started && hasByteOrderMark(chunk) ? chunk.subarray(3) : chunk);
      started = true;
      progress.update(tally.records);
      await output.settle();
      if (output.closed) return;
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    failure = error;
  }
  scanner.end(failure !== undefined);
  judge.close();
  const { records, damaged, others } = judge.seen();
  if (failure) tally.error({ file: file.name, message: failure.message });
  else if (!started) tally.error({ file: file.name, message: file.path === STDIN ? 'standard input is empty' : 'is empty' });
  else if (records + damaged + others === 0) tally.error({ file: file.name, message: 'holds no CloudTrail record' });
}
