import { parseConfiguration } from '../../lib/config/load';
import { ConfigurationError } from '../../lib/config/problem';
import { registry } from './registry';

const HEAD = 'version: 1\norganization: { id: o-exampleorgid, managementAccountId: "111111111111" }\n';

/** One line in the section of one guardrail. */
const of = (id: string, line: string) => `${HEAD}guardrails:\n  ${id}:\n    ${line}\n`;
const staged = (...stages: readonly string[]) => `${HEAD}rollout:\n${stages.map((stage) => `  - { ${stage} }\n`).join('')}`;
const excused = (exemption: string) => `${HEAD}exemptions:\n  - { ${exemption} }\n`;

describe('a configuration with', () => {
  it.each([
    ['an empty file', '', 'perimeter.yaml: the file is empty: `perimeter init` writes one to start from'],
    ['a file of comments', '# nothing yet\n', 'perimeter.yaml: the file is empty: `perimeter init` writes one to start from'],
    ['an empty document', '---\n', 'perimeter.yaml: the file is empty: `perimeter init` writes one to start from'],
    [
      'a list',
      '- version: 1\n',
      'perimeter.yaml:1: a list is not a configuration: write version, organization and guardrails, or let `perimeter init` do it',
    ],
    [
      'a plain text',
      'perimeter\n',
      'perimeter.yaml:1: "perimeter" is not a configuration: write version, organization and guardrails, or let `perimeter init` do it',
    ],
    ['several documents', `${HEAD}---\n${HEAD}`, 'perimeter.yaml:4: a second YAML document starts here: keep one, without `---` in between'],
    [
      'a tab in the indentation',
      'version: 1\norganization:\n\tid: o-exampleorgid\n',
      'perimeter.yaml:3: a tab in the indentation: YAML wants spaces',
    ],
    ['a tab at the beginning', '\tversion: 1\n', 'perimeter.yaml:1: a tab in the indentation: YAML wants spaces'],
    ['a bracket that is not closed', `${HEAD}guardrails: { lambda-vpc: {\n`, 'perimeter.yaml:4: not valid YAML: deficient indentation (column 1)'],
    ['a quote that is not closed', 'version: "1\n', 'perimeter.yaml:2: not valid YAML: deficient indentation (column 1)'],
    ['wrong indentation', 'version: 1\n organization: x\n', 'perimeter.yaml:2: not valid YAML: bad indentation of a mapping entry (column 14)'],
    ['UTF-16 with its mark', Buffer.from(`\ufeff${HEAD}`, 'utf16le').toString(), 'perimeter.yaml: the file is UTF-16: convert it to UTF-8'],
    ['UTF-16 without', Buffer.from(HEAD, 'utf16le').toString(), 'perimeter.yaml: the file is UTF-16: convert it to UTF-8'],
    ['a null byte', 'version: \u0000\n', 'perimeter.yaml:1: not valid YAML: null byte is not allowed in input (column 10)'],
    ['nesting without end', `version: ${'['.repeat(5000)}`, 'perimeter.yaml:1: not valid YAML: nesting exceeded maxDepth (100) (column 109)'],
    ['a duplicate key', `${HEAD}version: 1\n`, 'perimeter.yaml:3: the key "version" stands here twice (first on line 1): keep one'],
    [
      'a duplicate guardrail',
      `${HEAD}guardrails:\n  lambda-vpc: {}\n  lambda-vpc: {}\n`,
      'perimeter.yaml:5: the key "lambda-vpc" stands here twice (first on line 4): keep one',
    ],
    ['a list as a key', `${HEAD}? [a]\n: b\n`, 'perimeter.yaml:3: a list or a section cannot be a key: write a name'],
    ['a tag', `${HEAD}guardrails: !Ref x\n`, 'perimeter.yaml:3: the tag "!Ref" means nothing here: write the plain value'],
    ['an alias without an anchor', `${HEAD}guardrails: *x\n`, 'perimeter.yaml:3: the alias *x has no anchor above it: write the value'],
    ['a circle of aliases', `${HEAD}guardrails: &x { lambda-vpc: *x }\n`, 'perimeter.yaml:3: the alias *x has no anchor above it: write the value'],
    [
      'a merge key',
      `${HEAD}guardrails:\n  lambda-vpc: { <<: { mode: off } }\n`,
      'perimeter.yaml:4: guardrails.lambda-vpc["<<"]: unknown key: write mode, undetermined, existing, response, allowedVpcIds, allowedSubnetIds or allowedSecurityGroupIds',
    ],
    ['no version', 'organization: { id: o-exampleorgid, managementAccountId: "111111111111" }\n', 'perimeter.yaml:1: version: is missing: write 1'],
    ['another version', HEAD.replace('1', '2'), 'perimeter.yaml:1: version: "2" is not a version of this format: write 1'],
    [
      'no organization',
      'version: 1\n',
      'perimeter.yaml:1: organization: is missing: write organization: { id: o-exampleorgid, managementAccountId: "111111111111" }',
    ],
    [
      'an organization that is empty',
      'version: 1\norganization:\n',
      'perimeter.yaml:2: organization: is empty: write organization: { id: o-exampleorgid, managementAccountId: "111111111111" }',
    ],
    [
      'an organization that is a text',
      'version: 1\norganization: o-exampleorgid\n',
      'perimeter.yaml:2: organization: "o-exampleorgid" is not the section of the organization: write organization: { id: o-exampleorgid, managementAccountId: "111111111111" }',
    ],
    [
      'no management account',
      'version: 1\norganization: { id: o-exampleorgid }\n',
      'perimeter.yaml:2: organization.managementAccountId: is missing: write its 12 digits in quotes, like "111122223333"',
    ],
    [
      'an account id that is too short',
      HEAD.replace('"111111111111"', '12345678901'),
      'perimeter.yaml:2: organization.managementAccountId: "12345678901" is not an account id: it has 11 digits; write all 12 in quotes, leading zeros included',
    ],
    [
      'an account id with hyphens',
      HEAD.replace('"111111111111"', '1111-2222-3333'),
      'perimeter.yaml:2: organization.managementAccountId: "1111-2222-3333" is not an account id: drop the hyphens: "111122223333"',
    ],
    [
      'an account id that is a name',
      `${HEAD}trusted:\n  accountIds:\n    - "444455556666"\n    - "777788889999"\n    - abc\n`,
      'perimeter.yaml:7: trusted.accountIds[2]: "abc" is not an account id: write its 12 digits in quotes, like "111122223333"',
    ],
    [
      'an account id as a number in exponents',
      HEAD.replace('"111111111111"', '1.11e11'),
      'perimeter.yaml:2: organization.managementAccountId: "1.11e11" is not an account id: write its 12 digits in quotes, like "111122223333"',
    ],
    [
      'an account id that is a list',
      HEAD.replace('"111111111111"', '["111111111111"]'),
      'perimeter.yaml:2: organization.managementAccountId: a list is not an account id: write its 12 digits in quotes, like "111122223333"',
    ],
    [
      'a null account id',
      HEAD.replace('"111111111111"', '~'),
      'perimeter.yaml:2: organization.managementAccountId: is empty: write its 12 digits in quotes, like "111122223333"',
    ],
    [
      'one account id for a list',
      `${HEAD}trusted: { accountIds: "444455556666" }\n`,
      'perimeter.yaml:3: trusted.accountIds: "444455556666" is not a list: write ["444455556666"]',
    ],
    ['an empty list', `${HEAD}trusted: { accountIds: [] }\n`, 'perimeter.yaml:3: trusted.accountIds: is empty: remove the key or list something'],
    [
      'a list with nothing behind it',
      `${HEAD}trusted:\n  accountIds:\n`,
      'perimeter.yaml:4: trusted.accountIds: is empty: remove the key or list something',
    ],
    [
      'an organization id in upper case',
      `${HEAD}trusted: { organizationIds: [O-PARTNERORG] }\n`,
      'perimeter.yaml:3: trusted.organizationIds[0]: "O-PARTNERORG" is not an organization id: write o- and 10 to 32 lower-case letters or digits, like "o-exampleorgid"',
    ],
    ['an unknown key', `${HEAD}organisation: {}\n`, 'perimeter.yaml:3: organisation: unknown key, did you mean `organization`?'],
    [
      'an unknown key with no near one',
      `${HEAD}trusted: { x: [] }\n`,
      'perimeter.yaml:3: trusted.x: unknown key: write accountIds or organizationIds',
    ],
    [
      'a key of the prototype',
      `${HEAD}__proto__: {}\nconstructor: {}\n`,
      [
        'perimeter.yaml:3: __proto__: unknown key: write version, organization, trusted, guardrails, rollout, exemptions, spared, scp or deployment',
        'perimeter.yaml:4: constructor: unknown key: write version, organization, trusted, guardrails, rollout, exemptions, spared, scp or deployment',
      ].join('\n'),
    ],
    [
      'a key with odd characters',
      `${HEAD}guardrails: { "a b": {} }\n`,
      'perimeter.yaml:3: guardrails["a b"]: unknown guardrail: write lambda-permission, lambda-layer-permission, lambda-vpc, sns-subscription or ecr-layer-access',
    ],
    [
      'an unknown guardrail',
      `${HEAD}guardrails:\n  lambda-permissions: {}\n`,
      'perimeter.yaml:4: guardrails.lambda-permissions: unknown guardrail, did you mean `lambda-permission`?',
    ],
    [
      'a guardrail with nothing behind it',
      `${HEAD}guardrails:\n  lambda-vpc:\n`,
      'perimeter.yaml:4: guardrails.lambda-vpc: is empty: write { mode: observe }',
    ],
    [
      'a guardrail that is a mode',
      `${HEAD}guardrails:\n  lambda-vpc: enforce\n`,
      'perimeter.yaml:4: guardrails.lambda-vpc: "enforce" is not the section of a guardrail: write { mode: observe }',
    ],
    [
      'a misspelt list',
      of('ecr-layer-access', 'allowedRole: [ci-*]'),
      'perimeter.yaml:5: guardrails.ecr-layer-access.allowedRole: unknown key, did you mean `allowedRoles`?',
    ],
    [
      'a list of another guardrail',
      of('lambda-vpc', 'allowedRoles: [ci-*]'),
      'perimeter.yaml:5: guardrails.lambda-vpc.allowedRoles: unknown key: write mode, undetermined, existing, response, allowedVpcIds, allowedSubnetIds or allowedSecurityGroupIds',
    ],
    [
      'a mode that is none',
      of('lambda-vpc', 'mode: enforced'),
      'perimeter.yaml:5: guardrails.lambda-vpc.mode: "enforced" is not a mode: write off, observe or enforce; did you mean `enforce`?',
    ],
    [
      'a mode that is a list',
      of('lambda-vpc', 'mode: [observe]'),
      'perimeter.yaml:5: guardrails.lambda-vpc.mode: a list is not a mode: write off, observe or enforce',
    ],
    [
      'an answer that is none',
      of('lambda-vpc', 'undetermined: denied'),
      'perimeter.yaml:5: guardrails.lambda-vpc.undetermined: "denied" is not an answer: write allow or deny',
    ],
    [
      'a response that is none',
      of('lambda-vpc', 'response: delete'),
      'perimeter.yaml:5: guardrails.lambda-vpc.response: "delete" is not a response: write report, undo, quarantine or revoke',
    ],
    [
      'a guardrail without the lists that it needs',
      of('ecr-layer-access', 'mode: enforce'),
      'perimeter.yaml:4: guardrails.ecr-layer-access: needs allowedRoles, allowedNetworks or allowedVpcEndpoints: add one or remove the guardrail',
    ],
    [
      'a protocol whose list is missing',
      of('sns-subscription', 'trustedProtocols: [https]'),
      'perimeter.yaml:4: guardrails.sns-subscription: trustedProtocols lists https while trustedHosts is missing: add trustedHosts',
    ],
    [
      'a stage without Regions',
      staged('name: pilot, organizationalUnits: [ou-ab12-11111111]'),
      'perimeter.yaml:4: rollout[0].regions: is missing: write ["eu-west-1", "us-east-1"]',
    ],
    [
      'the name of an OU',
      staged('name: pilot, organizationalUnits: [Sandbox], regions: [eu-west-1]'),
      'perimeter.yaml:4: rollout[0].organizationalUnits[0]: "Sandbox" is not an organizational unit id: write the id of an OU (ou-ab12-11111111) or of the root (r-ab12), not its name',
    ],
    [
      'an Availability Zone',
      staged('name: pilot, organizationalUnits: [r-ab12], regions: [eu-west-1a]'),
      'perimeter.yaml:4: rollout[0].regions[0]: "eu-west-1a" is not a Region: that is an Availability Zone; write eu-west-1',
    ],
    [
      'an OU in two stages',
      staged(
        'name: a, organizationalUnits: [r-ab12], regions: [eu-west-1]',
        'name: b, organizationalUnits: [ou-ab12-11111111, r-ab12], regions: [eu-west-1]',
      ),
      'perimeter.yaml:5: rollout[1].organizationalUnits[1]: r-ab12 is in rollout[0] already: an OU may appear once',
    ],
    [
      'two partitions',
      staged(
        'name: a, organizationalUnits: [r-ab12], regions: [eu-west-1]',
        'name: b, organizationalUnits: [ou-ab12-11111111], regions: [us-east-1, cn-north-1]',
      ),
      'perimeter.yaml:5: rollout[1].regions[1]: cn-north-1 is in the partition aws-cn, eu-west-1 in aws: an organization lives in one, so keep a file for each',
    ],
    [
      'two stages of one name',
      staged(
        'name: a, organizationalUnits: [r-ab12], regions: [eu-west-1]',
        'name: a, organizationalUnits: [ou-ab12-11111111], regions: [eu-west-1]',
      ),
      'perimeter.yaml:5: rollout[1].name: "a" is the name of rollout[0] too: give each stage its own',
    ],
    [
      'two stages that would share their resources',
      staged(
        'name: pilot-1, organizationalUnits: [r-ab12], regions: [eu-west-1]',
        'name: Pilot1, organizationalUnits: [ou-ab12-11111111], regions: [eu-west-1]',
      ),
      'perimeter.yaml:5: rollout[1].name: "Pilot1" is the name of rollout[0] too but for case and hyphens: give each stage its own',
    ],
    ...['EU Production', '../x', '$(id)', 'Zürich', 'pilot_1', '-a', 'a.b'].map((name): [string, string, string] => [
      `a stage that no StackSet could be named after: ${name}`,
      staged(`name: "${name}", organizationalUnits: [r-ab12], regions: [eu-west-1]`),
      `perimeter.yaml:4: rollout[0].name: ${JSON.stringify(name)} is not the name of a stage: write up to 64 letters, digits and hyphens, like pilot`,
    ]),
    [
      'a stage that is called like what stands beside it',
      staged('name: member, organizationalUnits: [r-ab12], regions: [eu-west-1]'),
      'perimeter.yaml:4: rollout[0].name: "member" is not the name of a stage: perimeter-member is something else already: name it otherwise',
    ],
    [
      'a mode for a guardrail that is not configured',
      staged('name: a, organizationalUnits: [r-ab12], regions: [eu-west-1], modes: { lambda-vpc: enforce }'),
      'perimeter.yaml:4: rollout[0].modes.lambda-vpc: the guardrail is not configured: add `lambda-vpc: { mode: off }` under guardrails',
    ],
    [
      'a stage that turns on what lacks its lists',
      `${HEAD}guardrails:\n  ecr-layer-access: { mode: off }\nrollout:\n  - { name: a, organizationalUnits: [r-ab12], regions: [eu-west-1], modes: { ecr-layer-access: enforce } }\n`,
      'perimeter.yaml:4: guardrails.ecr-layer-access: needs allowedRoles, allowedNetworks or allowedVpcEndpoints: add one or remove the guardrail',
    ],
    [
      'an exemption without an end',
      `${HEAD}exemptions:\n  - guardrails: [lambda-vpc]\n    resources: ["arn:aws:lambda:*:*:function:f"]\n    reason: old\n`,
      'perimeter.yaml:4: exemptions[0].expires: is missing: write year, month and day, like 2027-03-31',
    ],
    [
      'an end that is no day',
      excused('guardrails: [lambda-vpc], resources: ["arn:aws:lambda:*:*:function:f"], reason: old, expires: 2027-02-30'),
      'perimeter.yaml:4: exemptions[0].expires: "2027-02-30" is not a date: the calendar has no such day',
    ],
    [
      'an end that is a time',
      excused('guardrails: [lambda-vpc], resources: ["arn:aws:lambda:*:*:function:f"], reason: old, expires: 2027-02-28T00:00:00Z'),
      'perimeter.yaml:4: exemptions[0].expires: "2027-02-28T00:00:00Z" is not a date: write year, month and day, like 2027-03-31',
    ],
    [
      'an exemption from a guardrail that there is not',
      excused('guardrails: [lambda-vcp], resources: ["arn:aws:lambda:*:*:function:f"], reason: old, expires: 2027-02-28'),
      'perimeter.yaml:4: exemptions[0].guardrails[0]: "lambda-vcp" is not a guardrail: write lambda-permission, lambda-layer-permission, lambda-vpc, sns-subscription or ecr-layer-access; did you mean `lambda-vpc`?',
    ],
    [
      'an exemption of everything',
      excused('guardrails: [lambda-vpc], resources: ["*"], reason: old, expires: 2027-02-28'),
      'perimeter.yaml:4: exemptions[0].resources[0]: "*" is not an ARN pattern: write arn:partition:service:region:account:resource, like "arn:aws:lambda:*:222222222222:function:edge-*"',
    ],
    [
      'an ARN with too few fields',
      excused('guardrails: [lambda-vpc], resources: ["arn:aws:lambda:function:f"], reason: old, expires: 2027-02-28'),
      'perimeter.yaml:4: exemptions[0].resources[0]: "arn:aws:lambda:function:f" is not an ARN pattern: it has 5 of 6 fields; write arn:partition:service:region:account:resource, with * where any will do',
    ],
    [
      'an ARN with a wrong account',
      excused('guardrails: [lambda-vpc], resources: ["arn:aws:lambda:*:22222222222:function:f"], reason: old, expires: 2027-02-28'),
      'perimeter.yaml:4: exemptions[0].resources[0]: "arn:aws:lambda:*:22222222222:function:f" is not an ARN pattern: its account "22222222222" has 11 digits, not 12',
    ],
    [
      'an exemption without a reason',
      excused('guardrails: [lambda-vpc], resources: ["arn:aws:lambda:*:*:function:f"], reason: " ", expires: 2027-02-28'),
      'perimeter.yaml:4: exemptions[0].reason: is empty: say why, for those who read it in a year',
    ],
    [
      'a spared session',
      `${HEAD}spared: { principalArns: ["arn:aws:sts::*:assumed-role/admin/*"] }\n`,
      'perimeter.yaml:3: spared.principalArns[0]: "arn:aws:sts::*:assumed-role/admin/*" is not the ARN of a role or user: that is a session, which has another ARN each time; name its role: arn:aws:iam::*:role/admin',
    ],
    [
      'half a tag',
      `${HEAD}spared: { principalTag: { key: spared } }\n`,
      'perimeter.yaml:3: spared.principalTag.value: is missing: write its value as it is: letters, digits, spaces and _ . : / = + - @',
    ],
    [
      'a tag with a wildcard',
      `${HEAD}spared: { principalTag: { key: team/spared, value: "ops-*" } }\n`,
      'perimeter.yaml:3: spared.principalTag.value: "ops-*" is not a tag value: write its value as it is: letters, digits, spaces and _ . : / = + - @',
    ],
    [
      'a tag that holds a variable',
      `${HEAD}spared: { principalTag: { key: "$\{aws:username}", value: "true" } }\n`,
      'perimeter.yaml:3: spared.principalTag.key: "${aws:username}" is not a tag key: write up to 128 letters, digits, spaces and _ . : / = + - @',
    ],
    [
      'a size that is a word',
      `${HEAD}scp: { maxCharacters: large }\n`,
      'perimeter.yaml:3: scp.maxCharacters: "large" is not a size: write a whole number from 1000 to 100000',
    ],
    [
      'a retention that CloudWatch does not know',
      `${HEAD}deployment: { logRetentionDays: 31 }\n`,
      'perimeter.yaml:3: deployment.logRetentionDays: "31" is not a retention of CloudWatch Logs: write 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653',
    ],
    [
      'a switch that is a word',
      `${HEAD}deployment: { alarms: yes }\n`,
      'perimeter.yaml:3: deployment.alarms: "yes" is not a switch: write true or false',
    ],
  ])('%s is refused', (_, text, expected) => {
    const load = () => parseConfiguration(text, registry, { fileName: 'perimeter.yaml' });

    expect(load).toThrow(ConfigurationError);
    expect(load).toThrow(new Error(expected));
  });
});
