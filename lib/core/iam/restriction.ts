/** What a condition holds the caller, or the source behind a service, to: our own, someone foreign, or nobody in particular. */
import { isAccountId, parseArn } from '../arn';
import { accountMembership, organizationMembership, type Trust } from '../trust';
import { OWN_ACCOUNT } from '../value';
import { type Condition, isOpenValue } from './condition';

/** `principal`: who calls. `source`: on whose behalf a service calls. */
type Aspect = 'principal' | 'source';

/** What one value of a condition stands for. */
export type Bound =
  | { readonly kind: 'own' }
  | { readonly kind: 'trusted' }
  | { readonly kind: 'foreign'; readonly what: 'account' | 'organization'; readonly text: string }
  /** A wildcard, or a value that the caller chooses, where the account or organization should stand. */
  | { readonly kind: 'open'; readonly text: string }
  /** Names no account: an S3 bucket's ARN. Says nothing, for or against. */
  | { readonly kind: 'neutral'; readonly text: string }
  /** `account`: one that no list of members tells from a stranger, where the value itself is known. */
  | { readonly kind: 'unknown'; readonly text: string; readonly account?: string };

export interface Restriction {
  readonly aspect: Aspect;
  readonly key: string;
  readonly bounds: readonly Bound[];
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
const KEYS: { readonly [key: string]: (value: string, match: Condition['match'], trust: Trust, owner: string) => Bound } = {
  'aws:principalorgid': organizationBound,
  'aws:principalorgpaths': organizationPathBound,
  'aws:principalaccount': accountBound,
  'aws:principalarn': arnBound,
  'aws:sourceaccount': accountBound,
  'aws:sourcearn': arnBound,
  'aws:sourceorgid': organizationBound,
  'aws:sourceorgpaths': organizationPathBound,
  // What `aws:SourceAccount` was called in the default policy of a topic.
  'aws:sourceowner': accountBound,
  // Not a key, which are in lower case: the element, of which the accounts count.
  NotPrincipal: accountBound,
};

/** A key, and the values that it is held to. */
type Held = Pick<Condition, 'key' | 'values'>;

/** What a condition of an `Allow` restricts the grant to; undefined when it restricts nothing that we understand. */
export const restrictionOf = (condition: Condition, trust: Trust, owner: string): Restriction | undefined =>
  restriction(condition, condition.match, trust, owner);

/** What a condition of a `Deny` leaves: `StringNotEquals aws:PrincipalOrgID o-x` denies all but o-x. */
export const exceptionOf = (condition: Held & Pick<Condition, 'deniesUnless'>, trust: Trust, owner: string): Restriction | undefined =>
  restriction(condition, condition.deniesUnless, trust, owner);

function restriction({ key, values }: Held, match: Condition['match'], trust: Trust, owner: string): Restriction | undefined {
  const read = match !== 'none' && Object.hasOwn(KEYS, key) && KEYS[key];
  if (!read) return undefined;
  return { aspect: key.startsWith('aws:source') ? 'source' : 'principal', key, bounds: values.map((value) => read(value, match, trust, owner)) };
}

const open = (text: string): Bound => ({ kind: 'open', text });
const unsettled = (text: string): Bound => ({ kind: 'unknown', text });

const WILDCARD = /[*?]/;
const hasWildcard = (text: string): boolean => WILDCARD.test(text);

/** A wildcard is one only for the operators that read it so; elsewhere it is a character, and such a value matches nothing real. */
const isWild = (text: string, match: Condition['match']): boolean => hasWildcard(text) && match !== 'exact';

const memberBound = (membership: ReturnType<typeof accountMembership>, what: 'account' | 'organization', text: string): Bound => {
  if (membership === 'own') return { kind: 'own' };
  if (membership === 'organization' || membership === 'trusted') return { kind: 'trusted' };
  if (membership === 'foreign') return { kind: 'foreign', what, text };
  return { kind: 'unknown', text, ...(membership === 'unlisted' && { account: text }) };
};

function accountBound(value: string, match: Condition['match'], trust: Trust, owner: string): Bound {
  if (/^\$\{aws:resourceaccount\}$/i.test(value)) return { kind: 'own' };
  if (value !== OWN_ACCOUNT && isOpenValue(value)) return unsettled(value);
  if (isWild(value, match) || (!isAccountId(value) && value !== OWN_ACCOUNT)) return open(value);
  return memberBound(accountMembership(trust, value, owner), 'account', value);
}

function organizationBound(value: string, match: Condition['match'], trust: Trust): Bound {
  if (/^\$\{aws:resourceorgid\}$/i.test(value)) return { kind: 'trusted' };
  if (isOpenValue(value)) return unsettled(value);
  if (isWild(value, match) || !/^o-[a-z0-9]+$/.test(value)) return open(value);
  return memberBound(organizationMembership(trust, value), 'organization', value);
}

/** `o-exampleorgid/r-ab12/ou-…/*`: the organization is what stands before the first slash, without a wildcard. */
function organizationPathBound(value: string, match: Condition['match'], trust: Trust): Bound {
  const slash = value.indexOf('/');
  if (slash < 0) return isOpenValue(value) ? unsettled(value) : open(value);
  return organizationBound(value.slice(0, slash), match, trust);
}

/**
 * The account field decides. `ArnLike` compares field by field; in `StringLike` a `*` also crosses colons, so one that
 * stands before the account admits a stranger's resource that has our account id in its name.
 */
function arnBound(value: string, match: Condition['match'], trust: Trust, owner: string): Bound {
  const arn = parseArn(value) ?? parseArnPattern(value);
  if (!arn) return isOpenValue(value) && !value.startsWith('arn:') ? unsettled(value) : open(value);
  if (isWild(arn.account, match)) return open(value);
  if (match === 'like' && hasWildcard([arn.partition, arn.service, arn.region].join(''))) return open(value);
  if (arn.account === '') return { kind: 'neutral', text: value };
  const bound = accountBound(arn.account, match, trust, owner);
  return bound.kind === 'unknown' ? { ...bound, text: value } : bound;
}

/** An ARN pattern may have a wildcard for its partition, which no ARN has. */
function parseArnPattern(value: string) {
  const [prefix, partition, ...rest] = value.split(':');
  if (prefix !== 'arn' || partition === undefined || !hasWildcard(partition)) return undefined;
  const arn = parseArn(['arn', 'aws', ...rest].join(':'));
  return arn && { ...arn, partition };
}
