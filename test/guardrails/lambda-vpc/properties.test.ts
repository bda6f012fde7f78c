import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Value } from '../../../lib/core/value';
import guardrail from '../../../lib/guardrails/lambda-vpc';
import { alone } from '../../support/planned';
import { runs } from '../../support/runs';
import { judgeEvent, judgeIn } from './support';

const NAMES = [
  'FunctionName',
  'VpcConfig',
  'SubnetIds',
  'SecurityGroupIds',
  'CapacityProviderConfig',
  'LambdaManagedInstancesCapacityProviderConfig',
  'CapacityProviderArn',
  'CapacityProviderName',
  'Configuration',
  'VpcEgressConfiguration',
  'ServiceConfig',
  'EgressNetworkConnectorArn',
  'vpcConfig',
  'subnetIds',
  'vpcId',
  'functionName',
  'functionArn',
  'omitted',
  '__proto__',
  'constructor',
];

const leaf = fc.oneof(
  fc.constantFrom<Value>(
    null,
    true,
    '',
    '${Other}',
    '${Other.Arn}',
    '{{resolve:ssm:x}}',
    '${',
    'arn:',
    'arn:aws:lambda:::function:',
    'subnet-0123456789abcdef0',
  ),
  fc.string(),
  fc.double(),
);

const { tree } = fc.letrec<{ tree: Value; object: { readonly [name: string]: Value } }>((tie) => ({
  tree: fc.oneof({ maxDepth: 6 }, leaf, fc.array(tie('tree'), { maxLength: 4 }), tie('object')),
  object: fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), fc.string()), tie('tree'), { maxKeys: 5 }),
}));

const object = fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), fc.string()), tree, { maxKeys: 6 });
const settings = fc.constantFrom(
  {},
  { allowedSubnetIds: ['subnet-0123456789abcdef0'] },
  { allowedVpcIds: ['vpc-1'], allowedSecurityGroupIds: ['sg-1'] },
);
const judging = guardrail.events.filter(({ effect }) => effect === 'judge').map(({ name }) => name);

it('answers for any properties of any of its resources', () => {
  fc.assert(
    fc.property(fc.constantFrom(...guardrail.resources), object, object, settings, (type, properties, other, lists) => {
      const template = { Thing: { type, properties }, Other: { type, properties: other } };

      assert.equal(judgeIn(template, 'Thing', lists).length, 1);
    }),
    { numRuns: runs },
  );
});

it('answers for any attributes of any of its Terraform resources', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(guardrail.terraform)), object, settings, (type, attributes, lists) => {
      const mapped = guardrail.terraform[type]?.(attributes, alone);

      assert.ok(judgeIn({ Thing: mapped ?? { type: '', properties: {} } }, 'Thing', lists).length <= 1);
    }),
    { numRuns: runs },
  );
});

it('answers for any record of any of its events', () => {
  fc.assert(
    fc.property(fc.constantFrom(...judging), tree, tree, settings, (eventName, requestParameters, responseElements, lists) => {
      assert.ok(judgeEvent({ eventName, requestParameters, responseElements }, lists).length <= 1);
    }),
    { numRuns: runs },
  );
});

const unknownList = fc.constantFrom<Value>('${Ids}', '${Lookup.Ids}', '{{resolve:ssm:/ids}}', true, 7, { Ref: 'Ids' }, [{ Ref: 'Ids' }]);
const unknownConfig = fc.constantFrom<Value>('${Config}', '{{resolve:ssm:/config}}', true, 7, ['${Config}']);

it('never calls a network compliant that may be none', () => {
  const config = fc.oneof(
    unknownConfig,
    fc.record({ SubnetIds: unknownList, SecurityGroupIds: unknownList }),
    fc.record({ SubnetIds: unknownList, SecurityGroupIds: fc.constant(['sg-1']) }),
    fc.record({ SubnetIds: fc.constant(['subnet-1']), SecurityGroupIds: unknownList }),
  );
  fc.assert(
    fc.property(config, settings, (VpcConfig, lists) => {
      const [assessment] = judgeIn({ Thing: { type: 'AWS::Lambda::Function', properties: { VpcConfig } } }, 'Thing', lists);

      assert.notEqual(assessment?.verdict, 'compliant');
    }),
    { numRuns: runs },
  );
});

const ids = (prefix: string) => fc.array(fc.constantFrom(`${prefix}-1`, `${prefix}-2`, `${prefix}-3`, '${Hole}'), { minLength: 1, maxLength: 4 });

it('decides by a foreign subnet whatever else is unknown, and whatever the order', () => {
  fc.assert(
    fc.property(ids('subnet'), ids('sg'), (SubnetIds, SecurityGroupIds) => {
      const judge = (subnets: readonly string[]) =>
        judgeIn({ Thing: { type: 'AWS::Lambda::Function', properties: { VpcConfig: { SubnetIds: subnets, SecurityGroupIds } } } }, 'Thing', {
          allowedSubnetIds: ['subnet-1', 'subnet-2'],
        })[0]?.verdict;

      const expected = SubnetIds.includes('subnet-3') ? 'violation' : SubnetIds.includes('${Hole}') ? 'undetermined' : 'compliant';

      assert.deepEqual([judge(SubnetIds), judge([...SubnetIds].reverse())], [expected, expected]);
    }),
    { numRuns: runs },
  );
});

it('never turns a violation into a pass when a list gets shorter', () => {
  fc.assert(
    fc.property(ids('subnet'), fc.subarray(['subnet-1', 'subnet-2', 'subnet-3'], { minLength: 2 }), (SubnetIds, allowedSubnetIds) => {
      const template = { Thing: { type: 'AWS::Lambda::Function', properties: { VpcConfig: { SubnetIds, SecurityGroupIds: ['sg-1'] } } } };
      const [before] = judgeIn(template, 'Thing', { allowedSubnetIds });
      const [after] = judgeIn(template, 'Thing', { allowedSubnetIds: allowedSubnetIds.slice(1) });

      if (before?.verdict === 'violation') assert.equal(after?.verdict, 'violation');
      if (after?.verdict === 'compliant') assert.equal(before?.verdict, 'compliant');
    }),
    { numRuns: runs },
  );
});

it('survives depth and size', () => {
  let deep: Value = 'x';
  for (let level = 0; level < 5000; level += 1) deep = { VpcConfig: [deep], vpcConfig: deep };
  const long = 'a'.repeat(1_000_000);
  const many = Array.from({ length: 100_000 }, (_, index) => `subnet-${index}`);

  for (const value of [deep, long, many]) {
    judgeIn({ Thing: { type: 'AWS::Lambda::Function', properties: { FunctionName: value, VpcConfig: { SubnetIds: value } } } }, 'Thing');
    judgeEvent({ eventName: 'CreateFunction', requestParameters: { functionName: value, vpcConfig: value }, responseElements: value });
  }
});
