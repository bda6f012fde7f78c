/** What the judge answers, and what would be done about it: data, the same on every surface. */
import type { Value } from './value';

export type Verdict = 'compliant' | 'violation' | 'undetermined' | 'exempt';
export type Mode = 'off' | 'observe' | 'enforce';
export type Severity = 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW';

/** One AWS API call as data: `{ action: 'lambda:RemovePermission', input: { FunctionName, StatementId } }`. */
export interface Call {
  /** `service:Operation`, the operation in the API's own name. */
  readonly action: `${string}:${string}`;
  /** The operation's input in the API's own field names (those of the AWS SDK). */
  readonly input: { readonly [name: string]: Value };
}

interface Compliant {
  readonly kind: 'compliant';
  readonly reason?: string;
}

export interface Violation {
  readonly kind: 'violation';
  /** The gravest of the faults. */
  readonly code: string;
  /** Every code, the gravest first, where there are several: a plan may have to mend more than the gravest. */
  readonly codes?: readonly string[];
  /** Every fault, the gravest first, in words: names the thing and the value. Lower case, no full stop, no secret. */
  readonly reason: string;
  /** The way out, in words. */
  readonly fix: string;
}

interface Undetermined {
  readonly kind: 'undetermined';
  /** What is missing, in words. */
  readonly reason: string;
  /** The one read that would settle it, if there is one. */
  readonly read?: Call;
}

/** A rule that is built in (Perimeter's own functions, replicas of Lambda@Edge) spares it. */
interface Spared {
  readonly kind: 'exempt';
  readonly reason: string;
}

/** What a guardrail's `evaluate` answers for one fact. */
export type Outcome = Compliant | Violation | Undetermined | Spared;

export const compliant = (reason?: string): Compliant => (reason === undefined ? { kind: 'compliant' } : { kind: 'compliant', reason });
export const undetermined = (reason: string, read?: Call): Undetermined => ({ kind: 'undetermined', reason, ...(read && { read }) });
export const spared = (reason: string): Spared => ({ kind: 'exempt', reason });

/** One fault of a fact; a violation carries the gravest code and every fault in its reason. */
export interface Fault {
  readonly code: string;
  readonly reason: string;
  readonly fix: string;
}

/** The plan that would undo a violation: no calls where nothing can be undone safely, and then `why` says so. */
export interface Plan {
  readonly calls: readonly Call[];
  /** The calls that would put back what `calls` removes, whole. Written to the undo log before anything is removed. */
  readonly restore?: readonly Call[];
  readonly why?: string;
  /** Beside calls: what they break, or what putting back takes (a confirmation), in words. */
  readonly note?: string;
  /** The calls stop what violates, and do not mend it: its finding stays open. */
  readonly isContainment?: true;
  /**
   * It may take effect, or come back, without an event: look again until 48 hours have passed. `pending`: a click confirms it.
   * `removed`: AWS offered the endpoint's owner a way back. https://docs.aws.amazon.com/sns/latest/dg/logging-using-cloudtrail.html
   */
  readonly again?: 'pending' | 'removed';
}

export const planOf = (...calls: readonly Call[]): Plan => ({ calls });
export const noSafePlan = (why: string): Plan => ({ calls: [], why });

/** One answer about one resource, call or statement, before a surface adds where it came from. */
export interface Assessment {
  readonly guardrail: string;
  readonly verdict: Verdict;
  readonly mode: Mode;
  readonly code?: string;
  readonly severity?: Severity;
  readonly reason?: string;
  readonly fix?: string;
  readonly resource: { readonly type: string; readonly id: string };
  /** Which statement, subscription or destination inside the resource. */
  readonly statement?: string;
  readonly plan?: Plan;
  readonly read?: Call;
  /** Which exemption spares it. */
  readonly exemption?: { readonly reason: string; readonly owner?: string; readonly expires?: string };
  readonly warning?: string;
}

/** Design section 7: the gravest first, with the severity of the finding. A code that is not here is LOW. */
const GRAVITY: readonly (readonly [Severity, readonly string[]])[] = [
  ['CRITICAL', ['public-function-url', 'public-principal', 'public-layer', 'public-repository', 'public-topic']],
  [
    'HIGH',
    [
      'excessive-action',
      'wildcard-source',
      'untrusted-account',
      'untrusted-organization',
      'untrusted-principal',
      'untrusted-destination',
      'untrusted-dead-letter',
      'untrusted-source',
    ],
  ],
  [
    'MEDIUM',
    [
      'untrusted-service',
      'unscoped-service',
      'untrusted-host',
      'untrusted-email-domain',
      'untrusted-phone',
      'untrusted-protocol',
      'untrusted-identity',
      'untrusted-network',
      'open-endpoint-policy',
      'direct-internet-egress',
    ],
  ],
  ['LOW', ['no-vpc', 'unapproved-vpc', 'unapproved-subnet', 'unapproved-security-group', 'invalid-endpoint']],
];

const ORDER = GRAVITY.flatMap(([, codes]) => codes);
const rank = (code: string): number => (ORDER.includes(code) ? ORDER.indexOf(code) : ORDER.length);

/** The gravest first. */
export const byGravity = (a: string, b: string): number => rank(a) - rank(b);

export const severityOf = (code: string): Severity => GRAVITY.find(([, codes]) => codes.includes(code))?.[0] ?? 'LOW';

/** A violation with the gravest code and every fault in its reason. The faults may come in any order. */
export function violation(faults: readonly [Fault, ...Fault[]]): Violation {
  const [gravest, ...others] = [...faults].sort((a, b) => byGravity(a.code, b.code) || (a.reason < b.reason ? -1 : a.reason > b.reason ? 1 : 0)) as [
    Fault,
    ...Fault[],
  ];
  const reasons = new Set([gravest.reason, ...others.map((fault) => fault.reason)]);
  const fixes = new Set([gravest.fix, ...others.map((fault) => fault.fix)]);
  const codes = [...new Set([gravest.code, ...others.map((fault) => fault.code)])];
  return {
    kind: 'violation',
    code: gravest.code,
    ...(codes.length > 1 && { codes }),
    reason: [...reasons].join('; '),
    fix: [...fixes].join('; '),
  };
}
