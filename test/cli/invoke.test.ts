/** The functions that are deployed, run by the command as it is shipped. */
import { type MotoEmulator, startEmulator } from '../aws/emulator';
import { CALLER, findings, OWN, prepare, REGION, stageOf } from '../e2e/organization';
import { scenarios } from '../e2e/scenarios';
import { build, CONFIGURATION, run } from './support/aws';
import { record, type Workspace, workspace } from './support/workspace';

let place: Workspace;
beforeAll(build);
beforeEach(() => {
  place = workspace({ 'perimeter.yaml': CONFIGURATION });
});
afterEach(() => place.remove());

const perimeter = (argv: readonly string[], stdin?: string, env?: { readonly [name: string]: string }) =>
  run(argv, { cwd: place.folder, ...(stdin !== undefined && { stdin }), ...(env && { env }) });

/** As CloudFormation sends it. */
const request = (principal: string): string =>
  JSON.stringify({
    clientRequestToken: '9d1c2b3a-0000-4000-8000-000000000001',
    awsAccountId: OWN,
    stackId: `arn:aws:cloudformation:${REGION}:${OWN}:stack/orders/1`,
    hookTypeName: 'Perimeter::LambdaPermission::Hook',
    actionInvocationPoint: 'CREATE_PRE_PROVISION',
    requestData: {
      targetName: 'AWS::Lambda::Permission',
      targetType: 'AWS::Lambda::Permission',
      targetLogicalId: 'Permission',
      targetModel: { resourceProperties: { FunctionName: 'orders', Action: 'lambda:InvokeFunction', Principal: principal } },
    },
  });

describe('invoke hook', () => {
  it('prints the reply as AWS expects it', async () => {
    const { code, stdout } = await perimeter(['invoke', 'hook', 'lambda-permission', '-'], request('999999999999'));

    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      hookStatus: 'FAILED',
      errorCode: 'NonCompliant',
      clientRequestToken: '9d1c2b3a-0000-4000-8000-000000000001',
      message: expect.stringContaining('lambda-permission/untrusted-account'),
      annotations: [expect.objectContaining({ annotationName: 'lambda-permission/untrusted-account', status: 'FAILED' })],
    });
  });

  it('ends with 0 for SUCCESS', async () => {
    const { code, stdout } = await perimeter(['invoke', 'hook', 'lambda-permission', '-'], request('333333333333'));

    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ hookStatus: 'SUCCESS' })]);
  });

  it('ends with 2 for a file that is no request, answered as it would be deployed', async () => {
    const { code, stdout, stderr } = await perimeter(['invoke', 'hook', 'lambda-permission', '-'], '{"clientRequestToken":"t"}');

    expect([code, JSON.parse(stdout)]).toEqual([
      2,
      expect.objectContaining({ hookStatus: 'FAILED', errorCode: 'InternalFailure', clientRequestToken: 't' }),
    ]);
    expect(stderr).toContain('perimeter: - is no request of a hook: requestData.targetName: expected a resource type\n');
  });
});

interface Document {
  readonly dryRun: boolean;
  readonly assessments: readonly { readonly verdict: string; readonly source: object; readonly plan?: readonly unknown[] }[];
  readonly calls: readonly unknown[];
  readonly finding: unknown;
  readonly findingStored: boolean;
  readonly findings: readonly unknown[];
}
const documentIn = (stdout: string): Document => JSON.parse(stdout);

