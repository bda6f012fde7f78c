import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIGURATION, template, type Workspace, workspace } from '../support/workspace';

const BAD = template("'999999999999'");
const GOOD = template("'333333333333'");
const UNKNOWN = template('!Ref Partner');
const FUNCTION = 'Resources: { F: { Type: AWS::Lambda::Function, Properties: { FunctionName: f } } }\n';
const BROKEN = 'Resources:\n  A:\n    Type: AWS::Lambda::Function\n   b: [\n';

let place: Workspace;
afterEach(() => place.remove());

it('reports where a violation is written, and by whom it is named', async () => {
  place = workspace({ 'stacks/a.yaml': BAD });

  const { document, code } = await place.json(['check', 'stacks/a.yaml', '--account', '222222222222', '--region', 'eu-west-1']);

  expect(code).toBe(1);
  expect(document.assessments).toEqual([
    {
      guardrail: 'lambda-permission',
      verdict: 'violation',
      code: 'untrusted-account',
      severity: 'HIGH',
      mode: 'enforce',
      reason: 'principal 999999999999 is neither in the organization nor trusted',
      fix: expect.any(String),
      resource: { type: 'AWS::Lambda::Permission', id: 'arn:aws:lambda:eu-west-1:222222222222:function:f' },
      statement: 'Perm',
      source: { file: 'stacks/a.yaml', line: 5, logicalId: 'Perm' },
    },
  ]);
  expect(document.summary).toEqual({
    judged: 1,
    compliant: 0,
    violation: 1,
    undetermined: 0,
    exempt: 0,
    scanned: { files: 1, records: 0, bytes: BAD.length },
    errors: [],
  });
});

it('names the resource by its file where the ARN is only known at deployment', async () => {
  place = workspace({ 'a.yaml': BAD });

  const { document } = await place.json(['check', './a.yaml']);

  expect(document.assessments[0]?.resource.id).toBe('a.yaml#Perm');
});

describe('paths', () => {
  const files = {
    'stacks/b.yaml': BAD,
    'stacks/a.json': JSON.stringify({
      Resources: {
        P: { Type: 'AWS::Lambda::Permission', Properties: { FunctionName: 'f', Action: 'lambda:InvokeFunction', Principal: '999999999999' } },
      },
    }),
    'stacks/deep/c.template': BAD,
    'stacks/deep/readme.md': BAD,
    'stacks/package.json': '{"name":"x"}',
    'stacks/values.yaml': 'resources: [1, 2\n',
    'stacks/node_modules/x/t.yaml': BAD,
    'stacks/.git/t.yaml': BAD,
  };
  const judged = async (...paths: readonly string[]) => {
    const { document, code } = await place.json(['check', ...paths]);
    return [code, document.assessments.map(({ source }) => source.file), document.summary.errors];
  };

  it.each([
    [['stacks'], ['stacks/a.json', 'stacks/b.yaml', 'stacks/deep/c.template']],
    [
      ['stacks/deep/', 'stacks/b.yaml'],
      ['stacks/deep/c.template', 'stacks/b.yaml'],
    ],
    [
      ['stacks/b.yaml', 'stacks', 'stacks/b.yaml'],
      ['stacks/b.yaml', 'stacks/a.json', 'stacks/deep/c.template'],
    ],
    [['stacks/**/*.{json,template}'], ['stacks/a.json', 'stacks/deep/c.template']],
    [['.'], ['stacks/a.json', 'stacks/b.yaml', 'stacks/deep/c.template']],
  ])('%j', async (paths, expected) => {
    place = workspace(files);

    expect(await judged(...paths)).toEqual([1, expected, []]);
  });

  it('a file with a name like a glob is that file', async () => {
    place = workspace({ 'a[1].yaml': BAD });

    expect(await judged('a[1].yaml')).toEqual([1, ['a[1].yaml'], []]);
  });

  it('standard input', async () => {
    place = workspace();

    const { document, code } = await place.json(['check', '-'], BAD);

    expect([code, document.assessments.map(({ source }) => source)]).toEqual([1, [{ file: '-', line: 5, logicalId: 'Perm' }]]);
  });

  it('a folder that links to itself', async () => {
    place = workspace({ 'stacks/a.yaml': BAD });
    symlinkSync('.', join(place.folder, 'stacks/again'));

    expect(await judged('stacks')).toEqual([
      1,
      ['stacks/a.yaml'],
      [{ file: 'stacks/again', message: 'is a link to a folder that holds it: not followed' }],
    ]);
  });
});

