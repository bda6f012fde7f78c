/** The one judge: facts in, assessments out. Every surface calls these functions and nothing else decides. */
import { type CloudTrailRecord, isCallOf } from './cloudtrail';
import { type Configuration, configurationOf } from './configuration';
import { exemptionFor } from './exemption';
import type { AnyGuardrail, EventInterest, Fact, ResourceInput } from './guardrail';
import { type Assessment, byGravity, type Outcome, severityOf, type Violation } from './verdict';

export interface Bench {
  readonly configuration: Configuration;
  /** `YYYY-MM-DD` in UTC: whether an exemption has ended is the only thing that depends on it. */
  readonly today: string;
}

/**
 * A resource under one assignment of the template's conditions. Variants of one `branch` differ only in the allowed
 * values of parameters; different branches are different shapes that the template can take.
 */
export interface Variant {
  readonly branch: string;
  readonly input: ResourceInput;
}

/** Judges a resource in all the shapes that its template can take; `[]` when there is nothing to judge. */
export function judgeResource(bench: Bench, guardrail: AnyGuardrail, variants: readonly Variant[]): readonly Assessment[] {
  if (variants.length === 1 && variants[0]) return judgeFacts(bench, guardrail, guardrail.fromResource(variants[0].input));
  const branches = new Map<string, (readonly Assessment[])[]>();
  for (const { branch, input } of variants) {
    const judged = judgeFacts(bench, guardrail, guardrail.fromResource(input));
    branches.set(branch, [...(branches.get(branch) ?? []), judged]);
  }
  return mergeAlternatives([...branches.values()].map(mergeValues));
}

/** Judges a record; `[]` for a call that failed, an event that no guardrail listens to, or one that only removes. */
export function judgeRecord(bench: Bench, guardrail: AnyGuardrail, record: CloudTrailRecord): readonly Assessment[] {
  if (record.errorCode !== undefined) return [];
  if (interestIn(guardrail, record)?.effect !== 'judge') return [];
  return judgeFacts(bench, guardrail, guardrail.fromRecord(record));
}

export const interestIn = (guardrail: AnyGuardrail, record: CloudTrailRecord): EventInterest | undefined =>
  guardrail.events.find((event) => event.source === record.eventSource && isCallOf(record.eventName, event.name));

/** The parts of a guardrail that decide about facts, wherever they came from. */
export type Decider = Pick<AnyGuardrail, 'id' | 'evaluate' | 'plan'>;

/** One assessment for each violating or undetermined fact, else one for each resource. */
export function judgeFacts(bench: Bench, guardrail: Decider, facts: readonly Fact[]): readonly Assessment[] {
  const byResource = new Map<string, Fact[]>();
  for (const fact of facts) {
    const key = `${fact.resource.type} ${fact.resource.arn}`;
    const known = byResource.get(key);
    if (known) known.push(fact);
    else byResource.set(key, [fact]);
  }
  return [...byResource.values()].flatMap((group) => judgeGroup(bench, guardrail, group));
}

function judgeGroup(bench: Bench, guardrail: Decider, facts: readonly Fact[]): readonly Assessment[] {
  const { settings } = configurationOf(bench.configuration, guardrail.id);
  const world = { trust: bench.configuration.trust, settings };
  const outcomes = facts.map((fact) => ({ fact, outcome: guardrail.evaluate(fact, world) as Outcome }));
  const violating = outcomes.filter(({ outcome }) => outcome.kind === 'violation').map(({ fact }) => fact);
  const assessments = outcomes.map(({ fact, outcome }) => assess(bench, guardrail, fact, outcome, violating));
  const telling = assessments.filter(({ verdict }) => verdict === 'violation' || verdict === 'undetermined');
  if (telling.length > 0) return telling;
  const single = assessments.find(({ verdict }) => verdict === 'exempt') ?? assessments[0];
  return single ? [single] : [];
}

