/** CloudTrail records out of whatever holds them, one after the other, in constant memory. */
import { isUtf8 } from 'node:buffer';
import { extname } from 'node:path';
import { type CloudTrailRecord, decodeRecord, isRecordProblem } from '../../core/cloudtrail';
import { UsageError } from '../../core/errors';
import { isObject } from '../../core/value';
import { AwsFailure } from '../../handlers/ports';
import { type FoundFile, hasByteOrderMark, STDIN, walk, wrongEncoding } from '../files';
import type { Io } from '../io';
import type { Output } from '../output';
import { type Progress, startProgress } from '../progress';
import type { Tally } from '../report/tally';
import { type Position, RecordScanner, type RecordSink } from './scanner';
import { bytesOf, bytesOfStream, isGzip, SourceError, startOf } from './source';

/** Names that promise a log: such a file must hold one. */
const LOG_NAMES = new Set(['.json', '.gz', '.jsonl', '.ndjson', '.log']);
const SKIPPED_FOLDERS = new Set(['.git', 'node_modules']);

const RULES = { enter: (name: string, isFolder: boolean) => !(isFolder && SKIPPED_FOLDERS.has(name)) };

/** `file`: as it was named. */
type Take = (record: CloudTrailRecord, file: string) => void;

interface Reading {
  readonly io: Io;
  /** Counts what is read, and what cannot be. */
  readonly tally: Tally;
  readonly output: Output;
  readonly take: Take;
}

interface Run extends Reading {
  readonly progress: Progress;
}

/** Reads files and folders until the reader of the output has gone. */
export async function readRecords(paths: readonly string[], reading: Reading): Promise<void> {
  const { io, tally, output } = reading;
  const progress = startProgress(io, 'records');
  for (const path of new Set(paths)) {
    if (path.startsWith(S3)) {
      await readObjects(path, { ...reading, progress });
      continue;
    }
    for (const found of walk(path, io, RULES)) {
      if (output.closed) break;
      if (found.kind === 'problem') tally.error(found.problem);
      else await readLog(found, { ...reading, progress });
    }
  }
  progress.stop();
  if (tally.records === 0 && tally.errors.length === 0) {
    for (const path of new Set(paths)) tally.error({ file: path, message: 'holds no CloudTrail record: name a log file or a folder of them' });
  }
}

const S3 = 's3://';

/** Where a trail keeps what is no log: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html */
const BESIDE_LOGS = /\/CloudTrail-(Digest|Insight|Aggregated)\//;

/** `s3://bucket/prefix`: every log whose key begins so. An object that cannot be read is named, and the next one is read. */
async function readObjects(address: string, run: Run): Promise<void> {
  const { tally, output } = run;
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]*)\/?(.*)$/s.exec(address) ?? [];
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) throw new UsageError(`${address}: expected s3://BUCKET/PREFIX, with the name of a bucket`);
  const isLog = (key: string) => key === prefix || (LOG_NAMES.has(extname(key).toLowerCase()) && !BESIDE_LOGS.test(`/${key}`));
  const { objectsUnder } = await import('../../aws/objects');
  try {
    for await (const { key, open } of objectsUnder(bucket, prefix, isLog)) {
      if (output.closed) return;
      const name = `${S3}${bucket}/${key}`;
      try {
        await readFile({ name, chunks: bytesOfStream(await open(), (bytes) => tally.scanned({ bytes })) }, run);
      } catch (error) {
        if (!(error instanceof AwsFailure)) throw error;
        tally.error({ file: name, message: `cannot be read (${error.code}): ${error.message}` });
      }
    }
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    tally.error({ file: address, message: wayOut(error, bucket) });
  }
}

function wayOut({ code, message }: AwsFailure, bucket: string): string {
  if (code === 'CredentialsProviderError') return 'no AWS credentials: sign in (aws sso login), or set AWS_PROFILE';
  if (/region is missing/i.test(message)) return 'no Region: set AWS_REGION';
  if (code === 'NoSuchBucket') return `there is no bucket ${bucket}: check its name`;
  if (code === 'AccessDenied')
    return `bucket ${bucket} cannot be listed: s3:ListBucket and s3:GetObject are needed, and kms:Decrypt where a key is used`;
  return `bucket ${bucket} cannot be listed (${code}): ${message}`;
}

