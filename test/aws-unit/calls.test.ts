/** The table of calls against AWS's own models, and what the guardrails plan and read against both. */
import { ACTIONS, isAction, OPERATIONS, partsOf } from '../../lib/aws/calls';
import { PERMISSIONS } from '../../lib/aws/permissions';
import { parseConfiguration } from '../../lib/config/load';
import { decodeRecord, isRecordProblem } from '../../lib/core/cloudtrail';
import { judgeRecord } from '../../lib/core/judge';
import { hasHole } from '../../lib/core/value';
import type { Call } from '../../lib/core/verdict';
import { guardrails } from '../../lib/guardrails';
import { invalidIn } from '../aws/valid';
import { configurationOf, guardrailCases, NOW, recordOf } from '../support/cases';
import { EXAMPLES } from './examples';
import { isListSchema, membersOf, modelOf, problemsOf, sdkOf, traitsOf } from './model';

/** Their clients are not on npm yet: https://docs.aws.amazon.com/lambda/latest/lambda-core/ and …/lambda-web/ */
const UNMODELLED: readonly string[] = ['lambda:GetNetworkConnector', 'lambda:GetWebFunctionRevision', 'lambda:ListNetworkConnectors'];

/** They put back what a record says was asked for, and cases ask for what Lambda's own patterns would refuse. */
const MIRRORED: readonly string[] = ['lambda:AddPermission', 'lambda:AddLayerVersionPermission'];

/** Calls that have no IAM action of their own name. */
const NAMED_OTHERWISE: readonly string[] = ['sqs:DeleteMessageBatch'];

const MODELLED = ACTIONS.filter((action) => !UNMODELLED.includes(action));

it('knows every call but those that must be written by hand', () => {
  expect(ACTIONS.filter((action) => modelOf(action) === undefined)).toEqual(UNMODELLED);
  expect(UNMODELLED.map((action) => isAction(action) && OPERATIONS[action].binding?.method)).toEqual(['GET', 'GET', 'GET']);
});

it.each(MODELLED)('%s: the example is a valid input, and errors and fields exist', (action) => {
  expect(problemsOf(action, EXAMPLES[action])).toEqual([]);

  const { answers, pages } = OPERATIONS[action];
  const { input, output } = modelOf(action) ?? { input: 0, output: 0 };
  if (answers !== undefined) expect(Object.keys(membersOf(output))).toContain(answers);
  if (pages) {
    expect(Object.keys(membersOf(output))).toContain(pages.next);
    expect(Object.keys(membersOf(input))).toContain(pages.token);
    expect(isListSchema(membersOf(output)[answers ?? ''] ?? 0)).toBe(true);
  }
});