describe('invoke remediator', () => {
  it('says nothing about what is compliant, and asks AWS nothing', async () => {
    const { code, stdout, stderr } = await perimeter(['invoke', 'remediator', 'lambda-permission', '-'], JSON.stringify(record('333333333333')));

    expect([code, stderr, documentIn(stdout)]).toEqual([
      0,
      '',
      {
        schemaVersion: 1,
        tool: { name: 'perimeter', version: expect.any(String) },
        surface: 'detect',
        dryRun: true,
        assessments: [],
        calls: [],
        finding: null,
        findingStored: false,
        findings: [],
      },
    ]);
  });

  it('reports a violation whose live state cannot be read, and undoes nothing', async () => {
    const { code, stdout, stderr } = await perimeter(['invoke', 'remediator', 'lambda-permission', '-'], JSON.stringify(record('999999999999')));
    const { assessments, calls, findingStored } = documentIn(stdout);

    expect([code, assessments.map(({ verdict }) => verdict), calls, findingStored]).toEqual([1, ['violation'], [], false]);
    expect(stderr).toContain('perimeter: what is there now could not be read: CredentialsProviderError');
  });

  it('tells of a message that is none, and of what is wrong with the others', async () => {
    const batch = {
      Records: [
        { messageId: 'm1', body: '{"detail' },
        { messageId: 'm2', body: JSON.stringify(record('333333333333')) },
      ],
    };
    const { code, stdout, stderr } = await perimeter(['invoke', 'remediator', 'lambda-permission', '-'], JSON.stringify(batch));

    expect([code, documentIn(stdout).assessments]).toEqual([1, []]);
    expect(stderr.split('\n').slice(-2)).toEqual(['perimeter: event not understood: the event is not a JSON object', '']);
  });

  it('says that the guardrail does not listen to an event', async () => {
    const { code, stdout, stderr } = await perimeter(['invoke', 'remediator', 'lambda-vpc', '-'], JSON.stringify(record('999999999999')));

    expect([code, documentIn(stdout).assessments, stderr]).toEqual([
      0,
      [],
      'perimeter: lambda-vpc does not listen to AddPermission20150331v2: nothing is done about it\n',
    ]);
  });

  describe('on an emulated AWS', () => {
    let api: MotoEmulator;
    beforeAll(async () => {
      api = await startEmulator();
    });
    afterAll(() => api.stop());
    beforeEach(async () => {
      await api.reset();
      await prepare(api);
    });

    const [scenario] = scenarios;
    if (!scenario) throw new Error('no scenario');

    it('changes nothing without --apply, and undoes with it', async () => {
      const env = api.environment(CALLER);
      place.write({ 'event.json': JSON.stringify(await scenario.make(stageOf(api))) });
      const argv = ['invoke', 'remediator', scenario.guardrail, 'event.json'];

      const planned = await perimeter(argv, '', env);
      const before = await scenario.state(stageOf(api));
      const done = await perimeter([...argv, '--apply'], '', env);
      const after = await scenario.state(stageOf(api));
      const again = await perimeter([...argv, '--apply', '--all'], '', env);

      expect([planned.code, done.code, again.code]).toEqual([1, 0, 0]);
      expect([before, after]).toEqual([['innocent', 'violating'], ['innocent']]);
      const input = { FunctionName: 'orders', StatementId: 'violating', RevisionId: expect.any(String) };
      expect(documentIn(planned.stdout)).toMatchObject({
        dryRun: true,
        calls: [{ action: 'lambda:RemovePermission', input, outcome: 'planned' }],
        findingStored: false,
      });
      expect(documentIn(done.stdout)).toMatchObject({
        dryRun: false,
        assessments: [{ verdict: 'violation', source: { accountId: OWN, region: REGION }, plan: [{ action: 'lambda:RemovePermission', input }] }],
        calls: [{ action: 'lambda:RemovePermission', input, outcome: 'done' }],
        finding: { Compliance: { Status: 'PASSED' } },
        findingStored: true,
        findings: [{}],
      });
      expect(documentIn(again.stdout).calls).toEqual([]);
      expect(await findings(api)).toEqual([expect.objectContaining({ code: 'untrusted-account', status: 'PASSED', workflow: 'RESOLVED' })]);
    });

    it('takes a batch of a queue, and tells all of it', async () => {
      const event = await scenario.make(stageOf(api));
      const other = record('999999999999');
      const messages = [event, other].map((each, index) => ({ messageId: `m${index}`, eventSource: 'aws:sqs', body: JSON.stringify(each) }));

      const { code, stdout } = await perimeter(
        ['invoke', 'remediator', scenario.guardrail, '-', '--apply'],
        JSON.stringify({ Records: messages }),
        api.environment(CALLER),
      );

      expect(code).toBe(0);
      expect(documentIn(stdout)).toMatchObject({
        assessments: [{ verdict: 'violation', source: { eventName: 'AddPermission20150331v2' } }],
        calls: [{ action: 'lambda:RemovePermission', outcome: 'done' }],
        findingStored: true,
      });
    });

    it('only reports in observe', async () => {
      place.write({ 'perimeter.yaml': CONFIGURATION.replace('lambda-permission: { mode: enforce }', 'lambda-permission: { mode: observe }') });
      place.write({ 'event.json': JSON.stringify(await scenario.make(stageOf(api))) });

      const { code, stdout } = await perimeter(['invoke', 'remediator', scenario.guardrail, 'event.json', '--apply'], '', api.environment(CALLER));

      expect([code, await scenario.state(stageOf(api))]).toEqual([1, ['innocent', 'violating']]);
      expect(documentIn(stdout)).toMatchObject({ calls: [], finding: { Compliance: { Status: 'FAILED' } }, findingStored: true });
    });
  });
});

