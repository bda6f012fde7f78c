/** Policies around container registries that are no SCPs: an RCP, and policies for the VPC endpoints that images come through. */
import type { WholeConfiguration } from '../core/configuration';
import type { ConditionBlock, PolicyStatement } from '../core/policy';

const listOf = (first: string, others: Iterable<string>): readonly string[] => [first, ...[...new Set(others)].sort()];

/**
 * Nobody from outside reaches a registry, whatever its policies say, and no service does for somebody from outside (where it says for
 * whom). Organizations take RCPs of ECR, not of Lambda and SNS:
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html,
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_examples.html
 */
export function registryPerimeter({ trust }: WholeConfiguration): readonly PolicyStatement[] {
  const accounts = [...trust.trustedAccountIds].sort();
  const outside = (organization: string, account: string) => ({
    StringNotEqualsIfExists: {
      [organization]: listOf(trust.organizationId, trust.trustedOrganizationIds),
      ...(accounts.length > 0 && { [account]: accounts }),
    },
  });
  const deny = (Sid: string, Condition: ConditionBlock): PolicyStatement => ({
    Sid,
    Effect: 'Deny',
    Principal: '*',
    Action: ['ecr:*'],
    Resource: ['*'],
    Condition,
  });
  return [
    deny('EcrOutsiders', { ...outside('aws:PrincipalOrgID', 'aws:PrincipalAccount'), BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } }),
    deny('EcrDeputies', {
      ...outside('aws:SourceOrgID', 'aws:SourceAccount'),
      Bool: { 'aws:PrincipalIsAWSService': 'true' },
      Null: { 'aws:SourceAccount': 'false' },
    }),
  ];
}

/**
 * For the endpoints `ecr.api` and `ecr.dkr`: the organization's principals, and registries of those that it trusts.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
 */
export function endpointPerimeter({ trust }: WholeConfiguration): readonly PolicyStatement[] {
  const accounts = [...trust.trustedAccountIds].sort();
  const allow = (sid: string, key: string, registries: readonly string[]): PolicyStatement => ({
    Sid: sid,
    Effect: 'Allow',
    Principal: '*',
    Action: ['ecr:*'],
    Resource: ['*'],
    Condition: { StringEquals: { 'aws:PrincipalOrgID': trust.organizationId, [key]: registries } },
  });
  return [
    allow('EcrRegistries', 'aws:ResourceOrgID', listOf(trust.organizationId, trust.trustedOrganizationIds)),
    ...(accounts.length > 0 ? [allow('EcrTrustedAccounts', 'aws:ResourceAccount', accounts)] : []),
  ];
}

/**
 * For the S3 endpoint: layers come from a bucket of ECR in each Region, by URLs that ECR has signed, so nothing tells who asks.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
 */
export function layerBucket({ rollout }: WholeConfiguration): readonly PolicyStatement[] {
  const regions = [...new Set(rollout.flatMap(({ regions }) => regions))].sort();
  const buckets = (regions.length > 0 ? regions : ['${aws:RequestedRegion}']).map((region) => `arn:*:s3:::prod-${region}-starport-layer-bucket/*`);
  return [{ Sid: 'EcrLayers', Effect: 'Allow', Principal: '*', Action: ['s3:GetObject'], Resource: buckets }];
}
