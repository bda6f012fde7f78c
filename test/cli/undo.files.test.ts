/** `perimeter undo FILE`: undo records and findings in files, whole and damaged, of this account and of others. */
import { ECRClient, GetRegistryPolicyCommand } from '@aws-sdk/client-ecr';
import { GetPolicyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { failureOf, makeFunction } from '../aws/fixtures';
import { CALLER, FOREIGN, MEMBER, OWN, REGION } from '../e2e/organization';
import { scenarioNamed } from '../e2e/scenarios';
import { sidsOf } from '../e2e/scenarios/scenario';
import { inOneLine, UndoBench } from './support/undo';

const bench = new UndoBench();
const { perimeter } = bench;

const FUNCTION = `arn:aws:lambda:${REGION}:${OWN}:function:orders`;
const addition = (StatementId: string) => ({
  action: 'lambda:AddPermission',
  input: { FunctionName: FUNCTION, StatementId, Action: 'lambda:InvokeFunction', Principal: MEMBER },
});
/** As `audit --fix` writes it. */
const recordOf = (sid: string, more: object = {}): object => ({
  guardrail: 'lambda-permission',
  eventId: 'audit-20261126T100000Z',
  at: '2026-11-26T10:00:00.000Z',
  place: { partition: 'aws', region: REGION, account: OWN },
  resource: FUNCTION,
  calls: [{ action: 'lambda:RemovePermission', input: { FunctionName: FUNCTION, StatementId: sid } }],
  restore: [addition(sid)],
  violations: [],
  ...more,
});
const lines = (...entries: readonly object[]): string => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');

const sids = () =>
  sidsOf(new LambdaClient(bench.api.client(CALLER)).send(new GetPolicyCommand({ FunctionName: 'orders' })).then(({ Policy }) => Policy));

beforeEach(async () => {
  await makeFunction(bench.api, CALLER, 'orders');
});

it.each([
  ['a record a line', lines(recordOf('a'), recordOf('b'))],
  ['with a byte order mark', `\ufeff${lines(recordOf('a'), recordOf('b'))}`],
  ['with the line ends of Windows', lines(recordOf('a'), recordOf('b')).replaceAll('\n', '\r\n')],
  ['without an end of the last line', lines(recordOf('a'), recordOf('b')).trimEnd()],
  ['a list', JSON.stringify([recordOf('a'), recordOf('b')], null, 2)],
  ['one twice', lines(recordOf('a'), recordOf('b'), recordOf('a'))],
  [
    'the rounds of one resource, the last of which holds those before it',
    lines(recordOf('a'), recordOf('b', { restore: [addition('a'), addition('b')] })),
  ],
])('%s: everything is put back, once', async (_, text) => {
  bench.place.write({ 'undo.jsonl': text });

  const { code, stderr } = await perimeter(['undo', 'undo.jsonl']);

  expect([code, stderr, await sids()]).toEqual([0, '', ['a', 'b']]);
});

const HOLDS_NONE = /^x\.jsonl holds no finding: /;
const TOO_DEEP = /^x\.jsonl is nested more than 128 deep; give a finding$/;
const NOT_READ = /^x\.jsonl: entry 2 is no undo record that this version can read; take it out to put back the others$/;

it.each<[string, string, RegExp]>([
  ['a line that was cut', lines(recordOf('a')) + lines(recordOf('b')).slice(0, -40), /^x\.jsonl, line 2, is no JSON document /],
  ['a line of something else', `${lines(recordOf('a'))}# done\n${lines(recordOf('b'))}`, /^x\.jsonl, line 2, is no JSON document /],
  ['a record without its calls', lines(recordOf('a'), recordOf('b', { calls: undefined })), NOT_READ],
  ['a record without what puts it back', lines(recordOf('a'), recordOf('b', { restore: null })), NOT_READ],
  ['a call that is no call', lines(recordOf('a'), recordOf('b', { restore: [addition('b'), { action: 'AddPermission' }] })), NOT_READ],
  ['an account that is none', lines(recordOf('a'), recordOf('b', { place: { partition: 'aws', region: REGION, account: '2' } })), NOT_READ],
  ['a Region that is none', lines(recordOf('a'), recordOf('b', { place: { partition: 'aws', region: 'x;y', account: OWN } })), NOT_READ],
  ['a call that puts nothing back', lines(recordOf('a'), recordOf('b', { restore: [{ action: 'sns:Unsubscribe', input: {} }] })), NOT_READ],
  ['a finding among records', lines(recordOf('a'), { ProductFields: { 'perimeter/undoKey': 'k' } }), NOT_READ],
  [
    'a guardrail that there is not',
    lines(recordOf('a'), recordOf('b', { guardrail: 's3-bucket-policy', resource: 'arn:aws:s3:::b' })),
    /^x\.jsonl is of s3-bucket-policy, which this version does not know$/,
  ],
  ['lists in lists without end', `${'['.repeat(200_000)}${']'.repeat(200_000)}`, TOO_DEEP],
  ['findings in findings without end', `${'{"finding":'.repeat(5_000)}1${'}'.repeat(5_000)}`, TOO_DEEP],
  ['null', 'null', HOLDS_NONE],
  ['what the log group answers', JSON.stringify({ events: [{ message: `1-0123456789abcdef 1/1 ${JSON.stringify(recordOf('a'))}` }] }), HOLDS_NONE],
])('%s: nothing is put back, and one line says why', async (_, text, expected) => {
  bench.place.write({ 'x.jsonl': text });

  const { code, stdout, stderr } = await perimeter(['undo', 'x.jsonl', '--force']);

  expect([code, stdout, stderr.split('\n').length, await sids()]).toEqual([2, '', 2, []]);
  expect(stderr.replace(/^perimeter: /, '').trimEnd()).toMatch(expected);
});

describe('a record of another account', () => {
  const stranger = { account: MEMBER, region: REGION };
  const Statement = [
    { Sid: 'violating', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${FOREIGN}:root` }, Action: 'ecr:BatchGetImage', Resource: '*' },
  ];
  const ofRegistry = recordOf('x', {
    guardrail: 'ecr-layer-access',
    resource: `arn:aws:ecr:${REGION}:${OWN}:registry/policy`,
    calls: [{ action: 'ecr:DeleteRegistryPolicy', input: {} }],
    restore: [{ action: 'ecr:PutRegistryPolicy', input: { policyText: JSON.stringify({ Version: '2012-10-17', Statement }) } }],
  });
  const registry = (caller: typeof CALLER) => failureOf(new ECRClient(bench.api.client(caller)).send(new GetRegistryPolicyCommand({})));

  it('whose calls do not name it is not put back into this one', async () => {
    bench.place.write({ 'undo.jsonl': lines(ofRegistry) });

    const { code, stderr } = await perimeter(['undo', 'undo.jsonl', '--force'], undefined, stranger);

    expect([code, stderr]).toEqual([
      2,
      `perimeter: undo.jsonl is about account ${OWN}, the credentials are of ${MEMBER}: use those of the account of the resource\n`,
    ]);
    expect(await registry(stranger)).toBe('RegistryPolicyNotFoundException 400');
  });

  it('is put back by credentials of its own', async () => {
    bench.place.write({ 'undo.jsonl': lines(ofRegistry) });

    expect(await perimeter(['undo', 'undo.jsonl', '--force'])).toMatchObject({ code: 0, stderr: '' });
    expect(await registry(CALLER)).toBe('no error');
  });
});

describe('an endpoint whose password AWS hides', () => {
  const TopicArn = `arn:aws:sns:${REGION}:${OWN}:alerts`;
  const subscribed = (Endpoint: string) =>
    recordOf('x', {
      guardrail: 'sns-subscription',
      resource: TopicArn,
      calls: [{ action: 'sns:Unsubscribe', input: { SubscriptionArn: `${TopicArn}:1` } }],
      restore: [{ action: 'sns:Subscribe', input: { TopicArn, Protocol: 'https', Endpoint, ReturnSubscriptionArn: true } }],
    });

  it.each<[string, number, string]>([
    [
      'https://ada:****@evil.example/hook',
      1,
      'AWS hides the password in the URL of its endpoint: subscribe it again by hand, with the right one: https://ada:****@evil.example/hook',
    ],
    ['https://ada:secret@evil.example/hook', 0, 'confirmation sent to'],
    ['https://evil.example/a:****@b', 0, 'confirmation sent to'],
  ])('%s', async (endpoint, expected, said) => {
    const { SNSClient, CreateTopicCommand } = await import('@aws-sdk/client-sns');
    await new SNSClient(bench.api.client(CALLER)).send(new CreateTopicCommand({ Name: 'alerts' }));
    bench.place.write({ 'undo.jsonl': lines(subscribed(endpoint)) });

    const { code, stdout } = await perimeter(['undo', 'undo.jsonl', '--force']);

    expect([code, inOneLine(stdout)]).toEqual([expected, expect.stringContaining(said)]);
  });
});

it('of the findings of many products, those of a remediation count', async () => {
  await bench.remediated(scenarioNamed('a layer version for everyone'));
  const { Findings: [own] = [] } = await new SecurityHubClient(bench.api.client(CALLER)).send(new GetFindingsCommand({}));
  const others = [
    { ...own, Id: 'guardduty', ProductFields: { 'aws/guardduty/service/serviceName': 'guardduty' } },
    { ...own, Id: 'without fields', ProductFields: undefined },
    { ...own, Id: 'undo key of no text', ProductFields: { 'perimeter/undoKey': null } },
    { ...own, Id: 'no resource', Resources: [] },
    { ...own, Id: 'of no account', AwsAccountId: 'x' },
    null,
  ];

  const { code, stdout } = await perimeter(['undo', '-', '--force', '--format', 'json'], JSON.stringify({ Findings: [...others, own] }));

  expect([code, JSON.parse(stdout).results]).toMatchObject([0, [{ guardrail: 'lambda-layer-permission', status: 'restored' }]]);
});