async function readLog(file: FoundFile, run: Run): Promise<void> {
  const { tally } = run;
  try {
    if (!file.named && !LOG_NAMES.has(extname(file.name).toLowerCase()) && !(await looksLikeLog(file))) return;
    const chunks = bytesOf(file.path, run.io.stdin, (bytes) => tally.scanned({ bytes }));
    await readFile({ name: file.name, chunks, isStdin: file.path === STDIN }, run);
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

interface Log {
  readonly name: string;
  readonly chunks: AsyncIterable<Buffer>;
  readonly isStdin?: boolean;
}

async function readFile(file: Log, { tally, output, progress, take }: Run): Promise<void> {
  const records = recordsOf(file.name, tally, take);
  const scanner = new RecordScanner(records);
  let started = false;
  let failure: SourceError | undefined;
  tally.scanned({ files: 1 });
  try {
    for await (const chunk of file.chunks) {
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
  records.close();
  const seen = records.seen();
  if (failure) tally.error({ file: file.name, message: failure.message });
  else if (!started) tally.error({ file: file.name, message: file.isStdin ? 'standard input is empty' : 'is empty' });
  else if (seen.records + seen.damaged + seen.others === 0) tally.error({ file: file.name, message: 'holds no CloudTrail record' });
}

/** Damaged places that are named for each file; of the others only the number is. */
const MOST_DAMAGE = 200;

interface FileRecords extends RecordSink {
  /** Records and damaged places so far. */
  readonly seen: () => { readonly records: number; readonly damaged: number; readonly others: number };
  /** Says how many damaged places were not named. */
  readonly close: () => void;
}

/** Decodes the records of one file. */
function recordsOf(file: string, tally: Tally, take: Take): FileRecords {
  let records = 0;
  let damaged = 0;
  let others = 0;
  const damage = (message: string, { offset, line }: Position) => {
    damaged += 1;
    if (damaged <= MOST_DAMAGE) tally.error({ file, offset, line, message });
  };
  return {
    damage,
    seen: () => ({ records, damaged, others }),
    close: () => {
      if (damaged > MOST_DAMAGE) tally.error({ file, message: `${damaged - MOST_DAMAGE} more damaged places are not listed` });
    },
    record: (bytes, at) => {
      const raw = parse(bytes);
      if (typeof raw === 'string') return damage(raw, at);
      const value = unwrapText(raw.value);
      if (isNoCall(value)) {
        others += 1;
        return;
      }
      const record = decodeRecord(value);
      if (isRecordProblem(record)) return damage(record.problem, at);
      records += 1;
      tally.scanned({ records: 1 });
      take(record, file);
    },
  };
}

/** The value, or what is wrong with the bytes. */
function parse(bytes: Buffer): string | { readonly value: unknown } {
  // Replacing a broken character would change what is judged, and nobody would know.
  if (!isUtf8(bytes)) return 'a record that is not valid UTF-8: convert the file to UTF-8';
  try {
    return { value: JSON.parse(bytes.toString('utf8')) as unknown };
  } catch {
    return 'a record that is not valid JSON';
  }
}

/**
 * What CloudTrail keeps beside its logs of calls: digests, and what was unusual about the rate of calls.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents-insights.html
 */
const isNoCall = (value: unknown): boolean =>
  isObject(value) && value.eventName === undefined && (value.digestStartTime !== undefined || value.insightDetails !== undefined);

/**
 * `aws cloudtrail lookup-events` and CloudWatch Logs give the record as text:
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Event.html
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilteredLogEvent.html
 */
function unwrapText(value: unknown): unknown {
  if (!isObject(value) || value.eventName !== undefined) return value;
  const text = value.CloudTrailEvent ?? value.message;
  if (typeof text !== 'string') return value;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return value;
  }
}
