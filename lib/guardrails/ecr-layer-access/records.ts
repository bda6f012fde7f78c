/** Facts of CloudTrail records: https://docs.aws.amazon.com/AmazonECR/latest/userguide/logging-using-cloudtrail.html */
import { arnAt, isAccountId, parseArn } from '../../core/arn';
import { type CloudTrailRecord, isCallOf, isOwnersCopy, ownerOf } from '../../core/cloudtrail';
import { asText, hole, isObject, propertyIgnoringCase, type Value } from '../../core/value';
import { callerOf, principalKey } from './caller';
import { keptSettings, policyFacts, replicationFacts, type Subject } from './documents';
import { CREATION_TEMPLATE, type EcrFact, ENDPOINT, type Holder, REGISTRY_POLICY, REPLICATION, REPOSITORY } from './facts';
import { lookUp } from './lookup';
import { serviceOf } from './resources';

type Properties = { readonly [name: string]: Value };

const READERS: readonly (readonly [string, (record: CloudTrailRecord) => readonly EcrFact[]])[] = [
  ['BatchGetImage', pull],
  ['GetDownloadUrlForLayer', pull],
  ['SetRepositoryPolicy', repositoryPolicy],
  ['PutRegistryPolicy', registryPolicy],
  ['PutReplicationConfiguration', replication],
  ['CreateRepositoryCreationTemplate', creationTemplate],
  ['UpdateRepositoryCreationTemplate', creationTemplate],
  ['CreateVpcEndpoint', createdEndpoint],
  ['ModifyVpcEndpoint', modifiedEndpoint],
];

export function fromRecord(record: CloudTrailRecord): readonly EcrFact[] {
  const reader = READERS.find(([name]) => isCallOf(record.eventName, name));
  return reader ? reader[1](record) : [];
}

const SUBJECTS: readonly (readonly [string, (record: CloudTrailRecord) => readonly Subject[]])[] = [
  ['SetRepositoryPolicy', repositoryIn],
  ['DeleteRepositoryPolicy', repositoryIn],
  ['DeleteRepository', repositoryIn],
  ['PutRegistryPolicy', (record) => [inRegistry(record, REGISTRY_POLICY, 'policy')]],
  ['DeleteRegistryPolicy', (record) => [inRegistry(record, REGISTRY_POLICY, 'policy')]],
  ['PutReplicationConfiguration', (record) => [inRegistry(record, REPLICATION, 'replication')]],
  ['UpdateRepositoryCreationTemplate', templateIn],
  ['DeleteRepositoryCreationTemplate', templateIn],
  ['ModifyVpcEndpoint', endpointsIn],
  ['DeleteVpcEndpoints', endpointsIn],
];

/** What a removal, or another document, may have mended. */
export function closes(record: CloudTrailRecord): readonly EcrFact[] {
  const reader = SUBJECTS.find(([name]) => isCallOf(record.eventName, name));
  const subjects = reader ? reader[1](record) : [];
  return subjects
    .filter(({ owner }) => isOwnersCopy(record, owner))
    .map((subject) => ({ kind: 'unreadable', ...subject, what: 'what was changed has to be looked up' }));
}

function repositoryIn(record: CloudTrailRecord): readonly Subject[] {
  const { arn, owner } = repositoryOf(record);
  return [{ resource: { type: REPOSITORY, arn }, owner }];
}

function templateIn(record: CloudTrailRecord): readonly Subject[] {
  return [inRegistry(record, CREATION_TEMPLATE, `creation-template/${prefixOf(record)}`)];
}

/** How EC2 writes a list into a record differs from call to call; what looks like the id of an endpoint in the request is one. */
function endpointsIn(record: CloudTrailRecord): readonly Subject[] {
  return [...new Set(endpointIdsIn(record.request, 0))].map((id) => endpointSubject(record, id));
}

function endpointIdsIn(value: Value, depth: number): readonly string[] {
  if (typeof value === 'string') return /^vpce-[0-9a-z]{1,40}$/.test(value) ? [value] : [];
  if (value === null || typeof value !== 'object' || depth > 6) return [];
  return Object.values(value).flatMap((inner: Value) => endpointIdsIn(inner, depth + 1));
}

