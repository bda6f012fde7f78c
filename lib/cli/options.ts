/** Options and help that several verbs share. */
import { type Command, Option } from 'commander';
import { FORMATS } from './report/report';

export const config = (): Option => new Option('--config <FILE>', 'the configuration').default('perimeter.yaml');

/** For options that may be given several times. */
export const collect = (value: string, values: readonly string[] = []): readonly string[] => [...values, value];

export function examples(lines: readonly (readonly [string, string])[]): string {
  return `\nExamples:\n${lines.map(([command, meaning]) => `  $ ${command}\n      ${meaning}`).join('\n')}\n`;
}

/** What every verb that judges takes. */
export const addJudging = (command: Command): Command =>
  command
    .helpOption('--help', 'print this help')
    .addOption(config())
    .addOption(new Option('--format <FORMAT>', 'how to report').choices(FORMATS).default('pretty'))
    .option('--all', 'report the compliant too')
    .option('--strict', 'exit 1 for what is undetermined or only observed, too')
    .option('--guardrail <ID>', 'judge with this one, whatever its mode (repeatable)', collect);
