/** Counts while the judging goes on, and says how the run ends. */
import type { Verdict } from '../../core/verdict';
import type { Problem, Reported, Summary } from './report';

/** Errors that are listed; of the others only the number is kept, so that a damaged archive cannot fill the memory. */
const MOST_ERRORS = 10_000;

export class Tally {
  readonly #verdicts: Record<Verdict, number> = { compliant: 0, violation: 0, undetermined: 0, exempt: 0 };
  readonly #scanned = { files: 0, records: 0, bytes: 0 };
  readonly #errors: Problem[] = [];
  #unlisted = 0;
  #enforced = 0;
  /** The first exception that is our own mistake: exit 70. */
  bug: Error | undefined;

  count(verdict: Verdict, number = 1): void {
    this.#verdicts[verdict] += number;
  }

  assessed({ verdict, mode }: Reported): void {
    this.#verdicts[verdict] += 1;
    if (verdict === 'violation' && mode === 'enforce') this.#enforced += 1;
  }

  scanned(part: { readonly files?: number; readonly records?: number; readonly bytes?: number }): void {
    this.#scanned.files += part.files ?? 0;
    this.#scanned.records += part.records ?? 0;
    this.#scanned.bytes += part.bytes ?? 0;
  }

  error(problem: Problem): void {
    if (this.#errors.length < MOST_ERRORS) this.#errors.push(problem);
    else this.#unlisted += 1;
  }

  /** Our own mistake: it is named, the rest goes on, and the run ends with 70. */
  failed(error: unknown, { file, message }: Problem): void {
    this.bug ??= error instanceof Error ? error : new Error(String(error));
    this.error({ file, message: `our bug: ${message}: ${error instanceof Error ? error.message : String(error)}` });
  }

  get errors(): readonly Problem[] {
    return this.#errors;
  }

  get violations(): number {
    return this.#verdicts.violation;
  }

  get enforcedViolations(): number {
    return this.#enforced;
  }

  get undetermined(): number {
    return this.#verdicts.undetermined;
  }

  get files(): number {
    return this.#scanned.files;
  }

  get records(): number {
    return this.#scanned.records;
  }

  summary(): Summary {
    const { compliant, violation, undetermined, exempt } = this.#verdicts;
    const last = this.#errors.at(-1);
    const more = this.#unlisted > 0 && last ? [{ file: last.file, message: `${this.#unlisted} more errors are not listed` }] : [];
    return {
      judged: compliant + violation + undetermined + exempt,
      compliant,
      violation,
      undetermined,
      exempt,
      scanned: { ...this.#scanned },
      errors: [...this.#errors, ...more],
    };
  }
}
