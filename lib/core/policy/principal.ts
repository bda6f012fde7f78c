/** The `Principal` element of RCPs and endpoint policies: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
import { parseArn } from '../arn';
import { type Principal, parsePrincipal, parseTypedPrincipal } from '../iam/principal';
import { asList, asText, isObject, isUnknown, type Value } from '../value';
import type { Context, PolicyRequest } from './index';
import { all, any, maybe, NO, not, type Truth, truthOf, YES } from './truth';

export interface Principals {
  /** `NotPrincipal`: everyone but these. */
  readonly isNegated: boolean;
  readonly list: readonly Principal[];
}

/** `value`: a text, or types with one value or a list. What cannot be a principal is a problem. */
export function parsePrincipals(value: Value, isNegated: boolean, problems: string[]): Principals {
  const list: Principal[] = [];
  if (value === '*') list.push({ kind: 'anyone' });
  else if (!isObject(value) || Object.keys(value).length === 0) problems.push('the principal is neither * nor an object');
  else for (const [type, texts] of Object.entries(value)) list.push(...parseTyped(type, texts, problems));
  return { isNegated, list };
}

function parseTyped(type: string, raw: Value, problems: string[]): readonly Principal[] {
  const values = asList(raw);
  if (values.length === 0) problems.push(`the principal ${type.slice(0, 60)} is empty`);
  return values.flatMap((value) => {
    const text = asText(value);
    const principal = text === undefined ? undefined : parseTypedPrincipal(type, text);
    if (principal && isReadable(principal, type, text)) return [principal];
    problems.push(`the principal ${type.slice(0, 60)} ${text?.slice(0, 60) ?? 'is not text'} is none that AWS takes`);
    return [];
  });
}

/** "You cannot use a wildcard to match part of a principal name or ARN." */
const isReadable = (principal: Principal, type: string, text: string | undefined): boolean =>
  principal.kind === 'anyone' ? type.toLowerCase() === 'aws' : principal.kind !== 'unrecognised' && !isUnknown(principal) && !/[*?]/.test(text ?? '');

/** Is the statement about the principal of the request? */
export function matchesPrincipals({ isNegated, list }: Principals, request: PolicyRequest): Truth {
  if (list.some(({ kind }) => kind === 'anyone')) return truthOf(!isNegated);
  if (request.principal === undefined) return maybe('principal');
  const names = namesOf(request.principal, request.context);
  const matched = names.map((name) => any(list.map((principal) => matchesOne(principal, name, request))));
  // "You must also specify the account ARN of the not-denied principal": who is named in a part only may be denied.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
  if (isNegated) return bothWays(not(any(matched)), not(all(matched)));
  return any(matched);
}

function bothWays(surely: Truth, possibly: Truth): Truth {
  if (surely.holds === 'yes' || possibly.holds === 'no') return surely.holds === 'yes' ? YES : NO;
  return maybe('principal', ...surely.missing, ...possibly.missing);
}

/** What a caller goes by: its account, its user or role, its session. */
type Name =
  | { readonly kind: 'account' | 'identity' | 'other'; readonly principal: Principal }
  | { readonly kind: 'role-of'; readonly session: string; readonly account: string };

function namesOf(text: string, context: Context): readonly Name[] {
  const principal = parsePrincipal(text);
  if (principal.kind === 'account') return [{ kind: 'account', principal }];
  if (principal.kind !== 'identity') return [{ kind: 'other', principal }];
  const account: Name = { kind: 'account', principal: { kind: 'account', account: principal.account, text: principal.account } };
  const self: Name = { kind: 'identity', principal };
  if (!parseArn(text)?.resource.startsWith('assumed-role/')) return [account, self];
  const role = context.get('aws:principalarn');
  if (role === undefined || isUnknown(role)) return [account, { kind: 'role-of', session: text, account: principal.account }, self];
  return [account, ...role.map((arn): Name => ({ kind: 'identity', principal: parsePrincipal(arn) })), self];
}

function matchesOne(stated: Principal, name: Name, request: PolicyRequest): Truth {
  if (name.kind === 'role-of') return matchesRoleOf(stated, name);
  const { principal } = name;
  if (stated.kind === 'canonical-user' || stated.kind === 'unique-id' || stated.kind === 'unknown' || principal.kind === 'unknown')
    return maybe('principal');
  if (stated.kind === 'account') {
    if (principal.kind !== 'account' || stated.account !== principal.account) return NO;
    return isThroughGateway(request) && !request.principal?.endsWith(':root') ? maybe('principal') : YES;
  }
  if (stated.kind === 'service') return truthOf(principal.kind === 'service' && stated.host === principal.host);
  return truthOf(stated.kind === principal.kind && 'text' in stated && 'text' in principal && stated.text === principal.text);
}

/** A session names its role without the path. */
function matchesRoleOf(stated: Principal, { session, account }: { readonly session: string; readonly account: string }): Truth {
  if (stated.kind !== 'identity' || stated.account !== account) return NO;
  const [, role] = parseArn(session)?.resource.split('/') ?? [];
  const resource = parseArn(stated.text)?.resource ?? '';
  return resource.startsWith('role/') && resource.split('/').at(-1) === role ? maybe('aws:principalarn') : NO;
}

/**
 * A gateway endpoint takes an account for its root user alone, an interface endpoint for all of the account:
 * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#vpc-endpoint-policies-gateway
 */
const isThroughGateway = ({ action }: PolicyRequest): boolean => /^(s3|dynamodb):/i.test(action);
