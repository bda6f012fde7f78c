/**
 * Which pulls of images reach the remediator: all but those that are plainly compliant, or made by a service that is spared.
 * What a record says of its caller decides which conditions have to hold, so the pattern has one group for each type of
 * identity (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html); a pull passes
 * its group when one of the conditions fails.
 */

import type { Settings } from '../core/guardrail';
import type { Trust } from '../core/trust';
import { OWN_ACCOUNT, OWN_PARTITION } from '../core/value';
import { SPARED_SERVICES } from '../guardrails/ecr-layer-access/caller';
import type { options } from '../guardrails/ecr-layer-access/options';
import { allowedBy, type EventPattern, isSayable, type Matcher, unless } from './matcher';
import { globsOf } from './networks';

/** What of the configuration the pattern names; what is left out is not filtered. */
interface Named {
  /** Names of roles, whatever their path. */
  readonly names: readonly string[];
  /** ARNs of roles of the own account. */
  readonly arns: readonly string[];
  /** Addresses. */
  readonly networks: readonly string[];
  readonly endpoints: readonly string[];
  /** Other accounts of the organization, and trusted ones. */
  readonly accounts: readonly string[];
  readonly services: readonly string[];
}

const NOTHING: Named = { names: [], arns: [], networks: [], endpoints: [], accounts: [], services: [] };

interface PullQuestion {
  readonly settings: Settings<typeof options>;
  readonly trust: Trust;
  readonly wildcards: boolean;
}

/** The richest `detail` that fits, list by list in the order of what they spare. */
export function pullDetail(question: PullQuestion, fits: (detail: EventPattern) => boolean): EventPattern {
  let named = NOTHING;
  let detail = detailOf(named, question);
  for (const [list, entries] of candidates(question)) {
    for (const entry of entries) {
      const richer = { ...named, [list]: [...named[list], ...entry] };
      const attempt = detailOf(richer, question);
      if (!fits(attempt)) continue;
      named = richer;
      detail = attempt;
    }
  }
  return detail;
}

