/** What a remediation removed is put back: by the functions and the command as they are shipped, on an emulated AWS. */
import { AddPermissionCommand, GetFunctionConcurrencyCommand, LambdaClient, PutResourcePolicyCommand } from '@aws-sdk/client-lambda';
import { GetFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { makeFunction } from '../aws/fixtures';
import { CALLER, eventOf, FOREIGN, OWN, REGION, stageOf } from '../e2e/organization';
import { removals, scenarioNamed, selected } from '../e2e/scenarios';
import { CONFIGURATION } from './support/aws';
import { inOneLine, UndoBench } from './support/undo';

const bench = new UndoBench();
const { perimeter } = bench;

describe.each(selected(removals))('$guardrail: $name', (scenario) => {
  it('is refused while nothing excuses it, put back once something does, and left alone after that', async () => {
    const { finding } = await bench.remediated(scenario);
    const gone = await scenario.state(stageOf(bench.api));
    const refused = await perimeter(['undo', 'finding.json']);
    const untouched = await scenario.state(stageOf(bench.api));
    bench.excuse();
    const planned = await perimeter(['undo', 'finding.json', '--dry-run', '--format', 'json']);
    const stillGone = await scenario.state(stageOf(bench.api));
    const restored = await perimeter(['undo', finding.ProductFields['perimeter/undoKey'] ?? '', '--format', 'json']);
    const back = await scenario.state(stageOf(bench.api));
    const again = await perimeter(['undo', 'finding.json', '--format', 'json']);

    expect([gone, untouched, stillGone, [...back].sort()]).toEqual([['innocent'], ['innocent'], ['innocent'], ['innocent', 'violating']]);
    expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining(`  - guardrails: [${scenario.guardrail}]`)]);
    expect([planned.code, restored.code, again.code]).toEqual([0, 0, 0]);
    expect(JSON.parse(planned.stdout).results).toEqual([expect.objectContaining({ status: 'planned' })]);
    expect(JSON.parse(restored.stdout).results).toEqual([
      expect.objectContaining({ status: 'restored', calls: [expect.objectContaining({ outcome: 'done' })] }),
    ]);
    expect(JSON.parse(again.stdout).results).toEqual([expect.objectContaining({ status: 'there', calls: [] })]);
  });
});

const oneStatement = scenarioNamed('a statement for a foreign account');
const document = scenarioNamed('a whole document');
const subscription = scenarioNamed('a host of a stranger, confirmed unseen');
const lambda = () => new LambdaClient(bench.api.client(CALLER));

it('says that the owner of the endpoint has to confirm again', async () => {
  await bench.remediated(subscription);
  bench.excuse();

  const { code, stdout } = await perimeter(['undo', 'finding.json']);

  expect([code, inOneLine(stdout)]).toEqual([
    0,
    expect.stringContaining('confirmation sent to https://evil.example/hook: nothing is delivered until it is confirmed there (https)'),
  ]);
});

it('releases a function that was stopped, once it is excused', async () => {
  const stopping = CONFIGURATION.replace('lambda-vpc: { mode: enforce }', 'lambda-vpc: { mode: enforce, response: quarantine }');
  bench.place.write({ 'perimeter.yaml': stopping });
  const functionArn = await makeFunction(bench.api, CALLER, 'orders');
  const event = eventOf('lambda.amazonaws.com', 'CreateFunction20150331', { functionName: 'orders' }, { functionName: 'orders', functionArn });
  const reserved = async () => (await lambda().send(new GetFunctionConcurrencyCommand({ FunctionName: 'orders' }))).ReservedConcurrentExecutions;

  const stopped = await perimeter(['invoke', 'remediator', 'lambda-vpc', '-', '--apply'], JSON.stringify(event));
  bench.place.write({ 'finding.json': stopped.stdout });
  const whileStopped = await reserved();
  const refused = await perimeter(['undo', 'finding.json']);
  bench.excuse(stopping);
  const released = await perimeter(['undo', 'finding.json', '--format', 'json']);

  expect([whileStopped, refused.code, released.code, await reserved()]).toEqual([0, 1, 0, undefined]);
  expect(inOneLine(refused.stdout)).toContain('nothing excuses it, so perimeter would undo it again: no-vpc: ');
});

it('leaves another statement of the same name alone', async () => {
  await bench.remediated(oneStatement);
  bench.excuse();
  const action = 'lambda:InvokeFunctionUrl';
  await lambda().send(
    new AddPermissionCommand({
      FunctionName: 'orders',
      StatementId: 'violating',
      Action: action,
      Principal: FOREIGN,
      FunctionUrlAuthType: 'AWS_IAM',
    }),
  );

  const { code, stdout } = await perimeter(['undo', 'finding.json', '--force']);

  expect([code, inOneLine(stdout)]).toEqual([
    1,
    expect.stringContaining('it has moved on: there is another statement violating now: {"Sid":"violating"'),
  ]);
});

