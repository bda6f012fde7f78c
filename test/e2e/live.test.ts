/** The cases of the list that only an account can show: what is removed, and what stays, where names are reused, shared or gone. */
import {
  AddLayerVersionPermissionCommand,
  AddPermissionCommand,
  type AddPermissionCommandInput,
  CreateAliasCommand,
  CreateFunctionUrlConfigCommand,
  GetFunctionUrlConfigCommand,
  GetLayerVersionPolicyCommand,
  GetPolicyCommand,
  LambdaClient,
  PublishVersionCommand,
  PutResourcePolicyCommand,
} from '@aws-sdk/client-lambda';
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  DeleteTopicCommand,
  SNSClient,
  SubscribeCommand,
  type Subscription,
  paginateListSubscriptionsByTopic as subscriptionPages,
} from '@aws-sdk/client-sns';
import { isList, property, type Value } from '../../lib/core/value';
import { makeFunction, publishLayer } from '../aws/fixtures';
import { called } from '../aws/records';
import { invoke } from './bundle';
import { emptyAccount } from './emulated';
import { CALLER, configurationIn, FOREIGN, findings, MEMBER, OWN, REGION } from './organization';

const emulator = emptyAccount();
let lambda: LambdaClient;
let sns: SNSClient;
beforeEach(async () => {
  lambda = new LambdaClient(emulator.client(CALLER));
  sns = new SNSClient(emulator.client(CALLER));
});

/** The calls that were done. */
async function remediate(guardrail: string, event: Value): Promise<readonly string[]> {
  const { deeds } = await invoke({ guardrail, configuration: configurationIn(), environment: emulator.environment(CALLER) }, event);
  const calls = isList(deeds) ? deeds.map((deed) => property(deed, 'calls')).flatMap((list) => (isList(list) ? list : [])) : [];
  return calls.map((call) => `${property(call, 'action')} ${property(call, 'outcome')}`);
}

/** The statements of a policy; none where there is none. */
async function sids(policy: Promise<{ readonly Policy?: string }>): Promise<readonly string[]> {
  try {
    const { Policy = '' } = await policy;
    return JSON.parse(Policy).Statement.map(({ Sid }: { readonly Sid?: string }) => Sid ?? '-');
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return [];
    throw error;
  }
}

describe('a function', () => {
  const ARN = `arn:aws:lambda:${REGION}:${OWN}:function:orders`;
  const grant = (StatementId: string, Principal: string, more: Partial<AddPermissionCommandInput> = {}): Promise<Value> =>
    called(lambda, new AddPermissionCommand({ FunctionName: 'orders', StatementId, Action: 'lambda:InvokeFunction', Principal, ...more }));
  const policyOf = (Qualifier?: string) => sids(lambda.send(new GetPolicyCommand({ FunctionName: 'orders', ...(Qualifier && { Qualifier }) })));
  beforeEach(async () => {
    await makeFunction(emulator, CALLER, 'orders');
    await lambda.send(new PublishVersionCommand({ FunctionName: 'orders' }));
    await lambda.send(new CreateAliasCommand({ FunctionName: 'orders', Name: 'live', FunctionVersion: '1' }));
  });

  it.each([['live'], ['1']])('P9: of two grants under one Sid, that on %s alone goes', async (Qualifier) => {
    await grant('same', MEMBER);

    expect(await remediate('lambda-permission', await grant('same', FOREIGN, { Qualifier }))).toEqual(['lambda:RemovePermission done']);

    expect([await policyOf(), await policyOf(Qualifier)]).toEqual([['same'], []]);
  });

  it.each([`${OWN}:function:orders:live`, `${ARN}:live`])('P9: named %s in the record', async (functionName) => {
    const event = await grant('out', FOREIGN, { Qualifier: 'live' });
    const detail = property(event, 'detail');
    const asked = { functionName, statementId: 'out', action: 'lambda:InvokeFunction', principal: FOREIGN };

    await remediate('lambda-permission', { ...Object(event), detail: { ...Object(detail), requestParameters: asked } });

    expect(await policyOf('live')).toEqual([]);
  });

  it('P10: of two grants to one service, the one without a source goes', async () => {
    await grant('scoped', 's3.amazonaws.com', { SourceAccount: OWN });

    await remediate('lambda-permission', await grant('open', 's3.amazonaws.com'));

    expect(await policyOf()).toEqual(['scoped']);
  });

  it('Y3: a failed call that reuses a Sid leaves the statement that has it', async () => {
    await grant('same', MEMBER);

    expect(await remediate('lambda-permission', await grant('same', FOREIGN))).toEqual([]);

    expect(await policyOf()).toEqual(['same']);
  });

  it('P8: a document whose statements have no Sid keeps the right one', async () => {
    const statement = (AWS: string) => ({ Effect: 'Allow', Principal: { AWS }, Action: 'lambda:InvokeFunction', Resource: ARN });
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement(FOREIGN), statement(MEMBER), statement('*')] });

    const event = await called(lambda, new PutResourcePolicyCommand({ ResourceArn: ARN, Policy }));

    expect(await remediate('lambda-permission', event)).toEqual(['lambda:PutResourcePolicy done']);
    expect([await policyOf(), (await findings(emulator)).length]).toEqual([['-'], 2]);
  });

  it('T3: the record of a namesake in another account, made by hand, removes nothing here', async () => {
    const event = await grant('ours', OWN);
    const namesake = { functionName: ARN.replace(OWN, FOREIGN), statementId: 'ours', action: 'lambda:InvokeFunction', principal: OWN };
    const detail = { ...Object(property(event, 'detail')), recipientAccountId: FOREIGN, requestParameters: namesake, responseElements: null };
    const { trust, ...others } = configurationIn();
    const configuration = { ...others, trust: { ...trust, accountIds: new Set([MEMBER]) } };
    const run = { guardrail: 'lambda-permission', configuration, environment: emulator.environment(CALLER) };

    await expect(invoke(run, { ...Object(event), account: FOREIGN, detail })).rejects.toThrow('read: failed');

    expect([await policyOf(), await findings(emulator)]).toEqual([['ours'], []]);
  });

  it('P7: the URL of an alias', async () => {
    const url = { FunctionName: 'orders', Qualifier: 'live' };

    await remediate('lambda-permission', await called(lambda, new CreateFunctionUrlConfigCommand({ ...url, AuthType: 'NONE' })));

    expect((await lambda.send(new GetFunctionUrlConfigCommand(url))).AuthType).toBe('AWS_IAM');
  });
});