it.each<readonly [string, readonly string[], string, RegExp]>([
  [
    'another kind',
    ['foo', 'lambda-vpc', '-'],
    '',
    /^argument 'KIND' cannot be 'foo'\. Allowed choices are hook, remediator; see perimeter invoke --help$/,
  ],
  ['an unknown guardrail', ['hook', 'lambda-vcp', '-'], '{}', /^unknown guardrail lambda-vcp; did you mean lambda-vpc\?/],
  ['no event', ['hook', 'lambda-vpc'], '', /^missing required argument 'EVENT.json'/],
  ['a missing file', ['hook', 'lambda-vpc', 'none.json'], '', /^none\.json does not exist: check the path; give the request of a hook as JSON/],
  ['an empty file', ['remediator', 'lambda-vpc', '-'], '', /^- is empty; give an event as JSON$/],
  ['no JSON', ['remediator', 'lambda-vpc', '-'], '{"a":', /^- is no JSON document \(/],
  [
    'lists without end',
    ['hook', 'lambda-vpc', '-'],
    `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    /^- is nested more than 128 deep; give the request/,
  ],
  [
    'objects without end',
    ['remediator', 'lambda-vpc', '-'],
    `${'{"a":'.repeat(129)}1${'}'.repeat(129)}`,
    /^- is nested more than 128 deep; give an event$/,
  ],
  ['as deep as may be', ['remediator', 'lambda-vpc', '-'], `${'{"a":'.repeat(128)}1${'}'.repeat(128)}`, /^-: not a CloudTrail record: /],
  ['no event at all', ['remediator', 'lambda-vpc', '-'], '[1]', /^-: .*give an EventBridge event, a CloudTrail record or a batch of a queue$/],
  ['an empty batch', ['remediator', 'lambda-vpc', '-'], '{"Records":[]}', /^-: it holds no message; /],
  ['a wrong Region', ['remediator', 'lambda-vpc', '-', '--region', 'x'], '{}', /^--region: /],
  ['both ways at once', ['remediator', 'lambda-vpc', '-', '--dry-run', '--apply'], '{}', /--dry-run.* cannot be used with .*--apply/],
])('%s is the mistake of the user', async (_, argv, stdin, expected) => {
  const { code, stdout, stderr } = await perimeter(['invoke', ...argv], stdin);

  expect([code, stdout, stderr.split('\n').length]).toEqual([2, '', 2]);
  expect(stderr.replace(/^perimeter: /, '').trimEnd()).toMatch(expected);
});
