/** What must come out right. A case with several forms shows the same fact to several surfaces. */
import type { Case } from '../../core/case';
import { recordCases } from './cases.record';
import { templateCases } from './cases.template';
import { FUNCTION, LISTS, NETWORK, OTHER_GROUP, OTHER_SUBNET, SUBNET, TF_NETWORK, VPC_CONFIG } from './cases.values';

const PROVIDER_ARN = 'arn:aws:lambda:eu-west-1:222222222222:capacity-provider:shared';
const CONNECTOR_ARN = 'arn:aws:lambda:eu-west-1:222222222222:network-connector:nc-0123456789abcdef0:2';
const onProvider = (arn: string) => ({ LambdaManagedInstancesCapacityProviderConfig: { CapacityProviderArn: arn } });
const OPERATOR = { CapacityProviderOperatorRoleArn: 'arn:aws:iam::222222222222:role/operator' };
const REVISION = { FunctionName: 'shop', BuildConfig: { RuntimeConfig: { Runtime: 'nodejs24.x' } } };
const ROLE = 'arn:aws:iam::222222222222:role/shop';

const resourceCases: readonly Case[] = [
  {
    class: 'V1',
    name: 'a function without VpcConfig',
    resource: { type: 'AWS::Lambda::Function', properties: FUNCTION },
    terraform: { type: 'aws_lambda_function', attributes: { function_name: 'orders', vpc_config: [] } },
    record: {
      eventSource: 'lambda.amazonaws.com',
      eventName: 'CreateFunction20150331',
      requestParameters: { functionName: 'orders', runtime: 'nodejs24.x', role: ROLE, handler: 'index.handler', publish: false, environment: {} },
      responseElements: {
        functionName: 'orders',
        functionArn: 'arn:aws:lambda:eu-west-1:222222222222:function:orders',
        runtime: 'nodejs24.x',
        memorySize: 128,
        version: '$LATEST',
        state: 'Pending',
      },
    },
    expect: { verdict: 'violation', code: 'no-vpc' },
    plan: [],
    scp: 'deny',
  },
  {
    class: 'V1',
    name: 'a function with empty lists',
    resource: { type: 'AWS::Lambda::Function', properties: { ...FUNCTION, VpcConfig: { SubnetIds: [], SecurityGroupIds: [] } } },
    terraform: {
      type: 'aws_lambda_function',
      attributes: {
        function_name: 'orders',
        vpc_config: [{ subnet_ids: [], security_group_ids: [], vpc_id: '', ipv6_allowed_for_dual_stack: false }],
      },
    },
    expect: { verdict: 'violation', code: 'no-vpc' },
    scp: 'deny',
  },
  {
    class: 'V1',
    name: 'a function with an empty VpcConfig',
    resource: { type: 'AWS::Lambda::Function', properties: { ...FUNCTION, VpcConfig: {} } },
    terraform: { type: 'aws_lambda_function', attributes: { function_name: 'orders' } },
    expect: { verdict: 'violation', code: 'no-vpc' },
    scp: 'deny',
  },
  {
    class: 'V1',
    name: 'a function with subnets and no security group',
    resource: { type: 'AWS::Lambda::Function', properties: { ...FUNCTION, VpcConfig: { SubnetIds: [SUBNET] } } },
    terraform: {
      type: 'aws_lambda_function',
      attributes: { function_name: 'orders', vpc_config: [{ subnet_ids: [SUBNET], security_group_ids: [] }] },
    },
    expect: { verdict: 'violation', code: 'no-vpc' },
    scp: 'deny',
  },
  {
    class: 'V1',
    name: 'a function with security groups and no subnet',
    resource: { type: 'AWS::Lambda::Function', properties: { ...FUNCTION, VpcConfig: { ...VPC_CONFIG, SubnetIds: [] } } },
    expect: { verdict: 'violation', code: 'no-vpc' },
    scp: 'deny',
  },
  {
    class: 'V1',
    name: 'dual-stack says nothing about being in a VPC',
    resource: { type: 'AWS::Lambda::Function', properties: { ...FUNCTION, VpcConfig: { Ipv6AllowedForDualStack: true } } },
    expect: { verdict: 'violation', code: 'no-vpc' },
    scp: 'deny',
  },
  {
    class: 'V3',
    name: 'any VPC where none is listed',
    resource: { type: 'AWS::Lambda::Function', properties: { ...FUNCTION, VpcConfig: VPC_CONFIG } },
    terraform: { type: 'aws_lambda_function', attributes: { function_name: 'orders', vpc_config: [TF_NETWORK] } },
    record: {
      eventSource: 'lambda.amazonaws.com',
      eventName: 'CreateFunction20150331',
      requestParameters: { functionName: 'orders', vpcConfig: { subnetIds: NETWORK.subnetIds, securityGroupIds: NETWORK.securityGroupIds } },
      responseElements: {
        functionName: 'orders',
        functionArn: 'arn:aws:lambda:eu-west-1:222222222222:function:orders',
        vpcConfig: { ...NETWORK, ipv6AllowedForDualStack: false },
      },
    },
    expect: { verdict: 'compliant' },
    scp: 'allow',
  },
  {
    class: 'V3',
    name: 'listed subnets and groups',
    resource: { type: 'AWS::Lambda::Function', properties: { ...FUNCTION, VpcConfig: VPC_CONFIG } },
    terraform: { type: 'aws_lambda_function', attributes: { function_name: 'orders', vpc_config: [TF_NETWORK] } },
    settings: { allowedSubnetIds: LISTS.allowedSubnetIds, allowedSecurityGroupIds: LISTS.allowedSecurityGroupIds },
    expect: { verdict: 'compliant' },
    scp: 'allow',
  },
  {
    class: 'V3',
    name: 'one foreign subnet beside a listed one',
    resource: { type: 'AWS::Lambda::Function', properties: { ...FUNCTION, VpcConfig: { ...VPC_CONFIG, SubnetIds: [SUBNET, OTHER_SUBNET] } } },
    terraform: {
      type: 'aws_lambda_function',
      attributes: { function_name: 'orders', vpc_config: [{ ...TF_NETWORK, subnet_ids: [OTHER_SUBNET, SUBNET] }] },
    },
    settings: { allowedSubnetIds: LISTS.allowedSubnetIds },
    expect: { verdict: 'violation', code: 'unapproved-subnet' },
    scp: 'deny',
  },
  {
    class: 'V3',
    name: 'a foreign security group',
    resource: { type: 'AWS::Lambda::Function', properties: { ...FUNCTION, VpcConfig: { ...VPC_CONFIG, SecurityGroupIds: [OTHER_GROUP] } } },
    settings: { allowedSubnetIds: LISTS.allowedSubnetIds, allowedSecurityGroupIds: LISTS.allowedSecurityGroupIds },
    expect: { verdict: 'violation', code: 'unapproved-security-group' },
    scp: 'deny',
  },
  {
    class: 'V3',
    name: 'a foreign subnet and a foreign group: the subnet is the graver',
    resource: {
      type: 'AWS::Lambda::Function',
      properties: { ...FUNCTION, VpcConfig: { SubnetIds: [OTHER_SUBNET], SecurityGroupIds: [OTHER_GROUP] } },
    },
    settings: { allowedSubnetIds: LISTS.allowedSubnetIds, allowedSecurityGroupIds: LISTS.allowedSecurityGroupIds },
    expect: { verdict: 'violation', code: 'unapproved-subnet' },
    scp: 'deny',
  },
  {
    class: 'V3',
    name: 'a near miss: an id that only begins like a listed one',
    resource: { type: 'AWS::Lambda::Function', properties: { ...FUNCTION, VpcConfig: { ...VPC_CONFIG, SubnetIds: [SUBNET.slice(0, -9)] } } },
    settings: { allowedSubnetIds: LISTS.allowedSubnetIds },
    expect: { verdict: 'violation', code: 'unapproved-subnet' },
    scp: 'deny',
  },
  {
    class: 'V3',
    name: 'listed VPCs, and nothing that tells the VPC of the subnets',
    resource: { type: 'AWS::Lambda::Function', properties: { ...FUNCTION, VpcConfig: VPC_CONFIG } },
    terraform: { type: 'aws_lambda_function', attributes: { function_name: 'orders', vpc_config: [TF_NETWORK] } },
    settings: { allowedVpcIds: LISTS.allowedVpcIds },
    expect: { verdict: 'undetermined' },
    scp: 'allow',
  },
  {
    class: 'V3',
    name: 'a foreign subnet decides, whatever the VPC',
    resource: { type: 'AWS::Lambda::Function', properties: { ...FUNCTION, VpcConfig: { ...VPC_CONFIG, SubnetIds: [OTHER_SUBNET] } } },
    settings: LISTS,
    expect: { verdict: 'violation', code: 'unapproved-subnet' },
    scp: 'deny',
  },
  {
    class: 'V4',
    name: 'a function on a capacity provider that is somewhere else',
    resource: { type: 'AWS::Lambda::Function', properties: { ...FUNCTION, CapacityProviderConfig: onProvider(PROVIDER_ARN) } },
    terraform: {
      type: 'aws_lambda_function',
      attributes: {
        function_name: 'orders',
        vpc_config: [],
        capacity_provider_config: [{ lambda_managed_instances_capacity_provider_config: [{ capacity_provider_arn: PROVIDER_ARN }] }],
      },
    },
    expect: { verdict: 'compliant' },
    // `CreateFunction` has no condition key for the provider, so the policy sees a function without a VPC.
    scp: 'deny',
  },
  {
    class: 'V4',
    name: 'a function on a capacity provider that is somewhere else, while subnets are listed',
    resource: { type: 'AWS::Lambda::Function', properties: { ...FUNCTION, CapacityProviderConfig: onProvider(PROVIDER_ARN) } },
    settings: { allowedSubnetIds: LISTS.allowedSubnetIds },
    expect: { verdict: 'undetermined' },
    scp: 'deny',
  },
  {
    class: 'V4',
    name: 'an empty capacity provider configuration is none',
    resource: { type: 'AWS::Lambda::Function', properties: { ...FUNCTION, CapacityProviderConfig: {} } },
    expect: { verdict: 'violation', code: 'no-vpc' },
    scp: 'deny',
  },
  {
    class: 'V4',
    name: 'what is no capacity provider does not pass for one',
    resource: {
      type: 'AWS::Lambda::Function',
      properties: { ...FUNCTION, CapacityProviderConfig: onProvider('arn:aws:lambda:eu-west-1:222222222222:function:orders') },
    },
    expect: { verdict: 'undetermined' },
    scp: 'deny',
  },
  {
    class: 'V4',
    name: 'a capacity provider in listed subnets',
    resource: {
      type: 'AWS::Lambda::CapacityProvider',
      properties: { CapacityProviderName: 'shared', PermissionsConfig: OPERATOR, VpcConfig: VPC_CONFIG },
    },
    terraform: { type: 'aws_lambda_capacity_provider', attributes: { name: 'shared', vpc_config: [TF_NETWORK] } },
    settings: { allowedSubnetIds: LISTS.allowedSubnetIds },
    expect: { verdict: 'compliant' },
    scp: 'allow',
  },
  {
    class: 'V4',
    name: 'a capacity provider in a foreign subnet',
    resource: {
      type: 'AWS::Lambda::CapacityProvider',
      properties: { CapacityProviderName: 'shared', PermissionsConfig: OPERATOR, VpcConfig: { ...VPC_CONFIG, SubnetIds: [OTHER_SUBNET] } },
    },
    terraform: { type: 'aws_lambda_capacity_provider', attributes: { name: 'shared', vpc_config: [{ ...TF_NETWORK, subnet_ids: [OTHER_SUBNET] }] } },
    record: {
      eventSource: 'lambda.amazonaws.com',
      eventName: 'CreateCapacityProvider',
      requestParameters: { capacityProviderName: 'shared', vpcConfig: { ...NETWORK, subnetIds: [OTHER_SUBNET] } },
      responseElements: {
        capacityProvider: { capacityProviderArn: PROVIDER_ARN, state: 'Pending', vpcConfig: { ...NETWORK, subnetIds: [OTHER_SUBNET] } },
      },
    },
    settings: { allowedSubnetIds: LISTS.allowedSubnetIds },
    expect: { verdict: 'violation', code: 'unapproved-subnet' },
    scp: 'deny',
  },
  {
    class: 'V4',
    name: 'a capacity provider without security groups gets the default one of its VPC',
    resource: {
      type: 'AWS::Lambda::CapacityProvider',
      properties: { PermissionsConfig: OPERATOR, VpcConfig: { SubnetIds: [SUBNET], SecurityGroupIds: [] } },
    },
    expect: { verdict: 'compliant' },
    scp: 'allow',
  },
  {
    class: 'V4',
    name: 'a network connector in a foreign security group',
    resource: {
      type: 'AWS::Lambda::NetworkConnector',
      properties: {
        Name: 'egress',
        Configuration: {
          VpcEgressConfiguration: { AssociatedComputeResourceTypes: ['WebFunction'], SubnetIds: [SUBNET], SecurityGroupIds: [OTHER_GROUP] },
        },
      },
    },
    terraform: {
      type: 'aws_lambdacore_network_connector',
      attributes: { name: 'egress', configuration: [{ vpc_egress_configuration: [{ subnet_ids: [SUBNET], security_group_ids: [OTHER_GROUP] }] }] },
    },
    record: {
      eventSource: 'lambda.amazonaws.com',
      eventName: 'CreateNetworkConnector',
      requestParameters: {
        name: 'egress',
        configuration: { vpcEgressConfiguration: { subnetIds: [SUBNET], securityGroupIds: [OTHER_GROUP], networkProtocol: 'IPv4' } },
      },
      responseElements: null,
    },
    settings: { allowedSecurityGroupIds: LISTS.allowedSecurityGroupIds },
    expect: { verdict: 'violation', code: 'unapproved-security-group' },
    scp: 'deny',
  },
  {
    class: 'V4',
    name: 'a network connector without subnets',
    resource: { type: 'AWS::Lambda::NetworkConnector', properties: { Name: 'egress', Configuration: { VpcEgressConfiguration: { SubnetIds: [] } } } },
    expect: { verdict: 'violation', code: 'no-vpc' },
    scp: 'unseen',
  },
  {
    class: 'V4',
    name: 'a web function revision without a connector',
    resource: { type: 'AWS::Lambda::WebFunctionRevision', properties: { ...REVISION, ServiceConfig: { ExecutionRoleArn: ROLE } } },
    terraform: {
      type: 'aws_lambdaweb_function',
      attributes: { function_name: 'shop', revision_config: [{ service_config: [{ execution_role_arn: ROLE }] }] },
    },
    record: {
      eventSource: 'lambda.amazonaws.com',
      eventName: 'CreateWebFunctionRevision',
      requestParameters: { functionName: 'shop', serviceConfig: { executionRoleArn: ROLE, timeoutSeconds: 30 } },
      responseElements: null,
    },
    expect: { verdict: 'violation', code: 'direct-internet-egress' },
    plan: [],
    scp: 'unseen',
  },
  {
    class: 'V4',
    name: 'a web function revision with a connector',
    resource: {
      type: 'AWS::Lambda::WebFunctionRevision',
      properties: { ...REVISION, ServiceConfig: { ExecutionRoleArn: ROLE, EgressNetworkConnectorArn: CONNECTOR_ARN } },
    },
    terraform: {
      type: 'aws_lambdaweb_function_revision',
      attributes: { function_name: 'shop', service_config: [{ execution_role_arn: ROLE, egress_network_connector_arn: CONNECTOR_ARN }] },
    },
    record: {
      eventSource: 'lambda.amazonaws.com',
      eventName: 'CreateWebFunction',
      requestParameters: {
        functionName: 'shop',
        revisionConfig: { serviceConfig: { executionRoleArn: ROLE, egressNetworkConnectorArn: CONNECTOR_ARN } },
      },
      responseElements: { functionArn: 'arn:aws:lambda:eu-west-1:222222222222:web-function/shop', state: 'Pending' },
    },
    expect: { verdict: 'compliant' },
    scp: 'unseen',
  },
  {
    class: 'V4',
    name: "AWS's own connector to the internet is none",
    resource: {
      type: 'AWS::Lambda::WebFunctionRevision',
      properties: {
        ...REVISION,
        ServiceConfig: { EgressNetworkConnectorArn: 'arn:aws:lambda:eu-west-1:aws:network-connector:aws-network-connector:INTERNET_EGRESS' },
      },
    },
    expect: { verdict: 'violation', code: 'direct-internet-egress' },
    scp: 'unseen',
  },
  {
    class: 'V5',
    name: 'a Lambda@Edge function, exempted by configuration',
    resource: { type: 'AWS::Lambda::Function', properties: { ...FUNCTION, FunctionName: 'edge-headers' } },
    configuration: {
      exemptions: [
        {
          guardrails: ['lambda-vpc'],
          resources: ['arn:aws:lambda:*:222222222222:function:edge-*'],
          reason: 'Lambda@Edge cannot run in a VPC',
          owner: 'web-platform@example.com',
          expires: '2027-03-31',
        },
      ],
    },
    expect: { verdict: 'exempt' },
    scp: 'allow',
  },
  {
    class: 'V6',
    name: 'a self-service tag excuses nothing',
    resource: {
      type: 'AWS::Lambda::Function',
      properties: {
        ...FUNCTION,
        Tags: [
          { Key: 'perimeter-spared', Value: 'true' },
          { Key: 'lambda-vpc', Value: 'exempt' },
        ],
      },
    },
    terraform: { type: 'aws_lambda_function', attributes: { function_name: 'orders', vpc_config: [], tags: { 'perimeter-spared': 'true' } } },
    expect: { verdict: 'violation', code: 'no-vpc' },
    scp: 'deny',
  },
  ...['perimeter-lambda-vpc-hook', 'perimeter-sns-subscription-remediator', 'perimeter-sweep', 'perimeter-directory'].map(
    (name): Case => ({
      class: 'V9',
      name: `Perimeter's own ${name}`,
      resource: { type: 'AWS::Lambda::Function', properties: { ...FUNCTION, FunctionName: name } },
      expect: { verdict: 'exempt' },
      scp: 'allow',
    }),
  ),
  ...['perimeter-sweeper', 'my-perimeter-sweep', 'perimeter-lambda-vpc', 'perimeter-other-hook', 'Perimeter-sweep'].map(
    (name): Case => ({
      class: 'V9',
      name: `${name} is not Perimeter's own`,
      resource: { type: 'AWS::Lambda::Function', properties: { ...FUNCTION, FunctionName: name } },
      expect: { verdict: 'violation', code: 'no-vpc' },
      scp: 'deny',
    }),
  ),
];

export const cases: readonly Case[] = [...resourceCases, ...templateCases, ...recordCases];
