/** Which statements of a topic policy let someone subscribe, or change who may. */
import { wildcard } from '../../core/exemption';
import { type Patterns, type Policy, parsePolicy, type Statement } from '../../core/iam/policy';
import { asList, asText, hasHole, isObject, isUnknown, propertyIgnoringCase, type Value } from '../../core/value';
import type { GrantSubject, Subject } from './facts';

/**
 * `sns:Receive` is no action of a policy (old default policies still name it), and the right to publish lets nothing out.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
 */
const SUBSCRIBING = ['sns:subscribe', 'sns:addpermission', 'sns:settopicattributes'];

interface GrantsOf {
  readonly subject: Subject;
  readonly label?: string;
}

/** The grants of a document that have to be judged; one `no-grant` when there are none, one `unread` when it cannot be read. */
export function grantsOf(document: Value | undefined, via: GrantSubject['via']): readonly GrantsOf[] {
  const policy = parsePolicy(document);
  if (isUnknown(policy)) return [{ subject: { kind: 'unread', reason: `the topic policy cannot be read: ${policy.what}` } }];
  return grantsIn(policy, via);
}

export function grantsIn(policy: Policy, via: GrantSubject['via']): readonly GrantsOf[] {
  const grants = policy.statements.flatMap((statement): readonly GrantsOf[] => {
    const reach = statement.effect === 'Deny' ? 'no' : reachOf(statement);
    return reach === 'no' ? [] : [{ label: statement.label, subject: { kind: 'grant', statement, policy, reach, via } }];
  });
  return grants.length > 0 ? grants : [{ subject: { kind: 'no-grant' } }];
}

function reachOf(statement: Statement): GrantSubject['reach'] | 'no' {
  const reach = reachOfPatterns(statement.actions);
  return reach === 'no' && hasUnreadableAction(statement.raw) ? 'unknown' : reach;
}

function reachOfPatterns({ kind, patterns }: Patterns): GrantSubject['reach'] | 'no' {
  if (kind === 'absent') return 'unknown';
  const certain = patterns.filter((pattern) => !hasHole(pattern));
  const matches = (action: string) => certain.some((pattern) => wildcard(pattern.toLowerCase()).test(action));
  const open = certain.length < patterns.length;
  if (kind === 'only') return SUBSCRIBING.some(matches) ? 'yes' : open ? 'unknown' : 'no';
  if (SUBSCRIBING.every(matches)) return 'no';
  return open ? 'unknown' : 'yes';
}

const hasUnreadableAction = (raw: Value): boolean =>
  !isObject(raw) || ['Action', 'NotAction'].some((name) => asList(propertyIgnoringCase(raw, name)).some((item) => asText(item) === undefined));
