/** Whom the organization trusts: shared by every guardrail. */
import { hasHole, OWN_ACCOUNT } from './value';

export interface Trust {
  readonly organizationId: string;
  readonly managementAccountId: string;
  /** Members known now. Empty: the list decides nothing about an account that no other rule knows. */
  readonly accountIds: ReadonlySet<string>;
  /** The list may be behind (an organization directory is deployed, and was not asked or did not answer): it tells nobody foreign. */
  readonly mayLackMembers?: boolean;
  readonly trustedAccountIds: ReadonlySet<string>;
  readonly trustedOrganizationIds: ReadonlySet<string>;
}

/** `unlisted`: not known while no member is listed, or the list may be behind, so nobody can say whether it is foreign (G2). `unknown`: a hole. */
export type Membership = 'own' | 'organization' | 'trusted' | 'foreign' | 'unlisted' | 'unknown';

/** `owner` is the account of the resource: trusted by default, listed or not. Both may be the hole of the own account. */
export function accountMembership(trust: Trust, account: string, owner: string): Membership {
  if (account === owner || account === OWN_ACCOUNT) return 'own';
  if (hasHole(account)) return 'unknown';
  if (account === trust.managementAccountId || trust.accountIds.has(account)) return 'organization';
  if (trust.trustedAccountIds.has(account)) return 'trusted';
  return trust.accountIds.size === 0 || trust.mayLackMembers ? 'unlisted' : 'foreign';
}

export function organizationMembership(trust: Trust, organizationId: string): Exclude<Membership, 'own' | 'unlisted'> {
  if (hasHole(organizationId)) return 'unknown';
  if (organizationId === trust.organizationId) return 'organization';
  return trust.trustedOrganizationIds.has(organizationId) ? 'trusted' : 'foreign';
}
