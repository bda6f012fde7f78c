/** What happens at the same time, again, or out of order; who silences findings; what the logs hold. */
import { AddPermissionCommand, GetPolicyCommand, LambdaClient, RemovePermissionCommand } from '@aws-sdk/client-lambda';
import { BatchUpdateFindingsCommand, GetFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { ConfirmSubscriptionCommand, CreateTopicCommand, ListSubscriptionsByTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { property, type Value } from '../../lib/core/value';
import { makeFunction } from '../aws/fixtures';
import { runs } from '../support/runs';
import { type Invocation, invoke } from './bundle';
import { emptyAccount } from './emulated';
import { CALLER, configurationIn, eventOf, FOREIGN, findings, MEMBER, OWN, REGION } from './organization';

const emulator = emptyAccount();
let lambda: LambdaClient;
beforeEach(async () => {
  lambda = new LambdaClient(emulator.client(CALLER));
});

const by = (guardrail: string, more: Partial<Invocation> = {}): Invocation => ({
  guardrail,
  configuration: configurationIn(),
  environment: emulator.environment(CALLER),
  ...more,
});

const ACTION = 'lambda:InvokeFunction';

async function grant(sid: string, principal: string): Promise<Value> {
  const { Statement = '' } = await lambda.send(
    new AddPermissionCommand({ FunctionName: 'orders', StatementId: sid, Action: ACTION, Principal: principal }),
  );
  const asked = { functionName: 'orders', statementId: sid, action: ACTION, principal };
  return eventOf('lambda.amazonaws.com', 'AddPermission20150331v2', asked, { statement: Statement });
}

async function sids(): Promise<readonly string[]> {
  const { Policy = '' } = await lambda.send(new GetPolicyCommand({ FunctionName: 'orders' }));
  return JSON.parse(Policy)
    .Statement.map(({ Sid }: { Sid: string }) => Sid)
    .sort();
}

describe('one function', () => {
  beforeEach(() => makeFunction(emulator, CALLER, 'orders'));

  it('is mended once by two remediators that run at the same time', async () => {
    await grant('innocent', MEMBER);
    const [one, other] = [await grant('a', FOREIGN), await grant('b', '*')];

    await Promise.all([invoke(by('lambda-permission'), one), invoke(by('lambda-permission'), other), invoke(by('lambda-permission'), one)]);

    expect(await sids()).toEqual(['innocent']);
    expect((await findings(emulator)).map(({ code, status }) => [code, status])).toEqual([
      ['public-principal', 'PASSED'],
      ['untrusted-account', 'PASSED'],
    ]);
  });

  it('keeps a grant that took over the Sid of one that was removed', async () => {
    await grant('other', MEMBER);
    const event = await grant('shared', '*');
    await lambda.send(new RemovePermissionCommand({ FunctionName: 'orders', StatementId: 'shared' }));
    await grant('shared', MEMBER);

    await invoke(by('lambda-permission'), event);

    expect(await sids()).toEqual(['other', 'shared']);
  });

  it('keeps a grant that its owner corrects under its Sid just before the call that would remove it', async () => {
    await grant('other', MEMBER);
    const event = await grant('shared', FOREIGN);
    const calls: number[] = [];
    const correct = async (call: number) => {
      calls.push(call);
      // Read, and both halves of the undo record: the next is the removal.
      if (call !== 5) return;
      await lambda.send(new RemovePermissionCommand({ FunctionName: 'orders', StatementId: 'shared' }));
      await grant('shared', MEMBER);
    };

    const { deeds } = await invoke(by('lambda-permission', { beforeCall: correct }), event);

    expect(deeds).toMatchObject([{ calls: [{ action: 'lambda:RemovePermission', outcome: 'refused' }], isSettled: true }]);
    expect([await sids(), await findings(emulator)]).toEqual([['other', 'shared'], []]);
    expect(calls.length).toBe(7);
  });

  it('keeps a statement whose Sid a failed call tried to take', async () => {
    await grant('partner', MEMBER);
    const asked = { functionName: 'orders', statementId: 'partner', action: ACTION, principal: '*' };
    const refused = eventOf('lambda.amazonaws.com', 'AddPermission20150331v2', asked, null, { errorCode: 'ResourceConflictException' });

    await invoke(by('lambda-permission'), refused);

    expect(await sids()).toEqual(['partner']);
    expect(await findings(emulator)).toEqual([]);
  });

  it('is mended though its finding was suppressed, which stays silent', async () => {
    await grant('innocent', MEMBER);
    const event = await grant('open', '*');
    await invoke(by('lambda-permission', { configuration: configurationIn('observe') }), event);
    const hub = new SecurityHubClient(emulator.client(CALLER));
    const { Findings: [finding] = [] } = await hub.send(new GetFindingsCommand({}));
    const FindingIdentifiers = [{ Id: finding?.Id ?? '', ProductArn: finding?.ProductArn ?? '' }];
    await hub.send(new BatchUpdateFindingsCommand({ FindingIdentifiers, Workflow: { Status: 'SUPPRESSED' } }));

    await invoke(by('lambda-permission'), event);

    expect(await sids()).toEqual(['innocent']);
    expect(await findings(emulator)).toMatchObject([{ workflow: 'SUPPRESSED', status: 'FAILED' }]);
  });

  it('is told to be in order when an exemption covers it', async () => {
    const event = await grant('partner', FOREIGN);
    const exemption = {
      guardrails: ['lambda-permission'],
      resources: [`arn:aws:lambda:${REGION}:${OWN}:function:orders`],
      reason: 'pilot',
      expires: '2999-12-31',
    };

    await invoke(by('lambda-permission', { configuration: configurationIn('enforce', { exemptions: [exemption] }) }), event);

    expect(await sids()).toEqual(['partner']);
    expect(await findings(emulator)).toEqual([]);
  });
});

it('one topic, many events: the strangers are gone, our own stay, and each stranger has one finding', async () => {
  const sns = new SNSClient(emulator.client(CALLER));
  const TopicArn = `arn:aws:sns:${REGION}:${OWN}:alerts`;
  await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
  const endpointOf = (account: string, index: number) => `arn:aws:lambda:${REGION}:${account}:function:f${index}`;
  const accounts = Array.from({ length: 20 }, (_, index) => (index % 2 ? FOREIGN : MEMBER));
  const events = await Promise.all(
    accounts.map(async (account, index) => {
      const endpoint = endpointOf(account, index);
      const { SubscriptionArn = '' } = await sns.send(
        new SubscribeCommand({ TopicArn, Protocol: 'lambda', Endpoint: endpoint, ReturnSubscriptionArn: true }),
      );
      return eventOf('sns.amazonaws.com', 'Subscribe', { topicArn: TopicArn, protocol: 'lambda', endpoint }, { subscriptionArn: SubscriptionArn });
    }),
  );
  // What is in another account has to be confirmed.
  for (const { Token } of await emulator.sentBySns()) await sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
  const many = Array.from({ length: runs >= 100_000 ? 1000 : 60 }, (_, index) => events[index % events.length] ?? null);
  const batch = { Records: many.map((event, index) => ({ messageId: `m${index}`, body: JSON.stringify(event) })) };
  const confirmed = async () => {
    const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    return Subscriptions.flatMap(({ SubscriptionArn = '', Endpoint = '' }) => (SubscriptionArn.startsWith('arn:') ? [Endpoint] : [])).sort();
  };
  const endpoints = accounts.map(endpointOf);
  expect(await confirmed()).toEqual([...endpoints].sort());

  const answer = await invoke(by('sns-subscription'), batch);

  expect(answer).toEqual({ batchItemFailures: [] });
  expect(await confirmed()).toEqual(endpoints.filter((endpoint) => endpoint.includes(MEMBER)).sort());
  const told = await findings(emulator);
  expect(told.map(({ title, code, status }) => [title?.split(' ')[0], code, status])).toEqual(
    Array.from({ length: 10 }, () => ['undone:', 'untrusted-account', 'FAILED']),
  );
  expect(new Set(told.map(({ undoKey }) => undoKey)).size).toBe(10);
});

it('undoes while Security Hub is off, and says so in the log', async () => {
  await emulator.reset();
  const { CloudWatchLogsClient, CreateLogGroupCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  await new CloudWatchLogsClient(emulator.client(CALLER)).send(new CreateLogGroupCommand({ logGroupName: 'perimeter-undo' }));
  await makeFunction(emulator, CALLER, 'orders');
  await grant('innocent', MEMBER);
  const lines: string[] = [];

  const answer = await invoke(by('lambda-permission', { lines }), await grant('open', '*'));

  expect(await sids()).toEqual(['innocent']);
  expect(property(asRecord(answer.findings), 'stored')).toBe(false);
  expect(lines.some((line) => /"level":"(WARN|ERROR)"/.test(line))).toBe(true);
});

const asRecord = (value: Value | undefined): Value | undefined => (Array.isArray(value) ? value[0] : undefined);
