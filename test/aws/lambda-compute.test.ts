/** What runs beside functions, as `moto_perimeter/awslambda_providers.py`, `lambda_core.py` and `lambda_web.py` make it. */
import { CreateSecurityGroupCommand, CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateCapacityProviderCommand,
  DeleteCapacityProviderCommand,
  GetCapacityProviderCommand,
  LambdaClient,
  ListCapacityProvidersCommand,
} from '@aws-sdk/client-lambda';
import { type MotoEmulator, startEmulator } from './emulator';
import { callLambda, failureOf } from './fixtures';
import { invalidAnswersIn } from './valid';

const OWN = { account: '111122223333' };
const ARN = 'arn:aws:lambda:eu-west-1:111122223333';
const WHEN = expect.stringMatching(/^20\d\d-\d\d-\d\dT[\d:.]+Z$/);

let emulator: MotoEmulator;
let network: { readonly SubnetIds: string[]; readonly SecurityGroupIds: string[] };

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator?.stop());
beforeEach(async () => {
  await emulator.reset();
  const ec2 = new EC2Client(emulator.client(OWN));
  const { Vpc: { VpcId } = {} } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const { Subnet: { SubnetId = '' } = {} } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.0.0.0/24' }));
  const { GroupId = '' } = await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName: 'app', Description: 'app' }));
  network = { SubnetIds: [SubnetId], SecurityGroupIds: [GroupId] };
});

const ask = (method: Parameters<typeof callLambda>[2]['method'], path: string, body?: object) =>
  callLambda(emulator, OWN, { method, path, ...(body && { body }) });

describe('capacity providers: https://docs.aws.amazon.com/lambda/latest/api/API_CapacityProvider.html', () => {
  const lambda = () => new LambdaClient(emulator.client(OWN));
  const permissions = { CapacityProviderOperatorRoleArn: 'arn:aws:iam::111122223333:role/operator' };
  const create = (CapacityProviderName: string, VpcConfig = network) =>
    lambda().send(new CreateCapacityProviderCommand({ CapacityProviderName, VpcConfig, PermissionsConfig: permissions }));
  const get = async (CapacityProviderName: string) =>
    (await lambda().send(new GetCapacityProviderCommand({ CapacityProviderName }))).CapacityProvider;
  const list = async () => (await lambda().send(new ListCapacityProvidersCommand({}))).CapacityProviders;

  it('are made, told by name and by ARN, listed and deleted', async () => {
    const pool = {
      CapacityProviderArn: `${ARN}:capacity-provider:pool`,
      VpcConfig: network,
      PermissionsConfig: permissions,
      LastModified: WHEN,
    };

    const { CapacityProvider: made } = await create('pool');

    expect(made).toEqual({ ...pool, State: 'Pending' });
    expect([await get('pool'), await get(pool.CapacityProviderArn), await list()]).toEqual([
      { ...pool, State: 'Active' },
      { ...pool, State: 'Active' },
      [{ ...pool, State: 'Active' }],
    ]);
    const { CapacityProvider: gone } = await lambda().send(new DeleteCapacityProviderCommand({ CapacityProviderName: 'pool' }));
    expect([gone?.State, await list()]).toEqual(['Deleting', []]);
    expect(await failureOf(get('pool'))).toBe('ResourceNotFoundException 404');
  });

  it('are refused where there is one of that name, where a subnet is not there, and to other accounts', async () => {
    await create('pool');

    expect(await failureOf(create('pool'))).toBe('ResourceConflictException 409');
    expect(await failureOf(create('other', { ...network, SubnetIds: ['subnet-0'] }))).toBe('InvalidParameterValueException 400');
    const stranger = new LambdaClient(emulator.client({ account: '444455556666' }));
    expect(await failureOf(stranger.send(new GetCapacityProviderCommand({ CapacityProviderName: 'pool' })))).toBe('ResourceNotFoundException 404');
  });
});