/** EC2 has no model of its errors: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
it.each(ACTIONS.filter((action) => !action.startsWith('ec2:')))('%s: the errors it understands are errors of the service', (action) => {
  const { absent = [], refused = [], passing = [] } = OPERATIONS[action];
  const errors = Object.keys(sdkOf(partsOf(action).service));
  const isKnown = (name: string) => errors.includes(`${name}Exception`);

  expect([...absent, ...refused, ...passing].filter((name) => !isKnown(name))).toEqual([]);
});

it.each(ACTIONS.filter((action) => OPERATIONS[action].binding && !UNMODELLED.includes(action)))(
  '%s: the request by hand is that of the model',
  (action) => {
    const { method, path, query = [], body = [] } = OPERATIONS[action].binding ?? { method: '', path: '' };
    const model = modelOf(action);
    const members = Object.entries(membersOf(model?.input ?? 0));
    const isLabel = (schema: Parameters<typeof traitsOf>[0]) => traitsOf(schema) === 1;
    const named = (schema: Parameters<typeof traitsOf>[0]) => Object(traitsOf(schema)).httpQuery;

    expect(model?.http?.slice(0, 2)).toEqual([method, path]);
    expect(members.filter(([, schema]) => isLabel(schema)).map(([name]) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
    expect(members.filter(([, schema]) => named(schema) !== undefined).map(([name, schema]) => [name, named(schema)])).toEqual(
      query.map((name) => [name, name]),
    );
    expect(members.filter(([, schema]) => !isLabel(schema) && named(schema) === undefined).map(([name]) => name)).toEqual(body);
  },
);

it('the examples are valid by the lengths and patterns of AWS too', () => {
  expect(invalidIn(MODELLED.map((action) => ({ action, input: EXAMPLES[action] })))).toEqual([]);
  expect(
    invalidIn([
      { action: 'lambda:RemovePermission', input: { FunctionName: 'f', StatementId: 'not a sid', RevisionID: 'r' } },
      { action: 'lambda:PutResourcePolicy', input: { ResourceArn: 'arn:aws:lambda:eu-west-1:111122223333:function:f', Policy: 'x'.repeat(20_481) } },
      { action: 'lambda:UpdateFunctionUrlConfig', input: { FunctionName: 'f', AuthType: 'IAM' } },
    ]),
  ).toEqual([
    expect.stringContaining('Unknown parameter'),
    'lambda:PutResourcePolicy.Policy: 20481 is not in 1..20480',
    'lambda:UpdateFunctionUrlConfig.AuthType: IAM is none of NONE, AWS_IAM',
  ]);
});

it('the model tells a wrong input', () => {
  const wrong = { TopicArn: 7, Protocol: 'https', Attributes: { a: 1 }, Endpont: 'x' };

  expect(problemsOf('sns:Subscribe', wrong)).toEqual([
    'sns:Subscribe.TopicArn: expected a string',
    'sns:Subscribe.Attributes.a: expected a string',
    'sns:Subscribe.Endpont: unknown',
  ]);
  expect(problemsOf('sns:RemovePermission', { TopicArn: 't' })).toEqual(['sns:RemovePermission.Label: missing']);
  expect(problemsOf('ecr:PutReplicationConfiguration', { replicationConfiguration: { rules: [{ destinations: {} }] } })).toEqual([
    'ecr:PutReplicationConfiguration.replicationConfiguration.rules[0].destinations: expected a list',
  ]);
});

describe.each(guardrailCases)('$guardrail.id', ({ guardrail, cases }) => {
  const made: { readonly name: string; readonly kind: 'read' | 'write'; readonly call: Call }[] = [];
  for (const item of cases) {
    if (!item.record) continue;
    const record = decodeRecord(recordOf(item.record, 'e'));
    if (isRecordProblem(record) || record.errorCode !== undefined) continue;
    const { configuration } = parseConfiguration(JSON.stringify(configurationOf(guardrail.id, item)), guardrails, { fileName: 'perimeter.yaml' });
    const assessments = judgeRecord({ configuration, today: NOW.toISOString().slice(0, 10) }, guardrail, record);
    const add = (kind: 'read' | 'write', calls: readonly (Call | undefined)[] = []) =>
      made.push(...calls.flatMap((call) => (call ? [{ name: item.name, kind, call }] : [])));
    for (const { plan, read } of assessments) {
      add('write', plan?.calls);
      add('write', plan?.restore);
      // What is printed as the read that would settle it; what the record does not name is not in it.
      if (read && !problemsOf(isAction(read.action) ? read.action : 'lambda:GetPolicy', read.input).some((problem) => problem.endsWith(': missing')))
        add('read', [read]);
    }
    if (assessments.length > 0) for (const fact of guardrail.fromRecord(record)) add('read', guardrail.live?.reads(fact));
  }

  it('plans and reads only what the table has, as AWS understands it', () => {
    const wrong = made.flatMap(({ name, kind, call: { action, input } }) => {
      if (!isAction(action)) return [`${name}: ${action} is not in the table`];
      if (OPERATIONS[action].kind !== kind) return [`${name}: ${action} is no ${kind}`];
      return UNMODELLED.includes(action) ? [] : problemsOf(action, input).map((problem) => `${name}: ${problem}`);
    });

    expect(made.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });

  it('plans and reads what is valid by its lengths and patterns', () => {
    const whole = made.filter(({ call: { action, input } }) => ![...UNMODELLED, ...MIRRORED].includes(action) && !hasHole(JSON.stringify(input)));

    expect(whole.length).toBeGreaterThan(0);
    expect(invalidIn(whole.map(({ call }) => call))).toEqual([]);
  });

  it('reads nothing that has no name', () => {
    expect(made.filter(({ kind, call }) => kind === 'read' && hasHole(JSON.stringify(call.input))).map(({ name }) => name)).toEqual([]);
  });
});

describe('permissions', () => {
  it('are told for every call, and for the directory', () => {
    expect(Object.keys(PERMISSIONS).sort()).toEqual([...ACTIONS, 's3:GetObject'].sort());
  });

  it('name IAM actions and a page of AWS', () => {
    for (const [action, { actions, source }] of Object.entries(PERMISSIONS)) {
      if (!NAMED_OTHERWISE.includes(action)) expect(actions).toContain(action);
      for (const each of actions) expect(each).toMatch(/^[a-z0-9]+:[A-Z]\w+$/);
      expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/\S+\.html$/);
    }
  });
});
