import assert from 'node:assert/strict';
import Ajv from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { parseConfiguration } from '../../lib/config/load';
import { configurationJsonSchema } from '../../lib/config/schema';
import { runs } from '../support/runs';
import { registry } from './registry';

const schema = configurationJsonSchema(registry);
const ajv = new Ajv({ strict: true, allowUnionTypes: true });
addFormats(ajv);
const validate = ajv.compile(schema);

const accepted = (document: unknown): boolean => {
  try {
    parseConfiguration(JSON.stringify(document), registry, { fileName: 'perimeter.yaml' });
    return true;
  } catch {
    return false;
  }
};

const organization = { id: 'o-exampleorgid', managementAccountId: '111111111111' };
const head = { version: 1, organization };
const stage = { name: 'pilot', organizationalUnits: ['ou-ab12-11111111'], regions: ['eu-west-1'] };
const exemption = { guardrails: ['lambda-vpc'], resources: ['arn:aws:lambda:*:222222222222:function:edge-*'], reason: 'old', expires: '2027-03-31' };
const sns = (settings: object) => ({ ...head, guardrails: { 'sns-subscription': settings } });
const ecr = (settings: object) => ({ ...head, guardrails: { 'ecr-layer-access': settings } });

describe('the JSON Schema', () => {
  it('is strict, and describes every key', () => {
    const gaps: string[] = [];
    const visit = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
      const { properties, items, additionalProperties, type } = node as {
        properties?: object;
        items?: unknown;
        additionalProperties?: unknown;
        type?: string;
      };
      if (type === 'object' && additionalProperties !== false) gaps.push(`${path} is open`);
      for (const [key, value] of Object.entries(properties ?? {})) {
        if (value.description === undefined && !path.endsWith('.modes')) gaps.push(`${path}.${key} has no description`);
        visit(value, `${path}.${key}`);
      }
      visit(items, `${path}[]`);
    };
    visit(schema, '');

    expect(gaps).toEqual([]);
  });

  it('says for a list what it holds', () => {
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      required: ['version', 'organization'],
      properties: {
        guardrails: {
          properties: {
            'lambda-vpc': {
              description: 'Title of lambda-vpc. What leaves the perimeter.',
              properties: {
                mode: { enum: ['off', 'observe', 'enforce'], default: 'observe' },
                allowedVpcIds: {
                  type: 'array',
                  minItems: 1,
                  items: { type: 'string', pattern: '^vpc-(?:[0-9a-f]{8}|[0-9a-f]{17})$' },
                  description: 'Entries of format vpc-id',
                  examples: [['vpc-0123456789abcdef0']],
                },
              },
            },
          },
        },
        scp: { properties: { maxCharacters: { type: 'integer', default: 10240 } } },
      },
    });
  });

  it.each([
    ['the least', head, true],
    ['nothing', {}, false],
    ['no object', [], false],
    ['a text', 'x', false],
    ['another version', { ...head, version: 2 }, false],
    ['no organization', { version: 1 }, false],
    ['no management account', { version: 1, organization: { id: 'o-exampleorgid' } }, false],
    ['an account id of 11 digits', { version: 1, organization: { ...organization, managementAccountId: '11111111111' } }, false],
    ['an unknown key', { ...head, extra: 1 }, false],
    ['an unknown key in a section', { ...head, trusted: { accounts: [] } }, false],
    ['an empty list', { ...head, trusted: { accountIds: [] } }, false],
    ['null for a section', { ...head, trusted: null }, false],
    ['trusted accounts', { ...head, trusted: { accountIds: ['444455556666'], organizationIds: ['o-partnerorg'] } }, true],
    ['an organization id that is too short', { ...head, trusted: { organizationIds: ['o-short'] } }, false],
    ['an unknown guardrail', { ...head, guardrails: { x: {} } }, false],
    ['a guardrail without keys', { ...head, guardrails: { 'lambda-vpc': {} } }, true],
    ['a mode that is none', { ...head, guardrails: { 'lambda-vpc': { mode: 'on' } } }, false],
    [
      'all four words',
      { ...head, guardrails: { 'lambda-vpc': { mode: 'enforce', undetermined: 'deny', existing: 'deny', response: 'quarantine' } } },
      true,
    ],
    ['a list of another guardrail', { ...head, guardrails: { 'lambda-vpc': { allowedRoles: ['ci'] } } }, false],
    ['a text for a list', { ...head, guardrails: { 'lambda-vpc': { allowedVpcIds: 'vpc-01234567' } } }, false],
    ['role patterns', ecr({ allowedRoles: ['ci-*', 'eks/*', 'arn:aws:iam::*:role/eks/*', 'arn:aws-cn:iam::111111111111:user/x'] }), true],
    ['a session', ecr({ allowedRoles: ['arn:aws:sts::111111111111:assumed-role/x/y'] }), false],
    ['networks', ecr({ allowedNetworks: ['203.0.113.0/24', '198.51.100.7', '2001:db8::/32'] }), true],
    ['no network', ecr({ allowedNetworks: ['everywhere'] }), false],
    ['endpoints', ecr({ allowedVpcEndpoints: ['vpce-01234567', 'vpce-0123456789abcdef0'] }), true],
    ['hosts', sns({ trustedHosts: ['api.example.com', '*.hooks.example.com', 'API.example.com.'] }), true],
    ['a URL', sns({ trustedHosts: ['https://api.example.com'] }), false],
    ['an e-mail address', sns({ trustedEmailDomains: ['me@example.com'] }), false],
    ['phone prefixes', sns({ trustedPhonePrefixes: ['+49', '+1'] }), true],
    ['a phone prefix with a space', sns({ trustedPhonePrefixes: ['+49 30'] }), false],
    ['protocols', sns({ trustedProtocols: ['sqs', 'lambda'] }), true],
    ['a protocol that is none', sns({ trustedProtocols: ['ftp'] }), false],
    ['a suffix with a wildcard', sns({ allowMultiTenant: ['*.ngrok.io'] }), false],
    ['services', { ...head, guardrails: { 'lambda-permission': { trustedServices: ['s3.amazonaws.com', 'sns.amazonaws.com.cn'] } } }, true],
    ['a service that is none', { ...head, guardrails: { 'lambda-permission': { trustedServices: ['s3'] } } }, false],
    ['actions', { ...head, guardrails: { 'lambda-permission': { allowedActions: ['lambda:Invoke*'] } } }, true],
    ['an action of another service', { ...head, guardrails: { 'lambda-permission': { allowedActions: ['s3:GetObject'] } } }, false],
    ['a stage', { ...head, guardrails: { 'lambda-vpc': {} }, rollout: [{ ...stage, modes: { 'lambda-vpc': 'enforce' } }] }, true],
    ['a stage without Regions', { ...head, rollout: [{ ...stage, regions: undefined }] }, false],
    ['an Availability Zone', { ...head, rollout: [{ ...stage, regions: ['eu-west-1a'] }] }, false],
    ['an exemption', { ...head, exemptions: [exemption, { ...exemption, owner: 'team' }] }, true],
    ['an exemption without an end', { ...head, exemptions: [{ ...exemption, expires: undefined }] }, false],
    ['a day that is none', { ...head, exemptions: [{ ...exemption, expires: '2027-02-30' }] }, false],
    ['an ARN with too few fields', { ...head, exemptions: [{ ...exemption, resources: ['arn:aws:lambda'] }] }, false],
    ['a blank reason', { ...head, exemptions: [{ ...exemption, reason: ' ' }] }, false],
    ['an exemption from no guardrail', { ...head, exemptions: [{ ...exemption, guardrails: ['x'] }] }, false],
    ['spared principals', { ...head, spared: { principalArns: ['arn:aws:iam::*:role/break-glass'], principalTag: { key: 'k', value: 'v' } } }, true],
    ['half a tag', { ...head, spared: { principalTag: { key: 'k' } } }, false],
    ['quotas', { ...head, scp: { maxCharacters: 5120, maxPoliciesPerTarget: 4, denyLayerSharing: true } }, true],
    ['a quota of nothing', { ...head, scp: { maxPoliciesPerTarget: 0 } }, false],
    ['half a policy', { ...head, scp: { maxPoliciesPerTarget: 1.5 } }, false],
    ['deployment', { ...head, deployment: { logRetentionDays: 365, alarms: true, dashboard: false } }, true],
    ['an odd retention', { ...head, deployment: { logRetentionDays: 31 } }, false],
    ['a switch that is a word', { ...head, deployment: { alarms: 'yes' } }, false],
  ])('and the validator agree about %s', (_, document, expected) => {
    const plain: unknown = JSON.parse(JSON.stringify(document));

    expect({ schema: validate(plain), validator: accepted(plain) }).toEqual({ schema: expected, validator: expected });
  });

  it('accepts whatever the validator accepts, written as it should be', () => {
    const word = fc.oneof(
      fc.constantFrom(
        '111122223333',
        'o-exampleorgid',
        'vpc-01234567',
        'api.example.com',
        '*.example.com',
        'ci-*',
        '203.0.113.0/24',
        '+49',
        'enforce',
        's3.amazonaws.com',
      ),
      fc.string({ maxLength: 8 }),
    );
    const list = fc.array(word, { maxLength: 2 });
    const settings = fc.record(Object.fromEntries(registry.flatMap(({ options }) => Object.keys(options)).map((name) => [name, list])), {
      requiredKeys: [],
    });
    const section = fc.oneof(settings, fc.record({ mode: word }, { requiredKeys: [] }), fc.dictionary(word, list, { maxKeys: 1 }));
    const document = fc.record(
      {
        trusted: fc.record({ accountIds: list, organizationIds: list }, { requiredKeys: [] }),
        guardrails: fc.record(Object.fromEntries(registry.map(({ id }) => [id, section])), { requiredKeys: [] }),
        spared: fc.record({ principalTag: fc.record({ key: word, value: word }) }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(document, (parts) => {
        const plain: unknown = JSON.parse(JSON.stringify({ ...head, ...parts }));
        if (accepted(plain)) assert.equal(validate(plain), true);
      }),
      { numRuns: Math.ceil(runs / 10) },
    );
  });
});
