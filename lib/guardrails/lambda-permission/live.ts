/** How the policy or the URL of a function is now. */
import type { LiveAnswer } from '../../core/live';
import { asText, property } from '../../core/value';
import type { Call } from '../../core/verdict';
import { documentFacts, type PermissionFact } from './facts';

/** A function, a version and an alias have a policy each: https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html */
export function reads({ kind, target }: PermissionFact): readonly Call[] {
  const input = { FunctionName: target.name, ...(target.qualifier !== undefined && { Qualifier: target.qualifier }) };
  return [{ action: kind === 'url' ? 'lambda:GetFunctionUrlConfig' : 'lambda:GetPolicy', input }];
}

export function facts(fact: PermissionFact, [answer]: readonly LiveAnswer[]): readonly PermissionFact[] {
  if (!answer || answer.kind === 'absent') return [];
  const { resource, owner, target } = fact;
  const base = { resource, owner, target };
  if (fact.kind === 'url') return [{ kind: 'url', ...base, authType: asText(property(answer.output, 'AuthType')) }];
  const revisionId = asText(property(answer.output, 'RevisionId'));
  const all = documentFacts(base, property(answer.output, 'Policy')).map((now) => ({ ...now, ...(revisionId !== undefined && { revisionId }) }));
  if (fact.kind !== 'grant') return all.map((now) => (now.kind === 'grant' && isOfStatements(fact) ? { ...now, via: 'found' } : now));
  if (fact.via !== 'statement') return all.map((now) => (now.kind === 'grant' ? { ...now, via: fact.via } : now));
  // An event of AddPermission is about its own statement; the others have events of their own.
  return all.flatMap((now) => (now.kind === 'grant' && now.grant.sid === fact.grant.sid ? [{ ...now, via: fact.via }] : []));
}

/** Findings about a statement go by the type of what grants one. */
const isOfStatements = ({ resource }: PermissionFact): boolean => resource.type === 'AWS::Lambda::Permission';
