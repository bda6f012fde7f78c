/** One JSON document from a file or from standard input, for the verbs that take one. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UsageError } from '../core/errors';
import { isObject, type Value } from '../core/value';
import { describeFailure, hasByteOrderMark, STDIN, wrongEncoding } from './files';
import type { Io } from './io';

/** The value, whatever it is. @throws UsageError when it cannot be read or is no JSON */
export const readJson = async (name: string, what: string, io: Io): Promise<Value> => parseJson(await readBytes(name, what, io), name, what);

/** One document, or one a line: then the list of them. @throws UsageError as above, naming the line */
export async function readJsonOrLines(name: string, what: string, io: Io): Promise<Value> {
  const bytes = await readBytes(name, what, io);
  const lines = textOf(bytes)
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [{ line, number: index + 1 }]));
  const [first] = lines;
  if (!first || lines.length === 1 || !isWholeObject(first.line)) return parseJson(bytes, name, what);
  return lines.map(({ line, number }) => parseJson(Buffer.from(line), `${name}, line ${number},`, what));
}

function isWholeObject(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch {
    return false;
  }
}

const textOf = (bytes: Buffer): string => bytes.subarray(hasByteOrderMark(bytes) ? 3 : 0).toString('utf8');

/** `name` is for the words of an error alone. @throws UsageError when it is no JSON, or deeper than anything that is written for us */
export function parseJson(bytes: Buffer, name: string, what: string): Value {
  const encoding = wrongEncoding(bytes);
  if (encoding !== undefined) throw new UsageError(`${name} ${encoding}; give ${what} as JSON`);
  const text = textOf(bytes);
  if (text.trim() === '') throw new UsageError(`${name} is empty; give ${what} as JSON`);
  const value = parsed(text, name, what);
  if (isDeeper(value)) throw new UsageError(`${name} is nested more than ${MOST_DEPTH} deep; give ${what}`);
  return value;
}

function parsed(text: string, name: string, what: string): Value {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${name} is no JSON document (${error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : ''}); give ${what}`, {
      cause: error,
    });
  }
}

const MOST_DEPTH = 128;

function isDeeper(value: Value): boolean {
  let level: readonly Value[] = [value];
  for (let depth = 0; depth <= MOST_DEPTH && level.length > 0; depth += 1)
    level = level.flatMap((each) => (each !== null && typeof each === 'object' ? Object.values(each) : []));
  return level.length > 0;
}

/** @throws UsageError */
export async function readBytes(name: string, what: string, io: Io): Promise<Buffer> {
  try {
    if (name !== STDIN) return await readFile(resolve(io.cwd, name));
    const chunks: Buffer[] = [];
    for await (const chunk of io.stdin) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  } catch (error) {
    throw new UsageError(`${name} ${describeFailure(error)}; give ${what} as JSON, or - for standard input`, { cause: error });
  }
}
