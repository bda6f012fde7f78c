/** What holds for any input: no crash, no silent pass, and less trust never means a better verdict. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Case } from '../../../lib/core/case';
import { decodeRecord, isRecordProblem } from '../../../lib/core/cloudtrail';
import { type Bench, judgeFacts, judgeRecord } from '../../../lib/core/judge';
import type { Trust } from '../../../lib/core/trust';
import type { Assessment } from '../../../lib/core/verdict';
import guardrail from '../../../lib/guardrails/ecr-layer-access';
import { cases } from '../../../lib/guardrails/ecr-layer-access/cases';
import { alone } from '../../support/planned';
import { runs } from '../../support/runs';
import { benchOf, PLACE, rawRecord, SETTINGS, TRUST } from './support';

const judge = guardrail.events.filter(({ effect }) => effect === 'judge');

/** Keys that the readers look for, so that arbitrary JSON reaches past the first field. */
const KEYS = [
  ...[
    'Statement',
    'Effect',
    'Principal',
    'NotPrincipal',
    'Action',
    'NotAction',
    'Resource',
    'Condition',
    'AWS',
    'Service',
    'StringEquals',
    'aws:PrincipalOrgID',
  ],
  ...[
    'policyText',
    'repositoryPolicy',
    'repositoryCreationTemplate',
    'replicationConfiguration',
    'rules',
    'destinations',
    'registryId',
    'region',
    'repositoryName',
  ],
  ...[
    'CreateVpcEndpointRequest',
    'CreateVpcEndpointResponse',
    'ModifyVpcEndpointRequest',
    'ServiceName',
    'PolicyDocument',
    'VpcEndpointId',
    'ResetPolicy',
    'vpcEndpoint',
  ],
  ...[
    'RepositoryPolicyText',
    'PolicyText',
    'ReplicationConfiguration',
    'RepositoryPolicy',
    'Prefix',
    'Id',
    'RepositoryName',
    '__proto__',
    'constructor',
  ],
];
const TEXTS = [
  ...[
    'Allow',
    'Deny',
    '*',
    '999999999999',
    '222222222222',
    'ecr:*',
    'ecr:BatchGetImage',
    'com.amazonaws.eu-west-1.ecr.api',
    '${Unknown}',
    'true',
    '',
  ],
  ...[
    'o-exampleorgid',
    'o-strangers0',
    'arn:aws:iam::999999999999:root',
    'arn:aws:ecr:eu-west-1:222222222222:repository/*',
    '{"Statement":[]}',
    '{"Statement"',
  ],
];

const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<unknown>(...TEXTS, null, true, 0),
    fc.string(),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...KEYS) }, { weight: 1, arbitrary: fc.string() }), tie('json'), { maxKeys: 4 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie('json'), { maxKeys: 4 }).map((value) => JSON.stringify(value)),
  ),
}));

const object = fc.dictionary(fc.constantFrom(...KEYS), json, { maxKeys: 5 });

describe('any JSON', () => {
  it('as the properties of a resource', () => {
    fc.assert(
      fc.property(fc.constantFrom(...guardrail.resources), object, (type, properties) => {
        const facts = guardrail.fromResource({ type, properties: properties as never, logicalId: 'Resource', place: PLACE });

        assert.equal(Array.isArray(judgeFacts(benchOf({}), guardrail, facts)), true);
      }),
      { numRuns: runs },
    );
  });

  it('as the attributes of a Terraform resource', () => {
    const attributes = fc.dictionary(
      fc.constantFrom('policy', 'repository', 'replication_configuration', 'service_name', 'repository_policy', 'id'),
      json,
    );
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(guardrail.terraform)), attributes, (mapping, given) => {
        const facts = guardrail.fromResource({ ...mapping(given as never, alone), logicalId: 'Resource', place: PLACE });

        assert.equal(Array.isArray(judgeFacts(benchOf({}), guardrail, facts)), true);
      }),
      { numRuns: runs },
    );
  });

  it('as a request, a response, an identity and the rest of a record', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...judge),
        object,
        object,
        fc.dictionary(fc.constantFrom('userIdentity', 'resources', 'sourceIPAddress', 'vpcEndpointId', 'recipientAccountId'), json),
        (event, requestParameters, responseElements, rest) => {
          const record = decodeRecord(
            rawRecord({ eventSource: event.source, eventName: event.name, requestParameters, responseElements, ...rest } as never),
          );
          if (isRecordProblem(record)) throw new Error(record.problem);

          assert.equal(Array.isArray(judgeRecord(benchOf({}), guardrail, record)), true);
        },
      ),
      { numRuns: runs },
    );
  });

  it('nested a thousand deep', () => {
    const deep = (Array.from({ length: 1000 }) as unknown[]).reduce<unknown>(
      (inner) => ({ Statement: [inner], rules: [inner], Principal: inner }),
      'end',
    );
    for (const type of guardrail.resources) {
      const properties = {
        RepositoryPolicyText: deep,
        PolicyText: deep,
        RepositoryPolicy: deep,
        ReplicationConfiguration: deep,
        ServiceName: 'x.ecr.api',
        PolicyDocument: deep,
      };
      const facts = guardrail.fromResource({ type, properties: properties as never, logicalId: 'Resource', place: PLACE });

      expect(judgeFacts(benchOf({}), guardrail, facts).map(({ verdict }) => verdict)).toEqual([expect.stringMatching('undetermined')]);
    }
  });
});

