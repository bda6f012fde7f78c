/** The bytes of a log: from a file or standard input, unpacked when they are gzip, whatever the name says. */
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { describeFailure, STDIN } from '../files';

const CHUNK = 256 * 1024;

/** The source failed in the middle; what came before it stands. */
export class SourceError extends Error {}

export const isGzip = (start: Buffer): boolean => start[0] === 0x1f && start[1] === 0x8b;

/** The first bytes of a file. @throws SourceError */
export async function startOf(path: string, bytes: number): Promise<Buffer> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new SourceError(describeFailure(error), { cause: error });
  }
}

/** Chunks that may be reused once the next is asked for. `raw` is told the bytes that were read, before unpacking. @throws SourceError */
export const bytesOf = (path: string, stdin: Readable, raw: (bytes: number) => void): AsyncGenerator<Buffer> => told(readPath(path, stdin, raw));

/** The same of a stream that is open already. @throws SourceError */
export const bytesOfStream = (stream: Readable, raw: (bytes: number) => void): AsyncGenerator<Buffer> => told(unpack(stream, raw));

async function* readPath(path: string, stdin: Readable, raw: (bytes: number) => void): AsyncGenerator<Buffer> {
  if (path === STDIN) yield* unpack(stdin, raw);
  else if (!(await stat(path)).isFile()) yield* unpack(createReadStream(path), raw);
  else if (isGzip(await startOf(path, 2))) yield* unpackFile(path, raw);
  else yield* readPlain(path, raw);
}

/** Whatever breaks off is a failure of the source, in words. */
async function* told(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    if (error instanceof SourceError) throw error;
    throw new SourceError(describeFailure(error), { cause: error });
  }
}

/** One buffer for the whole file: a stream would allocate one a chunk, faster than they are collected. */
async function* readPlain(path: string, raw: (bytes: number) => void): AsyncGenerator<Buffer> {
  const file = await open(path);
  try {
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK, null);
      if (bytesRead === 0) return;
      raw(bytesRead);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Of the chunk in which damage lies, zlib gives nothing: that one is read again, byte by byte, up to the damage. */
async function* unpackFile(path: string, raw: (bytes: number) => void): AsyncGenerator<Buffer> {
  let given = 0;
  try {
    for await (const chunk of unpack(createReadStream(path, { highWaterMark: CHUNK }), raw)) {
      given += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (!(error instanceof DamagedGzip)) throw error;
    for await (const chunk of unpack(bytewise(createReadStream(path), error.intact), () => undefined)) {
      if (given < chunk.length) yield chunk.subarray(given);
      given = Math.max(0, given - chunk.length);
    }
  }
}

async function* bytewise(chunks: AsyncIterable<Buffer>, from: number): AsyncGenerator<Buffer> {
  let at = 0;
  for await (const chunk of chunks) {
    const whole = Math.min(Math.max(from - at, 0), chunk.length);
    if (whole > 0) yield chunk.subarray(0, whole);
    for (let index = whole; index < chunk.length; index += 1) yield chunk.subarray(index, index + 1);
    at += chunk.length;
  }
}

class DamagedGzip extends SourceError {
  constructor(
    /** Bytes of the file whose content has been given. */
    readonly intact: number,
    cause: Error,
  ) {
    super(`is a damaged or truncated gzip file (${cause.message}): what could be unpacked before the damage is judged`, { cause });
  }
}

async function* unpack(stream: AsyncIterable<Buffer | string>, raw: (bytes: number) => void): AsyncGenerator<Buffer> {
  const chunks = counted(stream, raw);
  const first = await firstBytes(chunks);
  const all = prepend(first, chunks);
  if (!isGzip(first)) {
    yield* all;
    return;
  }
  const { createGunzip } = await import('node:zlib');
  const { Readable } = await import('node:stream');
  const packed = Readable.from(all, { objectMode: false });
  const gunzip = createGunzip({ chunkSize: 64 * 1024 });
  packed.on('error', (error) => gunzip.destroy(error));
  packed.pipe(gunzip);
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } catch (error) {
    if (!String((error as NodeJS.ErrnoException).code).startsWith('Z_')) throw error;
    throw new DamagedGzip(gunzip.bytesWritten, error as Error);
  } finally {
    packed.destroy();
    gunzip.destroy();
  }
}

async function* counted(stream: AsyncIterable<Buffer | string>, raw: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    raw(bytes.length);
    yield bytes;
  }
}

/** Enough to tell gzip; a pipe may deliver one byte at a time. */
async function firstBytes(chunks: AsyncGenerator<Buffer>): Promise<Buffer> {
  let first = Buffer.alloc(0);
  while (first.length < 2) {
    const { value, done } = await chunks.next();
    if (done) return first;
    first = Buffer.concat([first, value]);
  }
  return first;
}

async function* prepend(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first;
  yield* rest;
}
