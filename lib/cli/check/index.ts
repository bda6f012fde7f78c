/** `perimeter check`: judges what is about to be deployed. */
import { accountId, region as regionFormat } from '../../config/formats';
import { partitionOfRegion } from '../../core/arn';
import { UsageError } from '../../core/errors';
import type { TemplateScope } from '../../core/template';
import { OWN_ACCOUNT, OWN_REGION } from '../../core/value';
import { type DocketOptions, openDocket } from '../docket';
import { exitCodeOf } from '../exit';
import { readFlag } from '../flags';
import type { Io } from '../io';
import type { Output } from '../output';
import { startProgress } from '../progress';
import { createReporter, type Format, type Problem } from '../report/report';
import { Tally } from '../report/tally';
import { printable } from '../report/text';
import { reporterContext, tellErrors } from '../reporting';
import { collectInputs, type Inputs } from './inputs';
import { misnamed, readParameters } from './parameters';
import { Pool } from './pool';

interface CheckOptions extends DocketOptions {
  readonly format: Format;
  readonly strict?: boolean;
  readonly account?: string;
  readonly region?: string;
  readonly partition?: string;
  readonly parameters?: readonly string[];
}

/** The exit code of design section 6. */
export async function check(paths: readonly string[], options: CheckOptions, io: Io, output: Output): Promise<number> {
  const inputs = await collectInputs(paths, scopeOf(options, io), io);
  const pool = await Pool.start(inputs.tasks, io);
  try {
    return await checkInputs(paths, inputs, pool, options, io, output);
  } finally {
    await pool.stop();
  }
}

async function checkInputs(
  paths: readonly string[],
  { tasks, problems }: Inputs,
  pool: Pool,
  options: CheckOptions,
  io: Io,
  output: Output,
): Promise<number> {
  const docket = await openDocket(options, io);
  const reporter = await createReporter(options.format, await reporterContext('check', docket, io, output));
  const progress = startProgress(io, 'files');
  const tally = new Tally();
  const gate = new Gate(paths, tally);
  for (const { problem, named, argument } of problems) gate.failed([argument], problem, named);
  reporter.begin();
  const declared = new Set<string>();
  const unseen: string[] = [];
  let done = 0;
  await pool.judge(docket, (task, result) => {
    done += 1;
    progress.update(done, tasks.length);
    if (result.kind === 'unreadable') gate.failed(task.arguments, result.problem, task.origin !== 'folder');
    if (result.kind !== 'judged') return undefined;
    gate.judged(task.arguments);
    for (const name of result.parameters) declared.add(name);
    for (const what of result.unseen) unseen.push(`${task.name}: ${what}`);
    tally.scanned({ files: 1, bytes: result.bytes });
    tally.count('compliant', result.compliant);
    for (const { message } of result.failures) tally.failed(new Error(message), { file: task.name, message: 'judging failed' });
    for (const assessment of result.assessments) {
      tally.assessed(assessment);
      reporter.assessment(assessment, task.name);
    }
    return output.settle();
  });
  progress.stop();
  if (tally.files > 0) for (const problem of misnamed(options.parameters ?? [], declared)) gate.failed([], problem, true);
  const fatal = gate.fatal(options.strict === true);
  reporter.end(tally.summary());
  await output.end();
  const code = exitCodeOf(tally, { fatal, violated: tally.enforcedViolations > 0, strict: options.strict === true });
  tellErrors(tally, { ...options, fatal }, io);
  tellUnseen(unseen, io);
  return code;
}

/** Files that are named one by one. */
const MOST_UNSEEN = 10;

/** What was judged stands as it is written: said beside it, for nobody knows more. */
function tellUnseen(unseen: readonly string[], io: Io): void {
  const wayOut =
    'may make other resources than were judged: check what CloudFormation makes of it (aws cloudformation get-template --template-stage Processed)';
  for (const what of unseen.slice(0, MOST_UNSEEN)) io.stderr.write(`perimeter: ${printable(what)} ${wayOut}\n`);
  if (unseen.length > MOST_UNSEEN) io.stderr.write(`perimeter: ${unseen.length - MOST_UNSEEN} more macros and modules likewise\n`);
}

/** What the command line says of the place; holes for the rest. @throws UsageError */
function scopeOf({ account, region, partition, parameters }: CheckOptions, io: Io): TemplateScope {
  if (partition !== undefined && !/^aws(-[a-z]+)*$/.test(partition)) {
    throw new UsageError(`--partition: expected a partition, got ${JSON.stringify(partition)}: write aws, aws-cn or aws-us-gov`);
  }
  const knownRegion = region === undefined ? OWN_REGION : readFlag('--region', region, regionFormat);
  const place = {
    account: account === undefined ? OWN_ACCOUNT : readFlag('--account', account, accountId),
    region: knownRegion,
    partition: partition ?? partitionOfRegion(knownRegion),
  };
  return { place, parameters: readParameters(parameters ?? [], io.cwd) };
}

/** A gate must not turn green because it saw nothing: each path has to give something to judge. */
class Gate {
  readonly #judged = new Set<string>();
  readonly #failed = new Set<string>();
  #fatal = false;

  constructor(
    readonly paths: readonly string[],
    readonly tally: Tally,
  ) {}

  judged(paths: readonly string[]): void {
    for (const path of paths) this.#judged.add(path);
  }

  failed(paths: readonly string[], problem: Problem, named: boolean): void {
    for (const path of paths) this.#failed.add(path);
    this.#fatal ||= named;
    this.tally.error(problem);
  }

  fatal(strict: boolean): boolean {
    for (const path of new Set(this.paths)) {
      if (this.#judged.has(path)) continue;
      this.#fatal = true;
      if (!this.#failed.has(path)) this.tally.error({ file: path, message: 'holds no CloudFormation template and no Terraform plan' });
    }
    return this.#fatal || (strict && this.#failed.size > 0);
  }
}
