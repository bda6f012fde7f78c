import { defineGuardrail } from '../../core/guardrail';
import { fromResource, RESOURCE_TYPES } from './facts';
import { inventory } from './inventory';
import { facts, more, reads } from './live';
import { options } from './options';
import { plan } from './plan';
import { closes, fromRecord } from './records';
import { evaluate } from './rule';
import { scp } from './scp';
import { terraform } from './terraform';

const LAMBDA = 'lambda.amazonaws.com';

const FUNCTION_PROPERTIES = ['FunctionName', 'VpcConfig', 'CapacityProviderConfig'];

export default defineGuardrail({
  id: 'lambda-vpc',
  title: 'Lambda compute stays in approved VPCs',
  summary:
    'Code outside a VPC sends data straight to the internet, past every network control of the organization. Functions, capacity providers, network connectors and web function revisions have to be in a VPC, and where VPCs, subnets or security groups are listed, in those.',
  resources: RESOURCE_TYPES,
  properties: { 'AWS::Lambda::Function': FUNCTION_PROPERTIES, 'AWS::Serverless::Function': FUNCTION_PROPERTIES },
  events: [
    { source: LAMBDA, name: 'CreateFunction', effect: 'judge' },
    { source: LAMBDA, name: 'UpdateFunctionConfiguration', effect: 'judge', mends: true },
    { source: LAMBDA, name: 'CreateCapacityProvider', effect: 'judge' },
    { source: LAMBDA, name: 'UpdateCapacityProvider', effect: 'judge' },
    { source: LAMBDA, name: 'CreateNetworkConnector', effect: 'judge' },
    { source: LAMBDA, name: 'UpdateNetworkConnector', effect: 'judge', mends: true },
    { source: LAMBDA, name: 'CreateWebFunction', effect: 'judge' },
    { source: LAMBDA, name: 'CreateWebFunctionRevision', effect: 'judge' },
    { source: LAMBDA, name: 'DeleteFunction', effect: 'close' },
    { source: LAMBDA, name: 'DeleteCapacityProvider', effect: 'close' },
    { source: LAMBDA, name: 'DeleteNetworkConnector', effect: 'close' },
    { source: LAMBDA, name: 'DeleteWebFunction', effect: 'close' },
    { source: LAMBDA, name: 'DeleteWebFunctionRevision', effect: 'close' },
  ],
  codes: {
    'no-vpc': {
      meaning: 'it has no VPC configuration, or one without subnets (for a function: or without security groups)',
      source: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html',
    },
    'unapproved-vpc': {
      meaning: 'it is in a VPC that `allowedVpcIds` does not list',
      source: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#vpc-conditions',
    },
    'unapproved-subnet': {
      meaning: 'it uses a subnet that `allowedSubnetIds` does not list',
      source: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#vpc-conditions',
    },
    'unapproved-security-group': {
      meaning: 'it uses a security group that `allowedSecurityGroupIds` does not list',
      source: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#vpc-conditions',
    },
    'direct-internet-egress': {
      meaning: 'a web function revision without an egress network connector reaches the internet from outside any VPC',
      source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-webfunctionrevision-serviceconfig.html',
    },
  },
  options,
  calls: {
    reads: [
      'lambda:GetFunctionConfiguration',
      'lambda:GetFunctionConcurrency',
      'lambda:GetCapacityProvider',
      'lambda:GetNetworkConnector',
      'lambda:GetWebFunctionRevision',
      'ec2:DescribeSubnets',
    ],
    lists: ['lambda:ListFunctions', 'lambda:ListCapacityProviders', 'lambda:ListNetworkConnectors'],
    undo: [],
    quarantine: ['lambda:PutFunctionConcurrency'],
  },
  terraform,
  fromResource,
  fromRecord,
  evaluate,
  live: { reads, more, facts, inventory, unlisted: ['AWS::Lambda::WebFunctionRevision'] },
  closes,
  plan,
  scp,
});
