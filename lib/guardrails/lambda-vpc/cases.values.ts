/** What the cases share. */
export const VPC = 'vpc-0123456789abcdef0';
export const OTHER_VPC = 'vpc-0fedcba9876543210';
export const SUBNET = 'subnet-0123456789abcdef0';
export const OTHER_SUBNET = 'subnet-0fedcba9876543210';
export const GROUP = 'sg-0123456789abcdef0';
export const OTHER_GROUP = 'sg-0fedcba9876543210';

export const LISTS = { allowedVpcIds: [VPC], allowedSubnetIds: [SUBNET], allowedSecurityGroupIds: [GROUP] } as const;

export const FUNCTION = {
  FunctionName: 'orders',
  Runtime: 'nodejs24.x',
  Handler: 'index.handler',
  Role: 'arn:aws:iam::222222222222:role/orders',
  Code: { ZipFile: 'exports.handler = async () => {};' },
} as const;

export const VPC_CONFIG = { SubnetIds: [SUBNET], SecurityGroupIds: [GROUP] } as const;
/** As Lambda answers it. */
export const NETWORK = { vpcId: VPC, subnetIds: [SUBNET], securityGroupIds: [GROUP] } as const;
export const TF_NETWORK = { subnet_ids: [SUBNET], security_group_ids: [GROUP] } as const;
