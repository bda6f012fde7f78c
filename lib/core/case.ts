/**
 * A case: one input, or the same input as several surfaces see it, and what must come out. Each guardrail keeps its own
 * in `cases.ts`; one harness (`test/cases.test.ts`) runs every case through every surface that can see it and demands
 * one verdict.
 */
import type { Value } from './value';
import type { Call, Verdict } from './verdict';

export type Properties = { readonly [name: string]: Value };

/** The accounts of every case: the resource's own, one of the organization, a third party that is trusted, and a stranger's. */
export const OWN = '222222222222';
export const MEMBER = '333333333333';
export const TRUSTED = '444455556666';
export const FOREIGN = '999999999999';

export interface CaseExpectation {
  readonly verdict: Verdict;
  /** For a violation. */
  readonly code?: string;
}

export interface Case {
  /** The class of the case list that it stands for: `P4`, `G11`. */
  readonly class: string;
  readonly name: string;
  /** A resource with its properties: judged by `check` (as YAML and as JSON), later by the hook. */
  readonly resource?: { readonly type: string; readonly properties: Properties };
  /** A whole template, as text, where the case needs parameters, conditions or several resources. */
  readonly template?: string;
  /** A Terraform resource, as its type and attributes; unknown ones are listed in `unknown`. */
  readonly terraform?: { readonly type: string; readonly attributes: Properties; readonly unknown?: Properties };
  /** A CloudTrail record, over the harness's common fields: judged by `replay`, later by the remediator. */
  readonly record?: Properties;
  /** Over the harness's configuration, for this guardrail: its lists. */
  readonly settings?: { readonly [list: string]: readonly string[] };
  /** Over the harness's configuration: whole sections, as in `perimeter.yaml`. */
  readonly configuration?: Properties;
  /** One expectation for each assessment, in any order; `[]`: nothing is judged. */
  readonly expect: CaseExpectation | readonly CaseExpectation[];
  /** The calls that would undo the first violation, where the case pins them down (for `replay`). */
  readonly plan?: readonly Call[];
  /** What the SCP must decide about the call that the case stands for; `unseen` when the policy language cannot see it. */
  readonly scp: 'deny' | 'allow' | 'unseen';
}

export const ok: CaseExpectation = { verdict: 'compliant' };
export const open: CaseExpectation = { verdict: 'undetermined' };
export const bad = (code: string): CaseExpectation => ({ verdict: 'violation', code });
