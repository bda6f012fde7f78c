/**
 * JSON log lines and one metric, with the keys that Powertools writes, so that one query finds hooks and remediators alike.
 * Not Powertools itself: it is 24 KB, and a hook with its guardrail may have 40.
 * https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/
 */
import type { HookPorts } from './hook';

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

interface LogOptions {
  readonly guardrail: string;
  readonly requestId: string | undefined;
  /** What Lambda is told to keep; INFO where it says nothing. */
  readonly level: string | undefined;
  readonly now: () => Date;
  /** Writes one line as it is: Lambda would put a time before what the console prints. */
  readonly write: (line: string) => void;
}

export function createLog({ guardrail, requestId, level = 'INFO', now, write }: LogOptions): Pick<HookPorts, 'log' | 'count'> {
  const least = LEVELS.includes(level) ? LEVELS.indexOf(level) : LEVELS.indexOf('INFO');
  const put = (line: object) => write(`${JSON.stringify(line)}\n`);
  return {
    log: (name, message, fields) => {
      const word = name.toUpperCase();
      if (LEVELS.indexOf(word) < least) return;
      const common = { level: word, message, timestamp: now().toISOString(), service: 'perimeter', surface: 'hook', guardrail };
      put({ ...common, ...(requestId !== undefined && { function_request_id: requestId }), ...fields });
    },
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    count: (metric) => {
      const metrics = { Namespace: 'Perimeter', Dimensions: [['guardrail']], Metrics: [{ Name: metric, Unit: 'Count' }] };
      put({ _aws: { Timestamp: now().getTime(), CloudWatchMetrics: [metrics] }, guardrail, [metric]: 1 });
    },
  };
}
