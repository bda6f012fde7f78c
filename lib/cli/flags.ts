/** Values of flags, held against the formats of the configuration. */
import type { Format } from '../config/format';
import { UsageError } from '../core/errors';

/** The value in its canonical form. @throws UsageError naming the flag, the value and the way out */
export function readFlag(flag: string, text: string, format: Format): string {
  const reading = format.read(text);
  if ('problem' in reading) throw new UsageError(`${flag}: ${reading.problem}`);
  return reading.value;
}