it('patterns that are made to be slow are not', () => {
  const slow = `ecr:${'*?'.repeat(20_000)}X`;
  const document = { Statement: Array(50).fill({ Effect: 'Allow', Principal: '*', Action: slow, Resource: slow }) };
  const properties = { ServiceName: 'x.ecr.api', PolicyDocument: document, RepositoryPolicyText: document };
  const before = performance.now();
  for (const type of ['AWS::ECR::Repository', 'AWS::EC2::VPCEndpoint']) {
    const facts = guardrail.fromResource({ type, properties, logicalId: 'Resource', place: PLACE });

    expect(judgeFacts(benchOf({}), guardrail, facts).map(({ verdict }) => verdict)).toEqual(['compliant']);
  }
  expect(performance.now() - before).toBeLessThan(2000);
});

const violates = (assessments: readonly Assessment[]): boolean => assessments.some(({ verdict }) => verdict === 'violation');
const passes = (assessments: readonly Assessment[]): boolean => assessments.length > 0 && assessments.every(({ verdict }) => verdict === 'compliant');

/** Everything that the slice sees of a case. */
function assess(item: Case, bench: Bench): readonly (readonly Assessment[])[] {
  const record = item.record && decodeRecord(rawRecord(item.record));
  const { resource } = item;
  return [
    ...(resource ? [judgeFacts(bench, guardrail, guardrail.fromResource({ ...resource, logicalId: 'Resource', place: PLACE }))] : []),
    ...(record && !isRecordProblem(record) ? [judgeRecord(bench, guardrail, record)] : []),
  ];
}

const without = <T>(set: ReadonlySet<T>, kept: (index: number) => boolean): ReadonlySet<T> => new Set([...set].filter((_, index) => kept(index)));

describe('less trust', () => {
  const trusts = fc.record({
    accountIds: fc.subarray(['111111111111', '222222222222', '333333333333', '444455556666', '999999999999']),
    trustedAccountIds: fc.subarray(['222222222222', '333333333333', '444455556666', '999999999999']),
    trustedOrganizationIds: fc.subarray(['o-partnerorg0', 'o-strangers0']),
  });
  const settings = fc.record(
    {
      allowedRoles: fc.subarray(['ci-*', 'deploy', 'arn:aws:iam::*:role/eks/*', 'arn:aws:iam::*:*', '*/*'], { minLength: 1 }),
      allowedNetworks: fc.subarray(['203.0.113.0/24', '198.51.100.0/24', '10.0.0.0/8'], { minLength: 1 }),
      allowedVpcEndpoints: fc.subarray(['vpce-0123456789abcdef0', 'vpce-0fffffffffffffff0'], { minLength: 1 }),
    },
    { requiredKeys: [] },
  );

  it('never turns a violation into compliant', () => {
    fc.assert(
      fc.property(fc.constantFrom(...cases), trusts, settings, fc.infiniteStream(fc.boolean()), (item, trusted, lists, keeps) => {
        const keep = () => keeps.next().value !== false;
        const bench = (trust: Trust, chosen: typeof lists) => {
          const base = benchOf({ settings: chosen }, trust);
          return { ...base, configuration: { ...base.configuration, exemptions: [] } };
        };
        const wide: Trust = {
          ...TRUST,
          accountIds: new Set(trusted.accountIds),
          trustedAccountIds: new Set(trusted.trustedAccountIds),
          trustedOrganizationIds: new Set(trusted.trustedOrganizationIds),
        };
        const narrow: Trust = {
          ...wide,
          accountIds: without(wide.accountIds, keep),
          trustedAccountIds: without(wide.trustedAccountIds, keep),
          trustedOrganizationIds: without(wide.trustedOrganizationIds, keep),
        };
        const fewer = Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, list?.filter(keep)]));
        const before = assess(item, bench(wide, lists));
        const after = assess(item, bench(narrow, fewer));

        for (const [index, assessments] of before.entries()) {
          if (violates(assessments)) assert.equal(passes(after[index] ?? []), false);
        }
      }),
      { numRuns: runs },
    );
  });
});

