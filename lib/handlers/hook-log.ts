/**
 * A hook's JSON log lines, with the keys that Powertools writes for a remediator (`log.ts`). Not Powertools itself: its logger is
 * 23 KB, where a hook with its guardrail may have 40.
 * https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/
 */
import type { Ports } from './ports';

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

interface LogOptions {
  readonly guardrail: string;
  readonly requestId: string | undefined;
  /** What Lambda is told to keep; INFO where it says nothing. */
  readonly level: string | undefined;
}

/** Writes to standard output as it is: Lambda would put a time before what the console prints. */
export function createHookLog({ guardrail, requestId, level = 'INFO' }: LogOptions): Ports['log'] {
  const least = LEVELS.includes(level) ? LEVELS.indexOf(level) : LEVELS.indexOf('INFO');
  return (name, message, fields) => {
    const word = name.toUpperCase();
    if (LEVELS.indexOf(word) < least) return;
    const common = { level: word, message, timestamp: new Date().toISOString(), service: 'perimeter', surface: 'hook', guardrail };
    process.stdout.write(`${JSON.stringify({ ...common, ...(requestId !== undefined && { function_request_id: requestId }), ...fields })}\n`);
  };
}
