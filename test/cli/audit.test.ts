/** What an account holds is judged, undone and put back, on an emulated AWS with the real SDK. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateVpcCommand, CreateVpcEndpointCommand, EC2Client } from '@aws-sdk/client-ec2';
import { ECRClient, PutReplicationConfigurationCommand } from '@aws-sdk/client-ecr';
import {
  AddLayerVersionPermissionCommand,
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionUrlConfigCommand,
  GetLayerVersionPolicyCommand,
  GetPolicyCommand,
  LambdaClient,
  PublishVersionCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { type MotoEmulator, startEmulator } from '../aws/emulator';
import { type Faults, startFaults } from '../aws/faults';
import { makeFunction, publishLayer } from '../aws/fixtures';
import { CALLER, FOREIGN, MEMBER, OWN, REGION, stageOf } from '../e2e/organization';
import { removals, scenarios, selected } from '../e2e/scenarios';
import { perimeter } from '../support/perimeter';
import { build, CONFIGURATION, run } from './support/aws';
import { NOW, type Workspace, workspace } from './support/workspace';

let api: MotoEmulator;
let faults: Faults;
let place: Workspace;
const environment = { ...process.env };

beforeAll(async () => {
  api = await startEmulator();
  faults = await startFaults(api);
});
afterAll(async () => {
  process.env = environment;
  await faults.stop();
  await api.stop();
});
beforeEach(async () => {
  await api.reset();
  process.env = { PATH: environment.PATH, AWS_EC2_METADATA_DISABLED: 'true', ...api.environment(CALLER) };
  place = workspace({ 'perimeter.yaml': CONFIGURATION });
});
afterEach(() => place.remove());

const EXCUSED = `${CONFIGURATION}
exemptions:
  - guardrails: [lambda-permission, lambda-layer-permission, sns-subscription, ecr-layer-access]
    resources: ["arn:aws:lambda:*:*:function:*", "arn:aws:lambda:*:*:layer:*", "arn:aws:sns:*:*:*", "arn:aws:ecr:*:*:*/*", "arn:aws:ecr:*:*:registry/creation-template/*"]
    reason: agreed with the owner
    owner: security@example.com
    expires: 2040-01-01
`;

const lambda = () => new LambdaClient(api.client(CALLER));
const sns = () => new SNSClient(api.client(CALLER));
const undoFile = () => readdirSync(place.folder).find((name) => name.startsWith('perimeter-undo-')) ?? 'no undo file';
const audit = (guardrail: string, ...more: readonly string[]) => place.json(['audit', '--guardrail', guardrail, ...more]);

/** What is wrong, as `<resource> <statement>: <code>`, in order. */
const wrong = ({ assessments }: Awaited<ReturnType<typeof audit>>['document']) =>
  assessments
    .filter(({ verdict }) => verdict === 'violation')
    .map(({ resource, code, ...rest }) => `${resource.id.split(':').slice(5).join(':')} ${'statement' in rest ? rest.statement : '-'}: ${code}`)
    .sort();

describe.each(selected(removals))('$guardrail: $name', ({ guardrail, make, state }) => {
  it('is found although no event told it, undone alone, and put back', async () => {
    await make(stageOf(api));

    const seen = await audit(guardrail);
    const untouched = await state(stageOf(api));
    const fixed = await audit(guardrail, '--fix', '--yes');
    const gone = await state(stageOf(api));
    const after = await audit(guardrail);
    const refused = await place.run(['undo', undoFile()]);
    place.write({ 'perimeter.yaml': EXCUSED });
    const restored = await place.run(['undo', undoFile()]);

    expect([seen.code, fixed.code, after.code, refused.code, restored.code]).toEqual([1, 0, 0, 1, 0]);
    expect(wrong(seen.document)).toHaveLength(1);
    expect(seen.document.assessments[0]).toMatchObject({
      plan: [expect.objectContaining({ action: expect.any(String) })],
      source: { eventName: 'Audit', accountId: OWN, region: REGION },
    });
    expect([untouched, gone, wrong(after.document)]).toEqual([['innocent', 'violating'], ['innocent'], []]);
    expect([...(await state(stageOf(api)))].sort()).toEqual(['innocent', 'violating']);
  });
});

