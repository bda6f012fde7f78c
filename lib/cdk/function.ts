/** A function with its code inline, its role, its log group: nothing that a bucket would have to hold. */
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Limits } from '../handlers/limits';
import { logGrants, policyOf, type Statement, trustOf } from './grants';
import { roleName } from './names';

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
}

export class InlineFunction extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { name, description, code, limits, logRetentionDays, grants, deadLetterArn }: InlineFunctionProps) {
    super(scope, id);
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
      loggingConfig: { logFormat: 'JSON', applicationLogLevel: 'INFO', systemLogLevel: 'WARN', logGroup: logGroup.ref },
      ...(deadLetterArn !== undefined && { deadLetterConfig: { targetArn: deadLetterArn } }),
    });
    this.arn = resource.attrArn;
  }
}
