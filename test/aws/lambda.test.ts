/** Lambda as `moto_perimeter/awslambda*.py` makes it: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
import { CreateSecurityGroupCommand, CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  AddLayerVersionPermissionCommand,
  AddPermissionCommand,
  type AddPermissionCommandInput,
  CreateAliasCommand,
  CreateFunctionUrlConfigCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  DeleteFunctionUrlConfigCommand,
  DeleteResourcePolicyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionUrlConfigCommand,
  GetLayerVersionPolicyCommand,
  GetPolicyCommand,
  GetResourcePolicyCommand,
  LambdaClient,
  ListAliasesCommand,
  ListFunctionUrlConfigsCommand,
  ListLayerVersionsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  PutResourcePolicyCommand,
  RemoveLayerVersionPermissionCommand,
  RemovePermissionCommand,
  UpdateFunctionConfigurationCommand,
  UpdateFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda';
import { type MotoEmulator, startEmulator } from './emulator';
import { failureOf, makeFunction, publishLayer } from './fixtures';

const OWN = { account: '111122223333' };
const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:shop';
const STALE = '00000000-0000-4000-8000-000000000000';

let emulator: MotoEmulator;
let lambda: LambdaClient;

beforeAll(async () => {
  emulator = await startEmulator();
  lambda = new LambdaClient(emulator.client(OWN));
});
afterAll(() => emulator?.stop());
beforeEach(async () => {
  await emulator.reset();
  await makeFunction(emulator, OWN, 'shop');
});

const add = (input: Partial<AddPermissionCommandInput> = {}) =>
  lambda.send(
    new AddPermissionCommand({ FunctionName: 'shop', StatementId: 'one', Action: 'lambda:InvokeFunction', Principal: '444455556666', ...input }),
  );
const remove = (StatementId: string, more: { Qualifier?: string; RevisionId?: string } = {}) =>
  lambda.send(new RemovePermissionCommand({ FunctionName: 'shop', StatementId, ...more }));

async function policy(FunctionName = 'shop', Qualifier?: string) {
  const { Policy = '', RevisionId } = await lambda.send(new GetPolicyCommand({ FunctionName, Qualifier }));
  return { document: JSON.parse(Policy), RevisionId };
}
const sids = async (FunctionName = 'shop', Qualifier?: string) =>
  (await policy(FunctionName, Qualifier)).document.Statement.map(({ Sid }: { Sid: string }) => Sid);

describe('AddPermission', () => {
  it('stores a statement as AWS does, and answers it', async () => {
    const { Statement = '' } = await add();

    const statement = {
      Sid: 'one',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::444455556666:root' },
      Action: 'lambda:InvokeFunction',
      Resource: ARN,
    };
    expect(JSON.parse(Statement)).toEqual(statement);
    expect((await policy()).document).toEqual({ Version: '2012-10-17', Id: 'default', Statement: [statement] });
  });

  it.each([
    ['*', '*'],
    ['arn:aws:iam::444455556666:role/path/deploy', { AWS: 'arn:aws:iam::444455556666:role/path/deploy' }],
    ['s3.amazonaws.com', { Service: 's3.amazonaws.com' }],
    ['alexa-appkit.amazon.com', { Service: 'alexa-appkit.amazon.com' }],
  ])('stores the principal %s', async (Principal, stored) => {
    await add({ Principal });

    expect((await policy()).document.Statement[0].Principal).toEqual(stored);
  });

  it('keeps every condition', async () => {
    await add({
      Principal: 's3.amazonaws.com',
      SourceArn: 'arn:aws:s3:::bucket',
      SourceAccount: '111122223333',
      PrincipalOrgID: 'o-exampleorgid',
      FunctionUrlAuthType: 'NONE',
      EventSourceToken: 'token',
      InvokedViaFunctionUrl: true,
    });

    expect((await policy()).document.Statement[0].Condition).toEqual({
      ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::bucket' },
      StringEquals: {
        'AWS:SourceAccount': '111122223333',
        'aws:PrincipalOrgID': 'o-exampleorgid',
        'lambda:FunctionUrlAuthType': 'NONE',
        'lambda:EventSourceToken': 'token',
      },
      Bool: { 'lambda:InvokedViaFunctionUrl': 'true' },
    });
  });

  it('refuses a statement id that exists, a principal of no kind, $LATEST and a function that is not there', async () => {
    await add();

    expect(await failureOf(add())).toBe('ResourceConflictException 409');
    expect(await failureOf(add({ StatementId: 'two', Principal: 'nobody' }))).toBe('InvalidParameterValueException 400');
    expect(await failureOf(add({ StatementId: 'two', Qualifier: '$LATEST' }))).toBe('InvalidParameterValueException 400');
    expect(await failureOf(add({ FunctionName: 'other' }))).toBe('ResourceNotFoundException 404');
    expect(await sids()).toEqual(['one']);
  });

  it('takes a revision that is current, refuses a stale one', async () => {
    expect(await failureOf(add({ RevisionId: STALE }))).toBe('PreconditionFailedException 412');
    await add();
    const { RevisionId } = await policy();

    await add({ StatementId: 'two', RevisionId });

    expect(await failureOf(add({ StatementId: 'three', RevisionId }))).toBe('PreconditionFailedException 412');
    expect(await sids()).toEqual(['one', 'two']);
  });
});

describe('a policy for each version and alias', () => {
  beforeEach(async () => {
    await lambda.send(new PublishVersionCommand({ FunctionName: 'shop' }));
    await lambda.send(new CreateAliasCommand({ FunctionName: 'shop', Name: 'live', FunctionVersion: '1' }));
  });

  it('keeps them apart, however they are named', async () => {
    await add({ StatementId: 'function' });
    await add({ StatementId: 'version', Qualifier: '1' });
    await add({ StatementId: 'alias', FunctionName: '111122223333:function:shop:live' });

    expect([await sids(), await sids(ARN), await sids('111122223333:function:shop')]).toEqual([['function'], ['function'], ['function']]);
    expect([await sids('shop', '1'), await sids(`${ARN}:1`), await sids('shop:1')]).toEqual([['version'], ['version'], ['version']]);
    expect([await sids('shop', 'live'), await sids('shop:live')]).toEqual([['alias'], ['alias']]);
    expect((await policy('shop', 'live')).document.Statement[0].Resource).toBe(`${ARN}:live`);
    expect(await failureOf(remove('alias'))).toBe('ResourceNotFoundException 404');
  });

  it('refuses two qualifiers that differ', async () => {
    expect(await failureOf(policy('shop:live', '1'))).toBe('InvalidParameterValueException 400');
  });

  it('lets a policy go with its alias and with the function', async () => {
    await add({ Qualifier: 'live' });
    await add();
    await lambda.send(new DeleteAliasCommand({ FunctionName: 'shop', Name: 'live' }));
    await lambda.send(new CreateAliasCommand({ FunctionName: 'shop', Name: 'live', FunctionVersion: '1' }));
    expect(await failureOf(policy('shop', 'live'))).toBe('ResourceNotFoundException 404');

    await lambda.send(new DeleteFunctionCommand({ FunctionName: 'shop' }));
    await makeFunction(emulator, OWN, 'shop');

    expect(await failureOf(policy())).toBe('ResourceNotFoundException 404');
  });
});

describe('RemovePermission and GetPolicy', () => {
  it('remove the one statement; without a statement there is no policy', async () => {
    expect(await failureOf(policy())).toBe('ResourceNotFoundException 404');
    expect(await failureOf(remove('one'))).toBe('ResourceNotFoundException 404');
    await add();
    await add({ StatementId: 'two' });

    await remove('one');
    expect(await sids()).toEqual(['two']);
    expect(await failureOf(remove('one'))).toBe('ResourceNotFoundException 404');
    await remove('two');
    expect(await failureOf(policy())).toBe('ResourceNotFoundException 404');
  });

  it('take a revision that is current, refuse a stale one', async () => {
    await add();
    const { RevisionId } = await policy();
    expect((await policy()).RevisionId).toBe(RevisionId);
    await add({ StatementId: 'two' });

    expect(await failureOf(remove('one', { RevisionId }))).toBe('PreconditionFailedException 412');
    await remove('one', { RevisionId: (await policy()).RevisionId });

    expect(await sids()).toEqual(['two']);
  });

  it('let one of two changes at the same time through, where both require the revision', async () => {
    await add();
    await add({ StatementId: 'two' });
    const { RevisionId } = await policy();

    const outcomes = await Promise.all(['one', 'two'].map((sid) => failureOf(remove(sid, { RevisionId }))));

    expect(outcomes.sort()).toEqual(['PreconditionFailedException 412', 'no error']);
    expect(await sids()).toHaveLength(1);
  });

  it('do not reach the function of another account', async () => {
    const other = new LambdaClient(emulator.client({ account: '444455556666' }));

    expect(await failureOf(other.send(new GetPolicyCommand({ FunctionName: ARN })))).toBe('AccessDeniedException 403');
    expect(await failureOf(other.send(new GetPolicyCommand({ FunctionName: 'shop' })))).toBe('ResourceNotFoundException 404');
  });
});

describe('a whole policy: https://docs.aws.amazon.com/lambda/latest/api/API_PutResourcePolicy.html', () => {
  const statement = { Effect: 'Allow', Principal: { AWS: ['444455556666', 'arn:aws:iam::111122223333:root'] }, Action: 'lambda:*', Resource: ARN };
  const put = (document: object | string, RevisionId?: string) =>
    lambda.send(
      new PutResourcePolicyCommand({ ResourceArn: ARN, Policy: typeof document === 'string' ? document : JSON.stringify(document), RevisionId }),
    );
  const drop = (RevisionId?: string) => lambda.send(new DeleteResourcePolicyCommand({ ResourceArn: ARN, RevisionId }));
  const get = () => lambda.send(new GetResourcePolicyCommand({ ResourceArn: ARN }));

  it('replaces what AddPermission made, and AddPermission adds to it', async () => {
    await add();

    const { Policy = '', RevisionId } = await put({ Version: '2012-10-17', Statement: [statement] });

    const stored = { ...statement, Principal: { AWS: ['arn:aws:iam::444455556666:root', 'arn:aws:iam::111122223333:root'] } };
    expect(JSON.parse(Policy)).toEqual({ Version: '2012-10-17', Statement: [stored] });
    expect(await get()).toMatchObject({ Policy, RevisionId });
    expect(await policy()).toEqual({ document: JSON.parse(Policy), RevisionId });
    await add({ StatementId: 'two' });
    expect((await policy()).document.Statement).toMatchObject([stored, { Sid: 'two' }]);
  });

  it('takes a revision that is current, refuses a stale one', async () => {
    const { RevisionId } = await put({ Version: '2012-10-17', Statement: [statement] });
    expect(await failureOf(put({ Version: '2012-10-17', Statement: [statement] }, STALE))).toBe('PreconditionFailedException 412');
    expect(await failureOf(drop(STALE))).toBe('PreconditionFailedException 412');

    await drop(RevisionId);

    expect([await failureOf(get()), await failureOf(drop())]).toEqual(['ResourceNotFoundException 404', 'ResourceNotFoundException 404']);
  });

  it.each([
    '',
    '{',
    '[]',
    '{"Statement":[]}',
    '{"Statement":[{"Effect":"Perhaps","Principal":"*","Action":"*"}]}',
    '{"Statement":[{"Sid":"a","Effect":"Allow","Principal":"*","Action":"*"},{"Sid":"a","Effect":"Allow","Principal":"*","Action":"*"}]}',
  ])('refuses the document %j', async (document) => {
    expect(await failureOf(put(document))).toBe('InvalidParameterValueException 400');
  });

  it('refuses more than 20,480 characters', async () => {
    expect(await failureOf(put({ Version: '2012-10-17', Statement: [{ ...statement, Sid: 'x'.repeat(20_480) }] }))).toBe(
      'PolicyLengthExceededException 400',
    );
  });
});

describe('layers: https://docs.aws.amazon.com/lambda/latest/dg/permissions-layer-cross-account.html', () => {
  const share = (VersionNumber: number, input: { StatementId: string; Principal: string; OrganizationId?: string; RevisionId?: string }) =>
    lambda.send(new AddLayerVersionPermissionCommand({ LayerName: 'tools', VersionNumber, Action: 'lambda:GetLayerVersion', ...input }));
  const shared = async (LayerName: string, VersionNumber: number) => {
    const { Policy = '' } = await lambda.send(new GetLayerVersionPolicyCommand({ LayerName, VersionNumber }));
    return JSON.parse(Policy).Statement;
  };
  const unshare = (StatementId: string, RevisionId?: string) =>
    lambda.send(new RemoveLayerVersionPermissionCommand({ LayerName: 'tools', VersionNumber: 1, StatementId, RevisionId }));
  const layer = 'arn:aws:lambda:eu-west-1:111122223333:layer:tools';

  it('keep the organization, each version apart', async () => {
    await publishLayer(emulator, OWN, 'tools');
    await publishLayer(emulator, OWN, 'tools');
    const first = await share(1, { StatementId: 'org', Principal: '*', OrganizationId: 'o-exampleorgid' });
    await share(2, { StatementId: 'account', Principal: '444455556666' });

    const statement = {
      Sid: 'org',
      Effect: 'Allow',
      Principal: '*',
      Action: 'lambda:GetLayerVersion',
      Resource: `${layer}:1`,
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } },
    };
    expect(JSON.parse(first.Statement ?? '')).toEqual(statement);
    expect(await shared(layer, 1)).toEqual([statement]);
    expect(await shared('tools', 2)).toMatchObject([
      { Sid: 'account', Principal: { AWS: 'arn:aws:iam::444455556666:root' }, Resource: `${layer}:2` },
    ]);
    expect(await failureOf(share(1, { StatementId: 'org', Principal: '*' }))).toBe('ResourceConflictException 409');
    expect(await failureOf(share(1, { StatementId: 'two', Principal: '*', RevisionId: STALE }))).toBe('PreconditionFailedException 412');
    expect(await failureOf(unshare('org', STALE))).toBe('PreconditionFailedException 412');
    expect(await failureOf(unshare('other'))).toBe('ResourceNotFoundException 404');
    await unshare('org', first.RevisionId);
    expect(await failureOf(shared('tools', 1))).toBe('ResourceNotFoundException 404');
  });
});

describe('function URLs: https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html', () => {
  const url = (Qualifier?: string) => lambda.send(new GetFunctionUrlConfigCommand({ FunctionName: 'shop', Qualifier }));

  it('are made once for the function and once for each alias, updated and deleted', async () => {
    await lambda.send(new PublishVersionCommand({ FunctionName: 'shop' }));
    await lambda.send(new CreateAliasCommand({ FunctionName: 'shop', Name: 'live', FunctionVersion: '1' }));
    const create = (AuthType: 'NONE' | 'AWS_IAM', Qualifier?: string) =>
      lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName: 'shop', Qualifier, AuthType }));
    expect(await failureOf(url())).toBe('ResourceNotFoundException 404');

    const created = await create('NONE');
    await create('AWS_IAM', 'live');

    expect(created).toMatchObject({ FunctionArn: ARN, AuthType: 'NONE', InvokeMode: 'BUFFERED', FunctionUrl: expect.stringMatching(/^https:/) });
    expect(await failureOf(create('NONE'))).toBe('ResourceConflictException 409');
    expect(await failureOf(create('NONE', '1'))).toBe('InvalidParameterValueException 400');
    expect(await url('live')).toMatchObject({ FunctionArn: `${ARN}:live`, AuthType: 'AWS_IAM' });
    await lambda.send(new UpdateFunctionUrlConfigCommand({ FunctionName: ARN, AuthType: 'AWS_IAM', InvokeMode: 'RESPONSE_STREAM' }));
    expect(await url()).toMatchObject({ AuthType: 'AWS_IAM', InvokeMode: 'RESPONSE_STREAM', FunctionUrl: created.FunctionUrl });
    const { FunctionUrlConfigs = [] } = await lambda.send(new ListFunctionUrlConfigsCommand({ FunctionName: 'shop' }));
    expect(FunctionUrlConfigs.map(({ FunctionArn }) => FunctionArn)).toEqual([ARN, `${ARN}:live`]);
    await lambda.send(new DeleteFunctionUrlConfigCommand({ FunctionName: 'shop' }));
    expect([await failureOf(url()), await failureOf(url('live'))]).toEqual(['ResourceNotFoundException 404', 'no error']);
  });
});

describe('lists', () => {
  const LAYER = 'arn:aws:lambda:eu-west-1:111122223333:layer:common';

  it('come in pages of 50 at most, by name or ARN', async () => {
    for (let version = 1; version <= 51; version += 1) await publishLayer(emulator, OWN, 'common');

    const first = await lambda.send(new ListLayerVersionsCommand({ LayerName: LAYER, MaxItems: 100 }));
    const second = await lambda.send(new ListLayerVersionsCommand({ LayerName: 'common', Marker: first.NextMarker }));

    expect([first.LayerVersions?.length, second.LayerVersions?.map(({ Version }) => Version), second.NextMarker]).toEqual([50, [1], undefined]);
    expect(await failureOf(lambda.send(new ListLayerVersionsCommand({ LayerName: LAYER, Marker: '?' })))).toBe('InvalidParameterValueException 400');
  });

  it('tell the versions and aliases of a function by its ARN, and of none that is not there', async () => {
    await lambda.send(new PublishVersionCommand({ FunctionName: 'shop' }));
    await lambda.send(new CreateAliasCommand({ FunctionName: 'shop', Name: 'live', FunctionVersion: '1' }));

    const { Versions = [] } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName: ARN }));
    const { Aliases = [] } = await lambda.send(new ListAliasesCommand({ FunctionName: ARN }));

    expect([Versions.map(({ Version }) => Version), Aliases.map(({ Name }) => Name)]).toEqual([['$LATEST', '1'], ['live']]);
    expect(await failureOf(lambda.send(new ListAliasesCommand({ FunctionName: 'none' })))).toBe('ResourceNotFoundException 404');
  });
});

describe('functions', () => {
  const configuration = () => lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'shop' }));
  const update = (input: object) => lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'shop', ...input }));

  it('live in the VPC of their subnets, and leave it', async () => {
    const ec2 = new EC2Client(emulator.client(OWN));
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock: '10.0.0.0/24' }));
    const { GroupId = '' } = await ec2.send(new CreateSecurityGroupCommand({ VpcId: Vpc?.VpcId, GroupName: 'app', Description: 'app' }));
    const VpcConfig = { SubnetIds: [Subnet?.SubnetId ?? ''], SecurityGroupIds: [GroupId] };

    await update({ VpcConfig });

    expect((await configuration()).VpcConfig).toEqual({ ...VpcConfig, VpcId: Vpc?.VpcId, Ipv6AllowedForDualStack: false });
    await update({ VpcConfig: { SubnetIds: [], SecurityGroupIds: [] } });
    expect((await configuration()).VpcConfig).toEqual({ SubnetIds: [], SecurityGroupIds: [], VpcId: '', Ipv6AllowedForDualStack: false });
    expect(await failureOf(update({ VpcConfig: { SubnetIds: ['subnet-0'], SecurityGroupIds: [GroupId] } }))).toBe(
      'InvalidParameterValueException 400',
    );
    expect(await failureOf(update({ VpcConfig: { SubnetIds: VpcConfig.SubnetIds, SecurityGroupIds: [] } }))).toBe(
      'InvalidParameterValueException 400',
    );
  });

  it('have a revision, which an update changes and may require', async () => {
    const { RevisionId } = await configuration();

    const updated = await update({ Timeout: 5, RevisionId });

    expect((await configuration()).RevisionId).toBe(updated.RevisionId);
    expect(updated.RevisionId).not.toBe(RevisionId);
    expect(await failureOf(update({ Timeout: 6, RevisionId }))).toBe('PreconditionFailedException 412');
  });
});
