/** What this guardrail looks at: grants on layer versions. */
import { isAccountId, parseArn } from '../../core/arn';
import { type CloudTrailRecord, isOwnersCopy, ownerOf } from '../../core/cloudtrail';
import type { Fact, Place, ResourceInput } from '../../core/guardrail';
import { parseStatement, type Statement } from '../../core/iam/policy';
import { statementText } from '../../core/iam/stored';
import { type LayerRef, parseLayerName } from '../../core/lambda';
import { asText, hasHole, hole, propertyIgnoringCase, type Value } from '../../core/value';
import type { Call } from '../../core/verdict';

type Properties = { readonly [name: string]: Value };

interface LayerFact extends Fact {
  readonly layer: LayerRef;
}

export interface ShareFact extends LayerFact {
  readonly kind: 'share';
  readonly grant: Statement;
  /** Of the live policy: a removal that names it is refused when the policy has changed since. */
  readonly revisionId?: string;
}

interface UnreadableFact extends LayerFact {
  readonly kind: 'unreadable';
  readonly what: string;
  readonly read?: Call;
}

export type LayerPermissionFact = ShareFact | UnreadableFact;

const TYPE = 'AWS::Lambda::LayerVersionPermission';

export function fromResource({ properties, place, logicalId }: ResourceInput): readonly LayerPermissionFact[] {
  const layer = parseLayerName(asText(propertyIgnoringCase(properties, 'LayerVersionArn')) ?? hole(logicalId), place);
  const grant = parseStatement(storedStatement(properties, logicalId));
  return [{ kind: 'share', ...about(layer, place), statement: grant.label, grant }];
}

export function fromRecord(record: CloudTrailRecord): readonly LayerPermissionFact[] {
  const { request, response, place } = record;
  const stored = statementText(propertyIgnoringCase(response, 'statement'));
  const layer = layerOf(record, stored);
  if (!isOwnersCopy(record, ownerOf(record, layer.layerArn))) return [];
  const base = about(layer, place);
  if (!stored && !record.hasRequest)
    return [{ kind: 'unreadable', ...base, what: 'the record carries neither the request nor the stored statement', read: policyRead(layer) }];
  const grant = parseStatement(stored ?? storedStatement(request, asText(propertyIgnoringCase(request, 'statementId'))));
  return [{ kind: 'share', ...base, statement: grant.label, grant }];
}

/** The stored statement names the version; the request may name the layer by name, by ARN or by version ARN. */
function layerOf({ request, resources, place }: CloudTrailRecord, stored: Properties | undefined): LayerRef {
  const resource = stored && asText(propertyIgnoringCase(stored, 'Resource'));
  const version = asText(propertyIgnoringCase(request, 'versionNumber'));
  if (resource !== undefined) return parseLayerName(resource, place, version);
  const named = asText(propertyIgnoringCase(request, 'layerName')) ?? resources.find(({ arn }) => parseArn(arn)?.service === 'lambda')?.arn;
  return parseLayerName(named ?? hole('layerName'), place, version);
}

/** What a removal may have mended: the policy of the version that it names. */
export function closes(record: CloudTrailRecord): readonly LayerPermissionFact[] {
  const layer = layerOf(record, undefined);
  return isOwnersCopy(record, ownerOf(record, layer.layerArn)) ? [{ kind: 'unreadable', ...about(layer, record.place), what: 'it was removed' }] : [];
}

/** The policy of a version that a list names. */
export const unreadPolicy = (versionArn: string | undefined, place: Place): readonly LayerPermissionFact[] =>
  versionArn === undefined ? [] : [{ kind: 'unreadable', ...about(parseLayerName(versionArn, place), place), what: 'it has not been read' }];

function about(layer: LayerRef, place: Place): Omit<LayerFact, 'statement'> {
  const account = parseArn(layer.layerArn)?.account;
  const owner = account !== undefined && isAccountId(account) ? account : place.account;
  return { resource: { type: TYPE, arn: layer.arn }, owner, layer };
}

/** The statement that AddLayerVersionPermission stores: https://docs.aws.amazon.com/lambda/latest/dg/permissions-layer-cross-account.html */
function storedStatement(parameters: Properties, sid: string | undefined): Value {
  const principal = propertyIgnoringCase(parameters, 'Principal');
  const organization = propertyIgnoringCase(parameters, 'OrganizationId');
  return {
    ...(sid !== undefined && { Sid: sid }),
    Effect: 'Allow',
    ...(principal !== undefined && principal !== null && { Principal: principal === '*' ? '*' : { AWS: principal } }),
    Action: propertyIgnoringCase(parameters, 'Action') ?? 'lambda:GetLayerVersion',
    ...(organization !== undefined && organization !== null && { Condition: { StringEquals: { 'aws:PrincipalOrgID': organization } } }),
  };
}

/** What names a version in a call. Undefined: it has no name to look it up by. */
export function callName({ layerArn, version }: LayerRef): { readonly LayerName: string; readonly VersionNumber: number } | undefined {
  const number = Number(version);
  return Number.isSafeInteger(number) && !hasHole(layerArn) ? { LayerName: layerArn, VersionNumber: number } : undefined;
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersionPolicy.html */
export function policyRead(layer: LayerRef): Call | undefined {
  const input = callName(layer);
  return input && { action: 'lambda:GetLayerVersionPolicy', input };
}
