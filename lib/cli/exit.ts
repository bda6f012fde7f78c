/** Exit codes of design section 6; the highest wins. */
import { HOMEPAGE } from './product';
import type { Tally } from './report/tally';

export const EXIT = { ok: 0, violated: 1, usage: 2, bug: 70 } as const;

interface Ending {
  /** Something that had to be read could not be. */
  readonly fatal: boolean;
  readonly violated: boolean;
  readonly strict: boolean;
}

export function exitCodeOf(tally: Tally, { fatal, violated, strict }: Ending): number {
  if (tally.bug) return EXIT.bug;
  if (fatal) return EXIT.usage;
  if (violated || (strict && tally.violations + tally.undetermined > 0)) return EXIT.violated;
  return EXIT.ok;
}

/** One line, and where to take it. */
export function describeBug(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return `perimeter: this is our bug, not yours: ${text.replaceAll(/\s+/g, ' ')}; please report it, see ${HOMEPAGE}\n`;
}
