import fc from 'fast-check';
import { type Answers, initialConfiguration } from '../../lib/config/init';
import { parseConfiguration } from '../../lib/config/load';
import { runs } from '../support/runs';
import { registry } from './registry';

const load = (text: string) => parseConfiguration(text, registry, { fileName: 'perimeter.yaml' });
const ids = { organizationId: 'o-exampleorgid', managementAccountId: '012345678901' };

describe('the first configuration', () => {
  it('observes what can be on without lists, and shows how to turn on the rest', () => {
    expect(initialConfiguration(ids, registry)).toMatchInlineSnapshot(`
"# yaml-language-server: $schema=./perimeter.schema.json
# Perimeter: whom this organization trusts, and which guardrails watch it.
# Everything starts in mode observe: reported, nothing refused, nothing undone. Turn on enforce guardrail by guardrail.
version: 1
organization:
  id: "o-exampleorgid"
  managementAccountId: "012345678901"
  # accountIds: ["222222222222"] # the member accounts; without them an unlisted account cannot be called foreign
# trusted: # outside the organization
#   accountIds: ["444455556666"] # accounts of third parties
#   organizationIds: ["o-partnerorg"] # organizations of third parties
guardrails: # off | observe | enforce
  # Title of lambda-permission
  lambda-permission:
    mode: observe
    # trustedServices: ["s3.amazonaws.com"] # Entries of format service-principal
    # unscopedServices: ["alexa-appkit.amazon.com"] # Entries of format service-principal
    # allowedActions: ["lambda:InvokeFunction"] # Entries of format lambda-action
  # Title of lambda-layer-permission
  lambda-layer-permission:
    mode: observe
  # Title of lambda-vpc
  lambda-vpc:
    mode: observe
    # allowedVpcIds: ["vpc-0123456789abcdef0"] # Entries of format vpc-id
    # allowedSubnetIds: ["subnet-0123456789abcdef0"] # Entries of format subnet-id
    # allowedSecurityGroupIds: ["sg-0123456789abcdef0"] # Entries of format security-group-id
  # Title of sns-subscription
  sns-subscription:
    mode: observe
    # trustedProtocols: ["https", "sqs"] # Entries of format sns-protocol
    # trustedEmailDomains: ["example.com"] # Entries of format email-domain
    # trustedHosts: ["api.example.com", "*.hooks.example.com"] # Entries of format host
    # trustedPhonePrefixes: ["+49"] # Entries of format phone-prefix
    # allowMultiTenant: ["ngrok.io"] # Entries of format domain-suffix
  # Title of ecr-layer-access
  # waits for its lists: needs allowedRoles, allowedNetworks or allowedVpcEndpoints: add one or remove the guardrail
  # ecr-layer-access:
  #   mode: observe
  #   allowedRoles: ["ci-*"] # Entries of format role-pattern
  #   allowedNetworks: ["203.0.113.0/24"] # Entries of format cidr
  #   allowedVpcEndpoints: ["vpce-0123456789abcdef0"] # Entries of format vpc-endpoint-id
# exemptions: # what is excused, by whom, until when
#   - guardrails: [lambda-vpc]
#     resources: ["arn:aws:lambda:*:222222222222:function:edge-*"]
#     reason: Lambda@Edge cannot run in a VPC
#     owner: web-platform@example.com
#     expires: 2027-03-31
# spared: { principalArns: ["arn:aws:iam::*:role/break-glass"] } # whom no policy refuses: name somebody before one is attached
# rollout: # unit by unit, each with modes of its own where they differ; absent: everywhere
#   - name: pilot
#     organizationalUnits: [ou-ab12-11111111]
#     regions: [eu-west-1]
#     modes: { lambda-permission: enforce }
"
`);
  });

  it('loads without an error', () => {
    const { configuration, warnings } = load(initialConfiguration(ids, registry));

    expect(warnings).toEqual([]);
    expect(configuration.trust.managementAccountId).toBe('012345678901');
    expect(Object.entries(configuration.guardrails).map(([id, { mode, settings }]) => [id, mode, settings])).toEqual([
      ['lambda-permission', 'observe', {}],
      ['lambda-layer-permission', 'observe', {}],
      ['lambda-vpc', 'observe', {}],
      ['sns-subscription', 'observe', {}],
    ]);
  });

  it('holds what was answered', () => {
    const answers: Answers = {
      ...ids,
      accountIds: ['222222222222', '333333333333', '444444444444', '555555555555', '666666666666'],
      trustedOrganizationIds: ['o-partnerorg'],
      guardrails: {
        'ecr-layer-access': { mode: 'enforce', settings: { allowedRoles: ['ci-*'] } },
        'lambda-vpc': { mode: 'off' },
        'sns-subscription': { settings: { trustedHosts: ['api.example.com'] } },
      },
      schema: 'node_modules/aws-perimeter-guardrails/perimeter.schema.json',
    };

    const text = initialConfiguration(answers, registry);
    const { trust, guardrails } = load(text).configuration;

    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=node_modules/aws-perimeter-guardrails/perimeter.schema.json');
    expect([...trust.accountIds]).toEqual(answers.accountIds);
    expect([...trust.trustedOrganizationIds]).toEqual(['o-partnerorg']);
    expect(guardrails['ecr-layer-access']).toMatchObject({ mode: 'enforce', settings: { allowedRoles: ['ci-*'] } });
    expect(guardrails['lambda-vpc']?.mode).toBe('off');
    expect(guardrails['sns-subscription']).toMatchObject({ mode: 'observe', settings: { trustedHosts: ['api.example.com'] } });
  });

  it('is right with every commented line of a list turned on', () => {
    const text = initialConfiguration(ids, registry).replaceAll(/^( *)# (\w+: \[)/gm, '$1$2');

    expect(() => load(text.replace('# trusted:', 'trusted:').replaceAll(/^#( {3}\w+: \[)/gm, ' $1'))).not.toThrow();
  });

  it('is right with what comes later turned on: exemptions, who is spared, a rollout', () => {
    const text = initialConfiguration(ids, registry);
    const later = text.slice(text.indexOf('# exemptions:')).replaceAll(/^# /gm, '');

    const { configuration } = load(text.slice(0, text.indexOf('# exemptions:')) + later);

    expect(configuration.exemptions).toHaveLength(1);
    expect(configuration.spared.principalArns).toEqual(['arn:aws:iam::*:role/break-glass']);
    expect(configuration.rollout).toMatchObject([{ name: 'pilot', modes: { 'lambda-permission': 'enforce' } }]);
  });

  it('is the same, and loads, whatever the ids are', () => {
    const digits = fc.stringMatching(/^\d{12}$/);
    const organization = fc.stringMatching(/^o-[a-z0-9]{10,32}$/);
    fc.assert(
      fc.property(digits, organization, fc.array(digits, { maxLength: 8 }), (managementAccountId, organizationId, accountIds) => {
        const answers = { organizationId, managementAccountId, accountIds };
        const text = initialConfiguration(answers, registry);

        expect(initialConfiguration(answers, registry)).toBe(text);
        expect([...load(text).configuration.trust.accountIds]).toEqual([...new Set(accountIds)]);
      }),
      { numRuns: Math.min(runs, 500) },
    );
  });
});
