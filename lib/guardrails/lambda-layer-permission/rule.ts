/** The rule: which accounts may use a layer version. */
import type { World } from '../../core/guardrail';
import { type GrantFault, judgeGrant } from '../../core/iam/grant';
import { assertNever } from '../../core/value';
import { compliant, type Fault, type Outcome, undetermined, violation } from '../../core/verdict';
import type { LayerPermissionFact } from './facts';

export function evaluate(fact: LayerPermissionFact, { trust }: World): Outcome {
  if (fact.kind === 'unreadable') return undetermined(`with whom it is shared cannot be read: ${fact.what}`, fact.read);
  const answer = judgeGrant(fact.grant, { trust, owner: fact.owner });
  const [first, ...others] = answer.faults.map((fault): Fault => ({ ...fault, code: codeOf(fault.kind) }));
  if (first) return violation([first, ...others]);
  return answer.unknowns.length > 0 ? undetermined(answer.unknowns.join('; ')) : compliant();
}

/** A layer is granted to accounts and organizations alone, so a service as grantee is one that names no account. */
function codeOf(kind: GrantFault['kind']): string {
  switch (kind) {
    case 'public':
    case 'wildcard-source':
      return 'public-layer';
    case 'untrusted-account':
    case 'untrusted-source':
      return 'untrusted-account';
    case 'untrusted-organization':
      return 'untrusted-organization';
    case 'untrusted-principal':
    case 'untrusted-service':
    case 'unscoped-service':
      return 'untrusted-principal';
    default:
      return assertNever(kind);
  }
}
