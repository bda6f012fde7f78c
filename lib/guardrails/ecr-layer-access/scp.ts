/**
 * What a policy can say about pulls: who the caller is, and where the call comes from. It binds the principals of the organization
 * alone, and holds them to this for the registries of the organization alone: base images and add-ons of others are not ours to guard.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
 */
import { isPrivate } from '../../core/network';
import {
  anyRole,
  type Denial,
  fits,
  type GuardrailScp,
  merge,
  nameableAccounts,
  OWN_ACCOUNTS,
  type PolicyScope,
  type RenderedScp,
  renderDenials,
} from '../../core/scp';

const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

export const scp: GuardrailScp = {
  render,
  sees: [
    {
      what: 'A pull by a role or user of the organization that allowedRoles leaves out',
      scp: 'sees a part',
      others: '`*` crosses `/` in a policy: `ci-*` also admits a role below the path `/ci-x/`. The remediator compares segment by segment.',
      codes: ['untrusted-identity'],
    },
    {
      what: 'A pull from outside allowedNetworks and allowedVpcEndpoints',
      scp: 'refuses',
      others: 'calls that a service of AWS makes for the caller are spared: where they come from says nothing',
    },
    {
      what: 'A pull by a stranger',
      scp: 'cannot see',
      others: 'SCPs bind our principals alone: the resource control policy for ECR refuses it, and a service that says that it acts for one',
      codes: ['untrusted-account'],
    },
    { what: 'A pull by the management account or a service-linked role', scp: 'cannot see', others: 'SCPs do not bind them: the remediator sees it' },
    {
      what: 'Repository, registry and creation-template policies, replication',
      scp: 'cannot see',
      others: 'no condition key for their content: hook, remediator, and the resource control policy for what they would let in',
      codes: ['public-repository', 'untrusted-account', 'untrusted-organization', 'untrusted-identity', 'untrusted-destination'],
    },
    {
      what: 'The policy of a VPC endpoint for ECR',
      scp: 'cannot see',
      others: 'no condition key for its content: hook and remediator',
      codes: ['open-endpoint-policy'],
    },
  ],
  traps: [
    { trap: '`*` crosses `/`: `role/ci-*` admits `role/ci-x/other`', answer: 'a second denial holds roles below such a path to the other patterns' },
    { trap: 'An empty list would refuse every pull', answer: 'an empty list is an error when the configuration is loaded' },
    {
      trap: '`aws:SourceIp` is absent behind a VPC endpoint, and a private address never stands in it',
      answer: 'what is absent speaks neither for nor against; private networks are compared with `aws:VpcSourceIp` alone',
    },
    {
      trap: 'Base images and add-ons lie in registries of others',
      answer: 'only the registries of the organization are held to it, by `aws:ResourceAccount` and `aws:ResourceOrgID`',
    },
    {
      trap: 'A service that pulls on behalf of the caller comes from its own network',
      answer: '`aws:ViaAWSService` is spared here, and in no other policy: there it would open CloudFormation',
    },
  ],
};

const NOT_BY_AWS = { 'aws:ViaAWSService': 'false', 'aws:PrincipalIsAWSService': 'false' } as const;

function render(scope: PolicyScope): RenderedScp {
  const { allowedRoles, allowedNetworks, allowedVpcEndpoints } = scope.settings;
  const denialsFor = (ours: Condition): readonly Denial[] => [
    ...(allowedRoles ? identityDenials(allowedRoles, ours) : []),
    ...(allowedNetworks || allowedVpcEndpoints
      ? [{ sid: 'EcrNetwork', actions: PULL, condition: merge(ours, outside(allowedNetworks, allowedVpcEndpoints)) }]
      : []),
  ];
  return renderDenials(scope, 'ecr', denialsFor(ourRegistries(scope, denialsFor)));
}

type Condition = Denial['condition'];

/**
 * The registries that are ours: those of the caller's own account and of the members that are listed. Where they are not, or do not
 * fit, AWS has to tell the organization of the registry's account.
 */
function ourRegistries(scope: PolicyScope, denialsFor: (ours: Condition) => readonly Denial[]): Condition {
  const { trust } = scope;
  const members = nameableAccounts(trust)?.filter((account) => account !== OWN_ACCOUNTS[1] && !trust.trustedAccountIds.has(account));
  const listed: Condition = {
    BoolIfExists: NOT_BY_AWS,
    StringEqualsIfExists: { 'aws:ResourceOrgID': trust.organizationId, 'aws:ResourceAccount': members ?? [] },
  };
  const isFitting = () => renderDenials(scope, 'ecr', denialsFor(listed)).statements.every((each) => fits(scope, [each]));
  if (members && isFitting()) return listed;
  return { BoolIfExists: NOT_BY_AWS, StringEquals: { 'aws:ResourceOrgID': trust.organizationId } };
}

/**
 * A wildcard crosses `/`: `role/ci-*` would admit `role/ci-x/other`, whose name is `other`. So what lies below such a path is held
 * to the other patterns.
 */
function identityDenials(allowedRoles: readonly string[], ours: Condition): readonly Denial[] {
  const names = allowedRoles.filter((pattern) => !pattern.includes('/') && pattern.includes('*'));
  const patterns = [...new Set(allowedRoles.flatMap(rolePatterns))].sort();
  const crossing = names.map(anyRole);
  const identity: Denial = { sid: 'EcrIdentity', actions: PULL, condition: ours, spared: patterns };
  if (crossing.length === 0) return [identity];
  const below = { ArnLike: { 'aws:PrincipalArn': names.map((name) => anyRole(`${name}/*`)) } };
  return [
    identity,
    { sid: 'EcrIdentityPath', actions: PULL, condition: merge(ours, below), spared: patterns.filter((pattern) => !crossing.includes(pattern)) },
  ];
}

/** A name alone leaves the path open. */
function rolePatterns(pattern: string): readonly string[] {
  if (pattern.startsWith('arn:')) return [pattern];
  const wanted = pattern.replace(/^\//, '');
  return wanted.includes('/') ? [anyRole(wanted)] : [anyRole(wanted), anyRole(`*/${wanted}`)];
}

/**
 * `aws:SourceIp` is absent behind an endpoint, the other two are absent without one: what is absent does not speak for the caller.
 * A private range never reaches `aws:SourceIp`; a public one may be used inside a VPC.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip
 */
function outside(networks: readonly string[] | undefined, endpoints: readonly string[] | undefined): Denial['condition'] {
  const open = networks?.filter((network) => !isPrivate(network)) ?? [];
  return {
    ...(networks && {
      NotIpAddressIfExists: { ...(open.length > 0 && { 'aws:SourceIp': open }), 'aws:VpcSourceIp': networks },
    }),
    ...(endpoints && { StringNotEqualsIfExists: { 'aws:SourceVpce': endpoints } }),
  };
}