function assess(bench: Bench, guardrail: Decider, fact: Fact, outcome: Outcome, violating: readonly Fact[]): Assessment {
  const { mode } = configurationOf(bench.configuration, guardrail.id);
  const common = {
    guardrail: guardrail.id,
    mode,
    resource: { type: fact.resource.type, id: fact.resource.arn },
    ...(fact.statement !== undefined && { statement: fact.statement }),
  };
  if (outcome.kind === 'compliant') return { ...common, verdict: 'compliant', ...(outcome.reason !== undefined && { reason: outcome.reason }) };
  if (outcome.kind === 'exempt') return { ...common, verdict: 'exempt', reason: outcome.reason, exemption: { reason: outcome.reason } };
  const answer = exemptionFor(bench.configuration, guardrail.id, fact.resource.arn, bench.today);
  if (answer.kind === 'exempt') {
    const { reason, owner, expires } = answer.exemption;
    return {
      ...common,
      verdict: 'exempt',
      reason: `${reason} (exempt until ${expires}${owner === undefined ? '' : `, ${owner}`}); otherwise: ${outcome.reason}`,
      exemption: { reason, owner, expires },
      ...(answer.warning !== undefined && { warning: answer.warning }),
    };
  }
  if (outcome.kind === 'undetermined') {
    return { ...common, verdict: 'undetermined', reason: outcome.reason, ...(outcome.read && { read: outcome.read }) };
  }
  if (answer.kind === 'maybe') {
    const reason = `an exemption (${answer.exemption.reason}) may cover ${fact.resource.arn}: name the account and Region with --account and --region; otherwise: ${outcome.reason}`;
    return { ...common, verdict: 'undetermined', reason };
  }
  return {
    ...common,
    ...violated(outcome),
    plan: guardrail.plan(fact, outcome, violating),
    ...(answer.expired && { warning: `the exemption (${answer.expired.reason}) ended on ${answer.expired.expires}` }),
  };
}

const violated = (outcome: Violation): Pick<Assessment, 'verdict' | 'code' | 'severity' | 'reason' | 'fix'> => ({
  verdict: 'violation',
  code: outcome.code,
  severity: severityOf(outcome.code),
  reason: outcome.reason,
  fix: outcome.fix,
});

/** Values of one parameter: they all violate, or none does, or nobody can say before deployment. */
function mergeValues(alternatives: readonly (readonly Assessment[])[]): readonly Assessment[] {
  const violates = (assessments: readonly Assessment[]) => assessments.some(({ verdict }) => verdict === 'violation');
  const violating = alternatives.filter(violates);
  if (violating.length === 0 || violating.length === alternatives.length) return mergeAlternatives(alternatives);
  return mergeAlternatives(alternatives.map((assessments) => assessments.map(dependsOnParameter)));
}

function dependsOnParameter(assessment: Assessment): Assessment {
  if (assessment.verdict !== 'violation') return assessment;
  const { guardrail, mode, resource, statement } = assessment;
  const reason = `depends on a parameter that has no default: with one of its allowed values, ${assessment.reason}`;
  return { guardrail, mode, resource, ...(statement !== undefined && { statement }), verdict: 'undetermined', reason };
}

/** Shapes that a template can take: what is wrong in any of them is wrong, and said once for each statement. */
function mergeAlternatives(alternatives: readonly (readonly Assessment[])[]): readonly Assessment[] {
  const distinct = new Map<string, Assessment>();
  for (const assessment of alternatives.flat()) {
    const key = JSON.stringify([assessment.verdict, assessment.statement, assessment.resource.id]);
    const known = distinct.get(key);
    distinct.set(key, known ? graver(known, assessment) : assessment);
  }
  const all = [...distinct.values()];
  const telling = all.filter(({ verdict }) => verdict === 'violation' || verdict === 'undetermined');
  if (telling.length > 0) return telling;
  const single = all.find(({ verdict }) => verdict === 'exempt') ?? all[0];
  return single ? [single] : [];
}

/** One assessment for what two shapes say of one statement: the gravest code, and every reason. */
function graver(one: Assessment, other: Assessment): Assessment {
  if (one.reason === other.reason && one.code === other.code) return one;
  const [first, second] = byGravity(one.code ?? '', other.code ?? '') <= 0 ? [one, other] : [other, one];
  const join = (texts: readonly (string | undefined)[]) => [...new Set(texts.filter((text) => text !== undefined))].join('; ');
  return {
    ...first,
    ...(first.reason !== undefined && { reason: join([first.reason, second.reason]) }),
    ...(first.fix !== undefined && { fix: join([first.fix, second.fix]) }),
  };
}
