import { type LoadedConfiguration, parseConfiguration } from '../../lib/config/load';
import { UsageError } from '../../lib/core/errors';
import { guardrails as real } from '../../lib/guardrails';
import { registry } from './registry';

const fileName = 'perimeter.yaml';
const load = (text: string, today?: string): LoadedConfiguration => parseConfiguration(text, registry, { fileName, ...(today && { today }) });

const HEAD = `version: 1
organization:
  id: o-exampleorgid
  managementAccountId: "111111111111"
`;

const EXAMPLE = `${HEAD}  accountIds: ["222222222222"]
trusted:
  accountIds: ["444455556666"]
  organizationIds: ["o-partnerorg"]
guardrails:
  ecr-layer-access:
    mode: enforce
    allowedRoles: ["ci-*", "arn:aws:iam::*:role/eks/*", /eks/x]
    allowedNetworks: ["203.0.113.0/24", 198.51.100.7, "2001:DB8:0::/32", 10.0.0.0/8]
    allowedVpcEndpoints: ["vpce-0123456789abcdef0"]
  lambda-layer-permission: { mode: enforce, undetermined: deny, existing: deny, response: report }
  lambda-permission:
    mode: enforce
    trustedServices: ["s3.amazonaws.com"]
    allowedActions: ["Lambda:InvokeFunction", "lambda:Invoke*"]
  lambda-vpc:
    allowedVpcIds: [vpc-0123456789abcdef0]
  sns-subscription:
    mode: off
    trustedEmailDomains: [Example.com., "*.example.org"]
    trustedHosts: [api.example.com, "*.Hooks.example.com", münchen.example]
    trustedPhonePrefixes: ["+49"]
rollout:
  - name: pilot
    organizationalUnits: [ou-ab12-11111111, r-ab12]
    regions: [eu-west-1, us-east-1]
    modes: { lambda-vpc: enforce }
exemptions:
  - guardrails: [lambda-vpc]
    resources: ["arn:aws:lambda:*:222222222222:function:edge-*"]
    reason: Lambda@Edge cannot run in a VPC
    owner: web-platform@example.com
    expires: 2027-03-31
spared:
  principalArns: ["arn:aws:iam::*:role/break-glass"]
  principalTag: { key: perimeter-spared, value: true }
scp: { maxCharacters: 5120 }
deployment: { alarms: true }
`;

const exemption = {
  guardrails: ['lambda-vpc'],
  resources: ['arn:aws:lambda:*:222222222222:function:edge-*'],
  reason: 'Lambda@Edge cannot run in a VPC',
  owner: 'web-platform@example.com',
  expires: '2027-03-31',
};

const guardrails = {
  'lambda-permission': {
    mode: 'enforce',
    undetermined: 'allow',
    existing: 'allow',
    response: 'undo',
    settings: { trustedServices: ['s3.amazonaws.com'], allowedActions: ['lambda:InvokeFunction', 'lambda:Invoke*'] },
  },
  'lambda-layer-permission': { mode: 'enforce', undetermined: 'deny', existing: 'deny', response: 'report', settings: {} },
  'lambda-vpc': {
    mode: 'observe',
    undetermined: 'allow',
    existing: 'allow',
    response: 'undo',
    settings: { allowedVpcIds: ['vpc-0123456789abcdef0'] },
  },
  'sns-subscription': {
    mode: 'off',
    undetermined: 'allow',
    existing: 'allow',
    response: 'undo',
    settings: {
      trustedEmailDomains: ['example.com', '*.example.org'],
      trustedHosts: ['api.example.com', '*.hooks.example.com', 'xn--mnchen-3ya.example'],
      trustedPhonePrefixes: ['+49'],
    },
  },
  'ecr-layer-access': {
    mode: 'enforce',
    undetermined: 'allow',
    existing: 'allow',
    response: 'undo',
    settings: {
      allowedRoles: ['ci-*', 'arn:aws:iam::*:role/eks/*', 'eks/x'],
      allowedNetworks: ['203.0.113.0/24', '198.51.100.7/32', '2001:db8::/32', '10.0.0.0/8'],
      allowedVpcEndpoints: ['vpce-0123456789abcdef0'],
    },
  },
};

