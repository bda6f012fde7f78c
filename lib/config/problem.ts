/** What is wrong with a configuration file, as people read it. */
import { UsageError } from '../core/errors';

export type Path = readonly (string | number)[];

export interface Problem {
  readonly path: Path;
  /** From 1; absent when the file as a whole is meant. */
  readonly line?: number;
  /** Names the value and the way out. Lower case, no full stop, one line. */
  readonly message: string;
}

/** A configuration that cannot be used. The message has one line for each problem: `perimeter.yaml:7: trusted.accountIds[2]: …`. */
export class ConfigurationError extends UsageError {
  readonly problems: readonly Problem[];

  constructor(fileName: string, problems: readonly Problem[]) {
    super(problems.map((problem) => lineOf(fileName, problem)).join('\n'));
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}

function lineOf(fileName: string, { path, line, message }: Problem): string {
  const place = line === undefined ? fileName : `${fileName}:${line}`;
  return path.length === 0 ? `${place}: ${message}` : `${place}: ${formatPath(path)}: ${message}`;
}

/** `trusted.accountIds[2]`; a key with odd characters stands in quotes: `guardrails["a b"]`. */
export function formatPath(path: Path): string {
  return path
    .map((segment) => {
      if (typeof segment === 'number') return `[${segment}]`;
      return /^[\w-]{1,64}$/.test(segment) ? `.${segment}` : `[${quote(segment)}]`;
    })
    .join('')
    .replace(/^\./, '');
}

const LONGEST = 80;

/** A value as it stands in a message: in quotes, cut when long, on one line. */
export const quote = (text: string): string => JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);
