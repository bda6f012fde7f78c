/**
 * The CloudTrail records and EventBridge events that AWS would write for the calls that a test makes.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
import { randomUUID } from 'node:crypto';

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
type Fields = { readonly [name: string]: Json };

/** A call as the SDK made it. */
interface MadeCall {
  /** As ARNs name it: `lambda`, `sns`, `ecr`. */
  readonly service: string;
  /** The operation in the API's own name: `AddPermission`. */
  readonly operation: string;
  readonly input: object;
  /** What AWS answered; an `Error` for a call that failed. */
  readonly output: object;
  /** The account of the caller. */
  readonly account: string;
  readonly region: string;
  /** What a test wants to be otherwise. */
  readonly with?: RecordOptions;
}

interface RecordOptions {
  /** The account that receives this copy; the caller's where absent. Another one sees a foreign caller without an ARN. */
  readonly recipient?: string;
  /** The role of the caller, with its path; its account is the caller's. */
  readonly role?: string;
  readonly eventTime?: string;
  readonly eventId?: string;
  /** The same in the copies of one call. */
  readonly sharedEventId?: string;
  readonly sourceIpAddress?: string;
}

/** Names that carry the date of their API: https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html */
const DATED: { readonly [operation: string]: string } = {
  AddPermission: 'AddPermission20150331v2',
  RemovePermission: 'RemovePermission20150331v2',
  CreateFunction: 'CreateFunction20150331',
  DeleteFunction: 'DeleteFunction20150331',
  UpdateFunctionConfiguration: 'UpdateFunctionConfiguration20150331v2',
  UpdateFunctionCode: 'UpdateFunctionCode20150331v2',
  PublishLayerVersion: 'PublishLayerVersion20181031',
  DeleteLayerVersion: 'DeleteLayerVersion20181031',
  AddLayerVersionPermission: 'AddLayerVersionPermission20181031',
  RemoveLayerVersionPermission: 'RemoveLayerVersionPermission20181031',
};

/** Fields whose names inside are data, not fields of the API: CloudTrail keeps their case. */
const MAPS = new Set(['attributes', 'tags', 'variables', 'resourceTags']);

const REDACTED = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/** Read-only by name, and those that do not look it. */
const READS = /^(Get|List|Describe|BatchGet|BatchCheck)/;

/** The record that AWS would write for the call. */
export function recordOf({ service, operation, input, output, account, region, with: options = {} }: MadeCall): Fields {
  const failure = output instanceof Error ? output : undefined;
  const isRead = READS.test(operation);
  const recipient = options.recipient ?? account;
  const request = redacted(operation, camelCased(input));
  return {
    eventVersion: '1.11',
    userIdentity:
      recipient === account
        ? roleOf(account, options.role ?? 'deploy')
        : { type: 'AWSAccount', principalId: 'AROAEXAMPLE:session', accountId: account },
    eventTime: options.eventTime ?? `${new Date().toISOString().slice(0, 19)}Z`,
    eventSource: `${service}.amazonaws.com`,
    eventName: (service === 'lambda' && DATED[operation]) || operation,
    awsRegion: region,
    sourceIPAddress: options.sourceIpAddress ?? '192.0.2.1',
    userAgent: 'aws-cli/2.31.0',
    ...(failure && { errorCode: failure.name, errorMessage: failure.message }),
    requestParameters: Object.keys(request).length === 0 ? null : request,
    responseElements: failure || isRead ? null : answered(output),
    requestID: randomUUID(),
    eventID: options.eventId ?? randomUUID(),
    readOnly: isRead,
    ...resourcesOf(service, request, recipient, region),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: recipient,
    ...((recipient !== account || options.sharedEventId) && { sharedEventID: options.sharedEventId ?? randomUUID() }),
    eventCategory: 'Management',
  };
}

