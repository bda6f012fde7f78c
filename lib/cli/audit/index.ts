/** `perimeter audit`: judges what an account holds now, and undoes what violates where that is asked for. */
import { createAws } from '../../aws';
import { region as regionFormat } from '../../config/formats';
import { UsageError } from '../../core/errors';
import type { Ports } from '../../handlers/ports';
import { callerIn } from '../caller';
import { type DocketOptions, openDocket } from '../docket';
import { exitCodeOf } from '../exit';
import { readFlag } from '../flags';
import type { Io } from '../io';
import { logTo } from '../log';
import type { Output } from '../output';
import { startProgress } from '../progress';
import { createReporter, type Format } from '../report/report';
import { Tally } from '../report/tally';
import { reporterContext, tellErrors } from '../reporting';
import { agreed, type Fixed, fix, prettyOf } from './fix';
import { auditRound, type Finding, roundsOf } from './round';
import { UndoFile } from './undo-file';

interface AuditOptions extends DocketOptions {
  readonly format: Format;
  readonly strict?: boolean;
  readonly region?: readonly string[];
  readonly fix?: boolean;
  readonly yes?: boolean;
}

/** The exit code of design section 6; 2 where something could not be read: what was not seen turns nothing green. */
export async function audit(options: AuditOptions, io: Io, output: Output): Promise<number> {
  checkOptions(options, io);
  const named = (options.region ?? []).map((text) => readFlag('--region', text, regionFormat));
  const docket = await openDocket(options, io);
  const caller = await callerIn(named[0]);
  const undoFile = new UndoFile(io);
  const rounds = roundsOf({
    docket,
    caller,
    regions: named.length > 0 ? [...new Set(named)] : [caller.region],
    ports: portsOf(io, undoFile),
    now: io.now(),
  });
  const tally = new Tally();
  const reporter = await createReporter(options.format, await reporterContext('audit', docket, io, output));
  const progress = startProgress(io, 'resources');
  const found: Finding[] = [];
  reporter.begin();
  try {
    for (const round of rounds) found.push(...(await auditRound(round, { docket, tally, reporter, output, progress })));
  } finally {
    progress.stop();
  }
  const mayFix = options.fix === true && found.length > 0;
  let fixed: Fixed | undefined;
  if (options.format === 'pretty') {
    reporter.end(tally.summary());
    await output.end();
    if (mayFix && (options.yes === true || (await agreed(found, io)))) fixed = await fix(found, undoFile);
    if (fixed) output.write(prettyOf(fixed));
  } else {
    if (mayFix) fixed = await fix(found, undoFile);
    reporter.end({ ...tally.summary(), ...(fixed && { fix: fixed }) });
  }
  await output.end();
  const fatal = tally.errors.length > 0;
  tellErrors(tally, { format: options.format, fatal }, io);
  const left = tally.violations - (fixed?.undone ?? 0) + (options.strict ? tally.undetermined : 0);
  return exitCodeOf(tally, { fatal, violated: left > 0, strict: false });
}

/** @throws UsageError: nothing is changed that nobody has looked at */
function checkOptions({ fix: isFix, yes, format }: AuditOptions, { terminal }: Io): void {
  if (yes && !isFix) throw new UsageError('--yes belongs to --fix: add it, or leave both out');
  if (!isFix || yes) return;
  if (format !== 'pretty') throw new UsageError(`--fix asks before it changes anything, and --format ${format} leaves no room to: add --yes`);
  if (!terminal.stdin || !terminal.stderr)
    throw new UsageError('--fix asks before it changes anything, and there is no terminal to ask on: add --yes');
}

/** What is removed goes to a file; nothing is written to the account but what undoes a violation. */
const portsOf = (io: Io, undoFile: UndoFile): Ports => ({
  ...createAws({})({ remaining: () => Number.POSITIVE_INFINITY, log: logTo(io), functionArn: 'perimeter-audit' }),
  recordUndo: (entry) => undoFile.record(entry),
  now: io.now,
  remaining: () => Number.POSITIVE_INFINITY,
  log: logTo(io),
  count: () => undefined,
});
