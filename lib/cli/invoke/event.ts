/** What a function is handed: read, and looked at only for where it happened and whether it is of the right kind. */
import { isAccountId, parseArn, partitionOfRegion } from '../../core/arn';
import type { CloudTrailRecord } from '../../core/cloudtrail';
import { UsageError } from '../../core/errors';
import type { Place } from '../../core/guardrail';
import { asText, hasHole, isObject, propertyIgnoringCase, type Value } from '../../core/value';
import { deliveriesOf } from '../../handlers/event';
import { DecodeError, decodeRequest } from '../../handlers/request';
import type { Io } from '../io';

/** The records of an event, a batch or a request to look again. @throws UsageError when there is none */
export function recordsOf(event: Value, file: string): readonly CloudTrailRecord[] {
  const deliveries = deliveriesOf(event);
  const records = deliveries.flatMap(({ record }) => (record ? [record] : []));
  if (records.length > 0) return records;
  const problem = deliveries.find(({ problem }) => problem !== undefined)?.problem ?? 'it holds no message';
  throw new UsageError(`${file}: ${problem}; give an EventBridge event, a CloudTrail record or a batch of a queue`);
}

/** Why an event is no request of a hook, which answers whatever it is handed; this is for who mistook the file. */
export function requestProblem(event: Value): string | undefined {
  try {
    decodeRequest(event, undefined);
    return undefined;
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
}

/** What the environment says counts only where the event does not: a function runs where its events are. */
export function placeOf(told: Partial<Place>, region: string | undefined, io: Io): Place {
  const known =
    [region, told.region, io.env.AWS_REGION, io.env.AWS_DEFAULT_REGION].find((name) => name !== undefined && isKnown(name)) ?? 'us-east-1';
  const account = told.account !== undefined && isAccountId(told.account) ? told.account : '000000000000';
  const partition = told.partition !== undefined && region === undefined && isKnown(told.partition) ? told.partition : partitionOfRegion(known);
  return { partition, region: known, account };
}

const isKnown = (name: string): boolean => name !== '' && !hasHole(name);

/** https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/lambda-hooks-create-lambda-function.html */
export function placeInRequest(event: Value): Partial<Place> {
  const text = (name: string) => (isObject(event) ? (asText(propertyIgnoringCase(event, name)) ?? '') : '');
  const stack = parseArn(text('stackId'));
  return { account: text('awsAccountId') || stack?.account, ...(stack && { partition: stack.partition, region: stack.region }) };
}
