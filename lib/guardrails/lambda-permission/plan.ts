/** How a grant is undone: exactly the violating statement, or the document without the violating ones. */
import { withoutStatements } from '../../core/iam/policy';
import { type Call, noSafePlan, type Plan, planOf } from '../../core/verdict';
import type { PermissionFact } from './facts';

export function plan(fact: PermissionFact, _violation: unknown, violating: readonly PermissionFact[]): Plan {
  const { name, qualifier, arn } = fact.target;
  const named = { FunctionName: name, ...(qualifier !== undefined && { Qualifier: qualifier }) };
  if (fact.kind === 'url') return planOf({ action: 'lambda:UpdateFunctionUrlConfig', input: { ...named, AuthType: 'AWS_IAM' } });
  if (fact.kind !== 'grant') return noSafePlan('what is granted could not be read');
  if (fact.document) return planOf(rewrite(arn, fact.document, violating));
  if (fact.grant.sid === undefined) return noSafePlan('the statement has no Sid to remove it by');
  return planOf({ action: 'lambda:RemovePermission', input: { ...named, StatementId: fact.grant.sid } });
}

/** A policy is replaced as a whole: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
function rewrite(arn: string, document: Parameters<typeof withoutStatements>[0], violating: readonly PermissionFact[]): Call {
  const removed = violating.flatMap((other) => (other.kind === 'grant' ? [other.grant] : []));
  const left = withoutStatements(document, removed);
  if (left === undefined) return { action: 'lambda:DeleteResourcePolicy', input: { ResourceArn: arn } };
  return { action: 'lambda:PutResourcePolicy', input: { ResourceArn: arn, Policy: JSON.stringify(left) } };
}
