/** The judge decides, the patterns only filter: what they leave out is compliant or spared, by matchers that are not ours. */
import fc from 'fast-check';
import { parseConfiguration } from '../../lib/config/load';
import { decodeRecord, isRecordProblem } from '../../lib/core/cloudtrail';
import type { Configuration } from '../../lib/core/configuration';
import type { AnyGuardrail } from '../../lib/core/guardrail';
import { interestIn, judgeRecord } from '../../lib/core/judge';
import type { Value } from '../../lib/core/value';
import { guardrails } from '../../lib/guardrails';
import { type EventPattern, MOST_CHARACTERS, patternsFor } from '../../lib/patterns';
import { record as anyRecord } from '../properties/inputs';
import { configurationOf, guardrailCases, NOW, PLACE, recordOf } from '../support/cases';
import { runs } from '../support/runs';
import { compliantPull, envelopeOf, pullRecord } from './events';
import { hasRuler, type Matcher, ruler, startMinistackMatcher } from './matchers';

const ECR = 'ecr-layer-access';
const TODAY = NOW.toISOString().slice(0, 10);
const load = (document: Value): Configuration =>
  parseConfiguration(JSON.stringify(document), guardrails, { fileName: 'perimeter.yaml' }).configuration;
const base = configurationOf('', { class: '', name: '', expect: [], scp: 'unseen' });

/** Fitting a pattern takes a moment, and many events are held against one. */
const known = new WeakMap<Configuration, Map<string, readonly EventPattern[]>>();

function patternsOf(guardrail: AnyGuardrail, configuration: Configuration, wildcards = true): readonly EventPattern[] {
  const ofConfiguration = known.get(configuration) ?? new Map<string, readonly EventPattern[]>();
  known.set(configuration, ofConfiguration);
  const key = `${guardrail.id} ${wildcards}`;
  const patterns = ofConfiguration.get(key) ?? patternsFor(guardrail, configuration, PLACE, wildcards).map(({ pattern }) => pattern);
  ofConfiguration.set(key, patterns);
  return patterns;
}

interface Trial {
  readonly guardrail: AnyGuardrail;
  readonly configuration: Configuration;
  readonly record: Value;
  readonly wildcards?: boolean;
}

/** Why an event has to reach the function; undefined where it need not. */
function needOf(guardrail: AnyGuardrail, configuration: Configuration, raw: Value): string | undefined {
  const record = decodeRecord(raw);
  if (isRecordProblem(record) || record.errorCode !== undefined) return undefined;
  const interest = interestIn(guardrail, record);
  if (interest?.effect === 'close') return 'closes';
  if (interest?.mends) return 'may have mended';
  const told = judgeRecord({ configuration, today: TODAY }, guardrail, record).find(
    ({ verdict }) => verdict === 'violation' || verdict === 'undetermined',
  );
  return told && `${told.verdict}: ${told.reason}`;
}

const ecr = guardrails.find(({ id }) => id === ECR) as AnyGuardrail;

const withEcr = (settings: { readonly [name: string]: Value }, more: { readonly [name: string]: Value } = {}): Configuration =>
  load({ ...base, guardrails: { [ECR]: { mode: 'enforce', ...settings } }, ...more });

const ROLES = ['ci-*', 'arn:aws:iam::*:role/eks/*'];
const ORGANIZATION = { id: 'o-exampleorgid', managementAccountId: '111111111111' };
const manyAccounts = ['222222222222', ...Array.from({ length: 999 }, (_, index) => String(555_000_000_000 + index))];

const CONFIGURATIONS: { readonly [name: string]: Configuration } = {
  'roles, networks and endpoints': load(base),
  'roles alone': withEcr({ allowedRoles: ROLES }),
  'whole names of roles': withEcr({ allowedRoles: ['deploy', 'ci-build'] }),
  'beginnings of names': withEcr({ allowedRoles: ['ci-*'] }),
  'paths, ends and inner stars': withEcr({
    allowedRoles: ['*-build', 'team/*', 'arn:aws:iam::222222222222:role/deploy', 'c?-build', 'arn:aws:iam::*:user/ci-*', '/evil'],
  }),
  'networks alone': withEcr({ allowedNetworks: ['203.0.113.0/24', '198.51.100.7', '2001:db8:1::/48', '10.16.0.0/12'] }),
  'endpoints alone': withEcr({ allowedVpcEndpoints: ['vpce-0123456789abcdef0'] }),
  'roles and networks that no pattern can say': withEcr({ allowedRoles: ROLES, allowedNetworks: ['128.0.0.0/1'] }),
  'no members listed': withEcr({ allowedRoles: ROLES }, { organization: ORGANIZATION }),
  'networks, no members listed': withEcr({ allowedNetworks: ['203.0.113.0/24'] }, { organization: ORGANIZATION }),
  'a thousand accounts': load({
    ...base,
    organization: { ...ORGANIZATION, accountIds: manyAccounts },
    guardrails: {
      [ECR]: {
        mode: 'enforce',
        allowedRoles: Array.from({ length: 200 }, (_, index) => `team-${index}-*`),
        allowedNetworks: Array.from({ length: 200 }, (_, index) => `203.0.${index}.0/25`),
        allowedVpcEndpoints: Array.from({ length: 200 }, (_, index) => `vpce-0123456789abcde${index.toString(16).padStart(2, '0')}`),
      },
    },
  }),
};

