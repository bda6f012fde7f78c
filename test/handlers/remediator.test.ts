/** What the shell does around the judge that no emulator can show: the clock, the directory, what is looked at again. */
import type { Configuration } from '../../lib/core/configuration';
import { isObject, property, type Value } from '../../lib/core/value';
import { guardrails } from '../../lib/guardrails';
import { AwsFailure, type CallReport, type Finding, type Ports } from '../../lib/handlers/ports';
import { createRemediator } from '../../lib/handlers/remediator';
import { configurationIn, eventOf, FOREIGN, MEMBER, OWN } from '../e2e/organization';

const guardrailOf = (id: string) => {
  const found = guardrails.find((guardrail) => guardrail.id === id);
  if (!found) throw new Error(id);
  return found;
};

const NOW = new Date('2026-11-22T10:00:00Z');

interface World {
  readonly answers: { readonly [action: string]: { readonly [name: string]: Value } };
  readonly directory?: Ports['directory'];
  readonly open?: readonly Finding[];
  readonly now?: Date;
}

function portsIn({ answers, directory, open = [], now = NOW }: World) {
  const done = { calls: [] as CallReport[], findings: [] as Finding[], looks: [] as (readonly [string, Value])[], metrics: [] as string[] };
  const ports: Ports = {
    now: () => now,
    remaining: () => 60_000,
    here: undefined,
    pace: async () => undefined,
    read: async ({ action }) => {
      const output = answers[action];
      return output ? { kind: 'found', output } : { kind: 'absent' };
    },
    execute: async (call) => {
      const report: CallReport = { ...call, outcome: 'done' };
      done.calls.push(report);
      return report;
    },
    findings: {
      import: async (finding) => {
        done.findings.push(finding);
        return true;
      },
      about: async () => open,
      resolve: async () => true,
    },
    recordUndo: async () => 'key',
    findUndo: async () => [],
    directory,
    queue: undefined,
    lookAgain: async (at, event) => void done.looks.push([at.toISOString(), event]),
    log: () => undefined,
    count: (metric) => void done.metrics.push(metric),
  };
  return { ports, done };
}

const TOPIC = `arn:aws:sns:eu-west-1:${OWN}:alerts`;
const SUBSCRIPTION = `${TOPIC}:11111111-2222-3333-4444-555555555555`;
const listing = (arn: string) => ({
  'sns:ListSubscriptionsByTopic': {
    Subscriptions: [{ SubscriptionArn: arn, Owner: OWN, Protocol: 'https', Endpoint: 'https://evil.example/hook', TopicArn: TOPIC }],
  },
});
const subscribed = () =>
  eventOf(
    'sns.amazonaws.com',
    'Subscribe',
    { topicArn: TOPIC, protocol: 'https', endpoint: 'https://evil.example/hook' },
    { subscriptionArn: 'pending confirmation' },
  );

describe('a pending subscription', () => {
  it('is reported, and looked at again in a minute', async () => {
    const event = subscribed();
    const { ports, done } = portsIn({ answers: listing('PendingConfirmation') });

    await createRemediator(guardrailOf('sns-subscription'), configurationIn(), ports).run(event);

    expect(done.calls).toEqual([]);
    expect(done.looks).toEqual([['2026-11-22T10:01:00.000Z', { perimeter: 'look-again', looks: 1, since: '2026-11-22T10:00:00.000Z', event }]]);
    expect(done.findings).toMatchObject([{ Compliance: { Status: 'FAILED' } }]);
  });

  it('goes at once when a later look finds it confirmed', async () => {
    const again = { perimeter: 'look-again', looks: 3, since: NOW.toISOString(), event: subscribed() };
    const { ports, done } = portsIn({ answers: listing(SUBSCRIPTION) });

    await createRemediator(guardrailOf('sns-subscription'), configurationIn(), ports).run(again);

    expect(done.calls).toMatchObject([{ action: 'sns:Unsubscribe', input: { SubscriptionArn: SUBSCRIPTION } }]);
    expect(done.findings).toMatchObject([{ Compliance: { Status: 'FAILED' }, ProductFields: { 'perimeter/openUntil': '2026-11-24T10:00:00.000Z' } }]);
    expect(done.looks).toEqual([['2026-11-22T10:01:00.000Z', { ...again, looks: 1 }]]);
  });

  it('is looked at no more when the last look is over', async () => {
    const again = { perimeter: 'look-again', looks: 51, since: '2026-11-20T09:00:00Z', event: subscribed() };
    const { ports, done } = portsIn({ answers: { 'sns:ListSubscriptionsByTopic': { Subscriptions: [] } } });

    await createRemediator(guardrailOf('sns-subscription'), configurationIn(), ports).run(again);

    expect(done).toEqual({ calls: [], findings: [], looks: [], metrics: [] });
  });
});

