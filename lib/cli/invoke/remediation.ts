/** What a remediator answered, as the document of design section 6. */
import type { CloudTrailRecord } from '../../core/cloudtrail';
import type { AnyGuardrail } from '../../core/guardrail';
import { property, type Value } from '../../core/value';
import type { Assessment } from '../../core/verdict';
import type { CallReport } from '../../handlers/ports';
import type { Remediation } from '../../handlers/remediator';
import { PRODUCT, VERSION } from '../product';
import { reportedOf } from '../replay/judge';
import { ordered } from '../report/json';
import type { Reported } from '../report/report';

interface RemediationDocument {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: string; readonly version: string };
  readonly surface: 'detect';
  /** Nothing was changed: calls are `planned`. */
  readonly dryRun: boolean;
  readonly assessments: readonly Reported[];
  /** Every call of a plan, in order. */
  readonly calls: readonly CallReport[];
  /** The first, or null. */
  readonly finding: Value;
  /** Security Hub took every finding. */
  readonly findingStored: boolean;
  readonly findings: readonly Value[];
}

interface Context {
  readonly guardrail: AnyGuardrail;
  /** At least one. */
  readonly records: readonly CloudTrailRecord[];
  readonly dryRun: boolean;
  /** The compliant too. */
  readonly all: boolean;
}

export function documentOf({ assessments, deeds, findings }: Remediation, { guardrail, records, dryRun, all }: Context): RemediationDocument {
  return {
    schemaVersion: 1,
    tool: { name: PRODUCT, version: VERSION },
    surface: 'detect',
    dryRun,
    assessments: assessments
      .filter(({ verdict }) => all || verdict !== 'compliant')
      .flatMap((assessment) => {
        const record = recordBehind(assessment, guardrail, records);
        return record ? [ordered(reportedOf(assessment, record))] : [];
      }),
    calls: deeds.flatMap(({ calls }) => calls),
    finding: findings[0]?.finding ?? null,
    findingStored: findings.length > 0 && findings.every(({ stored }) => stored),
    findings: findings.map(({ finding }) => finding),
  };
}

/** Of a batch: the record that is about the same resource. */
function recordBehind({ resource }: Assessment, guardrail: AnyGuardrail, records: readonly CloudTrailRecord[]): CloudTrailRecord | undefined {
  if (records.length < 2) return records[0];
  return records.find((record) => guardrail.fromRecord(record).some((fact) => fact.resource.arn === resource.id)) ?? records[0];
}

/** A violation that was not undone (only planned, only reported, tried in vain), or what is there could not be read. */
export function isSomethingLeft({ assessments, deeds, failure }: Remediation, dryRun: boolean): boolean {
  const isViolation = ({ verdict }: Assessment) => verdict === 'violation';
  if (failure !== undefined || deeds.some(({ isSettled }) => !isSettled)) return true;
  if (dryRun) return assessments.some(isViolation);
  const undone = deeds.flatMap(({ undo, assessments: judged }) => (undo ? judged.filter(isUndone) : []));
  return assessments.filter(isViolation).length > undone.length;
}

const isUndone = ({ verdict, plan, mode }: Assessment): boolean => verdict === 'violation' && mode === 'enforce' && (plan?.calls.length ?? 0) > 0;

/** Why something could not be looked at, each once. */
export const problemsOf = ({ deeds, failure }: Remediation): readonly string[] => [
  ...new Set(deeds.flatMap(({ unread }) => (unread === undefined ? [] : [`what is there now could not be read: ${unread}`]))),
  ...(failure === undefined ? [] : [failure]),
];

/** At the boundary to the function: our own bundle, but another process. */
export function decodeRemediation(value: Value): Remediation {
  if (['assessments', 'deeds', 'findings'].every((name) => Array.isArray(property(value, name)))) return value as unknown as Remediation;
  throw new Error('the remediator answered something else than a remediation');
}
