/**
 * Whom SCPs do not bind, and what RCPs do not guard:
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html#not-restricted-by-scp,
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#actions-not-restricted-by-rcps
 */
import { isAccountId, parseArn } from '../../core/arn';
import type { CloudTrailRecord } from '../../core/cloudtrail';
import { accountMembership, type Membership, type Trust } from '../../core/trust';
import type { RecordedCall } from './calls';

/** Why no SCP of ours was asked about the call; undefined: it binds the caller. */
export function whyUnbound({ userIdentity, recipientAccountId }: CloudTrailRecord, trust: Trust): string | undefined {
  const { type, invokedBy } = userIdentity;
  if (type === 'AWSService') return `${invokedBy ?? 'a service'} calls as a service, which SCPs do not bind`;
  if (isServiceLinked(userIdentity)) return 'SCPs do not bind service-linked roles';
  if (type === 'WebIdentityUser' || type === 'SAMLUser') return 'nobody of an account calls: an identity provider vouches for the caller';
  const account = callerAccount({ userIdentity });
  if (account === undefined) return undefined;
  if (account === trust.managementAccountId) return 'SCPs do not bind the management account';
  // What an account has recorded of its own callers is in the organization's trail because it is a member.
  if (account === recipientAccountId) return undefined;
  const membership = accountMembership(trust, account, recipientAccountId ?? '');
  return membership === 'foreign' || membership === 'trusted' ? `the caller is of ${account}, outside the organization` : undefined;
}

const isServiceLinked = ({ arn = '', issuerArn = arn }: CloudTrailRecord['userIdentity']): boolean =>
  /:role\/aws-service-role\/|:assumed-role\/AWSServiceRoleFor/.test(issuerArn);

export const callerAccount = ({ userIdentity }: Pick<CloudTrailRecord, 'userIdentity'>): string | undefined =>
  userIdentity.issuerAccountId ?? userIdentity.accountId;

/** Why no RCP of ours was asked about the call; undefined: what it is about may be guarded. */
export function whyUnguarded(record: CloudTrailRecord, call: RecordedCall, trust: Trust): string | undefined {
  if (isServiceLinked(record.userIdentity)) return 'RCPs do not bind service-linked roles';
  const owner = resourceAccount(record, call);
  if (owner === trust.managementAccountId) return 'RCPs do not guard what the management account owns';
  const membership = ownership(record, call, trust);
  return membership === 'foreign' || membership === 'trusted' ? `${owner} owns it, outside the organization` : undefined;
}

/** Is the resource surely the organization's? What an account receives of its own is in the organization's trail because it is a member. */
export const isOurs = (record: CloudTrailRecord, call: RecordedCall, trust: Trust): boolean =>
  ['own', 'organization'].includes(ownership(record, call, trust));

function ownership(record: CloudTrailRecord, call: RecordedCall, trust: Trust): Membership {
  const owner = resourceAccount(record, call);
  return owner === undefined ? 'unknown' : accountMembership(trust, owner, record.recipientAccountId ?? '');
}

/** The account of the resource, as far as the record tells. */
export function resourceAccount(record: CloudTrailRecord, { resource }: RecordedCall): string | undefined {
  const account = parseArn(resource ?? '')?.account;
  if (account !== undefined && isAccountId(account)) return account;
  return resource === '*' && isAccountId(record.place.account) ? record.place.account : undefined;
}
