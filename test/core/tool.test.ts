/** The deploying tool of a finding, from records as CloudTrail writes them. */
import { decodeRecord, isRecordProblem } from '../../lib/core/cloudtrail';
import { toolOf } from '../../lib/core/tool';
import type { Value } from '../../lib/core/value';

const toolIn = (over: { readonly [name: string]: Value }): string | undefined => {
  const record = decodeRecord({
    eventName: 'AddPermission20150331v2',
    eventSource: 'lambda.amazonaws.com',
    userIdentity: { type: 'IAMUser' },
    ...over,
  });
  if (isRecordProblem(record)) throw new Error(record.problem);
  return toolOf(record);
};

const assumed = (role: string, session = 's') => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::111122223333:assumed-role/${role}/${session}`,
  sessionContext: { sessionIssuer: { type: 'Role', arn: `arn:aws:iam::111122223333:role/${role}` } },
});

const CFN = 'cloudformation.amazonaws.com';
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36';

it.each<[string, { readonly [name: string]: Value }, string | undefined]>([
  [
    'a stack with a role of its own',
    { userIdentity: assumed('deploy', 'AWSCloudFormation'), userAgent: CFN, sourceIPAddress: CFN },
    'CloudFormation',
  ],
  ['a stack in the name of its caller', { userIdentity: { ...assumed('admin'), invokedBy: CFN } }, 'CloudFormation'],
  ['a role with a service role name alone', { userIdentity: assumed('deploy', 'AWSCloudFormation') }, 'CloudFormation'],
  ['a stack of the CDK', { userIdentity: assumed('cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1'), userAgent: CFN }, 'CDK, by CloudFormation'],
  ['a stack set', { userIdentity: assumed('stacksets-exec-0123456789abcdef'), sourceIPAddress: CFN }, 'CloudFormation StackSets'],
  [
    'Terraform',
    { userAgent: 'APN/1.0 HashiCorp/1.0 Terraform/1.9.8 (+https://www.terraform.io) terraform-provider-aws/5.70.0 aws-sdk-go-v2/1.30' },
    'Terraform',
  ],
  [
    'Terraform with credentials of the console',
    { userAgent: 'Terraform/1.9.8 aws-sdk-go-v2/1.30', sessionCredentialFromConsole: 'true' },
    'Terraform',
  ],
  ['the console, by its browser', { userAgent: BROWSER }, 'console'],
  ['the console, by the field', { userAgent: 'aws-sdk-js/3.600.0', sessionCredentialFromConsole: 'true' }, 'console'],
  ['the console, with a boolean', { sessionCredentialFromConsole: true }, 'console'],
  ['the console says no', { userAgent: 'aws-cli/2.17.0', sessionCredentialFromConsole: 'false' }, 'AWS CLI'],
  ['CloudShell', { userAgent: 'aws-cli/2.17.0 md/awscrt exec-env/CloudShell' }, 'CloudShell'],
  ['the command line', { userAgent: 'aws-cli/2.17.0 Python/3.11' }, 'AWS CLI'],
  ['boto', { userAgent: 'Boto3/1.35.0 md/Botocore' }, 'SDK'],
  ['another service', { userIdentity: { type: 'AssumedRole', invokedBy: 'autoscaling.amazonaws.com' } }, 'autoscaling.amazonaws.com'],
  ['a text of the caller', { userAgent: 'my tool ada@example.com' }, undefined],
  ['nothing', {}, undefined],
])('%s', (_, over, expected) => {
  expect(toolIn(over)).toBe(expected);
});
