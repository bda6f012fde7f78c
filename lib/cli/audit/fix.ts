/** `--fix`: the plans that were shown, executed as a remediator executes them: read again, judged again, recorded, called. */
import { createInterface } from 'node:readline/promises';
import { act, isMended } from '../../handlers/act';
import type { CallReport } from '../../handlers/ports';
import type { Io } from '../io';
import { describeCall } from '../report/pretty';
import { plural, printable } from '../report/text';
import type { Finding } from './round';
import type { UndoFile } from './undo-file';

export interface Fixed {
  /** Violations that are gone. */
  readonly undone: number;
  readonly calls: readonly CallReport[];
  /** Resources whose state could not be read, each with why. */
  readonly unread: readonly string[];
  /** For `perimeter undo`; absent: nothing was removed. */
  readonly undoFile?: string;
}

/** Only `yes`, or `y`, is a yes; a terminal that is closed is none. */
export async function agreed(found: readonly Finding[], io: Io): Promise<boolean> {
  const count = found.reduce((sum, { deed }) => sum + deed.calls.length, 0);
  const accounts = [...new Set(found.map(({ source }) => `${source.accountId} (${source.region})`))].join(', ');
  const terminal = createInterface({ input: io.stdin, output: io.stderr });
  io.stderr.write(`Make ${plural(count, 'call')} on ${plural(found.length, 'resource')} in ${accounts}? [y/N] `);
  try {
    const { value, done } = await terminal[Symbol.asyncIterator]().next();
    return done !== true && /^y(es)?$/i.test(String(value).trim());
  } finally {
    terminal.close();
  }
}

export async function fix(found: readonly Finding[], undoFile: UndoFile): Promise<Fixed> {
  const calls: CallReport[] = [];
  const unread: string[] = [];
  let undone = 0;
  for (const { task, occasion, deed } of found) {
    const after = await act({ ...task, dryRun: false }, deed.about, occasion);
    calls.push(...after.calls);
    undone += after.assessments.filter((assessment) => isMended(assessment, after.calls)).length;
    if (after.unread !== undefined) unread.push(`${deed.about[0]?.resource.arn ?? ''}: ${after.unread}`);
  }
  const { name } = undoFile;
  return { undone, calls, unread, ...(name !== undefined && { undoFile: name }) };
}

export function prettyOf({ undone, calls, unread, undoFile }: Fixed): string {
  const lines = [
    ...calls.map((call) => `  ${call.outcome.padEnd(12)} ${describeCall(call)}${call.error ? `: ${call.error.name}: ${call.error.message}` : ''}`),
    ...unread.map((text) => `  not read     ${text}`),
    '',
    `${plural(undone, 'violation')} undone`,
    ...(undoFile === undefined ? [] : [`to put back what was removed: perimeter undo ${undoFile}`]),
  ];
  return `\n${lines.map(printable).join('\n')}\n`;
}