it('Y4: a grant on one version of a layer goes, the same on another has an event of its own', async () => {
  for (const _ of [1, 2]) await publishLayer(emulator, CALLER, 'common');
  const share = (VersionNumber: number) => ({
    LayerName: 'common',
    VersionNumber,
    StatementId: 'all',
    Action: 'lambda:GetLayerVersion',
    Principal: '*',
  });
  const event = await called(lambda, new AddLayerVersionPermissionCommand(share(1)));
  await called(lambda, new AddLayerVersionPermissionCommand(share(2)));

  await remediate('lambda-layer-permission', event);

  const policies = [1, 2].map((VersionNumber) => sids(lambda.send(new GetLayerVersionPolicyCommand({ LayerName: 'common', VersionNumber }))));
  expect(await Promise.all(policies)).toEqual([[], ['all']]);
});

describe('a topic', () => {
  let TopicArn = '';
  beforeEach(async () => {
    TopicArn = (await sns.send(new CreateTopicCommand({ Name: 'alerts' }))).TopicArn ?? '';
  });
  const subscribe = (Protocol: string, Endpoint: string): Promise<Value> => called(sns, new SubscribeCommand({ TopicArn, Protocol, Endpoint }));
  const confirmAll = async () => {
    for (const { Token } of await emulator.sentBySns()) await sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
  };
  async function endpoints(): Promise<readonly (string | undefined)[]> {
    const all: Subscription[] = [];
    for await (const { Subscriptions = [] } of subscriptionPages({ client: sns }, { TopicArn })) all.push(...Subscriptions);
    return all.map(({ Endpoint }) => Endpoint);
  }

  it('S9: of two e-mail addresses that the record hides, the untrusted one goes', async () => {
    await subscribe('email', 'a@example.com');
    const event = await subscribe('email', 'b@evil.example');
    await confirmAll();

    expect(await remediate('sns-subscription', event)).toEqual(['sns:Unsubscribe done']);

    expect(await endpoints()).toEqual(['a@example.com']);
  });

  it('S12: one of three pages', async () => {
    for (let index = 0; index < 201; index += 1) await subscribe('lambda', `arn:aws:lambda:${REGION}:${OWN}:function:f${index}`);
    const event = await subscribe('sqs', `arn:aws:sqs:${REGION}:${FOREIGN}:q`);
    await confirmAll();

    await remediate('sns-subscription', event);

    expect((await endpoints()).length).toBe(201);
  });

  it('T5: gone before anybody looked, nothing is done and nothing told', async () => {
    const event = await subscribe('https', 'https://evil.example/hook');
    await sns.send(new DeleteTopicCommand({ TopicArn }));

    expect([await remediate('sns-subscription', event), await findings(emulator)]).toEqual([[], []]);
  });
});
