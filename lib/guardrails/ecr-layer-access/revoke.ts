/**
 * `response: revoke`: the sessions of the role that pulled lose ECR, those that began until the pull; sessions that begin later do not.
 * The policy has one name, so that it is overwritten rather than piled up: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
 */
import { isAccountId, parseArn } from '../../core/arn';
import { asText, isObject, property, type Value } from '../../core/value';
import { type Call, noSafePlan, type Plan } from '../../core/verdict';
import type { PullFact } from './facts';

const POLICY_NAME = 'perimeter-revoke-older-sessions';

type Revocable = { readonly name: string; readonly why?: undefined } | { readonly why: string };

/** Only a role of the own account whose ARN the record gives, and that its owner may change. */
export function revocableRole({ caller, owner }: Pick<PullFact, 'caller' | 'owner'>): Revocable {
  if (caller.kind === 'session') return { why: 'the record does not give the ARN of the role behind the session, and a name is not taken for it' };
  if (caller.kind !== 'identity') return { why: 'the record names no role of this account' };
  const { service, account = '', resource = '' } = parseArn(caller.arn) ?? {};
  if (service !== 'iam' || !resource.startsWith('role/'))
    return {
      why: 'only sessions of a role can be revoked: keys of a user, the root user and federated users have no session that a policy could date',
    };
  if (account !== owner || !isAccountId(owner)) return { why: `the role belongs to ${account}, and is for that account to change` };
  const path = resource.slice('role/'.length);
  if (path.startsWith('aws-service-role/')) return { why: 'a service-linked role cannot be changed' };
  if (path.startsWith('aws-reserved/') || /(?:^|\/)AWSReservedSSO_/.test(path))
    return { why: 'a role of IAM Identity Center cannot be changed here: revoke its sessions in Identity Center' };
  const name = path.slice(path.lastIndexOf('/') + 1);
  return /^[\w+=,.@-]{1,64}$/.test(name) ? { name } : { why: 'the record names no role that there can be' };
}

export const readRevocation = (name: string): Call => ({ action: 'iam:GetRolePolicy', input: { RoleName: name, PolicyName: POLICY_NAME } });

/** IAM answers a document encoded for a URL: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html */
export function documentIn(output: Value): string | undefined {
  const text = asText(property(output, 'PolicyDocument'));
  try {
    return text === undefined || text.trimStart().startsWith('{') ? text : decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function planOfPull(fact: PullFact): Plan {
  const role = revocableRole(fact);
  if (role.why !== undefined) return noSafePlan(`a pull cannot be undone, and its sessions not be revoked: ${role.why}`);
  const until = new Date(fact.at ?? '');
  if (Number.isNaN(until.getTime())) return noSafePlan('a pull cannot be undone, and the record does not say until when sessions would be revoked');
  const { name } = role;
  const input = { RoleName: name, PolicyName: POLICY_NAME };
  const put = (PolicyDocument: string): Call => ({ action: 'iam:PutRolePolicy', input: { ...input, PolicyDocument } });
  const before = fact.revocation;
  const note = `the pull cannot be undone: what was fetched is out. Every session of the role ${name} that began by ${until.toISOString()} may not use ECR any more, whoever uses it; new sessions may, and addresses of layers that were handed out before still work for a while`;
  if (before !== undefined && revokedUntil(before) >= until.getTime())
    return { calls: [], why: `the sessions of the role ${name} are revoked already`, note, isContainment: true };
  return {
    calls: [put(documentUntil(until))],
    restore: [before === undefined ? { action: 'iam:DeleteRolePolicy', input } : put(before)],
    note,
    isContainment: true,
  };
}

const documentUntil = (until: Date): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'PerimeterRevokeOlderSessions',
        Effect: 'Deny',
        Action: 'ecr:*',
        Resource: '*',
        Condition: { DateLessThanEquals: { 'aws:TokenIssueTime': until.toISOString() } },
      },
    ],
  });

/** Of our own policy; anything else revokes nothing that is known. */
function revokedUntil(document: string): number {
  try {
    const policy: Value = JSON.parse(document);
    const [statement] = [isObject(policy) ? policy.Statement : undefined].flat();
    const date = property(property(property(statement, 'Condition'), 'DateLessThanEquals'), 'aws:TokenIssueTime');
    const isWhole = property(statement, 'Effect') === 'Deny' && property(statement, 'Action') === 'ecr:*' && property(statement, 'Resource') === '*';
    return isWhole && typeof date === 'string' ? Date.parse(date) || 0 : 0;
  } catch {
    return 0;
  }
}
