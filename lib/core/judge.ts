/** The one judge: facts in, assessments out. Every surface calls these functions and nothing else decides. */
import { type CloudTrailRecord, isCallOf } from './cloudtrail';
import { type Configuration, configurationOf } from './configuration';
import { exemptionFor } from './exemption';
import type { AnyGuardrail, EventInterest, Fact, ResourceInput } from './guardrail';
import { hole, splitOutsideHoles } from './value';
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
  const judged = variants.map(({ input }) => judgeFacts(bench, guardrail, guardrail.fromResource(input)));
  const branches = new Map<string, (readonly Assessment[])[]>();
  for (const [index, assessments] of underOneId(judged, variants[0]?.input.logicalId ?? '').entries()) {
    const branch = variants[index]?.branch ?? '';
    branches.set(branch, [...(branches.get(branch) ?? []), assessments]);
  }
  return mergeAlternatives([...branches.values()].map(mergeValues));
}

/** One resource whose name depends on a condition or a parameter is one resource: the fields of its ARN that differ are holes. */
function underOneId(alternatives: readonly (readonly Assessment[])[], logicalId: string): readonly (readonly Assessment[])[] {
  const ids = alternatives.map((assessments) => new Set(assessments.map(({ resource }) => resource.id)));
  const [first, ...others] = new Set(ids.flatMap((some) => [...some]));
  if (first === undefined || others.length === 0 || ids.some(({ size }) => size > 1)) return alternatives;
  const fields = others.map((id) => splitOutsideHoles(id, ':'));
  const common = splitOutsideHoles(first, ':').map((field, index) => (fields.every((other) => other[index] === field) ? field : hole(logicalId)));
  return alternatives.map((assessments) =>
    assessments.map((assessment) => ({ ...assessment, resource: { ...assessment.resource, id: common.join(':') } })),
  );
}

/** Judges a record; `[]` for a call that failed, an event that no guardrail listens to, or one that only removes. */
export function judgeRecord(bench: Bench, guardrail: AnyGuardrail, record: CloudTrailRecord): readonly Assessment[] {
  if (record.errorCode !== undefined) return [];
  if (interestIn(guardrail, record)?.effect !== 'judge') return [];
  return judgeFacts(bench, guardrail, guardrail.fromRecord(record));
}

export const interestIn = (guardrail: AnyGuardrail, record: CloudTrailRecord): EventInterest | undefined =>
  record.isOfEndpoint ? undefined : guardrail.events.find((event) => event.source === record.eventSource && isCallOf(record.eventName, event.name));

/** The parts of a guardrail that decide about facts, wherever they came from. */
export type Decider = Pick<AnyGuardrail, 'id' | 'evaluate' | 'plan'>;

/** One assessment for each violating or undetermined fact, else one for each resource. */
export function judgeFacts(bench: Bench, guardrail: Decider, facts: readonly Fact[]): readonly Assessment[] {
  // Nearly always there is one fact, and most are compliant: no grouping for it.
  if (facts.length <= 1) return facts.length === 0 ? [] : judgeGroup(bench, guardrail, facts);
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
  const [first] = facts;
  if (first && facts.length === 1) {
    const outcome: Outcome = guardrail.evaluate(first, world);
    return [assess(bench, guardrail, first, outcome, outcome.kind === 'violation' ? facts : [])];
  }
  const outcomes = facts.map((fact) => ({ fact, outcome: guardrail.evaluate(fact, world) as Outcome }));
  const violating = outcomes.filter(({ outcome }) => outcome.kind === 'violation').map(({ fact }) => fact);
  const assessments = outcomes.map(({ fact, outcome }) => assess(bench, guardrail, fact, outcome, violating));
  const telling = assessments.filter(({ verdict }) => verdict === 'violation' || verdict === 'undetermined');
  if (telling.length > 0) return telling;
  const single = assessments.find(({ verdict }) => verdict === 'exempt') ?? assessments[0];
  return single ? [single] : [];
}

function assess(bench: Bench, guardrail: Decider, fact: Fact, outcome: Outcome, violating: readonly Fact[]): Assessment {
  const { mode, response } = configurationOf(bench.configuration, guardrail.id);
  const resource = { type: fact.resource.type, id: fact.resource.arn };
  const { statement } = fact;
  // Nearly everything is: written out, because objects made by spreading are slow to make and to read.
  if (outcome.kind === 'compliant' && outcome.reason === undefined) {
    if (statement === undefined) return { guardrail: guardrail.id, mode, resource, verdict: 'compliant' };
    return { guardrail: guardrail.id, mode, resource, statement, verdict: 'compliant' };
  }
  const common = statement === undefined ? { guardrail: guardrail.id, mode, resource } : { guardrail: guardrail.id, mode, resource, statement };
  if (outcome.kind === 'compliant') return { ...common, verdict: 'compliant', reason: outcome.reason };
  if (outcome.kind === 'exempt') return { ...common, verdict: 'exempt', reason: outcome.reason, exemption: { reason: outcome.reason } };
  const answer = exemptionFor(bench.configuration, guardrail.id, fact.resource.arn, bench.today, fact.resource.excusedAs);
  if (answer.kind === 'exempt') {
    const { reason, owner, expires } = answer.exemption;
    return {
      ...common,
      verdict: 'exempt',
      reason: `${reason} (exempt until ${expires}); otherwise: ${outcome.reason}`,
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
    plan: guardrail.plan(fact, outcome, violating, response),
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

/** Shapes that a template can take: what is wrong in any of them is wrong whatever is unknown in another, and said once for each statement. */
function mergeAlternatives(alternatives: readonly (readonly Assessment[])[]): readonly Assessment[] {
  const distinct = new Map<string, Assessment>();
  for (const assessment of alternatives.flat()) {
    const key = `${assessment.verdict} ${placeOf(assessment)}`;
    const known = distinct.get(key);
    distinct.set(key, known ? graver(known, assessment) : assessment);
  }
  const all = [...distinct.values()];
  const condemned = new Set(all.filter(({ verdict }) => verdict === 'violation').map(placeOf));
  const telling = all.filter((one) => one.verdict === 'violation' || (one.verdict === 'undetermined' && !condemned.has(placeOf(one))));
  if (telling.length > 0) return telling;
  const single = all.find(({ verdict }) => verdict === 'exempt') ?? all[0];
  return single ? [single] : [];
}

/** Which statement of which resource. */
const placeOf = ({ resource, statement }: Assessment): string => JSON.stringify([resource.id, statement]);

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
