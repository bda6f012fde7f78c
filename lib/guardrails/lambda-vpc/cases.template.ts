/** Cases that take a whole template, and those of values that only a deployment knows. */
import type { Case } from '../../core/case';
import { FUNCTION, GROUP, LISTS, OTHER_SUBNET, OTHER_VPC, SUBNET, TF_NETWORK, VPC } from './cases.values';

/** A function `Orders` with a VPC configuration, beside other resources and parameters; each text is YAML at its own depth. */
const template = (vpcConfig: string, resources = '', parameters = ''): string => `AWSTemplateFormatVersion: '2010-09-09'
${parameters}Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: orders
      Runtime: nodejs24.x
      Handler: index.handler
      Role: arn:aws:iam::222222222222:role/orders
      Code: { ZipFile: 'exports.handler = async () => {};' }
${vpcConfig}${resources}`;

const LIST_PARAMETERS = `Parameters:
  Subnets: { Type: 'List<AWS::EC2::Subnet::Id>' }
  Groups: { Type: 'List<AWS::EC2::SecurityGroup::Id>' }
`;
const BOTH_LISTS = '      VpcConfig: { SubnetIds: !Ref Subnets, SecurityGroupIds: !Ref Groups }\n';

const subnetIn = (vpc: string) => `  Private:
    Type: AWS::EC2::Subnet
    Properties: { VpcId: ${vpc}, CidrBlock: 10.0.0.0/24 }
`;
const OWN_SUBNET = `      VpcConfig: { SubnetIds: [!Ref Private], SecurityGroupIds: [${GROUP}] }\n`;

const ON_POOL = `      CapacityProviderConfig:
        LambdaManagedInstancesCapacityProviderConfig: { CapacityProviderArn: !GetAtt Pool.Arn }
`;
const poolIn = (subnet: string) => `  Pool:
    Type: AWS::Lambda::CapacityProvider
    Properties:
      PermissionsConfig: { CapacityProviderOperatorRoleArn: 'arn:aws:iam::222222222222:role/operator' }
      VpcConfig: { SubnetIds: [${subnet}], SecurityGroupIds: [${GROUP}] }
`;

const connectorIn = (subnet: string) => `Resources:
  Revision:
    Type: AWS::Lambda::WebFunctionRevision
    Properties:
      FunctionName: shop
      ServiceConfig: { EgressNetworkConnectorArn: !GetAtt Egress.LatestVersionArn }
  Egress:
    Type: AWS::Lambda::NetworkConnector
    Properties:
      Configuration: { VpcEgressConfiguration: { SubnetIds: [${subnet}], SecurityGroupIds: [${GROUP}] } }
`;

