/**
 * Terraform's resources as the CloudFormation resources that they make. A block is a list of one; `[]` means none.
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_function
 */
import type { TerraformMapping } from '../../core/guardrail';
import { isList, isObject, property, type Value } from '../../core/value';

type Attributes = Parameters<TerraformMapping>[0];

export const terraform: { readonly [type: string]: TerraformMapping } = {
  aws_lambda_function: (attributes, { before }) => ({
    type: 'AWS::Lambda::Function',
    properties: present({
      FunctionName: property(attributes, 'function_name'),
      VpcConfig: functionVpc(block(attributes, 'vpc_config'), block(before, 'vpc_config')),
      CapacityProviderConfig: inside(block(attributes, 'capacity_provider_config'), (config) => ({
        LambdaManagedInstancesCapacityProviderConfig: inside(block(config, 'lambda_managed_instances_capacity_provider_config'), (managed) => ({
          CapacityProviderArn: property(managed, 'capacity_provider_arn'),
        })),
      })),
    }),
  }),
  aws_lambda_capacity_provider: (attributes) => ({
    type: 'AWS::Lambda::CapacityProvider',
    properties: present({
      CapacityProviderName: property(attributes, 'name'),
      VpcConfig: vpcOf(block(attributes, 'vpc_config')),
    }),
  }),
  aws_lambdacore_network_connector: (attributes) => ({
    type: 'AWS::Lambda::NetworkConnector',
    properties: present({
      Name: property(attributes, 'name'),
      Configuration: inside(block(attributes, 'configuration'), (configuration) => ({
        VpcEgressConfiguration: vpcOf(block(configuration, 'vpc_egress_configuration')),
      })),
    }),
  }),
  aws_lambdaweb_function: (attributes) => {
    const revision = block(attributes, 'revision_config');
    // Without the block there is a function and no revision, and nothing to judge.
    return { type: revision === undefined ? 'AWS::Lambda::WebFunction' : REVISION, properties: revisionOf(attributes, revision) };
  },
  aws_lambdaweb_function_revision: (attributes) => ({ type: REVISION, properties: revisionOf(attributes, attributes) }),
};

const REVISION = 'AWS::Lambda::WebFunctionRevision';

const revisionOf = (attributes: Attributes, config: Value | undefined): Attributes =>
  present({
    FunctionName: property(attributes, 'function_name'),
    ServiceConfig: isObject(config)
      ? inside(block(config, 'service_config'), (service) => ({ EgressNetworkConnectorArn: property(service, 'egress_network_connector_arn') }))
      : config,
  });

/** AWS tells the VPC of a function; beside subnets that change, the plan still shows the one of those that were there. */
const functionVpc = (config: Value | undefined, before: Value | undefined): Value | undefined => {
  const isStale = before !== undefined && JSON.stringify(property(before, 'subnet_ids')) !== JSON.stringify(property(config, 'subnet_ids'));
  return inside(config, (vpc) => ({ ...vpcIn(vpc), ...(!isStale && { VpcId: property(vpc, 'vpc_id') }) }));
};

const vpcOf = (config: Value | undefined): Value | undefined => inside(config, vpcIn);

const vpcIn = (vpc: Value) => ({ SubnetIds: property(vpc, 'subnet_ids'), SecurityGroupIds: property(vpc, 'security_group_ids') });

/** The one block under a name: undefined when there is none, a hole when nobody knows. */
function block(attributes: Value | undefined, name: string): Value | undefined {
  const value = property(attributes, name);
  const found = isList(value) ? value[0] : value;
  return found === null ? undefined : found;
}

/** What a block says, in CloudFormation's words; a hole stays one. */
const inside = (value: Value | undefined, read: (block: Value) => { readonly [name: string]: Value | undefined }): Value | undefined =>
  isObject(value) ? present(read(value)) : value;

/** Terraform writes null for an attribute that is not set. */
const present = (properties: { readonly [name: string]: Value | undefined }): Attributes =>
  Object.fromEntries(Object.entries(properties).flatMap(([name, value]) => (value === undefined || value === null ? [] : [[name, value]])));
