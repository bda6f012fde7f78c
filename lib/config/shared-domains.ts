/**
 * Domains that many tenants share: trusting one trusts strangers. The Public Suffix List (its private part too) knows most
 * of them; the lists below are those that it lacks, since their tenants are told apart elsewhere than in the first label.
 */
import type * as Tldts from 'tldts';

/** Providers whose tenants live one or more labels below, under names that only the list of suffixes knows. */
const PROVIDERS = [
  'amazonaws.com',
  'amazonaws.com.cn',
  'amazonaws.eu',
  'api.aws',
  'on.aws',
  'awsapps.com',
  'azure.com',
  'windows.net',
  'onmicrosoft.com',
  'webhook.office.com',
  'sharepoint.com',
  'googleapis.com',
  'force.com',
  'my.salesforce.com',
];

/** Shared by path or by name: each tenant is as good as the next. */
const SHARED = [
  'cloudfront.net',
  'azurewebsites.net',
  'herokuapp.com',
  'webhook.site',
  'pipedream.net',
  'beeceptor.com',
  'requestbin.com',
  'requestcatcher.com',
  'hookdeck.com',
  'ngrok.io',
  'ngrok.app',
  'ngrok.dev',
  'ngrok-free.app',
  'ngrok-free.dev',
  'loca.lt',
  'serveo.net',
  // mailboxes for anyone
  'gmail.com',
  'googlemail.com',
  'outlook.com',
  'hotmail.com',
  'live.com',
  'msn.com',
  'yahoo.com',
  'ymail.com',
  'aol.com',
  'icloud.com',
  'me.com',
  'mac.com',
  'proton.me',
  'protonmail.com',
  'pm.me',
  'gmx.com',
  'gmx.net',
  'gmx.de',
  'web.de',
  'mail.com',
  'mail.ru',
  'yandex.com',
  'yandex.ru',
  'zoho.com',
  'qq.com',
  '163.com',
  '126.com',
  'fastmail.com',
  'hey.com',
  'tutanota.com',
  'tuta.com',
  'mailinator.com',
  'guerrillamail.com',
  'yopmail.com',
];

const provider = new Set(PROVIDERS);
const shared = new Set([...PROVIDERS, ...SHARED]);

/**
 * The domain that an entry (`api.example.com`, `*.example.com`) shares with strangers, or undefined. An exact host below
 * such a domain is one tenant; so is a wildcard below a tenant's own name.
 */
export function sharedDomainOf(entry: string): string | undefined {
  const starred = entry.startsWith('*.');
  const base = starred ? entry.slice(2) : entry;
  if (shared.has(base)) return base;
  const { publicSuffix, domain, isPrivate } = suffixes().parse(base, { allowPrivateDomains: true, validateHostname: false });
  if (publicSuffix === base) return base;
  const ownedByTenant = isPrivate && domain !== null;
  return starred && !ownedByTenant && ancestorsOf(base).some((each) => provider.has(each)) ? base : undefined;
}

/** Is a shared domain one of those that the configuration names, or below one? */
export const isNamed = (domain: string, named: readonly string[]): boolean =>
  named.includes(domain) || ancestorsOf(domain).some((each) => named.includes(each));

/** `b.c` and `c` of `a.b.c`. */
function ancestorsOf(domain: string): readonly string[] {
  const labels = domain.split('.');
  return labels.slice(1).map((_, index) => labels.slice(index + 1).join('.'));
}

/** Loaded when the first list of domains is given: it holds the whole Public Suffix List. */
const suffixes = (): typeof Tldts => require('tldts');
