/** What was put back, for people and for machines. */
import { PRODUCT, VERSION } from '../product';
import { printable, shorten, wrap } from '../report/text';
import type { Restored, Status } from './restore';

const WORDS: { readonly [status in Status]: string } = {
  restored: 'put back',
  planned: 'would be put back',
  there: 'is there already',
  refused: 'not put back',
  failed: 'could not be put back',
};

/** Inputs are shortened to the line: `--format json` has them whole. */
export function prettyOf(results: readonly Restored[], width: number): string {
  return `${results.map((restored) => blockOf(restored, width)).join('\n\n')}\n`;
}

function blockOf({ guardrail, resource, status, reason, exemptions = [], calls, notes }: Restored, width: number): string {
  const told = (text: string) => wrap(printable(text), width - 2).map((line) => `  ${line}`);
  return [
    printable(`${WORDS[status]}: ${resource} (${guardrail})`),
    ...(reason === undefined ? [] : told(reason)),
    ...calls.map((call) => callOf(call, width)),
    ...notes.flatMap(told),
    ...(exemptions.length === 0 ? [] : ['', '  excuse it in the configuration, or put it back all the same with --force:', '']),
    ...exemptions.flatMap((yaml) => yaml.split('\n').map((line) => `    ${printable(line.trimEnd())}`)),
  ].join('\n');
}

function callOf({ action, input, outcome }: Restored['calls'][number], width: number): string {
  const what = `  ${outcome.padEnd(8)} ${action} `;
  return what + shorten(printable(JSON.stringify(input)), Math.max(20, width - what.length));
}

export const jsonOf = (results: readonly Restored[]): string =>
  `${JSON.stringify({ schemaVersion: 1, tool: { name: PRODUCT, version: VERSION }, surface: 'undo', results }, null, 2)}\n`;
