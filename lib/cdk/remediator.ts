/** The detective and the responsive layer of a guardrail: its rules, its function, and where events go that failed. */

import { Aws } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import type { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnEventSourceMapping, CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule, type CfnScheduleProps } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { AnyGuardrail } from '../core/guardrail';
import { REMEDIATOR_LIMITS } from '../handlers/limits';
import type { RulePattern } from '../patterns';
import { InlineFunction, type InlineFunctionProps } from './function';
import { deadLetterGrants } from './grants';
import { deadLetterName, pascal, queueName, remediatorName, ruleName } from './names';
import { Queue } from './queue';

interface RemediatorProps extends Pick<InlineFunctionProps, 'logRetentionDays' | 'grants'> {
  readonly guardrail: AnyGuardrail;
  readonly patterns: readonly RulePattern[];
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
  readonly arn: string;
  readonly deadLetters: Queue;
  readonly rules: readonly CfnRule[];
  private readonly guardrail: string;
  private readonly isQueued: boolean;

  constructor(scope: Construct, id: string, { guardrail, patterns, code, grants, logRetentionDays }: RemediatorProps) {
    super(scope, id);
    this.guardrail = guardrail.id;
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
    this.isQueued = queue !== undefined;
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

  /** Starts it without an event: a sweep as soon as it is deployed and then once a day, at any time within four hours; and its queue is emptied. */
  schedule(role: CfnRole, group: string): readonly CfnSchedule[] {
    const start = (what: 'sweep' | 'drain', description: string, when: Pick<CfnScheduleProps, 'scheduleExpression' | 'flexibleTimeWindow'>) =>
      new CfnSchedule(this, pascal(what), {
        ...when,
        name: `perimeter-${this.guardrail}-${what}`,
        groupName: group,
        description,
        target: {
          arn: this.arn,
          roleArn: role.attrArn,
          input: JSON.stringify({ perimeter: what }),
          // The next run does what this one did not.
          retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
          deadLetterConfig: { arn: this.deadLetters.arn },
        },
      });
    const sweep = start('sweep', 'Looks for what events missed', {
      scheduleExpression: SWEEP,
      flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: 240 },
    });
    if (!this.isQueued) return [sweep];
    const name = queueName(this.guardrail);
    return [sweep, start('drain', `Empties the queue ${name}`, { scheduleExpression: DRAIN, flexibleTimeWindow: { mode: 'OFF' } })];
  }
}
