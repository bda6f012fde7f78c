/** A function with its code inline, its role, its log group: nothing that a bucket would have to hold. */
import { Fn } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Limits } from '../handlers/limits';
import { logGrants, policyOf, type Statement, trustOf } from './grants';
import { roleName } from './names';
import { conditionOf, JSON_LOGS, type Lack } from './partitions';

export interface InlineFunctionProps {
  readonly name: string;
  readonly description: string;
  readonly code: string;
  readonly limits: Limits;
  readonly logRetentionDays: number;
  /** Besides its own logs. */
  readonly grants: readonly Statement[];
  /** Where an event goes that failed for good. */
  readonly deadLetterArn?: string;
  /** It is for this alone, and not made where a partition lacks it. */
  readonly serves?: Lack;
}

export class InlineFunction extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: InlineFunctionProps) {
    super(scope, id);
    const { name, description, code, limits, logRetentionDays, grants, deadLetterArn, serves } = props;
    const logGroup = new CfnLogGroup(this, 'Logs', { logGroupName: `/aws/lambda/${name}`, retentionInDays: logRetentionDays });
    const role = new CfnRole(this, 'Role', {
      roleName: roleName(name),
      assumeRolePolicyDocument: trustOf('lambda.amazonaws.com'),
      policies: [{ policyName: 'calls', policyDocument: policyOf(...logGrants(name), ...grants) }],
    });
    const resource = new CfnFunction(this, 'Function', {
      functionName: name,
      description,
      runtime: 'nodejs24.x',
      architectures: ['arm64'],
      handler: 'index.handler',
      code: { zipFile: code },
      memorySize: limits.memoryMb,
      timeout: limits.timeoutSeconds,
      role: role.attrArn,
      ...(deadLetterArn !== undefined && { deadLetterConfig: { targetArn: deadLetterArn } }),
    });
    // Our lines are JSON in either form; in this one there are levels, also of the platform's lines.
    const json = { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', SystemLogLevel: 'WARN', LogGroup: logGroup.ref };
    const isOnlyWithJson = serves !== undefined && JSON_LOGS.partitions.every((partition) => serves.partitions.includes(partition));
    const text = { LogFormat: 'Text', LogGroup: logGroup.ref };
    resource.addPropertyOverride('LoggingConfig', isOnlyWithJson ? json : Fn.conditionIf(conditionOf(this, JSON_LOGS).logicalId, json, text));
    this.arn = resource.attrArn;
  }
}
