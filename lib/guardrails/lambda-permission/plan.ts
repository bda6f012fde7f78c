/** How a grant is undone: exactly the violating statement, or the document without the violating ones; and how it is put back. */
import { type Policy, type Statement, withoutStatements } from '../../core/iam/policy';
import type { FunctionRef } from '../../core/lambda';
import { asList, asText, hasHole, isObject, property, propertyIgnoringCase, type Value } from '../../core/value';
import { type Call, noSafePlan, type Plan } from '../../core/verdict';
import type { GrantFact, PermissionFact, UrlFact } from './facts';

type Properties = { readonly [name: string]: Value };

export function plan(fact: PermissionFact, _violation: unknown, violating: readonly PermissionFact[]): Plan {
  if (hasHole(fact.target.name)) return noSafePlan('the record does not name the function');
  switch (fact.kind) {
    case 'url':
      return closeUrl(fact);
    case 'grant':
      return fact.grant.sid !== undefined && isAddressable(fact, violating) ? removeStatement(fact, fact.grant.sid) : rewrite(fact, violating);
    default:
      return noSafePlan('what is granted could not be read');
  }
}

const named = ({ name, qualifier }: FunctionRef): Properties => ({ FunctionName: name, ...(qualifier !== undefined && { Qualifier: qualifier }) });

const guarded = (revisionId: string | undefined): Properties => (revisionId === undefined ? {} : { RevisionId: revisionId });

function closeUrl({ target }: UrlFact): Plan {
  const update = (AuthType: string): Call => ({ action: 'lambda:UpdateFunctionUrlConfig', input: { ...named(target), AuthType } });
  return { calls: [update('AWS_IAM')], restore: [update('NONE')] };
}

/** A statement can be named by its `Sid` when it is alone in having it; of what was found, when nothing else has to go with it. */
const isAddressable = ({ grant, via, document }: GrantFact, violating: readonly PermissionFact[]): boolean =>
  (via === 'statement' || (via === 'found' && violating.length === 1)) &&
  (document?.statements ?? [grant]).filter(({ sid }) => sid === grant.sid).length === 1;

function removeStatement({ target, grant, document, revisionId }: GrantFact, sid: string): Plan {
  const call: Call = { action: 'lambda:RemovePermission', input: { ...named(target), StatementId: sid, ...guarded(revisionId) } };
  const parameters = parametersOf(grant);
  if (parameters)
    return { calls: [call], restore: [{ action: 'lambda:AddPermission', input: { ...named(target), StatementId: sid, ...parameters } }] };
  return { calls: [call], ...(document && { restore: [put(target, document.raw)] }) };
}

/** A policy is replaced as a whole: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
function rewrite({ target, document, revisionId }: GrantFact, violating: readonly PermissionFact[]): Plan {
  if (!document) return noSafePlan('the statement has no Sid to remove it by');
  if (hasHole(target.arn)) return noSafePlan(`a document is written by the whole ARN, which is ${target.arn}`);
  const removed = violating.flatMap((other) => (other.kind === 'grant' ? [other.grant] : []));
  const left = withoutStatements(document, removed);
  const restore = [put(target, document.raw)];
  if (left !== undefined) {
    const call = put(target, left);
    return { calls: [{ ...call, input: { ...call.input, ...guarded(revisionId) } }], restore };
  }
  return { calls: [{ action: 'lambda:DeleteResourcePolicy', input: { ResourceArn: target.arn, ...guarded(revisionId) } }], restore };
}

const put = ({ arn }: FunctionRef, policy: Policy['raw']): Call => ({
  action: 'lambda:PutResourcePolicy',
  input: { ResourceArn: arn, Policy: JSON.stringify(policy) },
});

/** By the operator and the key under which it is stored. */
const PARAMETERS: { readonly [condition: string]: string } = {
  'arnlike aws:sourcearn': 'SourceArn',
  'stringequals aws:sourceaccount': 'SourceAccount',
  'stringequals aws:principalorgid': 'PrincipalOrgID',
  'stringequals lambda:functionurlauthtype': 'FunctionUrlAuthType',
  'stringequals lambda:eventsourcetoken': 'EventSourceToken',
  'bool lambda:invokedviafunctionurl': 'InvokedViaFunctionUrl',
};

/** What AddPermission would have to be told to store this statement; undefined when it cannot say it. */
function parametersOf({ raw, conditions }: Statement): Properties | undefined {
  const principal = principalOf(propertyIgnoringCase(isObject(raw) ? raw : {}, 'Principal'));
  const actions = asList(propertyIgnoringCase(isObject(raw) ? raw : {}, 'Action'));
  const action = asText(actions[0]);
  if (principal === undefined || action === undefined || actions.length !== 1) return undefined;
  const parameters: { [name: string]: Value } = { Action: action, Principal: principal };
  for (const { operator, key, values } of conditions) {
    const condition = `${operator.toLowerCase()} ${key}`;
    const name = Object.hasOwn(PARAMETERS, condition) ? PARAMETERS[condition] : undefined;
    const [value, ...others] = values;
    if (name === undefined || value === undefined || others.length > 0) return undefined;
    parameters[name] = name === 'InvokedViaFunctionUrl' ? value === 'true' : value;
  }
  return parameters;
}

function principalOf(value: Value | undefined): string | undefined {
  if (typeof value === 'string') return value;
  const [single, ...others] = isObject(value) ? Object.values(value) : [];
  const [principal, ...more] = asList(single);
  if (others.length > 0 || more.length > 0 || property(value, 'Federated') !== undefined || property(value, 'CanonicalUser') !== undefined)
    return undefined;
  return asText(principal);
}
