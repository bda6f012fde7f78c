/** Pulls of a day, as they come: what the finding says in the end, whose sessions are revoked, and what is left in the queue. */
import { CreateRoleCommand, GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { GetFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Value } from '../../lib/core/value';
import type { Surroundings } from '../../lib/handlers/settings';
import type { Api } from '../aws/emulator';
import { makeRole } from '../aws/fixtures';
import { invoke } from './bundle';
import { emptyAccount, faultsBefore } from './emulated';
import { CALLER, configurationIn, eventOf, FOREIGN, MEMBER, OWN, REGION } from './organization';

const emulator = emptyAccount();
const faults = faultsBefore(emulator);

type Identity = { readonly [name: string]: Value };

const roleAt = (path: string, account = OWN): Identity => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::${account}:assumed-role/${path.split('/').at(-1)}/s`,
  accountId: account,
  sessionContext: { sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${account}:role/${path}`, accountId: account } },
});
const OUTSIDE = '198.51.100.7';
const INSIDE = '203.0.113.7';
/** An address that AWS does not tell. */
const HIDDEN = 'AWS Internal';

const pullBy = (userIdentity: Identity, sourceIPAddress = OUTSIDE, eventTime = '2026-11-22T10:00:00Z'): Value =>
  eventOf('ecr.amazonaws.com', 'BatchGetImage', { repositoryName: 'orders' }, null, {
    eventTime,
    sourceIPAddress,
    userIdentity,
    resources: [{ ARN: `arn:aws:ecr:${REGION}:${OWN}:repository/orders`, accountId: OWN }],
  });

interface How {
  readonly response?: 'undo' | 'revoke';
  readonly surroundings?: Surroundings;
  readonly api?: Api;
}

function run(event: Value, { response = 'undo', surroundings = {}, api = emulator }: How = {}) {
  const { guardrails, ...others } = configurationIn();
  const ecr = guardrails['ecr-layer-access'];
  if (!ecr) throw new Error('the guardrail is configured');
  const configuration = { ...others, guardrails: { ...guardrails, 'ecr-layer-access': { ...ecr, response } } };
  return invoke({ guardrail: 'ecr-layer-access', configuration, surroundings, environment: api.environment(CALLER) }, event);
}

const sqs = () => new SQSClient(emulator.client(CALLER));

