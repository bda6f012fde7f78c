/**
 * Endpoints of SNS subscriptions, parsed once to where a message would really go.
 * https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
 *
 * Two parsers may read one odd text differently (`https://trusted\@foreign/`), and nobody says which one SNS uses: an endpoint
 * that is read the same way by all of them has no `problem`; one that is not is never right, whatever its host seems to be.
 */
import { domainToASCII } from 'node:url';
import { isAccountId, parseArn } from './arn';
import { hasHole, holesOf, OWN_ACCOUNT, splitOutsideHoles, type Unknown, unknown } from './value';

export type Endpoint =
  | { readonly kind: 'url'; readonly host: string; readonly problem?: string }
  /** `domain`: after the last `@` that no quotes hide, in ASCII; `[192.0.2.1]` for a literal. `unsure`: what else is not known. */
  | { readonly kind: 'email'; readonly domain: string; readonly unsure?: string }
  /** `number`: `+` and digits; only its beginning where `unsure` says what is not known. */
  | { readonly kind: 'phone'; readonly number: string; readonly unsure?: string }
  /** `account`: 12 digits or the own account. */
  | { readonly kind: 'arn'; readonly account: string; readonly partition: string; readonly problem?: string; readonly unsure?: string }
  /** `problem` quotes nothing of the endpoint: it may hold an address or a token. */
  | { readonly kind: 'invalid'; readonly problem: string }
  | Unknown;

type Family = 'url' | 'email' | 'phone' | 'arn';

/** Every protocol of SNS, by what its endpoint is. */
const FAMILIES: { readonly [protocol: string]: Family } = {
  http: 'url',
  https: 'url',
  email: 'email',
  'email-json': 'email',
  sms: 'phone',
  sqs: 'arn',
  lambda: 'arn',
  firehose: 'arn',
  application: 'arn',
};

export const PROTOCOLS: readonly string[] = Object.keys(FAMILIES);

export const familyOf = (protocol: string): Family | undefined => (Object.hasOwn(FAMILIES, protocol) ? FAMILIES[protocol] : undefined);

/** Far beyond what SNS takes; keeps the work on hostile input small. */
const LONGEST = 10_000;

export function parseEndpoint(protocol: string, text: string): Endpoint {
  if (text.length > LONGEST) return invalid(`it has ${text.length} characters`);
  switch (familyOf(protocol)) {
    case 'url':
      return parseUrl(protocol, text);
    case 'email':
      return parseEmail(text);
    case 'phone':
      return parsePhone(text);
    case 'arn':
      return parseArnEndpoint(protocol, text);
    default:
      return invalid('its protocol is none of SNS');
  }
}

/** The protocol that an endpoint looks made for, where the protocol itself is not known. */
export function guessProtocol(text: string): string | undefined {
  const scheme = /^(https?):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined) return scheme;
  const service = text.startsWith('arn:') ? text.split(':', 3)[2] : undefined;
  if (service !== undefined) return Object.keys(ARNS).find((protocol) => ARNS[protocol]?.service === service);
  if (text.includes('@')) return 'email';
  return /^\+?\d/.test(text) ? 'sms' : undefined;
}

const invalid = (problem: string): Endpoint => ({ kind: 'invalid', problem });

const unknownIn = (text: string): Unknown => unknown(holesOf(text).join(', '));

const beforeHoles = (text: string): string => (hasHole(text) ? text.slice(0, text.indexOf(holesOf(text)[0] ?? '')) : text);

// ---- URLs: https://url.spec.whatwg.org/#url-parsing, https://www.rfc-editor.org/rfc/rfc3986#section-3.2

function parseUrl(protocol: string, text: string): Endpoint {
  if (hasHole(text)) return parseOpenUrl(protocol, text);
  const url = readUrl(text);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return invalid(`it is no ${protocol} URL`);
  const host = withoutDot(url.hostname);
  if (!DOMAIN.test(host) && !IPV6.test(host)) return invalid('its host holds characters that no host name can have');
  const problem = url.protocol === `${protocol}:` ? problemOfAuthority(text, host) : `its scheme is not ${protocol}`;
  return problem === undefined ? { kind: 'url', host } : { kind: 'url', host, problem };
}

