/**
 * Condition keys of a recorded call: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html.
 * A key that can be there, and that the record does not carry, is unknown; only what surely is not there is absent.
 */
import { isIP } from 'node:net';
import type { CloudTrailRecord } from '../../core/cloudtrail';
import { looksMasked } from '../../core/endpoint';
import { parseFunctionName } from '../../core/lambda';
import type { Context } from '../../core/policy';
import { accountMembership, type Trust } from '../../core/trust';
import { asList, asText, isObject, property, type Unknown, unknown, type Value } from '../../core/value';
import { type RecordedCall, textsOf } from './calls';
import { callerAccount, isOurs, resourceAccount } from './reach';

/** Undefined: surely absent. */
type Values = readonly string[] | Unknown | undefined;

interface Asked {
  readonly record: CloudTrailRecord;
  readonly call: RecordedCall;
  readonly trust: Trust;
  /** Path of the caller's role, where the record hides it: with a slash behind it, or empty. */
  readonly callerPath: string;
}

/** Only the keys that some policy asks for, in lower case. */
export function contextOf(asked: Asked, keys: ReadonlySet<string>): Context {
  return new Map(
    [...keys].flatMap((key) => {
      const values = valuesOf(key, asked);
      return values === undefined ? [] : [[key, values] as const];
    }),
  );
}

const notCarried = (key: string): Unknown => unknown(`${key} is not in the record`);

function valuesOf(key: string, asked: Asked): Values {
  if (Object.hasOwn(KEYS, key)) return KEYS[key]?.(asked);
  const [service = ''] = key.split(':');
  // A key of one service is not in the requests of another.
  if (service !== 'aws' && service !== asked.call.action.split(':')[0]?.toLowerCase()) return undefined;
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html: the root user has no tags.
  if (key.startsWith('aws:principaltag/') && asked.record.userIdentity.type === 'Root') return undefined;
  if (key.startsWith('aws:requesttag/')) return requestTag(asked, key.slice('aws:requesttag/'.length));
  return notCarried(key);
}

const one = (text: string | undefined, key: string): Values => (text === undefined ? notCarried(key) : [text]);