describe('a configuration that is right', () => {
  it('is what the judge reads, with canonical values and defaults', () => {
    const loaded = load(EXAMPLE);

    expect(loaded.configuration).toEqual({
      trust: {
        organizationId: 'o-exampleorgid',
        managementAccountId: '111111111111',
        accountIds: new Set(['222222222222']),
        trustedAccountIds: new Set(['444455556666']),
        trustedOrganizationIds: new Set(['o-partnerorg']),
      },
      guardrails,
      exemptions: [exemption],
      rollout: [
        {
          name: 'pilot',
          organizationalUnits: ['ou-ab12-11111111', 'r-ab12'],
          regions: ['eu-west-1', 'us-east-1'],
          modes: { 'lambda-vpc': 'enforce' },
        },
      ],
      spared: { principalArns: ['arn:aws:iam::*:role/break-glass'], principalTag: { key: 'perimeter-spared', value: 'true' } },
      scp: { maxCharacters: 5120, maxPoliciesPerTarget: 9, denyLayerSharing: false },
      deployment: { logRetentionDays: 30, alarms: true, dashboard: false },
    });
    expect(loaded.warnings).toEqual([]);
  });

  it('may leave out all but the organization', () => {
    const { configuration, warnings } = load(HEAD);

    expect(configuration).toEqual({
      trust: {
        organizationId: 'o-exampleorgid',
        managementAccountId: '111111111111',
        accountIds: new Set(),
        trustedAccountIds: new Set(),
        trustedOrganizationIds: new Set(),
      },
      guardrails: {},
      exemptions: [],
      rollout: [],
      spared: { principalArns: [] },
      scp: { maxCharacters: 10240, maxPoliciesPerTarget: 9, denyLayerSharing: false },
      deployment: { logRetentionDays: 30, alarms: false, dashboard: false },
    });
    expect(warnings).toEqual(['perimeter.yaml:1: guardrails: no guardrail is on, so nothing is judged: give one `mode: observe`']);
  });

  it.each([
    ['unquoted ids, leading zero included', 'managementAccountId: 012345678901', '012345678901'],
    ['an octal look-alike', 'managementAccountId: 000000000017', '000000000017'],
    ['single quotes', "managementAccountId: '111111111111'", '111111111111'],
    ['an explicit tag', 'managementAccountId: !!str 012345678901', '012345678901'],
    ['an anchor and its alias', 'accountIds: [&a "111111111111"]\n  managementAccountId: *a', '111111111111'],
  ])('takes account ids as they are written: %s', (_, line, expected) => {
    expect(load(`version: 1\norganization:\n  id: o-exampleorgid\n  ${line}\n`).configuration.trust.managementAccountId).toBe(expected);
  });

  it('may be JSON, start with a byte order mark, end its lines with carriage returns and repeat an entry', () => {
    const json = JSON.stringify({
      version: 1,
      organization: { id: 'o-exampleorgid', managementAccountId: '111111111111', accountIds: ['222222222222', '222222222222'] },
      guardrails: { 'lambda-vpc': {} },
      deployment: { logRetentionDays: 365, alarms: true },
    });

    expect([...load(json).configuration.trust.accountIds]).toEqual(['222222222222']);
    expect(load(json).configuration.deployment).toEqual({ logRetentionDays: 365, alarms: true, dashboard: false });
    expect(load(`\ufeff${EXAMPLE.replaceAll('\n', '\r\n')}`)).toEqual(load(EXAMPLE));
  });

  it.each([
    ['a host below a shared domain', '[abc.execute-api.eu-west-1.amazonaws.com, x.ngrok.io, me.github.io]', ''],
    ['the subdomains of a tenant', '["*.abc.execute-api.eu-west-1.amazonaws.com", "*.x.ngrok.io"]', ''],
    ['an endpoint of a provider', '[sqs.eu-west-1.amazonaws.com]', ''],
    ['a shared domain that is named', '["*.ngrok.io", ngrok.io]', '[ngrok.io]'],
    ['one below a domain that is named', '["*.execute-api.eu-west-1.amazonaws.com"]', '[amazonaws.com]'],
    ['an address', '[203.0.113.7]', ''],
  ])('may trust %s', (_, hosts, allowed) => {
    const named = allowed === '' ? '' : `, allowMultiTenant: ${allowed}`;
    expect(() => load(`${HEAD}guardrails:\n  sns-subscription: { trustedHosts: ${hosts}${named} }\n`)).not.toThrow();
  });

  it('does not check the lists of a guardrail that is off as a whole', () => {
    expect(load(`${HEAD}guardrails: { ecr-layer-access: { mode: off }, lambda-vpc: {} }\n`).warnings).toEqual([]);
  });
});

