/** What the verbs report, and to whom: the shapes of design section 6. */
import type { AnyGuardrail } from '../../core/guardrail';
import type { Assessment, Call } from '../../core/verdict';
import type { CallReport } from '../../handlers/ports';
import type { Output } from '../output';

export const FORMATS = ['pretty', 'json', 'sarif'] as const;
export type Format = (typeof FORMATS)[number];
export type Surface = 'check' | 'replay' | 'audit';

interface CheckSource {
  /** As given or relative to the working folder, with `/`. */
  readonly file: string;
  /** From 1. */
  readonly line?: number;
  /** The logical id, or the Terraform address. */
  readonly logicalId: string;
}

/** An audit is an event of its own: the call of whoever looks. */
export interface ReplaySource {
  readonly eventId: string;
  readonly eventName: string;
  readonly eventTime: string;
  readonly accountId: string;
  readonly region: string;
  readonly principal: string;
}

/** An assessment with where it comes from. */
export interface Reported extends Omit<Assessment, 'plan' | 'read'> {
  readonly source: CheckSource | ReplaySource;
  /** For `replay` and `audit`: there for every violation, empty where nothing can be undone safely. */
  readonly plan?: readonly Call[];
}

export const isReplaySource = (source: CheckSource | ReplaySource): source is ReplaySource => 'eventName' in source;

/** Something that could not be read: a file, or a record of it. */
export interface Problem {
  readonly file: string;
  /** Bytes from the start of the file (after decompression). */
  readonly offset?: number;
  /** From 1. */
  readonly line?: number;
  readonly message: string;
}

export interface Summary {
  readonly judged: number;
  readonly compliant: number;
  readonly violation: number;
  readonly undetermined: number;
  readonly exempt: number;
  /** `records`: of an audit, the resources that were looked at. */
  readonly scanned: { readonly files: number; readonly records: number; readonly bytes: number };
  readonly errors: readonly Problem[];
  /** Of `audit --fix`. */
  readonly fix?: { readonly undone: number; readonly calls: readonly CallReport[]; readonly unread: readonly string[]; readonly undoFile?: string };
}

/** Writes while the judging goes on: no reporter holds all assessments. */
export interface Reporter {
  readonly begin: () => void;
  /** `file`: the file that it was read from, as `source.file` gives it. */
  readonly assessment: (assessment: Reported, file: string) => void;
  readonly end: (summary: Summary) => void;
}

export interface ReporterContext {
  readonly surface: Surface;
  readonly output: Output;
  readonly guardrails: readonly AnyGuardrail[];
  readonly cwd: string;
  readonly colour: boolean;
  /** Characters of a line of pretty output. */
  readonly width: number;
}

/** Each format is loaded when it is asked for. */
export async function createReporter(format: Format, context: ReporterContext): Promise<Reporter> {
  if (format === 'json') return (await import('./json')).jsonReporter(context);
  if (format === 'sarif') return (await import('./sarif')).sarifReporter(context);
  return (await import('./pretty')).prettyReporter(context);
}
