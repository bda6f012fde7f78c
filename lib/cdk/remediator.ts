/** The detective and the responsive layer of a guardrail: its rules, its function, and where events go that failed. */

import { Aws } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnEventSourceMapping, CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { AnyGuardrail } from '../core/guardrail';
import { REMEDIATOR_LIMITS } from '../handlers/limits';
import type { RulePattern } from '../patterns';
import { InlineFunction, type InlineFunctionProps } from './function';
import { allow, deadLetterGrants, policyOf, trustOf } from './grants';
import { deadLetterName, queueName, remediatorName, roleName, ruleName } from './names';
import { Queue } from './queue';

export interface RemediatorProps extends Pick<InlineFunctionProps, 'logRetentionDays' | 'grants'> {
  readonly guardrail: AnyGuardrail;
  readonly patterns: readonly RulePattern[];
  /** Name of the group of schedules, once it is made. */
  readonly scheduleGroup: string;
  /** `queueUrl`: of the queue that it empties, where it has one. */
  readonly code: (queueUrl: string | undefined) => string;
}

/** EventBridge tries for a day: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html */
const RETRIES = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 };
/** A message that was received is hidden for as long as a run can take, and more. */
const HIDDEN_SECONDS = 3 * REMEDIATOR_LIMITS.timeoutSeconds;
const MOST_RECEIPTS = 5;
/** More than a run takes: there is one at a time. */
const DRAIN = 'rate(5 minutes)';
const SWEEP = 'rate(1 day)';

export class Remediator extends Construct {
  readonly id: string;
  readonly arn: string;
  readonly deadLetters: Queue;
  readonly rules: readonly CfnRule[];

  constructor(scope: Construct, id: string, { guardrail, patterns, code, grants, logRetentionDays, scheduleGroup }: RemediatorProps) {
    super(scope, id);
    this.id = guardrail.id;
    const rules = patterns.map(({ readOnly }) => ruleName(guardrail.id, readOnly));
    this.deadLetters = new Queue(this, 'DeadLetters', { name: deadLetterName(guardrail.id), rules, visibilitySeconds: HIDDEN_SECONDS });
    const queued = patterns.filter(({ readOnly }) => readOnly).map(({ readOnly }) => ruleName(guardrail.id, readOnly));
    const queue =
      queued.length > 0
        ? new Queue(this, 'Events', {
            name: queueName(guardrail.id),
            rules: queued,
            visibilitySeconds: HIDDEN_SECONDS,
            deadLetters: { arn: this.deadLetters.arn, after: MOST_RECEIPTS },
          })
        : undefined;
    const acting = new InlineFunction(this, 'Acting', {
      name: remediatorName(guardrail.id),
      description: `Perimeter, ${guardrail.title}: looks at what changed, undoes what violates, writes the finding`,
      code: code(queue?.url),
      limits: REMEDIATOR_LIMITS,
      logRetentionDays,
      grants: [...grants, ...deadLetterGrants(guardrail.id)],
      deadLetterArn: this.deadLetters.arn,
    });
    this.arn = acting.arn;
    this.rules = patterns.map((pattern) => this.listen(guardrail, pattern, queue));
    if (queue) this.drain(guardrail.id, scheduleGroup);
    // Switched on by hand, it hands the failed events to the function again: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    new CfnEventSourceMapping(this, 'Redrive', {
      enabled: false,
      eventSourceArn: this.deadLetters.arn,
      functionName: acting.arn,
      batchSize: 10,
      functionResponseTypes: ['ReportBatchItemFailures'],
    });
  }

  private listen(guardrail: AnyGuardrail, { pattern, readOnly }: RulePattern, queue: Queue | undefined): CfnRule {
    const kind = readOnly ? 'Reads' : 'Changes';
    const rule = new CfnRule(this, kind, {
      name: ruleName(guardrail.id, readOnly),
      description: `Perimeter, ${guardrail.title}: ${readOnly ? 'calls that read' : 'calls that change something'}`,
      eventPattern: pattern,
      // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html
      state: readOnly ? 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' : 'ENABLED',
      targets: [
        {
          id: 'perimeter',
          arn: readOnly && queue ? queue.arn : this.arn,
          retryPolicy: RETRIES,
          deadLetterConfig: { arn: this.deadLetters.arn },
        },
      ],
    });
    if (readOnly && queue) return rule;
    new CfnPermission(this, `${kind}Permission`, {
      action: 'lambda:InvokeFunction',
      functionName: this.arn,
      principal: 'events.amazonaws.com',
      sourceArn: rule.attrArn,
      sourceAccount: Aws.ACCOUNT_ID,
    });
    return rule;
  }

  /** What events missed. It begins as soon as it is deployed, then once a day, at any time within four hours. */
  sweepDaily(role: CfnRole, scheduleGroup: string): void {
    new CfnSchedule(this, 'Sweep', {
      name: `perimeter-${this.id}-sweep`,
      groupName: scheduleGroup,
      description: `Lets ${remediatorName(this.id)} go through what there is`,
      scheduleExpression: SWEEP,
      flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: 240 },
      target: {
        arn: this.arn,
        roleArn: role.attrArn,
        input: JSON.stringify({ perimeter: 'sweep' }),
        retryPolicy: { maximumRetryAttempts: 2, maximumEventAgeInSeconds: 3600 },
        deadLetterConfig: { arn: this.deadLetters.arn },
      },
    });
  }

  private drain(id: string, scheduleGroup: string): void {
    const role = new CfnRole(this, 'DrainRole', {
      roleName: roleName(`perimeter-${id}-drain`),
      description: `Lets the schedule of ${remediatorName(id)} start it`,
      assumeRolePolicyDocument: trustOf('scheduler.amazonaws.com', { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } }),
      policies: [
        {
          policyName: 'start',
          policyDocument: policyOf(allow(['lambda:InvokeFunction'], this.arn), allow(['sqs:SendMessage'], this.deadLetters.arn)),
        },
      ],
    });
    new CfnSchedule(this, 'Drain', {
      name: `perimeter-${id}-drain`,
      groupName: scheduleGroup,
      description: `Empties the queue ${queueName(id)}`,
      scheduleExpression: DRAIN,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: this.arn,
        roleArn: role.attrArn,
        input: JSON.stringify({ perimeter: 'drain' }),
        // The next run does what this one did not.
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
        deadLetterConfig: { arn: this.deadLetters.arn },
      },
    });
  }
}