const KEYS: { readonly [key: string]: (asked: Asked) => Values } = {
  'aws:principalarn': ({ record, callerPath }) => one(principalArn(record, callerPath), 'aws:PrincipalArn'),
  'aws:principalaccount': ({ record }) => one(callerAccount(record), 'aws:PrincipalAccount'),
  'aws:principalorgid': callerOrganization,
  'aws:principalisawsservice': ({ record: { userIdentity } }) => [String(userIdentity.type === 'AWSService')],
  'aws:viaawsservice': ({ record }) => [String(isForwarded(record))],
  'aws:currenttime': ({ record }) => one(record.eventTime || undefined, 'aws:CurrentTime'),
  'aws:requestedregion': ({ record }) => one(record.region || undefined, 'aws:RequestedRegion'),
  'aws:sourceip': ({ record }) => (record.vpcEndpointId === undefined ? address(record, 'aws:SourceIp') : undefined),
  'aws:vpcsourceip': ({ record }) => (record.vpcEndpointId === undefined ? undefined : address(record, 'aws:VpcSourceIp')),
  'aws:sourcevpce': ({ record: { vpcEndpointId } }) => (vpcEndpointId === undefined ? undefined : [vpcEndpointId]),
  'aws:sourcevpc': behindEndpoint('aws:SourceVpc'),
  'aws:sourcevpcarn': behindEndpoint('aws:SourceVpcArn'),
  'aws:vpceorgid': behindEndpoint('aws:VpceOrgID'),
  'aws:vpceaccount': behindEndpoint('aws:VpceAccount'),
  'aws:resourceaccount': ({ record, call }) => one(resourceAccount(record, call), 'aws:ResourceAccount'),
  'aws:resourceorgid': ({ record, call, trust }) => (isOurs(record, call, trust) ? [trust.organizationId] : notCarried('aws:ResourceOrgID')),
  'aws:tagkeys': ({ record }) => (record.hasRequest ? tagKeys(record.request) : notCarried('aws:TagKeys')),
  'lambda:principal': ({ record, call }) => {
    if (call.action === 'lambda:AddPermission') return one(asText(record.request.principal), 'lambda:Principal');
    return /:(?:RemovePermission|PutResourcePolicy|DeleteResourcePolicy)$/.test(call.action) ? notCarried('lambda:Principal') : undefined;
  },
  'lambda:functionurlauthtype': ({ record, call }) => {
    if (call.action === 'lambda:AddPermission') return given(record, asText(record.request.functionUrlAuthType), 'lambda:FunctionUrlAuthType');
    if (!/FunctionUrlConfig|RemovePermission/.test(call.action)) return undefined;
    return one(asText(record.request.authType) ?? asText(record.response.authType), 'lambda:FunctionUrlAuthType');
  },
  'lambda:vpcids': network('vpcId', 'lambda:VpcIds'),
  'lambda:subnetids': network('subnetIds', 'lambda:SubnetIds'),
  'lambda:securitygroupids': network('securityGroupIds', 'lambda:SecurityGroupIds'),
  'lambda:functionarn': ({ record, call }) => {
    if (!/EventSourceMapping/.test(call.action)) return undefined;
    const name = asText(record.response.functionArn) ?? asText(record.request.functionName);
    return name === undefined ? notCarried('lambda:FunctionArn') : [parseFunctionName(name, record.place).arn];
  },
  'sns:protocol': ({ record, call }) => (call.action === 'sns:Subscribe' ? one(asText(record.request.protocol), 'sns:Protocol') : undefined),
  'sns:endpoint': ({ record, call }) => {
    const endpoint = asText(record.request.endpoint);
    if (call.action !== 'sns:Subscribe') return undefined;
    return endpoint === undefined || looksMasked(endpoint) ? notCarried('sns:Endpoint') : [endpoint];
  },
  'securityhub:asffsyntaxpath/workflow.status': ({ record, call }) =>
    call.action === 'securityhub:BatchUpdateFindings' ? given(record, workflowStatus(record.request), 'Workflow.Status') : undefined,
};

/** A parameter that is not among those that were sent is not there; without any, nobody can say. */
const given = (record: CloudTrailRecord, text: string | undefined, key: string): Values =>
  text !== undefined ? [text] : record.hasRequest ? undefined : notCarried(key);

// ---- Who calls, and from where

/** Paths that the caller's role may have, each with a slash behind it; of `named` and those that no policy names. */
export function callerPaths({ userIdentity: { arn, issuerArn } }: CloudTrailRecord, named: readonly string[]): readonly string[] {
  const session = issuerArn === undefined ? sessionOf(arn) : undefined;
  if (session === undefined) return [''];
  // The path of roles of IAM Identity Center is told by the name, but for the Region that may stand in it.
  const [isReserved, others] = [session.role.startsWith('AWSReservedSSO_'), [RESERVED, `${RESERVED}-/`]];
  return isReserved ? [...others, ...named.filter((path) => path.startsWith(RESERVED))] : named.filter((path) => !path.startsWith(RESERVED));
}

const RESERVED = 'aws-reserved/sso.amazonaws.com/';

/**
 * The role's ARN with its path, never the session's; of a federated user's session its own ARN, not that of the user who asked for it:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
 */
function principalArn({ userIdentity: { type, arn, issuerArn } }: CloudTrailRecord, path: string): string | undefined {
  if (type === 'FederatedUser') return arn;
  const session = sessionOf(arn);
  if (issuerArn === undefined && session) return `arn:${session.partition}:iam::${session.account}:role/${path}${session.role}`;
  return issuerArn ?? (type === 'AssumedRole' ? undefined : arn);
}

function sessionOf(arn: string | undefined) {
  const [, partition = '', account = '', role] = /^arn:([^:]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn ?? '') ?? [];
  return role === undefined ? undefined : { partition, account, role };
}