describe('exit codes', () => {
  const codes = async (...argv: readonly string[]) => [
    (await place.run(['check', ...argv])).code,
    (await place.run(['check', ...argv, '--strict'])).code,
  ];

  it.each([
    ['nothing violated', { 'a.yaml': GOOD }, ['a.yaml'], [0, 0]],
    ['a violation that is enforced', { 'a.yaml': BAD }, ['a.yaml'], [1, 1]],
    ['a violation that is observed', { 'a.yaml': FUNCTION }, ['a.yaml'], [0, 1]],
    ['undetermined', { 'a.yaml': UNKNOWN }, ['a.yaml'], [0, 1]],
    ['no guarded resource', { 'a.yaml': 'Resources: { B: { Type: AWS::S3::Bucket } }' }, ['a.yaml'], [0, 0]],
    ['a named file that does not exist', { 'a.yaml': GOOD }, ['a.yaml', 'b.yaml'], [2, 2]],
    ['a named file that does not parse', { 'a.yaml': GOOD, 'b.yaml': BROKEN }, ['a.yaml', 'b.yaml'], [2, 2]],
    ['a named file that is no template', { 'a.yaml': GOOD, 'b.json': '{}' }, ['a.yaml', 'b.json'], [2, 2]],
    ['a named file that is empty', { 'a.yaml': GOOD, 'b.json': '' }, ['a.yaml', 'b.json'], [2, 2]],
    ['a named file in UTF-16', { 'a.yaml': Buffer.from(`\ufeff${GOOD}`, 'utf16le') }, ['a.yaml'], [2, 2]],
    ['a named folder without a template', { 'a.yaml': GOOD, 'x/b.json': '{}' }, ['a.yaml', 'x'], [2, 2]],
    ['a glob that matches nothing', { 'a.yaml': GOOD }, ['a.yaml', 'x/*.yaml'], [2, 2]],
    ['a glob that matches something broken', { 'a.yaml': GOOD, 'b.yaml': BROKEN }, ['*.yaml'], [2, 2]],
    ['something broken in a folder', { 'x/a.yaml': GOOD, 'x/b.yaml': BROKEN }, ['x'], [0, 2]],
    ['something broken in a folder, and a violation', { 'x/a.yaml': BAD, 'x/b.yaml': BROKEN }, ['x'], [1, 2]],
    ['nothing but something broken in a folder', { 'x/b.yaml': BROKEN }, ['x'], [2, 2]],
    [
      'a guardrail that is off',
      { 'a.yaml': BAD, 'perimeter.yaml': CONFIGURATION.replace('lambda-permission: { mode: enforce }', 'lambda-permission: { mode: off }') },
      ['a.yaml'],
      [0, 0],
    ],
    ['another guardrail', { 'a.yaml': BAD }, ['a.yaml', '--guardrail', 'lambda-vpc'], [0, 0]],
  ])('%s', async (_, files, argv, expected) => {
    place = workspace(files);

    expect(await codes(...argv)).toEqual(expected);
  });

  it('a guardrail that is off is judged when it is named, and observes', async () => {
    place = workspace({
      'a.yaml': BAD,
      'perimeter.yaml': CONFIGURATION.replace('lambda-permission: { mode: enforce }', 'lambda-permission: { mode: off }'),
    });

    const { document, code } = await place.json(['check', 'a.yaml', '--guardrail', 'lambda-permission']);

    expect([code, document.assessments.map(({ verdict, mode }) => [verdict, mode])]).toEqual([0, [['violation', 'off']]]);
  });
});

