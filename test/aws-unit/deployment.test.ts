/** How a Region is set up, as AWS's answers tell it: which hooks are asked, and which trails log what. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readDeployment } from '../../lib/aws/deployment';

/** Answers of CloudTrail (JSON) and of CloudFormation (XML), by the name of the call. What is not named is refused. */
const answers = new Map<string, string>();
let server: Server;
beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const target = String(request.headers['x-amz-target'] ?? '')
        .split('.')
        .at(-1);
      const name = target || (new URLSearchParams(Buffer.concat(chunks).toString()).get('Action') ?? '');
      const answer = answers.get(name);
      response.writeHead(answer === undefined ? 400 : 200, { 'content-type': target ? 'application/x-amz-json-1.1' : 'text/xml' });
      response.end(
        answer ??
          (target ? '{"__type":"AccessDeniedException","message":"no"}' : '<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>'),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_MAX_ATTEMPTS: '1',
  });
});
afterAll(() => server.close());
beforeEach(() => answers.clear());

const read = async () => {
  const directory = { bucket: 'perimeter-directory-111111111111', key: 'organization.json', region: 'us-east-1' };
  const state = await readDeployment({ organizationsRegion: 'us-east-1', directory, regions: ['eu-west-1'], targets: ['ou-ab12-11111111'] });
  return { ...state, region: state.regions[0] };
};

it('what AWS refuses is unseen, all of it', async () => {
  const { region, regions, ...state } = await read();

  for (const seen of [...Object.values(state), region?.hooks, region?.trails, region?.securityHub])
    expect(seen).toEqual({ unseen: expect.stringMatching(/\S/) });
});

const xml = (action: string, inside: string): string =>
  `<${action}Response xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><${action}Result>${inside}</${action}Result></${action}Response>`;
const members = (list: string, items: readonly string[]): string => `<${list}>${items.map((item) => `<member>${item}</member>`).join('')}</${list}>`;

it('tells of each hook of ours whether CloudFormation asks it', async () => {
  const names = ['Perimeter::LambdaVpc::Stacks', 'Perimeter::LambdaVpc::CloudControl', 'Perimeter::SnsSubscription::Stacks', 'Other::Hook::X'];
  answers.set(
    'ListTypes',
    xml(
      'ListTypes',
      members(
        'TypeSummaries',
        names.map((name) => `<TypeName>${name}</TypeName>`),
      ),
    ),
  );
  const configured = (name: string, status: string) =>
    `<TypeName>${name}</TypeName><Configuration>{"CloudFormationConfiguration":{"HookConfiguration":{"HookInvocationStatus": "${status}","FailureMode":"WARN"}}}</Configuration>`;
  answers.set(
    'BatchDescribeTypeConfigurations',
    xml(
      'BatchDescribeTypeConfigurations',
      members('TypeConfigurations', [
        configured('Perimeter::LambdaVpc::CloudControl', 'DISABLED'),
        configured('Perimeter::LambdaVpc::Stacks', 'ENABLED'),
      ]),
    ),
  );

  expect((await read()).region?.hooks).toEqual({
    seen: [
      { name: 'Perimeter::LambdaVpc::Stacks', status: 'ENABLED' },
      { name: 'Perimeter::LambdaVpc::CloudControl', status: 'DISABLED' },
      { name: 'Perimeter::SnsSubscription::Stacks', status: 'without a configuration' },
    ],
  });

  answers.delete('BatchDescribeTypeConfigurations');
  expect((await read()).region?.hooks).toEqual({ unseen: expect.stringContaining('AccessDenied') });
});

describe('a trail logs', () => {
  const management = { Field: 'eventCategory', Equals: ['Management'] };
  const fields = (...FieldSelectors: readonly object[]) => ({ AdvancedEventSelectors: [{ FieldSelectors }] });
  it.each<readonly [string, object, boolean, boolean]>([
    ['all', { EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true }] }, true, true],
    ['changes', { EventSelectors: [{ ReadWriteType: 'WriteOnly', IncludeManagementEvents: true }] }, false, true],
    ['data alone', { EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: false }] }, false, false],
    ['all, by fields', fields(management), true, true],
    ['reads alone, by fields', fields(management, { Field: 'readOnly', Equals: ['true'] }), true, false],
    ['all but keys', fields(management, { Field: 'eventSource', NotEquals: ['kms.amazonaws.com', 'rdsdata.amazonaws.com'] }), true, true],
    ['all but topics', fields(management, { Field: 'eventSource', NotEquals: ['sns.amazonaws.com'] }), false, false],
    ['one service', fields(management, { Field: 'eventSource', Equals: ['s3.amazonaws.com'] }), false, false],
    ['what begins so', fields(management, { Field: 'eventSource', NotEquals: ['kms.amazonaws.com'], StartsWith: ['s'] }), false, false],
    ['some events', fields(management, { Field: 'eventName', NotEquals: ['AddPermission20150331v2'] }), false, false],
    ['data, by fields', fields({ Field: 'eventCategory', Equals: ['Data'] }), false, false],
    ['nothing', {}, false, false],
  ])('%s', async (_, selectors, logsReads, logsWrites) => {
    answers.set(
      'DescribeTrails',
      JSON.stringify({
        trailList: [{ Name: 'organization', TrailARN: 'arn:aws:cloudtrail:us-east-1:111111111111:trail/organization', IsOrganizationTrail: true }],
      }),
    );
    answers.set('GetTrailStatus', JSON.stringify({ IsLogging: true }));
    answers.set('GetEventSelectors', JSON.stringify(selectors));

    expect((await read()).region?.trails).toEqual({ seen: [{ name: 'organization', isOrganization: true, isLogging: true, logsReads, logsWrites }] });
  });
});