/** Absent where the caller's account is in none: then no organization is told. */
function callerOrganization({ record, trust }: Asked): Values {
  const account = callerAccount(record);
  if (record.userIdentity.type === 'AWSService') return undefined;
  if (account === undefined) return notCarried('aws:PrincipalOrgID');
  const membership = accountMembership(trust, account, '');
  // What an account has recorded of its own callers is in the organization's trail because it is a member.
  if (membership === 'organization' || account === record.recipientAccountId) return [trust.organizationId];
  // Which organization a stranger is of, no record tells; that it is none of those that are known, the list of members does.
  return membership === 'foreign' && trust.trustedOrganizationIds.size === 0 ? ['another organization, or none'] : notCarried('aws:PrincipalOrgID');
}

/** A service that calls on behalf of the caller, with the caller's own identity. */
const isForwarded = ({ userIdentity }: CloudTrailRecord): boolean => userIdentity.invokedBy !== undefined;

/** A service's name stands there when a service calls. */
const address = ({ sourceIpAddress = '' }: CloudTrailRecord, key: string): Values =>
  isIP(sourceIpAddress) > 0 ? [sourceIpAddress] : notCarried(key);

function behindEndpoint(key: string): (asked: Asked) => Values {
  return ({ record }) => (record.vpcEndpointId === undefined ? undefined : notCarried(key));
}

// ---- What is sent

/** `[{ key, value }]` in IAM and STS, `{ key: value }` in Lambda, `tagKeys` where tags are taken away. */
function tagsOf(request: { readonly [name: string]: Value }): readonly (readonly [string, string | undefined])[] {
  const { tags = request.Tags } = request;
  if (isObject(tags)) return Object.entries(tags).map(([key, value]) => [key, asText(value)]);
  const listed = asList(tags).flatMap((tag) => {
    const key = asText(property(tag, 'key')) ?? asText(property(tag, 'Key'));
    return key === undefined ? [] : [[key, asText(property(tag, 'value')) ?? asText(property(tag, 'Value'))] as const];
  });
  return [...listed, ...textsOf(request.tagKeys).map((key) => [key, undefined] as const)];
}

function tagKeys(request: { readonly [name: string]: Value }): Values {
  const keys = tagsOf(request).map(([key]) => key);
  return keys.length === 0 ? undefined : keys;
}

/** Keys of tags differ by more than case. */
function requestTag({ record }: Asked, name: string): Values {
  if (!record.hasRequest) return notCarried(`aws:RequestTag/${name}`);
  const tag = tagsOf(record.request).find(([key]) => key.toLowerCase() === name);
  return tag === undefined ? undefined : one(tag[1], `aws:RequestTag/${name}`);
}

const workflowStatus = (request: { readonly [name: string]: Value }): string | undefined =>
  asText(property(request.workflow, 'status')) ?? asText(property(request.Workflow, 'Status'));

/**
 * The network of a function as it is after the call: an update that does not mention it leaves it as it was, and the answer tells.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#vpc-conditions
 */
function network(field: 'vpcId' | 'subnetIds' | 'securityGroupIds', key: string): (asked: Asked) => Values {
  return ({ record: { request, response, hasRequest, hasResponse }, call: { action } }) => {
    if (!/:(?:CreateFunction|UpdateFunctionConfiguration|CreateCapacityProvider|CreateNetworkConnector)$/.test(action)) return undefined;
    if (/NetworkConnector$/.test(action)) return notCarried(key);
    const sent = textsOf(property(request.vpcConfig, field));
    if (sent.length > 0) return sent;
    const answered = textsOf(property(response.vpcConfig, field)).filter((text) => text !== '');
    if (answered.length > 0) return answered;
    const isSent = textsOf(property(request.vpcConfig, 'subnetIds')).length > 0;
    if (!isSent && (action === 'lambda:CreateFunction' ? hasRequest : hasResponse)) return undefined;
    return notCarried(key);
  };
}