describe('network connectors: https://docs.aws.amazon.com/lambda/latest/lambda-core/API_GetNetworkConnector.html', () => {
  const PATH = '/2026-04-04/network-connectors';
  const of = (identifier: string) => `${PATH}/${encodeURIComponent(identifier)}`;
  const configuration = () => ({ VpcEgressConfiguration: { ...network, NetworkProtocol: 'IPv4' } });
  const create = (Name: string) => ask('POST', PATH, { Name, Configuration: configuration() });

  it('are made, told by id, name and ARN, listed, updated as a new version, and deleted', async () => {
    const made = await create('egress');
    const { Id = '', Arn = '' } = made;
    const egress = { Arn: `${ARN}:network-connector:${Id}`, Id: expect.stringMatching(/^nc-\w+$/), Name: 'egress', Configuration: configuration() };
    expect(made).toEqual({ ...egress, State: 'PENDING' });

    const told = await Promise.all([Id, 'egress', Arn, `${Arn}:1`].map((name) => ask('GET', of(name))));
    const listed = await ask('GET', PATH);
    const wider = { VpcEgressConfiguration: { ...network, NetworkProtocol: 'DualStack' } };
    const updated = await ask('PUT', of(Id), { Configuration: wider });
    const after = await ask('GET', of(Id));
    const deleted = await ask('DELETE', of(Arn));

    const active = { ...egress, State: 'ACTIVE', Version: 1, LastModified: WHEN };
    expect(told).toEqual([active, active, active, active]);
    expect(listed).toEqual({
      NetworkConnectors: [{ Arn, Id, Name: 'egress', Type: 'VPC_EGRESS', State: 'ACTIVE', LastModified: WHEN }],
    });
    expect(after).toEqual({ ...active, Configuration: wider, Version: 2, LastUpdateStatus: 'Successful' });
    expect(deleted).toEqual({ ...egress, Configuration: wider, State: 'DELETING' });
    expect(await failureOf(ask('GET', of(Id)))).toBe('ResourceNotFoundException 404');
    expect(
      invalidAnswersIn([
        ['lambda-core:CreateNetworkConnector', made],
        ['lambda-core:GetNetworkConnector', told[0] ?? {}],
        ['lambda-core:ListNetworkConnectors', listed],
        ['lambda-core:UpdateNetworkConnector', updated],
        ['lambda-core:DeleteNetworkConnector', deleted],
      ]),
    ).toEqual([]);
  });

  it('are refused where there is one of that name, and where a subnet is not there', async () => {
    await create('egress');
    const nowhere = { VpcEgressConfiguration: { ...network, SubnetIds: ['subnet-0'] } };

    expect(await failureOf(create('egress'))).toBe('ResourceConflictException 409');
    expect(await failureOf(ask('POST', PATH, { Name: 'other', Configuration: nowhere }))).toBe('InvalidParameterValueException 400');
    expect(await ask('GET', `${PATH}?MaxItems=10`)).toMatchObject({ NetworkConnectors: [{ Name: 'egress' }] });
  });
});

describe('web functions: https://docs.aws.amazon.com/lambda/latest/lambda-web/API_GetWebFunctionRevision.html', () => {
  const PATH = '/2025-03-07/web-functions';
  const config = (more: object = {}) => ({
    buildConfig: { codeConfig: { s3Object: { bucket: 'code', key: 'shop.zip' } }, runtimeConfig: { runtime: 'nodejs24.x' } },
    serviceConfig: { executionRoleArn: 'arn:aws:iam::111122223333:role/shop', ...more },
  });
  const create = () => ask('PUT', PATH, { functionName: 'shop', revisionConfig: config() });
  const revisions = `${PATH}/shop/revisions`;

  it('have revisions, told by id and by ARN, whose network never changes, until they are deleted', async () => {
    const first = await create();
    const connector = `${ARN}:network-connector:nc-1:1`;

    const { revisionId = '', ...made } = await ask('POST', revisions, config({ egressNetworkConnectorArn: connector }));

    const functionArn = `${ARN}:web-function/shop`;
    const told = {
      functionArn,
      revisionArn: `${functionArn}/revision/${revisionId}`,
      revisionId,
      state: 'Active',
      stateReason: '',
      createdAt: WHEN,
      ...config({ egressNetworkConnectorArn: connector }),
    };
    const byArn = `${PATH}/${encodeURIComponent(functionArn)}/revisions/${encodeURIComponent(told.revisionArn)}`;
    expect([{ revisionId, ...made }, await ask('GET', `${revisions}/${revisionId}`), await ask('GET', byArn)]).toEqual([told, told, told]);
    expect(await ask('GET', `${revisions}/${first.revisionId}`)).toMatchObject({ functionArn, serviceConfig: config().serviceConfig });
    const { createdAt, revisionArn, state, stateReason } = told;
    expect(await ask('GET', revisions)).toEqual({
      revisions: [expect.objectContaining({ revisionId: first.revisionId }), { createdAt, revisionArn, revisionId, state, stateReason }],
    });
    await ask('DELETE', byArn);
    expect(await failureOf(ask('GET', byArn))).toBe('ResourceNotFoundException 404');
  });

  it('are refused where there is one of that name, and revisions of none that is not there', async () => {
    await create();

    expect(await failureOf(create())).toBe('ConflictException 409');
    expect(await failureOf(ask('POST', `${PATH}/other/revisions`, config()))).toBe('ResourceNotFoundException 404');
  });
});
