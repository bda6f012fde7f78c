/** The verb `report`, its options and its help. */
import type { Command } from 'commander';
import type { Io } from '../io';
import { examples } from '../options';
import type { Output } from '../output';
import type { Done } from '../program';

export function addReport(program: Command, io: Io, output: Output, done: Done): void {
  program
    .command('report')
    .usage('[options] RESULTS.json...')
    .summary('make a page of results, to hand on')
    .description('Makes one self-contained HTML page of what check, replay or audit print with --format json.')
    .helpOption('--help', 'print this help')
    .argument('<RESULTS.json...>', 'results, of one run or of several; - for standard input')
    .option('--out <FILE>', 'where to write the page; else it is printed')
    .option('--force', 'overwrite the file if it exists')
    .addHelpText(
      'after',
      examples([
        ['perimeter replay AWSLogs/ --format json > replay.json', 'results first'],
        ['perimeter report replay.json --out report.html', 'the page'],
        ['perimeter report check.json replay.json --out report.html', 'several runs on one page'],
        ['perimeter check cdk.out --format json | perimeter report - > report.html', 'without a file between'],
      ]),
    )
    .action(async (names: string[], options) => done(await (await import('./index')).report(names, options, io, output)));
}
