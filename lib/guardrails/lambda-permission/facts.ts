/** What this guardrail looks at: grants on functions, and function URLs. */
import { isAccountId, parseArn } from '../../core/arn';
import { type CloudTrailRecord, isCallOf, isOwnersCopy, ownerOf } from '../../core/cloudtrail';
import type { Fact, Place, ResourceInput } from '../../core/guardrail';
import { type Policy, parsePolicy, parseStatement, type Statement } from '../../core/iam/policy';
import { statementText } from '../../core/iam/stored';
import { type FunctionRef, parseFunctionName } from '../../core/lambda';
import { asText, hasHole, hole, isObject, isUnknown, property, propertyIgnoringCase, type Value } from '../../core/value';
import type { Call } from '../../core/verdict';

type Properties = { readonly [name: string]: Value };

interface LambdaFact extends Fact {
  readonly target: FunctionRef;
  /** Of the live policy: a write that names it is refused when the policy has changed since. */
  readonly revisionId?: string;
}

/** One statement of a function's policy. */
export interface GrantFact extends LambdaFact {
  readonly kind: 'grant';
  readonly grant: Statement;
  /** How it was written, and so how it is undone: one statement, or a document as a whole; `found`: nobody knows. */
  readonly via: 'statement' | 'document' | 'found';
  /** The whole document, where it is known. */
  readonly document?: Policy;
}

export interface UrlFact extends LambdaFact {
  readonly kind: 'url';
  /** `NONE`, `AWS_IAM`, a hole, or undefined when nothing says. */
  readonly authType?: string;
  readonly read?: Call;
}

/** A document without a statement grants nothing. */
interface EmptyFact extends LambdaFact {
  readonly kind: 'empty';
}

/** Something was granted, but what it was cannot be read. */
interface UnreadableFact extends LambdaFact {
  readonly kind: 'unreadable';
  readonly what: string;
  readonly read?: Call;
}

export type PermissionFact = GrantFact | UrlFact | EmptyFact | UnreadableFact;

const PERMISSION = 'AWS::Lambda::Permission';
const POLICY = 'AWS::Lambda::ResourcePolicy';
const URL = 'AWS::Lambda::Url';

export function fromResource({ type, properties, place, logicalId }: ResourceInput): readonly PermissionFact[] {
  const own = hole(logicalId);
  switch (type) {
    case PERMISSION: {
      const target = parseFunctionName(asText(propertyIgnoringCase(properties, 'FunctionName')) ?? own, place);
      const grant = parseStatement(storedStatement(properties, logicalId));
      return [{ kind: 'grant', ...about(PERMISSION, target, place), statement: grant.label, via: 'statement', grant }];
    }
    case POLICY: {
      // AWS's page names the property FunctionResourceArn in its syntax and ResourceArn in its example.
      const arn = propertyIgnoringCase(properties, 'ResourceArn') ?? propertyIgnoringCase(properties, 'FunctionResourceArn');
      const target = parseFunctionName(asText(arn) ?? own, place);
      return documentFacts(about(POLICY, target, place), propertyIgnoringCase(properties, 'PolicyDocument'));
    }
    case URL: {
      const qualifier = asText(propertyIgnoringCase(properties, 'Qualifier'));
      const target = parseFunctionName(asText(propertyIgnoringCase(properties, 'TargetFunctionArn')) ?? own, place, qualifier);
      return [{ kind: 'url', ...about(URL, target, place), authType: asText(propertyIgnoringCase(properties, 'AuthType')) }];
    }
    default:
      return [];
  }
}

export function fromRecord(record: CloudTrailRecord): readonly PermissionFact[] {
  if (isCallOf(record.eventName, 'AddPermission')) return grantOfRecord(record);
  if (isCallOf(record.eventName, 'PutResourcePolicy')) return documentOfRecord(record);
  return urlOfRecord(record);
}

/** What a removal may have mended: the policy or the URL of the function that it names. */
export function closes(record: CloudTrailRecord): readonly PermissionFact[] {
  const target = targetOfRecord(record, namedIn(record) ?? asText(propertyIgnoringCase(record.request, 'resourceArn')));
  if (!isOwnersCopy(record, ownerOf(record, target.functionArn))) return [];
  const url: PermissionFact = { kind: 'url', ...about(URL, target, record.place) };
  // Grants are found by statement and by document, and whatever changes the policy may have mended either.
  const policies = [PERMISSION, POLICY].map(
    (type): PermissionFact => ({ kind: 'unreadable', ...about(type, target, record.place), what: 'it was removed' }),
  );
  if (/^(Delete|Update)FunctionUrlConfig/.test(record.eventName)) return [url];
  const isGone = isCallOf(record.eventName, 'DeleteFunction') || isCallOf(record.eventName, 'DeleteAlias');
  return isGone ? [url, ...policies] : policies;
}

