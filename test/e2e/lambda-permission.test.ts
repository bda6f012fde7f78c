import {
  AddPermissionCommand,
  CreateAliasCommand,
  DeleteAliasCommand,
  GetPolicyCommand,
  LambdaClient,
  PublishVersionCommand,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda';
import { BatchImportFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { failureOf, makeFunction } from '../aws/fixtures';
import { type Invocation, invoke } from './bundle';
import { emptyAccount } from './emulated';
import { CALLER, configurationIn, eventOf, FOREIGN, findings, MEMBER } from './organization';

const emulator = emptyAccount();
let lambda: LambdaClient;
beforeEach(async () => {
  lambda = new LambdaClient(emulator.client(CALLER));
  await makeFunction(emulator, CALLER, 'orders');
});

const by = (more: Partial<Invocation> = {}): Invocation => ({
  guardrail: 'lambda-permission',
  configuration: configurationIn(),
  environment: emulator.environment(CALLER),
  ...more,
});

/** Makes the call, and the event that it leaves. */
async function grant(sid: string, principal: string, more: { readonly PrincipalOrgID?: string; readonly Qualifier?: string } = {}) {
  const input = { FunctionName: 'orders', StatementId: sid, Action: 'lambda:InvokeFunction', Principal: principal, ...more };
  const { Statement = '' } = await lambda.send(new AddPermissionCommand(input));
  return eventOf(
    'lambda.amazonaws.com',
    'AddPermission20150331v2',
    { functionName: 'orders', statementId: sid, action: input.Action, principal, ...(more.Qualifier !== undefined && { qualifier: more.Qualifier }) },
    { statement: Statement },
  );
}

async function sids(): Promise<readonly string[]> {
  try {
    const { Policy = '' } = await lambda.send(new GetPolicyCommand({ FunctionName: 'orders' }));
    return JSON.parse(Policy).Statement.map(({ Sid }: { Sid: string }) => Sid);
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return [];
    throw error;
  }
}

const UNDONE = {
  code: 'public-principal',
  status: 'PASSED',
  workflow: 'RESOLVED',
  record: 'ACTIVE',
  title: 'undone: public-principal on function:orders',
};

it('removes exactly the violating statement, and resolves its finding', async () => {
  await grant('partner', MEMBER);
  const event = await grant('open', '*');

  const answer = await invoke(by(), event);

  expect(answer.deeds).toMatchObject([{ calls: [{ action: 'lambda:RemovePermission', outcome: 'done' }] }]);
  expect(await sids()).toEqual(['partner']);
  expect(await findings(emulator)).toMatchObject([UNDONE]);
});

it('ends in the same state however often, and however late, the event arrives', async () => {
  const event = await grant('open', '*');

  await invoke(by(), event);
  await invoke(by(), event);
  const again = await invoke(by(), event);

  expect(again.deeds).toMatchObject([{ calls: [], isGone: true }]);
  expect(await sids()).toEqual([]);
  expect(await findings(emulator)).toMatchObject([UNDONE]);
});

it('removes nothing when the owner has corrected the grant under the same Sid', async () => {
  const event = await grant('partner', '*');
  await lambda.send(new RemovePermissionCommand({ FunctionName: 'orders', StatementId: 'partner' }));
  await grant('partner', MEMBER);

  await invoke(by(), event);

  expect(await sids()).toEqual(['partner']);
  expect(await findings(emulator)).toEqual([]);
});

it('observes without undoing, and closes the finding when someone removes the grant', async () => {
  const observing = by({ configuration: configurationIn('observe') });
  await invoke(observing, await grant('open', '*'));
  expect(await sids()).toEqual(['open']);
  expect(await findings(emulator)).toMatchObject([{ status: 'FAILED', workflow: 'NEW' }]);

  await lambda.send(new RemovePermissionCommand({ FunctionName: 'orders', StatementId: 'open' }));
  await invoke(observing, eventOf('lambda.amazonaws.com', 'RemovePermission20150331v2', { functionName: 'orders', statementId: 'open' }));

  expect(await findings(emulator)).toMatchObject([{ status: 'PASSED', workflow: 'RESOLVED' }]);
});

it('closes the finding of an alias that is deleted, and of no other', async () => {
  const observing = by({ configuration: configurationIn('observe') });
  await lambda.send(new PublishVersionCommand({ FunctionName: 'orders' }));
  for (const Name of ['live', 'test']) {
    await lambda.send(new CreateAliasCommand({ FunctionName: 'orders', Name, FunctionVersion: '1' }));
    await invoke(observing, await grant('open', '*', { Qualifier: Name }));
  }
  await invoke(observing, await grant('open', '*'));
  expect(await findings(emulator)).toMatchObject([{ workflow: 'NEW' }, { workflow: 'NEW' }, { workflow: 'NEW' }]);

  await lambda.send(new DeleteAliasCommand({ FunctionName: 'orders', Name: 'live' }));
  await invoke(observing, eventOf('lambda.amazonaws.com', 'DeleteAlias20150331', { functionName: 'orders', name: 'live' }));

  const left = (await findings(emulator)).filter(({ workflow }) => workflow === 'NEW');
  expect(left.map(({ title }) => title).sort()).toEqual(['public-principal on function:orders', 'public-principal on function:orders:test']);
});

it('tells what it would do, and changes nothing, in a dry run', async () => {
  const answer = await invoke(by({ dryRun: true }), await grant('out', FOREIGN));

  expect(answer.deeds).toMatchObject([{ calls: [{ action: 'lambda:RemovePermission', outcome: 'planned' }] }]);
  expect(await sids()).toEqual(['out']);
  expect(await findings(emulator)).toEqual([]);
});

it('says nothing and calls nothing for a grant that is compliant', async () => {
  const lines: string[] = [];
  const answer = await invoke(
    by({ lines, environment: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_REGION: 'eu-west-1' } }),
    await grant('partner', MEMBER),
  );

  expect(answer.deeds).toEqual([]);
  expect(lines).toEqual([]);
});

it('is not moved by an event that was made by hand', async () => {
  await grant('partner', MEMBER);
  const forged = eventOf('lambda.amazonaws.com', 'AddPermission20150331v2', {
    functionName: 'orders',
    statementId: 'partner',
    action: 'lambda:InvokeFunction',
    principal: '*',
  });

  await invoke(by(), forged);

  expect(await sids()).toEqual(['partner']);
  expect(await failureOf(lambda.send(new GetPolicyCommand({ FunctionName: 'orders' })))).toBe('no error');
});

describe('a finding of the same id that somebody imported before', () => {
  /** What our own one would be ignored for: https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html */
  const forged = {
    SchemaVersion: '2018-10-08',
    Id: `perimeter/lambda-permission/arn:aws:lambda:${CALLER.region}:${CALLER.account}:function:orders/open`,
    ProductArn: `arn:aws:securityhub:${CALLER.region}:${CALLER.account}:product/${CALLER.account}/default`,
    AwsAccountId: CALLER.account,
    CreatedAt: '2026-11-22T09:00:00.000Z',
    UpdatedAt: '2099-01-01T00:00:00.000Z',
    Types: ['Software and Configuration Checks'],
    Severity: { Label: 'INFORMATIONAL' as const },
    Title: 'all is well',
    Description: 'nothing to see',
    GeneratorId: 'somebody',
    Resources: [{ Type: 'Other', Id: 'elsewhere' }],
    Compliance: { Status: 'PASSED' as const },
    RecordState: 'ARCHIVED' as const,
  };
  const hub = () => new SecurityHubClient(emulator.client(CALLER));
  const forge = (more: object = {}) => hub().send(new BatchImportFindingsCommand({ Findings: [{ ...forged, ...more }] }));

  it('does not hide the violation, however late it says that it was written', async () => {
    await forge();

    await invoke(by({ configuration: configurationIn('observe') }), await grant('open', '*'));

    expect(await findings(emulator)).toMatchObject([{ status: 'FAILED', record: 'ACTIVE', title: 'public-principal on function:orders' }]);
  });

  it('stays silent when it was suppressed, and the violation is undone all the same', async () => {
    await forge({ RecordState: 'ACTIVE', Workflow: { Status: 'SUPPRESSED' } });

    await invoke(by(), await grant('open', '*'));

    expect(await sids()).toEqual([]);
    expect(await findings(emulator)).toMatchObject([{ workflow: 'SUPPRESSED', title: 'all is well' }]);
  });
});
