/** One judge: every case of every slice, through every surface that can see it, gives one verdict. */
import { guardrailCases } from './support/cases';
import { type Answer, type Answers, lookEverywhere, type Sights, surfacesOf } from './support/surfaces';

/** The classes of the case list that a template or a record can express. */
const CLASSES = [
  ...numbered('G', 14),
  // P11 needs the live policy after the event, P13 AWS's refusals: both are the remediator's.
  ...numbered('P', 12).filter((id) => id !== 'P11'),
  // Y5 is found by reading an account.
  ...numbered('Y', 4),
  // V8 closes a finding; V10 is about the SCP alone.
  ...numbered('V', 9).filter((id) => id !== 'V8'),
  // S12 is a listing of three pages.
  ...numbered('S', 11),
  // E8 counts findings; E9 revokes sessions.
  ...numbered('E', 10).filter((id) => id !== 'E8' && id !== 'E9'),
];

function numbered(letter: string, last: number): readonly string[] {
  return Array.from({ length: last }, (_, index) => `${letter}${index + 1}`);
}

describe.each(guardrailCases)('$guardrail.id', ({ guardrail, cases }) => {
  let sights: Sights;
  beforeAll(async () => {
    sights = await lookEverywhere(guardrail, cases);
  });

  const seen = cases.flatMap((item) => surfacesOf(item).map((surface) => ({ title: `${item.class} ${item.name} (${surface})`, item, surface })));

  it.each(seen)('$title', ({ item, surface }) => {
    const answers = sights.get(item)?.get(surface) ?? { assessments: [], problems: [`${surface} gave no answer`] };
    const expected = 'verdict' in item.expect ? [item.expect] : item.expect;

    expect({ outcomes: outcomes(answers.assessments), problems: expected.length > 0 ? answers.problems : [] }).toEqual({
      outcomes: outcomes(expected),
      problems: [],
    });
    if (item.plan !== undefined && surface === 'replay') expect(planOf(answers)).toEqual(item.plan);
  });

  it('has cases that can be seen, have a name of their own and say what the SCP must decide', () => {
    const titles = cases.map((item) => `${item.class} ${item.name}`);

    expect(cases.filter((item) => surfacesOf(item).length === 0).map(({ name }) => name)).toEqual([]);
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
    expect(cases.filter(({ scp }) => !['deny', 'allow', 'unseen'].includes(scp)).map(({ name }) => name)).toEqual([]);
  });

  it('has a case for every code', () => {
    const expected = cases.flatMap(({ expect: one }) => ('verdict' in one ? [one] : one)).map(({ code }) => code);

    expect(Object.keys(guardrail.codes).filter((code) => !expected.includes(code))).toEqual([]);
  });
});

it('every class of the case list has at least two cases', () => {
  const classes = guardrailCases.flatMap(({ cases }) => cases).map((item) => item.class);

  expect(CLASSES.filter((id) => classes.filter((other) => other === id).length < 2)).toEqual([]);
});

/** A multiset of verdicts with their codes. */
const outcomes = (answers: readonly Answer[]): readonly string[] =>
  answers.map(({ verdict, code }) => (code === undefined ? verdict : `${verdict} ${code}`)).sort();

const planOf = ({ assessments }: Answers): Answer['plan'] => assessments.find(({ verdict }) => verdict === 'violation')?.plan;