const FUNCTION = `arn:aws:lambda:eu-west-1:${OWN}:function:orders`;
const granted = (principal: string) => ({
  'lambda:GetPolicy': {
    RevisionId: '7e710d48-c7d2-419c-b0bb-2f014bb742d8',
    Policy: JSON.stringify({
      Statement: [
        { Sid: 'out', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${principal}:root` }, Action: 'lambda:InvokeFunction', Resource: FUNCTION },
      ],
    }),
  },
});
const grantEvent = eventOf('lambda.amazonaws.com', 'AddPermission20150331v2', {
  functionName: 'orders',
  statementId: 'out',
  action: 'lambda:InvokeFunction',
  principal: FOREIGN,
});

describe('an account that the list lacks', () => {
  it.each([
    ['is a member by a fresh directory', async () => ({ accountIds: new Set([FOREIGN]), writtenAt: NOW }), []],
    ['is foreign by a fresh directory', async () => ({ accountIds: new Set([MEMBER]), writtenAt: NOW }), ['lambda:RemovePermission']],
    ['is nobody in particular by a stale one', async () => ({ accountIds: new Set([MEMBER]), writtenAt: new Date('2026-11-20T10:00:00Z') }), []],
    ['is nobody in particular by one that cannot be read', async () => Promise.reject(new AwsFailure('AccessDenied', 'no', false)), []],
  ])('%s', async (_, directory, calls) => {
    const { ports, done } = portsIn({ answers: granted(FOREIGN), directory });

    await createRemediator(guardrailOf('lambda-permission'), configurationIn(), ports).run(grantEvent);

    expect(done.calls.map(({ action }) => action)).toEqual(calls);
  });
});

/** As it is stored, and open. */
const findingOf = (sid: string, more: Finding = {}): Finding => ({
  Id: `perimeter/lambda-permission/${FUNCTION}/${sid}`,
  AwsAccountId: OWN,
  Compliance: { Status: 'FAILED' },
  Resources: [{ Id: FUNCTION }],
  ProductFields: { 'perimeter/resourceType': 'AWS::Lambda::Permission' },
  ...more,
});

it('a removal closes what it mended, and leaves the findings of other statements open', async () => {
  const others = [findingOf('archived', { RecordState: 'ARCHIVED' }), findingOf('of another', { Resources: [{ Id: `${FUNCTION}/more` }] })];
  const { ports, done } = portsIn({ answers: granted(FOREIGN), open: [findingOf('out'), findingOf('gone'), ...others] });
  const removed = eventOf('lambda.amazonaws.com', 'RemovePermission20150331v2', { functionName: 'orders', statementId: 'gone' });

  await createRemediator(guardrailOf('lambda-permission'), configurationIn(), ports).run(removed);

  expect(done.findings.map(({ Id, Compliance }) => [Id, Compliance])).toEqual([[findingOf('gone').Id, { Status: 'PASSED' }]]);
  expect(done.calls).toEqual([]);
});

it('a removal comes again where what is left cannot be read, so that no finding stays open for it', async () => {
  const { ports, done } = portsIn({ answers: {}, open: [findingOf('open')] });
  const read = async () => {
    throw new AwsFailure('AccessDeniedException', 'no', false);
  };
  const removed = eventOf('lambda.amazonaws.com', 'RemovePermission20150331v2', { functionName: 'orders', statementId: 'open' });

  const { failure } = await createRemediator(guardrailOf('lambda-permission'), configurationIn(), { ...ports, read }).run(removed);

  expect([failure, done.findings, done.metrics]).toEqual(['AccessDeniedException: no', [], ['failed']]);
});

it('a grant that was corrected closes its own finding alone', async () => {
  const { ports, done } = portsIn({ answers: granted(MEMBER), open: [findingOf('out'), findingOf('other')] });

  await createRemediator(guardrailOf('lambda-permission'), configurationIn(), ports).run(grantEvent);

  expect(done.findings.map(({ Id }) => Id)).toEqual([findingOf('out').Id]);
});

it('a document that violates closes what the one that it replaced was told for', async () => {
  const policy = JSON.stringify({ Statement: [{ Sid: 'out', Effect: 'Allow', Principal: { AWS: FOREIGN }, Action: 'lambda:InvokeFunction' }] });
  const { ports, done } = portsIn({ answers: granted(FOREIGN), open: [findingOf('out'), findingOf('replaced')] });
  const put = eventOf('lambda.amazonaws.com', 'PutResourcePolicy', { resourceArn: FUNCTION, policy });

  await createRemediator(guardrailOf('lambda-permission'), configurationIn('observe'), ports).run(put);

  expect(done.findings.map(({ Id, Compliance }) => [Id, Compliance])).toEqual([
    [findingOf('out').Id, { Status: 'FAILED' }],
    [findingOf('replaced').Id, { Status: 'PASSED' }],
  ]);
});

it('a function URL that is mended is found by the ARN of the answer', async () => {
  const url = findingOf('-', {
    Id: `perimeter/lambda-permission/${FUNCTION}:live/-`,
    Resources: [{ Id: `${FUNCTION}:live` }],
    ProductFields: { 'perimeter/resourceType': 'AWS::Lambda::Url' },
  });
  const { ports, done } = portsIn({ answers: { 'lambda:GetFunctionUrlConfig': { AuthType: 'AWS_IAM' } }, open: [url] });
  const answer = { functionArn: `${FUNCTION}:live`, authType: 'AWS_IAM' };

  await createRemediator(guardrailOf('lambda-permission'), configurationIn(), ports).run(
    eventOf('lambda.amazonaws.com', 'UpdateFunctionUrlConfig', { functionName: 'orders' }, answer),
  );

  expect(done.findings.map(({ Id, Compliance }) => [Id, Compliance])).toEqual([[url.Id, { Status: 'PASSED' }]]);
});

it.each([
  ['an event', grantEvent, 'eu-west-1'],
  ['a bare record', property(grantEvent, 'detail') ?? null, '${AWS::Region}'],
])('%s that names neither Region nor caller is looked up where it came from', async (_, event, region) => {
  const { ports } = portsIn({ answers: granted(FOREIGN) });
  const regions: string[] = [];
  const execute: Ports['execute'] = async (call, place) => {
    regions.push(place.region);
    return { ...call, outcome: 'done' };
  };
  const nameless = { awsRegion: null, userIdentity: { type: 'AWSService', invokedBy: 'cloudformation.amazonaws.com' } };
  const detail = property(event, 'detail');
  const told = isObject(detail) ? { ...Object(event), detail: { ...detail, ...nameless } } : { ...Object(event), ...nameless };

  await createRemediator(guardrailOf('lambda-permission'), configurationIn(), { ...ports, execute }).run(told);

  expect(regions).toEqual([region]);
});

const UNREADABLE = { 'lambda:GetPolicy': { Policy: '{"Version":"2012' } };

it('a policy that is no JSON closes nothing', async () => {
  const { ports, done } = portsIn({ answers: UNREADABLE, open: [findingOf('out')] });
  const removed = eventOf('lambda.amazonaws.com', 'RemovePermission20150331v2', { functionName: 'orders', statementId: 'out' });

  await createRemediator(guardrailOf('lambda-permission'), configurationIn(), ports).run(removed);

  expect(done.findings).toEqual([]);
});

it('a grant whose policy is no JSON is told as undetermined', async () => {
  const { ports, done } = portsIn({ answers: UNREADABLE });

  await createRemediator(guardrailOf('lambda-permission'), configurationIn(), ports).run(grantEvent);

  expect(done.findings).toMatchObject([{ Compliance: { Status: 'WARNING' } }]);
});

const LAYER = `arn:aws:lambda:eu-west-1:${OWN}:layer:common`;
const shared = { Sid: 'out', Effect: 'Allow', Principal: '*', Action: 'lambda:GetLayerVersion', Resource: `${LAYER}:7` };

it.each([
  ['lambda-permission', 'AddPermission20150331v2', { functionName: 'orders' }, granted(FOREIGN), 'lambda:RemovePermission'],
  ['lambda-permission', 'AddPermission20150331v2', { functionName: 'orders', principal: '*' }, granted(FOREIGN), 'lambda:RemovePermission'],
  ['lambda-permission', 'AddPermission20150331v2', { functionName: 'orders', principal: '*' }, granted(MEMBER), undefined],
  [
    'lambda-layer-permission',
    'AddLayerVersionPermission20181031',
    { layerName: 'common', versionNumber: 7, principal: '*' },
    { 'lambda:GetLayerVersionPolicy': { Policy: JSON.stringify({ Statement: [shared] }) } },
    'lambda:RemoveLayerVersionPermission',
  ],
])('%s: a %s whose record names no Sid is settled by the whole policy', async (guardrail, eventName, request, answers, action) => {
  const { ports, done } = portsIn({ answers });

  await createRemediator(guardrailOf(guardrail), configurationIn(), ports).run(eventOf('lambda.amazonaws.com', eventName, request));

  expect(done.calls.map((call) => [call.action, call.input.StatementId])).toEqual(action === undefined ? [] : [[action, 'out']]);
});

it('a layer version that has no number is told, and left alone', async () => {
  const { ports, done } = portsIn({ answers: {} });
  const event = eventOf('lambda.amazonaws.com', 'AddLayerVersionPermission20181031', {
    layerName: `${LAYER}:latest`,
    statementId: 's',
    principal: '*',
  });

  await createRemediator(guardrailOf('lambda-layer-permission'), configurationIn(), ports).run(event);

  expect(done.calls).toEqual([]);
  expect(done.findings).toMatchObject([{ Compliance: { Status: 'FAILED' }, ProductFields: { 'perimeter/code': 'public-layer' } }]);
});

it.each([
  ['lambda-permission', 'AddPermission20150331v2'],
  ['lambda-permission', 'PutResourcePolicy'],
  ['lambda-permission', 'UpdateFunctionUrlConfig'],
  ['lambda-layer-permission', 'AddLayerVersionPermission20181031'],
  ['lambda-vpc', 'CreateFunction20150331'],
])('%s: a %s that names nothing is reported as undetermined, asks AWS nothing and fails nothing', async (guardrail, eventName) => {
  const { ports, done } = portsIn({ answers: {} });
  const asked: string[] = [];
  const read: Ports['read'] = async ({ action }) => {
    asked.push(action);
    return { kind: 'absent' };
  };

  const { deeds } = await createRemediator(guardrailOf(guardrail), configurationIn(), { ...ports, read }).run(
    eventOf('lambda.amazonaws.com', eventName, null),
  );

  expect([asked, done.calls, deeds.map(({ isSettled }) => isSettled)]).toEqual([[], [], [true]]);
  expect(done.findings).toMatchObject([{ Compliance: { Status: 'WARNING' }, FindingProviderFields: { Severity: { Label: 'LOW' } } }]);
});

describe('ten thousand pulls of one principal', () => {
  const pull = (index: number, day = '2026-11-22'): Value => {
    const time = new Date(Date.parse(`${day}T00:00:00Z`) + index * 1000).toISOString().replace('.000', '');
    const repository = { ARN: `arn:aws:ecr:eu-west-1:${OWN}:repository/orders`, accountId: OWN };
    return eventOf('ecr.amazonaws.com', 'BatchGetImage', { repositoryName: 'orders' }, null, { resources: [repository], eventTime: time });
  };
  const batchOf = (events: readonly Value[]): Value => ({
    Records: events.map((event, index) => ({ messageId: `m${index}`, body: JSON.stringify(event) })),
  });
  const remediate = async (event: Value, open: readonly Finding[] = []) => {
    const { ports, done } = portsIn({ answers: {}, open });
    await createRemediator(guardrailOf('ecr-layer-access'), configurationIn(), ports).run(event);
    return done;
  };

  it('are one finding with a count, and a second one the next day', async () => {
    const many = [...Array.from({ length: 10_000 }, (_, index) => pull(index)), pull(1, '2026-11-23')];

    const { findings, calls } = await remediate(batchOf(many));

    expect(calls).toEqual([]);
    expect(findings.map(({ ProductFields }) => (ProductFields as { [name: string]: string })['perimeter/count'])).toEqual([
      '10000 (a lower bound)',
      '1 (a lower bound)',
    ]);
  });

  it('are not counted twice when they come again', async () => {
    const events = Array.from({ length: 5 }, (_, index) => pull(index));
    const [stored] = (await remediate(batchOf([...events, ...events]))).findings;

    const { findings } = await remediate(batchOf([...events, pull(60)]), stored ? [stored] : []);

    expect(findings.map(({ Id, ProductFields }) => [Id, (ProductFields as { [name: string]: string })['perimeter/count']])).toEqual([
      [stored?.Id, '6 (a lower bound)'],
    ]);
  });
});

it('only reports where the response says so', async () => {
  const { ports, done } = portsIn({ answers: granted(FOREIGN) });
  const base = configurationIn();
  const own = base.guardrails['lambda-permission'];
  if (!own) throw new Error('the base configuration names no lambda-permission');
  const configuration: Configuration = { ...base, guardrails: { 'lambda-permission': { ...own, response: 'report' } } };

  await createRemediator(guardrailOf('lambda-permission'), configuration, ports).run(grantEvent);

  expect(done.calls).toEqual([]);
  expect(done.findings).toMatchObject([{ Compliance: { Status: 'FAILED' } }]);
});
