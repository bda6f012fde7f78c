/** How the policy or the URL of a function is now. */
import type { LiveAnswer } from '../../core/live';
import { asText, property } from '../../core/value';
import type { Call } from '../../core/verdict';
import { documentFacts, type PermissionFact, readOf } from './facts';

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
  const all = documentFacts(base, property(answer.output, 'Policy')).map((now) => ({ ...now, ...(revisionId !== undefined && { revisionId }) }));
  if (fact.kind !== 'grant') return all.map((now) => (now.kind === 'grant' && isOfStatements(fact) ? { ...now, via: 'found' } : now));
  if (fact.via !== 'statement') return all.map((now) => (now.kind === 'grant' ? { ...now, via: fact.via } : now));
  // An event of AddPermission is about its own statement; the others have events of their own.
  return all.flatMap((now) => (now.kind === 'grant' && now.grant.sid === fact.grant.sid ? [{ ...now, via: fact.via }] : []));
}

/** Findings about a statement go by the type of what grants one. */
const isOfStatements = ({ resource }: PermissionFact): boolean => resource.type === 'AWS::Lambda::Permission';
