/** The bundles on what they are deployed to: Node.js 24, with an SDK that is older than some of the calls they make. */
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { property, type Value } from '../../lib/core/value';
import { encodeSettings, type Surroundings } from '../../lib/handlers/settings';
import { type MotoEmulator, startEmulator } from '../aws/emulator';
import { benchOf, resourceRequest } from '../handlers/hook.support';
import { guardrailCases, isLiteral } from '../support/cases';
import { CALLER, configurationIn, eventOf, FOREIGN, findings, OWN, prepare, REGION } from './organization';
import { createRuntime, OLD_SDK, type Run } from './runtime';
import { scenarios } from './scenarios';

const runtime = createRuntime();
let emulator: MotoEmulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(async () => {
  await emulator.stop();
  runtime.remove();
});
beforeEach(async () => {
  await emulator.reset();
  await prepare(emulator);
});

const run = (folder: Run['folder'], guardrail: string, event: Value, surroundings: Surroundings = {}, configuration = configurationIn()) =>
  runtime.run(
    { folder, guardrail, settings: encodeSettings(configuration, guardrail, surroundings), environment: emulator.environment(CALLER) },
    event,
  );

it('is Node.js 24, and an SDK that lacks the newest calls', () => {
  expect(runtime.evaluate('process.version')).toMatch(/^v24\./);
  expect(runtime.evaluate("require('@aws-sdk/client-lambda/package.json').version")).toBe('3.927.0');
  const { GetPolicyCommand, PutResourcePolicyCommand, DeleteResourcePolicyCommand } = OLD_SDK('@aws-sdk/client-lambda');
  expect([typeof GetPolicyCommand, PutResourcePolicyCommand, DeleteResourcePolicyCommand]).toEqual(['function', undefined, undefined]);
});

describe.each(scenarios)('$guardrail: $name', ({ guardrail, make, state, calls, mayComeBack }) => {
  it('is undone', async () => {
    const event = await make(emulator);

    const { value } = await run('lambda', guardrail, event);

    expect(property(value, 'deeds')).toMatchObject([{ calls: [{ action: `${calls[1]?.join(':')}`, outcome: 'done' }], isSettled: true }]);
    expect(await state(emulator)).toEqual(['innocent']);
    expect(await findings(emulator)).toMatchObject([{ status: mayComeBack ? 'FAILED' : 'PASSED' }]);
  });
});

it('a whole policy that only strangers hold is deleted', async () => {
  const document = scenarios.find(({ name }) => name === 'a whole document');
  const event = (await document?.make(emulator)) ?? null;
  const strict = { ...configurationIn().trust, accountIds: new Set([OWN]) };

  const { value } = await run('lambda', 'lambda-permission', event, {}, configurationIn('enforce', { trust: strict }));

  expect(property(value, 'deeds')).toMatchObject([{ calls: [{ action: 'lambda:DeleteResourcePolicy', outcome: 'done' }], isSettled: true }]);
  expect(await document?.state(emulator)).toEqual([]);
});

it('a pending subscription is scheduled to be looked at again', async () => {
  const subscription = scenarios.find(({ mayComeBack }) => mayComeBack);
  const event = (await subscription?.make(emulator)) ?? null;
  const scheduler = { roleArn: `arn:aws:iam::${OWN}:role/perimeter-look-again` };

  await run('lambda', 'sns-subscription', event, { scheduler });

  const { Schedules = [] } = await new SchedulerClient(emulator.client(CALLER)).send(new ListSchedulesCommand({}));
  expect(Schedules.map(({ Name = '' }) => Name)).toEqual([expect.stringMatching(/^perimeter-sns-subscription-remediator-/)]);
});

it('a queue is drained', async () => {
  const sqs = new SQSClient(emulator.client(CALLER));
  const { QueueUrl: queueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'pulls' }));
  const pull = eventOf('ecr.amazonaws.com', 'BatchGetImage', { repositoryName: 'orders' }, null, {
    resources: [{ ARN: `arn:aws:ecr:${REGION}:${OWN}:repository/orders`, accountId: OWN }],
  });
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(pull) }));

  await run('lambda', 'ecr-layer-access', { perimeter: 'drain' }, { queueUrl });

  expect(await findings(emulator)).toMatchObject([{ code: 'untrusted-identity', status: 'FAILED' }]);
});

describe.each(guardrailCases)('the hook of $guardrail.id', ({ guardrail, cases }) => {
  it.each(['violation', 'compliant'])('answers what the sources answer: %s', async (verdict) => {
    const wanted = cases.find(({ resource, expect: expected, settings, configuration }) => {
      const [first] = [expected].flat();
      return first?.verdict === verdict && resource && isLiteral(resource.properties) && !settings && !configuration;
    });
    if (!wanted?.resource) throw new Error(`no case of ${guardrail.id} is a ${verdict} of a resource`);
    const request = resourceRequest(wanted.resource);

    const { value } = await run('hooks', guardrail.id, request);

    expect(value).toEqual(await benchOf(guardrail, encodeSettings(configurationIn(), guardrail.id)).hook(request));
  });
});

it('a hook reads the organization directory for an account that its list lacks', async () => {
  const s3 = new S3Client({ ...emulator.client(CALLER), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'directory', CreateBucketConfiguration: { LocationConstraint: REGION } }));
  const Body = JSON.stringify({ writtenAt: new Date().toISOString(), accountIds: [OWN, FOREIGN] });
  await s3.send(new PutObjectCommand({ Bucket: 'directory', Key: 'accounts.json', Body }));
  const directory = { bucket: 'directory', key: 'accounts.json', region: REGION };
  const properties = { FunctionName: 'orders', Action: 'lambda:InvokeFunction', Principal: FOREIGN };
  const request = resourceRequest({ type: 'AWS::Lambda::Permission', properties });

  expect((await run('hooks', 'lambda-permission', request, { directory })).value).toMatchObject({ hookStatus: 'SUCCESS' });
  expect((await run('hooks', 'lambda-permission', request)).value).toMatchObject({ hookStatus: 'FAILED', errorCode: 'NonCompliant' });
});
