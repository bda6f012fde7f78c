/** How the policy of a layer version is now. */
import { parsePolicy } from '../../core/iam/policy';
import type { LiveAnswer } from '../../core/live';
import { asText, isUnknown, property } from '../../core/value';
import type { Call } from '../../core/verdict';
import { type LayerPermissionFact, policyRead } from './facts';

export function reads({ layer }: LayerPermissionFact): readonly Call[] {
  const read = policyRead(layer);
  return read ? [read] : [];
}

/** A grant's own statement, by its `Sid`: the others have events of their own. A record that is cut off may not name it. */
export function facts(fact: LayerPermissionFact, [answer]: readonly LiveAnswer[]): readonly LayerPermissionFact[] {
  // The record does not name the version: it is all that there is to judge from, and its plan touches nothing.
  if (!answer) return [fact];
  if (answer.kind === 'absent') return [];
  const { resource, owner, layer } = fact;
  const base = { resource, owner, layer };
  const policy = parsePolicy(property(answer.output, 'Policy'));
  if (isUnknown(policy)) return [{ kind: 'unreadable', ...base, what: policy.what }];
  const revisionId = asText(property(answer.output, 'RevisionId'));
  const now = policy.statements.map(
    (grant): LayerPermissionFact => ({ kind: 'share', ...base, statement: grant.label, grant, ...(revisionId !== undefined && { revisionId }) }),
  );
  const sid = fact.kind === 'share' ? fact.grant.sid : undefined;
  return sid === undefined ? now : now.filter((other) => other.kind === 'share' && other.grant.sid === sid);
}
