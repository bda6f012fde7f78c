import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeRecord, isRecordProblem } from '../../lib/core/cloudtrail';
import type { Configuration } from '../../lib/core/configuration';
import { judgeRecord, judgeResource } from '../../lib/core/judge';
import type { Value } from '../../lib/core/value';
import type { Assessment } from '../../lib/core/verdict';
import { guardrails } from '../../lib/guardrails';
import { runs } from '../support/runs';
import { jsonTree, properties, record, TYPES } from './inputs';

type Lists = { readonly [guardrail: string]: { readonly [list: string]: readonly string[] } };

const LISTS: Lists = {
  'lambda-permission': {
    trustedServices: ['s3.amazonaws.com', 'events.amazonaws.com'],
    unscopedServices: ['events.amazonaws.com'],
    allowedActions: ['lambda:InvokeFunction', 'lambda:Get*'],
  },
  'lambda-layer-permission': {},
  'lambda-vpc': { allowedSubnetIds: ['subnet-0123456789abcdef0', 'subnet-1'], allowedSecurityGroupIds: ['sg-0123456789abcdef0', 'sg-1'] },
  'sns-subscription': {
    trustedProtocols: ['https', 'email', 'sms', 'sqs', 'lambda', 'firehose', 'application'],
    trustedEmailDomains: ['example.com', '*.example.org'],
    trustedHosts: ['api.example.com', '*.hooks.example.com'],
    trustedPhonePrefixes: ['+49', '+43'],
  },
  'ecr-layer-access': {
    allowedRoles: ['ci-*', 'eks/*'],
    allowedNetworks: ['203.0.113.0/24', '2001:db8::/32'],
    allowedVpcEndpoints: ['vpce-0123456789abcdef0', 'vpce-1'],
  },
};

const TRUST = {
  organizationId: 'o-exampleorgid',
  managementAccountId: '111111111111',
  accountIds: new Set(['222222222222', '333333333333']),
  trustedAccountIds: new Set(['444455556666']),
  trustedOrganizationIds: new Set(['o-partnerorg0']),
};

const configurationWith = (lists: Lists, trust: Configuration['trust'] = TRUST): Configuration => ({
  trust,
  guardrails: Object.fromEntries(
    guardrails.map(({ id }) => [id, { mode: 'enforce', undetermined: 'allow', existing: 'allow', response: 'undo', settings: lists[id] ?? {} }]),
  ),
  exemptions: [],
});

const bench = (configuration: Configuration) => ({ configuration, today: '2026-11-23' });
const place = { partition: 'aws', region: 'eu-west-1', account: '222222222222' };

function judgeRaw(raw: Value, configuration: Configuration): readonly Assessment[] {
  const decoded = decodeRecord(raw);
  if (isRecordProblem(decoded)) return [];
  return guardrails.flatMap((guardrail) => judgeRecord(bench(configuration), guardrail, decoded));
}

function judgeProperties(type: string, given: { readonly [name: string]: Value }, configuration: Configuration): readonly Assessment[] {
  const input = { type, logicalId: 'Thing', properties: given, place };
  return guardrails
    .filter(({ resources }) => resources.includes(type))
    .flatMap((guardrail) => judgeResource(bench(configuration), guardrail, [{ branch: '', input }]));
}

/** An entry out of a list (never the last one: an empty list is refused at load), or a trusted third party or member. */
const narrowed = fc.oneof(
  fc
    .constantFrom(
      ...Object.entries(LISTS).flatMap(([id, lists]) =>
        Object.entries(lists)
          .filter(([, entries]) => entries.length > 1)
          .flatMap(([list, entries]) => entries.map((entry) => ({ id, list, entry }))),
      ),
    )
    .map(({ id, list, entry }) =>
      configurationWith({ ...LISTS, [id]: { ...LISTS[id], [list]: (LISTS[id]?.[list] ?? []).filter((other) => other !== entry) } }),
    ),
  fc
    .constantFrom<Configuration['trust']>(
      { ...TRUST, trustedAccountIds: new Set() },
      { ...TRUST, trustedOrganizationIds: new Set() },
      { ...TRUST, accountIds: new Set(['222222222222']) },
      { ...TRUST, accountIds: new Set() },
    )
    .map((trust) => configurationWith(LISTS, trust)),
);

const isCompliant = (assessments: readonly Assessment[]) => assessments.length > 0 && assessments.every(({ verdict }) => verdict === 'compliant');
const hasViolation = (assessments: readonly Assessment[]) => assessments.some(({ verdict }) => verdict === 'violation');

const wide = configurationWith(LISTS);

/** What every assessment keeps, whatever was judged. */
function checkShape(assessments: readonly Assessment[]): void {
  for (const { guardrail, verdict, code, reason, plan, resource } of assessments) {
    const known = guardrails.find(({ id }) => id === guardrail);
    expect(known?.resources).toContain(resource.type);
    if (verdict === 'violation') expect(Object.keys(known?.codes ?? {})).toContain(code);
    if (verdict !== 'compliant') expect(reason).toMatch(/\S/);
    if (verdict === 'violation') expect(plan?.calls.length === 0 ? plan.why : 'planned').toMatch(/\S/);
  }
}

it('any JSON is a record that is judged without a crash', () => {
  fc.assert(
    fc.property(fc.oneof(record, record, jsonTree), (raw) => checkShape(judgeRaw(raw, wide))),
    { numRuns: runs },
  );
});

it('any JSON is a resource that is judged without a crash', () => {
  fc.assert(
    fc.property(fc.constantFrom(...TYPES), properties, (type, given) => checkShape(judgeProperties(type, given, wide))),
    { numRuns: runs },
  );
});

it('a record that violates is never made compliant by less trust', () => {
  fc.assert(
    fc.property(record, narrowed, (raw, less) => {
      if (hasViolation(judgeRaw(raw, wide))) assert.equal(isCompliant(judgeRaw(raw, less)), false);
    }),
    { numRuns: runs },
  );
});

it('a resource that violates is never made compliant by less trust', () => {
  fc.assert(
    fc.property(fc.constantFrom(...TYPES), properties, narrowed, (type, given, less) => {
      if (hasViolation(judgeProperties(type, given, wide))) assert.equal(isCompliant(judgeProperties(type, given, less)), false);
    }),
    { numRuns: runs },
  );
});
