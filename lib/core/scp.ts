/**
 * What a guardrail's service control policy is rendered from, and what every denial has in common: whom it spares, and what is exempt.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html
 */
import type { Exemption, ScpSettings, Spared } from './configuration';
import { wildcard } from './exemption';
import type { Settings } from './guardrail';
import type { ConditionBlock, PolicyStatement } from './policy';
import type { Trust } from './trust';

/** What a policy is rendered from. */
export interface PolicyScope {
  readonly trust: Trust;
  readonly settings: Settings;
  readonly spared: Spared;
  /** Those of this guardrail, ended or not: the policy itself compares their end with the time of the call. */
  readonly exemptions: readonly Exemption[];
  /** Their ends are more than the policies of a target can say: an exemption holds until they are rendered again. */
  readonly isEndless?: boolean;
  readonly scp: ScpSettings;
}

export interface RenderedScp {
  /** All of them deny, and all spare. */
  readonly statements: readonly PolicyStatement[];
  /** What was lost or left open, in words: lists that do not fit, exemptions that a policy cannot express. */
  readonly notes: readonly string[];
}

/** One thing that can happen, and who sees it: a row of the guardrail's page. */
interface Sight {
  readonly what: string;
  readonly scp: 'refuses' | 'cannot see' | 'sees a part';
  /** What the policy does not see and why, and which other layer does. */
  readonly others: string;
  /** The codes of violations that it leaves to them. */
  readonly codes?: readonly string[];
}

/** What the policy language does to the unwary, and what this policy does about it: a row of the guardrail's page. */
interface Trap {
  readonly trap: string;
  readonly answer: string;
}

/** A guardrail's part of the service control policies. */
export interface GuardrailScp {
  readonly render: (scope: PolicyScope) => RenderedScp;
  readonly sees: readonly Sight[];
  readonly traps: readonly Trap[];
}

/**
 * Roles that deploy, each with the page that names it. What they deploy is judged by the hook, before it exists.
 * AWS gives `aws-service-role/` to service-linked roles alone. The other names anyone who may create roles can take: the
 * tamper protection reserves them.
 */
export const SPARED_ROLES: readonly { readonly pattern: string; readonly who: string; readonly source: string }[] = [
  {
    pattern: 'aws-service-role/*',
    who: 'service-linked roles, which SCPs do not bind anyway',
    source: 'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html#not-restricted-by-scp',
  },
  {
    pattern: 'stacksets-exec-*',
    who: 'StackSets with service-managed permissions',
    source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-activate-trusted-access.html',
  },
  {
    pattern: 'AWSCloudFormationStackSetExecutionRole',
    who: 'StackSets with self-managed permissions',
    source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html',
  },
  {
    pattern: 'AWSControlTower*',
    who: 'Control Tower',
    source: 'https://docs.aws.amazon.com/controltower/latest/userguide/roles-how.html',
  },
  {
    pattern: 'AWSAccelerator-*',
    who: 'Landing Zone Accelerator',
    source:
      'https://github.com/awslabs/landing-zone-accelerator-on-aws/blob/main/reference/sample-configurations/lza-sample-config/service-control-policies/guardrails-1.json',
  },
  {
    pattern: 'cdk-*-cfn-exec-role-*',
    who: 'CloudFormation, for the CDK',
    source: 'https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html',
  },
  {
    pattern: 'cdk-*-deploy-role-*',
    who: "the CDK's command line",
    source: 'https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html',
  },
  {
    pattern: 'cdk-*-image-publishing-role-*',
    who: 'the CDK, which pulls what it builds on from its own repository',
    source: 'https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html',
  },
];

/** A role of any account and partition. `aws:PrincipalArn` is the role's ARN with its path, whatever the session. */
export const anyRole = (pathAndName: string): string => `arn:*:iam::*:role/${pathAndName}`;

/** The condition that every denial carries: a principal that is spared by its ARN, or by its tag, is never denied. */
export function sparing({ spared }: Pick<PolicyScope, 'spared'>, more: readonly string[] = []): ConditionBlock {
  const arns = [...SPARED_ROLES.map(({ pattern }) => anyRole(pattern)), ...more, ...spared.principalArns];
  return {
    ArnNotLikeIfExists: { 'aws:PrincipalArn': [...new Set(arns)] },
    ...(spared.principalTag && {
      StringNotEqualsIfExists: { [`aws:PrincipalTag/${spared.principalTag.key}`]: spared.principalTag.value },
    }),
  };
}

/** What is denied, before anybody is spared and anything is exempt. */
export interface Denial {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly condition: ConditionBlock;
  /** ARNs of principals that this denial spares besides the others. */
  readonly spared?: readonly string[];
  /** ARNs of resources that it never reaches. */
  readonly except?: readonly string[];
}

/** The statements of a guardrail's denials; `service` is that of the resources, as their ARNs have it. */
export function renderDenials(scope: PolicyScope, service: string, denials: readonly Denial[]): RenderedScp {
  const { excused, notes } = excusedBy(scope.exemptions, service);
  const rendered = denials.map((denial) => ({ sid: denial.sid, ...renderDenial(scope, denial, excused) }));
  const endless = rendered.filter(({ statements }) => statements.length <= excused.length).map(({ sid }) => sid);
  const lost = `${endless.join(', ')}: the ends of exemptions do not fit: render the policies again when one has ended`;
  return { statements: rendered.flatMap(({ statements }) => statements), notes: endless.length > 0 ? [...notes, lost] : notes };
}

/** Resources that are exempt until the end of a day, UTC. */
interface Excused {
  readonly end: string;
  readonly patterns: readonly string[];
}

