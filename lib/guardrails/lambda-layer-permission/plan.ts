/** How a grant is undone, and put back: https://docs.aws.amazon.com/lambda/latest/api/API_RemoveLayerVersionPermission.html */
import { asList, asText, isObject, property, propertyIgnoringCase, type Value } from '../../core/value';
import { type Call, noSafePlan, type Plan } from '../../core/verdict';
import { callName, type LayerPermissionFact, type ShareFact } from './facts';

export function plan(fact: LayerPermissionFact): Plan {
  const named = callName(fact.layer);
  if (fact.kind !== 'share' || fact.grant.sid === undefined || !named)
    return noSafePlan('the statement cannot be named: its Sid or the layer version is missing');
  const input = { ...named, StatementId: fact.grant.sid };
  const call: Call = {
    action: 'lambda:RemoveLayerVersionPermission',
    input: { ...input, ...(fact.revisionId !== undefined && { RevisionId: fact.revisionId }) },
  };
  const parameters = parametersOf(fact);
  return { calls: [call], ...(parameters && { restore: [{ action: 'lambda:AddLayerVersionPermission', input: { ...input, ...parameters } }] }) };
}

/**
 * A layer's grant has an action, one principal and at most an organization; undefined for what AddLayerVersionPermission cannot say.
 * https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html
 */
function parametersOf({ grant: { raw, conditions } }: ShareFact): Call['input'] | undefined {
  const given = (name: string) => propertyIgnoringCase(isObject(raw) ? raw : {}, name);
  const principal = only(isObject(given('Principal')) ? property(given('Principal'), 'AWS') : given('Principal'));
  const action = only(given('Action'));
  const [condition, ...others] = conditions;
  const organization = condition && only(condition.values);
  const isOrganization = condition?.key === 'aws:principalorgid' && condition.operator.toLowerCase() === 'stringequals';
  if (principal === undefined || action === undefined || others.length > 0) return undefined;
  if (condition && !(isOrganization && organization !== undefined)) return undefined;
  return { Action: action, Principal: accountOf(principal), ...(organization !== undefined && { OrganizationId: organization }) };
}

/** The text that stands alone, in a list or not. */
function only(value: Value | undefined): string | undefined {
  const [single, ...others] = asList(value);
  return others.length > 0 ? undefined : asText(single);
}

/** The call takes an account id, which is stored as the account's root. */
const accountOf = (text: string): string => /^arn:[^:]+:iam::(\d{12}):root$/.exec(text)?.[1] ?? text;