const sidsOf = async (policy: Promise<{ readonly Policy?: string }>): Promise<readonly string[]> => {
  try {
    return JSON.parse((await policy).Policy ?? '').Statement.map(({ Sid }: { readonly Sid: string }) => Sid);
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return [];
    throw error;
  }
};

it('finds what was shared before the guardrail existed on every version of every layer, over two pages (Y5)', async () => {
  for (let version = 1; version <= 52; version += 1) await publishLayer(api, CALLER, 'common');
  await publishLayer(api, CALLER, 'quiet');
  const share = (VersionNumber: number, StatementId: string, Principal: string, OrganizationId?: string) =>
    lambda().send(
      new AddLayerVersionPermissionCommand({
        LayerName: 'common',
        VersionNumber,
        StatementId,
        Action: 'lambda:GetLayerVersion',
        Principal,
        OrganizationId,
      }),
    );
  const statements = async () => {
    const policyOf = (VersionNumber: number) => lambda().send(new GetLayerVersionPolicyCommand({ LayerName: 'common', VersionNumber }));
    return { 1: await sidsOf(policyOf(1)), 7: await sidsOf(policyOf(7)), 52: await sidsOf(policyOf(52)) };
  };
  await share(1, 'everyone', '*');
  await share(7, 'ours', '*', 'o-exampleorgid');
  for (const sid of ['a', 'b', 'c', 'd']) await share(7, sid, FOREIGN);
  await share(52, 'member', MEMBER);
  await share(52, 'stranger', FOREIGN);
  const before = await statements();

  const seen = await audit('lambda-layer-permission', '--all');
  const fixed = await audit('lambda-layer-permission', '--fix', '--yes');
  const after = await statements();
  place.write({ 'perimeter.yaml': EXCUSED });
  const restored = await place.run(['undo', undoFile()]);

  expect(wrong(seen.document)).toEqual(
    [
      'layer:common:1 everyone: public-layer',
      ...['a', 'b', 'c', 'd'].map((sid) => `layer:common:7 ${sid}: untrusted-account`),
      'layer:common:52 stranger: untrusted-account',
    ].sort(),
  );
  expect(seen.document.summary.scanned.records).toBe(53);
  expect([fixed.code, after]).toEqual([0, { 1: [], 7: ['ours'], 52: ['member'] }]);
  expect([restored.code, await statements()]).toEqual([0, before]);
});

