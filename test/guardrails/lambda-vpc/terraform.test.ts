import { openPlan } from '../../../lib/core/terraform';
import type { Value } from '../../../lib/core/value';
import lambdaVpc from '../../../lib/guardrails/lambda-vpc';

const [SUBNET, OTHER_SUBNET, GROUP] = ['subnet-0123456789abcdef0', 'subnet-0fedcba9876543210', 'sg-0123456789abcdef0'];
const VPC = 'vpc-0123456789abcdef0';

const functionIn = (subnet: Value, memory = 128): Value => ({
  function_name: 'orders',
  memory_size: memory,
  vpc_config: [{ subnet_ids: [subnet], security_group_ids: [GROUP], vpc_id: VPC }],
});

/** The VPC configuration as the plan of a change shows it. */
function vpcConfigOf(before: Value, after: Value, unknown: Value = {}): Value | undefined {
  const change = { actions: ['update'], before, after, after_unknown: unknown };
  const [resource] = openPlan({ resource_changes: [{ address: 'aws_lambda_function.orders', type: 'aws_lambda_function', change }] }, [lambdaVpc]);
  const [variant] = resource?.variants() ?? [];
  return variant?.input.properties.VpcConfig;
}

describe('the VPC that a Terraform plan tells', () => {
  it('is the one of a function whose subnets stay, or that is told at its creation', () => {
    const expected = { SubnetIds: [SUBNET], SecurityGroupIds: [GROUP], VpcId: VPC };

    expect(vpcConfigOf(functionIn(SUBNET), functionIn(SUBNET, 256))).toEqual(expected);
    expect(vpcConfigOf(null, functionIn(SUBNET))).toEqual(expected);
  });

  it('is not the one of subnets that change: the plan still shows what was before', () => {
    expect(vpcConfigOf(functionIn(SUBNET), functionIn(OTHER_SUBNET))).toEqual({ SubnetIds: [OTHER_SUBNET], SecurityGroupIds: [GROUP] });
    expect(vpcConfigOf(functionIn(SUBNET), functionIn(null), { vpc_config: [{ subnet_ids: [true] }] })).not.toHaveProperty('VpcId');
  });

  it('is told of none', () => {
    expect(vpcConfigOf({ function_name: 'orders', vpc_config: [] }, { function_name: 'orders', vpc_config: [] })).toBeUndefined();
  });
});