it('does not write over a document that was changed since', async () => {
  await bench.remediated(document);
  bench.excuse();
  const ResourceArn = `arn:aws:lambda:${REGION}:${OWN}:function:orders`;
  const Statement = [
    { Sid: 'later', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${OWN}:root` }, Action: 'lambda:InvokeFunction', Resource: ResourceArn },
  ];
  await lambda().send(new PutResourcePolicyCommand({ ResourceArn, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }));

  const byLog = await perimeter(['undo', 'finding.json']);

  expect([byLog.code, inOneLine(byLog.stdout)]).toEqual([
    1,
    expect.stringContaining('it has moved on: the policy was changed since: [{"Sid":"later"'),
  ]);
  expect(await document.state(stageOf(bench.api))).toEqual(['later']);
});

it('puts back what nothing excuses when it is forced to, and says what will happen', async () => {
  await bench.remediated(oneStatement);

  const { code, stdout } = await perimeter(['undo', 'finding.json', '--force']);

  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining('  perimeter will undo it again: untrusted-account: principal arn:aws:iam::999999999999:root'),
  ]);
  expect(await oneStatement.state(stageOf(bench.api))).toEqual(['innocent', 'violating']);
});

it('finds the finding by its id, and takes what Security Hub answers', async () => {
  const { finding } = await bench.remediated(oneStatement);
  const { Findings } = await new SecurityHubClient(bench.api.client(CALLER)).send(new GetFindingsCommand({}));

  const byId = await perimeter(['undo', finding.Id, '--dry-run', '--force', '--format', 'json']);
  const byAnswer = await perimeter(['undo', '-', '--dry-run', '--force', '--format', 'json'], JSON.stringify({ Findings }));

  expect([byId.code, byAnswer.code, JSON.parse(byAnswer.stdout)]).toEqual([0, 0, JSON.parse(byId.stdout)]);
  expect(JSON.parse(byId.stdout).results).toEqual([
    {
      guardrail: 'lambda-permission',
      resource: `arn:aws:lambda:${REGION}:${OWN}:function:orders`,
      key: finding.ProductFields['perimeter/undoKey'],
      status: 'planned',
      calls: [
        {
          action: 'lambda:AddPermission',
          input: {
            FunctionName: `arn:aws:lambda:${REGION}:${OWN}:function:orders`,
            StatementId: 'violating',
            Action: 'lambda:InvokeFunction',
            Principal: expect.stringContaining(FOREIGN),
          },
          outcome: 'planned',
        },
      ],
      notes: [expect.stringContaining('perimeter will undo it again')],
    },
  ]);
});

describe('a finding that was tampered with', () => {
  const tampered = async (change: { readonly [name: string]: string }) => {
    const { finding } = await bench.remediated(oneStatement);
    bench.place.write({ 'finding.json': JSON.stringify({ ...finding, ProductFields: { ...finding.ProductFields, ...change } }) });
  };
  const attack = (action: string, input: object) => JSON.stringify([{ action, input }]);

  it('is not believed where the undo log holds the truth', async () => {
    await tampered({
      'perimeter/removed': attack('lambda:AddPermission', {
        FunctionName: 'orders',
        StatementId: 'x',
        Action: 'lambda:*',
        Principal: '888888888888',
      }),
    });

    const { stdout } = await perimeter(['undo', 'finding.json', '--dry-run', '--force', '--format', 'json']);

    expect(JSON.parse(stdout).results[0].calls).toEqual([expect.objectContaining({ input: expect.objectContaining({ StatementId: 'violating' }) })]);
  });

  it('makes no call that only the undo log may ask for', async () => {
    await tampered({
      'perimeter/undoKey': 'perimeter-x/2026-11-22/1-0123456789abcdef',
      'perimeter/removed': attack('iam:PutRolePolicy', { RoleName: 'admin', PolicyName: 'p', PolicyDocument: '{}' }),
    });

    const { code, stdout, stderr } = await perimeter(['undo', 'finding.json', '--force']);

    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('iam:PutRolePolicy is made on the word of the undo log alone')]);
  });

  it('is judged where the log is silent', async () => {
    await tampered({
      'perimeter/undoKey': 'perimeter-x/2026-11-22/1-0123456789abcdef',
      'perimeter/removed': attack('lambda:AddPermission', {
        FunctionName: 'orders',
        StatementId: 'x',
        Action: 'lambda:*',
        Principal: '888888888888',
      }),
    });

    const { code, stdout, stderr } = await perimeter(['undo', 'finding.json']);

    expect([code, stdout, stderr]).toEqual([
      1,
      expect.stringContaining('nothing excuses it, so perimeter would undo it again: excessive-action'),
      'perimeter: perimeter-x/2026-11-22/1-0123456789abcdef: the undo log does not hold it; the word of the finding is taken instead\n',
    ]);
  });
});

it.each([
  ['a word', ['undo', 'nope'], '', /^nope is no file, no key of an undo record \(FUNCTION\/DAY\/ID\) and no id of a finding/],
  ['a key without a record', ['undo', 'perimeter-x/2026-11-22/1-0123456789abcdef'], '', /^there is no undo record perimeter-x\/2026-11-22\//],
  ['an id without a finding', ['undo', `perimeter/lambda-permission/arn:aws:sns:${REGION}:${OWN}:t/s`], '', /^there is no finding perimeter\//],
  ['something else', ['undo', '-'], '{}', /^- holds no finding: /],
  ['a finding of nothing removed', ['undo', '-'], '{"ProductFields":{}}', /^-: nothing was removed by it: /],
  ['no JSON', ['undo', '-'], '{', /^- is no JSON document/],
])('%s is the mistake of the user', async (_, argv, stdin, expected) => {
  const { code, stdout, stderr } = await perimeter(argv, stdin);

  expect([code, stdout, stderr.split('\n').length]).toEqual([2, '', 2]);
  expect(stderr.replace(/^perimeter: /, '').trimEnd()).toMatch(expected);
});

it('fits the line of a terminal, whatever a policy holds', async () => {
  await bench.remediated(document);

  const { stdout } = await perimeter(['undo', 'finding.json', '--dry-run', '--force']);

  expect(stdout).toContain('planned  lambda:PutResourcePolicy {"ResourceArn":');
  expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
});
