/** How the policy or the URL of a function is now. */
import type { LiveAnswer } from '../../core/live';
import { asText, property } from '../../core/value';
import type { Call } from '../../core/verdict';
import { documentFacts, type GrantFact, type PermissionFact, readOf } from './facts';

export function reads({ kind, target }: PermissionFact): readonly Call[] {
  const read = readOf(kind === 'url' ? 'lambda:GetFunctionUrlConfig' : 'lambda:GetPolicy', target);
  return read ? [read] : [];
}

export function facts(fact: PermissionFact, [answer]: readonly LiveAnswer[]): readonly PermissionFact[] {
  const { resource, owner, target } = fact;
  const base = { resource, owner, target };
  // The record does not name the function: it is all that there is to judge from, and its plan touches nothing.
  if (!answer) return [fact];
  if (answer.kind === 'absent') return [];
  if (fact.kind === 'url') return [{ kind: 'url', ...base, authType: asText(property(answer.output, 'AuthType')) }];
  const revisionId = asText(property(answer.output, 'RevisionId'));
  const via = viaOf(fact);
  const all = documentFacts(base, property(answer.output, 'Policy')).map((now): PermissionFact => {
    const guarded = { ...now, ...(revisionId !== undefined && { revisionId }) };
    return guarded.kind === 'grant' ? { ...guarded, via } : guarded;
  });
  // An event of AddPermission is about its own statement, unless it was cut off; the others have events of their own.
  if (fact.kind !== 'grant' || via !== 'statement') return all;
  return all.filter((now) => now.kind === 'unreadable' || (now.kind === 'grant' && now.grant.sid === fact.grant.sid));
}

/** Nobody knows how a statement was written that no record names. */
function viaOf(fact: PermissionFact): GrantFact['via'] {
  if (fact.kind === 'grant' && (fact.via !== 'statement' || fact.grant.sid !== undefined)) return fact.via;
  return isOfStatements(fact) ? 'found' : 'document';
}

/** Findings about a statement go by the type of what grants one. */
const isOfStatements = ({ resource }: PermissionFact): boolean => resource.type === 'AWS::Lambda::Permission';
