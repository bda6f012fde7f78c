/** What an earlier attempt undid, and did not come to tell. */
import type { Value } from '../../lib/core/value';
import guardrail from '../../lib/guardrails/lambda-permission';
import { AwsFailure, type Finding, type Ports } from '../../lib/handlers/ports';
import { createRemediator } from '../../lib/handlers/remediator';
import { configurationIn, eventOf, FOREIGN, OWN, REGION } from '../e2e/organization';

const FUNCTION = `arn:aws:lambda:${REGION}:${OWN}:function:orders`;
const asked = { functionName: 'orders', statementId: 'out', action: 'lambda:InvokeFunction', principal: FOREIGN };
const event = eventOf('lambda.amazonaws.com', 'AddPermission20150331v2', asked);
const KEY = 'perimeter-lambda-permission-remediator/2026-11-22/1795341600000-0123456789abcdef';

interface World {
  /** What stands there now. */
  readonly policy?: string;
  readonly findUndo?: Ports['findUndo'];
  readonly open?: readonly Finding[];
  /** It cannot be read. */
  readonly isUnread?: true;
}

async function run({ policy, findUndo = async () => [], open = [], isUnread }: World, mode: 'enforce' | 'observe' = 'enforce') {
  const done = { recorded: [] as Value[], findings: [] as Finding[], searches: 0, warnings: [] as string[] };
  const ports: Ports = {
    now: () => new Date('2026-11-22T10:05:00Z'),
    remaining: () => 60_000,
    read: async () => {
      if (isUnread) throw new AwsFailure('AccessDeniedException', 'no', false);
      return policy === undefined ? { kind: 'absent' } : { kind: 'found', output: { Policy: policy, RevisionId: 'r' } };
    },
    execute: async (call) => ({ ...call, outcome: 'done' }),
    findings: { import: async (finding) => done.findings.push(finding) > 0, about: async () => open, resolve: async () => true },
    recordUndo: async (entry) => {
      done.recorded.push(entry);
      return KEY;
    },
    findUndo: async (...query) => {
      done.searches += 1;
      return findUndo(...query);
    },
    here: undefined,
    pace: async () => undefined,
    directory: undefined,
    lookAgain: async () => undefined,
    queue: undefined,
    log: (level, message) => void (level === 'warn' && done.warnings.push(message)),
    count: () => undefined,
  };
  const answer = await createRemediator(guardrail, configurationIn(mode), ports).run(event);
  return { ...done, answer };
}

const VIOLATING = JSON.stringify({
  Statement: [
    { Sid: 'out', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${FOREIGN}:root` }, Action: 'lambda:InvokeFunction', Resource: FUNCTION },
  ],
});

/** What the first attempt wrote before it was killed. */
async function killed(): Promise<Ports['findUndo']> {
  const { recorded } = await run({ policy: VIOLATING });
  const [entry] = recorded;
  return async () => [{ key: KEY, entry: JSON.parse(JSON.stringify(entry)) }];
}

const UNDONE = {
  Title: 'undone: untrusted-account on function:orders',
  Compliance: { Status: 'PASSED' },
  Workflow: { Status: 'RESOLVED' },
  ProductFields: { 'perimeter/undoKey': KEY, 'perimeter/statement': 'out', 'perimeter/removed': expect.stringContaining('lambda:AddPermission') },
};

it('is told by the retry', async () => {
  const { findings, answer } = await run({ findUndo: await killed() });

  expect(findings).toMatchObject([UNDONE]);
  expect(answer).toMatchObject({ assessments: [], deeds: [{ calls: [], isSettled: true }] });
});

it('says that it may have been the owner, whom nobody saw either', async () => {
  const seen = await run({ policy: VIOLATING });
  const unseen = await run({ findUndo: await killed() });

  expect([...seen.findings, ...unseen.findings].map(({ Description }) => Description)).toEqual([
    expect.stringMatching(/ It was undone$/),
    expect.stringMatching(/ It is gone, removed by perimeter or, in the same moment, by its owner: the answer that would tell was not seen$/),
  ]);
});

describe('what cannot be read when the event comes again', () => {
  const told = async (more: { readonly [name: string]: string }) => {
    const [finding = {}] = (await run({ policy: VIOLATING })).findings;
    return [{ ...finding, ProductFields: { ...Object(finding.ProductFields), ...more } }];
  };

  it.each([
    ['of this event', {}],
    ['of a later event', { 'perimeter/eventId': 'other', 'perimeter/eventTime': '2026-11-22T10:00:01Z' }],
  ])('leaves the finding %s, and its undo key', async (_, more) => {
    expect((await run({ isUnread: true, open: await told(more) })).findings).toEqual([]);
  });

  it.each([
    ['of an earlier event', { 'perimeter/eventId': 'other', 'perimeter/eventTime': '2026-11-22T09:59:59Z' }],
    ['of another event of the same second', { 'perimeter/eventId': 'other' }],
  ])('is told over the finding %s', async (_, more) => {
    const { findings } = await run({ isUnread: true, open: await told(more) });

    expect(findings).toMatchObject([{ Compliance: { Status: 'FAILED' }, Description: expect.stringContaining('could not be read') }]);
  });
});

it('is told once: not where the finding names this event and its undo record', async () => {
  const findUndo = await killed();
  const { findings: told } = await run({ findUndo });

  expect((await run({ findUndo, open: told })).findings).toEqual([]);
});

it('is told though the finding is of another event', async () => {
  const findUndo = await killed();
  const {
    findings: [finding = {}],
  } = await run({ findUndo });
  const other = { ...finding, ProductFields: { ...Object(finding.ProductFields), 'perimeter/eventId': 'another' } };

  expect((await run({ findUndo, open: [other] })).findings).toMatchObject([UNDONE]);
});

it.each<[string, Ports['findUndo']]>([
  ['there is no record: its owner corrected it', async () => []],
  ['the record is of another resource', async () => [{ key: KEY, entry: { resource: `${FUNCTION}2`, calls: [], violations: [] } }]],
  ['the record is of an older version', async () => [{ key: KEY, entry: { resource: FUNCTION, calls: [], restore: [] } }]],
])('nothing is told where %s', async (_, findUndo) => {
  expect((await run({ findUndo })).findings).toEqual([]);
});

it('nothing is looked for where something violates, or the guardrail observes', async () => {
  expect((await run({ policy: VIOLATING })).searches).toBe(0);
  expect((await run({}, 'observe')).searches).toBe(0);
});

it('a log that may not be read is told in the log of the function, and one that cannot be read now is tried again', async () => {
  const failing = (isTransient: boolean) => async () => {
    throw new AwsFailure('X', 'no', isTransient);
  };

  expect(await run({ findUndo: failing(false) })).toMatchObject({ warnings: ['the undo log cannot be searched'], findings: [] });
  expect((await run({ findUndo: failing(true) })).answer.failure).toBe('X: no');
});
