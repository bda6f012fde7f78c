/** The verbs about policies, their options and their help. */
import { type Command, Option } from 'commander';
import type { Io } from '../io';
import { collect, config, examples } from '../options';
import type { Output } from '../output';
import type { Done } from '../program';
import { FORMATS } from '../report/report';

export function addScp(program: Command, io: Io, output: Output, done: Done): void {
  const scp = program
    .command('scp')
    .usage('VERB [options]')
    .commandsGroup('Verbs:')
    .summary('render, check, pack, explain and try the policies')
    .description(
      'Service control policies from the configuration, and the policies around them: rendered, checked, packed, explained, tried on CloudTrail.',
    )
    .helpOption('--help', 'print this help')
    .helpCommand(false)
    .addHelpText(
      'after',
      examples([
        ['perimeter scp explain', 'who is refused what, in plain words'],
        ['perimeter scp test AWSLogs/', 'who would have been refused'],
        ['perimeter scp check', 'sizes, patterns and lock-outs, before anything is attached'],
        ['perimeter scp pack --out policies', 'the few policies to attach'],
      ]),
    );
  addRender(scp, io, output, done);
  addCheck(scp, io, output, done);
  addPack(scp, io, output, done);
  addExplain(scp, io, output, done);
  addTest(scp, io, output, done);
}

const verb = (scp: Command, name: string): Command =>
  scp
    .command(name)
    .helpOption('--help', 'print this help')
    .addOption(config())
    .option('--guardrail <ID>', 'only this one, whatever its mode, or tamper-protection (repeatable)', collect);

function addRender(scp: Command, io: Io, output: Output, done: Done): void {
  verb(scp, 'render')
    .usage('[options]')
    .summary('print one policy, or write one file for each guardrail')
    .description('Prints the service control policy of one guardrail, or of all of them; with --out, writes all policies as files.')
    .option('--out <DIR>', 'write DIR/GUARDRAIL.json, DIR/tamper-protection.json and what is attached otherwise: DIR/rcp, DIR/endpoint')
    .addHelpText(
      'after',
      examples([
        ['perimeter scp render --guardrail sns-subscription', 'one policy'],
        ['perimeter scp render --out policies', 'all of them, with the RCP and the endpoint policies'],
      ]),
    )
    .action(async (options) => done(await (await import('./render')).render(options, io, output)));
}

function addCheck(scp: Command, io: Io, output: Output, done: Done): void {
  verb(scp, 'check')
    .usage('[options] [FILE...]')
    .summary('check syntax, size, patterns and lock-outs')
    .description('Checks the policies of the configuration, or policy files: syntax, size, patterns that match more than they seem to, lock-outs.')
    .argument('[FILE...]', 'policies as files; else those that the configuration comes to')
    .option('--strict', 'exit 1 for warnings, too')
    .addHelpText(
      'after',
      examples([
        ['perimeter scp check', 'what the configuration comes to'],
        ['perimeter scp check policies/*.json', 'files, your own policies among them'],
      ]),
    )
    .action(async (files: string[], options) => done(await (await import('./check')).check(files, options, io, output)));
}

function addPack(scp: Command, io: Io, output: Output, done: Done): void {
  verb(scp, 'pack')
    .usage('[options]')
    .summary('merge and split them into the fewest that the quota allows')
    .description('Merges the policies of the guardrails that are enforced with the tamper protection, and splits them into the fewest that fit.')
    .option('--out <DIR>', 'write DIR/perimeter-1.json and so on; else the sizes are printed')
    .addHelpText(
      'after',
      examples([
        ['perimeter scp pack', 'how many there would be, and how large'],
        ['perimeter scp pack --out policies', 'the files to attach'],
      ]),
    )
    .action(async (options) => done(await (await import('./pack')).pack(options, io, output)));
}

function addExplain(scp: Command, io: Io, output: Output, done: Done): void {
  verb(scp, 'explain')
    .usage('[options]')
    .summary('say in plain words who is refused what')
    .description('Says in plain words what each policy refuses, to whom, whom it spares, and what it cannot see.')
    .addHelpText(
      'after',
      examples([
        ['perimeter scp explain', 'all policies'],
        ['perimeter scp explain --guardrail lambda-vpc', 'one of them'],
      ]),
    )
    .action(async (options) => done(await (await import('./explain')).explain(options, io, output)));
}

function addTest(scp: Command, io: Io, output: Output, done: Done): void {
  verb(scp, 'test')
    .usage('[options] PATH...')
    .summary('replay CloudTrail through the policies: who would have been refused')
    .description('Replays CloudTrail logs through the service control policies, and says who would have been refused what.')
    .argument('<PATH...>', 'files, folders, or - for standard input')
    .addOption(new Option('--format <FORMAT>', 'how to report').choices(FORMATS).default('pretty'))
    .option('--all', 'report the allowed too')
    .option('--strict', 'exit 1 for the unknown, too')
    .option('--against <FILE>', 'another configuration: report only what is decided otherwise than there')
    .addHelpText(
      'after',
      examples([
        ['perimeter scp test AWSLogs/', 'a folder as CloudTrail writes it'],
        ['perimeter scp test AWSLogs/ --against attached.yaml', 'what a change of the configuration would change'],
        ['aws cloudtrail lookup-events | perimeter scp test - --format json', 'for a machine; sarif for code scanning'],
      ]),
    )
    .action(async (paths: string[], options) => done(await (await import('./test')).test(paths, options, io, output)));
}
