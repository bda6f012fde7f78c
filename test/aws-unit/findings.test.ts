import { createClients } from '../../lib/aws/clients';
import { createPace } from '../../lib/aws/clock';
import { createFindings, createPaces } from '../../lib/aws/findings';
import { createSend } from '../../lib/aws/send';
import { type Answer, fakeClock, jsonError, useServer } from './server';

const server = useServer();

const PRODUCT = 'arn:aws:securityhub:eu-central-1:111122223333:product/111122223333/default';
const FINDING = { Id: 'perimeter/lambda-permission/x', ProductArn: PRODUCT, Title: 't' };
const FUNCTION = 'arn:aws:lambda:us-east-1:111122223333:function:f';

function findings(remaining = 60_000) {
  const clock = fakeClock();
  const lines: unknown[] = [];
  const send = createSend({ clients: createClients(), clock, remaining: () => remaining });
  return { port: createFindings(send, createPaces(clock), (...line) => lines.push(line)), lines };
}

const signedFor = () => server.asked.map(({ headers }) => /\/([a-z0-9-]+)\/securityhub\//.exec(headers.authorization ?? '')?.[1]);
const bodies = () => server.asked.map(({ body }) => JSON.parse(body));

describe('import', () => {
  it('stores the finding in the Region of its product', async () => {
    server.answer({ json: { FailedCount: 0, SuccessCount: 1 } });
    const { port, lines } = findings();

    expect(await port.import(FINDING)).toBe(true);

    expect({ bodies: bodies(), regions: signedFor(), lines }).toEqual({ bodies: [{ Findings: [FINDING] }], regions: ['eu-central-1'], lines: [] });
  });

  it('is done when no time is left for anything else', async () => {
    server.answer({ json: { FailedCount: 0, SuccessCount: 1 } });

    expect(await findings(3_000).port.import(FINDING)).toBe(true);
  });

  it.each<[string, Answer, string]>([
    [
      'refused though the call succeeds',
      { json: { FailedCount: 1, SuccessCount: 0, FailedFindings: [{ Id: 'i', ErrorCode: 'InvalidAccess', ErrorMessage: 'no' }] } },
      'InvalidAccess',
    ],
    ['counted as failed without a word', { json: { FailedCount: 1, SuccessCount: 0 } }, 'unknown'],
    ['Security Hub is off', jsonError(401, 'InvalidAccessException'), 'InvalidAccessException'],
    ['denied', jsonError(403, 'AccessDeniedException'), 'AccessDeniedException'],
    ['throttled', jsonError(429, 'TooManyRequestsException'), 'TooManyRequestsException'],
    ['an answer to something else', { json: {} }, 'MalformedAnswer'],
  ])('is false and tells why: %s', async (_, answer, error) => {
    server.answer(answer);
    const { port, lines } = findings();

    expect(await port.import(FINDING)).toBe(false);

    expect(lines).toEqual([['warn', 'Security Hub did not store the finding', { error, reason: expect.any(String) }]]);
  });
});

describe('about', () => {
  it('lists the findings of a resource by their ids, all pages', async () => {
    server.answer({ json: { Findings: [{ Id: 'a' }, { no: 'id' }], NextToken: 't' } }, { json: { Findings: [{ Id: 'b' }] } });

    expect(await findings().port.about('perimeter/lambda-permission', FUNCTION)).toEqual([{ Id: 'a' }, { Id: 'b' }]);

    const asked = {
      Filters: { Id: [{ Value: `perimeter/lambda-permission/${FUNCTION}/`, Comparison: 'PREFIX' }] },
      MaxResults: 100,
    };
    expect(bodies()).toEqual([asked, { ...asked, NextToken: 't' }]);
    expect(signedFor()).toEqual(['us-east-1', 'us-east-1']);
  });

  it('of everything that begins so', async () => {
    server.answer({ json: { Findings: [] } });

    expect(await findings().port.about('g', `${FUNCTION}*`)).toEqual([]);

    expect(bodies()[0].Filters).toEqual({ Id: [{ Value: `g/${FUNCTION}`, Comparison: 'PREFIX' }] });
  });

  it('ends, and says so, when there is no end of them', async () => {
    server.answer({ json: { Findings: [{ Id: 'a' }], NextToken: 't' } });
    const { port, lines } = findings();

    expect(await port.about('g', FUNCTION)).toHaveLength(10);
    expect(lines).toEqual([['warn', 'more findings than are read', { read: 10 }]]);
  });

  it('is empty where Security Hub is off, and throws where another try may succeed', async () => {
    server.answer(jsonError(401, 'InvalidAccessException'));
    const { port, lines } = findings();
    expect(await port.about('g', FUNCTION)).toEqual([]);
    expect(lines).toEqual([['warn', 'Security Hub did not list the findings', { error: 'InvalidAccessException', reason: 'no' }]]);

    server.answer(jsonError(429, 'TooManyRequestsException'));
    await expect(port.about('g', FUNCTION)).rejects.toMatchObject({ code: 'TooManyRequestsException', isTransient: true });
  });
});

describe('resolve', () => {
  it('sets the workflow and the note', async () => {
    server.answer({ json: { ProcessedFindings: [], UnprocessedFindings: [] } });

    expect(await findings().port.resolve(FINDING, 'x'.repeat(600))).toBe(true);

    expect(bodies()).toEqual([
      {
        FindingIdentifiers: [{ Id: FINDING.Id, ProductArn: PRODUCT }],
        Workflow: { Status: 'RESOLVED' },
        Note: { Text: 'x'.repeat(512), UpdatedBy: 'perimeter' },
      },
    ]);
  });

  it('is false when the finding was not processed, or the call fails', async () => {
    const left = { FindingIdentifier: { Id: 'i', ProductArn: PRODUCT }, ErrorCode: 'FindingNotFound', ErrorMessage: 'no' };
    server.answer({ json: { ProcessedFindings: [], UnprocessedFindings: [left] } });
    const { port, lines } = findings();
    expect(await port.resolve(FINDING, 'n')).toBe(false);

    server.answer(jsonError(403, 'AccessDeniedException'));
    expect(await port.resolve(FINDING, 'n')).toBe(false);

    expect(lines).toEqual([
      ['warn', 'Security Hub did not resolve the finding', { error: 'FindingNotFound', reason: 'no' }],
      ['warn', 'Security Hub did not resolve the finding', { error: 'AccessDeniedException', reason: 'no' }],
    ]);
  });
});

it('keeps within the rates of Security Hub', async () => {
  const clock = fakeClock(0);
  const pace = createPace({ perSecond: 10, burst: 3 }, clock);

  for (let call = 0; call < 6; call += 1) await pace();
  expect(clock.slept).toEqual([100, 100, 100]);

  await clock.sleep(10_000);
  clock.slept.length = 0;
  for (let call = 0; call < 4; call += 1) await pace();
  expect(clock.slept).toEqual([100]);
});
