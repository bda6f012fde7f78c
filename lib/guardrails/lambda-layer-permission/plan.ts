/** How a grant is undone, and put back: https://docs.aws.amazon.com/lambda/latest/api/API_RemoveLayerVersionPermission.html */
import { asText, isObject, propertyIgnoringCase } from '../../core/value';
import { type Call, noSafePlan, type Plan } from '../../core/verdict';
import type { LayerPermissionFact, ShareFact } from './facts';

export function plan(fact: LayerPermissionFact): Plan {
  const { layer } = fact;
  if (fact.kind !== 'share' || fact.grant.sid === undefined || layer.version === undefined) {
    return noSafePlan('the statement cannot be named: its Sid or the layer version is missing');
  }
  const input = { LayerName: layer.layerArn, VersionNumber: Number(layer.version), StatementId: fact.grant.sid };
  const call: Call = {
    action: 'lambda:RemoveLayerVersionPermission',
    input: { ...input, ...(fact.revisionId !== undefined && { RevisionId: fact.revisionId }) },
  };
  return { calls: [call], restore: [{ action: 'lambda:AddLayerVersionPermission', input: { ...input, ...parametersOf(fact) } }] };
}

/** A layer's grant has an action, one principal and at most an organization: https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html */
function parametersOf({ grant }: ShareFact): Call['input'] {
  const raw = isObject(grant.raw) ? grant.raw : {};
  const principal = propertyIgnoringCase(raw, 'Principal');
  const organization = grant.conditions.find(({ key }) => key === 'aws:principalorgid')?.values[0];
  return {
    Action: asText(propertyIgnoringCase(raw, 'Action')) ?? 'lambda:GetLayerVersion',
    Principal: accountOf(asText(isObject(principal) ? propertyIgnoringCase(principal, 'AWS') : principal) ?? '*'),
    ...(organization !== undefined && { OrganizationId: organization }),
  };
}

/** The call takes an account id, which is stored as the account's root. */
const accountOf = (text: string): string => /^arn:[^:]+:iam::(\d{12}):root$/.exec(text)?.[1] ?? text;