it('mends every policy of a function: its own, of a version, of an alias, with many statements and with one', async () => {
  await makeFunction(api, CALLER, 'orders');
  await makeFunction(api, CALLER, 'innocent');
  await lambda().send(new PublishVersionCommand({ FunctionName: 'orders' }));
  await lambda().send(new CreateAliasCommand({ FunctionName: 'orders', Name: 'live', FunctionVersion: '1' }));
  const grant = (Principal: string, StatementId: string, Qualifier?: string, FunctionName = 'orders') =>
    lambda().send(new AddPermissionCommand({ FunctionName, Qualifier, StatementId, Action: 'lambda:InvokeFunction', Principal }));
  const statements = async () => {
    const policyOf = (Qualifier?: string, FunctionName = 'orders') => sidsOf(lambda().send(new GetPolicyCommand({ FunctionName, Qualifier })));
    return [await policyOf(), await policyOf('1'), await policyOf('live'), await policyOf(undefined, 'innocent')];
  };
  for (const sid of ['a', 'b', 'c', 'd', 'e']) await grant(FOREIGN, sid);
  for (const qualifier of [undefined, '1', 'live']) await grant(MEMBER, 'member', qualifier);
  await grant(FOREIGN, 'stranger', '1');
  await grant('*', 'everyone', 'live');
  await grant(MEMBER, 'member', undefined, 'innocent');
  await lambda().send(new CreateFunctionUrlConfigCommand({ FunctionName: 'orders', Qualifier: 'live', AuthType: 'NONE' }));
  const before = await statements();

  const seen = await audit('lambda-permission');
  const fixed = await audit('lambda-permission', '--fix', '--yes');
  const after = await statements();
  place.write({ 'perimeter.yaml': EXCUSED });
  const restored = await place.run(['undo', undoFile()]);

  expect(wrong(seen.document)).toEqual([
    ...['a', 'b', 'c', 'd', 'e'].map((sid) => `function:orders ${sid}: untrusted-account`),
    'function:orders:1 stranger: untrusted-account',
    'function:orders:live -: public-function-url',
    'function:orders:live everyone: public-principal',
  ]);
  expect([fixed.code, after]).toEqual([0, [['member'], ['member'], ['member'], ['member']]]);
  expect(restored.code).toBe(0);
  expect((await statements()).map((sids) => [...sids].sort())).toEqual(before.map((sids) => [...sids].sort()));
});

it('sees all the subscriptions of a topic, over three pages, with their dead-letter queues (S12)', async () => {
  const { TopicArn } = await sns().send(new CreateTopicCommand({ Name: 'alerts' }));
  const subscribe = (account: string, queue: string, deadLetterOf?: string) =>
    sns().send(
      new SubscribeCommand({
        TopicArn,
        Protocol: 'sqs',
        Endpoint: `arn:aws:sqs:${REGION}:${account}:${queue}`,
        ...(deadLetterOf !== undefined && {
          Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: `arn:aws:sqs:${REGION}:${deadLetterOf}:dead` }) },
        }),
      }),
    );
  for (let queue = 1; queue <= 201; queue += 1) await subscribe(OWN, `q-${queue}`);
  await subscribe(FOREIGN, 'stranger');
  await subscribe(OWN, 'leaking', FOREIGN);
  await subscribe(OWN, 'kept', OWN);
  await sns().send(new SubscribeCommand({ TopicArn, Protocol: 'https', Endpoint: 'https://evil.example/hook' }));

  const { code, document } = await audit('sns-subscription', '--fix', '--yes');
  const { Subscriptions = [] } = await sns().send(new ListSubscriptionsByTopicCommand({ TopicArn, NextToken: '200' }));
  const leaking = Subscriptions.find(({ Endpoint }) => Endpoint?.endsWith(':leaking'))?.SubscriptionArn;
  const { Attributes } = await sns().send(new GetSubscriptionAttributesCommand({ SubscriptionArn: leaking }));

  const told = document.assessments.map(({ code, reason, plan }) => [code, plan?.length, /not confirmed cannot be removed/.test(reason ?? '')]);
  // What is not confirmed cannot be removed: it is still there, and it is said.
  expect([code, told.sort()]).toEqual([
    1,
    [
      ['untrusted-account', 0, true],
      ['untrusted-dead-letter', 1, false],
      ['untrusted-host', 0, true],
    ],
  ]);
  expect([document.summary.scanned.records, Attributes?.RedrivePolicy ?? '']).toEqual([206, '']);
});

it('finds functions outside a VPC over two pages, and spares its own', async () => {
  for (let index = 1; index <= 51; index += 1) await makeFunction(api, CALLER, `f-${String(index).padStart(2, '0')}`);
  await makeFunction(api, CALLER, 'perimeter-lambda-vpc-hook');

  const { code, document } = await audit('lambda-vpc', '--fix', '--yes');

  expect([code, document.summary.violation, document.summary.undetermined]).toEqual([1, 51, 0]);
  expect(document.assessments.every(({ verdict, plan }) => verdict === 'exempt' || plan?.length === 0)).toBe(true);
  expect(readdirSync(place.folder)).toEqual(['perimeter.yaml']);
});

