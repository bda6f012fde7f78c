import assert from 'node:assert/strict';
import fc from 'fast-check';
import { judgeGrant } from '../../../lib/core/iam/grant';
import { parsePolicy, parseStatement } from '../../../lib/core/iam/policy';
import { isUnknown, type Value } from '../../../lib/core/value';
import { runs } from '../../support/runs';

const OWN = '222222222222';
const trust = {
  organizationId: 'o-exampleorgid',
  managementAccountId: '111111111111',
  accountIds: new Set([OWN, '333333333333']),
  trustedAccountIds: new Set(['444455556666']),
  trustedOrganizationIds: new Set(['o-partnerorg0']),
};

type Answer = 'violation' | 'undetermined' | 'compliant';

function verdictsOf(document: Value, using = trust): readonly Answer[] {
  const policy = parsePolicy(document);
  if (isUnknown(policy)) return ['undetermined'];
  return policy.statements.map((statement) => {
    const answer = judgeGrant(statement, { trust: using, owner: OWN }, policy);
    return answer.faults.length > 0 ? 'violation' : answer.unknowns.length > 0 ? 'undetermined' : 'compliant';
  });
}

const account = fc.constantFrom(OWN, '333333333333', '444455556666', '999999999999', '111111111111');
const organization = fc.constantFrom('o-exampleorgid', 'o-partnerorg0', 'o-strangers00', 'o-*', '${aws:PrincipalOrgID}', '${OrgId}');
const principal = fc.oneof(
  fc.constantFrom<Value>(
    '*',
    { AWS: '*' },
    { Service: 's3.amazonaws.com' },
    { Federated: 'cognito-identity.amazonaws.com' },
    { CanonicalUser: 'abc' },
  ),
  account.map((id): Value => ({ AWS: id })),
  fc
    .array(
      account.map((id) => `arn:aws:iam::${id}:role/x`),
      { minLength: 1, maxLength: 3 },
    )
    .map((list): Value => ({ AWS: list })),
);
const known = fc.oneof(
  organization.map((id) => ['aws:PrincipalOrgID', id] as const),
  account.map((id) => ['aws:PrincipalAccount', id] as const),
  account.map((id) => ['aws:SourceAccount', id] as const),
  account.map((id) => ['aws:SourceArn', `arn:aws:sns:eu-west-1:${id}:t`] as const),
  fc.constantFrom('arn:aws:s3:::b', 'arn:aws:sns:*:*:t', '*').map((arn) => ['aws:SourceArn', arn] as const),
);
const operator = fc.constantFrom(
  'StringEquals',
  'StringLike',
  'ArnLike',
  'StringEqualsIfExists',
  'StringNotEquals',
  'ForAnyValue:StringLike',
  'ForAllValues:StringEquals',
);
const conditions = fc
  .array(fc.tuple(operator, known), { maxLength: 3 })
  .map((list): Value => Object.fromEntries(list.map(([name, [key, value]]) => [name, { [key]: value }])));
const statement = fc.record({
  Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
  Principal: principal,
  Action: fc.constantFrom<Value>('lambda:InvokeFunction', 'lambda:*', '*', ['lambda:InvokeFunction', 'lambda:GetFunction']),
  Resource: fc.constantFrom<Value>('*', 'arn:aws:lambda:eu-west-1:222222222222:function:f'),
  Condition: conditions,
});
const documentOf = (statements: Value): Value => ({ Version: '2012-10-17', Statement: statements });

/** Conditions of which the judge knows nothing, or that hold nothing. */
const foreignCondition = fc.constantFrom<{ readonly [operator: string]: { readonly [key: string]: Value } }>(
  { Bool: { 'aws:SecureTransport': 'true' } },
  { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
  { NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } },
  { StringEquals: { 'aws:UserAgent': 'x' } },
  { StringNotLike: { 'aws:PrincipalOrgID': 'o-exampleorgid' } },
  { Null: { 'aws:PrincipalOrgID': 'true' } },
  { Null: { 'aws:PrincipalTag/team': 'false' } },
  { StringMatches: { 'aws:PrincipalOrgID': 'o-exampleorgid' } },
  { 'ForAllValues:StringLike': { 'aws:PrincipalAccount': OWN } },
);

