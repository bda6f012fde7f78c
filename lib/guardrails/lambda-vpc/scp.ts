/**
 * What a policy can say about the network of compute: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#vpc-conditions.
 * A function that is in a VPC already can be updated without naming it again: Lambda then takes the keys from what is there.
 */
import { PERIMETER_FUNCTIONS } from '../../core/lambda';
import { type Denial, type GuardrailScp, type PolicyScope, type RenderedScp, renderDenials } from '../../core/scp';

const FUNCTIONS = ['lambda:CreateFunction', 'lambda:UpdateFunctionConfiguration'];
const NETWORKS = [...FUNCTIONS, 'lambda:CreateCapacityProvider', 'lambda:CreateNetworkConnector'];

/** Perimeter's own functions need no VPC; the tamper protection reserves their names. */
const OWN = [...PERIMETER_FUNCTIONS].map((name) => `arn:*:lambda:*:*:function:${name}`);

export const scp: GuardrailScp = {
  render,
  sees: [
    {
      what: 'A function created or left outside a VPC',
      scp: 'refuses',
      others:
        "CreateFunction has no key for a capacity provider, so functions on one are refused too, although their network is right: deploy them by a spared role, or exempt them. Any update of a function outside a VPC is refused, whatever it changes. That an update of a function inside one carries its VPC is AWS's word: try it on one account first",
    },
    { what: 'A function in a VPC that allowedVpcIds leaves out', scp: 'refuses', others: 'hook and remediator too' },
    {
      what: 'A subnet or security group that its list leaves out: functions, new capacity providers and connectors',
      scp: 'refuses',
      others: 'hook and remediator too',
    },
    {
      what: 'A capacity provider or network connector in a VPC that allowedVpcIds leaves out',
      scp: 'cannot see',
      others: 'there is no lambda:VpcIds for them: list subnets, or leave it to the hook and the remediator',
      codes: ['unapproved-vpc', 'no-vpc'],
    },
    {
      what: 'UpdateCapacityProvider, UpdateNetworkConnector',
      scp: 'cannot see',
      others: 'no condition key for their network: hook and remediator',
      codes: ['unapproved-subnet', 'unapproved-security-group', 'no-vpc'],
    },
    {
      what: 'A web function revision without a network connector',
      scp: 'cannot see',
      others: 'no condition key for its connector: hook and remediator',
      codes: ['direct-internet-egress'],
    },
  ],
  traps: [
    {
      trap: 'Without keys in `UpdateFunctionConfiguration`, a detachment, a function outside a VPC and an update of something else look alike',
      answer:
        'all of them are refused where `lambda:VpcIds` is absent. AWS derives it from the function as it will be, so an update of a function inside a VPC passes',
    },
    {
      trap: '`CreateFunction` has no key for a capacity provider',
      answer: 'functions on one are refused: deploy them by a spared role, or exempt them',
    },
    {
      trap: '`ForAllValues` is fulfilled where the key is absent, and by an empty list',
      answer: 'lists are held by `ForAnyValue`: one value that is not listed is enough',
    },
    { trap: '`UpdateCapacityProvider` and `UpdateNetworkConnector` have no network keys', answer: 'they are left to the hook and the remediator' },
    { trap: 'Sparing `aws:ViaAWSService` lets everybody deploy through CloudFormation', answer: 'it is not spared' },
  ],
};

/** `StringNotEquals` also holds where the key is absent: one denial for no VPC and for the wrong one. */
function render(scope: PolicyScope): RenderedScp {
  const { allowedVpcIds, allowedSubnetIds, allowedSecurityGroupIds } = scope.settings;
  const vpc: Denial['condition'] = allowedVpcIds ? { StringNotEquals: { 'lambda:VpcIds': allowedVpcIds } } : { Null: { 'lambda:VpcIds': 'true' } };
  const denials: readonly Denial[] = [
    { sid: 'LambdaVpc', actions: FUNCTIONS, condition: vpc, except: OWN },
    ...listDenial('LambdaSubnet', 'lambda:SubnetIds', allowedSubnetIds),
    ...listDenial('LambdaSecurityGroup', 'lambda:SecurityGroupIds', allowedSecurityGroupIds),
  ];
  return renderDenials(scope, 'lambda', denials);
}

/** One that is not listed is enough; where none is named, there is nothing to refuse. */
const listDenial = (sid: string, key: string, allowed: readonly string[] | undefined): readonly Denial[] =>
  allowed ? [{ sid, actions: NETWORKS, condition: { 'ForAnyValue:StringNotEquals': { [key]: allowed } }, except: OWN }] : [];
