/** Alarms and a dashboard, by choice: each is billed by the month in every account and Region. */
import { Aws, Fn } from 'aws-cdk-lib';
import { CfnAlarm, CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { AnyGuardrail } from '../core/guardrail';
import { deadLetterName, hookName, pascal, remediatorName } from './names';
import { ASYNCHRONOUS_METRICS, conditionOf, HOOKS } from './partitions';

interface WatchProps {
  readonly guardrails: readonly AnyGuardrail[];
  readonly alarms: boolean;
  readonly dashboard: boolean;
}

interface Metric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimension: string;
  readonly value: string;
  readonly statistic: 'Sum' | 'Maximum';
}

const PERIOD_SECONDS = 300;
const OLDEST_MS = 15 * 60 * 1000;

const errorsOf = (value: string): Metric => ({ namespace: 'AWS/Lambda', metricName: 'Errors', dimension: 'FunctionName', value, statistic: 'Sum' });
const ageOf = (value: string): Metric => ({ ...errorsOf(value), metricName: 'AsyncEventAge', statistic: 'Maximum' });
const depthOf = (value: string): Metric => ({
  namespace: 'AWS/SQS',
  metricName: 'ApproximateNumberOfMessagesVisible',
  dimension: 'QueueName',
  value,
  statistic: 'Maximum',
});

export class Watch extends Construct {
  constructor(scope: Construct, id: string, { guardrails, alarms, dashboard }: WatchProps) {
    super(scope, id);
    if (alarms) {
      for (const guardrail of guardrails) {
        const name = pascal(guardrail.id);
        const hook = this.alarm(
          `${name}HookErrors`,
          `${guardrail.id}-hook-errors`,
          `the hook of ${guardrail.id} failed`,
          errorsOf(hookName(guardrail.id)),
        );
        hook.cfnOptions.condition = conditionOf(this, HOOKS);
        this.alarm(
          `${name}RemediatorErrors`,
          `${guardrail.id}-remediator-errors`,
          `the remediator of ${guardrail.id} failed`,
          errorsOf(remediatorName(guardrail.id)),
        );
        this.alarm(
          `${name}Failed`,
          `${guardrail.id}-failed`,
          `events of ${guardrail.id} could not be handled`,
          depthOf(deadLetterName(guardrail.id)),
        );
        const age = this.alarm(
          `${name}Age`,
          `${guardrail.id}-age`,
          `events of ${guardrail.id} wait for a quarter of an hour`,
          ageOf(remediatorName(guardrail.id)),
          OLDEST_MS,
        );
        age.cfnOptions.condition = conditionOf(this, ASYNCHRONOUS_METRICS);
      }
    }
    if (dashboard) new CfnDashboard(this, 'Dashboard', { dashboardName: Fn.sub('perimeter-${AWS::Region}'), dashboardBody: bodyOf(guardrails) });
  }

  private alarm(id: string, name: string, alarmDescription: string, metric: Metric, threshold = 0): CfnAlarm {
    return new CfnAlarm(this, id, {
      // The tamper protection knows it by its name, which else would begin with that of the stack.
      alarmName: `perimeter-${name}`,
      alarmDescription: `Perimeter: ${alarmDescription}`,
      namespace: metric.namespace,
      metricName: metric.metricName,
      dimensions: [{ name: metric.dimension, value: metric.value }],
      statistic: metric.statistic,
      period: PERIOD_SECONDS,
      evaluationPeriods: 1,
      comparisonOperator: 'GreaterThanThreshold',
      threshold,
      treatMissingData: 'notBreaching',
    });
  }
}

const WIDGET = { width: 8, height: 6 };

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
function bodyOf(guardrails: readonly AnyGuardrail[]): string {
  const widgets = guardrails.flatMap(({ id }, row) => {
    const metricsOf = (...metrics: readonly Metric[]) =>
      metrics.map(({ namespace, metricName, dimension, value, statistic }) => [namespace, metricName, dimension, value, { stat: statistic }]);
    const own = ['violation', 'undone', 'failed'].map((metric) => ['Perimeter', metric, 'guardrail', id, { stat: 'Sum' }]);
    const columns = [
      { title: id, metrics: own },
      { title: `${id}: errors`, metrics: metricsOf(errorsOf(hookName(id)), errorsOf(remediatorName(id))) },
      { title: `${id}: failed events`, metrics: metricsOf(depthOf(deadLetterName(id))) },
    ];
    return columns.map((column, index) => ({
      type: 'metric',
      x: index * WIDGET.width,
      y: row * WIDGET.height,
      ...WIDGET,
      properties: { ...column, region: Aws.REGION, period: PERIOD_SECONDS },
    }));
  });
  return JSON.stringify({ widgets });
}
