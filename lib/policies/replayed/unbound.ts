/** Whom SCPs do not bind: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html#not-restricted-by-scp */
import type { CloudTrailRecord } from '../../core/cloudtrail';
import { accountMembership, type Trust } from '../../core/trust';

/** Why no SCP of ours was asked about the call; undefined: it binds the caller. */
export function whyUnbound({ userIdentity, recipientAccountId }: CloudTrailRecord, trust: Trust): string | undefined {
  const { type, arn = '', issuerArn = arn, invokedBy } = userIdentity;
  if (type === 'AWSService') return `${invokedBy ?? 'a service'} calls as a service, which SCPs do not bind`;
  if (/:role\/aws-service-role\/|:assumed-role\/AWSServiceRoleFor/.test(issuerArn)) return 'SCPs do not bind service-linked roles';
  if (type === 'WebIdentityUser' || type === 'SAMLUser') return 'nobody of an account calls: an identity provider vouches for the caller';
  const account = userIdentity.issuerAccountId ?? userIdentity.accountId;
  if (account === undefined) return undefined;
  if (account === trust.managementAccountId) return 'SCPs do not bind the management account';
  // What an account has recorded of its own callers is in the organization's trail because it is a member.
  if (account === recipientAccountId) return undefined;
  const membership = accountMembership(trust, account, recipientAccountId ?? '');
  return membership === 'foreign' || membership === 'trusted' ? `the caller is of ${account}, outside the organization` : undefined;
}