describe('what is not known', () => {
  it('never makes a violation compliant', () => {
    const telling = cases.filter(({ resource, expect: one }) => resource !== undefined && 'verdict' in one && one.verdict === 'violation');
    fc.assert(
      fc.property(fc.constantFrom(...telling), fc.nat(), (item, seed) => {
        const { type = '', properties = {} } = item.resource ?? {};
        const fields = Object.entries(properties).filter(([name]) => /Policy|Configuration/.test(name));
        const [field, value] = fields[seed % fields.length] ?? ['PolicyDocument', undefined];
        const blurred = { ...properties, [field]: blur(value, seed) };
        const facts = guardrail.fromResource({ type, properties: blurred as never, logicalId: 'Resource', place: PLACE });

        assert.equal(passes(judgeFacts(benchOf(item), guardrail, facts)), false);
      }),
      { numRuns: runs },
    );
  });
});

/** The value with one of its parts, whichever the seed picks, only known at deployment. */
function blur(value: unknown, seed: number): unknown {
  if (typeof value !== 'object' || value === null || (seed % 5 === 0 && !Array.isArray(value))) return '${Unknown}';
  const entries = Object.entries(value).filter(
    ([key]) => !['Sid', 'Version', 'RepositoryName', 'VpcId', 'VpcEndpointType', 'AppliedFor', 'Prefix'].includes(key),
  );
  if (entries.length === 0) return value;
  const [key, inner] = entries[seed % entries.length] ?? ['', undefined];
  const changed = blur(inner, Math.floor(seed / 7));
  if (Array.isArray(value)) return value.map((item, index) => (String(index) === key ? changed : item));
  return { ...value, [key]: changed };
}

describe('a condition that nobody understands', () => {
  it('never turns a violation into compliant', () => {
    const block = fc.dictionary(
      fc.constantFrom('Weird', 'StringNotEquals', 'ForAllValues:StringEquals', 'StringEqualsIfExists', 'Null'),
      fc.dictionary(fc.constantFrom('aws:PrincipalOrgID', 'aws:ResourceOrgID', 'aws:UserAgent', 'x'), fc.constantFrom('o-exampleorgid', 'true', '*')),
      { minKeys: 1, maxKeys: 2 },
    );
    const principals = fc.constantFrom<unknown>('*', { AWS: '999999999999' }, { AWS: 'arn:aws:iam::999999999999:role/x' });
    fc.assert(
      fc.property(block, principals, fc.constantFrom('AWS::ECR::Repository', 'AWS::EC2::VPCEndpoint'), (Condition, Principal, type) => {
        const document = { Statement: [{ Effect: 'Allow', Principal, Action: 'ecr:*', Resource: '*', Condition }] };
        const properties = { ServiceName: 'com.amazonaws.eu-west-1.ecr.api', PolicyDocument: document, RepositoryPolicyText: document };
        const facts = guardrail.fromResource({ type, properties: properties as never, logicalId: 'Resource', place: PLACE });

        assert.equal(violates(judgeFacts(benchOf({}), guardrail, facts)), true);
      }),
      { numRuns: runs },
    );
  });
});

it('the base settings are those that the cases are written for', () => {
  expect(guardrail.checkSettings?.(SETTINGS)).toEqual([]);
  expect(guardrail.checkSettings?.({})).toEqual([expect.stringMatching(/allowedRoles, allowedNetworks and allowedVpcEndpoints/)]);
});
