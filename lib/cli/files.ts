/** Files as the command line names them: walked in a fixed order, with every way in which a file system can disappoint. */
import { type Dirent, mkdirSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, posix, resolve, sep } from 'node:path';
import type { Io } from './io';
import type { Problem } from './report/report';

export interface FoundFile {
  readonly kind: 'file';
  /** Absolute; `-` is standard input. */
  readonly path: string;
  /** As given or below the folder that was given, with `/`. */
  readonly name: string;
  readonly size: number;
  /** Named on the command line itself, not met in a folder. */
  readonly named: boolean;
  /** Which argument led to it. */
  readonly argument: string;
}

export interface FoundProblem {
  readonly kind: 'problem';
  readonly problem: Problem;
  readonly named: boolean;
  readonly argument: string;
}

type Found = FoundFile | FoundProblem;

interface WalkRules {
  /** May this entry of a folder be looked at? `siblings`: the names of all entries. */
  readonly enter: (name: string, isFolder: boolean, siblings: ReadonlySet<string>) => boolean;
}

export const STDIN = '-';

/** Every file once, folders in the order of their entries' names. Asked one after the other: a promise for each file takes ten times as long. */
export function* walk(argument: string, io: Io, rules: WalkRules): Generator<Found> {
  if (argument === STDIN) {
    yield { kind: 'file', path: STDIN, name: STDIN, size: 0, named: true, argument };
    return;
  }
  const path = resolve(io.cwd, argument);
  const name = nameOf(argument);
  let stats: Stats;
  try {
    stats = statSync(path);
  } catch (error) {
    yield { kind: 'problem', problem: { file: name, message: describeFailure(error) }, named: true, argument };
    return;
  }
  if (stats.isDirectory()) yield* walkFolder({ path, name, argument, rules, above: new Set() });
  else yield { kind: 'file', path, name, size: stats.size, named: true, argument };
}

interface Folder {
  readonly path: string;
  readonly name: string;
  readonly argument: string;
  readonly rules: WalkRules;
  /** Real paths of the folders that lead here: meeting one again is a loop of links. */
  readonly above: ReadonlySet<string>;
}

function* walkFolder(folder: Folder): Generator<Found> {
  const { path, name, argument, rules } = folder;
  const problem = (file: string, message: string): FoundProblem => ({ kind: 'problem', problem: { file, message }, named: false, argument });
  let entries: readonly Dirent[];
  let real: string;
  try {
    real = realpathSync.native(path);
    if (folder.above.has(real)) {
      yield problem(name, 'is a link to a folder that holds it: not followed');
      return;
    }
    entries = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    yield problem(name, describeFailure(error));
    return;
  }
  const above = new Set([...folder.above, real]);
  const siblings = new Set(entries.map((entry) => entry.name));
  for (const entry of [...entries].sort(byName)) {
    const child = { path: below(path, entry.name, sep), name: below(name, entry.name, '/') };
    if (entry.isDirectory()) {
      if (rules.enter(entry.name, true, siblings)) yield* walkFolder({ ...folder, ...child, above });
      continue;
    }
    if (!entry.isSymbolicLink() && !rules.enter(entry.name, false, siblings)) continue;
    let stats: Stats;
    try {
      stats = statSync(child.path);
    } catch (error) {
      if (rules.enter(entry.name, false, siblings))
        yield problem(child.name, entry.isSymbolicLink() ? 'is a link that points nowhere' : describeFailure(error));
      continue;
    }
    if (!rules.enter(entry.name, stats.isDirectory(), siblings)) continue;
    if (stats.isDirectory()) yield* walkFolder({ ...folder, ...child, above });
    else if (stats.isFile()) yield { kind: 'file', ...child, size: stats.size, named: false, argument };
    else yield problem(child.name, 'is no regular file: not read');
  }
}

/** Both parents are normalised already, so nothing is read twice; `.` is not written in front. */
const below = (parent: string, name: string, separator: string): string =>
  parent === '.' ? name : parent.endsWith(separator) ? parent + name : parent + separator + name;

const byName = (a: Dirent, b: Dirent): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

const nameOf = (argument: string): string => posix.normalize(argument.replaceAll('\\', '/'));

/** What the system said, in words that help. */
export function describeFailure(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'does not exist: check the path';
  if (code === 'EACCES' || code === 'EPERM') return 'cannot be read: permission denied';
  if (code === 'ELOOP') return 'is a loop of links: not followed';
  if (code === 'EISDIR') return 'is a folder';
  if (code === 'EMFILE' || code === 'ENFILE') return 'cannot be read: too many open files';
  return `cannot be read: ${message}`;
}

/** The same for what could not be written. */
export function describeWriteFailure(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'EROFS') return 'the file system is read-only';
  if (code === 'EEXIST') return 'it is a file';
  if (code === 'ENOTDIR') return 'it lies below a file';
  if (code === 'EISDIR') return 'a folder has the name of a file';
  if (code === 'ENOENT') return 'nothing can be made there';
  if (code === 'ENOSPC') return 'no space is left';
  return message;
}

/** Makes the folder and those above it. Not by `recursive`: where a system refuses a name as if its parent were missing (`/proc`), that tries for ever. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && isFolder(path)) return;
    if (code !== 'ENOENT') throw error;
    makeFolder(dirname(path));
    mkdirSync(path);
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Why bytes are no UTF-8 text, from their start; undefined when they may be. */
export function wrongEncoding(start: Buffer): string | undefined {
  const [first, second] = start;
  const marked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (marked || hasZeroInEveryOther(start)) return 'is UTF-16: convert it to UTF-8';
  return start.subarray(0, 512).includes(0) ? 'is a binary file' : undefined;
}

/** Latin text in UTF-16; pictures and archives have their zeros anywhere. */
function hasZeroInEveryOther(start: Buffer): boolean {
  const zeros = [0, 0];
  for (const [index, byte] of start.subarray(0, 64).entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const most = Math.min(32, start.length >> 1);
  return Math.min(...zeros) === 0 && Math.max(...zeros) > most * 0.8;
}

export const hasByteOrderMark = (start: Buffer): boolean => start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf;
