/** What `check` and `replay` share around a report. */
import type { Docket } from './docket';
import { describeBug } from './exit';
import { type Io, wantsColour } from './io';
import type { Output } from './output';
import type { Format, Problem, ReporterContext, Surface } from './report/report';
import type { Tally } from './report/tally';
import { plural, printable } from './report/text';

/** Characters of a line where there is no terminal, and the most that reads well where there is one. */
const PLAIN_WIDTH = 100;
const MOST_WIDTH = 120;

/** Errors that are printed one by one; `--format json` lists more. */
const MOST_LINES = 20;

export async function reporterContext(surface: Surface, docket: Docket, io: Io, output: Output): Promise<ReporterContext> {
  // A run that judges nothing still reports which rules there are.
  const guardrails = docket.guardrails.length > 0 ? docket.guardrails : (await import('../guardrails')).guardrails;
  return { surface, output, guardrails, cwd: io.cwd, ...paintingOf(io) };
}

/** How pretty output looks to whoever reads it. */
export const paintingOf = (io: Io): { readonly colour: boolean; readonly width: number } => ({
  colour: wantsColour(io),
  width: io.terminal.stdout ? Math.min(io.terminal.columns ?? PLAIN_WIDTH, MOST_WIDTH) : PLAIN_WIDTH,
});

/** People read the errors here; machines find them in the report, and here when they end the run with 2. */
export function tellErrors(tally: Tally, { format, fatal }: { readonly format: Format; readonly fatal: boolean }, io: Io): void {
  if (format === 'pretty' || fatal) {
    const told = folded(tally.errors);
    for (const { problem, count } of told.slice(0, MOST_LINES)) {
      const more = count > 1 ? `, and ${plural(count - 1, 'more line')} of it likewise` : '';
      io.stderr.write(`perimeter: ${describeProblem(problem)}${more}\n`);
    }
    const left = told.length - MOST_LINES;
    if (left > 0) io.stderr.write(`perimeter: ${left} more errors; --format json lists them\n`);
  }
  if (tally.bug) io.stderr.write(describeBug(tally.bug));
}

/** A file that is something else altogether says the same of each of its lines. */
function folded(problems: readonly Problem[]): readonly { readonly problem: Problem; readonly count: number }[] {
  const groups = new Map<string, { readonly problem: Problem; count: number }>();
  for (const problem of problems) {
    const key = JSON.stringify([problem.file, problem.message]);
    const known = groups.get(key);
    if (known) known.count += 1;
    else groups.set(key, { problem, count: 1 });
  }
  return [...groups.values()];
}

function describeProblem({ file, line, message }: Problem): string {
  return printable(`${file}${line === undefined ? '' : `:${line}`}: ${message}`);
}
