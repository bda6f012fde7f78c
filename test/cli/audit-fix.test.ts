/** `audit --fix` makes the calls that were shown, whatever the account has become while somebody looked at them. */

import { fix } from '../../lib/cli/audit/fix';
import { UndoFile } from '../../lib/cli/audit/undo-file';
import type { Value } from '../../lib/core/value';
import layers from '../../lib/guardrails/lambda-layer-permission';
import { act } from '../../lib/handlers/act';
import { AwsFailure, type Ports } from '../../lib/handlers/ports';
import type { Task } from '../../lib/handlers/remediator';
import { configurationIn, FOREIGN, MEMBER, OWN, REGION } from '../e2e/organization';
import { NOW, workspace } from './support/workspace';

const VERSION = `arn:aws:lambda:${REGION}:${OWN}:layer:common:1`;
const place = { partition: 'aws', region: REGION, account: OWN };
const occasion = { eventId: 'audit', place };
const facts = layers.fromResource({ type: layers.resources[0] ?? '', logicalId: 'Share', properties: { LayerVersionArn: VERSION }, place });
const whole = facts.map(({ statement: _, ...fact }) => ({
  kind: 'unreadable' as const,
  resource: fact.resource,
  owner: fact.owner,
  layer: fact.layer,
}));
const share = (Sid: string, account: string): Value => ({
  Sid,
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${account}:root` },
  Action: 'lambda:GetLayerVersion',
  Resource: VERSION,
});

/** Shown while the first policy is there, agreed on when the second is; each removal takes its statement away. */
async function fixed(shown: readonly Value[], later: readonly Value[] | undefined) {
  let policy: readonly Value[] | undefined = shown;
  const removed: Value[] = [];
  const ports = {
    now: () => NOW,
    read: async () => {
      if (!policy) throw new AwsFailure('AccessDeniedException', 'no', false);
      return { kind: 'found', output: { Policy: JSON.stringify({ Statement: policy }), RevisionId: `r${policy.length}-${removed.length}` } };
    },
    execute: async (call) => {
      const { StatementId } = call.input;
      removed.push(StatementId ?? '');
      policy = policy?.filter((each) => Reflect.get(Object(each), 'Sid') !== StatementId);
      return { ...call, outcome: 'done' };
    },
    recordUndo: async () => 'key',
  } satisfies Partial<Ports> as unknown as Ports;
  const task: Task = { guardrail: layers, configuration: configurationIn(), ports, dryRun: true };
  const source = { eventId: 'audit', eventName: 'Audit', eventTime: '', accountId: OWN, region: REGION, principal: '' };
  const deed = await act(task, whole, occasion);
  policy = later;
  const { folder, remove } = workspace({});
  const io = { cwd: folder, now: () => NOW } as unknown as ConstructorParameters<typeof UndoFile>[0];
  const { undone, changed, unread } = await fix([{ task, occasion, source, deed }], new UndoFile(io));
  remove();
  return { removed, undone, changed, unread };
}

const A = share('a', FOREIGN);

it.each<[string, readonly Value[] | undefined, Partial<Awaited<ReturnType<typeof fixed>>>]>([
  ['the same', [A], { removed: ['a'], undone: 1, changed: [] }],
  ['the same, beside a new one that is in order', [share('ours', MEMBER), A], { removed: ['a'], undone: 1, changed: [] }],
  ['corrected', [share('a', MEMBER)], { removed: [], undone: 0, changed: [] }],
  ['gone', [], { removed: [], undone: 0, changed: [] }],
  ['another one that violates, too', [A, share('b', FOREIGN)], { removed: [], undone: 0, changed: [VERSION] }],
  ['another one that violates, instead', [share('b', '888888888888')], { removed: [], undone: 0, changed: [VERSION] }],
  ['unreadable', undefined, { removed: [], undone: 0, changed: [], unread: [`${VERSION}: AccessDeniedException: no`] }],
])('what was shown is %s by now', async (_, later, expected) => {
  expect(await fixed([A], later)).toMatchObject(expected);
});

it('of two that were shown, the one that is left goes', async () => {
  expect(await fixed([A, share('b', FOREIGN)], [share('b', FOREIGN)])).toMatchObject({ removed: ['b'], undone: 1, changed: [] });
});
