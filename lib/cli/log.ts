/** What lib/aws logs, on a command line: warnings alone, for what is found out is in the results. */
import type { Value } from '../core/value';
import type { Ports } from '../handlers/ports';
import type { Io } from './io';

export const logTo =
  (io: Io): Ports['log'] =>
  (level, message, fields: { readonly [name: string]: Value } = {}) => {
    if (level === 'warn' || level === 'error') io.stderr.write(`perimeter: ${message} ${JSON.stringify(fields)}\n`);
  };
