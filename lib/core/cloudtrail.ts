/**
 * CloudTrail records, decoded at the boundary: a field of the wrong type is absent, so no rule meets it.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
import { isAccountId, parseArn, partitionOfRegion } from './arn';
import type { Place } from './guardrail';
import { asText, isObject, OWN_ACCOUNT, OWN_REGION, property, type Value } from './value';

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html */
export interface UserIdentity {
  readonly type: string;
  readonly arn?: string;
  readonly accountId?: string;
  readonly principalId?: string;
  readonly userName?: string;
  /** Of a user of IAM Identity Center, who has neither an ARN nor a principal id. */
  readonly userId?: string;
  readonly invokedBy?: string;
  /** ARN of the role behind an assumed-role session: keeps the path, which the session's ARN drops. */
  readonly issuerArn?: string;
  readonly issuerAccountId?: string;
}

export interface CloudTrailRecord {
  readonly eventId: string;
  readonly eventName: string;
  readonly eventSource: string;
  readonly eventTime: string;
  readonly region: string;
  readonly recipientAccountId?: string;
  readonly sharedEventId?: string;
  readonly sourceIpAddress?: string;
  readonly vpcEndpointId?: string;
  readonly userAgent?: string;
  readonly isFromConsole?: boolean;
  readonly errorCode?: string;
  /**
   * For the owner of the VPC endpoint that the call went through: it holds neither request nor answer, and there is another for the call
   * itself. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html
   */
  readonly isOfEndpoint?: boolean;
  readonly userIdentity: UserIdentity;
  /** `{}` when null, absent or left out for its size; `hasRequest` tells. */
  readonly request: { readonly [name: string]: Value };
  readonly response: { readonly [name: string]: Value };
  readonly hasRequest: boolean;
  readonly hasResponse: boolean;
  readonly resources: readonly { readonly arn: string; readonly accountId?: string; readonly type?: string }[];
  /** Where it happened, in the account that received this copy (else its resource's owner, else the caller's). What the record does not say is a hole. */
  readonly place: Place;
}

/** Why a value is no CloudTrail record that we can judge. Recoverable: returned, counted, the rest goes on. */
interface RecordProblem {
  readonly problem: string;
}

export const isRecordProblem = (value: CloudTrailRecord | RecordProblem): value is RecordProblem => 'problem' in value;

/** Decodes a raw record or the EventBridge envelope around one (`detail`). Any JSON value may come. */
export function decodeRecord(raw: unknown): CloudTrailRecord | RecordProblem {
  if (!isObject(raw)) return { problem: 'not a CloudTrail record: expected a JSON object' };
  const detail = raw.detail;
  const enveloped = isObject(detail) && raw['detail-type'] !== undefined;
  return enveloped ? decodeDetail(detail, { account: textOf(raw, 'account'), region: textOf(raw, 'region') }) : decodeDetail(raw);
}

/** `envelope`: whose bus it came by, for what the record itself does not say. */
function decodeDetail(
  raw: { readonly [key: string]: Value },
  envelope: { readonly account?: string; readonly region?: string } = {},
): CloudTrailRecord | RecordProblem {
  const eventName = textOf(raw, 'eventName');
  const eventSource = textOf(raw, 'eventSource');
  if (eventName === undefined || eventSource === undefined) return { problem: 'not a CloudTrail record: it has no eventName and eventSource' };
  const version = textOf(raw, 'eventVersion');
  if (version !== undefined && !/^1\.\d+$/.test(version))
    return { problem: `unknown eventVersion ${JSON.stringify(version.slice(0, 40))}: expected 1.x` };
  const userIdentity = decodeIdentity(property(raw, 'userIdentity'));
  const region = textOf(raw, 'awsRegion') ?? envelope.region ?? '';
  const recipientAccountId = textOf(raw, 'recipientAccountId') ?? envelope.account;
  const request = wholeField(raw, 'requestParameters');
  const response = wholeField(raw, 'responseElements');
  const resources = decodeResources(property(raw, 'resources'));
  const account = recipientAccountId ?? resources[0]?.accountId ?? userIdentity.accountId ?? OWN_ACCOUNT;
  return {
    eventId: textOf(raw, 'eventID') ?? '',
    eventName,
    eventSource,
    eventTime: textOf(raw, 'eventTime') ?? '',
    region,
    recipientAccountId,
    sharedEventId: textOf(raw, 'sharedEventID'),
    sourceIpAddress: textOf(raw, 'sourceIPAddress'),
    vpcEndpointId: textOf(raw, 'vpcEndpointId'),
    userAgent: textOf(raw, 'userAgent'),
    isFromConsole: textOf(raw, 'sessionCredentialFromConsole') === 'true' || undefined,
    errorCode: textOf(raw, 'errorCode'),
    isOfEndpoint: textOf(raw, 'eventType') === 'AwsVpceEvent' || undefined,
    userIdentity,
    request: request ?? {},
    response: response ?? {},
    hasRequest: request !== undefined,
    hasResponse: response !== undefined,
    resources,
    place: { partition: partitionOf(userIdentity, region), region: region === '' ? OWN_REGION : region, account },
  };
}