/** Not `URL.canParse`: once optimised, that of Node.js 20 refuses every host with a letter of Latin-1 in it. */
function readUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** A hole behind the authority changes no host. One inside it may be `evil.example/`, whatever stands around it. */
function parseOpenUrl(protocol: string, text: string): Endpoint {
  const scheme = `${protocol}://`;
  const start = beforeHoles(text);
  if (!start.toLowerCase().startsWith(scheme)) return scheme.startsWith(start.toLowerCase()) ? unknownIn(text) : invalid(`it is no ${protocol} URL`);
  const authority = authorityOf(start.slice(scheme.length));
  return scheme.length + authority.length < start.length ? parseUrl(protocol, start) : unknownIn(text);
}

function problemOfAuthority(text: string, host: string): string | undefined {
  const scheme = /^https?:\/\//i.exec(text);
  if (!scheme) return 'it does not begin with its scheme and two slashes';
  const authority = authorityOf(text.slice(scheme[0].length));
  if (/[\\\s]/.test(authority) || hasControls(authority)) return 'its host is written with a backslash, white space or control characters';
  if (authority.split('@').length > 2) return 'it has several @ before its path';
  const written = withoutDot(authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/, ''));
  return isSpelling(written, host) ? undefined : 'its host is spelled in a way that parsers read differently';
}

/** Up to the first `/`, `?` or `#`. */
function authorityOf(text: string): string {
  const end = text.search(/[/?#]/);
  return end < 0 ? text : text.slice(0, end);
}

/** The same name but for case, or the same international name: not one in look-alike ASCII, percent signs or odd numbers. */
const isSpelling = (written: string, host: string): boolean =>
  isAscii(written) ? written.toLowerCase() === host : host.split('.').some((label) => label.startsWith('xn--'));

// ---- E-mail addresses: https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2

/** What can stand in an unquoted local part, and letters beyond ASCII (RFC 6531). */
const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~\u0080-\uffff-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~\u0080-\uffff-]+)*$/i;

function parseEmail(given: string): Endpoint {
  const text = given.replace(TAME_HOLES, 'x');
  if (hasHole(text)) return parseOpenEmail(text);
  if (hasControls(text)) return invalid('it holds control characters');
  const local = text.startsWith('"') ? quotedStringOf(text) : text.slice(0, text.indexOf('@'));
  if (!text.includes('@') || local === undefined || text[local.length] !== '@') return invalid('it is no e-mail address');
  const domainText = text.slice(local.length + 1);
  if (domainText.includes('@')) return invalid('it has several @ outside quotes');
  if (!text.startsWith('"') && !LOCAL.test(local.normalize('NFKC')))
    return invalid('what stands before its @ cannot (a display name, a comment, white space, a list)');
  return emailAt(domainText);
}

/** Pseudo parameters whose values hold letters, digits and hyphens alone. */
const TAME_HOLES = /\$\{AWS::(?:AccountId|Region|Partition|StackName)\}(?=[^@]*@[^@]*$)/g;

/** The last `@` stands whatever a hole before it holds: an untrusted domain stays one, but nobody knows that the address is right. */
function parseOpenEmail(text: string): Endpoint {
  const parts = splitOutsideHoles(text, '@');
  const domainText = parts.length > 1 ? parts.at(-1) : undefined;
  if (domainText === undefined || hasHole(domainText)) return unknownIn(text);
  const endpoint = emailAt(domainText);
  return endpoint.kind === 'email' ? { ...endpoint, unsure: unknownIn(text).what } : endpoint;
}

function emailAt(domainText: string): Endpoint {
  if (/^\[[0-9a-z:.-]+\]$/i.test(domainText)) return { kind: 'email', domain: domainText.toLowerCase() };
  const domain = canonicalDomain(domainText);
  return domain === undefined ? invalid('what stands behind its @ is no domain') : { kind: 'email', domain };
}

/** The quoted string that the text begins with, its quotes included; undefined when it does not end. */
function quotedStringOf(text: string): string | undefined {
  for (let index = 1; index < text.length; index += 1) {
    if (text[index] === '\\') index += 1;
    else if (text[index] === '"') return text.slice(0, index + 1);
  }
  return undefined;
}

// ---- Phone numbers: https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html

function parsePhone(text: string): Endpoint {
  const number = canonicalPhone(beforeHoles(text));
  if (number === undefined) return invalid('it is no phone number in E.164 form');
  if (hasHole(text)) return number === '+' ? unknownIn(text) : { kind: 'phone', number, unsure: unknownIn(text).what };
  return /^\+[1-9]\d{3,14}$/.test(number) ? { kind: 'phone', number } : invalid('it is no phone number in E.164 form');
}

