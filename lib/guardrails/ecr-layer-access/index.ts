import { defineGuardrail } from '../../core/guardrail';
import { CREATION_TEMPLATE, ENDPOINT, REGISTRY_POLICY, REPLICATION, REPOSITORY } from './facts';
import { inventory } from './inventory';
import { facts, reads } from './live';
import { checkSettings, options } from './options';
import { plan } from './plan';
import { closes, fromRecord } from './records';
import { fromResource } from './resources';
import { evaluate } from './rule';
import { scp } from './scp';
import { terraform } from './terraform';

const ECR = 'ecr.amazonaws.com';
const EC2 = 'ec2.amazonaws.com';
const GUIDE = 'https://docs.aws.amazon.com/AmazonECR/latest/userguide';

export default defineGuardrail({
  id: 'ecr-layer-access',
  title: 'ECR image layers',
  summary:
    'Container images carry code and often secrets. They leave by a pull with stolen credentials, by a policy that lets other accounts pull, by replication, or through an endpoint that lets anyone push anywhere. Only allowed identities from allowed networks may pull, and only the organization and trusted accounts may be granted, replicated to or let through.',
  resources: [REPOSITORY, REGISTRY_POLICY, REPLICATION, CREATION_TEMPLATE, ENDPOINT],
  events: [
    { source: ECR, name: 'BatchGetImage', effect: 'judge', readOnly: true },
    { source: ECR, name: 'GetDownloadUrlForLayer', effect: 'judge', readOnly: true },
    { source: ECR, name: 'SetRepositoryPolicy', effect: 'judge', mends: true },
    { source: ECR, name: 'PutRegistryPolicy', effect: 'judge', mends: true },
    { source: ECR, name: 'PutReplicationConfiguration', effect: 'judge', mends: true },
    { source: ECR, name: 'CreateRepositoryCreationTemplate', effect: 'judge' },
    { source: ECR, name: 'UpdateRepositoryCreationTemplate', effect: 'judge', mends: true },
    { source: EC2, name: 'CreateVpcEndpoint', effect: 'judge' },
    { source: EC2, name: 'ModifyVpcEndpoint', effect: 'judge', mends: true },
    { source: ECR, name: 'DeleteRepositoryPolicy', effect: 'close' },
    { source: ECR, name: 'DeleteRegistryPolicy', effect: 'close' },
    { source: ECR, name: 'DeleteRepositoryCreationTemplate', effect: 'close' },
    { source: ECR, name: 'DeleteRepository', effect: 'close' },
    { source: EC2, name: 'DeleteVpcEndpoints', effect: 'close' },
  ],
  codes: {
    'public-repository': { meaning: 'any AWS account may pull images', source: `${GUIDE}/repository-policies.html` },
    'untrusted-account': {
      meaning: 'an account that is neither in the organization nor trusted pulled images, or is granted to',
      source: `${GUIDE}/repository-policy-examples.html`,
    },
    'untrusted-organization': {
      meaning: 'an organization that is not trusted is granted to pull images',
      source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgid',
    },
    'untrusted-destination': {
      meaning: 'images are replicated to a registry that is neither in the organization nor trusted',
      source: `${GUIDE}/replication.html`,
    },
    'untrusted-identity': {
      meaning: 'a role or user of the organization that allowedRoles leaves out pulled images, or a principal is granted that names no account',
      source: `${GUIDE}/logging-using-cloudtrail.html`,
    },
    'untrusted-network': {
      meaning: 'a pull came from outside allowedNetworks and allowedVpcEndpoints',
      source: 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html',
    },
    'open-endpoint-policy': {
      meaning: 'a VPC endpoint of ECR lets anyone push to any registry',
      source: `${GUIDE}/vpc-endpoints.html`,
    },
  },
  options,
  calls: {
    reads: [
      'ecr:GetRepositoryPolicy',
      'ecr:GetRegistryPolicy',
      'ecr:DescribeRegistry',
      'ecr:DescribeRepositoryCreationTemplates',
      'ec2:DescribeVpcEndpoints',
    ],
    lists: ['ecr:DescribeRepositories', 'ecr:DescribeRepositoryCreationTemplates', 'ec2:DescribeVpcEndpoints'],
    undo: [
      'ecr:SetRepositoryPolicy',
      'ecr:DeleteRepositoryPolicy',
      'ecr:PutRegistryPolicy',
      'ecr:DeleteRegistryPolicy',
      'ecr:PutReplicationConfiguration',
      'ecr:UpdateRepositoryCreationTemplate',
    ],
    revoke: ['iam:GetRolePolicy', 'iam:PutRolePolicy'],
  },
  terraform,
  checkSettings,
  fromResource,
  fromRecord,
  evaluate,
  live: { reads, facts, inventory },
  closes,
  plan,
  scp,
});
