/** Which messages of a queue are deleted, and which are left to come again. */
import type { Value } from '../../lib/core/value';
import ecr from '../../lib/guardrails/ecr-layer-access';
import { drain, isDrain, type Message } from '../../lib/handlers/drain';
import { AwsFailure, type Ports } from '../../lib/handlers/ports';
import { createRemediator } from '../../lib/handlers/remediator';
import { configurationIn, eventOf, OWN, REGION } from '../e2e/organization';

const ARN = `arn:aws:ecr:${REGION}:${OWN}:repository/orders`;
const pullBy = (role: string): Value =>
  eventOf('ecr.amazonaws.com', 'BatchGetImage', { repositoryName: 'orders' }, null, {
    resources: [{ ARN, accountId: OWN }],
    sourceIPAddress: '203.0.113.9',
    userIdentity: {
      type: 'AssumedRole',
      arn: `arn:aws:sts::${OWN}:assumed-role/${role}/s`,
      accountId: OWN,
      sessionContext: { sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${OWN}:role/${role}`, accountId: OWN } },
    },
  });

interface World {
  readonly events: readonly (Value | string)[];
  readonly about?: Ports['findings']['about'];
  readonly remaining?: () => number;
}

/** Answers what was deleted, and what was said. */
async function drained({ events, about = async () => [], remaining = () => 60_000 }: World) {
  const messages: readonly Message[] = events.map((event, index) => ({
    messageId: `m${index}`,
    receiptHandle: `r${index}`,
    body: typeof event === 'string' ? event : JSON.stringify(event),
  }));
  const deleted: string[] = [];
  const lines: unknown[] = [];
  const findings: Value[] = [];
  const metrics: string[] = [];
  const ports: Ports = {
    now: () => new Date('2026-11-22T10:00:00Z'),
    remaining,
    read: async () => ({ kind: 'absent' }),
    execute: async (call) => ({ ...call, outcome: 'done' }),
    findings: { import: async (finding) => findings.push(finding) > 0, about, resolve: async () => true },
    recordUndo: async () => 'key',
    findUndo: async () => [],
    here: undefined,
    pace: async () => undefined,
    directory: undefined,
    lookAgain: async () => undefined,
    queue: { receive: async () => messages, delete: async (some) => void deleted.push(...some.map(({ messageId }) => messageId)) },
    log: (level, message, fields) => void lines.push([level, message, fields]),
    count: (metric) => void metrics.push(metric),
  };
  await drain(createRemediator(ecr, configurationIn(), ports), ports);
  return { deleted, last: lines.at(-1), findings, metrics };
}

it('handles what is compliant, and what violates as one finding', async () => {
  const { deleted, last, findings } = await drained({ events: [pullBy('ci-build'), pullBy('dev'), pullBy('dev'), pullBy('dev')] });

  expect(deleted).toEqual(['m0', 'm1', 'm2', 'm3']);
  expect(findings).toMatchObject([{ ProductFields: { 'perimeter/code': 'untrusted-identity', 'perimeter/count': '3 (a lower bound)' } }]);
  expect(last).toEqual(['debug', 'queue drained', { received: 4, handled: 4, left: 0 }]);
});

it('leaves what is not understood to the dead letters, and counts it', async () => {
  const { deleted, last, metrics } = await drained({ events: ['{"detail', pullBy('ci-build'), '[]', '{"detail-type":"x","detail":{}}'] });

  expect(deleted).toEqual(['m1']);
  expect(last).toEqual(['warn', 'queue drained', { received: 4, handled: 1, left: 3 }]);
  expect(metrics).toEqual(['failed', 'failed', 'failed']);
});

it('leaves what failed, and goes on with the others', async () => {
  const about: Ports['findings']['about'] = async () => {
    throw new TypeError('a fault of ours');
  };

  const { deleted } = await drained({ events: [pullBy('dev'), pullBy('ci-build')], about });

  expect(deleted).toEqual(['m1']);
});

it('writes a finding though the known ones cannot be listed', async () => {
  const about: Ports['findings']['about'] = async () => {
    throw new AwsFailure('TooManyRequestsException', 'slow down', true);
  };

  const { deleted, findings } = await drained({ events: [pullBy('dev')], about });

  expect([deleted, findings.length]).toEqual([['m0'], 1]);
});

it('leaves what there is no time for', async () => {
  let left = 9_000;
  const about: Ports['findings']['about'] = async () => {
    left = 7_000;
    return [];
  };

  const { deleted } = await drained({ events: [pullBy('dev'), pullBy('ops')], about, remaining: () => left });

  expect(deleted).toEqual(['m0']);
});

it('says what is missing where no queue is configured', async () => {
  const remediator = { run: async () => ({ assessments: [], deeds: [], findings: [], failedMessages: [] }) };

  await expect(drain(remediator, { queue: undefined, log: () => undefined })).rejects.toThrow('queueUrl is missing');
});

it.each<[Value, boolean]>([
  [{ perimeter: 'drain' }, true],
  [{ perimeter: 'look-again' }, false],
  [{ Records: [] }, false],
  [null, false],
  ['drain', false],
])('%j: asks for draining: %s', (event, expected) => {
  expect(isDrain(event)).toBe(expected);
});