function pull(record: CloudTrailRecord): readonly EcrFact[] {
  const { arn, owner } = repositoryOf(record);
  const caller = callerOf(record.userIdentity);
  const { recipientAccountId: recipient, sourceIpAddress: source, vpcEndpointId } = record;
  const isCallersCopy = recipient !== undefined && recipient !== owner && 'account' in caller && caller.account === recipient;
  return [
    {
      kind: 'pull',
      resource: { type: REPOSITORY, arn },
      statement: principalKey(caller),
      owner,
      caller,
      origin: { ...(source !== undefined && { source }), ...(vpcEndpointId !== undefined && { vpcEndpointId }) },
      copy: isCallersCopy ? 'caller' : 'owner',
      ...(record.eventTime !== '' && { at: record.eventTime }),
    },
  ];
}

interface Repository {
  readonly arn: string;
  readonly owner: string;
  readonly name: string;
}

/** `resources` names the owner reliably; `registryId` may be left out by the caller, who then means a registry of its own. */
function repositoryOf(record: CloudTrailRecord): Repository {
  const listed = record.resources.find(({ arn }) => parseArn(arn)?.service === 'ecr' && parseArn(arn)?.resource.startsWith('repository/'));
  if (listed) {
    const owner =
      listed.accountId !== undefined && !isAccountId(parseArn(listed.arn)?.account ?? '') ? listed.accountId : ownerOf(record, listed.arn);
    return { arn: listed.arn, owner, name: parseArn(listed.arn)?.resource.slice('repository/'.length) ?? '' };
  }
  const name = textOf(record.response, 'repositoryName') ?? textOf(record.request, 'repositoryName') ?? hole('repositoryName');
  const owner = registryOf(record) ?? callersAccount(record) ?? record.place.account;
  return { arn: arnAt({ ...record.place, account: owner }, 'ecr', `repository/${name}`), owner, name };
}

/** Only of use where the record says neither whose repository it is nor who received it. */
const callersAccount = ({ recipientAccountId, userIdentity }: CloudTrailRecord): string | undefined =>
  recipientAccountId === undefined && userIdentity.accountId !== undefined && isAccountId(userIdentity.accountId)
    ? userIdentity.accountId
    : undefined;

function registryOf({ request, response }: CloudTrailRecord): string | undefined {
  const id = textOf(response, 'registryId') ?? textOf(request, 'registryId');
  return id !== undefined && isAccountId(id) ? id : undefined;
}

const textOf = (object: Properties, name: string): string | undefined => asText(propertyIgnoringCase(object, name));

function repositoryPolicy(record: CloudTrailRecord): readonly EcrFact[] {
  const { arn, owner, name } = repositoryOf(record);
  if (!isOwnersCopy(record, owner)) return [];
  return textFacts(record, { resource: { type: REPOSITORY, arn }, owner }, { kind: 'repository', name });
}

function registryPolicy(record: CloudTrailRecord): readonly EcrFact[] {
  const subject = inRegistry(record, REGISTRY_POLICY, 'policy');
  if (!isOwnersCopy(record, subject.owner)) return [];
  return textFacts(record, subject, { kind: 'registry' });
}

/** Both calls must carry a policy: a record without one has lost it. */
function textFacts(record: CloudTrailRecord, subject: Subject, holder: Holder): readonly EcrFact[] {
  const read = lookUp(subject);
  const documents = [propertyIgnoringCase(record.response, 'policyText'), propertyIgnoringCase(record.request, 'policyText')];
  if (documents.every((document) => document === undefined || document === null)) {
    return [{ kind: 'unreadable', ...subject, what: 'the record carries no policy', read }];
  }
  return policyFacts(subject, holder, documents, read);
}

function inRegistry(record: CloudTrailRecord, type: string, what: string): Subject {
  const owner = registryOf(record) ?? record.place.account;
  return { resource: { type, arn: arnAt({ ...record.place, account: owner }, 'ecr', `registry/${what}`) }, owner };
}

function replication(record: CloudTrailRecord): readonly EcrFact[] {
  const subject = inRegistry(record, REPLICATION, 'replication');
  if (!isOwnersCopy(record, subject.owner)) return [];
  const configuration =
    propertyIgnoringCase(record.response, 'replicationConfiguration') ?? propertyIgnoringCase(record.request, 'replicationConfiguration');
  return replicationFacts(subject, configuration, lookUp(subject));
}