function candidates({ settings, trust }: PullQuestion): readonly (readonly [keyof Named, readonly (readonly string[])[]])[] {
  const { allowedRoles = [], allowedNetworks = [], allowedVpcEndpoints = [] } = settings;
  const others = new Set([trust.managementAccountId, ...[...trust.accountIds].sort(), ...[...trust.trustedAccountIds].sort()]);
  return [
    ['endpoints', allowedVpcEndpoints.map((id) => [id])],
    ['networks', allowedNetworks.flatMap((cidr) => globsOf(cidr) ?? []).map((glob) => [glob])],
    [
      'names',
      allowedRoles
        .filter(isName)
        .filter(isSayable)
        .map((name) => [name.replace(/^\//, '')]),
    ],
    [
      'arns',
      allowedRoles
        .filter((role) => !isName(role))
        .flatMap((role) => arnOf(role) ?? [])
        .map((arn) => [arn]),
    ],
    ['services', Object.keys(SPARED_SERVICES).map((host) => [host])],
    ['accounts', [...others].map((account) => [account])],
  ];
}

/** A pattern without a path means a role of that name, whatever its path. */
const isName = (role: string): boolean => !role.startsWith('arn:') && !role.replace(/^\//, '').includes('/');

const ROLES = `arn:${OWN_PARTITION}:iam::${OWN_ACCOUNT}:role/`;

/** The ARN of a role, or of roles whose names begin alike, in the own account. Undefined for any other pattern. */
function arnOf(role: string): string | undefined {
  if (!role.startsWith('arn:')) return isBeginning(role) ? `${ROLES}${role.replace(/^\//, '')}` : undefined;
  const [, partition = '', account = '', name = ''] = /^arn:(\*|[a-z-]+):iam::(\*|\d{12}):role\/([^:]+)$/.exec(role) ?? [];
  if (name === '' || !isBeginning(name)) return undefined;
  return `arn:${partition === '*' ? OWN_PARTITION : partition}:iam::${account === '*' ? OWN_ACCOUNT : account}:role/${name}`;
}

/** Whole, or with its one star at the end. */
const isBeginning = (text: string): boolean => /^[^*?\\]*\*?$/.test(text);

/** Pulls by these types of identity pass when one of the conditions holds, and by no other way. */
interface Group {
  readonly types: readonly string[];
  readonly conditions: readonly Condition[];
}

interface Condition {
  readonly userIdentity?: EventPattern;
  readonly detail?: EventPattern;
}

function detailOf(named: Named, question: PullQuestion): EventPattern {
  const outside = outsideOf(named, question);
  const byIdentity = question.settings.allowedRoles ? [roles(named, question, outside), accounts(named, outside)] : [anyone(named, outside)];
  const groups = [...byIdentity, services(named)].flatMap((group) => group ?? []);
  if (groups.length === 0) return {};
  const alternatives = groups.flatMap(({ types, conditions }) =>
    conditions.map(({ userIdentity, detail }) => ({ userIdentity: { type: typeOf(types), ...userIdentity }, ...detail })),
  );
  const grouped = groups.flatMap(({ types }) => types);
  // Without a list of roles everyone else is in a group already.
  const others: readonly EventPattern[] = grouped.includes(ANYONE) ? [] : [{ userIdentity: { type: unless(grouped) } }];
  return { $or: [...alternatives, ...others] };
}

/** Every type of identity but a service of AWS. */
const ANYONE = '*';

const typeOf = (types: readonly string[]): Matcher => (types.includes(ANYONE) ? unless(['AWSService']) : types);

/** A pull from outside; `[]`: it may come from anywhere. Undefined: what is inside cannot be said. */
function outsideOf(named: Named, { settings, wildcards }: PullQuestion): readonly Condition[] | undefined {
  if (!settings.allowedNetworks && !settings.allowedVpcEndpoints) return [];
  const addresses = allowedBy(named.networks, wildcards);
  if (addresses === undefined && named.endpoints.length === 0) return undefined;
  const sourceIPAddress = addresses !== undefined && { sourceIPAddress: unless(addresses) };
  return [{ detail: { ...sourceIPAddress, ...(named.endpoints.length > 0 && { vpcEndpointId: unless(named.endpoints) }) } }];
}

/** Sessions of allowed roles of the own account. */
function roles({ names, arns }: Named, { trust, wildcards }: PullQuestion, outside: readonly Condition[] | undefined): Group | undefined {
  const allowedNames = allowedBy(names, wildcards);
  const allowedArns = allowedBy(arns, wildcards);
  // A star of a pattern with a path stays within a segment; here it goes beyond, which only another wildcard takes back.
  const beyond = arns.filter((arn) => arn.endsWith('*')).map((arn) => ({ wildcard: `${arn}/*` }));
  const isBeyondSaid = wildcards || beyond.length === 0;
  const saidArns = isBeyondSaid
    ? allowedArns
    : allowedBy(
        arns.filter((arn) => !arn.endsWith('*')),
        false,
      );
  if (!outside || (allowedNames === undefined && saidArns === undefined)) return undefined;
  const issuer = (fields: EventPattern): Condition => ({ userIdentity: { sessionContext: { sessionIssuer: fields } } });
  const otherName: EventPattern = allowedNames === undefined ? {} : { userName: unless(allowedNames) };
  const conditions = [
    issuer({ arn: unless({ prefix: [ROLES] }) }),
    issuer({ ...otherName, ...(saidArns !== undefined && { arn: unless(saidArns) }) }),
    ...(saidArns !== undefined && beyond.length > 0 && isBeyondSaid ? [issuer({ ...otherName, arn: beyond })] : []),
    // As long as no member is listed, nobody knows whether the own account may pull from another one.
    ...(trust.accountIds.size === 0 ? [{ detail: { resources: { accountId: unless([OWN_ACCOUNT]) } } }] : []),
    ...outside,
  ];
  return { types: ['AssumedRole'], conditions };
}

/** Callers of whom the owner of a repository sees the account alone: then the account and the network decide. */
function accounts({ accounts }: Named, outside: readonly Condition[] | undefined): Group | undefined {
  if (!outside || accounts.length === 0) return undefined;
  const seen: Matcher = [{ exists: true }];
  const conditions = [
    { userIdentity: { accountId: unless(accounts) } },
    { userIdentity: { accountId: [OWN_ACCOUNT] } },
    { userIdentity: { arn: seen } },
    { userIdentity: { sessionContext: { sessionIssuer: { arn: seen } } } },
    ...outside,
  ];
  return { types: ['AWSAccount'], conditions };
}

/** Without a list of roles: whoever belongs to the own account or another one that is known. */
const anyone = ({ accounts }: Named, outside: readonly Condition[] | undefined): Group | undefined =>
  outside && { types: [ANYONE], conditions: [{ userIdentity: { accountId: unless([OWN_ACCOUNT, ...accounts]) } }, ...outside] };

const services = ({ services }: Named): Group | undefined =>
  services.length === 0 ? undefined : { types: ['AWSService'], conditions: [{ userIdentity: { invokedBy: unless(services) } }] };
