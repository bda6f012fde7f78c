import { openPlan } from '../../lib/core/terraform';
import { givenArguments } from '../../lib/core/terraform.configuration';
import type { Value } from '../../lib/core/value';
import { guardrails } from '../../lib/guardrails';

type Attributes = { readonly [name: string]: Value };

const configured = (address: string, ...given: readonly string[]): Value => ({
  address,
  mode: 'managed',
  type: address.split('.')[0] ?? '',
  name: address.split('.')[1] ?? '',
  expressions: Object.fromEntries(given.map((name) => [name, { references: ['var.x'] }])),
});

const CONFIGURATION: Value = {
  root_module: {
    resources: [configured('aws_sns_topic.orders', 'name'), { address: 'aws_sns_topic.bare' }],
    module_calls: {
      feed: {
        module: {
          resources: [configured('aws_sns_topic.orders', 'name', 'policy')],
          module_calls: { inner: { module: { resources: [configured('aws_sns_topic.deep', 'policy')] } } },
        },
      },
    },
  },
};

const change = (address: string, type: string, after: Value, unknown: Value): Value => ({
  address,
  mode: 'managed',
  type,
  name: 'x',
  change: { actions: ['create'], before: null, after, after_unknown: unknown },
});

const opened = (root: Attributes) =>
  openPlan({ format_version: '1.2', ...root }, guardrails).map(({ logicalId, variants }) => {
    const input = variants()[0]?.input;
    return [logicalId, input?.type, input?.properties];
  });

describe('what the author gave', () => {
  it.each<[string, readonly string[] | undefined]>([
    ['aws_sns_topic.orders', ['name']],
    ['aws_sns_topic.orders[0]', ['name']],
    ['aws_sns_topic.orders["eu.west[1]"]', ['name']],
    ['aws_sns_topic.bare', undefined],
    ['module.feed.aws_sns_topic.orders', ['name', 'policy']],
    ['module.feed[2].aws_sns_topic.orders["a\\"]b"]', ['name', 'policy']],
    ['module.feed["a"].module.inner["b"].aws_sns_topic.deep', ['policy']],
    ['aws_sns_topic.elsewhere', undefined],
    ['module.other.aws_sns_topic.orders', undefined],
  ])('%s', (address, expected) => {
    const given = givenArguments({ configuration: CONFIGURATION })(address);

    expect(given && [...given]).toEqual(expected);
  });

  it.each<[string, Value]>([
    ['nothing', {}],
    ['a plan without a configuration', { resource_changes: [] }],
    ['values of other types', { configuration: { root_module: { resources: [null, 'x', { address: 7 }], module_calls: [1, { module: 3 }] } } }],
    ['inherited names', JSON.parse('{"configuration":{"root_module":{"module_calls":{"__proto__":{"module":{"resources":[]}}}}}}')],
  ])('is not told by %s', (_, root) => {
    expect(givenArguments(root)('aws_sns_topic.orders')).toBeUndefined();
  });

  it('ends in modules that nest without end', () => {
    const deep = Array.from({ length: 5000 }).reduce<Value>((module) => ({ module_calls: { m: { module } } }), {});

    expect(givenArguments({ configuration: { root_module: deep } })('aws_sns_topic.orders')).toBeUndefined();
  });
});

describe('an argument that is only known after the apply', () => {
  it('is none when nobody gave it: AWS fills it in', () => {
    const topic = (address: string) => change(address, 'aws_sns_topic', { name: 'orders' }, { arn: true, id: true, policy: true });
    const policy = '${module.feed["eu"].aws_sns_topic.orders.policy}';

    expect(
      opened({ resource_changes: [topic('aws_sns_topic.orders'), topic('module.feed["eu"].aws_sns_topic.orders')], configuration: CONFIGURATION }),
    ).toEqual([
      ['aws_sns_topic.orders', 'AWS::SNS::Topic', { TopicName: 'orders' }],
      [
        'module.feed["eu"].aws_sns_topic.orders',
        'AWS::SNS::TopicInlinePolicy',
        { TopicArn: 'arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:orders', PolicyDocument: policy },
      ],
    ]);
  });

  it('may be given by a block that the plan leaves out of its configuration: it stays unknown', () => {
    const lambda = change('aws_lambda_function.f', 'aws_lambda_function', { function_name: 'f' }, { vpc_config: true });
    const configuration: Value = { root_module: { resources: [configured('aws_lambda_function.f', 'function_name')] } };

    expect(opened({ resource_changes: [lambda], configuration })).toEqual([
      ['aws_lambda_function.f', 'AWS::Lambda::Function', { FunctionName: 'f', VpcConfig: '${aws_lambda_function.f.vpc_config}' }],
    ]);
  });

  it('is none for the awscc provider, which has no blocks', () => {
    const lambda = change('awscc_lambda_function.f', 'awscc_lambda_function', { function_name: 'f' }, { vpc_config: true, arn: true, role: true });
    const configuration: Value = { root_module: { resources: [configured('awscc_lambda_function.f', 'function_name', 'role')] } };

    expect(opened({ resource_changes: [lambda], configuration })).toEqual([
      ['awscc_lambda_function.f', 'AWS::Lambda::Function', { FunctionName: 'f', Role: '${awscc_lambda_function.f.role}' }],
    ]);
  });

  it('leaves the endpoint open unless another resource gives it a policy', () => {
    const endpoint = change(
      'aws_vpc_endpoint.ecr',
      'aws_vpc_endpoint',
      { service_name: 'com.amazonaws.eu-west-1.ecr.dkr' },
      { id: true, policy: true },
    );
    const other = change('aws_vpc_endpoint_policy.ecr', 'aws_vpc_endpoint_policy', { policy: '{}' }, { vpc_endpoint_id: true });
    const configuration: Value = { root_module: { resources: [configured('aws_vpc_endpoint.ecr', 'service_name')] } };
    const properties = { Id: '${aws_vpc_endpoint.ecr.id}', ServiceName: 'com.amazonaws.eu-west-1.ecr.dkr' };

    expect(opened({ resource_changes: [endpoint], configuration })).toEqual([['aws_vpc_endpoint.ecr', 'AWS::EC2::VPCEndpoint', properties]]);
    expect(opened({ resource_changes: [endpoint, other], configuration })[0]).toEqual([
      'aws_vpc_endpoint.ecr',
      'AWS::EC2::VPCEndpoint',
      { ...properties, PolicyDocument: '${aws_vpc_endpoint.ecr.policy}' },
    ]);
  });

  it('is missing from the planned values, and known by being given', () => {
    const values = { topic_arn: 'arn:aws:sns:eu-west-1:222222222222:orders', protocol: 'sqs' };
    const address = 'aws_sns_topic_subscription.s';
    const root = {
      planned_values: { root_module: { resources: [{ address, mode: 'managed', type: 'aws_sns_topic_subscription', name: 's', values }] } },
      configuration: { root_module: { resources: [configured(address, 'topic_arn', 'protocol', 'endpoint')] } },
    };

    expect(opened(root)).toEqual([
      [address, 'AWS::SNS::Subscription', { TopicArn: values.topic_arn, Protocol: 'sqs', Endpoint: `\${${address}.endpoint}` }],
    ]);
  });
});
