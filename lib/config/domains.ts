/** Host names and domains: lower case, ASCII (IDNA), without the trailing dot; `*.x` means the subdomains of `x`. */
import { isIPv4 } from 'node:net';
import { domainToASCII } from 'node:url';
import { type Format, type Reading, refuse } from './format';

interface DomainOptions {
  readonly noun: string;
  readonly hint: string;
  readonly wildcard: boolean;
  readonly address: boolean;
  /** Labels that it needs at least: a bare `localhost` or `com` names no one. */
  readonly labels: number;
  readonly mistake: (text: string) => string | undefined;
}

const domainFormat = (options: DomainOptions): Format => ({
  noun: options.noun,
  hint: options.hint,
  // The canonical form is checked when the file is loaded: IDNA and the public suffixes are beyond a pattern.
  json: { type: 'string', pattern: options.wildcard ? '^(\\*\\.)?[^\\s*/:@?#]+$' : '^[^\\s*/:@?#]+$' },
  read: (text) => readDomain(text, options),
});

function readDomain(text: string, { noun, hint, wildcard, address, labels, mistake }: DomainOptions): Reading<string> {
  const known = mistake(text);
  if (known !== undefined) return refuse(text, noun, known);
  const starred = text.startsWith('*.');
  const base = asDomain(starred ? text.slice(2) : text);
  if (starred && !wildcard) return refuse(text, noun, `drop the wildcard: write ${base ?? 'the domain alone'}`);
  if (text.includes('*') && !(starred && text.lastIndexOf('*') === 0)) return refuse(text, noun, 'a wildcard stands alone in front: *.example.com');
  if (base === undefined) return refuse(text, noun, hint);
  if (/(?:^|\.)\d+$/.test(base)) return address && base === text && isIPv4(base) ? { value: base } : refuse(text, noun, hint);
  if (base.split('.').length < labels) return refuse(text, noun, `write it in full: ${base}.example.com`);
  return { value: starred ? `*.${base}` : base };
}

/** Undefined when it is none: https://www.rfc-editor.org/rfc/rfc1035#section-2.3.1, with the `_` that hosts on the web have. */
function asDomain(text: string): string | undefined {
  if (text.length > 512 || /[\s%\\/:@?#<>^`{|}[\]*]/.test(text)) return undefined;
  const ascii = domainToASCII(text.toLowerCase().replace(/\.$/, ''));
  const valid =
    ascii.length > 0 && ascii.length <= 253 && ascii.split('.').every((label) => /^(?!-)[a-z0-9_-]{1,63}$/.test(label) && !label.endsWith('-'));
  return valid ? ascii : undefined;
}

function hostMistake(text: string): string | undefined {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0];
  if (scheme !== undefined) return `drop the scheme and the path: write ${hostOf(text.slice(scheme.length))}`;
  if (/[/?#]/.test(text)) return `drop the path: write ${hostOf(text)}`;
  if (text.includes('@')) return `drop the user: write ${hostOf(text)}`;
  if (/:\d*$/.test(text)) return `drop the port, any port of a trusted host is trusted: write ${hostOf(text)}`;
  return undefined;
}

/** What is left of a URL without its scheme, as a proposal. */
function hostOf(text: string): string {
  const authority = text.split(/[/?#]/)[0] ?? '';
  const host = authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/, '');
  return asDomain(host.replace(/^\*\./, '')) === undefined ? 'the host alone, like api.example.com' : host;
}

export const host = domainFormat({
  noun: 'a host',
  hint: 'write a host name (api.example.com), or *.example.com for its subdomains',
  wildcard: true,
  address: true,
  labels: 2,
  mistake: hostMistake,
});

export const emailDomain = domainFormat({
  noun: 'an e-mail domain',
  hint: 'write what stands behind the @ (example.com), or *.example.com for its subdomains',
  wildcard: true,
  address: false,
  labels: 2,
  mistake: (text) => {
    const domain = text.slice(text.lastIndexOf('@') + 1);
    if (!text.includes('@')) return undefined;
    return asDomain(domain.replace(/^\*\./, '')) === undefined
      ? 'write only what stands behind the @'
      : `write only what stands behind the @: ${domain}`;
  },
});

export const domainSuffix = domainFormat({
  noun: 'a domain',
  hint: 'write the shared domain that is meant, like ngrok.io',
  wildcard: false,
  address: false,
  labels: 1,
  mistake: hostMistake,
});
