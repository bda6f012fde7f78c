/** Where policies and the judge may differ: the short lists that the pages show. */
import type { WholeConfiguration } from '../../lib/core/configuration';
import type { Call } from './call';
import type { Fields } from './generated/parts';

const textOf = (call: Call, key: string): string => {
  const value = call.keys[key];
  return typeof value === 'string' ? value : '';
};

const BEYOND_ASCII = /[\u0080-\uffff]/;

/** Why a policy may refuse what the judge finds right. */
export function leniency(guardrail: string, call: Call, request: Fields): string | undefined {
  switch (guardrail) {
    case 'lambda-permission': {
      const principal = textOf(call, 'lambda:Principal');
      if (call.action === 'lambda:PutResourcePolicy') return 'no key shows what a document holds';
      if (request.principalOrgID !== undefined && principal !== '*') return 'no key shows the organization that a grant is limited to';
      if (/^[A-Za-z0-9.-]+$/.test(principal) && principal !== principal.toLowerCase()) return 'upper case in a host';
      return /::.{12}:.*::.{12}:/.test(principal) ? 'a path that names another account' : undefined;
    }
    case 'lambda-layer-permission':
      return 'no key shows with whom a layer is shared';
    case 'lambda-vpc':
      return /^lambda:(CreateFunction|UpdateFunctionConfiguration)$/.test(call.action) && call.keys['lambda:VpcIds'] === undefined
        ? 'no key shows a capacity provider'
        : undefined;
    case 'sns-subscription':
      return oddSpelling(textOf(call, 'sns:Protocol'), textOf(call, 'sns:Endpoint'));
    default:
      return undefined;
  }
}

function oddSpelling(protocol: string, endpoint: string): string | undefined {
  if (protocol === 'sms') return /^\+?\d*[ ().-]/.test(endpoint) ? 'punctuation inside the prefix' : undefined;
  const host = protocol.startsWith('email') ? (endpoint.split('@').at(-1) ?? '') : (/^[a-z]+:\/\/([^/?#]*)/i.exec(endpoint)?.[1] ?? '');
  if (/^[a-z]*[A-Z]+[a-z]*:/.test(endpoint) && protocol.startsWith('http')) return 'upper case in the scheme';
  if (host !== host.toLowerCase()) return 'upper case in a host';
  if (BEYOND_ASCII.test(host)) return 'a name beyond ASCII';
  if (/\.(:\d*)?$/.test(host)) return 'a trailing dot';
  if (protocol.startsWith('http') && host.includes('@')) return 'user info';
  return /:\d*$/.test(host) ? 'a port that is not listed' : undefined;
}

const UNSEEN: { readonly [guardrail: string]: readonly string[] } = {
  'lambda-permission': ['public-principal', 'untrusted-organization', 'untrusted-source', 'wildcard-source', 'unscoped-service', 'excessive-action'],
  'lambda-layer-permission': ['public-layer', 'untrusted-account', 'untrusted-organization', 'untrusted-principal'],
  'lambda-vpc': [],
  'sns-subscription': ['invalid-endpoint'],
  'ecr-layer-access': [],
};

/** Why a policy may let pass what the judge condemns. */
export function blindness(guardrail: string, call: Call, codes: readonly string[], configuration: WholeConfiguration): string | undefined {
  if (isSpared(call, configuration)) return 'the caller is spared';
  if (codes.every((code) => UNSEEN[guardrail]?.includes(code))) return 'no key shows it';
  switch (guardrail) {
    case 'lambda-permission':
      return blindGrant(textOf(call, 'lambda:Principal'), codes);
    case 'lambda-vpc':
      return call.action !== 'lambda:CreateFunction' &&
        call.action !== 'lambda:UpdateFunctionConfiguration' &&
        codes.every((code) => code === 'no-vpc' || code === 'unapproved-vpc')
        ? 'AWS takes none without subnets, and no key shows the VPC of providers and connectors'
        : undefined;
    case 'sns-subscription':
      return blindEndpoint(textOf(call, 'sns:Protocol'), textOf(call, 'sns:Endpoint'), configuration);
    case 'ecr-layer-access':
      return 'a wildcard of allowedRoles crosses /';
    default:
      return undefined;
  }
}

const isSpared = ({ caller }: Call, { spared }: WholeConfiguration): boolean =>
  caller.arn.endsWith(':role/break-glass')
    ? spared.principalArns.some((arn) => arn.includes('break-glass'))
    : spared.principalArns.includes(caller.arn);

function blindGrant(principal: string, codes: readonly string[]): string | undefined {
  if (codes.includes('public-function-url') && principal === '*') return 'no key shows InvokedViaFunctionUrl';
  if (principal.includes('-provider/')) return 'an identity provider of a trusted account';
  return principal.startsWith('arn:') && !/^arn:aws[a-z-]*:(iam|sts)::/.test(principal) ? 'an ARN of no documented kind' : undefined;
}

/** A listed `*.x` is matched loosely. */
function blindEndpoint(protocol: string, endpoint: string, { guardrails }: WholeConfiguration): string | undefined {
  const { trustedHosts = [], trustedEmailDomains = [] } = guardrails['sns-subscription']?.settings ?? {};
  const wild = (protocol.startsWith('email') ? trustedEmailDomains : trustedHosts).filter((entry) => entry.startsWith('*.'));
  return wild.some((entry) => endpoint.includes(entry.slice(1))) ? 'a wildcard crosses what ends a host' : undefined;
}