describe('what CloudFormation writes itself', () => {
  const may =
    'may make other resources than were judged: check what CloudFormation makes of it (aws cloudformation get-template --template-stage Processed)';

  it.each([
    ['a macro', 'Transform: Tidy', ['the macro Tidy']],
    [
      'macros, with parameters',
      'Transform: [AWS::Serverless-2016-10-31, Tidy, { Name: AWS::Include }]',
      ['the macro Tidy', 'the macro AWS::Include'],
    ],
    ['those that are read', 'Transform: [AWS::Serverless-2016-10-31, AWS::LanguageExtensions, AWS::SecretsManager-2024-09-16]', []],
  ])('is told of: %s', async (_, transform, expected) => {
    place = workspace({ 'a.yaml': `${transform}\n${GOOD}` });

    const { code, stderr } = await place.run(['check', 'a.yaml']);

    expect([code, stderr.split('\n').filter(Boolean)]).toEqual([0, expected.map((what) => `perimeter: a.yaml: ${what} ${may}`)]);
  });

  it('is told of: a module', async () => {
    place = workspace({ 'a.yaml': `${GOOD}  Bucket: { Type: Acme::S3::Bucket::MODULE }\n` });

    expect((await place.run(['check', 'a.yaml'])).stderr).toBe(`perimeter: a.yaml: the module Bucket ${may}\n`);
  });
});

describe('parameters', () => {
  it.each([
    ['a pair', ['--parameters', 'Partner=999999999999'], {}],
    ['an object', ['--parameters', 'p.json'], { 'p.json': '{"Partner":"999999999999"}' }],
    ['YAML', ['--parameters', 'p.yml'], { 'p.yml': 'Partner: 999999999999\n' }],
    ['below Parameters', ['--parameters', 'p.json'], { 'p.json': '{"Parameters":{"Partner":"999999999999"},"Tags":{}}' }],
    [
      'the list of the CloudFormation CLI',
      ['--parameters', 'p.json'],
      { 'p.json': '[{"ParameterKey":"Partner","ParameterValue":"999999999999"},{"ParameterKey":"X","UsePreviousValue":true}]' },
    ],
    ['the last one', ['--parameters', 'p.json', '--parameters', 'Partner=999999999999'], { 'p.json': '{"Partner":"333333333333"}' }],
  ])('%s', async (_, argv, files) => {
    place = workspace({ 'a.yaml': UNKNOWN, ...files });

    const { document } = await place.json(['check', 'a.yaml', ...argv]);

    expect(document.assessments.map(({ verdict, code }) => [verdict, code])).toEqual([['violation', 'untrusted-account']]);
  });

  it.each([
    ['a slip', 'Partnr=1', 'perimeter: --parameters Partnr: no template here has such a parameter: did you mean `Partner`?'],
    ['in another case', 'partner=1', 'perimeter: --parameters partner: no template here has such a parameter: did you mean `Partner`?'],
    ['nothing alike', 'Stage=prod', 'perimeter: --parameters Stage: no template here has such a parameter: leave it out'],
  ])('that no template has: %s', async (_, pair, line) => {
    place = workspace({ 'a.yaml': UNKNOWN });

    const { code, stderr, stdout } = await place.run(['check', 'a.yaml', '--parameters', pair, '--parameters', 'Partner=999999999999']);

    expect([code, stderr.split('\n').filter((text) => text.includes('--parameters'))]).toEqual([2, [line]]);
    expect(stdout).toContain('principal 999999999999');
  });

  it.each([
    ['one that another template has', ['a.yaml', 'b.yaml', '--parameters', 'Stage=prod'], 1],
    ['a file that serves others too', ['a.yaml', '--parameters', 'p.json'], 1],
  ])('may be of %s', async (_, argv, expected) => {
    place = workspace({
      'a.yaml': UNKNOWN,
      'b.yaml': 'Parameters: { Stage: { Type: String } }\nResources: { T: { Type: AWS::SNS::Topic } }\n',
      'p.json': '{"Partner":"999999999999","Stage":"prod"}',
    });

    const { code, stderr } = await place.run(['check', '--parameters', 'Partner=999999999999', ...argv]);

    expect([code, stderr]).toEqual([expected, '']);
  });

  it('keep the leading zero of an account', async () => {
    place = workspace({ 'a.yaml': UNKNOWN, 'p.yml': 'Partner: 099999999999\n' });

    expect((await place.json(['check', 'a.yaml', '--parameters', 'p.yml'])).document.assessments[0]?.reason).toContain('principal 099999999999');
  });
});