async function queueOf(bodies: readonly Value[]): Promise<string> {
  const { QueueUrl = '' } = await sqs().send(new CreateQueueCommand({ QueueName: 'pulls', Attributes: { VisibilityTimeout: '60' } }));
  for (let start = 0; start < bodies.length; start += 10) {
    const Entries = bodies.slice(start, start + 10).map((body, index) => ({
      Id: String(index),
      MessageBody: typeof body === 'string' ? body : JSON.stringify(body),
    }));
    await sqs().send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
  return QueueUrl;
}

/** Those that wait, and those that were received and not deleted. */
async function leftIn(QueueUrl: string): Promise<readonly number[]> {
  const AttributeNames = ['ApproximateNumberOfMessages' as const, 'ApproximateNumberOfMessagesNotVisible' as const];
  const { Attributes = {} } = await sqs().send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  return AttributeNames.map((name) => Number(Attributes[name]));
}

async function findings() {
  const { Findings = [] } = await new SecurityHubClient(emulator.client(CALLER)).send(new GetFindingsCommand({}));
  return Findings.map(({ Title, Compliance, Severity, ProductFields }) => ({
    title: Title,
    status: Compliance?.Status,
    severity: Severity?.Label,
    count: ProductFields?.['perimeter/count'],
    undoKey: ProductFields?.['perimeter/undoKey'],
  }));
}

describe('pulls of one role on one day, some of which cannot be decided', () => {
  const outside = (minute: number) => pullBy(roleAt('ci-build'), OUTSIDE, `2026-11-22T10:${minute}:00Z`);
  const hidden = (minute: number) => pullBy(roleAt('ci-build'), HIDDEN, `2026-11-22T10:${minute}:00Z`);
  const VIOLATED = { title: 'untrusted-network on repository/orders', status: 'FAILED', severity: 'MEDIUM' };

  it.each<[string, readonly Value[], number]>([
    ['afterwards', [outside(10), hidden(20)], 1],
    ['before', [hidden(10), hidden(11), hidden(12), outside(20)], 1],
    ['in between', [outside(10), hidden(20), outside(30), hidden(40)], 2],
    ['out of order', [hidden(40), outside(30), hidden(10), outside(31)], 2],
  ])('%s: the finding tells the violations, and counts them alone', async (_, events, count) => {
    for (const event of events) await run(event);

    expect(await findings()).toMatchObject([{ ...VIOLATED, count: `${count} (a lower bound)` }]);
  });

  it.each([
    ['afterwards', [outside(10), outside(11), hidden(20)]],
    ['before', [hidden(10), outside(20), outside(21)]],
  ])('%s, in one run', async (_, events) => {
    const queueUrl = await queueOf(events);

    await run({ perimeter: 'drain' }, { surroundings: { queueUrl } });

    expect(await findings()).toMatchObject([{ ...VIOLATED, count: '2 (a lower bound)' }]);
  });

  it('none of which can: one finding that says so', async () => {
    for (const event of [hidden(10), hidden(11)]) await run(event);

    expect(await findings()).toMatchObject([{ title: 'undetermined on repository/orders', status: 'WARNING', severity: 'LOW' }]);
  });

  it('what was revoked can still be given back', async () => {
    await makeRole(emulator, CALLER, 'ci-build');
    await run(outside(10), { response: 'revoke' });
    const before = await findings();

    await run(hidden(20), { response: 'revoke' });

    expect(await findings()).toEqual(before);
    expect(before).toMatchObject([{ title: 'contained: untrusted-network on repository/orders', undoKey: expect.stringContaining('perimeter-') }]);
  });
});

it.each(['2999-01-01T00:00:00Z', '2099-12-31T23:59:59.999Z'])('a pull that is still to come (%s) revokes what began until now', async (eventTime) => {
  await makeRole(emulator, CALLER, 'dev');
  const before = Date.now();

  await run(pullBy(roleAt('dev'), INSIDE, eventTime), { response: 'revoke' });

  const policy = new GetRolePolicyCommand({ RoleName: 'dev', PolicyName: 'perimeter-revoke-older-sessions' });
  const { PolicyDocument = '' } = await new IAMClient(emulator.client(CALLER)).send(policy);
  const until = Date.parse(JSON.parse(decodeURIComponent(PolicyDocument)).Statement[0].Condition.DateLessThanEquals['aws:TokenIssueTime']);
  expect(Math.abs(until - before)).toBeLessThan(60_000);
});

describe('whose sessions are revoked', () => {
  const ROLES = ['deep', 'dev', 'AWSServiceRoleForX', 'AWSReservedSSO_Admin_0123456789abcdef'];
  const iam = () => new IAMClient(emulator.client(CALLER));
  beforeEach(async () => {
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    for (const RoleName of ROLES)
      await iam().send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, ...(RoleName === 'deep' && { Path: '/team/build/' }) }));
  });

  async function revoked(): Promise<readonly string[]> {
    const names: string[] = [];
    for (const RoleName of ROLES) {
      const { PolicyNames = [] } = await iam().send(new ListRolePoliciesCommand({ RoleName }));
      if (PolicyNames.length > 0) names.push(RoleName);
    }
    return names;
  }

  const session = (more: Identity): Identity => ({ type: 'AssumedRole', accountId: OWN, ...more });
  const issuedBy = (type: string, arn: string) => ({ sessionContext: { sessionIssuer: { type, arn, accountId: arn.split(':')[4] ?? '' } } });
  const devSession = `arn:aws:sts::${OWN}:assumed-role/dev/s`;

  it.each<[string, Identity, readonly string[]]>([
    ['a role with a path', roleAt('team/build/deep'), ['deep']],
    ['a role that is called like a service-linked one', roleAt('AWSServiceRoleForX'), ['AWSServiceRoleForX']],
    ['a service-linked role', roleAt('aws-service-role/x.amazonaws.com/AWSServiceRoleForX'), []],
    ['a session whose role is not named', session({ arn: devSession }), []],
    ['a session of a role of Identity Center', roleAt('aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef'), []],
    ['an Identity Center user', { type: 'IdentityCenterUser', accountId: OWN, onBehalfOf: { userId: 'dev' } }, []],
    ['a user called like a role', { type: 'IAMUser', arn: `arn:aws:iam::${OWN}:user/team/dev`, accountId: OWN, userName: 'dev' }, []],
    ['root', { type: 'Root', arn: `arn:aws:iam::${OWN}:root`, accountId: OWN }, []],
    [
      'a federated user of a user',
      {
        type: 'FederatedUser',
        arn: `arn:aws:sts::${OWN}:federated-user/dev`,
        accountId: OWN,
        ...issuedBy('IAMUser', `arn:aws:iam::${OWN}:user/dev`),
      },
      [],
    ],
    ['a web identity', { type: 'WebIdentityUser', principalId: 'dev', userName: 'dev', identityProvider: 'accounts.google.com' }, []],
    ['a namesake in an account of the organization', roleAt('dev', MEMBER), []],
    ['a namesake in a foreign account', roleAt('dev', FOREIGN), []],
    ['a session of ours by a role of strangers', session({ arn: devSession, ...issuedBy('Role', `arn:aws:iam::${FOREIGN}:role/dev`) }), []],
    ['a role without a name', roleAt('dev/'), []],
    ['a role called like every role', roleAt('*'), []],
  ])('%s: %j', async (_, identity, expected) => {
    await run(pullBy(identity), { response: 'revoke' });

    expect(await revoked()).toEqual(expected);
  });

  it('of several roles of one run, those that can be; the others come again', async () => {
    const queueUrl = await queueOf(['dev', 'team/build/deep'].map((path) => pullBy(roleAt(path))));
    const watch = await faults.watch(OWN);
    await watch.trouble({ service: 'iam', operation: 'PutRolePolicy', error: { code: 'AccessDenied', status: 403 } }, 1);

    await run({ perimeter: 'drain' }, { response: 'revoke', surroundings: { queueUrl }, api: faults });
    await watch.end();

    expect([(await revoked()).length, await leftIn(queueUrl)]).toEqual([1, [0, 1]]);
    expect((await findings()).map(({ title }) => title).sort()).toEqual([
      'contained: untrusted-identity on repository/orders',
      'remediation failed: untrusted-identity on repository/orders',
    ]);
  });
});