/** One statement for now, and one for the time after each end, as far as they fit: what is exempt then is less. */
function renderDenial(scope: PolicyScope, denial: Denial, excused: readonly Excused[]): Pick<RenderedScp, 'statements'> {
  const { sid, actions, spared, except = [] } = denial;
  const condition = merge(denial.condition, sparing(scope, spared));
  const statement = (name: string, left: readonly Excused[], when?: ConditionBlock): PolicyStatement => {
    const resources = [...except, ...left.flatMap(({ patterns }) => patterns)];
    const target = resources.length > 0 ? { NotResource: resources } : { Resource: ['*'] };
    return { Sid: name, Effect: 'Deny', Action: actions, ...target, Condition: when ? merge(condition, when) : condition };
  };
  const ended = excused.map(({ end }, index) =>
    statement(`${sid}Ended${index + 1}`, excused.slice(index + 1), { DateGreaterThan: { 'aws:CurrentTime': `${end}T23:59:59Z` } }),
  );
  const isSaid = !scope.isEndless && ended.every((each) => fits(scope, [each]));
  return { statements: [statement(sid, excused), ...(isSaid ? ended : [])] };
}

/** Both conditions. The same key under the same operator would be overwritten: nothing here needs that. */
export function merge(first: ConditionBlock, second: ConditionBlock): ConditionBlock {
  const operators = [...new Set([...Object.keys(first), ...Object.keys(second)])];
  return Object.fromEntries(operators.map((operator) => [operator, { ...first[operator], ...second[operator] }]));
}

const ENVELOPE = JSON.stringify({ Version: '2012-10-17', Statement: [] }).length;

/** Do these statements make a policy that AWS takes? */
export const fits = ({ scp }: Pick<PolicyScope, 'scp'>, statements: readonly PolicyStatement[]): boolean =>
  ENVELOPE + statements.reduce((sum, statement) => sum + JSON.stringify(statement).length + 1, 0) <= scp.maxCharacters;

// ---- Exemptions

/** By their end, the earliest first. A wildcard of an exemption stops at `:` and `/`, that of a policy does not: it excuses more, never less. */
function excusedBy(exemptions: readonly Exemption[], service: string): { readonly excused: readonly Excused[]; readonly notes: readonly string[] } {
  const notes: string[] = [];
  const byEnd = new Map<string, Set<string>>();
  for (const { resources, expires } of exemptions) {
    for (const glob of resources) {
      const patterns = resourcesOf(glob, service);
      if (patterns === undefined) notes.push(`the exemption of ${glob} is not in the policy: the resource has no such ARN yet when the call is made`);
      if (patterns?.length) byEnd.set(expires, new Set([...(byEnd.get(expires) ?? []), ...patterns]));
    }
  }
  const excused = [...byEnd].map(([end, patterns]) => ({ end, patterns: [...patterns].sort() }));
  return { excused: excused.sort((a, b) => (a.end < b.end ? -1 : 1)), notes };
}

/** How many fields the ARN of what a call names has; what is below it is excused with it. */
const DEPTH: { readonly [service: string]: number } = { lambda: 7, sns: 6, ecr: 6 };

/** A glob as resources of calls; `[]`: of another service; undefined: it names what only exists after the call. */
function resourcesOf(glob: string, service: string): readonly string[] | undefined {
  const fields = glob.split(':');
  const depth = DEPTH[service] ?? 6;
  if (fields.length < 6 || !wildcard(fields[2] ?? '').test(service)) return [];
  // A wildcard in place of the service is refused by AWS: reference_policies_elements_resource.html
  const pattern = fields.map((field, index) => (index === 2 ? service : field)).join(':');
  if (fields.length > depth && service === 'sns') return fields.slice(depth).join(':') === '*' ? [pattern.slice(0, -2)] : undefined;
  if (fields.length > depth) return [pattern];
  if (fields.length < depth) return [];
  return pattern.endsWith('*') || service !== 'lambda' ? [pattern] : [pattern, `${pattern}:*`];
}

// ---- Accounts

/** The account of the caller, which is a member whether it is listed or not, and that of the resource. */
export const OWN_ACCOUNTS = ['${aws:PrincipalAccount}', '${aws:ResourceAccount}'] as const;

/** Every account that may be named; undefined when the list of members decides nothing. */
export function nameableAccounts(trust: Trust): readonly string[] | undefined {
  if (trust.accountIds.size === 0 || trust.mayLackMembers) return undefined;
  const listed = [trust.managementAccountId, ...trust.accountIds, ...trust.trustedAccountIds];
  return [...OWN_ACCOUNTS, ...[...new Set(listed)].sort()];
}

/** Denials that list accounts, or the note that says why there are none. */
export function accountDenials(
  scope: PolicyScope,
  { what, service }: { readonly what: string; readonly service: string },
  render: (accounts: readonly string[]) => readonly Denial[],
): { readonly denials: readonly Denial[]; readonly notes: readonly string[] } {
  const accounts = nameableAccounts(scope.trust);
  if (accounts === undefined) {
    return {
      denials: [],
      notes: [`${what} are not held to accounts: organization.accountIds lists no member, so no account is known to be foreign`],
    };
  }
  const denials = render(accounts);
  const wide = denials.filter((denial) => !renderDenials(scope, service, [denial]).statements.every((statement) => fits(scope, [statement])));
  if (wide.length > 0) {
    const why = `${accounts.length - OWN_ACCOUNTS.length} accounts do not fit into ${scope.scp.maxCharacters} characters, and no condition key tells the organization`;
    return { denials: [], notes: [`${what} are not held to accounts: ${why} of whom is named; the hook and the remediator do`] };
  }
  return { denials, notes: [`${what}: an account that joins later is refused there until the policies are rendered again`] };
}
