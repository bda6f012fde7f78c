/** Calls as AWS shows them to a policy: the condition keys that it documents for each action, and who makes them. */
import { type Context, evaluatePolicy, type PolicyStatement } from '../../lib/core/policy';
import { hasHole, type Unknown, unknown } from '../../lib/core/value';

const ORGANIZATION = 'o-exampleorgid';
const MANAGEMENT = '111111111111';
export const OWN = '222222222222';
const NOW = '2026-11-23T12:00:00Z';

export interface Call {
  readonly action: string;
  readonly resource: string;
  readonly keys: { readonly [key: string]: readonly string[] | string | Unknown | undefined };
  readonly caller: Caller;
}

export interface Caller {
  /** The role with its path, not the session. */
  readonly arn: string;
  /** Where only the name of the role is known. */
  readonly roleName?: string;
  readonly account: string;
  readonly tags?: { readonly [key: string]: string };
}

export const WORKER: Caller = { arn: `arn:aws:iam::${OWN}:role/ci-deploy`, account: OWN };

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
export function contextOf({ resource, keys, caller }: Call, members: ReadonlySet<string>): Context {
  const owner = resource.split(':')[4] ?? '';
  const entries: readonly (readonly [string, readonly string[] | string | Unknown | undefined])[] = [
    ['aws:PrincipalArn', caller.arn],
    ['aws:PrincipalAccount', caller.account],
    ['aws:PrincipalOrgID', ORGANIZATION],
    ['aws:PrincipalIsAWSService', 'false'],
    ['aws:ViaAWSService', 'false'],
    ['aws:CurrentTime', NOW],
    ['aws:ResourceAccount', owner === '' ? undefined : owner],
    ['aws:ResourceOrgID', owner === caller.account || members.has(owner) ? ORGANIZATION : owner === '' ? undefined : 'o-strangers00'],
    ...Object.entries(caller.tags ?? {}).map(([key, value]) => [`aws:PrincipalTag/${key}`, value] as const),
    ...Object.entries(keys),
  ];
  return new Map(
    entries.flatMap(([key, value]) => {
      // A key that the call says is absent is absent, whatever is usual.
      if (value === undefined || (Object.hasOwn(keys, key) && keys[key] === undefined)) return [];
      const values = typeof value === 'string' ? [value] : value;
      const known = Array.isArray(values) && values.some(hasHole) ? unknown(`${key} is only known at deployment`) : values;
      return [[key.toLowerCase(), known] as const];
    }),
  );
}

/** SCPs bind neither the management account nor strangers, nor service-linked roles: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html */
export const isBound = ({ arn, account }: Caller, members: ReadonlySet<string>): boolean =>
  (account === OWN || members.has(account)) && account !== MANAGEMENT && !/^arn:[^:]+:iam::\d+:role\/aws-service-role\//.test(arn);

/** The evaluator reads a document once. */
const documents = new WeakMap<readonly PolicyStatement[], object>();

export type Answer = 'denied' | 'allowed' | 'unknown';

export function answerOf(
  statements: readonly PolicyStatement[],
  call: Call,
  members: ReadonlySet<string>,
): { readonly effect: Answer; readonly why: string } {
  if (!isBound(call.caller, members)) return { effect: 'allowed', why: 'SCPs do not bind the caller' };
  if (statements.length === 0) return { effect: 'allowed', why: 'there is no policy' };
  const document = documents.get(statements) ?? { Version: '2012-10-17', Statement: statements };
  documents.set(statements, document);
  const decide = (context: Context) => evaluatePolicy([document], { action: call.action, resource: call.resource, context }, 'scp');
  const decisions = candidatesOf(call).map((each) => {
    const known = decide(contextOf(withoutHoles(each), members));
    return known.effect === 'denied' ? known : decide(contextOf(each, members));
  });
  const effects = new Set(decisions.map(({ effect }) => effect));
  return { effect: effects.size === 1 ? (decisions[0]?.effect ?? 'unknown') : 'unknown', why: decisions.map(({ reason }) => reason).join(' | ') };
}

/** Of a session without its role's ARN the path is not known: both a role without and one with a path may be it. */
const candidatesOf = (call: Call): readonly Call[] =>
  call.caller.roleName === undefined
    ? [call]
    : ['', 'eks/'].map((path) => ({
        ...call,
        caller: { ...call.caller, arn: `arn:aws:iam::${call.caller.account}:role/${path}${call.caller.roleName}` },
      }));

/** What is known of a list is enough for a denial of one of its values. */
const withoutHoles = (call: Call): Call => ({
  ...call,
  keys: Object.fromEntries(
    Object.entries(call.keys).map(([key, value]) => {
      const known = Array.isArray(value) ? value.filter((text) => !hasHole(text)) : value;
      return [key, Array.isArray(known) && known.length === 0 ? value : known];
    }),
  ),
});
