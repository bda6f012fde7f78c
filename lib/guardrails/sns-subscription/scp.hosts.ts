/** Hosts of http and https endpoints as patterns. `*` crosses everything, so every pattern says where the host ends. */
import { canonicalDomain } from '../../core/endpoint';
import { type Denial, fits, type PolicyScope, renderDenials } from '../../core/scp';
import type { SnsSettings } from './settings';

export const SUBSCRIBE = ['sns:Subscribe'];

/** `negated`: the endpoint is none of these. */
export function denial(sid: string, protocols: readonly string[], negated: readonly string[], like?: readonly string[]): Denial {
  return {
    sid,
    actions: SUBSCRIBE,
    condition: {
      StringEquals: { 'sns:Protocol': protocols },
      ...(like && { StringLike: { 'sns:Endpoint': like } }),
      ...(negated.length > 0 && { StringNotLike: { 'sns:Endpoint': negated } }),
    },
  };
}

/** `*.` stays in front. */
export const canonical = (entry: string): string => {
  const [star, name] = entry.startsWith('*.') ? ['*.', entry.slice(2)] : ['', entry];
  return `${star}${canonicalDomain(name) ?? name.toLowerCase()}`;
};

const PORTS: { readonly [scheme: string]: string } = { http: ':80', https: ':443' };

/** A host ends where the text does, or at the first of `/`, `?` and `#`; `@` would make it user info, so nothing else may follow. */
const ENDS = ['', '/*', '${?}*', '#*'];

const hostForms = (scheme: string, host: string, ports: readonly string[]): readonly string[] =>
  ports.flatMap((port) => ENDS.map((end) => `${scheme}://${host}${port}${end}`));

export function hostDenials(scope: PolicyScope, { trustedHosts }: SnsSettings, protocols: readonly string[]) {
  const hosts = [...new Set(trustedHosts?.map(canonical))].sort();
  const notes: string[] = [];
  if (hosts.length === 0) return { denials: [], notes };
  const denials = ['https', 'http']
    .filter((scheme) => protocols.includes(scheme))
    .flatMap((scheme) => {
      const port = PORTS[scheme] ?? '';
      const whole = hostsDenial(scheme, hosts, ['', port]);
      if (isFitting(scope, whole)) return [whole];
      notes.push(`${scheme}: ${hosts.length} trusted hosts do not fit with ${port} written out, so a port is refused even where it is the usual one`);
      const portless = hostsDenial(scheme, hosts, ['']);
      return isFitting(scope, portless) ? [portless] : splitHosts(scope, scheme, hosts);
    });
  const wild = hosts.filter(isWild);
  if (wild.length > 0)
    notes.push(
      `${wild.join(', ')}: a policy's * crosses /, so a path of a foreign host can look like a subdomain; the hook and the remediator are exact`,
    );
  return { denials, notes };
}

const isWild = (host: string): boolean => host.startsWith('*.');

const sidOf = (scheme: string): string => (scheme === 'https' ? 'SnsHttps' : 'SnsHttp');

const isFitting = (scope: PolicyScope, ...denials: readonly Denial[]): boolean =>
  renderDenials(scope, 'sns', denials).statements.every((statement) => fits(scope, [statement]));

const formsOf = (scheme: string, hosts: readonly string[], ports: readonly string[]): readonly string[] =>
  hosts.flatMap((host) => hostForms(scheme, host, ports));

const hostsDenial = (scheme: string, hosts: readonly string[], ports: readonly string[]): Denial =>
  denial(sidOf(scheme), [scheme], formsOf(scheme, hosts, ports));

/**
 * A list of what is not denied cannot be cut in two, since both halves would deny what the other allows. But it can be cut by how the
 * hosts begin: one denial holds all beginnings, and for what begins like some of them another holds these hosts. What a host may
 * consist of cannot end it, so an endpoint of a trusted host begins like that host and like no other beginning that is longer.
 */
function splitHosts(scope: PolicyScope, scheme: string, hosts: readonly string[]): readonly Denial[] {
  const exact = hosts.filter((host) => !isWild(host));
  const wild = formsOf(scheme, hosts.filter(isWild), ['']);
  const group = ({ beginnings, hosts: some }: Begun, number: number): Denial =>
    denial(`${sidOf(scheme)}${number}`, [scheme], [...formsOf(scheme, some, ['']), ...wild], patternsOf(scheme, beginnings));
  const split = (share: number): readonly Denial[] => {
    const many = (some: readonly string[]) => Array.from({ length: share }, () => some).flat();
    const { begun, ended } = cut('', exact, (some) => isFitting(scope, group({ beginnings: [''], hosts: many(some) }, 100)));
    const beginnings = patternsOf(
      scheme,
      begun.flatMap((each) => each.beginnings),
    );
    const groups = joined(begun, (both) => isFitting(scope, group(both, 100)));
    return [
      denial(sidOf(scheme), [scheme], [...beginnings, ...formsOf(scheme, ended, ['']), ...wild]),
      ...groups.map((each, index) => group(each, index + 1)),
    ];
  };
  // Small pieces fill statements well, but have many beginnings, which have to fit into one.
  const [fine, coarse] = [split(4), split(1)];
  return isFitting(scope, ...fine) ? fine : coarse;
}

/** One after the other, as long as they are fitting. */
function joined(begun: readonly Begun[], isFittingOne: (begun: Begun) => boolean): readonly Begun[] {
  const groups: Begun[] = [];
  for (const next of begun) {
    const last = groups.at(-1);
    const both = last && { beginnings: [...last.beginnings, ...next.beginnings], hosts: [...last.hosts, ...next.hosts] };
    if (both && isFittingOne(both)) groups[groups.length - 1] = both;
    else groups.push(next);
  }
  return groups;
}

const patternsOf = (scheme: string, beginnings: readonly string[]): readonly string[] => beginnings.map((text) => `${scheme}://${text}*`);

/** Every trusted host that begins so. */
interface Begun {
  readonly beginnings: readonly string[];
  readonly hosts: readonly string[];
}

/** By as few beginnings as make the pieces small enough; `ended`: hosts that others go on from, which need all their forms where the beginnings are. */
function cut(
  beginning: string,
  hosts: readonly string[],
  isSmall: (hosts: readonly string[]) => boolean,
): { readonly begun: readonly Begun[]; readonly ended: readonly string[] } {
  if (hosts.length === 0) return { begun: [], ended: [] };
  if (isSmall(hosts) || hosts.length === 1) return { begun: [{ beginnings: [beginning], hosts }], ended: [] };
  const letters = [...new Set(hosts.flatMap((host) => host[beginning.length] ?? []))].sort();
  const parts = letters.map((letter) =>
    cut(
      beginning + letter,
      hosts.filter((host) => host.startsWith(beginning + letter)),
      isSmall,
    ),
  );
  return {
    begun: parts.flatMap(({ begun }) => begun),
    ended: [...hosts.filter((host) => host === beginning), ...parts.flatMap(({ ended }) => ended)],
  };
}
