/** What was put back, for people and for machines. */
import { PRODUCT, VERSION } from '../product';
import { printable } from '../report/text';
import type { Restored, Status } from './restore';

const WORDS: { readonly [status in Status]: string } = {
  restored: 'put back',
  planned: 'would be put back',
  there: 'is there already',
  refused: 'not put back',
  failed: 'could not be put back',
};

export function prettyOf(results: readonly Restored[]): string {
  return `${results.map(blockOf).join('\n\n')}\n`;
}

function blockOf({ guardrail, resource, status, reason, exemptions = [], calls, notes }: Restored): string {
  const lines = [
    `${WORDS[status]}: ${resource} (${guardrail})`,
    ...(reason === undefined ? [] : [`  ${reason}`]),
    ...calls.map(({ action, input, outcome }) => `  ${outcome.padEnd(8)} ${action} ${JSON.stringify(input)}`),
    ...notes.map((note) => `  ${note}`),
    ...(exemptions.length === 0 ? [] : ['', '  excuse it in the configuration, or put it back all the same with --force:', '']),
    ...exemptions.flatMap((yaml) => yaml.split('\n').map((line) => `    ${line.trimEnd()}`)),
  ];
  return lines.map(printable).join('\n');
}

export const jsonOf = (results: readonly Restored[]): string =>
  `${JSON.stringify({ schemaVersion: 1, tool: { name: PRODUCT, version: VERSION }, surface: 'undo', results }, null, 2)}\n`;