it('finds replication to strangers and open endpoints of ECR (E10)', async () => {
  const ec2 = new EC2Client(api.client(CALLER));
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  for (const service of ['ecr.api', 'sqs'])
    await ec2.send(
      new CreateVpcEndpointCommand({ VpcId: Vpc?.VpcId, ServiceName: `com.amazonaws.${REGION}.${service}`, VpcEndpointType: 'Interface' }),
    );
  const destinations = [OWN, FOREIGN].map((registryId) => ({ region: 'us-east-1', registryId }));
  await new ECRClient(api.client(CALLER)).send(new PutReplicationConfigurationCommand({ replicationConfiguration: { rules: [{ destinations }] } }));

  const seen = await audit('ecr-layer-access');
  const fixed = await audit('ecr-layer-access', '--fix', '--yes');

  const codes = ({ document }: typeof seen) => document.assessments.map(({ code }) => code).sort();
  expect([seen.code, codes(seen)]).toEqual([1, ['open-endpoint-policy', 'untrusted-destination']]);
  // Which policy is right for the endpoint is for its owner to say.
  expect([fixed.code, codes(await audit('ecr-layer-access'))]).toEqual([1, ['open-endpoint-policy']]);
});

it.each([
  ['y\n', 0, ['innocent']],
  ['yes\n', 0, ['innocent']],
  ['n\n', 1, ['innocent', 'violating']],
  ['\n', 1, ['innocent', 'violating']],
  ['', 1, ['innocent', 'violating']],
])('asks on a terminal, after showing what it would do: %j', async (stdin, expected, left) => {
  await scenarios[0]?.make(stageOf(api));

  const argv = ['audit', '--guardrail', 'lambda-permission', '--fix'];
  const { code, stdout, stderr } = await perimeter(argv, { cwd: place.folder, now: NOW, stdin, isTerminal: true });

  expect([code, await scenarios[0]?.state(stageOf(api))]).toEqual([expected, left]);
  expect(stdout).toContain('would undo: lambda:RemovePermission FunctionName=orders StatementId=violating');
  expect(stderr).toContain(`Make 1 call on 1 resource in ${OWN} (${REGION})? [y/N] `);
  expect(stdout.includes(`to put back what was removed: perimeter undo ${undoFile()}`)).toBe(expected === 0);
});

it('observes where the mode says so, and acts on nothing that is exempt', async () => {
  const [oneStatement] = scenarios;
  await oneStatement?.make(stageOf(api));
  place.write({ 'perimeter.yaml': CONFIGURATION.replace('lambda-permission: { mode: enforce }', 'lambda-permission: { mode: observe }') });
  const observed = await audit('lambda-permission', '--fix', '--yes');
  place.write({ 'perimeter.yaml': EXCUSED });
  const exempt = await audit('lambda-permission', '--fix', '--yes');

  expect([observed.code, observed.document.summary.violation, exempt.code, exempt.document.summary.exempt]).toEqual([1, 1, 0, 1]);
  expect(await oneStatement?.state(stageOf(api))).toEqual(['innocent', 'violating']);
  expect(readdirSync(place.folder)).toEqual(['perimeter.yaml']);
});

it('says what it was not let see, and turns nothing green that it did not see', async () => {
  await scenarios[0]?.make(stageOf(api));
  process.env = { ...process.env, ...faults.environment(CALLER) };
  const denied = { code: 'AccessDeniedException', status: 403, message: 'not authorized' };

  await faults.set([{ service: 'lambda', operation: 'ListAliases', error: denied }]);
  const list = await audit('lambda-permission');
  await faults.set([{ service: 'lambda', operation: 'GetPolicy', error: denied }]);
  const read = await audit('lambda-permission', '--fix', '--yes');
  await faults.clear();

  expect([list.code, list.stderr]).toEqual([
    2,
    expect.stringContaining(`${OWN}/${REGION}: lambda-permission: lambda:ListAliases: AccessDeniedException: not authorized`),
  ]);
  expect([list.document.summary.violation, list.document.summary.errors.length]).toEqual([1, 1]);
  expect([read.code, read.document.assessments.map(({ verdict }) => verdict)]).toEqual([2, ['undetermined']]);
  expect(read.document.assessments[0]?.reason).toBe('what is there now could not be read: AccessDeniedException: not authorized');
});

