/** `--fix`: the plans that were shown, executed as a remediator executes them: read again, judged again, recorded, called. */
import { createInterface } from 'node:readline/promises';
import { act, type Deed, isMended } from '../../handlers/act';
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
  /** ARNs of those that would take other calls by now than were shown: left as they are. */
  readonly changed: readonly string[];
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
  const changed: string[] = [];
  let undone = 0;
  for (const { task, occasion, deed } of found) {
    const now = await act(task, deed.about, occasion);
    if (!isShown(now, deed)) {
      changed.push(arnOf(deed));
      continue;
    }
    const after = await act({ ...task, dryRun: false }, deed.about, occasion);
    calls.push(...after.calls);
    undone += after.assessments.filter((assessment) => isMended(assessment, after.calls)).length;
    if (after.unread !== undefined) unread.push(`${arnOf(deed)}: ${after.unread}`);
  }
  const { name } = undoFile;
  return { undone, calls, unread, changed, ...(name !== undefined && { undoFile: name }) };
}

const arnOf = ({ about }: Deed): string => about[0]?.resource.arn ?? '';

/** The same calls, or fewer: what was corrected since. A revision is of its moment. */
function isShown(now: Deed, shown: Deed): boolean {
  const keyOf = ({ action, input: { RevisionId: _, ...input } }: CallReport) => JSON.stringify([action, input]);
  const agreedOn = new Set(shown.calls.map(keyOf));
  return now.calls.every((call) => agreedOn.has(keyOf(call)));
}

export function prettyOf({ undone, calls, unread, changed, undoFile }: Fixed): string {
  const lines = [
    ...calls.map((call) => `  ${call.outcome.padEnd(12)} ${describeCall(call)}${call.error ? `: ${call.error.name}: ${call.error.message}` : ''}`),
    ...unread.map((text) => `  not read     ${text}`),
    ...changed.map((arn) => `  changed      ${arn}: it would take other calls by now than were shown; run audit again`),
    '',
    `${plural(undone, 'violation')} undone`,
    ...(undoFile === undefined ? [] : [`to put back what was removed: perimeter undo ${undoFile}`]),
  ];
  return `\n${lines.map(printable).join('\n')}\n`;
}
