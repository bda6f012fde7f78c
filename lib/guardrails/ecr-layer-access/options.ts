import type { OptionTable, Settings } from '../../core/guardrail';

export const options = {
  allowedRoles: {
    format: 'role-pattern',
    description:
      'Who may pull. A name (`ci-*`) or a path and name (`eks/*`) means roles of the organization; an ARN pattern may also name users. Absent: any identity of the organization',
    example: ['ci-*', 'arn:aws:iam::*:role/eks/*'],
  },
  allowedNetworks: {
    format: 'cidr',
    description: 'Networks that pulls may come from; private ranges are those of callers behind a VPC endpoint. Absent: not restricted by address',
    example: ['203.0.113.0/24'],
  },
  allowedVpcEndpoints: {
    format: 'vpc-endpoint-id',
    description: 'VPC endpoints that pulls may come through. One of these or one of allowedNetworks suffices. Absent: not restricted by endpoint',
    example: ['vpce-0123456789abcdef0'],
  },
} as const satisfies OptionTable;

/** Without a list there would be nothing to hold a pull to, and a policy of that would deny everything or nothing. */
export const checkSettings = (settings: Settings<typeof options>): readonly string[] =>
  Object.keys(options).some((name) => Object.hasOwn(settings, name))
    ? []
    : ['give at least one of allowedRoles, allowedNetworks and allowedVpcEndpoints: without any of them no pull can be told from another'];
