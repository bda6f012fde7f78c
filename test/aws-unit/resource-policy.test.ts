/** Calls that the SDK at hand may not know: the same request on the wire, whether it knows them or not. */
import * as lambda from '@aws-sdk/client-lambda';
import type { Action } from '../../lib/aws/calls';
import { createClients, type Sdk } from '../../lib/aws/clients';
import { createExecute, createRead } from '../../lib/aws/execute';
import type { Fields } from '../../lib/aws/output';
import { createSend } from '../../lib/aws/send';
import { type Asked, fakeClock, jsonError, useServer } from './server';

const server = useServer();

/** What `nodejs24.x` may have: none of the calls of July 2026. */
const OLD: Sdk = Object.fromEntries(Object.entries(lambda).filter(([name]) => !/ResourcePolicyCommand$/.test(name)));

const ARN = "arn:aws:lambda:eu-west-1:111122223333:function:it's-(odd)*:live";
const PLACE = { partition: 'aws', region: 'eu-west-1', account: '111122223333' };
const POLICY = '{"Version":"2012-10-17","Statement":[{"Sid":"é\\"","Effect":"Allow"}]}';

function portsWith(sdk: Sdk) {
  const clock = fakeClock();
  const send = createSend({ clients: createClients(async () => sdk), clock, remaining: () => 60_000 });
  return { read: createRead(send), execute: createExecute(send, clock) };
}

/** Dates, signatures and the random id of an invocation differ from one request to the next. */
function comparable({ method, path, rawHeaders, body }: Asked) {
  const fixed = rawHeaders.flatMap((text, index) => {
    const [name = '', value = ''] = [rawHeaders[index - 1]?.toLowerCase(), text];
    if (index % 2 === 0) return [];
    if (name === 'x-amz-date' || name === 'amz-sdk-invocation-id') return [`${name}: *`];
    return [`${name}: ${value.replace(/Signature=\w+/, 'Signature=*').replace(/\d{8}(?=\/eu-west-1)/, '*')}`];
  });
  return { method, path, body, headers: fixed.sort() };
}

describe.each<[Action, { readonly [name: string]: string }]>([
  ['lambda:PutResourcePolicy', { ResourceArn: ARN, Policy: POLICY, RevisionId: '6b9f9ec9-2b1c-4b4e-8f4b-5a2f3a0e1d11' }],
  ['lambda:PutResourcePolicy', { RevisionId: 'r/1 +', Policy: POLICY, ResourceArn: ARN }],
  ['lambda:PutResourcePolicy', { ResourceArn: ARN, Policy: POLICY }],
  ['lambda:DeleteResourcePolicy', { ResourceArn: ARN, RevisionId: 'r/1 +' }],
  ['lambda:DeleteResourcePolicy', { ResourceArn: ARN }],
])('%s', (action, input) => {
  const answer = action === 'lambda:DeleteResourcePolicy' ? { status: 204 } : { json: { Policy: POLICY, RevisionId: 'r2' } };

  it('asks the same with an SDK that knows it and with one that does not', async () => {
    server.answer(answer);

    const known = await portsWith(lambda as Sdk).execute({ action, input }, PLACE);
    const unknown = await portsWith(OLD).execute({ action, input }, PLACE);

    expect(server.asked).toHaveLength(2);
    const [first, second] = server.asked.map(comparable);
    expect(second).toEqual(first);
    expect(unknown).toEqual(known);
  });

  it.each([
    ['absent', jsonError(404, 'ResourceNotFoundException')],
    ['denied', jsonError(403, 'AccessDeniedException')],
    ['stale', jsonError(412, 'PreconditionFailedException')],
    ['throttled', jsonError(429, 'TooManyRequestsException')],
    ['broken', { text: '<html>' }],
  ])('%s: ends the same', async (_, failure) => {
    server.answer(failure);
    const outcome = (sdk: Sdk) =>
      portsWith(sdk)
        .execute({ action, input }, PLACE)
        .catch((error) => ({ code: error.code, message: error.message, isTransient: error.isTransient }));

    const known = await outcome(lambda as Sdk);
    const unknown = await outcome(OLD);

    expect(unknown).toEqual(known);
  });
});

it('sends what AWS documents', async () => {
  server.answer({ json: { Policy: POLICY, RevisionId: 'r2' } });

  await portsWith(OLD).execute({ action: 'lambda:PutResourcePolicy', input: { ResourceArn: ARN, Policy: POLICY, RevisionId: 'r1' } }, PLACE);

  const [{ method, path, body, headers } = { headers: {} }] = server.asked as readonly Partial<Asked>[];
  expect({ method, path, body, type: headers?.['content-type'] }).toEqual({
    method: 'PUT',
    path: '/2026-07-09/resource-policy/arn%3Aaws%3Alambda%3Aeu-west-1%3A111122223333%3Afunction%3Ait%27s-%28odd%29%2A%3Alive',
    body: JSON.stringify({ Policy: POLICY, RevisionId: 'r1' }),
    type: 'application/json',
  });
});

it.each([
  [
    'lambda:GetNetworkConnector',
    { Identifier: 'nc-1' },
    '/2026-04-04/network-connectors/nc-1',
    { Arn: 'arn', Configuration: { VpcEgressConfiguration: {} } },
  ],
  [
    'lambda:GetWebFunctionRevision',
    { functionName: 'web', revisionId: 'r/1' },
    '/2025-03-07/web-functions/web/revisions/r%2F1',
    { revisionArn: 'arn', serviceConfig: {} },
  ],
] as const)('%s: read as no client of the SDK can yet', async (action, input, path, json) => {
  server.answer({ json });

  const answer = await portsWith(lambda as Sdk).read({ action, input }, PLACE);

  expect(answer).toEqual({ kind: 'found', output: json });
  expect(server.asked.map((asked) => `${asked.method} ${asked.path}`)).toEqual([`GET ${path}`]);
});

it.each<Fields>([{}, { ResourceArn: '' }, { ResourceArn: 7 }])('never asks without a resource: %j', async (input) => {
  const report = await portsWith(OLD).execute({ action: 'lambda:DeleteResourcePolicy', input }, PLACE);

  expect(report).toEqual({
    action: 'lambda:DeleteResourcePolicy',
    input,
    outcome: 'failed',
    error: { name: 'Error', message: 'no value for ResourceArn' },
  });
  expect(server.asked).toEqual([]);
});

it('is retried by the client as any other call', async () => {
  process.env.AWS_MAX_ATTEMPTS = '2';
  server.answer('reset', { json: { Policy: POLICY, RevisionId: 'r2' } });

  const report = await portsWith(OLD).execute({ action: 'lambda:PutResourcePolicy', input: { ResourceArn: ARN, Policy: POLICY } }, PLACE);

  process.env.AWS_MAX_ATTEMPTS = '1';
  expect(report.outcome).toBe('done');
  expect(server.asked.map(({ body }) => body)).toEqual([JSON.stringify({ Policy: POLICY }), JSON.stringify({ Policy: POLICY })]);
});