it('records what it removes before it removes it, and removes nothing that it cannot record', async () => {
  await scenarios[0]?.make(stageOf(api));
  place.write({ [`perimeter-undo-${NOW.toISOString().replace(/[-:]|\.\d+/g, '')}.jsonl`]: 'of another run\n' });

  const { code, document } = await audit('lambda-permission', '--fix', '--yes');

  expect([code, document.summary]).toEqual([
    1,
    expect.objectContaining({
      fix: expect.objectContaining({ undone: 0, calls: [expect.objectContaining({ error: expect.objectContaining({ name: 'UndoNotRecorded' }) })] }),
    }),
  ]);
  expect(await scenarios[0]?.state(stageOf(api))).toEqual(['innocent', 'violating']);
  expect(readFileSync(join(place.folder, undoFile()), 'utf8')).toBe('of another run\n');
});

it.each([
  [['audit', '--yes'], '--yes belongs to --fix: add it, or leave both out'],
  [['audit', '--fix'], '--fix asks before it changes anything, and there is no terminal to ask on: add --yes'],
  [['audit', '--fix', '--format', 'json'], '--fix asks before it changes anything, and --format json leaves no room to: add --yes'],
  [['audit', '--region', 'Frankfurt'], '--region: "Frankfurt" is not a Region'],
  [['audit', '--guardrail', 'lambda-vcp'], 'unknown guardrail lambda-vcp; did you mean lambda-vpc?'],
])('%p: %s', async (argv, message) => {
  const { code, stdout, stderr } = await place.run(argv);

  expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)]);
});

it('says in one line that there are no credentials, no Region, or no AWS there', async () => {
  process.env = { PATH: environment.PATH, HOME: place.folder, AWS_EC2_METADATA_DISABLED: 'true', AWS_REGION: REGION };
  const anonymous = await place.run(['audit']);
  process.env = { PATH: environment.PATH, HOME: place.folder, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
  const nowhere = await place.run(['audit']);
  process.env = { ...process.env, AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_REGION: REGION, AWS_MAX_ATTEMPTS: '1' };
  const silent = await place.run(['audit']);

  expect([anonymous, nowhere, silent]).toEqual([
    { code: 2, stdout: '', stderr: 'perimeter: no AWS credentials: sign in (aws sso login), or set AWS_PROFILE\n' },
    { code: 2, stdout: '', stderr: 'perimeter: no Region to look at: name one with --region, or set AWS_REGION\n' },
    {
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^perimeter: AWS does not say which account this is \(\w+: .*ECONNREFUSED.*\): check the credentials and the Region\n$/,
      ),
    },
  ]);
});

it('is shipped: looks in every Region that is named, and prints for people', async () => {
  build();
  await scenarios[0]?.make(stageOf(api));
  const { code, stdout, stderr } = await run(['audit', '--guardrail', 'lambda-permission', '--region', 'us-east-1', '--region', REGION], {
    cwd: place.folder,
    env: api.environment(CALLER),
  });

  expect([code, stderr]).toEqual([1, '']);
  expect(stdout).toContain(`✗ untrusted-account HIGH  ${OWN}/${REGION}`);
  expect(stdout).toContain('would undo: lambda:RemovePermission FunctionName=orders StatementId=violating');
  expect(stdout).toContain('1 judged in 1 resource: 1 violation, 0 compliant');
});