describe('a queue', () => {
  const drain = (queueUrl: string, api: Api = emulator) => run({ perimeter: 'drain' }, { surroundings: { queueUrl }, api });

  it('that does not answer any more: what it handed out is handled', async () => {
    const queueUrl = await queueOf(Array.from({ length: 45 }, (_, index) => pullBy(roleAt(`dev-${index % 3}`), INSIDE)));
    const watch = await faults.watch(OWN);
    await watch.trouble({ service: 'sqs', operation: 'ReceiveMessage', error: { code: 'ServiceUnavailable', status: 503 } }, 2);

    await drain(queueUrl, faults);
    await watch.end();

    expect(await leftIn(queueUrl)).toEqual([25, 0]);
    expect(await findings()).toHaveLength(3);
  });

  it('that never answers fails the run', async () => {
    const queueUrl = await queueOf([pullBy(roleAt('dev'))]);
    await faults.set([{ service: 'sqs', operation: 'ReceiveMessage', error: { code: 'AccessDenied', status: 403 } }]);

    await expect(drain(queueUrl, faults)).rejects.toThrow('AccessDenied');
  });

  it('that forgets nothing: what comes again is not counted again', async () => {
    const queueUrl = await queueOf([pullBy(roleAt('dev')), pullBy(roleAt('dev'), OUTSIDE, '2026-11-22T11:00:00Z')]);
    await faults.set([{ service: 'sqs', operation: 'DeleteMessageBatch', error: { code: 'AccessDenied', status: 403 } }]);
    await expect(drain(queueUrl, faults)).rejects.toThrow('AccessDenied');

    await drain(await queueOf([pullBy(roleAt('dev')), pullBy(roleAt('dev'), OUTSIDE, '2026-11-22T11:00:00Z')]));

    expect(await findings()).toMatchObject([{ count: '2 (a lower bound)' }]);
  });

  it('of what is no pull: it is told by the queue of the dead, and one that is, is handled', async () => {
    const poison = [
      'null',
      '42',
      '""',
      '[]',
      '{}',
      `{"detail-type":"x","detail":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
      '{"detail-type":"x","detail":5}',
    ];
    const queueUrl = await queueOf([...poison, pullBy(roleAt('dev')), pullBy(roleAt('ci-build'), INSIDE)]);

    await drain(queueUrl);

    expect(await leftIn(queueUrl)).toEqual([0, poison.length]);
    expect(await findings()).toHaveLength(1);
  });
});

it.each([{ perimeter: 'drain' }, { perimeter: 'drain', more: 1 }])(
  'a dead letter that asked for a run (%j) is handled: another has come since',
  async (body) => {
    expect(await run({ Records: [{ messageId: 'm1', body: JSON.stringify(body) }] })).toEqual({ batchItemFailures: [] });
  },
);
