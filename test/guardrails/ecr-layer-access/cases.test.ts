/** The cases of the slice by its own functions: resources with literal properties, and records. */
import { decodeRecord, isRecordProblem } from '../../../lib/core/cloudtrail';
import { judgeFacts, judgeRecord } from '../../../lib/core/judge';
import { isObject } from '../../../lib/core/value';
import type { Assessment } from '../../../lib/core/verdict';
import guardrail from '../../../lib/guardrails/ecr-layer-access';
import { cases } from '../../../lib/guardrails/ecr-layer-access/cases';
import { alone } from '../../support/planned';
import { benchOf, PLACE, rawRecord } from './support';

const outcomes = (assessments: readonly Pick<Assessment, 'verdict' | 'code'>[]) =>
  assessments.map(({ verdict, code }) => [verdict, code ?? ''].join(' ').trim()).sort();

const named = cases.map((item) => ({
  ...item,
  title: `${item.class} ${item.name}`,
  expected: outcomes('verdict' in item.expect ? [item.expect] : item.expect),
}));

describe('resources', () => {
  it.each(named.filter(({ resource }) => resource !== undefined))('$title', (item) => {
    const { type = '', properties = {} } = item.resource ?? {};

    const facts = guardrail.fromResource({ type, properties, logicalId: 'Resource', place: PLACE });

    expect(outcomes(judgeFacts(benchOf(item), guardrail, facts))).toEqual(item.expected);
  });
});

describe('Terraform', () => {
  it.each(named.filter(({ terraform }) => terraform !== undefined && terraform.unknown === undefined))('$title', (item) => {
    const { type = '', attributes = {} } = item.terraform ?? {};

    const resource = guardrail.terraform[type]?.(attributes, alone);
    const facts = resource ? guardrail.fromResource({ ...resource, logicalId: 'Resource', place: PLACE }) : [];

    expect(outcomes(judgeFacts(benchOf(item), guardrail, facts))).toEqual(item.expected);
  });
});

describe('records', () => {
  it.each(named.filter(({ record }) => record !== undefined))('$title', (item) => {
    const record = decodeRecord(rawRecord(item.record ?? {}));
    if (isRecordProblem(record)) throw new Error(record.problem);

    const assessments = judgeRecord(benchOf(item), guardrail, record);

    expect(outcomes(assessments)).toEqual(item.expected);
    if (item.plan) expect(assessments.find(({ verdict }) => verdict === 'violation')?.plan?.calls).toEqual(item.plan);
    for (const { verdict, reason, fix, plan } of assessments) {
      if (verdict === 'violation')
        expect({ reason, fix, plan }).toEqual({ reason: expect.stringMatching(/\S/), fix: expect.stringMatching(/\S/), plan: expect.anything() });
      if (verdict === 'violation' && plan?.calls.length === 0) expect(plan.why).toMatch(/\S/);
    }
  });
});

it('every case is told apart, and says what the SCP must decide', () => {
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  expect(cases.filter(({ settings }) => settings !== undefined && !isObject(settings))).toEqual([]);
});
