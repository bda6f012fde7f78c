import type { Case, CaseExpectation } from '../../../lib/core/case';
import type { Exemption } from '../../../lib/core/configuration';
import { judgeRecord, judgeResource } from '../../../lib/core/judge';
import { isList, isObject, property, type Value } from '../../../lib/core/value';
import type { Assessment } from '../../../lib/core/verdict';
import guardrail from '../../../lib/guardrails/lambda-vpc';
import { cases } from '../../../lib/guardrails/lambda-vpc/cases';
import { alone } from '../../support/planned';
import { benchOf, PLACE, recordWith } from './support';

const benchFor = ({ settings = {}, configuration }: Case) => benchOf(settings, exemptionsOf(configuration?.exemptions));

const textsOf = (value: Value | undefined): readonly string[] => (isList(value) ? value.filter((item) => typeof item === 'string') : []);

const exemptionsOf = (value: Value | undefined): readonly Exemption[] =>
  (isList(value) ? value : []).filter(isObject).map((exemption) => ({
    guardrails: textsOf(exemption.guardrails),
    resources: textsOf(exemption.resources),
    reason: String(exemption.reason),
    expires: String(exemption.expires),
  }));

const expectationsOf = ({ expect: expected }: Case): readonly CaseExpectation[] => ('verdict' in expected ? [expected] : expected);
const shortened = (assessments: readonly Assessment[]): readonly CaseExpectation[] =>
  assessments.map(({ verdict, code }) => ({ verdict, ...(code !== undefined && { code }) }));

describe.each(cases.filter(({ resource }) => resource).map((item) => [`${item.class}: ${item.name}`, item] as const))('%s', (_, item) => {
  it('as a resource', () => {
    const { type = '', properties = {} } = item.resource ?? {};

    const assessments = judgeResource(benchFor(item), guardrail, [{ branch: '', input: { type, logicalId: 'Resource', properties, place: PLACE } }]);

    expect(shortened(assessments)).toEqual(expectationsOf(item));
    for (const { verdict, plan } of assessments) if (verdict === 'violation') expect(plan).toEqual({ calls: [], why: expect.any(String) });
  });
});

describe.each(cases.filter(({ terraform, class: of }) => terraform && of !== 'G12').map((item) => [`${item.class}: ${item.name}`, item] as const))(
  '%s',
  (_, item) => {
    it('as a Terraform resource', () => {
      const { type = '', attributes = {} } = item.terraform ?? {};
      const mapped = guardrail.terraform[type]?.(attributes, alone);
      if (!mapped) throw new Error(`no mapping for ${type}`);

      const assessments = judgeResource(benchFor(item), guardrail, [{ branch: '', input: { ...mapped, logicalId: 'Resource', place: PLACE } }]);

      expect(shortened(assessments)).toEqual(expectationsOf(item));
    });
  },
);

describe.each(cases.filter(({ record }) => record).map((item) => [`${item.class}: ${item.name}`, item] as const))('%s', (_, item) => {
  it('as a record', () => {
    const assessments = judgeRecord(benchFor(item), guardrail, recordWith(item.record ?? {}));

    expect(shortened(assessments)).toEqual(expectationsOf(item));
    for (const { resource } of assessments) expect(property({ ...resource }, 'type')).toMatch(/^AWS::Lambda::/);
  });
});

it('has cases of every class', () => {
  const classes = new Set(cases.map((item) => item.class));

  expect([...classes].filter((name) => name.startsWith('V')).sort()).toEqual(['V1', 'V10', 'V2', 'V3', 'V4', 'V5', 'V6', 'V7', 'V8', 'V9']);
});

it('names each case once', () => {
  const names = cases.map((item) => `${item.class} ${item.name}`);

  expect(names).toEqual([...new Set(names)]);
});
