/**
 * JSON log lines and metrics, with the keys that Powertools writes. Not Powertools itself: its logger is 24 KB where a hook with
 * its guardrail may have 40, and its metrics add a dimension of their own, for which every account would pay again.
 * https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/
 */
import type { Ports } from './ports';

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

interface LogOptions {
  readonly guardrail: string;
  readonly surface: 'hook' | 'detect';
  readonly requestId: string | undefined;
  /** What Lambda is told to keep; INFO where it says nothing. */
  readonly level: string | undefined;
  readonly now: () => Date;
  /** Writes one line as it is: Lambda would put a time before what the console prints. */
  readonly write: (line: string) => void;
}

export function createLog({ guardrail, surface, requestId, level = 'INFO', now, write }: LogOptions): Pick<Ports, 'log' | 'count'> {
  const least = LEVELS.includes(level) ? LEVELS.indexOf(level) : LEVELS.indexOf('INFO');
  const put = (line: object) => write(`${JSON.stringify(line)}\n`);
  return {
    log: (name, message, fields) => {
      const word = name.toUpperCase();
      if (LEVELS.indexOf(word) < least) return;
      const common = { level: word, message, timestamp: now().toISOString(), service: 'perimeter', surface, guardrail };
      put({ ...common, ...(requestId !== undefined && { function_request_id: requestId }), ...fields });
    },
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    count: (metric) => {
      const metrics = { Namespace: 'Perimeter', Dimensions: [['guardrail']], Metrics: [{ Name: metric, Unit: 'Count' }] };
      put({ _aws: { Timestamp: now().getTime(), CloudWatchMetrics: [metrics] }, guardrail, [metric]: 1 });
    },
  };
}
