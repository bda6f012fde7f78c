/** The sweep of the deployed bundles: what no event told is found, undone, told and closed, as if it had been one. */
import {
  AddLayerVersionPermissionCommand,
  DeleteFunctionCommand,
  GetLayerVersionPolicyCommand,
  LambdaClient,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda';
import { CreateScheduleGroupCommand, GetScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { BatchUpdateFindingsCommand, GetFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { ConfirmSubscriptionCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Mode } from '../../lib/core/verdict';
import { makeFunction, publishLayer } from '../aws/fixtures';
import { invoke } from './bundle';
import { emptyAccount, faultsBefore } from './emulated';
import { CALLER, configurationIn, eventOf, FOREIGN, findings, OWN, REGION, stageOf } from './organization';
import { removals, type Scenario, scenarios, selected } from './scenarios';

const emulator = emptyAccount();
const faults = faultsBefore(emulator);
beforeEach(async () => {
  await new SchedulerClient(emulator.client(CALLER)).send(new CreateScheduleGroupCommand({ Name: 'perimeter' }));
});

interface How {
  readonly mode?: Mode;
  readonly event?: Parameters<typeof invoke>[1];
  readonly remaining?: () => number;
  readonly environment?: { readonly [name: string]: string };
}

const SWEEP = { perimeter: 'sweep' };
const sweep = (guardrail: string, { mode = 'enforce', event = SWEEP, remaining, environment = emulator.environment(CALLER) }: How = {}) =>
  invoke(
    {
      guardrail,
      configuration: configurationIn(mode),
      surroundings: { scheduler: { roleArn: `arn:aws:iam::${OWN}:role/perimeter-look-again-${REGION}`, groupName: 'perimeter' } },
      environment,
      ...(remaining && { remaining }),
    },
    event,
  );

/** What was scheduled for later, the soonest first. */
async function scheduled(): Promise<readonly { readonly at: string; readonly input: Parameters<typeof invoke>[1] }[]> {
  const client = new SchedulerClient(emulator.client(CALLER));
  const { Schedules = [] } = await client.send(new ListSchedulesCommand({ GroupName: 'perimeter' }));
  const all = await Promise.all(Schedules.map(({ Name }) => client.send(new GetScheduleCommand({ GroupName: 'perimeter', Name }))));
  return all
    .map(({ ScheduleExpression = '', Target }) => ({ at: ScheduleExpression, input: JSON.parse(Target?.Input ?? 'null') }))
    .sort((one, other) => one.at.localeCompare(other.at));
}

const lambda = () => new LambdaClient(emulator.client(CALLER));

describe.each(selected(removals))('$guardrail: $name', ({ guardrail, make, state, mayComeBack }) => {
  const SETTLED = mayComeBack ? { status: 'FAILED', workflow: 'NEW' } : { status: 'PASSED', workflow: 'RESOLVED' };

  it('is undone although no event told it, once, with one finding', async () => {
    await make(stageOf(emulator));

    await sweep(guardrail);
    const after = await findings(emulator);
    await sweep(guardrail);

    expect(await state(stageOf(emulator))).toEqual(['innocent']);
    expect(after).toMatchObject([{ ...SETTLED, title: expect.stringMatching(/^undone: /) }]);
    expect(await findings(emulator)).toEqual(after);
  });

  it('is one finding with its event, while the guardrail observes', async () => {
    const event = await make(stageOf(emulator));

    await sweep(guardrail, { mode: 'observe' });
    await sweep(guardrail, { mode: 'observe', event });

    expect(await state(stageOf(emulator))).toEqual(['innocent', 'violating']);
    expect(await findings(emulator)).toMatchObject(
      mayComeBack ? [{ status: 'FAILED' }, { status: 'FAILED' }] : [{ status: 'FAILED', workflow: 'NEW' }],
    );
  });
});

const byName = (name: string): Scenario => {
  const found = scenarios.find((each) => each.name === name);
  if (!found) throw new Error(name);
  return found;
};
const oneStatement = byName('a statement for a foreign account');

it('goes on where it stopped, until every version of every layer was looked at (Y5)', async () => {
  for (let version = 1; version <= 12; version += 1) {
    await publishLayer(emulator, CALLER, 'common');
    const share = { LayerName: 'common', VersionNumber: version, Action: 'lambda:GetLayerVersion' };
    for (const StatementId of ['a', 'b']) await lambda().send(new AddLayerVersionPermissionCommand({ ...share, StatementId, Principal: FOREIGN }));
    await lambda().send(new AddLayerVersionPermissionCommand({ ...share, StatementId: 'ours', Principal: OWN }));
  }
  // Time for three versions, and then none.
  const short = () => {
    let asked = 0;
    return () => {
      asked += 1;
      return asked > 60 ? 20_000 : 60_000;
    };
  };

  let event: How['event'] = SWEEP;
  let runs = 0;
  const seen = new Set<string>();
  for (; event !== undefined && runs < 20; runs += 1) {
    await sweep('lambda-layer-permission', { event, remaining: short() });
    const [next] = (await scheduled()).filter(({ input }) => !seen.has(JSON.stringify(input)));
    if (next) seen.add(JSON.stringify(next.input));
    event = next?.input;
  }

  const policies = Array.from({ length: 12 }, (_, index) =>
    lambda().send(new GetLayerVersionPolicyCommand({ LayerName: 'common', VersionNumber: index + 1 })),
  );
  const left = (await Promise.all(policies)).map(({ Policy = '' }) => JSON.parse(Policy).Statement.map(({ Sid }: { readonly Sid: string }) => Sid));
  expect(left).toEqual(Array.from({ length: 12 }, () => ['ours']));
  expect(runs).toBeGreaterThan(1);
  expect(runs).toBeLessThan(20);
  expect(await findings(emulator)).toHaveLength(24);
});

it('closes what was mended, and what is gone, when no event tells it (V8)', async () => {
  await oneStatement.make(stageOf(emulator));
  await makeFunction(emulator, CALLER, 'other');
  await sweep('lambda-permission', { mode: 'observe' });
  await sweep('lambda-vpc', { mode: 'observe' });
  const open = await findings(emulator);

  await lambda().send(new RemovePermissionCommand({ FunctionName: 'orders', StatementId: 'violating' }));
  await lambda().send(new DeleteFunctionCommand({ FunctionName: 'other' }));
  await sweep('lambda-permission', { mode: 'observe' });
  await sweep('lambda-vpc', { mode: 'observe' });

  const rows = (all: typeof open) => all.map(({ title, status, record }) => [title, status, record]);
  expect(rows(open)).toEqual([
    ['no-vpc on function:orders', 'FAILED', 'ACTIVE'],
    ['no-vpc on function:other', 'FAILED', 'ACTIVE'],
    ['untrusted-account on function:orders', 'FAILED', 'ACTIVE'],
  ]);
  expect(rows(await findings(emulator))).toEqual([
    [expect.stringContaining('no-vpc on function:orders'), 'FAILED', 'ACTIVE'],
    [expect.stringContaining('no-vpc on function:other'), 'PASSED', 'ARCHIVED'],
    [expect.stringContaining('untrusted-account on function:orders'), 'PASSED', 'ACTIVE'],
  ]);
});

it('leaves alone what it was not let see: nothing is closed, and the run fails', async () => {
  await oneStatement.make(stageOf(emulator));
  await sweep('lambda-permission', { mode: 'observe' });
  const open = await findings(emulator);
  const error = { code: 'AccessDeniedException', status: 403, message: 'not authorized' };
  const environment = faults.environment(CALLER);

  await faults.set([{ service: 'lambda', operation: 'ListFunctions', error }]);
  await expect(sweep('lambda-permission', { environment })).rejects.toThrow('lambda:ListFunctions: AccessDeniedException');
  await faults.set([{ service: 'lambda', operation: 'GetPolicy', error }]);
  await expect(sweep('lambda-permission', { environment })).rejects.toThrow('AccessDeniedException');
  await faults.clear();

  expect(await findings(emulator)).toEqual(open);
  expect(await oneStatement.state(stageOf(emulator))).toEqual(['innocent', 'violating']);
});

it('never closes what was counted: a pull has happened, whatever the repository is like now', async () => {
  await byName('a repository for a foreign account').make(stageOf(emulator));
  const arn = `arn:aws:ecr:${REGION}:${OWN}:repository/orders`;
  const pull = eventOf('ecr.amazonaws.com', 'BatchGetImage', { repositoryName: 'orders' }, null, { resources: [{ ARN: arn, accountId: OWN }] });
  await sweep('ecr-layer-access', { event: pull });
  const [before] = await findings(emulator);

  await sweep('ecr-layer-access');
  await sweep('ecr-layer-access');

  expect(before).toMatchObject({ status: 'FAILED', record: 'ACTIVE' });
  expect((await findings(emulator)).filter(({ title }) => title === before?.title)).toEqual([before]);
});

it('undoes what is suppressed, and stays silent about it', async () => {
  await oneStatement.make(stageOf(emulator));
  await sweep('lambda-permission', { mode: 'observe' });
  const hub = new SecurityHubClient(emulator.client(CALLER));
  const [{ Id, ProductArn } = {}] = (await hub.send(new GetFindingsCommand({}))).Findings ?? [];
  await hub.send(new BatchUpdateFindingsCommand({ FindingIdentifiers: [{ Id, ProductArn }], Workflow: { Status: 'SUPPRESSED' } }));
  const before = await findings(emulator);

  await sweep('lambda-permission');

  expect([await oneStatement.state(stageOf(emulator)), await findings(emulator)]).toEqual([['innocent'], before]);
});

it('looks again at the topic of what it removed, and removes what came back without an event', async () => {
  const { make, state } = byName('a host of a stranger, confirmed unseen');
  await make(stageOf(emulator));
  await sweep('sns-subscription');
  const [first] = await scheduled();
  const sns = new SNSClient(emulator.client(CALLER));
  const goodbye = (await emulator.sentBySns()).find(({ Type, Endpoint }) => Type === 'UnsubscribeConfirmation' && Endpoint.includes('evil'));
  await sns.send(new ConfirmSubscriptionCommand({ TopicArn: goodbye?.TopicArn, Token: goodbye?.Token }));
  const back = await state(stageOf(emulator));

  await sweep('sns-subscription', { event: first?.input });
  const looks = await scheduled();

  expect(first?.input).toMatchObject({ perimeter: 'look-again', looks: 1, event: { perimeter: 'sweep', within: [[0, goodbye?.TopicArn]] } });
  expect([back, await state(stageOf(emulator))]).toEqual([['innocent', 'violating'], ['innocent']]);
  expect(looks.map(({ input }) => Reflect.get(Object(input), 'looks'))).toEqual(expect.arrayContaining([1, 2]));
});
