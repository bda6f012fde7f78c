/** Whatever a finding has to tell, Security Hub takes it: types and required fields by AWS's own model, limits by its pages. */
import { BatchImportFindingsCommand, type BatchImportFindingsCommandInput, SecurityHubClient } from '@aws-sdk/client-securityhub';
import fc from 'fast-check';
import { closed, type Finding, findingId, type Standing, toFinding } from '../../lib/core/finding';
import type { Assessment } from '../../lib/core/verdict';
import { guardrails } from '../../lib/guardrails';
import { type MotoEmulator, startEmulator } from '../aws/emulator';
import { CALLER, OWN, prepare, REGION } from './organization';

let emulator: MotoEmulator;
beforeAll(async () => {
  emulator = await startEmulator();
  await prepare(emulator);
});
afterAll(() => emulator.stop());

/** From nothing to far more than any field takes, with characters of two code units at every place. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .tuple(fc.nat(3), fc.constantFrom('a', '😀', '"\\'), fc.constantFrom(100, 300, 600, 1100, 2100))
    .map(([odd, unit, times]) => 'x'.repeat(odd) + unit.repeat(times)),
);
const some = (arbitrary: fc.Arbitrary<string>) => fc.option(arbitrary, { nil: undefined });
const time = fc.oneof(fc.constantFrom('2026-11-22T10:00:00Z', '', 'yesterday', '2026'), text);

const codes = guardrails.flatMap(({ id, resources, codes }) => Object.keys(codes).map((code) => ({ guardrail: id, code, resources })));
const assessment = fc
  .record({
    of: fc.constantFrom(...codes),
    pick: fc.nat(),
    name: text,
    statement: some(text),
    reason: some(text),
    fix: some(text),
    severity: fc.option(fc.constantFrom('CRITICAL' as const, 'HIGH' as const, 'MEDIUM' as const, 'LOW' as const), { nil: undefined }),
    verdict: fc.constantFrom('violation' as const, 'undetermined' as const),
    mode: fc.constantFrom('observe' as const, 'enforce' as const),
  })
  .map(
    ({ of: { guardrail, code, resources }, pick, name, verdict, ...rest }): Assessment => ({
      ...rest,
      guardrail,
      verdict,
      ...(verdict === 'violation' && { code }),
      resource: { type: resources[pick % resources.length] ?? '', id: `arn:aws:lambda:${REGION}:${OWN}:function:${name}` },
    }),
  );

const standing: fc.Arbitrary<Standing> = fc.oneof(
  fc.record({ kind: fc.constant('open' as const), note: some(text) }),
  fc.record({ kind: fc.constant('undone' as const), removed: text, undoKey: text, openUntil: some(fc.constant('2026-11-24T10:00:00.000Z')) }),
  fc.record({ kind: fc.constant('contained' as const), removed: some(text), undoKey: some(text), note: text }),
  fc.record({ kind: fc.constant('failed' as const), error: text }),
);

const sighting = fc.record({
  eventId: text,
  eventName: text,
  eventTime: time,
  sharedEventId: some(text),
  principal: text,
  sourceIp: some(text),
  tool: some(text),
});

const tally = fc.option(fc.record({ day: fc.constant('2026-11-22'), count: fc.nat(), until: time }), { nil: undefined });

const findingOf = fc
  .record({ assessment, standing, sighting, tally, end: fc.constantFrom('open', 'corrected', 'gone') })
  .map(({ end, tally, ...input }): Finding => {
    const now = new Date('2026-11-22T10:00:00Z');
    const place = { partition: 'aws', region: REGION, account: OWN };
    const finding = toFinding({ ...input, place, now, ...(tally && { tally }) });
    return end === 'open' ? finding : closed(finding, now, end === 'gone');
  });

it('of every kind, with texts of every length', async () => {
  const hub = new SecurityHubClient(emulator.client(CALLER));
  const problems: string[] = [];
  for (const batch of [1, 2, 3, 4, 5, 6]) {
    const Findings = fc.sample(findingOf, { numRuns: 100, seed: batch }) as unknown as BatchImportFindingsCommandInput['Findings'];
    const { FailedFindings = [], FailedCount, SuccessCount } = await hub.send(new BatchImportFindingsCommand({ Findings }));
    problems.push(...FailedFindings.map(({ ErrorMessage }) => ErrorMessage ?? ''));
    expect((FailedCount ?? 0) + (SuccessCount ?? 0)).toBe(100);
    expect(/\\ud[89a-f]/.test(JSON.stringify(Findings))).toBe(false);
  }

  expect([...new Set(problems)]).toEqual([]);
});

it('has an id of its own for each guardrail, resource and statement, however long', () => {
  const of = (name: string, statement: string) =>
    findingId({
      guardrail: 'lambda-permission',
      resource: { type: 'AWS::Lambda::Permission', id: `arn:aws:lambda:${REGION}:${OWN}:function:${name}` },
      statement,
    });
  const ids = ['a', 'b'].flatMap((name) => ['s', `${'x'.repeat(600)}1`, `${'x'.repeat(600)}2`].map((statement) => of(name, statement)));

  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every(({ length }) => length <= 512)).toBe(true);
});