function prefixOf({ request, response }: CloudTrailRecord): string {
  const stored = propertyIgnoringCase(response, 'repositoryCreationTemplate');
  return (isObject(stored) ? textOf(stored, 'prefix') : undefined) ?? textOf(request, 'prefix') ?? textOf(response, 'prefix') ?? hole('prefix');
}

function creationTemplate(record: CloudTrailRecord): readonly EcrFact[] {
  const { request, response } = record;
  const answered = propertyIgnoringCase(response, 'repositoryCreationTemplate');
  const stored: Properties = isObject(answered) ? answered : {};
  const prefix = prefixOf(record);
  const subject = inRegistry(record, CREATION_TEMPLATE, `creation-template/${prefix}`);
  if (!isOwnersCopy(record, subject.owner)) return [];
  const read = lookUp(subject);
  if (!record.hasRequest && !isObject(answered)) return [{ kind: 'unreadable', ...subject, what: 'the record carries no template', read }];
  const documents = [propertyIgnoringCase(stored, 'repositoryPolicy'), propertyIgnoringCase(request, 'repositoryPolicy')];
  const isUntouched = documents.every((document) => document === undefined) && !isObject(answered);
  if (isUntouched && isCallOf(record.eventName, 'UpdateRepositoryCreationTemplate')) return [];
  return policyFacts(subject, { kind: 'template', prefix, kept: keptSettings(stored) }, documents, read);
}

/** EC2 wraps what it was asked: `{"CreateVpcEndpointRequest": {"ServiceName": …}}`. Both forms are read. */
function unwrapped(parameters: Properties, wrapper: string): Properties {
  const inner = propertyIgnoringCase(parameters, wrapper);
  return isObject(inner) ? inner : parameters;
}

function createdEndpoint(record: CloudTrailRecord): readonly EcrFact[] {
  const request = unwrapped(record.request, 'CreateVpcEndpointRequest');
  const made = propertyIgnoringCase(unwrapped(record.response, 'CreateVpcEndpointResponse'), 'vpcEndpoint');
  const endpoint: Properties = isObject(made) ? made : {};
  const name = textOf(request, 'ServiceName') ?? textOf(endpoint, 'serviceName');
  const isLost = name === undefined && !record.hasRequest;
  const service = isLost ? 'unknown' : serviceOf(name);
  if (service === 'other') return [];
  const id = textOf(endpoint, 'vpcEndpointId');
  const subject = endpointSubject(record, id);
  const read = lookUp(subject);
  if (isLost) return [{ kind: 'unreadable', ...subject, what: 'the record carries neither the service nor the policy of the endpoint', read }];
  const documents = [propertyIgnoringCase(request, 'PolicyDocument'), propertyIgnoringCase(endpoint, 'policyDocument')];
  return policyFacts(subject, { kind: 'endpoint', isEcr: service === 'ecr', read }, documents, read);
}

/** The request names no service, so only the endpoint itself can tell whether it is one of ECR's. */
function modifiedEndpoint(record: CloudTrailRecord): readonly EcrFact[] {
  const request = unwrapped(record.request, 'ModifyVpcEndpointRequest');
  const id = textOf(request, 'VpcEndpointId');
  const subject = endpointSubject(record, id);
  const read = lookUp(subject);
  if (!record.hasRequest) return [{ kind: 'unreadable', ...subject, what: 'the record does not say what was changed', read }];
  const document = propertyIgnoringCase(request, 'PolicyDocument');
  const isReset = textOf(request, 'ResetPolicy')?.toLowerCase() === 'true';
  if (!isReset && (document === undefined || document === null || document === '')) return [];
  return policyFacts(subject, { kind: 'endpoint', isEcr: false, read }, isReset ? [] : [document], read);
}

const endpointSubject = ({ place }: CloudTrailRecord, id: string | undefined): Subject => ({
  resource: { type: ENDPOINT, arn: arnAt(place, 'ec2', `vpc-endpoint/${id ?? hole('vpcEndpointId')}`) },
  owner: place.account,
});
