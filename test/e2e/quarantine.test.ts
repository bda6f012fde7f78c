/** Functions outside their network, stopped where that is chosen: which, by which call, and back again. */
import {
  CreateAliasCommand,
  DeleteFunctionConcurrencyCommand,
  GetFunctionConcurrencyCommand,
  LambdaClient,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import type { Configuration } from '../../lib/core/configuration';
import { property, type Value } from '../../lib/core/value';
import type { Mode } from '../../lib/core/verdict';
import { makeFunction } from '../aws/fixtures';
import { CONFIGURATION, run as runCommand } from '../cli/support/aws';
import { workspace } from '../cli/support/workspace';
import { invoke } from './bundle';
import { emptyAccount, faultsBefore } from './emulated';
import { CALLER, configurationIn, eventOf, findings, OWN, REGION } from './organization';

const emulator = emptyAccount();
const faults = faultsBefore(emulator);
const lambda = () => new LambdaClient(emulator.client(CALLER));
const ARN = `arn:aws:lambda:${REGION}:${OWN}:function:orders`;
const FunctionName = 'orders';

const reserve = (ReservedConcurrentExecutions: number) =>
  lambda().send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));
const reserved = async () => (await lambda().send(new GetFunctionConcurrencyCommand({ FunctionName }))).ReservedConcurrentExecutions;

const created = (functionName: string = FunctionName, functionArn = ARN): Value =>
  eventOf('lambda.amazonaws.com', 'CreateFunction20150331', { functionName }, { functionName, functionArn });
const updated = (functionName: string): Value =>
  eventOf(
    'lambda.amazonaws.com',
    'UpdateFunctionConfiguration20150331v2',
    { functionName, vpcConfig: { subnetIds: [], securityGroupIds: [] } },
    null,
  );

interface How {
  readonly mode?: Mode;
  readonly response?: 'undo' | 'report' | 'quarantine';
  readonly exempt?: boolean;
  readonly api?: typeof emulator | typeof faults;
}

function remediate(event: Value, { mode = 'enforce', response = 'quarantine', exempt = false, api = emulator }: How = {}) {
  const exemption = { guardrails: ['lambda-vpc'], resources: [ARN], reason: 'agreed', expires: '2040-01-01' };
  const { guardrails, ...others } = configurationIn(mode, exempt ? { exemptions: [exemption] } : {});
  const own = guardrails['lambda-vpc'];
  if (!own) throw new Error('the guardrail is configured');
  const configuration: Configuration = { ...others, guardrails: { ...guardrails, 'lambda-vpc': { ...own, response } } };
  return invoke({ guardrail: 'lambda-vpc', configuration, environment: api.environment(CALLER) }, event);
}

const callsOf = (answer: { readonly [name: string]: Value }) => property(Array.isArray(answer.deeds) ? answer.deeds[0] : null, 'calls');

beforeEach(async () => {
  await makeFunction(emulator, CALLER, FunctionName);
});

it.each<[string, Value]>([
  ['its name', created()],
  ['its ARN', updated(ARN)],
  ['a part of its ARN', updated(`${OWN}:function:orders`)],
  ['$LATEST', updated(`${ARN}:$LATEST`)],
])('one that the event names by %s is stopped', async (_, event) => {
  await remediate(event);

  expect(await reserved()).toBe(0);
  expect(await findings(emulator)).toMatchObject([{ title: expect.stringMatching(/^contained: no-vpc on function:orders/), status: 'FAILED' }]);
});

it('one with versions and an alias is stopped as a whole, once', async () => {
  await lambda().send(new PublishVersionCommand({ FunctionName }));
  await lambda().send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));

  await remediate({ perimeter: 'sweep' });

  expect(await reserved()).toBe(0);
});

it.each<[string, How]>([
  ['the guardrail observes', { mode: 'observe' }],
  ['it only reports', { response: 'report' }],
  ['nothing was chosen', { response: 'undo' }],
  ['it is exempt', { exempt: true }],
])('it goes on where %s', async (_, how) => {
  await reserve(5);

  await remediate(created(), how);

  expect(await reserved()).toBe(5);
});

it('one that its owner stopped is left, and is told to be stopped', async () => {
  await reserve(0);

  expect(callsOf(await remediate(created()))).toEqual([]);
  expect(await findings(emulator)).toMatchObject([{ title: expect.stringMatching(/^contained: /), undoKey: undefined }]);
});

it('one that AWS does not let us stop is told, and tried again', async () => {
  await faults.set([{ service: 'lambda', operation: 'PutFunctionConcurrency', error: { code: 'TooManyRequestsException', status: 429 } }]);
  const event = created();
  await expect(remediate(event, { api: faults })).rejects.toThrow('TooManyRequestsException');
  expect(await findings(emulator)).toMatchObject([{ title: expect.stringMatching(/^remediation failed: /) }]);
  await faults.clear();

  await remediate(event, { api: faults });

  expect([await reserved(), await findings(emulator)]).toMatchObject([0, [{ title: expect.stringMatching(/^contained: /) }]]);
});

describe('released', () => {
  /** By the key in the finding. */
  async function released(): Promise<number> {
    const [found] = await findings(emulator);
    const place = workspace({ 'perimeter.yaml': CONFIGURATION });
    const { code } = await runCommand(['undo', found?.undoKey ?? ''], { cwd: place.folder, env: emulator.environment(CALLER) });
    place.remove();
    return code;
  }

  it.each([undefined, 5, 1000])('it has the concurrency of before: %s', async (before) => {
    if (before !== undefined) await reserve(before);
    await remediate(created());

    expect([await released(), await reserved()]).toEqual([0, before]);
  });

  it('not where its owner has given it another since', async () => {
    await remediate(created());
    await reserve(7);

    expect([await released(), await reserved()]).toEqual([1, 7]);
  });

  it('by its owner, it is there already', async () => {
    await remediate(created());
    await lambda().send(new DeleteFunctionConcurrencyCommand({ FunctionName }));

    expect([await released(), await reserved()]).toEqual([0, undefined]);
  });

  it('after it was stopped twice, it has what it had the second time', async () => {
    await reserve(5);
    await remediate(created());
    await reserve(7);
    await remediate(created());

    expect([await released(), await reserved()]).toEqual([0, 7]);
  });
});
