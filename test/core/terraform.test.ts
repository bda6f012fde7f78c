import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AnyGuardrail } from '../../lib/core/guardrail';
import { awsccProperties, awsccType, openPlan, plannedResources } from '../../lib/core/terraform';
import type { Value } from '../../lib/core/value';
import { guardrails } from '../../lib/guardrails';
import { runs } from '../support/runs';

type Attributes = { readonly [name: string]: Value };

const change = (actions: readonly string[], after: Value, unknown: Value = {}, more: Attributes = {}): Value => ({
  address: 'module.feed.aws_lambda_permission.partner["eu"]',
  mode: 'managed',
  type: 'aws_lambda_permission',
  name: 'partner',
  change: { actions, before: null, after, after_unknown: unknown, after_sensitive: { principal: true } },
  ...more,
});
const plan = (...changes: readonly Value[]): Attributes => ({ format_version: '1.2', resource_changes: changes });
const attributesOf = (after: Value, unknown: Value) => plannedResources(plan(change(['create'], after, unknown)))[0]?.attributes;
const hole = (path: string) => `\${module.feed.aws_lambda_permission.partner["eu"].${path}}`;

describe('the resources of a plan', () => {
  it('are those that will be there', () => {
    const after = { principal: '444455556666' };
    const kept = [['create'], ['update'], ['no-op'], ['delete', 'create'], ['create', 'delete'], ['create', 'forget'], ['import'], []];
    const gone = [['delete'], ['read'], ['forget']];

    expect(plannedResources(plan(...[...kept, ...gone].map((actions) => change(actions, after)))).map(({ path }) => path[1])).toEqual(
      kept.map((_, index) => String(index)),
    );
  });

  it('leave out data, what is deposed, and what is no resource', () => {
    const after = { principal: '444455556666' };
    const odd: readonly Value[] = [null, 'x', [], {}, { change: null }, { type: 'aws_x', change: { actions: ['create'], after: null } }];

    expect(
      plannedResources(
        plan(change(['read', 'create'], after, {}, { mode: 'data' }), change(['delete', 'create'], after, {}, { deposed: 'a1' }), ...odd),
      ),
    ).toEqual([]);
  });

  it('say what they are and where they stand', () => {
    expect(plannedResources(plan({}, change(['create'], { principal: '*' })))).toEqual([
      {
        address: 'module.feed.aws_lambda_permission.partner["eu"]',
        type: 'aws_lambda_permission',
        attributes: { principal: '*' },
        path: ['resource_changes', '1'],
      },
    ]);
  });

  it('come from the planned values where there are no changes, through every module', () => {
    const resource = (address: string): Value => ({ address, mode: 'managed', type: 'aws_sns_topic', name: 't', values: { name: address } });
    const root = {
      terraform_version: '1.9.0',
      planned_values: {
        root_module: {
          resources: [resource('a'), { ...(resource('d') as Attributes), mode: 'data' }],
          child_modules: [{ resources: [resource('module.m.b')], child_modules: [{ resources: [resource('module.m.n.c')] }] }, null],
        },
      },
    };

    expect(plannedResources({ ...root, resource_changes: [] })).toEqual(plannedResources(root));
    expect(plannedResources(root).map(({ address, path }) => [address, path.join('.')])).toEqual([
      ['a', 'planned_values.root_module.resources.0'],
      ['module.m.b', 'planned_values.root_module.child_modules.0.resources.0'],
      ['module.m.n.c', 'planned_values.root_module.child_modules.0.child_modules.0.resources.0'],
    ]);
  });
});

describe('what is only known after the apply', () => {
  it.each<[string, Value, Value, unknown]>([
    ['a value', { principal: '*' }, { source_arn: true }, { principal: '*', source_arn: hole('source_arn') }],
    ['a value that is null so far', { source_arn: null }, { source_arn: true }, { source_arn: hole('source_arn') }],
    ['a whole list', {}, { subnet_ids: true }, { subnet_ids: hole('subnet_ids') }],
    ['an item', { ids: ['a', null] }, { ids: [false, true] }, { ids: ['a', hole('ids[1]')] }],
    ['an item beyond the known ones', { ids: ['a'] }, { ids: [false, true] }, { ids: ['a', hole('ids[1]')] }],
    ['a whole block', {}, { vpc_config: true }, { vpc_config: hole('vpc_config') }],
    [
      'inside a block',
      { vpc_config: [{ subnet_ids: ['s'], vpc_id: null }] },
      { vpc_config: [{ subnet_ids: [false], security_group_ids: true, vpc_id: true }] },
      { vpc_config: [{ subnet_ids: ['s'], vpc_id: hole('vpc_config[0].vpc_id'), security_group_ids: hole('vpc_config[0].security_group_ids') }] },
    ],
    ['a block that is not there yet', {}, { dlq: [{ arn: true }] }, { dlq: [{ arn: hole('dlq[0].arn') }] }],
    ['nothing', { a: 1, b: null, c: [] }, { a: false, c: [], d: [], e: {} }, { a: 1, b: null, c: [], d: [], e: null }],
    ['everything', { a: 1 }, true, {}],
    ['no telling', { a: 1 }, null, { a: 1 }],
    ['a name with braces', { m: { 'a{b}': null } }, { m: { 'a{b}': true } }, { m: { 'a{b}': hole('m.ab') } }],
  ])('%s', (_, after, unknown, expected) => {
    expect(attributesOf(after, unknown)).toEqual(expected);
  });

  it('keeps JSON as the text it is', () => {
    expect(attributesOf({ policy: '{"a":1}' }, {})).toEqual({ policy: '{"a":1}' });
  });
});

