/**
 * What deployed a change, as far as its record tells: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 * Only names of our own choosing: a user agent is the caller's text.
 */
import type { CloudTrailRecord } from './cloudtrail';

/** Roles that a deployment is made with, by their names: https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html */
const ROLES: readonly (readonly [RegExp, string])[] = [
  [/:role\/(?:.+\/)?cdk-\w+-cfn-exec-role-/, 'CDK, by CloudFormation'],
  [/:role\/(?:.+\/)?(?:stacksets-exec-|AWSCloudFormationStackSetExecutionRole)/, 'CloudFormation StackSets'],
];

const CLOUDFORMATION = 'cloudformation.amazonaws.com';

const AGENTS: readonly (readonly [RegExp, string])[] = [
  [/terraform|opentofu/i, 'Terraform'],
  [/pulumi/i, 'Pulumi'],
  [/aws-cdk/i, 'CDK'],
  [/^(?:console|signin)\.amazonaws\.com|^S3Console|^Mozilla\//i, 'console'],
  [/cloudshell/i, 'CloudShell'],
  [/^aws-cli\//i, 'AWS CLI'],
  [/^(?:aws-sdk-|boto3\/|botocore\/|aws-sdk\/)/i, 'SDK'],
];

export function toolOf({ userIdentity, userAgent = '', sourceIpAddress, isFromConsole }: CloudTrailRecord): string | undefined {
  const { issuerArn = '', arn = '', invokedBy } = userIdentity;
  const byRole = ROLES.find(([pattern]) => pattern.test(issuerArn))?.[1];
  const isCloudFormation = [invokedBy, sourceIpAddress, userAgent].includes(CLOUDFORMATION) || arn.endsWith('/AWSCloudFormation');
  if (isCloudFormation) return byRole ?? 'CloudFormation';
  // Terraform sets its name beside that of the SDK that it is built on, and anyone may use the console's credentials elsewhere.
  const byAgent = AGENTS.find(([pattern]) => pattern.test(userAgent))?.[1];
  if (isFromConsole && (byAgent === undefined || byAgent === 'SDK')) return 'console';
  return byAgent ?? byRole ?? invokedBy;
}
