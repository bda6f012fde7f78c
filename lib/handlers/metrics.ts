/**
 * Metrics in the embedded metric format. Not those of Powertools: they add the dimension `service`, and a metric is paid for once
 * more for each dimension, in every account.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import type { Ports } from './ports';

/** Counts one, on standard output. */
export const countFor =
  (guardrail: string): Ports['count'] =>
  (metric) => {
    const metrics = { Namespace: 'Perimeter', Dimensions: [['guardrail']], Metrics: [{ Name: metric, Unit: 'Count' }] };
    process.stdout.write(`${JSON.stringify({ _aws: { Timestamp: Date.now(), CloudWatchMetrics: [metrics] }, guardrail, [metric]: 1 })}\n`);
  };
