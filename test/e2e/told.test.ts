/** What is told when events come again, when looks overlap, when the mode changes, and when one of several calls fails. */
import { AddLayerVersionPermissionCommand, AddPermissionCommand, LambdaClient, RemovePermissionCommand } from '@aws-sdk/client-lambda';
import { CreateScheduleGroupCommand, GetScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { BatchUpdateFindingsCommand, GetFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { ConfirmSubscriptionCommand, CreateTopicCommand, ListSubscriptionsByTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import type { GuardrailConfiguration } from '../../lib/core/configuration';
import type { Value } from '../../lib/core/value';
import type { Mode } from '../../lib/core/verdict';
import type { Watch } from '../aws/faults';
import { makeFunction, publishLayer } from '../aws/fixtures';
import { called } from '../aws/records';
import { type Invocation, invoke } from './bundle';
import { emptyAccount, faultsBefore } from './emulated';
import { CALLER, configurationIn, eventOf, FOREIGN, findings, OWN, REGION } from './organization';

const emulator = emptyAccount();
const faults = faultsBefore(emulator);
let watch: Watch;
let lambda: LambdaClient;
let sns: SNSClient;
beforeEach(async () => {
  await new SchedulerClient(emulator.client(CALLER)).send(new CreateScheduleGroupCommand({ Name: 'perimeter' }));
  lambda = new LambdaClient(emulator.client(CALLER));
  sns = new SNSClient(emulator.client(CALLER));
  watch = await faults.watch(OWN);
});
afterEach(() => watch.end());

interface How extends Partial<Invocation> {
  readonly mode?: Mode;
  readonly response?: GuardrailConfiguration['response'];
}

function run(guardrail: string, event: Value, { mode = 'enforce', response = 'undo', ...more }: How = {}) {
  const { guardrails, ...others } = configurationIn(mode);
  const own = guardrails[guardrail];
  if (!own) throw new Error(guardrail);
  return invoke(
    {
      guardrail,
      configuration: { ...others, guardrails: { ...guardrails, [guardrail]: { ...own, response } } },
      surroundings: { scheduler: { roleArn: `arn:aws:iam::${OWN}:role/perimeter-look-again-${REGION}`, groupName: 'perimeter' } },
      environment: faults.environment(CALLER),
      ...more,
    },
    event,
  );
}

const SWEEP = { perimeter: 'sweep' };
const DENIED = { code: 'AccessDeniedException', status: 403, message: 'no' };

async function stored() {
  const { Findings = [] } = await new SecurityHubClient(emulator.client(CALLER)).send(new GetFindingsCommand({}));
  return Findings;
}

async function scheduled(): Promise<readonly Value[]> {
  const client = new SchedulerClient(emulator.client(CALLER));
  const { Schedules = [] } = await client.send(new ListSchedulesCommand({ GroupName: 'perimeter' }));
  const all = await Promise.all(Schedules.map(({ Name }) => client.send(new GetScheduleCommand({ GroupName: 'perimeter', Name }))));
  return all.map(({ Target }) => JSON.parse(Target?.Input ?? 'null'));
}

const ASKED = { FunctionName: 'orders', StatementId: 'open', Action: 'lambda:InvokeFunction', Principal: FOREIGN };
const grant = (eventTime: string) => called(lambda, new AddPermissionCommand(ASKED), { eventTime });

it('what was removed last stays told, when the event of an earlier removal comes again', async () => {
  await makeFunction(emulator, CALLER, 'orders');
  const first = await grant('2026-11-22T10:00:00Z');
  await run('lambda-permission', first);
  const [before] = await findings(emulator);
  const second = await grant(new Date(Date.now() + 3_600_000).toISOString());
  await run('lambda-permission', second);
  const [after] = await findings(emulator);

  await run('lambda-permission', first);

  expect(after?.undoKey).not.toBe(before?.undoKey);
  expect(await findings(emulator)).toEqual([after]);
});

async function setWorkflow(Status: 'NOTIFIED' | 'SUPPRESSED'): Promise<void> {
  const [{ Id, ProductArn } = {}] = await stored();
  const input = { FindingIdentifiers: [{ Id, ProductArn }], Workflow: { Status } };
  await new SecurityHubClient(emulator.client(CALLER)).send(new BatchUpdateFindingsCommand(input));
}

describe('a finding whose violation is mended, and made again', () => {
  const mendAndRemake = async (workflow: 'NOTIFIED' | 'SUPPRESSED') => {
    await makeFunction(emulator, CALLER, 'orders');
    await run('lambda-permission', await grant('2026-11-22T10:00:00Z'), { mode: 'observe' });
    await setWorkflow(workflow);
    const lines: string[] = [];
    const removal = await called(lambda, new RemovePermissionCommand({ FunctionName: 'orders', StatementId: 'open' }));
    for (const event of [removal, SWEEP]) await run('lambda-permission', event, { mode: 'observe', lines });
    const mended = await findings(emulator);
    await run('lambda-permission', await grant('2026-11-22T12:00:00Z'), { mode: 'observe', lines });
    expect(lines.filter((line) => line.includes('Security Hub did not'))).toEqual([]);
    return [...mended, ...(await findings(emulator))].map(({ status, workflow: now }) => [status, now]);
  };

  it('is closed, and new again, where somebody was notified', async () => {
    expect(await mendAndRemake('NOTIFIED')).toEqual([
      ['PASSED', 'RESOLVED'],
      ['FAILED', 'NEW'],
    ]);
  });

  it('stays as it is where somebody suppressed it', async () => {
    expect(await mendAndRemake('SUPPRESSED')).toEqual([
      ['FAILED', 'SUPPRESSED'],
      ['FAILED', 'SUPPRESSED'],
    ]);
  });
});

it('of several subscriptions that one hidden address may stand for, those that can be removed go though one cannot', async () => {
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
  const events: Value[] = [];
  for (const name of ['a', 'b', 'c'])
    events.push(await called(sns, new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: `${name}@evil.example` })));
  for (const { Token } of await emulator.sentBySns()) await sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
  await watch.trouble({ service: 'sns', operation: 'Unsubscribe', times: 1, error: { code: 'AuthorizationError', status: 403, message: 'no' } }, 0);

  await expect(run('sns-subscription', events[0] ?? null)).rejects.toThrow('sns:Unsubscribe: AuthorizationError');

  const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  expect(Subscriptions.map(({ Endpoint }) => Endpoint)).toEqual(['a@evil.example']);
  expect((await findings(emulator)).map(({ title, description }) => [title?.split(':')[0], /could not be undone/.test(description ?? '')])).toEqual([
    ['remediation failed', true],
    ['undone', false],
    ['undone', false],
  ]);
});

it('what was removed is told, though the next of the same policy cannot be read any more', async () => {
  await publishLayer(emulator, CALLER, 'common');
  const share = { LayerName: 'common', VersionNumber: 1, Action: 'lambda:GetLayerVersion', Principal: FOREIGN };
  for (const StatementId of ['a', 'b']) await lambda.send(new AddLayerVersionPermissionCommand({ ...share, StatementId }));
  await watch.trouble({ service: 'lambda', operation: 'GetLayerVersionPolicy', error: DENIED }, 1);

  await expect(run('lambda-layer-permission', SWEEP)).rejects.toThrow('AccessDeniedException');

  const told = (await stored()).map(({ ProductFields, Compliance }) => [
    ProductFields?.['perimeter/statement'],
    Compliance?.Status,
    typeof ProductFields?.['perimeter/undoKey'],
  ]);
  expect(told.sort()).toEqual([['a', 'PASSED', 'string']]);
});

it('how a stopped function is put back stays told while the guardrail only observes', async () => {
  await makeFunction(emulator, CALLER, 'orders');
  const created = eventOf(
    'lambda.amazonaws.com',
    'CreateFunction20150331',
    { functionName: 'orders' },
    {
      functionName: 'orders',
      functionArn: `arn:aws:lambda:${REGION}:${OWN}:function:orders`,
    },
  );
  await run('lambda-vpc', created, { response: 'quarantine' });
  const [before] = await findings(emulator);

  await run('lambda-vpc', SWEEP, { response: 'quarantine', mode: 'observe' });
  const [observed] = await findings(emulator);

  expect(observed).toEqual(before);
});

it('a look that could not be asked for is asked for when the event comes again', async () => {
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
  const event = await called(sns, new SubscribeCommand({ TopicArn, Protocol: 'https', Endpoint: 'https://evil.example/hook' }));
  for (const { Token } of await emulator.sentBySns()) await sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
  await watch.trouble({ service: 'scheduler', operation: 'CreateSchedule', error: DENIED }, 0);
  await expect(run('sns-subscription', event)).rejects.toThrow('AccessDeniedException');
  await expect(run('sns-subscription', event)).rejects.toThrow('AccessDeniedException');
  await watch.heal();

  await run('sns-subscription', event);
  await run('sns-subscription', event);

  const [next, ...others] = await scheduled();
  expect([next, others]).toEqual([expect.objectContaining({ perimeter: 'look-again', looks: 1 }), []]);
  // What a look finds gone is followed by the next look, and by no other.
  await run('sns-subscription', { ...Object(next), looks: 2 });
  expect((await scheduled()).map((each) => Reflect.get(Object(each), 'looks')).sort()).toEqual([1, 3]);
});

it('a subscription that was confirmed late and removed is looked at for the whole of its own window', async () => {
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
  const event = await called(sns, new SubscribeCommand({ TopicArn, Protocol: 'https', Endpoint: 'https://evil.example/hook' }));
  for (const { Token } of await emulator.sentBySns()) await sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
  const since = new Date(Date.now() - 47 * 3_600_000).toISOString();

  await run('sns-subscription', { perimeter: 'look-again', looks: 49, since, event });

  const [next] = await scheduled();
  expect(next).toMatchObject({ perimeter: 'look-again', looks: 1 });
  expect(Date.parse(String(Reflect.get(Object(next), 'since')))).toBeGreaterThan(Date.now() - 600_000);
});
