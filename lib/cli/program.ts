/** The verbs, their options and their help; each verb's code is loaded when it runs. */
import { Argument, Command, Option } from 'commander';
import { addAudit } from './audit/command';
import { addDoctor } from './doctor/command';
import { addExport } from './export/command';
import type { Io } from './io';
import { addJudging, collect, config, examples } from './options';
import type { Output } from './output';
import { addReport } from './page/command';
import { PRODUCT, VERSION } from './product';
import { addScp } from './scp/command';

export const VERBS: readonly string[] = ['init', 'check', 'replay', 'audit', 'scp', 'invoke', 'undo', 'report', 'export', 'doctor'];

/** Where the exit code of the verb that ran goes. */
export type Done = (code: number) => void;

export function createProgram(io: Io, output: Output, done: Done): Command {
  const program = new Command(PRODUCT)
    .usage('[options] VERB')
    .commandsGroup('Verbs:')
    .description('Guardrails for the data perimeter of an AWS Organization: judges templates, Terraform plans, CloudTrail and live accounts.')
    .version(VERSION, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .helpCommand('help [verb]', 'print the help of a verb')
    .configureHelp({ sortSubcommands: false, helpWidth: 100, subcommandTerm: (command) => `${command.name()} ${command.usage()}` })
    .configureOutput({ writeOut: (text) => output.write(text), writeErr: () => undefined })
    .exitOverride()
    .addHelpText(
      'after',
      examples([
        ['perimeter init', 'write perimeter.yaml'],
        ['perimeter check templates/ cdk.out', 'judge what is about to be deployed'],
        ['perimeter replay CloudTrail/', 'judge what has happened, and see what would be undone'],
        ['AWS_PROFILE=dev perimeter audit', 'judge what an account holds now'],
        ['perimeter scp test CloudTrail/', 'see whom the service control policies would have refused'],
        ['perimeter invoke remediator lambda-vpc event.json', 'run a function as it is deployed'],
      ]),
    )
    .addHelpText('after', 'Exit codes: 0 nothing violated; 1 violated; 2 a mistake in what was given; 70 a bug of ours.');
  addInit(program, io, output, done);
  addCheck(program, io, output, done);
  addReplay(program, io, output, done);
  addAudit(program, io, output, done);
  addScp(program, io, output, done);
  addInvoke(program, io, output, done);
  addUndo(program, io, output, done);
  addReport(program, io, output, done);
  addExport(program, io, output, done);
  addDoctor(program, io, output, done);
  return program;
}

function addCheck(program: Command, io: Io, output: Output, done: Done): void {
  const command = program.command('check').usage('[options] PATH...');
  addJudging(command)
    .summary('judge templates and Terraform plans')
    .description('Judges CloudFormation and SAM templates, cdk.out folders and Terraform plans (terraform show -json).')
    .argument('<PATH...>', 'files, folders, globs, or - for standard input')
    .option('--account <ID>', 'account that it will be deployed to')
    .option('--region <REGION>', 'Region that it will be deployed to')
    .option('--partition <NAME>', 'partition that it will be deployed to')
    .option('--parameters <FILE|K=V>', "values of the template's parameters (repeatable)", collect)
    .addHelpText(
      'after',
      examples([
        ['perimeter check template.yaml', 'one template'],
        ['perimeter check cdk.out --strict', 'a gate that lets nothing pass that cannot be decided'],
        ['perimeter check "stacks/**/*.yaml" --format sarif > perimeter.sarif', 'for code scanning'],
        ['perimeter check t.yaml --account 111122223333 --parameters Stage=prod', 'as one account would deploy it'],
        ['terraform show -json plan.bin | perimeter check -', 'a Terraform plan'],
      ]),
    )
    .action(async (paths: string[], options) => done(await (await import('./check')).check(paths, options, io, output)));
}

function addReplay(program: Command, io: Io, output: Output, done: Done): void {
  const command = program.command('replay').usage('[options] PATH...');
  addJudging(command)
    .summary('judge CloudTrail logs, and show what would be undone')
    .description('Judges CloudTrail: log files (.json, .json.gz), JSON Lines, EventBridge events, lists of records, and folders of these.')
    .argument('<PATH...>', 'files, folders, s3://BUCKET/PREFIX, or - for standard input')
    .addHelpText(
      'after',
      examples([
        ['perimeter replay AWSLogs/', 'a folder as CloudTrail writes it'],
        ['perimeter replay s3://trail-bucket/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/', 'a month, where the trail delivers it'],
        ['perimeter replay events.jsonl --guardrail sns-subscription', 'one guardrail, even if it is off'],
        ['aws cloudtrail lookup-events | perimeter replay -', 'the last 90 days of one Region'],
        ['perimeter replay AWSLogs/ --format json --all', 'every answer, for a machine'],
      ]),
    )
    .action(async (paths: string[], options) => done(await (await import('./replay')).replay(paths, options, io, output)));
}

function addInvoke(program: Command, io: Io, output: Output, done: Done): void {
  program
    .command('invoke')
    .usage('[options] hook|remediator GUARDRAIL EVENT.json')
    .summary('run a deployed function once, on one event')
    .description('Runs the very function that is deployed, once. A remediator reads what is there, and changes nothing without --apply.')
    .helpOption('--help', 'print this help')
    .addArgument(new Argument('<KIND>', 'which function of the guardrail').choices(['hook', 'remediator']))
    .argument('<GUARDRAIL>', 'its id')
    .argument('<EVENT.json>', 'request of a hook, EventBridge event, CloudTrail record or batch of a queue; - for standard input')
    .addOption(config())
    .addOption(new Option('--dry-run', 'change nothing: the default of a remediator').conflicts('apply'))
    .option('--apply', 'let the remediator undo what violates, and write its finding')
    .option('--region <REGION>', 'where the function runs; else where the event happened')
    .option('--all', 'report the compliant too')
    .addHelpText(
      'after',
      examples([
        ['perimeter invoke hook lambda-vpc request.json', 'what CloudFormation would be answered'],
        ['perimeter invoke remediator lambda-permission event.json', 'what would be undone now, with the finding'],
        ['AWS_PROFILE=dev perimeter invoke remediator sns-subscription event.json --apply', 'undo it'],
      ]),
    )
    .action(async (kind: 'hook' | 'remediator', id: string, file: string, options) =>
      done(await (await import('./invoke')).invoke(kind, id, file, options, io, output)),
    );
}

function addUndo(program: Command, io: Io, output: Output, done: Done): void {
  program
    .command('undo')
    .usage('[options] FINDING|FILE|KEY')
    .summary('put back what a remediation removed')
    .description('Puts back what a remediation removed, unless something else stands there now, or perimeter would remove it again.')
    .helpOption('--help', 'print this help')
    .argument(
      '<FINDING|FILE|KEY>',
      'key of the undo record, id of the finding, or a file: of audit --fix, the finding, or what invoke printed; - for standard input',
    )
    .addOption(config())
    .addOption(new Option('--format <FORMAT>', 'how to report').choices(['pretty', 'json']).default('pretty'))
    .option('--dry-run', 'print the calls, and make none')
    .option('--force', 'put it back even if nothing excuses it: perimeter will remove it again')
    .option('--region <REGION>', 'where it was removed; else what the finding or the environment says')
    .addHelpText(
      'after',
      examples([
        ['perimeter undo perimeter-lambda-permission-remediator/2026-11-22/1795341600000-0123456789abcdef', 'by the key in the finding'],
        ['perimeter undo finding.json --dry-run', 'what it would do'],
        ['aws securityhub get-findings | perimeter undo -', 'every finding of a remediation'],
        ['perimeter undo perimeter-undo-20261122T101500Z.jsonl', 'what audit --fix removed'],
      ]),
    )
    .action(async (what: string, options) => done(await (await import('./undo')).undo(what, options, io, output)));
}

function addInit(program: Command, io: Io, output: Output, done: Done): void {
  program
    .command('init')
    .usage('[options]')
    .summary('write perimeter.yaml')
    .description('Writes perimeter.yaml, asking only for what it cannot find out.')
    .helpOption('--help', 'print this help')
    .option('--organization-id <ID>', 'id of the organization: o-…')
    .option('--management-account-id <ID>', 'account id of the management account')
    .option('--account-id <ID>', 'account of the organization (repeatable)', collect)
    .option('--from <FILE>', 'take over a TrustStack deployment-manifest.yml')
    .option('--output <FILE>', 'where to write it', 'perimeter.yaml')
    .option('--force', 'overwrite the file if it exists')
    .addHelpText(
      'after',
      examples([
        ['perimeter init', 'asks for what is missing'],
        ['perimeter init --organization-id o-exampleorgid --management-account-id 111111111111', 'asks nothing'],
        ['perimeter init --from deployment-manifest.yml', 'from a TrustStack manifest'],
      ]),
    )
    .action(async (options) => done(await (await import('./init')).init(options, io, output)));
}
