/** Terraform's AWS provider: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecr_repository_policy */
import type { TerraformMapping } from '../../core/guardrail';
import { asList, hole, isHole, isObject, property, type Value } from '../../core/value';
import { CREATION_TEMPLATE, ENDPOINT, REGISTRY_POLICY, REPLICATION, REPOSITORY } from './facts';

type Properties = { readonly [name: string]: Value };

/** Only what is given: Terraform writes null for an argument that is absent. */
const given = (properties: { readonly [name: string]: Value | undefined }): Properties =>
  Object.fromEntries(
    Object.entries(properties).filter((entry): entry is [string, Value] => entry[1] !== undefined && entry[1] !== null && entry[1] !== ''),
  );

/** Blocks are lists of objects; one that is wholly unknown is a hole, and stays one. */
const mapBlocks = (blocks: Value | undefined, map: (block: Properties) => Value): Value =>
  asList(blocks).map((block) => (isObject(block) ? map(block) : block));

const rule = (block: Properties): Value => ({
  Destinations: mapBlocks(property(block, 'destination'), (destination) =>
    given({ Region: property(destination, 'region'), RegistryId: property(destination, 'registry_id') }),
  ),
  RepositoryFilters: mapBlocks(property(block, 'repository_filter'), (filter) =>
    given({ Filter: property(filter, 'filter'), FilterType: property(filter, 'filter_type') }),
  ),
});

export const terraform: { readonly [type: string]: TerraformMapping } = {
  aws_ecr_repository_policy: ({ repository, policy }) => ({
    type: REPOSITORY,
    properties: given({ RepositoryName: repository, RepositoryPolicyText: policy }),
  }),
  aws_ecr_registry_policy: ({ policy }) => ({ type: REGISTRY_POLICY, properties: given({ PolicyText: policy }) }),
  aws_ecr_replication_configuration: ({ replication_configuration: configuration }) => {
    const [block] = asList(configuration);
    const rules = isObject(block) ? { Rules: mapBlocks(property(block, 'rule'), rule) } : (block ?? { Rules: [] });
    return { type: REPLICATION, properties: { ReplicationConfiguration: rules } };
  },
  aws_ecr_repository_creation_template: ({ prefix, repository_policy: policy }) => ({
    type: CREATION_TEMPLATE,
    properties: given({ Prefix: prefix, RepositoryPolicy: policy }),
  }),
  // A new endpoint's policy is "known after apply" whether or not one is given; where none is, another resource may still give it one.
  aws_vpc_endpoint: ({ id, service_name: service, policy }, { isGiven, has }) => {
    const isLeftOpen = isHole(policy) && isGiven('policy') === false && !has('aws_vpc_endpoint_policy');
    return { type: ENDPOINT, properties: given({ Id: id, ServiceName: service, ...(!isLeftOpen && { PolicyDocument: policy }) }) };
  },
  // It names the endpoint, not the service: an open policy is undetermined, one that is closed is compliant whatever the service.
  aws_vpc_endpoint_policy: ({ vpc_endpoint_id: id, policy }) => ({
    type: ENDPOINT,
    properties: given({ Id: id, ServiceName: hole('ServiceName'), PolicyDocument: policy }),
  }),
};
