/** What a read and a write end as, by what AWS answers; the real SDK against a server on the loopback. */
import fc from 'fast-check';
import type { Action } from '../../lib/aws/calls';
import { type Clients, createClients } from '../../lib/aws/clients';
import { createExecute, createRead } from '../../lib/aws/execute';
import { failureOf } from '../../lib/aws/failure';
import type { Fields } from '../../lib/aws/output';
import { createSend } from '../../lib/aws/send';
import type { Call } from '../../lib/core/verdict';
import { AwsFailure } from '../../lib/handlers/ports';
import { runs } from '../support/runs';
import { type Answer, fakeClock, jsonError, queryError, useServer } from './server';

const server = useServer();

const PLACE = { partition: 'aws', region: 'eu-west-1', account: '111122223333' };
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:t';

function ports({ clients = createClients(), remaining = 60_000 }: { readonly clients?: Clients; readonly remaining?: number } = {}) {
  const clock = fakeClock();
  const send = createSend({ clients, clock, remaining: () => remaining });
  return { read: createRead(send), execute: createExecute(send, clock), clock };
}

const call = (action: Call['action'], input: Fields): Call => ({ action, input });
const REMOVE = call('lambda:RemovePermission', { FunctionName: 'f', StatementId: 's' });
const GET = call('lambda:GetPolicy', { FunctionName: 'f' });

describe('a write', () => {
  it.each<[string, Call, Answer, string]>([
    ['is done', REMOVE, { status: 204 }, 'done'],
    ['is done already', REMOVE, jsonError(404, 'ResourceNotFoundException'), 'already-gone'],
    ['finds that the state has moved on', REMOVE, jsonError(412, 'PreconditionFailedException'), 'refused'],
    ['is not allowed', REMOVE, jsonError(403, 'AccessDeniedException'), 'failed'],
    [
      'finds its statement there',
      call('lambda:AddPermission', { FunctionName: 'f', StatementId: 's', Action: 'a', Principal: 'p' }),
      jsonError(409, 'ResourceConflictException'),
      'refused',
    ],
    ['finds no topic', call('sns:RemovePermission', { TopicArn: TOPIC, Label: 'l' }), queryError(404, 'NotFound'), 'already-gone'],
    ['finds no subscription', call('sns:Unsubscribe', { SubscriptionArn: `${TOPIC}:x` }), queryError(404, 'NotFound'), 'already-gone'],
    [
      'finds no policy',
      call('ecr:DeleteRepositoryPolicy', { repositoryName: 'r' }),
      jsonError(400, 'RepositoryPolicyNotFoundException'),
      'already-gone',
    ],
    ['finds no role', call('iam:DeleteRolePolicy', { RoleName: 'r', PolicyName: 'p' }), queryError(404, 'NoSuchEntity'), 'already-gone'],
  ])('%s', async (_, one, answer, outcome) => {
    server.answer(answer);

    const report = await ports().execute(one, PLACE);

    expect(report).toEqual({
      ...one,
      outcome,
      ...(['refused', 'failed'].includes(outcome) && { error: { name: expect.stringMatching(/^\w+Exception$/), message: 'no' } }),
    });
    expect(server.asked).toHaveLength(1);
  });

  it('that finds the state moved on leaves whoever was faster a moment', async () => {
    server.answer(jsonError(412, 'PreconditionFailedException'));
    const { execute, clock } = ports();

    expect(await execute(REMOVE, PLACE)).toMatchObject({ outcome: 'refused' });
    expect([server.asked.length, clock.slept]).toEqual([1, [500]]);
  });

  it.each<[string, Answer, string]>([
    ['throttled', jsonError(429, 'TooManyRequestsException'), 'TooManyRequestsException'],
    ['a fault of the service', jsonError(500, 'ServiceException'), 'ServiceException'],
    ['another change is under way', jsonError(409, 'ResourceConflictException'), 'ResourceConflictException'],
    ['unavailable, without a word', { status: 503, text: '<html>' }, 'MalformedAnswer'],
    ['connection reset', 'reset', 'TimeoutError'],
  ])('that may succeed is tried again, and no more often than that: %s', async (_, answer, name) => {
    server.answer(answer);
    const { execute, clock } = ports();

    const report = await execute(REMOVE, PLACE);

    expect(report).toMatchObject({ outcome: 'failed', error: { name } });
    expect(server.asked).toHaveLength(2);
    expect(clock.slept).toEqual([625]);

    server.answer(answer, { status: 204 });
    expect(await execute(REMOVE, PLACE)).toEqual({ ...REMOVE, outcome: 'done' });
  });

  it('whose answer was lost is done all the same', async () => {
    server.answer('reset', jsonError(404, 'ResourceNotFoundException'));

    expect(await ports().execute(REMOVE, PLACE)).toEqual({ ...REMOVE, outcome: 'already-gone' });
  });

  it('is given up when no answer comes in time', async () => {
    server.answer('silence');
    const clients = createClients(undefined, { requestTimeout: 30 });

    expect(await ports({ clients }).execute(REMOVE, PLACE)).toMatchObject({ outcome: 'failed', error: { name: 'TimeoutError' } });
    expect(server.asked).toHaveLength(2);
  });

  it('is not begun when no time is left, and ends before it is over', async () => {
    expect(await ports({ remaining: 4_000 }).execute(REMOVE, PLACE)).toEqual({
      ...REMOVE,
      outcome: 'failed',
      error: { name: 'DeadlineExceeded', message: 'no time is left for lambda:RemovePermission' },
    });
    expect(server.asked).toEqual([]);

    server.answer('silence');
    const began = Date.now();
    expect(await ports({ remaining: 4_200 }).execute(REMOVE, PLACE)).toMatchObject({ error: { name: 'DeadlineExceeded' } });
    expect(Date.now() - began).toBeLessThan(1_500);
    expect(server.asked).toHaveLength(1);
  });

  it.each(['lambda:GetPolicy', 'lambda:DeleteFunction', 'securityhub:BatchImportFindings', '__proto__:constructor', 'constructor'])(
    'that no plan makes is not made: %s',
    async (action) => {
      const report = await ports().execute({ action: action as Action, input: {} }, PLACE);

      expect(report).toMatchObject({ outcome: 'failed', error: { name: 'UnknownAction', message: `${action} is no write that Perimeter makes` } });
      expect(server.asked).toEqual([]);
    },
  );

  it('without a required field is reported, not thrown', async () => {
    expect(await ports().execute(call('lambda:RemovePermission', {}), PLACE)).toMatchObject({ outcome: 'failed', error: { name: 'Error' } });
  });
});

