/** The launcher, the faults, and what moto does by itself of what Perimeter needs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateVpcCommand, CreateVpcEndpointCommand, DescribeVpcEndpointsCommand, EC2Client, ModifyVpcEndpointCommand } from '@aws-sdk/client-ec2';
import { ECRClient, GetDownloadUrlForLayerCommand } from '@aws-sdk/client-ecr';
import { DeleteRolePolicyCommand, GetRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  GetFunctionCommand,
  GetLayerVersionCommand,
  LambdaClient,
  ListFunctionsCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateScheduleCommand, DeleteScheduleCommand, GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateTopicCommand, ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { type MotoEmulator, startEmulator, startMinistack } from './emulator';
import { type Faults, startFaults } from './faults';
import { callLambda, failureOf, makeFunction, makeRole, publishLayer } from './fixtures';
import { answers } from './program';

const OWN = { account: '111122223333' };
const OTHER = { account: '444455556666', region: 'us-gov-west-1' };

let emulator: MotoEmulator;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator?.stop());
beforeEach(() => emulator.reset());

describe('the launcher', () => {
  it('takes the account and the Region from the caller; reset forgets all of them', async () => {
    const topics = async () => (await new SNSClient(emulator.client(OTHER)).send(new ListTopicsCommand({}))).Topics;
    const { TopicArn } = await new SNSClient(emulator.client(OTHER)).send(new CreateTopicCommand({ Name: 'orders' }));

    expect(TopicArn).toBe('arn:aws-us-gov:sns:us-gov-west-1:444455556666:orders');
    expect((await new SNSClient(emulator.client(OWN)).send(new ListTopicsCommand({}))).Topics).toEqual([]);
    expect(await topics()).toEqual([{ TopicArn }]);
    await emulator.reset();
    expect(await topics()).toEqual([]);
  });

  it('tells a process where AWS is by its environment', async () => {
    const code =
      "import('@aws-sdk/client-sns').then(async ({ SNSClient, CreateTopicCommand }) => console.log((await new SNSClient().send(new CreateTopicCommand({ Name: 'x' }))).TopicArn))";
    const child = spawn(process.execPath, ['--no-warnings', '-e', code], {
      cwd: resolve(__dirname, '../..'),
      env: { ...emulator.environment(OTHER) },
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });

    await once(child, 'close');

    expect(output.trim()).toBe('arn:aws-us-gov:sns:us-gov-west-1:444455556666:x');
  });

  it('runs several side by side, and stops its own', async () => {
    const second = await startEmulator();
    expect(second.endpoint).not.toBe(emulator.endpoint);

    await second.stop();
    await second.stop();

    expect([await answers(`${second.endpoint}/moto-api/data.json`), await answers(`${emulator.endpoint}/moto-api/data.json`)]).toEqual([false, true]);
  });

  it('leaves nothing behind when the one who started it is killed', async () => {
    const python = resolve(__dirname, '../../.venv/bin/python');
    const starter = `const { spawn } = require('node:child_process');
      const child = spawn(${JSON.stringify(python)}, ['-B', ${JSON.stringify(join(__dirname, 'leash.py'))}, 'moto_perimeter'], { detached: true });
      child.stdout.once('data', (port) => console.log(String(port).trim()));`;
    const parent = spawn(process.execPath, ['-e', starter], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [port] = await once(parent.stdout, 'data');
    const url = `http://127.0.0.1:${String(port).trim()}/moto-api/data.json`;
    expect(await answers(url)).toBe(true);

    parent.kill('SIGKILL');

    let isThere = true;
    for (let tries = 0; tries < 100 && isThere; tries++) {
      await sleep(50);
      isThere = await answers(url);
    }
    expect(isThere).toBe(false);
  });
});

it('says what it lacks', async () => {
  const ecr = new ECRClient(emulator.client(OWN));
  const download = new GetDownloadUrlForLayerCommand({ repositoryName: 'shop', layerDigest: `sha256:${'0'.repeat(64)}` });

  expect(await failureOf(ecr.send(download))).toBe('NotEmulated 501');
});

describe('ministack', () => {
  it('answers by account, resets, takes a layer by its ARN, and stops', async () => {
    const ministack = await startMinistack();
    try {
      const { TopicArn } = await new SNSClient(ministack.client(OWN)).send(new CreateTopicCommand({ Name: 'orders' }));
      expect(TopicArn).toBe('arn:aws:sns:eu-west-1:111122223333:orders');
      await ministack.reset();
      expect((await new SNSClient(ministack.client(OWN)).send(new ListTopicsCommand({}))).Topics).toEqual([]);
      const layer = (await publishLayer(ministack, OWN, 'common')).replace(/:1$/, '');
      const lambda = new LambdaClient(ministack.client(OWN));
      expect(await failureOf(lambda.send(new GetLayerVersionCommand({ LayerName: layer, VersionNumber: 1 })))).toBe('no error');
    } finally {
      await ministack.stop();
    }
    expect(await answers(`${ministack.endpoint}/_ministack/health`)).toBe(false);
  });
});

describe('faults', () => {
  let faults: Faults;
  const list = (maxAttempts = 1) => new LambdaClient({ ...faults.client(OWN), maxAttempts }).send(new ListFunctionsCommand({}));

  beforeAll(async () => {
    faults = await startFaults(emulator);
  });
  afterAll(() => faults?.stop());
  beforeEach(() => faults.clear());

  it('come as AWS words them, so often as the rule says', async () => {
    await faults.set([{ service: 'lambda', operation: 'ListFunctions', times: 1, error: { code: 'TooManyRequestsException' } }]);

    expect([await failureOf(list()), await failureOf(list())]).toEqual(['TooManyRequestsException 429', 'no error']);
    expect(await faults.fired()).toMatchObject([{ service: 'lambda', operation: 'ListFunctions', action: 'error:TooManyRequestsException' }]);
  });

  it('leave other calls alone, and the SDK to try again', async () => {
    await faults.set([{ service: 'lambda', operation: 'GetFunction', error: { code: 'ServiceException' } }]);
    expect(await failureOf(list())).toBe('no error');
    await faults.set([{ service: 'lambda', operation: 'ListFunctions', times: 2, error: { code: 'ServiceException' } }]);

    expect(await failureOf(list(3))).toBe('no error');

    expect(await faults.fired()).toHaveLength(2);
    await faults.clear();
    expect(await faults.fired()).toEqual([]);
  });

  it('know the calls of Lambda Core and Lambda Web, which are signed as Lambda', async () => {
    const paths = ['/2026-04-04/network-connectors', '/2026-04-04/network-connectors/egress', '/2025-03-07/web-functions/shop/revisions/1'];
    const operations = ['ListNetworkConnectors', 'GetNetworkConnector', 'GetWebFunctionRevision'];
    await faults.set(operations.map((operation) => ({ service: 'lambda', operation, error: { code: 'ThrottlingException', status: 429 } })));

    const failures = await Promise.all(paths.map((path) => failureOf(callLambda(faults, OWN, { method: 'GET', path }))));

    expect(failures).toEqual(operations.map(() => 'ThrottlingException 429'));
    expect((await faults.fired()).map(({ operation }) => operation).sort()).toEqual([...operations].sort());
  });

  it('cut the connection before the call, or after it was made', async () => {
    const create = () => new SNSClient({ ...faults.client(OWN), maxAttempts: 1 }).send(new CreateTopicCommand({ Name: 'orders' }));
    const topics = async () => (await new SNSClient(emulator.client(OWN)).send(new ListTopicsCommand({}))).Topics ?? [];

    await faults.set([{ service: 'sns', operation: 'CreateTopic', reset: true }]);
    await expect(create()).rejects.toThrow();
    expect(await topics()).toHaveLength(0);

    await faults.set([{ service: 'sns', operation: 'CreateTopic', response: { abort_bytes: 0 } }]);
    await expect(create()).rejects.toThrow();
    expect(await topics()).toHaveLength(1);
  });
});

describe('what moto does by itself', () => {
  it('logs: an event is kept whole; a group, and a stream that is not there', async () => {
    const logs = new CloudWatchLogsClient(emulator.client(OWN));
    const put = (logStreamName: string) =>
      logs.send(
        new PutLogEventsCommand({
          logGroupName: 'perimeter-undo',
          logStreamName,
          logEvents: [{ timestamp: Date.now(), message: '{"removed":"ö"}' }],
        }),
      );
    expect(await failureOf(put('s'))).toBe('ResourceNotFoundException 400');
    await logs.send(new CreateLogGroupCommand({ logGroupName: 'perimeter-undo' }));
    expect(await failureOf(put('s'))).toBe('ResourceNotFoundException 400');
    await logs.send(new CreateLogStreamCommand({ logGroupName: 'perimeter-undo', logStreamName: 's' }));

    await put('s');

    const { events } = await logs.send(new GetLogEventsCommand({ logGroupName: 'perimeter-undo', logStreamName: 's', startFromHead: true }));
    expect(events?.map(({ message }) => message)).toEqual(['{"removed":"ö"}']);
  });

  it('scheduler: one schedule of a name', async () => {
    const scheduler = new SchedulerClient(emulator.client(OWN));
    const schedule = {
      Name: 'perimeter-look-again',
      ScheduleExpression: 'at(2026-11-22T10:05:00)',
      FlexibleTimeWindow: { Mode: 'OFF' as const },
      ActionAfterCompletion: 'DELETE' as const,
      Target: { Arn: 'arn:aws:lambda:eu-west-1:111122223333:function:f', RoleArn: 'arn:aws:iam::111122223333:role/r', Input: '{"look":"again"}' },
    };
    await scheduler.send(new CreateScheduleCommand(schedule));

    expect(await failureOf(scheduler.send(new CreateScheduleCommand(schedule)))).toBe('ConflictException 409');
    expect(await scheduler.send(new GetScheduleCommand({ Name: schedule.Name }))).toMatchObject(schedule);
    await scheduler.send(new DeleteScheduleCommand({ Name: schedule.Name }));
    expect(await failureOf(scheduler.send(new GetScheduleCommand({ Name: schedule.Name })))).toBe('ResourceNotFoundException 404');
  });

  it('S3: an object read by another account of the same emulator, and one that is not there', async () => {
    const s3 = new S3Client(emulator.client(OWN));
    const get = (Key: string) => new S3Client(emulator.client({ account: '444455556666' })).send(new GetObjectCommand({ Bucket: 'directory', Key }));
    await s3.send(new CreateBucketCommand({ Bucket: 'directory', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
    await s3.send(new PutObjectCommand({ Bucket: 'directory', Key: 'accounts.json', Body: '{}' }));

    expect(await (await get('accounts.json')).Body?.transformToString()).toBe('{}');
    expect(await failureOf(get('other.json'))).toBe('NoSuchKey 404');
  });

  it('IAM: inline policies of a role', async () => {
    const iam = new IAMClient(emulator.client(OWN));
    const name = { RoleName: 'deploy', PolicyName: 'perimeter-revoked' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'ecr:*', Resource: '*' }] });
    const get = () => iam.send(new GetRolePolicyCommand(name));
    await makeRole(emulator, OWN, 'deploy');
    expect(await failureOf(get())).toBe('NoSuchEntityException 404');

    await iam.send(new PutRolePolicyCommand({ ...name, PolicyDocument }));

    expect(decodeURIComponent((await get()).PolicyDocument ?? '')).toBe(PolicyDocument);
    await iam.send(new DeleteRolePolicyCommand(name));
    expect(await failureOf(get())).toBe('NoSuchEntityException 404');
  });

  it('Lambda: zero concurrency', async () => {
    const lambda = new LambdaClient(emulator.client(OWN));
    await makeFunction(emulator, OWN, 'shop');

    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: 'shop', ReservedConcurrentExecutions: 0 }));

    expect(await lambda.send(new GetFunctionCommand({ FunctionName: 'shop' }))).toMatchObject({ Concurrency: { ReservedConcurrentExecutions: 0 } });
  });

  it('EC2: the policy of an endpoint', async () => {
    const ec2 = new EC2Client(emulator.client(OWN));
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    const made = await ec2.send(
      new CreateVpcEndpointCommand({ VpcId: Vpc?.VpcId, ServiceName: 'com.amazonaws.eu-west-1.ecr.api', VpcEndpointType: 'Interface' }),
    );
    const VpcEndpointId = made.VpcEndpoint?.VpcEndpointId ?? '';
    const policy = async () => {
      const { VpcEndpoints = [] } = await ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [VpcEndpointId] }));
      return JSON.parse(VpcEndpoints[0]?.PolicyDocument ?? '{}');
    };
    expect(await policy()).toMatchObject({ Statement: [{ Effect: 'Allow', Principal: '*', Action: '*' }] });

    await ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId, PolicyDocument: '{"Version":"2012-10-17","Statement":[]}' }));

    expect(await policy()).toEqual({ Version: '2012-10-17', Statement: [] });
    expect(await failureOf(ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: ['vpce-0'] })))).toBe('InvalidVpcEndpointId.NotFound 400');
  });
});
