/** `perimeter replay`: judges CloudTrail, in constant memory, and says what would be undone. */
import { type DocketOptions, openDocket } from '../docket';
import { exitCodeOf } from '../exit';
import type { Io } from '../io';
import type { Output } from '../output';
import { createReporter, type Format } from '../report/report';
import { Tally } from '../report/tally';
import { reporterContext, tellErrors } from '../reporting';
import { judge } from './judge';
import { readRecords } from './records';

interface ReplayOptions extends DocketOptions {
  readonly format: Format;
  readonly strict?: boolean;
}

/** The exit code of design section 6. */
export async function replay(paths: readonly string[], options: ReplayOptions, io: Io, output: Output): Promise<number> {
  const docket = await openDocket(options, io);
  const reporter = await createReporter(options.format, await reporterContext('replay', docket, io, output));
  const tally = new Tally();
  reporter.begin();
  await readRecords(paths, { io, tally, output, take: (record, file) => judge(docket, tally, reporter, file, record) });
  reporter.end(tally.summary());
  await output.end();
  const code = exitCodeOf(tally, { fatal: tally.records === 0, violated: tally.violations > 0, strict: options.strict === true });
  tellErrors(tally, { ...options, fatal: code === 2 }, io);
  return code;
}