describe('Terraform', () => {
  const change = (actions: readonly string[], after: unknown, unknown = {}) => ({
    address: 'module.x.aws_lambda_permission.p["a"]',
    mode: 'managed',
    type: 'aws_lambda_permission',
    name: 'p',
    change: { actions, before: null, after, after_unknown: unknown },
  });
  const plan = (...changes: readonly unknown[]) =>
    JSON.stringify({ format_version: '1.2', terraform_version: '1.9.0', planned_values: {}, resource_changes: changes }, null, 1);
  const attributes = { function_name: 'f', action: 'lambda:InvokeFunction', principal: '999999999999' };

  it('is judged by address', async () => {
    place = workspace({ 'plan.json': plan(change(['create'], attributes)) });

    const { document, code } = await place.json(['check', 'plan.json']);

    expect(code).toBe(1);
    expect(document.assessments.map(({ resource, source }) => [resource.type, resource.id, source])).toEqual([
      [
        'AWS::Lambda::Permission',
        'plan.json#module.x.aws_lambda_permission.p["a"]',
        { file: 'plan.json', line: 6, logicalId: 'module.x.aws_lambda_permission.p["a"]' },
      ],
    ]);
  });

  it('in its binary form is an error that says what to do', async () => {
    place = workspace({ 'plan.tfplan': Buffer.from('PK\u0003\u0004xx\u0000\u0000') });

    expect(await place.run(['check', 'plan.tfplan'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'perimeter: plan.tfplan: is a binary file: give a Terraform plan as terraform show -json prints it\n',
    });
  });
});

it('says that a resource has too many shapes to be judged', async () => {
  const names = Array.from({ length: 7 }, (_, index) => `C${index}`);
  const conditions = Object.fromEntries(names.map((name) => [name, { 'Fn::Equals': [{ Ref: name }, 'yes'] }]));
  const parameters = Object.fromEntries(names.map((name) => [name, { Type: 'String' }]));
  const principal = names.reduce<unknown>((inner, name) => ({ 'Fn::If': [name, inner, `arn:aws:iam::333333333333:role/${name}`] }), '333333333333');
  const properties = {
    FunctionName: { 'Fn::Join': ['-', names.map((name) => ({ 'Fn::If': [name, 'a', 'b'] }))] },
    Action: 'lambda:InvokeFunction',
    Principal: principal,
  };
  place = workspace({
    'a.json': JSON.stringify({
      Parameters: parameters,
      Conditions: conditions,
      Resources: { P: { Type: 'AWS::Lambda::Permission', Properties: properties } },
    }),
  });

  const { document, code } = await place.json(['check', 'a.json']);

  expect([code, document.assessments]).toEqual([
    0,
    [
      {
        guardrail: 'lambda-permission',
        verdict: 'undetermined',
        mode: 'enforce',
        reason: 'its conditions can be met in more than 64 ways: give the parameters that they use with --parameters',
        resource: { type: 'AWS::Lambda::Permission', id: 'a.json#P' },
        source: { file: 'a.json', line: 1, logicalId: 'P' },
      },
    ],
  ]);
});

it('prints one line when all is well', async () => {
  place = workspace({ 'a.yaml': GOOD });

  expect(await place.run(['check', 'a.yaml'])).toEqual({ code: 0, stdout: '✓ 1 judged, nothing violated\n', stderr: '' });
});