describe('a read', () => {
  it('answers the fields of the SDK, without what the SDK adds', async () => {
    server.answer({ json: { Policy: '{}', RevisionId: 'r' } });
    expect(await ports().read(GET, PLACE)).toEqual({ kind: 'found', output: { Policy: '{}', RevisionId: 'r' } });

    server.answer({ json: { FunctionUrl: 'u', FunctionArn: 'a', AuthType: 'NONE', CreationTime: '2026-11-22T10:00:00Z', Cors: { MaxAge: 1 } } });
    expect(await ports().read(call('lambda:GetFunctionUrlConfig', { FunctionName: 'f' }), PLACE)).toEqual({
      kind: 'found',
      output: { FunctionUrl: 'u', FunctionArn: 'a', AuthType: 'NONE', CreationTime: '2026-11-22T10:00:00Z', Cors: { MaxAge: 1 } },
    });

    server.answer({
      xml: '<DescribeVpcEndpointsResponse><vpcEndpointSet><item><vpcEndpointId>v</vpcEndpointId><creationTimestamp>2026-11-22T10:00:00Z</creationTimestamp></item></vpcEndpointSet></DescribeVpcEndpointsResponse>',
    });
    expect(await ports().read(call('ec2:DescribeVpcEndpoints', { VpcEndpointIds: ['v'] }), PLACE)).toEqual({
      kind: 'found',
      output: { VpcEndpoints: [{ VpcEndpointId: 'v', CreationTimestamp: '2026-11-22T10:00:00.000Z' }] },
    });
  });

  it.each<[Call, Answer]>([
    [GET, jsonError(404, 'ResourceNotFoundException')],
    [call('sns:GetTopicAttributes', { TopicArn: TOPIC }), queryError(404, 'NotFound')],
    [call('ecr:GetRepositoryPolicy', { repositoryName: 'r' }), jsonError(400, 'RepositoryNotFoundException')],
    [call('ecr:GetRegistryPolicy', {}), jsonError(400, 'RegistryPolicyNotFoundException')],
    [
      call('ec2:DescribeVpcEndpoints', { VpcEndpointIds: ['vpce-1'] }),
      { status: 400, xml: '<Response><Errors><Error><Code>InvalidVpcEndpointId.NotFound</Code><Message>no</Message></Error></Errors></Response>' },
    ],
  ])('of what is not there: %j', async (one, answer) => {
    server.answer(answer);

    expect(await ports().read(one, PLACE)).toEqual({ kind: 'absent' });
    expect(server.asked).toHaveLength(1);
  });

  it.each<[string, Answer, string, boolean]>([
    ['denied', jsonError(403, 'AccessDeniedException'), 'AccessDeniedException', false],
    ['throttled', jsonError(429, 'TooManyRequestsException'), 'TooManyRequestsException', true],
    ['broken off', 'truncated', 'ConnectionBroken', true],
    ['no JSON', { text: '{"Policy' }, 'MalformedAnswer', true],
    ['an answer to something else', { json: { ok: true } }, 'MalformedAnswer', true],
    ['no answer at all', { status: 200, text: '' }, 'MalformedAnswer', true],
  ])('that fails throws what AWS said: %s', async (_, answer, code, isTransient) => {
    server.answer(answer);

    const failure = await ports()
      .read(GET, PLACE)
      .catch((error) => error);

    expect(failure).toBeInstanceOf(AwsFailure);
    expect({ code: failure.code, isTransient: failure.isTransient }).toEqual({ code, isTransient });
    expect(server.asked).toHaveLength(isTransient ? 2 : 1);
  });

  it('never writes', async () => {
    await expect(ports().read(REMOVE, PLACE)).rejects.toMatchObject({ code: 'UnknownAction' });
    expect(server.asked).toEqual([]);
  });

  it('goes to the Region of the resource, by one client', async () => {
    server.answer({ json: { Policy: '{}' } });
    const { read } = ports();
    await read(GET, PLACE);
    await read(GET, { ...PLACE, region: 'us-gov-west-1' });
    await read(GET, { ...PLACE, region: '${AWS::Region}' });

    const regions = server.asked.map(({ headers }) => /\/([a-z0-9-]+)\/lambda\//.exec(headers.authorization ?? '')?.[1]);
    expect(regions).toEqual(['eu-west-1', 'us-gov-west-1', 'eu-west-1']);
  });
});

describe('a list', () => {
  const LIST = call('sns:ListSubscriptionsByTopic', { TopicArn: TOPIC });
  const page = (endpoints: readonly string[], token = '') => ({
    xml: `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>${endpoints
      .map((endpoint) => `<member><Endpoint>${endpoint}</Endpoint></member>`)
      .join(
        '',
      )}</Subscriptions>${token === '' ? '' : `<NextToken>${token}</NextToken>`}</ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`,
  });

  it('is joined from all of its pages', async () => {
    server.answer(page(['a', 'b'], 't1'), page([], 't2'), page(['c']));

    const answer = await ports().read(LIST, PLACE);

    expect(answer).toEqual({ kind: 'found', output: { Subscriptions: [{ Endpoint: 'a' }, { Endpoint: 'b' }, { Endpoint: 'c' }] } });
    expect(server.asked.map(({ body }) => new URLSearchParams(body).get('NextToken'))).toEqual([null, 't1', 't2']);
  });

  it('may be empty', async () => {
    server.answer(page([]));

    expect(await ports().read(LIST, PLACE)).toEqual({ kind: 'found', output: { Subscriptions: [] } });
  });

  it('is a failure when a page fails, comes again or there are too many: what is not seen is not gone', async () => {
    server.answer(page(['a'], 't1'), queryError(403, 'AuthorizationError'));
    await expect(ports().read(LIST, PLACE)).rejects.toMatchObject({ code: 'AuthorizationErrorException' });

    server.answer(page(['a'], 't1'), page(['a'], 't1'));
    await expect(ports().read(LIST, PLACE)).rejects.toMatchObject({ code: 'RepeatedToken' });

    const tokens: string[] = [];
    const endless: Clients = { send: async () => ({ Subscriptions: [], NextToken: `${tokens.push('')}` }) };
    await expect(ports({ clients: endless }).read(LIST, PLACE)).rejects.toMatchObject({ code: 'TooManyPages' });
    expect(tokens).toHaveLength(1000);
  });
});

describe('a list that AWS has in some Regions only', () => {
  const LIST = call('lambda:ListNetworkConnectors', {});

  it('is joined from its pages, though the SDK does not know it', async () => {
    server.answer({ json: { NetworkConnectors: [{ Arn: 'a' }], NextMarker: 'm' } }, { json: { NetworkConnectors: [{ Arn: 'b' }] } });

    expect(await ports().read(LIST, PLACE)).toEqual({ kind: 'found', output: { NetworkConnectors: [{ Arn: 'a' }, { Arn: 'b' }] } });
    expect(server.asked.map(({ path }) => path)).toEqual(['/2026-04-04/network-connectors', '/2026-04-04/network-connectors?Marker=m']);
  });

  it.each([
    ['the call is not known', jsonError(404, 'UnknownOperationException')],
    ['the path is not known', jsonError(403, 'AccessDeniedException', 'Unable to determine service/operation name to be authorized')],
  ])('holds nothing where %s', async (_, answer) => {
    server.answer(answer);

    expect(await ports().read(LIST, PLACE)).toEqual({ kind: 'absent' });
  });

  it('is a failure where it is refused, and so is any other list that is not known', async () => {
    server.answer(jsonError(403, 'AccessDeniedException'));
    await expect(ports().read(LIST, PLACE)).rejects.toMatchObject({ code: 'AccessDeniedException' });

    server.answer(jsonError(404, 'UnknownOperationException'));
    await expect(ports().read(call('lambda:ListFunctions', {}), PLACE)).rejects.toMatchObject({ code: 'UnknownOperationException' });
  });
});

describe('what is thrown', () => {
  it('becomes a failure, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withDate: true, withBigInt: true }), (thrown) => {
        const failure = failureOf(thrown);
        expect(failure.code).not.toBe('');
        expect(failure.message.length).toBeLessThanOrEqual(1000);
      }),
      { numRuns: runs },
    );
  });

  it('tells where the SDK is missing', async () => {
    const clients = createClients(async () => ({}));

    expect(await ports({ clients }).execute(REMOVE, PLACE)).toMatchObject({
      outcome: 'failed',
      error: { name: 'SdkMissing', message: 'the AWS SDK has no LambdaClient' },
    });
  });
});