describe('warnings', () => {
  it('name a response that another guardrail knows', () => {
    const warnings = (sections: string) => parseConfiguration(`${HEAD}guardrails:\n${sections}`, real, { fileName }).warnings;

    expect(warnings('  lambda-vpc: { response: revoke }\n  sns-subscription: { response: quarantine }\n')).toEqual([
      'perimeter.yaml:6: guardrails.lambda-vpc.response: revoke is for ecr-layer-access alone, and is taken for undo here: write undo or report',
      'perimeter.yaml:7: guardrails.sns-subscription.response: quarantine is for lambda-vpc alone, and is taken for undo here: write undo or report',
    ]);
    expect(warnings('  lambda-vpc: { response: quarantine }\n  lambda-permission: { response: report }\n')).toEqual([]);
  });

  const at = (today: string) => load(EXAMPLE, today).warnings;

  it.each([
    ['2027-03-16', []],
    ['2027-03-17', ['ends in 14 days (2027-03-31): renew it in time']],
    ['2027-03-30', ['ends tomorrow (2027-03-31): renew it in time']],
    ['2027-03-31', ['ends today: renew it in time']],
    ['2027-04-01', ['ended on 2027-03-31 and excuses nothing: remove or renew it']],
  ])('on %s', (today, expected) => {
    expect(at(today)).toEqual(
      expected.map((words) => `perimeter.yaml:37: exemptions[0].expires: the exemption, owned by web-platform@example.com, ${words}`),
    );
  });

  it('names a network that is every address, and an exemption that cannot match', () => {
    const text = `${HEAD}guardrails:
  ecr-layer-access:
    allowedNetworks:
      - 203.0.113.0/24
      - 0.0.0.0/0
exemptions:
  - { guardrails: [lambda-vpc], resources: ["arn:aws:lambda:*:*:*"], reason: old, expires: 2030-01-01 }
`;

    expect(load(text, '2026-01-01').warnings).toEqual([
      'perimeter.yaml:9: guardrails.ecr-layer-access.allowedNetworks[1]: 0.0.0.0/0 is every address, so the list restricts nothing: remove it, or name your own networks',
      'perimeter.yaml:11: exemptions[0].resources[0]: arn:aws:lambda:*:*:* matches nothing, for * does not cross a colon: did you mean arn:aws:lambda:*:*:function:*?',
    ]);
  });
});

describe('problems', () => {
  it('are all named, in the order of the file, each on a line of its own', () => {
    const text = `version: 2
organization:
  id: exampleorgid
guardrails:
  lambda-vpcc: {}
  lambda-vpc: { mode: on, alowedVpcIds: [] }
version: 1
`;

    expect(() => load(text)).toThrow(
      expect.objectContaining({
        message: [
          'perimeter.yaml:1: version: "2" is not a version of this format: write 1',
          'perimeter.yaml:2: organization.managementAccountId: is missing: write its 12 digits in quotes, like "111122223333"',
          'perimeter.yaml:3: organization.id: "exampleorgid" is not an organization id: write o- and 10 to 32 lower-case letters or digits, like "o-exampleorgid"',
          'perimeter.yaml:5: guardrails.lambda-vpcc: unknown guardrail, did you mean `lambda-vpc`?',
          'perimeter.yaml:6: guardrails.lambda-vpc.mode: "on" is not a mode: write off, observe or enforce',
          'perimeter.yaml:6: guardrails.lambda-vpc.alowedVpcIds: unknown key, did you mean `allowedVpcIds`?',
          'perimeter.yaml:7: the key "version" stands here twice (first on line 1): keep one',
        ].join('\n'),
      }),
    );
  });

  it('are mistakes of the user', () => {
    expect(() => load('')).toThrow(UsageError);
  });
});