/** CloudTrail leaves out a field of more than 100 KB and writes `{"omitted": true, …}` in its place: then it is not there. */
function wholeField(raw: Value, name: string): { readonly [name: string]: Value } | undefined {
  const value = property(raw, name);
  return isObject(value) && property(value, 'omitted') !== true ? value : undefined;
}

const textOf = (object: Value | undefined, name: string): string | undefined => {
  const text = asText(property(object, name));
  return text === '' ? undefined : text;
};

function decodeIdentity(value: Value | undefined): UserIdentity {
  const issuer = property(property(value, 'sessionContext'), 'sessionIssuer');
  return {
    type: textOf(value, 'type') ?? 'Unknown',
    arn: textOf(value, 'arn'),
    accountId: textOf(value, 'accountId'),
    principalId: textOf(value, 'principalId'),
    userName: textOf(value, 'userName'),
    userId: textOf(property(value, 'onBehalfOf'), 'userId'),
    invokedBy: textOf(value, 'invokedBy'),
    issuerArn: textOf(issuer, 'arn'),
    issuerAccountId: textOf(issuer, 'accountId'),
  };
}

/** The record spells it `ARN`; EventBridge consumers have been seen to lower the case. */
function decodeResources(value: Value | undefined): CloudTrailRecord['resources'] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item) => {
    const arn = textOf(item, 'ARN') ?? textOf(item, 'arn');
    return arn === undefined ? [] : [{ arn, accountId: textOf(item, 'accountId'), type: textOf(item, 'type') }];
  });
}

/** No field of a record names the partition; the caller's own ARN does, and the Region's prefix where there is none. */
function partitionOf(identity: UserIdentity, region: string): string {
  const own = parseArn(identity.issuerArn ?? identity.arn ?? '');
  return own?.partition ?? partitionOfRegion(region === '' ? OWN_REGION : region);
}

/** `AddPermission20150331v2` is a call of `AddPermission`: some APIs append the date of their version. */
export function isCallOf(eventName: string, operation: string): boolean {
  return eventName === operation || (eventName.startsWith(operation) && /^\d{8}(v\d+)?$/.test(eventName.slice(operation.length)));
}

/** The owner of a resource: the account of its ARN, never the caller's; a bare name belongs to whoever received the record. */
export function ownerOf(record: CloudTrailRecord, arn: string): string {
  const account = parseArn(arn)?.account;
  return account !== undefined && isAccountId(account) ? account : record.place.account;
}

/**
 * CloudTrail delivers a cross-account call to the caller and to the owner of the resource; only the owner's copy counts, so
 * that one call is acted on once. A record that does not say who received it is taken for the owner's.
 */
export const isOwnersCopy = (record: CloudTrailRecord, owner: string): boolean =>
  record.recipientAccountId === undefined || record.recipientAccountId === owner;

/** Who called, for people: the role's ARN rather than the session's, else whatever identifies the caller. */
export function principalOf(record: CloudTrailRecord): string {
  const { issuerArn, arn, invokedBy, principalId, userId, accountId, type } = record.userIdentity;
  return issuerArn ?? arn ?? invokedBy ?? principalId ?? userId ?? accountId ?? type;
}
