/** The bundles on what they are deployed to: Node.js 24, with an SDK that is older than some of the calls they make. */
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { property, type Value } from '../../lib/core/value';
import { encodeSettings, type Surroundings } from '../../lib/handlers/settings';
import { makeFunction } from '../aws/fixtures';
import { benchOf, resourceRequest } from '../handlers/hook.support';
import { guardrailCases, isLiteral } from '../support/cases';
import { emptyAccount } from './emulated';
import { CALLER, configurationIn, FOREIGN, findings, OWN, REGION, stageOf } from './organization';
import { createRuntime, OLD_SDK, type Run } from './runtime';
import { handed, invocationOf, scenarios, selected } from './scenarios';

const runtime = createRuntime();
const emulator = emptyAccount();
const stage = stageOf(emulator);
afterAll(() => runtime.remove());

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

/** And the calls that the SDK lacks. */
const lacking = scenarios.filter(({ undo }) => /ResourcePolicy$/.test(undo ?? ''));

describe.each([...new Set([...selected(scenarios), ...lacking])])('$guardrail: $name', (scenario) => {
  it(`is ${scenario.ends}`, async () => {
    const event = await scenario.make(stage);
    const { configuration, surroundings } = await invocationOf(scenario, stage);

    const { value } = await run('lambda', scenario.guardrail, await handed(scenario, stage, event), surroundings, configuration);

    const calls = scenario.undo === undefined ? [] : [{ action: scenario.undo, outcome: 'done' }];
    expect(property(value, 'deeds')).toMatchObject(scenario.ends === 'closed' ? [] : [{ calls, isSettled: true }]);
    expect(await scenario.state(stage)).toEqual(scenario.ends === 'reported' ? ['innocent', 'violating'] : ['innocent']);
    const isPassed = scenario.ends === 'closed' || (scenario.ends === 'undone' && !scenario.mayComeBack);
    expect(await findings(emulator)).toMatchObject([{ status: isPassed ? 'PASSED' : 'FAILED' }]);
  });
});

/** Whatever the SDK lacks is in none of the lists but by our own word. */
it.each(guardrailCases.map(({ guardrail }) => guardrail.id))('the sweep of %s reads every list', async (id) => {
  await makeFunction(emulator, CALLER, 'orders');

  await run('lambda', id, { perimeter: 'sweep' });

  expect((await findings(emulator)).map(({ code }) => code)).toEqual(id === 'lambda-vpc' ? ['no-vpc'] : []);
});

it('what may come back is scheduled to be looked at again', async () => {
  const returning = scenarios.find(({ mayComeBack }) => mayComeBack);
  if (!returning) throw new Error('no scenario of a subscription that may come back');
  const event = await returning.make(stage);
  const { surroundings } = await invocationOf(returning, stage);

  await run('lambda', returning.guardrail, event, surroundings);

  const { Schedules = [] } = await new SchedulerClient(emulator.client(CALLER)).send(new ListSchedulesCommand({}));
  expect(Schedules.map(({ Name = '' }) => Name)).toEqual([expect.stringMatching(/^perimeter-sns-subscription-remediator-/)]);
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