export const templateCases: readonly Case[] = [
  {
    class: 'V3',
    name: 'the VPC of a subnet of the same template',
    template: template(OWN_SUBNET, subnetIn(VPC)),
    settings: { allowedVpcIds: LISTS.allowedVpcIds },
    expect: { verdict: 'compliant' },
    scp: 'allow',
  },
  {
    class: 'V3',
    name: 'the foreign VPC of a subnet of the same template',
    template: template(OWN_SUBNET, subnetIn(OTHER_VPC)),
    settings: { allowedVpcIds: LISTS.allowedVpcIds },
    expect: { verdict: 'violation', code: 'unapproved-vpc' },
    scp: 'deny',
  },
  {
    class: 'V3',
    name: 'the foreign VPC of a security group of the same template',
    template: template(
      `      VpcConfig: { SubnetIds: [${SUBNET}], SecurityGroupIds: [!GetAtt Group.GroupId] }\n`,
      `  Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: orders, VpcId: ${OTHER_VPC} } }\n`,
    ),
    settings: { allowedVpcIds: LISTS.allowedVpcIds },
    expect: { verdict: 'violation', code: 'unapproved-vpc' },
    scp: 'deny',
  },
  {
    class: 'V3',
    name: 'a VPC that the template makes has no id yet',
    template: template(OWN_SUBNET, `${subnetIn('!Ref Network')}  Network: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: 10.0.0.0/16 } }\n`),
    settings: { allowedVpcIds: LISTS.allowedVpcIds },
    expect: { verdict: 'undetermined' },
    scp: 'unseen',
  },
  {
    class: 'V4',
    name: 'a function on a capacity provider of the same template',
    template: template(ON_POOL, poolIn(SUBNET)),
    settings: { allowedSubnetIds: LISTS.allowedSubnetIds },
    expect: [{ verdict: 'compliant' }, { verdict: 'compliant' }],
    // `CreateFunction` has no condition key for the provider.
    scp: 'deny',
  },
  {
    class: 'V4',
    name: 'a function on a capacity provider in a foreign subnet: both are reported',
    template: template(ON_POOL, poolIn(OTHER_SUBNET)),
    settings: { allowedSubnetIds: LISTS.allowedSubnetIds },
    expect: [
      { verdict: 'violation', code: 'unapproved-subnet' },
      { verdict: 'violation', code: 'unapproved-subnet' },
    ],
    scp: 'deny',
  },
  {
    class: 'V4',
    name: 'a web function revision with a connector of the same template',
    template: connectorIn(SUBNET),
    settings: { allowedSubnetIds: LISTS.allowedSubnetIds },
    expect: [{ verdict: 'compliant' }, { verdict: 'compliant' }],
    scp: 'allow',
  },
  {
    class: 'V4',
    name: 'a web function revision with a connector in a foreign subnet: both are reported',
    template: connectorIn(OTHER_SUBNET),
    settings: { allowedSubnetIds: LISTS.allowedSubnetIds },
    expect: [
      { verdict: 'violation', code: 'unapproved-subnet' },
      { verdict: 'violation', code: 'unapproved-subnet' },
    ],
    scp: 'deny',
  },
  {
    class: 'V1',
    name: 'a SAM function without VpcConfig',
    template: `Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties: { Runtime: nodejs24.x, Handler: index.handler, InlineCode: 'exports.handler = async () => {};' }
`,
    expect: { verdict: 'violation', code: 'no-vpc' },
    scp: 'deny',
  },
  {
    class: 'V3',
    name: 'a SAM function whose VpcConfig is global',
    template: `Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    VpcConfig: { SubnetIds: [${SUBNET}], SecurityGroupIds: [${GROUP}] }
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties: { Runtime: nodejs24.x, Handler: index.handler, InlineCode: 'exports.handler = async () => {};' }
`,
    settings: { allowedSubnetIds: LISTS.allowedSubnetIds },
    expect: { verdict: 'compliant' },
    scp: 'allow',
  },
  {
    class: 'G12',
    name: 'lists that are parameters: subnets, whichever',
    template: template(BOTH_LISTS, '', LIST_PARAMETERS),
    expect: { verdict: 'compliant' },
    scp: 'allow',
  },
  {
    class: 'G12',
    name: 'lists that are parameters, while subnets are listed',
    template: template(BOTH_LISTS, '', LIST_PARAMETERS),
    settings: { allowedSubnetIds: LISTS.allowedSubnetIds },
    expect: { verdict: 'undetermined' },
    scp: 'unseen',
  },
  {
    class: 'G12',
    name: 'an attribute of a custom resource as a list may be empty',
    template: template(
      `      VpcConfig: { SubnetIds: !GetAtt Lookup.SubnetIds, SecurityGroupIds: [${GROUP}] }\n`,
      "  Lookup: { Type: 'Custom::Lookup', Properties: { ServiceToken: 'arn:aws:lambda:eu-west-1:222222222222:function:lookup' } }\n",
    ),
    expect: { verdict: 'undetermined' },
    scp: 'unseen',
  },
  {
    class: 'G12',
    name: 'a foreign subnet beside one that is not known',
    template: template(`      VpcConfig: { SubnetIds: [!ImportValue Private, ${OTHER_SUBNET}], SecurityGroupIds: [${GROUP}] }\n`),
    settings: { allowedSubnetIds: LISTS.allowedSubnetIds },
    expect: { verdict: 'violation', code: 'unapproved-subnet' },
    scp: 'deny',
  },
  {
    class: 'G12',
    name: 'a dynamic reference is a subnet that is not known',
    template: template(`      VpcConfig: { SubnetIds: ['{{resolve:ssm:/network/private}}'], SecurityGroupIds: [${GROUP}] }\n`),
    settings: { allowedSubnetIds: LISTS.allowedSubnetIds },
    expect: { verdict: 'undetermined' },
    scp: 'unseen',
  },
  {
    class: 'G12',
    name: 'a condition with a branch outside any VPC',
    template: template(
      `      VpcConfig: !If [Inside, { SubnetIds: [${SUBNET}], SecurityGroupIds: [${GROUP}] }, !Ref 'AWS::NoValue']\n`,
      '',
      'Parameters:\n  Stage: { Type: String }\nConditions:\n  Inside: !Equals [!Ref Stage, prod]\n',
    ),
    expect: { verdict: 'violation', code: 'no-vpc' },
    scp: 'deny',
  },
  {
    class: 'G12',
    name: 'a branch outside any VPC beside one that nobody knows: what is known decides, once',
    template: template(
      "      VpcConfig: !If [Inside, { SubnetIds: !Ref Subnets, SecurityGroupIds: !Ref Subnets }, !Ref 'AWS::NoValue']\n",
      '',
      'Parameters:\n  Stage: { Type: String }\n  Subnets: { Type: CommaDelimitedList }\nConditions:\n  Inside: !Equals [!Ref Stage, prod]\n',
    ),
    expect: { verdict: 'violation', code: 'no-vpc' },
    scp: 'deny',
  },
  {
    class: 'G12',
    name: 'one function whose name depends on a parameter is one function',
    template: `Parameters:
  Stage: { Type: String, AllowedValues: [dev, prod] }
Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties: { FunctionName: !Sub 'orders-\${Stage}', Role: 'arn:aws:iam::222222222222:role/orders', Code: { ImageUri: image } }
`,
    expect: { verdict: 'violation', code: 'no-vpc' },
    scp: 'deny',
  },
  {
    class: 'G12',
    name: 'a condition that the defaults settle',
    template: template(
      `      VpcConfig: !If [Inside, { SubnetIds: [${SUBNET}], SecurityGroupIds: [${GROUP}] }, !Ref 'AWS::NoValue']\n`,
      '',
      'Parameters:\n  Stage: { Type: String, Default: prod }\nConditions:\n  Inside: !Equals [!Ref Stage, prod]\n',
    ),
    expect: { verdict: 'compliant' },
    scp: 'allow',
  },
  {
    class: 'G12',
    name: 'AWS::NoValue is no VpcConfig',
    template: template("      VpcConfig: !Ref 'AWS::NoValue'\n"),
    expect: { verdict: 'violation', code: 'no-vpc' },
    scp: 'deny',
  },
  {
    class: 'G12',
    name: 'subnets that Terraform only knows after it applied',
    terraform: {
      type: 'aws_lambda_function',
      attributes: { function_name: FUNCTION.FunctionName, vpc_config: [{ security_group_ids: [GROUP] }] },
      unknown: { vpc_config: [{ security_group_ids: [false], subnet_ids: true }] },
    },
    expect: { verdict: 'undetermined' },
    scp: 'unseen',
  },
  {
    class: 'G12',
    name: 'a whole Terraform block that is not known',
    terraform: { type: 'aws_lambda_function', attributes: { function_name: FUNCTION.FunctionName }, unknown: { vpc_config: true } },
    expect: { verdict: 'undetermined' },
    scp: 'unseen',
  },
  {
    class: 'V1',
    name: 'a function of which nothing but the key of its properties is left',
    template:
      "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Orders:\n    Type: AWS::Lambda::Function\n    Properties:\n#     Runtime: nodejs24.x\n",
    expect: { verdict: 'violation', code: 'no-vpc' },
    scp: 'deny',
  },
  ...[
    { name: 'the VPC that Terraform read of a function that is there', vpc_id: VPC, expect: { verdict: 'compliant' }, scp: 'allow' } as const,
    {
      name: 'the foreign VPC that Terraform read',
      vpc_id: OTHER_VPC,
      expect: { verdict: 'violation', code: 'unapproved-vpc' },
      scp: 'deny',
    } as const,
  ].map(
    ({ vpc_id, ...rest }): Case => ({
      ...rest,
      class: 'V3',
      terraform: {
        type: 'aws_lambda_function',
        attributes: { function_name: FUNCTION.FunctionName, memory_size: 256, vpc_config: [{ ...TF_NETWORK, vpc_id }] },
      },
      settings: { allowedVpcIds: LISTS.allowedVpcIds },
    }),
  ),
];
