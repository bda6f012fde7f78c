/** The verbs about policies: what they print, write and answer. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluatePolicy } from '../../lib/core/policy';
import { sarifFaults } from './report/sarif';
import { type Workspace, workspace } from './support/workspace';

const record = (over: { readonly [field: string]: unknown }) => ({
  eventVersion: '1.11',
  userIdentity: {
    type: 'AssumedRole',
    arn: 'arn:aws:sts::222222222222:assumed-role/deploy/session',
    accountId: '222222222222',
    sessionContext: { sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::222222222222:role/team/deploy', accountId: '222222222222' } },
  },
  eventTime: '2026-11-20T10:00:00Z',
  eventSource: 'lambda.amazonaws.com',
  eventName: 'CreateFunctionUrlConfig',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '192.0.2.1',
  requestParameters: { functionName: 'f', authType: 'NONE' },
  responseElements: null,
  eventID: '11111111-2222-3333-4444-555555555555',
  recipientAccountId: '222222222222',
  ...over,
});

const identity = (over: { readonly [field: string]: unknown }) => ({ userIdentity: { ...record({}).userIdentity, ...over } });

const LOG = [
  record({}),
  record({ eventID: '2', requestParameters: { functionName: 'g', authType: 'NONE' }, eventTime: '2026-11-21T10:00:00Z' }),
  record({ eventID: '3', requestParameters: { functionName: 'f', authType: 'AWS_IAM' } }),
  record({ eventID: '4', errorCode: 'AccessDenied' }),
  record({
    eventID: '5',
    ...identity({ accountId: '111111111111', sessionContext: undefined, type: 'Root', arn: 'arn:aws:iam::111111111111:root' }),
    recipientAccountId: '111111111111',
  }),
  record({ eventID: '6', eventName: 'ListFunctions20150331', requestParameters: {} }),
];

const TAGGED = `
version: 1
organization: { id: o-exampleorgid, managementAccountId: "111111111111", accountIds: ["222222222222", "333333333333"] }
guardrails:
  lambda-permission: { mode: enforce }
  lambda-vpc: { mode: observe }
spared: { principalTag: { key: perimeter-spared, value: "true" } }
`;

let place: Workspace;
beforeEach(() => {
  place = workspace({ 'log.json': JSON.stringify({ Records: LOG }), 'tagged.yaml': TAGGED });
});
afterEach(() => place.remove());

describe('scp test', () => {
  it('says who would have been refused, and leaves out what failed, what is not named and whom nothing binds', async () => {
    const { code, stdout } = await place.run(['scp', 'test', 'log.json', '--format', 'json']);
    const document = JSON.parse(stdout);

    expect(code).toBe(1);
    expect(document).toMatchObject({ schemaVersion: 1, tool: { name: 'perimeter' }, surface: 'scp' });
    expect(document.summary).toEqual({
      judged: 4,
      denied: 2,
      unknown: 0,
      allowed: 2,
      scanned: { files: 1, records: 6, bytes: expect.any(Number) },
      errors: [],
    });
    expect(document.assessments).toHaveLength(2);
    expect(document.assessments[0]).toEqual({
      guardrail: 'lambda-permission',
      verdict: 'denied',
      code: 'LambdaUrl',
      mode: 'enforce',
      reason: expect.stringContaining('lambda:FunctionUrlAuthType is NONE'),
      action: 'lambda:CreateFunctionUrlConfig',
      resource: { type: 'AWS::Lambda::Function', id: 'arn:aws:lambda:eu-west-1:222222222222:function:f' },
      source: {
        eventId: '11111111-2222-3333-4444-555555555555',
        eventName: 'CreateFunctionUrlConfig',
        eventTime: '2026-11-20T10:00:00Z',
        accountId: '222222222222',
        region: 'eu-west-1',
        principal: 'arn:aws:iam::222222222222:role/team/deploy',
      },
    });
  });

  it('lists the allowed too, with the reason', async () => {
    const { stdout } = await place.run(['scp', 'test', 'log.json', '--format', 'json', '--all']);
    const allowed = JSON.parse(stdout).assessments.filter(({ verdict }: { verdict: string }) => verdict === 'allowed');

    expect(allowed.map(({ reason }: { reason: string }) => reason)).toEqual([
      'no statement denies lambda:CreateFunctionUrlConfig',
      'SCPs do not bind the management account',
    ]);
  });

  it('does not know what a tag would decide, for a record has none', async () => {
    const { code, stdout } = await place.run(['scp', 'test', 'log.json', '--format', 'json', '--config', 'tagged.yaml']);
    const { summary, assessments } = JSON.parse(stdout);

    expect(code).toBe(0);
    expect(summary).toMatchObject({ denied: 0, unknown: 2, allowed: 2 });
    expect(assessments[0].reason).toMatch(/aws:principaltag\/perimeter-spared is not known/i);
    expect((await place.run(['scp', 'test', 'log.json', '--config', 'tagged.yaml', '--strict'])).code).toBe(1);
  });

  it('says only what another configuration decides otherwise', async () => {
    const { code, stdout } = await place.run(['scp', 'test', 'log.json', '--format', 'json', '--against', 'tagged.yaml']);
    const { summary, assessments } = JSON.parse(stdout);

    expect(code).toBe(1);
    expect(summary).toMatchObject({ judged: 2, denied: 2 });
    expect(assessments[0].before).toEqual({ verdict: 'unknown', code: 'LambdaUrl' });
    expect((await place.run(['scp', 'test', 'log.json', '--against', 'perimeter.yaml'])).code).toBe(0);
  });

  it('answers on records as AWS wrote them', async () => {
    place.write({ 'attacks.json': readFileSync(join(__dirname, 'support/attacks.json')) });
    const { code, stdout } = await place.run(['scp', 'test', 'attacks.json', '--format', 'json', '--all']);
    const { assessments, summary } = JSON.parse(stdout);

    // A grant to anyone may be limited to the organization, which no key shows; a layer is nobody's business, but the function is in no VPC.
    expect(code).toBe(1);
    expect(summary).toMatchObject({ denied: 1, unknown: 0, errors: [], scanned: { records: 4 } });
    expect(
      assessments.map(({ action, verdict, code: statement }: { action: string; verdict: string; code?: string }) => [action, verdict, statement]),
    ).toEqual([
      ['lambda:AddPermission', 'allowed', undefined],
      ['lambda:UpdateFunctionConfiguration', 'denied', 'LambdaVpc'],
      ['iam:UpdateAssumeRolePolicy', 'allowed', undefined],
      ['lambda:UpdateFunctionCode', 'allowed', undefined],
    ]);
  });

  it('is SARIF for code scanning, with a rule for each statement', async () => {
    place.write({ 'bad.json': '{"Records":[3]}' });
    const { code, stdout } = await place.run(['scp', 'test', 'log.json', 'bad.json', '--format', 'sarif', '--all']);
    const log = JSON.parse(stdout);
    const [{ tool, results, invocations }] = log.runs;

    expect(code).toBe(1);
    expect(sarifFaults(log)).toEqual([]);
    expect(tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(
      expect.arrayContaining(['lambda-permission/LambdaUrl', 'lambda-vpc/LambdaVpc', 'tamper-protection/TamperHooks', 'tamper-protection/allowed']),
    );
    expect(results.map(({ ruleId, level, kind }: { ruleId: string; level: string; kind?: string }) => [ruleId, level, kind])).toEqual([
      ['lambda-permission/LambdaUrl', 'error', undefined],
      ['lambda-permission/LambdaUrl', 'error', undefined],
      ['lambda-permission/allowed', 'none', 'pass'],
      ['lambda-permission/allowed', 'none', 'pass'],
    ]);
    expect(results[0]).toMatchObject({
      message: { text: expect.stringMatching(/^arn:aws:iam::222222222222:role\/team\/deploy: LambdaUrl denies lambda:CreateFunctionUrlConfig/) },
      locations: [{ physicalLocation: { artifactLocation: { uri: 'log.json' } } }],
      properties: { verdict: 'denied', action: 'lambda:CreateFunctionUrlConfig', mode: 'enforce' },
    });
    expect(invocations[0].toolExecutionNotifications).toHaveLength(1);
  });

  it('is SARIF where two configurations are compared, whatever policies only one of them has', async () => {
    place.write({ 'less.yaml': TAGGED.replace('  lambda-permission: { mode: enforce }\n', '') });
    for (const [config, against, level] of [
      ['perimeter.yaml', 'tagged.yaml', 'error'],
      ['tagged.yaml', 'perimeter.yaml', 'warning'],
      ['less.yaml', 'tagged.yaml', 'none'],
    ] as const) {
      const { stdout } = await place.run(['scp', 'test', 'log.json', '--format', 'sarif', '--config', config, '--against', against]);
      const log = JSON.parse(stdout);

      expect(sarifFaults(log)).toEqual([]);
      expect(log.runs[0].results.map((result: { level: string }) => result.level)).toEqual([level, level]);
    }
  });

  it('groups by principal and action, for people', async () => {
    const { stdout } = await place.run(['scp', 'test', 'log.json']);

    expect(stdout).toContain(
      'denied   arn:aws:iam::222222222222:role/team/deploy\n  lambda:CreateFunctionUrlConfig  LambdaUrl of lambda-permission\n',
    );
    expect(stdout).toContain('on arn:aws:lambda:eu-west-1:222222222222:function:f, and 1 other\n');
    expect(stdout).toContain('2 times in 222222222222/eu-west-1, from 2026-11-20T10:00:00Z to 2026-11-21T10:00:00Z\n');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('4 calls that the policies name in 6 records: 2 denied, 2 allowed');
  });
});

describe('scp render', () => {
  it('prints one policy, minified', async () => {
    const { code, stdout } = await place.run(['scp', 'render', '--guardrail', 'lambda-vpc']);
    const policy = JSON.parse(stdout);

    expect(code).toBe(0);
    expect(stdout).toBe(`${JSON.stringify(policy)}\n`);
    expect(policy.Version).toBe('2012-10-17');
  });

  it('writes all of them, the same each time', async () => {
    const { code, stderr } = await place.run(['scp', 'render', '--out', 'a/b']);
    await place.run(['scp', 'render', '--out', 'c']);

    expect(code).toBe(0);
    expect(readdirSync(join(place.folder, 'a/b'))).toEqual(['lambda-permission.json', 'lambda-vpc.json', 'tamper-protection.json']);
    expect(stderr).toContain('lambda-vpc only observes, and a policy refuses');
    for (const name of readdirSync(join(place.folder, 'c'))) {
      expect(readFileSync(join(place.folder, 'c', name), 'utf8')).toBe(readFileSync(join(place.folder, 'a/b', name), 'utf8'));
    }
  });
});

describe.each(['render', 'pack'])('scp %s --out', (verb) => {
  it.each([
    ['/proc/x', /nothing can be made there|permission denied/],
    ['/proc/x/y', /nothing can be made there|permission denied/],
    ['/dev/null', /it is a file;/],
    ['perimeter.yaml', /it is a file;/],
    ['perimeter.yaml/below', /it lies below a file;/],
  ])('refuses %s in one line, at once', async (out, why) => {
    const started = Date.now();
    const { code, stderr } = await place.run(['scp', verb, '--out', out]);

    const refusals = stderr.split('\n').filter((line) => line.includes('cannot be written'));
    expect(code).toBe(2);
    expect(refusals).toEqual([expect.stringMatching(why)]);
    expect(refusals[0]).toContain(`--out ${out} cannot be written`);
    expect(Date.now() - started).toBeLessThan(2000);
  });

  it('refuses where a folder has the name of a file', async () => {
    place.write({ 'out/perimeter-1.json/x': '', 'out/lambda-permission.json/x': '' });
    const { code, stderr } = await place.run(['scp', verb, '--out', 'out']);

    expect(code).toBe(2);
    expect(stderr).toContain('--out out cannot be written: a folder has the name of a file');
  });
});

describe('scp pack', () => {
  it('writes what is attached: what is enforced, and nothing that an earlier run has left', async () => {
    place.write({ 'out/perimeter-7.json': '{}', 'out/mine.json': '{}' });
    const { code, stderr } = await place.run(['scp', 'pack', '--out', 'out']);

    expect(code).toBe(0);
    expect(readdirSync(join(place.folder, 'out'))).toEqual(['mine.json', 'perimeter-1.json']);
    expect(stderr).toContain('lambda-vpc is left out: it only observes');
    const packed = JSON.parse(readFileSync(join(place.folder, 'out/perimeter-1.json'), 'utf8'));
    const ask = (action: string) => evaluatePolicy([packed], { action, resource: '*', context: new Map() }, 'scp').effect;
    expect([ask('cloudformation:SetTypeConfiguration'), ask('lambda:CreateFunction')]).toEqual(['denied', 'allowed']);
  });

  it('packs what is named, whatever its mode', async () => {
    const { stdout } = await place.run(['scp', 'pack', '--guardrail', 'lambda-vpc']);

    expect(stdout).toMatch(/^perimeter-1 {2}[\d,]+ of 10,240 characters\n {4}LambdaVpc/);
    expect(existsSync(join(place.folder, 'perimeter-1.json'))).toBe(false);
  });
});

describe('scp check', () => {
  it('is content with what the configuration comes to, but for warnings', async () => {
    expect((await place.run(['scp', 'check'])).code).toBe(0);
    expect((await place.run(['scp', 'check', '--strict'])).code).toBe(1);
    expect((await place.run(['scp', 'check'])).stdout).toContain('spared names nobody');
  });

  it('names what is wrong with a file', async () => {
    const statement = { Sid: 'A', Effect: 'Deny', Action: 'sns:Subscribe', Resource: '*', Principal: '*' };
    place.write({ 'mine.json': JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, Principal: undefined, Effect: 'Reject' }] }) });
    const { code, stdout } = await place.run(['scp', 'check', 'mine.json']);

    expect(code).toBe(1);
    expect(stdout).toBe('✗ mine.json A\n    its effect is neither Allow nor Deny\n\n1 policy checked: 1 error, 0 warnings\n');
  });
});

it('scp check fails a denial of everything, and one that spares nobody, whatever their form', async () => {
  const deny = (over: object) => JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Deny', Resource: '*', ...over } });
  place.write({ 'all.json': deny({ Action: '*' }), 'leave.json': deny({ Action: 'organizations:LeaveOrganization' }) });
  const { code, stdout } = await place.run(['scp', 'check', 'all.json', 'leave.json']);

  expect(code).toBe(1);
  expect(stdout).toContain('✗ all.json #1\n    it denies everything to everyone whom it does not spare');
  expect(stdout).toContain('✗ leave.json #1\n    it spares nobody');
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('2 policies checked: 2 errors, 0 warnings');
});

it('scp explain says who is refused what, and who is spared', async () => {
  const { code, stdout } = await place.run(['scp', 'explain', '--guardrail', 'lambda-permission']);

  expect(code).toBe(0);
  expect(stdout).toContain(
    '  LambdaUrl\n    refuses lambda:CreateFunctionUrlConfig, lambda:UpdateFunctionUrlConfig\n    on everything\n    when lambda:FunctionUrlAuthType is NONE\n',
  );
  expect(stdout).toContain('stacksets-exec-*: StackSets with service-managed permissions');
  expect(stdout).toContain('what it does not see, or sees in part');
});

it('scp explain keeps to the width, says long lists short and names what is our own', async () => {
  const hosts = Array.from({ length: 20 }, (_, index) => `hooks-${index}.example.com`);
  const sns = `  sns-subscription: { mode: enforce, trustedHosts: ${JSON.stringify(hosts)} }\n`;
  place.write({ 'long.yaml': TAGGED.replace('spared:', `${sns}spared:`) });
  const { code, stdout } = await place.run(['scp', 'explain', '--config', 'long.yaml']);

  expect(code).toBe(0);
  expect(stdout.split('\n').filter((line) => line.length > 100 && line.trim().includes(' '))).toEqual([]);
  expect(stdout).toContain("    on everything but Perimeter's own functions\n    when lambda:VpcIds is absent\n");
  expect(stdout.replaceAll(/\n +/g, ' ')).toContain(
    'sns:Endpoint looks like none of https://hooks-0.example.com, https://hooks-0.example.com:443, https://hooks-1.example.com,',
  );
  expect(stdout).toMatch(/and \d+ more, or is absent/);
});
