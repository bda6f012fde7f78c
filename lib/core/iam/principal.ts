/**
 * Principals, parsed to their kind: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
import { isAccountId, parseArn } from '../arn';
import { hasHole, OWN_ACCOUNT, type Unknown, unknown } from '../value';

export type Principal =
  | { readonly kind: 'anyone' }
  /** An account as a whole: its id or its root. */
  | { readonly kind: 'account'; readonly account: string; readonly text: string }
  /** A role, user or session: `account` is a real id or the own one. */
  | { readonly kind: 'identity'; readonly account: string; readonly text: string }
  | { readonly kind: 'service'; readonly host: string }
  /** A SAML, OIDC or Cognito provider: whoever it signs in. */
  | { readonly kind: 'federated'; readonly text: string }
  | { readonly kind: 'canonical-user'; readonly text: string }
  /** `AROA…`, `AIDA…`: what is left of a principal that was deleted. */
  | { readonly kind: 'unique-id'; readonly text: string }
  /** Text of no documented kind: never compliant. */
  | { readonly kind: 'unrecognised'; readonly text: string }
  | Unknown;

/** Regional forms (`logs.us-east-1.amazonaws.com`), those of China, and the few outside `amazonaws.com`. */
const SERVICE = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|amazon\.com|aws\.internal|aws\.com)$/i;
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
const UNIQUE_ID = /^A[A-Z]{2}A[A-Z0-9]{8,}$/;

const accountOf = (account: string, text: string): Principal => ({ kind: 'account', account, text });
const federated = (text: string): Principal => ({ kind: 'federated', text });
const unrecognised = (text: string): Principal => ({ kind: 'unrecognised', text });

/** A principal as the Lambda API takes it (`Principal`), or a value of `{"AWS": …}`: account id, ARN, service, `*`. */
export function parsePrincipal(text: string): Principal {
  const trimmed = text.trim();
  if (trimmed === '*') return { kind: 'anyone' };
  if (isAccountId(trimmed) || trimmed === OWN_ACCOUNT) return accountOf(trimmed, trimmed);
  if (trimmed.startsWith('arn:')) return parseArnPrincipal(trimmed);
  if (hasHole(trimmed)) return hasKnownServiceSuffix(trimmed) ? { kind: 'service', host: trimmed.toLowerCase() } : unknown(trimmed);
  if (SERVICE.test(trimmed)) return { kind: 'service', host: trimmed.toLowerCase() };
  if (UNIQUE_ID.test(trimmed)) return { kind: 'unique-id', text: trimmed };
  return unrecognised(trimmed);
}

function parseArnPrincipal(text: string): Principal {
  const arn = parseArn(text);
  if (!arn) return hasHole(text) ? unknown(text) : unrecognised(text);
  const { service, account, resource } = arn;
  if (service !== 'iam' && service !== 'sts') return hasHole(service) ? unknown(text) : unrecognised(text);
  if (account === '' && service === 'iam' && resource.startsWith('oidc-provider/')) return federated(text);
  if (hasHole(account) && account !== OWN_ACCOUNT) return unknown(text);
  if (!isAccountId(account) && account !== OWN_ACCOUNT) return unrecognised(text);
  if (resource === 'root') return accountOf(account, text);
  if (resource.startsWith('saml-provider/') || resource.startsWith('oidc-provider/')) return federated(text);
  return { kind: 'identity', account, text };
}

/** `logs.${AWS::Region}.amazonaws.com` and `s3.${AWS::URLSuffix}` are services whatever the holes are. */
const hasKnownServiceSuffix = (text: string): boolean => /^[a-z0-9-]+\./i.test(text) && /\.(amazonaws\.com(\.cn)?|\$\{AWS::URLSuffix\})$/i.test(text);

/** A value of `{"Federated": …}`, `{"Service": …}`, `{"CanonicalUser": …}` or `{"AWS": …}`. */
export function parseTypedPrincipal(type: string, text: string): Principal {
  switch (type.toLowerCase()) {
    case 'aws':
      return parsePrincipal(text);
    case 'service':
      return parseServicePrincipal(text);
    case 'federated':
      return text === '*' ? { kind: 'anyone' } : hasHole(text) && !text.includes('provider/') ? unknown(text) : federated(text);
    case 'canonicaluser':
      return hasHole(text) ? unknown(text) : { kind: 'canonical-user', text };
    default:
      return unrecognised(`${type}: ${text}`);
  }
}

function parseServicePrincipal(text: string): Principal {
  if (text === '*') return { kind: 'anyone' };
  const parsed = parsePrincipal(text);
  return parsed.kind === 'service' || parsed.kind === 'unknown' ? parsed : unrecognised(`Service: ${text}`);
}

const PLAIN_SERVICE = /^[a-z0-9-]+\.amazonaws\.com$/;

/** `logs.us-east-1.amazonaws.com` and `logs.amazonaws.com.cn` are `logs.amazonaws.com` in another place. */
export function canonicalService(host: string): string {
  if (PLAIN_SERVICE.test(host)) return host;
  const name = host.toLowerCase().replace(/\.(amazonaws\.com\.cn|amazonaws\.eu|\$\{aws::urlsuffix\})$/, '.amazonaws.com');
  return name.replace(/^([a-z0-9-]+)\.(?:[a-z]{2,4}(?:-[a-z]+)+-\d+|\$\{aws::region\})\.amazonaws\.com$/, '$1.amazonaws.com');
}

export const describePrincipal = (principal: Principal): string => {
  if (principal.kind === 'anyone') return 'anyone (*)';
  if (principal.kind === 'account') return principal.account;
  if (principal.kind === 'service') return principal.host;
  return principal.kind === 'unknown' ? principal.what : principal.text;
};
