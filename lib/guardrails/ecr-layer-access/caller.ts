/** Who pulled: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html */
import { isAccountId, parseArn } from '../../core/arn';
import type { UserIdentity } from '../../core/cloudtrail';
import { canonicalService } from '../../core/iam/principal';
import { assertNever } from '../../core/value';
import type { Caller } from './facts';

export function callerOf(identity: UserIdentity): Caller {
  if (identity.type === 'AWSService') {
    return identity.invokedBy === undefined ? { kind: 'nobody', what: 'a service of AWS' } : { kind: 'service', host: identity.invokedBy };
  }
  return roleOf(identity.issuerArn) ?? sessionOf(identity.arn) ?? identityOf(identity.arn) ?? accountOf(identity);
}

/** The issuer of a role's session; that of a federated user is another user and says nothing about who was signed in. */
function roleOf(arn: string | undefined): Caller | undefined {
  const role = parseArn(arn ?? '');
  return role?.service === 'iam' && role.resource.startsWith('role/') ? identityOf(arn) : undefined;
}

/** `assumed-role/name/session`: the session's ARN drops the path of the role. */
function sessionOf(text: string | undefined): Caller | undefined {
  const arn = parseArn(text ?? '');
  const [kind, role] = arn?.resource.split('/') ?? [];
  if (text === undefined || arn?.service !== 'sts' || kind !== 'assumed-role' || !role || !isAccountId(arn.account)) return undefined;
  return { kind: 'session', account: arn.account, arn: text, role };
}

function identityOf(text: string | undefined): Caller | undefined {
  const arn = parseArn(text ?? '');
  return text !== undefined && arn && isAccountId(arn.account) ? { kind: 'identity', account: arn.account, arn: text } : undefined;
}

function accountOf({ accountId, issuerAccountId, type }: UserIdentity): Caller {
  const account = accountId ?? issuerAccountId;
  return account !== undefined && isAccountId(account) ? { kind: 'account', account } : { kind: 'nobody', what: `an identity of type ${type}` };
}

/** One key for all pulls of one principal: the role rather than its session, so that they can be counted together. */
export function principalKey(caller: Caller): string {
  switch (caller.kind) {
    case 'service':
      return canonicalService(caller.host);
    case 'identity':
      return caller.arn;
    case 'session':
      return caller.arn.split('/').slice(0, 2).join('/');
    case 'account':
      return caller.account;
    case 'nobody':
      return caller.what;
    default:
      return assertNever(caller);
  }
}

/**
 * Services that pull on behalf of an account and are spared: the account's own policies let them, and they hand the image
 * to nobody. A service of AWS that is not here is neither spared nor condemned.
 */
export const SPARED_SERVICES: { readonly [host: string]: string } = {
  'apprunner.amazonaws.com': 'App Runner starts a service from an image',
  'build.apprunner.amazonaws.com': 'App Runner starts a service from an image',
  'bedrock-agentcore.amazonaws.com': 'Bedrock AgentCore starts an agent from an image',
  'codebuild.amazonaws.com': 'CodeBuild starts a build in a custom image',
  'ecr.amazonaws.com': 'ECR itself: scans, lifecycle, signing',
  'ecs.amazonaws.com': 'ECS resolves the digest of an image for a service',
  'ecs-tasks.amazonaws.com': 'ECS starts a task from an image',
  'eks.amazonaws.com': 'EKS starts what it manages in a cluster',
  'guardduty.amazonaws.com': 'GuardDuty scans images',
  'inspector2.amazonaws.com': 'Inspector scans images',
  'lambda.amazonaws.com': 'Lambda optimises and starts a function from an image',
  'pullthroughcache.ecr.amazonaws.com': 'ECR fills a pull-through cache',
  'replication.ecr.amazonaws.com': 'ECR replicates to the registries that are configured, which are judged themselves',
  'sagemaker.amazonaws.com': 'SageMaker starts a job or an endpoint from an image',
};

/** What the service does with an image, or undefined when it is not spared. */
export function sparedService(host: string): string | undefined {
  const service = canonicalService(host);
  return Object.hasOwn(SPARED_SERVICES, service) ? SPARED_SERVICES[service] : undefined;
}

/** The path is reserved for AWS: https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html */
export const isServiceLinked = (caller: Caller): boolean =>
  caller.kind === 'identity' && parseArn(caller.arn)?.service === 'iam' && /^role\/aws-service-role\//.test(parseArn(caller.arn)?.resource ?? '');

/** A session's ARN drops the path that would tell; the name alone anyone may give to a role. */
export const mayBeServiceLinked = (caller: Caller): boolean => caller.kind === 'session' && caller.role.startsWith('AWSServiceRoleFor');
