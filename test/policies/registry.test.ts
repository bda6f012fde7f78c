/** What reaches image repositories, and their layers: the resource control policy, and the policies of the endpoints. */
import { evaluatePolicy, type PolicyKind, type PolicyStatement } from '../../lib/core/policy';
import { endpointPerimeter, layerBucket, registryPerimeter } from '../../lib/policies/registry';
import { configurationFor } from './configuration';

const ORG = 'o-exampleorgid';
const PARTNER_ORG = 'o-partnerorg0';
const PARTNER = '444455556666';
const STRANGER = '999999999999';

const configuration = configurationFor({
  guardrails: { 'ecr-layer-access': { mode: 'enforce', allowedRoles: ['ci-*'] } },
  trusted: { accountIds: [PARTNER], organizationIds: [PARTNER_ORG] },
});
const alone = configurationFor({ guardrails: { 'ecr-layer-access': { mode: 'enforce', allowedRoles: ['ci-*'] } } });

type Keys = { readonly [key: string]: string };

function ask(
  kind: PolicyKind,
  statements: readonly PolicyStatement[],
  keys: Keys,
  action = 'ecr:BatchGetImage',
  resource = 'arn:aws:ecr:eu-west-1:222222222222:repository/app',
) {
  const context = new Map(Object.entries(keys).map(([key, value]) => [key.toLowerCase(), [value]] as const));
  const decision = evaluatePolicy([{ Version: '2012-10-17', Statement: statements }], { action, resource, principal: '*', context }, kind);
  return decision.effect === 'denied' ? decision.statement : decision.effect;
}

const by = (organization: string | undefined, account: string): Keys => ({
  ...(organization && { 'aws:PrincipalOrgID': organization }),
  'aws:PrincipalAccount': account,
  'aws:PrincipalIsAWSService': 'false',
});
const service = (keys: Keys): Keys => ({ 'aws:PrincipalIsAWSService': 'true', ...keys });

it.each<readonly [string, Keys, string, string]>([
  ['a member', by(ORG, '222222222222'), 'allowed', 'allowed'],
  ['a member whose account is not listed', by(ORG, '666677778888'), 'allowed', 'allowed'],
  ['a trusted account', by('o-somebody000', PARTNER), 'allowed', 'EcrOutsiders'],
  ['a trusted account of no organization', by(undefined, PARTNER), 'allowed', 'EcrOutsiders'],
  ['an account of a trusted organization', by(PARTNER_ORG, STRANGER), 'allowed', 'EcrOutsiders'],
  ['a stranger', by('o-somebody000', STRANGER), 'EcrOutsiders', 'EcrOutsiders'],
  ['a stranger of no organization', by(undefined, STRANGER), 'EcrOutsiders', 'EcrOutsiders'],
  ['nobody who is known', {}, 'EcrOutsiders', 'EcrOutsiders'],
  ['an organization that begins like ours', by(`${ORG}x`, STRANGER), 'EcrOutsiders', 'EcrOutsiders'],
  ['a service that does not say for whom', service({}), 'allowed', 'allowed'],
  ['a service for a member', service({ 'aws:SourceAccount': '222222222222', 'aws:SourceOrgID': ORG }), 'allowed', 'allowed'],
  ['a service for a trusted account', service({ 'aws:SourceAccount': PARTNER }), 'allowed', 'EcrDeputies'],
  ['a service for a stranger', service({ 'aws:SourceAccount': STRANGER, 'aws:SourceOrgID': 'o-somebody000' }), 'EcrDeputies', 'EcrDeputies'],
  ['a service for a stranger of no organization', service({ 'aws:SourceAccount': STRANGER }), 'EcrDeputies', 'EcrDeputies'],
])('%s: %s', (_, keys, trusting, trustingNobody) => {
  expect(ask('rcp', registryPerimeter(configuration), keys)).toBe(trusting);
  expect(ask('rcp', registryPerimeter(alone), keys)).toBe(trustingNobody);
});

it('is about image repositories alone', () => {
  expect(ask('rcp', registryPerimeter(configuration), by('o-somebody000', STRANGER), 's3:GetObject', 'arn:aws:s3:::b/k')).toBe('allowed');
  expect(ask('rcp', registryPerimeter(configuration), by('o-somebody000', STRANGER), 'ecr:SetRepositoryPolicy')).toBe('EcrOutsiders');
});

const to = (organization: string | undefined, account: string): Keys => ({
  ...(organization && { 'aws:ResourceOrgID': organization }),
  'aws:ResourceAccount': account,
});

it.each<readonly [string, Keys, string]>([
  ['a member pulls from a member', { ...by(ORG, '222222222222'), ...to(ORG, '333333333333') }, 'allowed'],
  ['a member pulls from a trusted account', { ...by(ORG, '222222222222'), ...to(undefined, PARTNER) }, 'allowed'],
  ['a member pulls from a trusted organization', { ...by(ORG, '222222222222'), ...to(PARTNER_ORG, STRANGER) }, 'allowed'],
  ['a member pulls from a stranger', { ...by(ORG, '222222222222'), ...to('o-somebody000', STRANGER) }, 'implicit'],
  [
    'a stranger pulls from a member, with credentials that were brought in',
    { ...by('o-somebody000', STRANGER), ...to(ORG, '222222222222') },
    'implicit',
  ],
  ['a partner pulls from a member, through an endpoint of ours', { ...by(PARTNER_ORG, PARTNER), ...to(ORG, '222222222222') }, 'implicit'],
])('through an endpoint, %s: %s', (_, keys, expected) => {
  expect(ask('endpoint', endpointPerimeter(configuration), keys)).toBe(expected);
});

it('lets layers through, and nothing else of S3', () => {
  const layers = (resource: string, region: string, action = 's3:GetObject', statements = layerBucket(configuration)) =>
    ask('endpoint', statements, { 'aws:RequestedRegion': region }, action, resource);

  expect(layers('arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/x/y', 'eu-west-1')).toBe('allowed');
  expect(layers('arn:aws-cn:s3:::prod-cn-north-1-starport-layer-bucket/x', 'cn-north-1')).toBe('allowed');
  expect(layers('arn:aws:s3:::prod-us-east-1-starport-layer-bucket/x', 'eu-west-1')).toBe('implicit');
  expect(layers('arn:aws:s3:::prod-eu-west-1-starport-layer-bucket-mine/x', 'eu-west-1')).toBe('implicit');
  expect(layers('arn:aws:s3:::mine/prod-eu-west-1-starport-layer-bucket/x', 'eu-west-1')).toBe('implicit');
  expect(layers('arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/x', 'eu-west-1', 's3:PutObject')).toBe('implicit');
});

it('names the buckets of the Regions of the rollout', () => {
  const staged = configurationFor({
    guardrails: { 'ecr-layer-access': { mode: 'enforce', allowedRoles: ['ci-*'] } },
    rollout: [{ name: 'pilot', organizationalUnits: ['ou-ab12-11111111'], regions: ['us-east-1', 'eu-west-1'] }],
  });

  expect(layerBucket(staged)[0]?.Resource).toEqual([
    'arn:*:s3:::prod-eu-west-1-starport-layer-bucket/*',
    'arn:*:s3:::prod-us-east-1-starport-layer-bucket/*',
  ]);
});
