/** The read that shows a setting as it is, by the resource that it belongs to. */
import { isAccountId, parseArn } from '../../core/arn';
import type { Fact } from '../../core/guardrail';
import { hasHole } from '../../core/value';
import type { Call } from '../../core/verdict';
import { CREATION_TEMPLATE, ENDPOINT, REGISTRY_POLICY, REPLICATION, REPOSITORY } from './facts';

/** What stands behind `repository/`, `registry/creation-template/`, `vpc-endpoint/`; `''` where the ARN is of another kind. */
export function nameIn({ resource }: Pick<Fact, 'resource'>): string {
  const prefix = PREFIXES[resource.type];
  const text = parseArn(resource.arn)?.resource ?? '';
  return prefix !== undefined && text.startsWith(prefix) ? text.slice(prefix.length) : '';
}

const PREFIXES: { readonly [type: string]: string } = {
  [REPOSITORY]: 'repository/',
  [CREATION_TEMPLATE]: 'registry/creation-template/',
  [ENDPOINT]: 'vpc-endpoint/',
};

/** Undefined: it has no name yet to look it up by. */
export function lookUp(subject: Pick<Fact, 'resource' | 'owner'>): Call | undefined {
  const { resource, owner } = subject;
  if (resource.type === REGISTRY_POLICY) return { action: 'ecr:GetRegistryPolicy', input: {} };
  if (resource.type === REPLICATION) return { action: 'ecr:DescribeRegistry', input: {} };
  const name = nameIn(subject);
  if (name === '' || hasHole(name)) return undefined;
  switch (resource.type) {
    case REPOSITORY:
      return { action: 'ecr:GetRepositoryPolicy', input: { repositoryName: name, ...(isAccountId(owner) && { registryId: owner }) } };
    case CREATION_TEMPLATE:
      return { action: 'ecr:DescribeRepositoryCreationTemplates', input: { prefixes: [name] } };
    case ENDPOINT:
      return { action: 'ec2:DescribeVpcEndpoints', input: { VpcEndpointIds: [name] } };
    default:
      return undefined;
  }
}
