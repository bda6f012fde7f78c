/** The lists of `guardrails.lambda-vpc`. */
import type { OptionTable } from '../../core/guardrail';

export const options = {
  allowedVpcIds: {
    format: 'vpc-id',
    description: 'VPCs that functions, capacity providers and network connectors may be in. Absent: any VPC.',
    example: ['vpc-0123456789abcdef0'],
  },
  allowedSubnetIds: {
    format: 'subnet-id',
    description: 'Subnets that they may use: every subnet of theirs has to be listed. Absent: any subnet.',
    example: ['subnet-0123456789abcdef0', 'subnet-0fedcba9876543210'],
  },
  allowedSecurityGroupIds: {
    format: 'security-group-id',
    description: 'Security groups that they may use: every group of theirs has to be listed. Absent: any security group.',
    example: ['sg-0123456789abcdef0'],
  },
} as const satisfies OptionTable;
