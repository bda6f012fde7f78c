/** Options and help that several verbs share. */
import { Option } from 'commander';

export const config = (): Option => new Option('--config <FILE>', 'the configuration').default('perimeter.yaml');

/** For options that may be given several times. */
export const collect = (value: string, values: readonly string[] = []): readonly string[] => [...values, value];

export function examples(lines: readonly (readonly [string, string])[]): string {
  return `\nExamples:\n${lines.map(([command, meaning]) => `  $ ${command}\n      ${meaning}`).join('\n')}\n`;
}