/** The record as EventBridge delivers it: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html */
function eventOf(call: MadeCall): Fields {
  const detail = recordOf(call);
  const { recipientAccountId = '', awsRegion = '', eventTime = '' } = detail;
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${call.service}`,
    account: recipientAccountId,
    time: eventTime,
    region: awsRegion,
    resources: [],
    detail,
  };
}

/** Any client of the SDK, with any of its commands. */
interface CallingClient {
  readonly config: {
    readonly serviceId: string;
    readonly region: () => Promise<string>;
    readonly credentials: () => Promise<{ readonly accessKeyId: string }>;
  };
  // A method, not a property: each client narrows it to its own commands.
  send(command: CallingCommand): Promise<object>;
}
interface CallingCommand {
  readonly input: object;
}

/** Makes a call with a client of an emulator (whose access key is the account); answers its event, whether it succeeds or fails. */
export async function called(client: CallingClient, command: CallingCommand, options: RecordOptions = {}): Promise<Fields> {
  const [region, { accessKeyId }] = await Promise.all([client.config.region(), client.config.credentials()]);
  const output = await client.send(command).catch((error: unknown) => {
    if (error instanceof Error && '$metadata' in error) return error;
    throw error;
  });
  return eventOf({
    service: client.config.serviceId.toLowerCase(),
    operation: command.constructor.name.replace(/Command$/, ''),
    input: command.input,
    output,
    account: accessKeyId,
    region,
    with: options,
  });
}

const roleOf = (accountId: string, role: string): Fields => {
  const name = role.split('/').at(-1) ?? role;
  return {
    type: 'AssumedRole',
    principalId: 'AROAEXAMPLE:session',
    arn: `arn:aws:sts::${accountId}:assumed-role/${name}/session`,
    accountId,
    accessKeyId: 'ASIAEXAMPLE',
    sessionContext: {
      sessionIssuer: { type: 'Role', principalId: 'AROAEXAMPLE', arn: `arn:aws:iam::${accountId}:role/${role}`, accountId, userName: name },
      attributes: { creationDate: '2026-11-22T09:00:00Z', mfaAuthenticated: 'false' },
    },
  };
};

/** ECR names the repository, with its owner: https://docs.aws.amazon.com/AmazonECR/latest/userguide/logging-using-cloudtrail.html */
function resourcesOf(service: string, request: Fields, recipient: string, region: string): Fields {
  const { repositoryName, registryId } = request;
  if (service !== 'ecr' || typeof repositoryName !== 'string') return {};
  const accountId = typeof registryId === 'string' ? registryId : recipient;
  return { resources: [{ ARN: `arn:aws:ecr:${region}:${accountId}:repository/${repositoryName}`, accountId }] };
}

/** What the service leaves out of its records, or writes over. */
function redacted(operation: string, request: Fields): Fields {
  const email = operation === 'Subscribe' && String(request.protocol).startsWith('email');
  return {
    ...request,
    ...withoutSecrets(request),
    ...(email && { endpoint: REDACTED }),
    ...(operation === 'ConfirmSubscription' && { token: REDACTED }),
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html: `Environment` and `ZipFile` */
function withoutSecrets(fields: Fields): Fields {
  const { code } = fields;
  const hasCode = typeof code === 'object' && code !== null && !Array.isArray(code);
  return {
    ...('environment' in fields && { environment: {} }),
    ...(hasCode && { code: Object.fromEntries(Object.entries(code).filter(([name]) => name !== 'zipFile')) }),
  };
}

/** Several calls answer nothing; then there is no object. */
function answered(output: object): Fields | null {
  const { $metadata, ...fields } = { $metadata: undefined, ...output };
  const response = camelCased(fields);
  return Object.keys(response).length === 0 ? null : { ...response, ...withoutSecrets(response) };
}

/** As CloudTrail writes the fields of an API: the first letter small, nothing for what is absent, dates as text. */
const camelCased = (fields: object): Fields =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => {
        const camel = name.charAt(0).toLowerCase() + name.slice(1);
        return [camel, MAPS.has(camel) && typeof value === 'object' && !Array.isArray(value) ? value : jsonOf(value)];
      }),
  );

function jsonOf(value: unknown): Json {
  if (Array.isArray(value)) return value.map(jsonOf);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return '';
  if (typeof value === 'object' && value !== null) return camelCased(value);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
