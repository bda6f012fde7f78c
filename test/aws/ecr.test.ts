/** ECR as moto and `moto_perimeter/ecr.py` make it. */
import {
  CreateRepositoryCommand,
  CreateRepositoryCreationTemplateCommand,
  DeleteRegistryPolicyCommand,
  DeleteRepositoryCreationTemplateCommand,
  DeleteRepositoryPolicyCommand,
  DescribeRegistryCommand,
  DescribeRepositoryCreationTemplatesCommand,
  ECRClient,
  GetRegistryPolicyCommand,
  GetRepositoryPolicyCommand,
  PutRegistryPolicyCommand,
  PutReplicationConfigurationCommand,
  SetRepositoryPolicyCommand,
  UpdateRepositoryCreationTemplateCommand,
} from '@aws-sdk/client-ecr';
import { type MotoEmulator, startEmulator } from './emulator';
import { failureOf } from './fixtures';

const OWN = { account: '111122223333' };

let emulator: MotoEmulator;
let ecr: ECRClient;

beforeAll(async () => {
  emulator = await startEmulator();
  ecr = new ECRClient(emulator.client(OWN));
});
afterAll(() => emulator?.stop());
beforeEach(() => emulator.reset());

const statement = { Sid: 'pull', Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::444455556666:root' }, Action: 'ecr:BatchGetImage' };
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

it('repository policies: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html', async () => {
  const get = () => ecr.send(new GetRepositoryPolicyCommand({ repositoryName: 'shop' }));
  const drop = () => ecr.send(new DeleteRepositoryPolicyCommand({ repositoryName: 'shop' }));
  expect(await failureOf(get())).toBe('RepositoryNotFoundException 400');
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'shop' }));
  expect([await failureOf(get()), await failureOf(drop())]).toEqual([
    'RepositoryPolicyNotFoundException 400',
    'RepositoryPolicyNotFoundException 400',
  ]);

  const set = await ecr.send(new SetRepositoryPolicyCommand({ repositoryName: 'shop', policyText: document(statement) }));

  expect(set).toMatchObject({ registryId: OWN.account, repositoryName: 'shop', policyText: document(statement) });
  expect(await get()).toMatchObject({ policyText: document(statement) });
  expect(await drop()).toMatchObject({ policyText: document(statement) });
});

it('registry policies of any ECR action: https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html', async () => {
  const policyText = document({ ...statement, Action: 'ecr:*', Resource: '*' });
  const get = () => ecr.send(new GetRegistryPolicyCommand({}));
  expect(await failureOf(get())).toBe('RegistryPolicyNotFoundException 400');

  expect(await ecr.send(new PutRegistryPolicyCommand({ policyText }))).toMatchObject({ registryId: OWN.account, policyText });

  expect(await get()).toMatchObject({ policyText });
  await ecr.send(new DeleteRegistryPolicyCommand({}));
  expect(await failureOf(get())).toBe('RegistryPolicyNotFoundException 400');
});

it('replication of several rules: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ReplicationConfiguration.html', async () => {
  const to = (registryId: string, region = 'us-east-1') => ({ destinations: [{ region, registryId }] });
  const put = (...rules: ReturnType<typeof to>[]) => ecr.send(new PutReplicationConfigurationCommand({ replicationConfiguration: { rules } }));

  await put(to('444455556666'), to('111122223333'));

  expect((await ecr.send(new DescribeRegistryCommand({}))).replicationConfiguration).toEqual({ rules: [to('444455556666'), to('111122223333')] });
  expect(await failureOf(put(to('111122223333', 'eu-west-1')))).toBe('InvalidParameterException 400');
  expect(await failureOf(put(...Array.from({ length: 11 }, () => to('444455556666'))))).toBe('ValidationException 400');
  await put();
  expect((await ecr.send(new DescribeRegistryCommand({}))).replicationConfiguration).toEqual({ rules: [] });
});

it('creation templates: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html', async () => {
  const create = () =>
    ecr.send(new CreateRepositoryCreationTemplateCommand({ prefix: 'ROOT', appliedFor: ['REPLICATION'], repositoryPolicy: document(statement) }));
  const describe = async (prefixes?: string[]) =>
    (await ecr.send(new DescribeRepositoryCreationTemplatesCommand({ prefixes }))).repositoryCreationTemplates;
  const update = (prefix: string) => ecr.send(new UpdateRepositoryCreationTemplateCommand({ prefix, repositoryPolicy: document() }));

  await create();

  const template = { prefix: 'ROOT', appliedFor: ['REPLICATION'], repositoryPolicy: document(statement), createdAt: expect.any(Date) };
  expect(await describe()).toMatchObject([template]);
  expect(await failureOf(create())).toBe('TemplateAlreadyExistsException 400');
  expect(await failureOf(update('other'))).toBe('TemplateNotFoundException 400');
  expect((await update('ROOT')).repositoryCreationTemplate).toMatchObject({ ...template, repositoryPolicy: document() });
  expect([await describe(['ROOT']), await describe(['other'])]).toMatchObject([[{ repositoryPolicy: document() }], []]);
  await ecr.send(new DeleteRepositoryCreationTemplateCommand({ prefix: 'ROOT' }));
  expect(await describe()).toEqual([]);
});
