/** What was removed is put back into an account, and by a configuration, that have moved on since. */

import {
  DeleteRepositoryCreationTemplateCommand,
  DescribeRepositoryCreationTemplatesCommand,
  ECRClient,
  UpdateRepositoryCreationTemplateCommand,
} from '@aws-sdk/client-ecr';
import {
  DeleteFunctionCommand,
  DeleteFunctionUrlConfigCommand,
  DeleteLayerVersionCommand,
  GetFunctionConcurrencyCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { DeleteTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { makeFunction } from '../aws/fixtures';
import { CALLER, eventOf, OWN, REGION, stageOf } from '../e2e/organization';
import { scenarioNamed } from '../e2e/scenarios';
import { CONFIGURATION } from './support/aws';
import { inOneLine, UndoBench } from './support/undo';

const bench = new UndoBench();
const { perimeter } = bench;
const lambda = () => new LambdaClient(bench.api.client(CALLER));
const ecr = () => new ECRClient(bench.api.client(CALLER));
const oneStatement = scenarioNamed('a statement for a foreign account');
const creationTemplate = scenarioNamed('a template for repositories of a foreign account');

const deleteTopic = () => new SNSClient(bench.api.client(CALLER)).send(new DeleteTopicCommand({ TopicArn: `arn:aws:sns:${REGION}:${OWN}:alerts` }));

it.each<[string, () => Promise<unknown>]>([
  ['a function URL without sign-in', () => lambda().send(new DeleteFunctionUrlConfigCommand({ FunctionName: 'orders' }))],
  ['a host of a stranger, confirmed unseen', deleteTopic],
  ['dead letters for a foreign account', deleteTopic],
  ['a topic that a foreign account may subscribe', deleteTopic],
  ['a permission to subscribe for a foreign account', deleteTopic],
  ['a template for repositories of a foreign account', () => ecr().send(new DeleteRepositoryCreationTemplateCommand({ prefix: 'apps' }))],
])('%s: what it belonged to is gone, which a dry run tells too', async (name, remove) => {
  await bench.remediated(scenarioNamed(name));
  bench.excuse();
  await remove();

  const planned = await perimeter(['undo', 'finding.json', '--dry-run', '--format', 'json']);
  const tried = await perimeter(['undo', 'finding.json', '--format', 'json']);

  const failed = { status: 'failed', reason: 'what it belonged to does not exist any more' };
  expect([planned.code, tried.code]).toEqual([1, 1]);
  expect([planned, tried].map(({ stdout }) => JSON.parse(stdout).results)).toMatchObject([
    [{ ...failed, calls: [{ outcome: 'planned' }] }],
    [{ ...failed, calls: [] }],
  ]);
});

it.each<[string, () => Promise<unknown>]>([
  ['a statement for a foreign account', () => lambda().send(new DeleteFunctionCommand({ FunctionName: 'orders' }))],
  ['a layer version for everyone', () => lambda().send(new DeleteLayerVersionCommand({ LayerName: 'common', VersionNumber: 1 }))],
])('%s: where AWS does not tell before the call that it is gone, the call does', async (name, remove) => {
  await bench.remediated(scenarioNamed(name));
  bench.excuse();
  await remove();

  const { code, stdout } = await perimeter(['undo', 'finding.json', '--format', 'json']);

  expect([code, JSON.parse(stdout).results]).toMatchObject([1, [{ status: 'failed', calls: [{ outcome: 'already-gone' }] }]]);
});

it('what a call sets besides is left as it is now', async () => {
  await bench.remediated(creationTemplate);
  bench.excuse();
  await ecr().send(new UpdateRepositoryCreationTemplateCommand({ prefix: 'apps', imageTagMutability: 'IMMUTABLE' }));

  const { code } = await perimeter(['undo', 'finding.json']);

  const { repositoryCreationTemplates } = await ecr().send(new DescribeRepositoryCreationTemplatesCommand({ prefixes: ['apps'] }));
  expect([code, repositoryCreationTemplates]).toMatchObject([0, [{ imageTagMutability: 'IMMUTABLE' }]]);
  expect(await creationTemplate.state(stageOf(bench.api))).toEqual(['innocent', 'violating']);
});

const section = (text: string): string => CONFIGURATION.replace('lambda-permission: { mode: enforce }', `lambda-permission: ${text}`);
const rollout = (modes: string): string => `
rollout:
  - { name: pilot, organizationalUnits: [ou-ab12-11111111], regions: [${REGION}], modes: ${modes} }
`;

describe('by a configuration that was changed since', () => {
  it.each([
    ['only reports', section('{ mode: enforce, response: report }')],
    ['observes', section('{ mode: observe }')],
    ['is off', section('{ mode: off }')],
    ['observes, at every stage', section('{ mode: observe }') + rollout('{ sns-subscription: observe }')],
  ])('a guardrail that %s lets it stay', async (_, configuration) => {
    await bench.remediated(oneStatement);
    bench.place.write({ 'perimeter.yaml': configuration });

    const { code, stdout } = await perimeter(['undo', 'finding.json', '--dry-run', '--format', 'json']);

    expect([code, JSON.parse(stdout).results]).toMatchObject([0, [{ status: 'planned', notes: [] }]]);
  });

  it('one that a stage of the rollout enforces does not: the account may be in it', async () => {
    await bench.remediated(oneStatement);
    bench.place.write({ 'perimeter.yaml': section('{ mode: observe }') + rollout('{ lambda-permission: enforce }') });

    const { code, stdout } = await perimeter(['undo', 'finding.json']);

    expect([code, inOneLine(stdout)]).toEqual([1, expect.stringContaining('perimeter would undo it again: untrusted-account: ')]);
  });

  it('one that does not stop functions any more lets a stopped one go', async () => {
    bench.place.write({
      'perimeter.yaml': CONFIGURATION.replace('lambda-vpc: { mode: enforce }', 'lambda-vpc: { mode: enforce, response: quarantine }'),
    });
    const functionArn = await makeFunction(bench.api, CALLER, 'orders');
    const event = eventOf('lambda.amazonaws.com', 'CreateFunction20150331', { functionName: 'orders' }, { functionName: 'orders', functionArn });
    const { stdout: stopped } = await perimeter(['invoke', 'remediator', 'lambda-vpc', '-', '--apply'], JSON.stringify(event));
    bench.place.write({ 'finding.json': stopped, 'perimeter.yaml': CONFIGURATION });

    const { code } = await perimeter(['undo', 'finding.json']);

    expect(code).toBe(0);
    expect((await lambda().send(new GetFunctionConcurrencyCommand({ FunctionName: 'orders' }))).ReservedConcurrentExecutions).toBeUndefined();
  });
});
