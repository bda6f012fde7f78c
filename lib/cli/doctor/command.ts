/** The verb `doctor`, its options and its help. */
import { type Command, Option } from 'commander';
import type { Io } from '../io';
import { collect, config, examples } from '../options';
import type { Output } from '../output';
import type { Done } from '../program';

export function addDoctor(program: Command, io: Io, output: Output, done: Done): void {
  program
    .command('doctor')
    .usage('[options]')
    .summary('say what a deployment needs, what is missing and what it costs')
    .description('Says what a deployment needs and what is missing: from the configuration alone, or by asking AWS. Changes nothing.')
    .helpOption('--help', 'print this help')
    .addOption(config())
    .addOption(new Option('--format <FORMAT>', 'how to report').choices(['pretty', 'json']).default('pretty'))
    .option('--live', 'ask AWS, with the credentials of the environment')
    .option('--region <REGION>', 'where to look (repeatable); else the Regions of the rollout and of the environment', collect)
    .option('--cost', 'estimate the monthly cost in one account and Region')
    .option('--replay <FILE>', 'with --cost: what perimeter replay --format json printed for one account and Region')
    .option('--days <N>', 'how many days the replay covers')
    .addHelpText(
      'after',
      examples([
        ['perimeter doctor', 'what has to be there, without asking AWS'],
        ['AWS_PROFILE=management perimeter doctor --live --region eu-west-1', 'what is there'],
        ['perimeter doctor --cost --replay results.json --days 7', 'what it would cost, by a week of CloudTrail'],
      ]),
    )
    .action(async (options) => done(await (await import('./index')).doctor(options, io, output)));
}
