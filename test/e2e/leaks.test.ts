/** The logs of the functions: every run of the end-to-end tests is refused whose log tells too much. */
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { invoke } from './bundle';
import { emptyAccount, faultsBefore } from './emulated';
import { leaksIn } from './leaks';
import { CALLER, callerOf, clientOf, configurationIn, eventOf, OWN, prepare, REGION, stageOf } from './organization';
import { handed, invocationOf, scenarios } from './scenarios';

const emulator = emptyAccount();
const faults = faultsBefore(emulator);
const stage = stageOf(emulator);

const [first] = scenarios;
if (!first) throw new Error('no scenario');

/** AWS refuses the finding with this message, which the function logs. */
const refused = async (message: string): Promise<unknown> => {
  const event = await first.make(stage);
  await faults.set([{ service: 'securityhub', operation: 'BatchImportFindings', error: { code: 'InvalidInputException', status: 400, message } }]);
  const invocation = { ...(await invocationOf(first, stage)), environment: faults.environment(callerOf(stage)) };
  return invoke(invocation, event);
};

it.each([
  ['an e-mail address', 'ada.secret@evil.example is not known'],
  ['the path of an endpoint', 'https://evil.example/hook/secret is not known'],
  ['a token', `token ${'2336412f37fb687f5d51e6e241d09c80'.repeat(2)}`],
  ['the name of a session', 'arn:aws:sts::222222222222:assumed-role/dev/ada is not authorized'],
  ['an event', '{"requestParameters":{"functionName":"orders"}}'],
])('a run is refused whose log holds %s', async (what, message) => {
  await expect(refused(message)).rejects.toThrow(`the log holds ${what}: `);
});

it('a run is not refused for what else AWS says', async () => {
  await expect(refused('the finding is too large')).resolves.toMatchObject({ findings: [{ stored: false }] });
});

/** Those that a hook's log has too. */
const KEYS = ['level', 'message', 'timestamp', 'service', 'surface', 'guardrail', 'function_request_id'];

it('every scenario logs what it did, and an address that violates is not told', async () => {
  const lines: string[] = [];
  for (const each of scenarios) {
    await emulator.reset();
    await prepare(emulator);
    const event = await each.make(stage);
    await invoke({ ...(await invocationOf(each, stage)), lines }, await handed(each, stage, event));
  }
  const TopicArn = `arn:aws:sns:${REGION}:${OWN}:alerts`;
  await clientOf(stage, SNSClient).send(new CreateTopicCommand({ Name: 'alerts' }));
  await clientOf(stage, SNSClient).send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'ada.secret@evil.example' }));
  const asked = { topicArn: TopicArn, protocol: 'email', endpoint: 'ada.secret@evil.example' };
  const subscribed = eventOf('sns.amazonaws.com', 'Subscribe', asked, { subscriptionArn: 'pending confirmation' });
  await invoke({ guardrail: 'sns-subscription', configuration: configurationIn(), environment: emulator.environment(CALLER), lines }, subscribed);

  const told = lines.map((line) => JSON.parse(line)).filter((line) => line._aws === undefined);
  expect(told.length).toBeGreaterThan(scenarios.length);
  expect(told.filter((line) => KEYS.some((key) => typeof line[key] !== 'string'))).toEqual([]);
  expect(leaksIn(lines)).toEqual([]);
  expect(lines.filter((line) => /secret|evil/.test(line))).toEqual([]);
});