/** `+` and digits, without the punctuation that SNS takes; undefined when there is anything else. */
export function canonicalPhone(text: string): string | undefined {
  if (!/^\+?[\d().\- ]*$/.test(text)) return undefined;
  return `+${text.replace(/\D/g, '')}`;
}

// ---- ARNs

const ARNS: { readonly [protocol: string]: { readonly service: string; readonly resource: RegExp } } = {
  sqs: { service: 'sqs', resource: /^[\w-]+(\.fifo)?$/ },
  lambda: { service: 'lambda', resource: /^function:[^:\s]+(:[^:\s]+)?$/ },
  firehose: { service: 'firehose', resource: /^deliverystream\/[^/:\s]+$/ },
  application: { service: 'sns', resource: /^endpoint\/\S+$/ },
};

function parseArnEndpoint(protocol: string, text: string): Endpoint {
  const expected = ARNS[protocol];
  const arn = parseArn(text);
  if (!arn || !expected) return mayBecomeArn(text) ? unknownIn(text) : invalid('it is no ARN');
  const { service, region, account, partition, resource } = arn;
  if (hasHole(account) && account !== OWN_ACCOUNT) return unknownIn(account);
  if (!isAccountId(account) && account !== OWN_ACCOUNT) return invalid('its ARN names no account');
  const read = { kind: 'arn', account, partition } as const;
  if (hasHole(service)) return { ...read, unsure: unknownIn(service).what };
  const right = service === expected.service && /^[a-z0-9-]+$/.test(known(region)) && (hasHole(resource) || expected.resource.test(resource));
  return right ? read : { ...read, problem: `its ARN names nothing that protocol ${protocol} delivers to` };
}

const known = (text: string): string => (hasHole(text) ? 'x' : text);

const mayBecomeArn = (text: string): boolean => hasHole(text) && 'arn:'.startsWith(beforeHoles(text).slice(0, 4));

// ---- Domains

const DOMAIN = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i;
const IPV6 = /^\[[0-9a-f:.]+\]$/i;

const withoutDot = (text: string): string => (text.endsWith('.') ? text.slice(0, -1) : text);
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters to find
const hasControls = (text: string): boolean => /[\u0000-\u001f\u007f]/.test(text);
// biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII
const isAscii = (text: string): boolean => /^[\u0000-\u007f]*$/.test(text);

/** Lower case, ASCII, without a trailing dot; undefined for anything that is no domain, or that only looks like one in ASCII. */
export function canonicalDomain(text: string): string | undefined {
  const bare = withoutDot(text);
  if (isAscii(bare)) return DOMAIN.test(bare) ? bare.toLowerCase() : undefined;
  const ascii = /^[a-z0-9._\u0080-\uffff-]*$/i.test(bare) ? domainToASCII(bare) : '';
  return DOMAIN.test(ascii) && isSpelling(bare, ascii) ? ascii : undefined;
}

/** Is the host the one of the pattern, or, for `*.x`, a subdomain of `x` (and not `x`)? Without regard to case and a trailing dot. */
export function hostMatches(host: string, pattern: string): boolean {
  const name = withoutDot(host).toLowerCase();
  if (!pattern.startsWith('*.')) return name === canonicalPattern(pattern);
  const suffix = `.${canonicalPattern(pattern.slice(2))}`;
  return name.length > suffix.length && name.endsWith(suffix);
}

const canonicalPattern = (text: string): string => canonicalDomain(text) ?? withoutDot(text).toLowerCase();

// ---- What CloudTrail hides

/** Does the text look like what CloudTrail puts in the place of an endpoint that it hides? */
export const looksMasked = (text: string): boolean => text.trim() === '' || /hidden_due_to_security_reasons|redacted|\*{3}/i.test(text);

/**
 * A short stable name for a subscription that has no ARN yet: FNV-1a of its normalised endpoint, which tells one from another
 * and shows nothing of an address or a path. http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function endpointKey(protocol: string, text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of UTF8.encode(normalised(protocol, text))) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

const UTF8 = new TextEncoder();

function normalised(protocol: string, text: string): string {
  const trimmed = text.trim();
  switch (familyOf(protocol)) {
    case 'url':
      return readUrl(trimmed)?.href ?? trimmed;
    case 'email':
      return trimmed.toLowerCase();
    case 'phone':
      return canonicalPhone(trimmed) ?? trimmed;
    default:
      return trimmed;
  }
}
