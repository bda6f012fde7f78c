/**
 * List prices in us-east-1 in dollars, without free tiers. AWS's pages make their tables in the browser, so most were read where others
 * quote them: `seen` says where, and when that was written. Other Regions differ, and the pages may have changed: the estimate says so.
 */

interface Price {
  readonly usd: number;
  readonly unit: string;
  /** AWS's page, which decides. */
  readonly page: string;
  /** Where the number was read, and of when it is. */
  readonly seen: { readonly url: string; readonly date: string };
}

/** When they were looked up last. */
export const LOOKED_UP = '2026-11-26';

const LAMBDA = 'https://aws.amazon.com/lambda/pricing/';
const CLOUDWATCH = 'https://aws.amazon.com/cloudwatch/pricing/';
const OF_LAMBDA = { url: 'https://cloudchipr.com/blog/aws-lambda-pricing', date: '2024' };
const OF_CLOUDWATCH = { url: 'https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/', date: '2026-06-13' };

export const PRICES = {
  request: { usd: 0.2e-6, unit: 'request of Lambda', page: LAMBDA, seen: OF_LAMBDA },
  gigabyteSecond: { usd: 0.0000133334, unit: 'second of one gigabyte of Lambda on arm64', page: LAMBDA, seen: OF_LAMBDA },
  alarm: {
    usd: 0.1,
    unit: 'alarm and month',
    page: CLOUDWATCH,
    seen: { url: 'https://c3x.dev/resources/aws/aws_cloudwatch_metric_alarm', date: '2026' },
  },
  dashboard: { usd: 3, unit: 'dashboard and month', page: CLOUDWATCH, seen: OF_CLOUDWATCH },
  metric: { usd: 0.3, unit: 'metric and month', page: CLOUDWATCH, seen: { url: 'https://signoz.io/guides/cloudwatch-pricing', date: '2026-02-15' } },
  gigabyteOfLogs: { usd: 0.5, unit: 'gigabyte of logs', page: CLOUDWATCH, seen: OF_CLOUDWATCH },
  queueRequest: {
    usd: 0.4e-6,
    unit: 'request of SQS',
    page: 'https://aws.amazon.com/sqs/pricing/',
    seen: { url: 'https://cloudburn.io/blog/amazon-sqs-pricing', date: '2026-03-14' },
  },
  finding: {
    usd: 0.00003,
    unit: 'finding that Security Hub takes in, beyond 10,000 a month',
    page: 'https://aws.amazon.com/security-hub/pricing/',
    seen: { url: 'https://aws-gcr-wwso-security.gitbook.io/an-quan-zui-jia-shi-jian', date: 'undated' },
  },
  hookOperation: {
    usd: 0.0009,
    unit: 'handler operation of a hook, beyond 1,000 a month',
    page: 'https://aws.amazon.com/cloudformation/pricing/',
    seen: { url: 'https://aws.amazon.com/tw/cloudformation/pricing/', date: 'undated' },
  },
} as const satisfies { readonly [name: string]: Price };
