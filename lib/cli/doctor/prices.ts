/**
 * AWS's list prices in us-east-1 in dollars, without free tiers, as the pages named here stated them in 2025. Other Regions differ,
 * and so may the pages by now: the estimate says so.
 */
export const PRICED = '2025';

export const PRICES = {
  /** https://aws.amazon.com/lambda/pricing/: each request, and each second of one gigabyte on arm64. */
  request: 0.2e-6,
  gigabyteSecond: 0.0000133334,
  /** https://aws.amazon.com/cloudwatch/pricing/ */
  alarm: 0.1,
  dashboard: 3,
  metric: 0.3,
  gigabyteOfLogs: 0.5,
  /** https://aws.amazon.com/sqs/pricing/ */
  queueRequest: 0.4e-6,
  /** https://aws.amazon.com/security-hub/pricing/: findings that are imported, beyond 10,000 a month. */
  finding: 0.00003,
  /** https://aws.amazon.com/cloudformation/pricing/: each handler operation of a hook, beyond 1,000 a month. */
  hookOperation: 0.0009,
} as const;