describe('the awscc provider', () => {
  it('names its resources after the type', () => {
    expect(
      ['AWS::Lambda::Permission', 'AWS::Lambda::LayerVersionPermission', 'AWS::EC2::VPCEndpoint', 'AWS::SNS::Topic', 'AWS::ECR::RegistryPolicy'].map(
        awsccType,
      ),
    ).toEqual([
      'awscc_lambda_permission',
      'awscc_lambda_layer_version_permission',
      'awscc_ec2_vpc_endpoint',
      'awscc_sns_topic',
      'awscc_ecr_registry_policy',
    ]);
  });

  it('names its attributes after the properties', () => {
    expect(
      awsccProperties({
        source_arn: 'a',
        principal_org_id: 'o-1',
        function_url_auth_type: 'NONE',
        event_source_token: null,
        vpc_config: { subnet_ids: ['s'], ipv_6_allowed_for_dual_stack: true, security_group_ids: null },
        tags: [{ key: 'k', value: 'v' }],
        environment: { variables: { LOG_LEVEL: 'x' } },
        unknown: '${a.b}',
      }),
    ).toEqual({
      SourceArn: 'a',
      PrincipalOrgID: 'o-1',
      FunctionUrlAuthType: 'NONE',
      VpcConfig: { SubnetIds: ['s'], Ipv6AllowedForDualStack: true },
      Tags: [{ Key: 'k', Value: 'v' }],
      Environment: { Variables: { LOG_LEVEL: 'x' } },
      Unknown: '${a.b}',
    });
  });
});

describe('a plan, opened', () => {
  const guardrail = {
    resources: ['AWS::Lambda::Permission'],
    terraform: {
      aws_lambda_permission: (attributes: Attributes) => ({
        type: 'AWS::Lambda::Permission',
        properties: { Principal: attributes.principal ?? null },
      }),
    },
  } as unknown as AnyGuardrail;
  const cloudControl = { address: 'awscc_lambda_permission.p', type: 'awscc_lambda_permission' };

  it('gives the guarded resources in CloudFormation’s terms', () => {
    const opened = openPlan(
      plan(
        change(['create'], { principal: '*', region: 'us-east-1' }),
        change(['create'], { principal: '1' }, {}, cloudControl),
        change(['create'], {}, {}, { type: 'aws_s3_bucket' }),
      ),
      [guardrail, guardrail],
    );
    const place = { partition: '${AWS::Partition}', region: '${AWS::Region}', account: '${AWS::AccountId}' };
    const address = 'module.feed.aws_lambda_permission.partner["eu"]';
    const type = 'AWS::Lambda::Permission';

    expect(opened.map(({ variants, ...resource }) => ({ ...resource, variants: variants() }))).toEqual([
      {
        logicalId: address,
        type,
        path: ['resource_changes', '0'],
        variants: [{ branch: '', input: { type, logicalId: address, properties: { Principal: '*' }, place: { ...place, region: 'us-east-1' } } }],
      },
      {
        logicalId: cloudControl.address,
        type,
        path: ['resource_changes', '1'],
        variants: [{ branch: '', input: { type, logicalId: cloudControl.address, properties: { Principal: '1' }, place } }],
      },
    ]);
  });

  it('takes any JSON for a plan', () => {
    const near = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom(
            'change',
            'after',
            'after_unknown',
            'actions',
            'type',
            'mode',
            'address',
            'vpc_config',
            'policy',
            'root_module',
            'resources',
            '__proto__',
          ),
          fc.oneof(tie('node'), fc.constantFrom('aws_lambda_function', 'aws_sns_topic', 'create', true)),
          { maxKeys: 4 },
        ),
      ),
    })).node;
    fc.assert(
      fc.property(fc.array(near, { maxLength: 3 }), near, (changes, values) => {
        const known = JSON.parse(JSON.stringify({ resource_changes: changes, planned_values: values }));
        const { resource_changes: _, ...only } = known;
        for (const root of [known, only]) for (const { variants } of openPlan(root, guardrails)) assert.equal(variants().length, 1);
      }),
      { numRuns: runs },
    );
  });

  it('is read in bounded time, however deep', () => {
    let deep: Value = true;
    let value: Value = 'x';
    for (let depth = 0; depth < 5000; depth += 1) {
      deep = { a: deep };
      value = { a: value };
    }

    expect(JSON.stringify(attributesOf({ a: value }, { a: deep })).length).toBeLessThan(10_000);
    expect(plannedResources(plan(change(['create'], { a: value }, { a: deep }, { type: 'awscc_lambda_permission' })))).toHaveLength(1);
    expect(() => awsccProperties({ a: value })).not.toThrow();
  });
});
