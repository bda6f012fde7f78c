import { importTrustStack, initialConfiguration } from '../../lib/config/init';
import { parseConfiguration } from '../../lib/config/load';
import { UsageError } from '../../lib/core/errors';
import { registry } from './registry';

const MANIFEST = `version: v1
spec:
  awsOrganizationARN: "arn:aws:organizations::012345678901:organization/o-exampleorgid"
  awsOrganizationID: o-exampleorgid
  sharedServicesAccountID: "123456789012"
  securityPackages:
    ecrImageLayerAccess:
      enabled: true
      configuration:
        allowedRoleNames: [Builder]
        allowedNetworks: [10.0.0.0/8, 203.0.113.9, 203.0.113.9/24]
        allowedVPCEndpoints: [vpce-0123456789abcdef0, vpce-0123456789abcdefg]
    lambdaPermissionSecurity:
      enabled: true
      configuration:
        trustedAccountIDs: ["111122223333"]
        trustedOrgIDs: [o-exampleorgid, o-partnerorg]
        trustedServicePrincipals: [s3.amazonaws.com]
    lambdaVPCSecurity:
      enabled: false
    snsSubscriptionSecurity:
      enabled: true
      configuration:
        trustedEmailDomains: [example.com, gmail.com]
        trustedHTTPDomains: []
        trustedProtocols: [lambda, sqs, sms]
    s3BlockPublicAccess:
      enabled: true
`;

describe('the manifest of TrustStack', () => {
  it('becomes answers, and says what does not', () => {
    expect(importTrustStack(MANIFEST)).toEqual({
      answers: {
        organizationId: 'o-exampleorgid',
        managementAccountId: '012345678901',
        trustedAccountIds: ['111122223333'],
        trustedOrganizationIds: ['o-partnerorg'],
        guardrails: {
          'ecr-layer-access': {
            mode: 'observe',
            settings: {
              allowedRoles: ['Builder'],
              allowedNetworks: ['10.0.0.0/8', '203.0.113.9/32'],
              allowedVpcEndpoints: ['vpce-0123456789abcdef0'],
            },
          },
          'lambda-permission': { mode: 'observe', settings: { trustedServices: ['s3.amazonaws.com'] } },
          'lambda-vpc': { mode: 'off', settings: {} },
          'sns-subscription': {
            mode: 'observe',
            settings: { trustedEmailDomains: ['example.com', '*.example.com'], trustedProtocols: ['lambda', 'sqs', 'email', 'email-json'] },
          },
        },
      },
      notes: [
        'spec.sharedServicesAccountID: left out: Perimeter deploys from the management account or a delegated administrator; list it under organization.accountIds with the other members',
        'spec.securityPackages.s3BlockPublicAccess: has no counterpart here: left out',
        'spec.securityPackages.ecrImageLayerAccess.configuration.allowedNetworks[2]: "203.0.113.9/24" is an address inside a network: write 203.0.113.0/24 for the network, 203.0.113.9/32 for the address; left out',
        'spec.securityPackages.ecrImageLayerAccess.configuration.allowedVPCEndpoints[1]: "vpce-0123456789abcdefg" is not a VPC endpoint id: write vpce- and 8 or 17 hexadecimal digits; left out',
        'spec.securityPackages.lambdaPermissionSecurity.configuration: trusted accounts and organizations are trusted by every guardrail here',
        'spec.securityPackages.snsSubscriptionSecurity.configuration.trustedEmailDomains: "gmail.com" is shared by many tenants, strangers among them: left out; name your own below it',
        'spec.securityPackages.snsSubscriptionSecurity.configuration.trustedProtocols: sms is left out: here it needs trustedPhonePrefixes, which the manifest does not fill',
        'spec.securityPackages: what is enabled starts in mode observe here: look at the report, then write mode: enforce',
      ],
    });
  });

  it('loads, whatever could not be carried over', () => {
    const { answers } = importTrustStack(MANIFEST);
    const text = initialConfiguration({ organizationId: 'o-exampleorgid', managementAccountId: '111111111111', ...answers }, registry);

    expect(parseConfiguration(text, registry, { fileName: 'perimeter.yaml' }).warnings).toEqual([]);
  });

  it.each([
    ['an empty one', 'spec: {}', {}, ['version: expected v1, got null: read as v1']],
    [
      'one with nothing right',
      'version: v1\nspec: { awsOrganizationARN: x, awsOrganizationID: [o], aws: { regions: [] }, securityPackages: { lambdaVPCSecurity: 3, snsSubscriptionSecurity: { enabled: maybe, configuration: { trustedProtocols: x } } } }\nextra: 1',
      { guardrails: { 'sns-subscription': { mode: 'off', settings: {} } } },
      [
        'extra: has no counterpart here: left out',
        'spec.aws: has no counterpart here: left out',
        'spec.awsOrganizationARN: "x" is not the ARN of an organization: left out',
        'spec.awsOrganizationID: is not an organization id; left out',
        'spec.securityPackages.lambdaVPCSecurity: is not a section: left out',
        'spec.securityPackages.snsSubscriptionSecurity.configuration.trustedProtocols: is not a list: left out',
        'spec.securityPackages.snsSubscriptionSecurity.enabled: expected true or false, got "maybe": the guardrail is off',
      ],
    ],
  ])('may be %s', (_, text, answers, notes) => {
    expect(importTrustStack(text)).toEqual({ answers, notes });
  });

  it('brings whom it trusts with layers, and with functions', () => {
    const trusting = (name: string, accounts: string, organizations: string) =>
      `    ${name}: { enabled: true, configuration: { trustedAccountIDs: [${accounts}], trustedOrgIDs: [${organizations}] } }\n`;
    const packages =
      trusting('lambdaLayerPermissionSecurity', '"111122223333", "444455556666"', 'o-exampleorgid') +
      trusting('lambdaPermissionSecurity', '"444455556666"', 'o-partnerorg');
    const { answers, notes } = importTrustStack(`version: v1\nspec:\n  awsOrganizationID: o-exampleorgid\n  securityPackages:\n${packages}`);

    expect(answers).toEqual({
      organizationId: 'o-exampleorgid',
      trustedAccountIds: ['111122223333', '444455556666'],
      trustedOrganizationIds: ['o-partnerorg'],
      guardrails: { 'lambda-layer-permission': { mode: 'observe', settings: {} }, 'lambda-permission': { mode: 'observe', settings: {} } },
    });
    expect(notes).toEqual([
      'spec.securityPackages.lambdaLayerPermissionSecurity.configuration: trusted accounts and organizations are trusted by every guardrail here',
      'spec.securityPackages.lambdaPermissionSecurity.configuration: trusted accounts and organizations are trusted by every guardrail here',
      'spec.securityPackages: what is enabled starts in mode observe here: look at the report, then write mode: enforce',
    ]);
  });

  it.each([
    ['', 'not a TrustStack manifest: the file is empty: `perimeter init` writes one to start from'],
    ['- a', 'not a TrustStack manifest: it has no `spec`; give the deployment-manifest.yml'],
    ['a: [', 'not a TrustStack manifest: not valid YAML: unexpected end of the stream within a flow collection (column 5)'],
  ])('is refused when it is none: %j', (text, message) => {
    expect(() => importTrustStack(text)).toThrow(new UsageError(message));
  });
});