/** Events that are held at a time. */
const AT_ONCE = 50_000;

const starters: readonly (readonly [string, () => Promise<Matcher>])[] = [
  ['ministack', startMinistackMatcher],
  ...(hasRuler() ? ([['event-ruler', async () => ruler]] as const) : []),
];

describe.each(starters)('by %s', (name, start) => {
  let matcher: Matcher;
  beforeAll(async () => {
    matcher = await start();
  });
  afterAll(() => matcher.stop());

  /** Events that a function needs and its patterns leave out. */
  async function lost(trials: readonly Trial[]): Promise<readonly string[]> {
    const questions = trials.map(({ guardrail, configuration, record, wildcards }) => ({
      patterns: patternsOf(guardrail, configuration, wildcards),
      event: envelopeOf(record),
    }));
    const matched = await matcher.answer(questions);
    return trials.flatMap(({ guardrail, configuration, record }, index) => {
      const need = matched[index] ? undefined : needOf(guardrail, configuration, record);
      return need === undefined ? [] : [`${need}: ${JSON.stringify(record)}`];
    });
  }

  it.each(guardrailCases)('no case of $guardrail.id that needs the function is left out', async ({ guardrail, cases }) => {
    const trials = cases.flatMap((item) =>
      item.record ? [{ guardrail, configuration: load(configurationOf(guardrail.id, item)), record: recordOf(item.record, 'e-1') }] : [],
    );

    expect(trials.length).toBeGreaterThan(0);
    expect(await lost(trials)).toEqual([]);
  });

  const sample = (arbitrary: fc.Arbitrary<Value>, most: number): readonly Value[] => {
    const numRuns = Math.ceil(Math.min(runs, name === 'ministack' ? 2000 : runs) * most);
    return fc.sample(arbitrary, { numRuns });
  };
  const variants = Object.entries(CONFIGURATIONS).flatMap(([what, configuration]) => [
    { what, configuration, wildcards: true },
    { what: `${what}, without wildcards`, configuration, wildcards: false },
  ]);

  it.each(variants)('no pull that needs the function is left out: $what', async ({ configuration, wildcards }) => {
    const records = sample(pullRecord, 1 / variants.length);

    expect(await lost(records.map((record) => ({ guardrail: ecr, configuration, record, wildcards })))).toEqual([]);
  });

  it('no event of any kind that needs a function is left out', async () => {
    const configuration = load(base);
    const trials = sample(anyRecord, 1 / 4).flatMap((record) => guardrails.map((guardrail) => ({ guardrail, configuration, record })));

    expect(await lost(trials)).toEqual([]);
  });

  /** `PERIMETER_PULLS`: how many the library of EventBridge is asked about; ministack is asked one by one. */
  it('what is plainly compliant does not reach the function', async () => {
    const configuration = load(base);
    const patterns = patternsOf(ecr, configuration);
    const all = name === 'ministack' ? 500 : Number(process.env.PERIMETER_PULLS ?? Math.ceil(runs / 4));
    let invoked = 0;
    for (let asked = 0; asked < all; asked += AT_ONCE) {
      const records = fc.sample(compliantPull, Math.min(AT_ONCE, all - asked));
      expect(records.filter((record) => needOf(ecr, configuration, record) !== undefined)).toEqual([]);
      const matched = await matcher.answer(records.map((record) => ({ patterns, event: envelopeOf(record) })));
      invoked += matched.filter((isMatched) => isMatched).length;
    }

    process.stderr.write(`${name}: ${invoked} of ${all} compliant pulls invoke the function\n`);
    expect(invoked).toBe(0);
  });
});

it.each(Object.entries(CONFIGURATIONS))('patterns stay within the quota: %s', (_, configuration) => {
  const sizes = guardrails.flatMap((guardrail) => patternsFor(guardrail, configuration).map(({ pattern }) => JSON.stringify(pattern).length));

  expect(Math.max(...sizes)).toBeLessThanOrEqual(MOST_CHARACTERS);
});
