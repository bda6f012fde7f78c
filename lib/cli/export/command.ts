/** The verb `export`, its options and its help. */
import { Argument, type Command } from 'commander';
import type { Io } from '../io';
import { collect, config, examples } from '../options';
import type { Output } from '../output';
import type { Done } from '../program';

export function addExport(program: Command, io: Io, output: Output, done: Done): void {
  program
    .command('export')
    .usage('[options] cloudformation|lza DIR')
    .summary('write the templates and policies for another tool to deploy')
    .description('Writes what is deployed: plain templates and policies, or the files of Landing Zone Accelerator.')
    .helpOption('--help', 'print this help')
    .addArgument(new Argument('<ROAD>', 'plain CloudFormation, or Landing Zone Accelerator').choices(['cloudformation', 'lza']))
    .argument('<DIR>', 'the folder to write to')
    .addOption(config())
    .option('--region <REGION>', 'where to deploy, if the configuration has no rollout (repeatable)', collect)
    .option(
      '--organizational-unit <ID=NAME>',
      'how Landing Zone Accelerator calls a unit of the rollout, then the units within it (repeatable)',
      collect,
    )
    .option('--force', 'write over what is in the folder, and remove what an earlier run left')
    .addHelpText(
      'after',
      examples([
        ['perimeter export cloudformation out --region eu-west-1', 'templates, policies and how to deploy them'],
        ['perimeter export lza out --organizational-unit ou-ab12-11111111=Workloads', 'for the configuration repository of a landing zone'],
      ]),
    )
    .action(async (road: 'cloudformation' | 'lza', folder: string, options) =>
      done(await (await import('./index')).exportTo(road, folder, options, io, output)),
    );
}