/** The policy of a function, a version or an alias that a list names: whatever wrote its statements, each goes by its own name. */
export function unreadPolicy(functionArn: string, place: Place, qualifier?: string): readonly PermissionFact[] {
  return [{ kind: 'unreadable', ...about(PERMISSION, parseFunctionName(functionArn, place, qualifier), place), what: 'it has not been read' }];
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionUrlConfig.html */
export function listedUrl(item: Value, place: Place): readonly PermissionFact[] {
  const arn = asText(propertyIgnoringCase(isObject(item) ? item : {}, 'FunctionArn'));
  if (arn === undefined) return [];
  return [{ kind: 'url', ...about(URL, parseFunctionName(arn, place), place), authType: asText(property(item, 'AuthType')) }];
}

function about(type: string, target: FunctionRef, place: Place): Omit<LambdaFact, 'statement'> {
  const account = parseArn(target.functionArn)?.account;
  const owner = account !== undefined && (isAccountId(account) || account === place.account) ? account : place.account;
  return { resource: { type, arn: target.arn }, owner, target };
}

/**
 * The statement that AddPermission stores for its parameters, which CloudFormation's type shares.
 * https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
function storedStatement(parameters: Properties, sid: string | undefined): Value {
  const given = (name: string) => propertyIgnoringCase(parameters, name) ?? undefined;
  const condition = {
    ArnLike: present({ 'aws:SourceArn': given('SourceArn') }),
    StringEquals: present({
      'aws:SourceAccount': given('SourceAccount'),
      'aws:PrincipalOrgID': given('PrincipalOrgID'),
      'lambda:FunctionUrlAuthType': given('FunctionUrlAuthType'),
      'lambda:EventSourceToken': given('EventSourceToken'),
    }),
    Bool: present({ 'lambda:InvokedViaFunctionUrl': given('InvokedViaFunctionUrl') }),
  };
  const principal = given('Principal');
  return present({
    Sid: sid,
    Effect: 'Allow',
    Principal: principal === undefined || principal === '*' ? principal : { AWS: principal },
    Action: given('Action'),
    Condition: condition,
  });
}

function present(entries: { readonly [name: string]: Value | undefined }): Properties {
  const kept: Record<string, Value> = {};
  for (const name of Object.keys(entries)) {
    const value = entries[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

export function documentFacts(base: Omit<LambdaFact, 'statement'>, raw: Value | undefined, read?: Call): readonly PermissionFact[] {
  const document = parsePolicy(raw);
  if (isUnknown(document)) return [{ kind: 'unreadable', ...base, what: document.what, read }];
  if (document.statements.length === 0) return [{ kind: 'empty', ...base }];
  return document.statements.map((grant) => ({ kind: 'grant', ...base, statement: grant.label, via: 'document', grant, document }));
}

/** The ARN of the answer holds the qualifier, wherever the request has it. */
const namedIn = ({ request, response }: CloudTrailRecord): string | undefined =>
  asText(propertyIgnoringCase(response, 'functionArn')) ?? asText(propertyIgnoringCase(request, 'functionName'));

function targetOfRecord(record: CloudTrailRecord, named: string | undefined): FunctionRef {
  // https://docs.aws.amazon.com/lambda/latest/api/API_DeleteAlias.html
  const qualifier = asText(propertyIgnoringCase(record.request, isCallOf(record.eventName, 'DeleteAlias') ? 'name' : 'qualifier'));
  const fallback = record.resources.find(({ arn }) => parseArn(arn)?.service === 'lambda')?.arn;
  return parseFunctionName(named ?? fallback ?? hole('functionName'), record.place, qualifier);
}

/** A function, a version and an alias have a policy, and a URL, each. Undefined: it has no name to look it up by. */
export const readOf = (action: 'lambda:GetPolicy' | 'lambda:GetFunctionUrlConfig', { name, qualifier }: FunctionRef): Call | undefined =>
  hasHole(name) ? undefined : { action, input: { FunctionName: name, ...(qualifier !== undefined && { Qualifier: qualifier }) } };

function grantOfRecord(record: CloudTrailRecord): readonly PermissionFact[] {
  const { request, response } = record;
  // The stored truth; text that does not parse (cut off) leaves the request to judge from.
  const stored = statementText(propertyIgnoringCase(response, 'statement'));
  const storedResource = stored && asText(propertyIgnoringCase(stored, 'Resource'));
  const named = asText(propertyIgnoringCase(request, 'functionName'));
  // The policy is the one that the request names: its qualifier holds where the statement's resource has none.
  const asked = targetOfRecord(record, named);
  const target = storedResource === undefined ? asked : parseFunctionName(storedResource, record.place, asked.qualifier);
  if (!isOwnersCopy(record, ownerOf(record, target.functionArn))) return [];
  const base = about(PERMISSION, target, record.place);
  if (!stored && !record.hasRequest) {
    return [
      {
        kind: 'unreadable',
        ...base,
        what: 'the record carries neither the request nor the stored statement',
        read: readOf('lambda:GetPolicy', target),
      },
    ];
  }
  const grant = parseStatement(stored ?? storedStatement(request, asText(propertyIgnoringCase(request, 'statementId'))));
  return [{ kind: 'grant', ...base, statement: grant.label, via: 'statement', grant }];
}

function documentOfRecord(record: CloudTrailRecord): readonly PermissionFact[] {
  const named = asText(propertyIgnoringCase(record.request, 'resourceArn'));
  const target = targetOfRecord(record, named);
  if (!isOwnersCopy(record, ownerOf(record, target.functionArn))) return [];
  const asked = propertyIgnoringCase(record.request, 'policy');
  const stored = propertyIgnoringCase(record.response, 'policy');
  // As with a statement: what was stored, unless it is cut off.
  const document = isUnknown(parsePolicy(stored)) ? (asked ?? stored) : stored;
  const read = readOf('lambda:GetPolicy', target);
  const base = about(POLICY, target, record.place);
  if (document === undefined) return [{ kind: 'unreadable', ...base, what: 'the record carries no policy document', read }];
  return documentFacts(base, document, read);
}

function urlOfRecord(record: CloudTrailRecord): readonly PermissionFact[] {
  const target = targetOfRecord(record, namedIn(record));
  if (!isOwnersCopy(record, ownerOf(record, target.functionArn))) return [];
  const authType = asText(propertyIgnoringCase(record.response, 'authType')) ?? asText(propertyIgnoringCase(record.request, 'authType'));
  return [{ kind: 'url', ...about(URL, target, record.place), authType, read: readOf('lambda:GetFunctionUrlConfig', target) }];
}