describe('a statement', () => {
  it('that violates is never made compliant by a condition that is not understood', () => {
    fc.assert(
      fc.property(statement, foreignCondition, (given, more) => {
        const before = verdictsOf(documentOf(given));
        const clash = Object.keys(more).some((name) => Object.hasOwn(given.Condition as object, name));
        fc.pre(!clash && before[0] !== 'compliant');
        assert.notDeepEqual(verdictsOf(documentOf({ ...given, Condition: { ...(given.Condition as object), ...more } })), ['compliant']);
      }),
      { numRuns: runs },
    );
  });

  it('of which Null demands a key is judged as if …IfExists and ForAllValues were not written', () => {
    const lenient = fc.constantFrom<(name: string) => string>(
      (name) => `${name}IfExists`,
      (name) => `ForAllValues:${name}`,
    );
    fc.assert(
      fc.property(statement, fc.constantFrom('StringEquals', 'StringLike', 'ArnLike'), known, lenient, (given, name, [key, value], written) => {
        const demanded = { Null: { [key]: 'false' } };
        const plain = verdictsOf(documentOf({ ...given, Condition: { [name]: { [key]: value } } }));

        assert.deepEqual(verdictsOf(documentOf({ ...given, Condition: { [written(name)]: { [key]: value }, ...demanded } })), plain);
      }),
      { numRuns: runs },
    );
  });

  it('is judged alike however its keys are cased and its values are listed', () => {
    const odd = (text: string) => [...text].map((letter, index) => (index % 2 ? letter.toUpperCase() : letter.toLowerCase())).join('');
    const listed = (value: Value): Value => (Array.isArray(value) ? value : [value]);
    fc.assert(
      fc.property(statement, (given) => {
        const condition = Object.entries(given.Condition as { [key: string]: { [key: string]: Value } }).map(([name, keys]) => [
          odd(name),
          Object.fromEntries(Object.entries(keys).map(([key, value]) => [odd(key), listed(value)])),
        ]);
        const rewritten = {
          [odd('Effect')]: given.Effect,
          [odd('Principal')]:
            typeof given.Principal === 'string'
              ? given.Principal
              : Object.fromEntries(Object.entries(given.Principal as object).map(([kind, value]) => [kind, listed(value as Value)])),
          [odd('Action')]: listed(given.Action),
          [odd('Resource')]: listed(given.Resource),
          [odd('Condition')]: Object.fromEntries(condition),
        };
        assert.deepEqual(verdictsOf(documentOf([rewritten])), verdictsOf(documentOf(given)));
      }),
      { numRuns: runs },
    );
  });

  it('that violates stays so when a trust is removed', () => {
    fc.assert(
      fc.property(
        fc.array(statement, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('accounts', 'organizations', 'members'),
        (statements, removed) => {
          const less = {
            ...trust,
            ...(removed === 'accounts' && { trustedAccountIds: new Set<string>() }),
            ...(removed === 'organizations' && { trustedOrganizationIds: new Set<string>() }),
            ...(removed === 'members' && { accountIds: new Set([OWN]) }),
          };
          const before = verdictsOf(documentOf(statements));
          const after = verdictsOf(documentOf(statements), less);
          for (const [index, verdict] of before.entries()) if (verdict !== 'compliant') assert.notEqual(after[index], 'compliant');
        },
      ),
      { numRuns: runs },
    );
  });
});

it('the order of statements never changes a verdict', () => {
  fc.assert(
    fc.property(fc.array(statement, { minLength: 2, maxLength: 5 }), (statements) => {
      const forwards = verdictsOf(documentOf(statements));
      assert.deepEqual([...verdictsOf(documentOf([...statements].reverse()))].reverse(), forwards);
    }),
    { numRuns: runs },
  );
});

it('any JSON is a statement that is read without a crash, and grants nothing unseen', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (raw) => {
      const policy = parsePolicy(raw as Value);
      if (isUnknown(policy)) return;
      for (const parsed of [...policy.statements, parseStatement(raw as Value)]) judgeGrant(parsed, { trust, owner: OWN }, policy);
    }),
    { numRuns: runs },
  );
});
