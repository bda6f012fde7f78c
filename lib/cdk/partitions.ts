/**
 * What a partition lacks is left out there. Stacks look at conditions first, so one template serves all partitions; StackSets
 * refuse a type that their Region does not know whatever its condition says (https://github.com/cdklabs/cdk-stacksets/issues/898),
 * so where the partition is known the hooks are not in the template at all.
 */
import { Aws, CfnCondition, Fn, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { partitionOfRegion } from '../core/arn';

export interface Lack {
  /** Of the condition under which it is there. */
  readonly condition: string;
  readonly partitions: readonly string[];
}

/**
 * `AWS::CloudFormation::LambdaHook` is not in the resource types of these partitions, as cfn-lint lists them from AWS's schemas by Region:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-type-schemas.html
 */
export const HOOKS: Lack = { condition: 'HasHooks', partitions: ['aws-cn', 'aws-us-gov'] };
/** https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-lambda.html: no JSON log formatting */
export const JSON_LOGS: Lack = { condition: 'HasJsonLogs', partitions: ['aws-us-gov'] };
/** https://docs.amazonaws.cn/en_us/aws/latest/userguide/lambda.html: no metrics of asynchronous invocations */
export const ASYNCHRONOUS_METRICS: Lack = { condition: 'MeasuresAge', partitions: ['aws-cn'] };

/** The condition, made where its stack has none yet. */
export function conditionOf(scope: Construct, { condition, partitions }: Lack): CfnCondition {
  const stack = Stack.of(scope);
  const known = stack.node.tryFindChild(condition);
  if (known instanceof CfnCondition) return known;
  const lacking = partitions.map((partition) => Fn.conditionEquals(Aws.PARTITION, partition));
  return new CfnCondition(stack, condition, {
    expression: Fn.conditionNot(lacking.length === 1 && lacking[0] ? lacking[0] : Fn.conditionOr(...lacking)),
  });
}

/** By any Region that it is deployed to: an organization lives in one partition. Undefined: only the deployment knows. */
export const partitionIn = (regions: readonly string[]): string | undefined => {
  const region = regions.find((name) => !Token.isUnresolved(name));
  return region === undefined ? undefined : partitionOfRegion(region);
};
