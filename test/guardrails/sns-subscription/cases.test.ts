/** Every case whose input is literal, from its properties and from its record. */
import type { Case } from '../../../lib/core/case';
import type { Assessment } from '../../../lib/core/verdict';
import guardrail from '../../../lib/guardrails/sns-subscription';
import { cases } from '../../../lib/guardrails/sns-subscription/cases';
import { alone } from '../../support/planned';
import { benchOf, eventOf, judgeEvent, judgeProperties, LISTS } from './bench';

const found = (assessments: readonly Assessment[]) =>
  assessments.map(({ verdict, code }) => (code === undefined ? { verdict } : { verdict, code })).sort(byText);

const byText = (a: object, b: object): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

const expected = ({ expect: expectation }: Case) => ('verdict' in expectation ? [expectation] : [...expectation]).sort(byText);

/** Whole sections of the configuration are read by `lib/config`: those cases run in the harness. */
const own = cases.filter(({ configuration }) => configuration === undefined);

describe('resources', () => {
  it.each(own.flatMap((item) => (item.resource ? [[`${item.class} ${item.name}`, item] as const] : [])))('%s', (_, item) => {
    const { type = '', properties = {} } = item.resource ?? {};

    expect(found(judgeProperties(type, properties, benchOf(item.settings ?? LISTS)))).toEqual(expected(item));
  });
});

describe('Terraform', () => {
  it.each(own.flatMap((item) => (item.terraform ? [[`${item.class} ${item.name}`, item] as const] : [])))('%s', (_, item) => {
    const made = guardrail.terraform[item.terraform?.type ?? '']?.(item.terraform?.attributes ?? {}, alone);

    expect(found(judgeProperties(made?.type ?? '', made?.properties ?? {}, benchOf(item.settings ?? LISTS)))).toEqual(expected(item));
  });
});

describe('records', () => {
  it.each(own.flatMap((item) => (item.record ? [[`${item.class} ${item.name}`, item] as const] : [])))('%s', (_, item) => {
    const assessments = judgeEvent(eventOf(item.record ?? {}), benchOf(item.settings ?? LISTS));

    expect(found(assessments)).toEqual(expected(item));
    if (item.plan) expect(assessments.find(({ verdict }) => verdict === 'violation')?.plan?.calls).toEqual(item.plan);
  });
});

it('has a case for every code and every class', () => {
  const codes = new Set(cases.flatMap(({ expect: expectation }) => ('verdict' in expectation ? [expectation] : expectation)).map(({ code }) => code));
  const classes = new Set(cases.map((item) => item.class));

  expect(Object.keys(guardrail.codes).filter((code) => !codes.has(code))).toEqual([]);
  expect(
    [...Array.from({ length: 12 }, (_, index) => `S${index + 1}`), ...Array.from({ length: 14 }, (_, index) => `G${index + 1}`)].filter(
      (name) => !classes.has(name),
    ),
  ).toEqual([]);
});

it('names every case once', () => {
  const names = cases.map(({ class: label, name, settings }) => JSON.stringify([label, name, settings]));

  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
