/** `perimeter audit` on the command line. */
import type { Command } from 'commander';
import type { Io } from '../io';
import { addJudging, collect, examples } from '../options';
import type { Output } from '../output';
import type { Done } from '../program';

export function addAudit(program: Command, io: Io, output: Output, done: Done): void {
  addJudging(program.command('audit').usage('[options]'))
    .summary('judge what an account holds, and undo what violates')
    .description('Judges what the account of the credentials holds now, whenever it was made. Changes nothing without --fix.')
    .option('--region <REGION>', 'where to look (repeatable); else the Region of the environment', collect)
    .option('--fix', 'execute the plans, after showing them and asking; only where the mode is enforce')
    .option('--yes', 'with --fix: do not ask')
    .addHelpText(
      'after',
      examples([
        ['AWS_PROFILE=dev perimeter audit --region eu-west-1 --region us-east-1', 'what is wrong there, and what would be undone'],
        ['perimeter audit --guardrail lambda-layer-permission', 'one guardrail, even if it is off'],
        ['perimeter audit --fix', 'undo it, and write a file for perimeter undo'],
        ['perimeter audit --format json > audit.json', 'for a machine'],
      ]),
    )
    .action(async (options) => done(await (await import('./index')).audit(options, io, output)));
}
