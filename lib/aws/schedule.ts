/** Looking again later: a schedule that invokes this very function once and is gone. https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
import { createHash } from 'node:crypto';
import type { Value } from '../core/value';
import { AwsFailure } from '../handlers/ports';
import type { Clock } from './clock';
import { failureOf, isNamed } from './failure';
import type { Send } from './send';

/** A schedule for a time that has passed is refused. */
const SOONEST_MS = 60_000;
const LARGEST_INPUT = 256 * 1024;
const LONGEST_NAME = 64;

/** Asked twice for the same event and time, there is one schedule. Throws `AwsFailure`. */
export async function lookAgain(
  send: Send,
  clock: Clock,
  { roleArn, groupName, deadLetterArn }: { readonly [name: string]: string },
  target: { readonly arn: string; readonly name: string },
  at: Date,
  event: Value,
): Promise<void> {
  if (roleArn === undefined) throw new AwsFailure('NoScheduleRole', 'scheduler.roleArn is missing from the configuration of the function', false);
  const input = JSON.stringify(event);
  if (Buffer.byteLength(input) > LARGEST_INPUT) throw new AwsFailure('EventTooLarge', 'the event is too large to be scheduled', false);
  const time = new Date(Math.max(at.getTime(), clock.now() + SOONEST_MS)).toISOString().slice(0, 19);
  const hash = createHash('sha256').update(`${at.toISOString()} ${input}`).digest('hex').slice(0, 16);
  try {
    await send('scheduler:CreateSchedule', {
      Name: `${target.name.slice(0, LONGEST_NAME - hash.length - 1)}-${hash}`,
      ...(groupName !== undefined && { GroupName: groupName }),
      ScheduleExpression: `at(${time})`,
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      Target: {
        Arn: target.arn,
        RoleArn: roleArn,
        Input: input,
        RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 10 },
        ...(deadLetterArn !== undefined && { DeadLetterConfig: { Arn: deadLetterArn } }),
      },
    });
  } catch (error) {
    const failure = failureOf(error);
    if (!isNamed(failure.code, ['Conflict'])) throw failure;
  }
}
