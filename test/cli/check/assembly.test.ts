import { type Workspace, workspace } from '../support/workspace';

let place: Workspace;
afterEach(() => place.remove());

const permission = (principal: unknown) => ({
  Type: 'AWS::Lambda::Permission',
  Properties: { FunctionName: 'f', Action: 'lambda:InvokeFunction', Principal: principal },
});
const template = (resources: unknown, parameters: unknown = {}) => JSON.stringify({ Parameters: parameters, Resources: resources });
const stack = (environment: string, templateFile: string) => ({ type: 'aws:cloudformation:stack', environment, properties: { templateFile } });
const manifest = (artifacts: unknown) => JSON.stringify({ version: '48.0.0', artifacts });

const nested = (file: string, parameters: unknown) => ({
  Type: 'AWS::CloudFormation::Stack',
  Properties: { TemplateURL: 'https://example.com', Parameters: parameters },
  Metadata: { 'aws:asset:path': file, 'aws:asset:property': 'TemplateURL' },
});

const answers = async (...argv: readonly string[]) =>
  (await place.json(['check', ...argv, '--all'])).document.assessments.map(({ source, resource, verdict }) => [source.file, resource.id, verdict]);

it('takes account and Region of each stack from the manifest, in stages too', async () => {
  place = workspace({
    'cdk.out/cdk.out': '{"version":"48.0.0"}',
    'cdk.out/manifest.json': manifest({
      A: stack('aws://222222222222/eu-west-1', 'A.template.json'),
      B: stack('aws://unknown-account/unknown-region', 'B.template.json'),
      'assembly-Prod': { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Prod' } },
    }),
    'cdk.out/A.template.json': template({ P: permission('999999999999') }),
    'cdk.out/B.template.json': template({ P: permission('999999999999') }),
    'cdk.out/A.assets.json': '{"version":"48.0.0","files":{}}',
    'cdk.out/asset.0123/template.json': template({ P: permission('999999999999') }),
    'cdk.out/assembly-Prod/manifest.json': manifest({ C: stack('aws://333333333333/cn-north-1', 'C.template.json') }),
    'cdk.out/assembly-Prod/C.template.json': template({ P: permission('999999999999') }),
  });
  const a = ['cdk.out/A.template.json', 'arn:aws:lambda:eu-west-1:222222222222:function:f', 'violation'];
  const c = ['cdk.out/assembly-Prod/C.template.json', 'arn:aws-cn:lambda:cn-north-1:333333333333:function:f', 'violation'];

  expect(await answers('cdk.out')).toEqual([a, ['cdk.out/B.template.json', 'cdk.out/B.template.json#P', 'violation'], c]);
  expect(await answers('cdk.out', '--account', '111111111111', '--region', 'us-east-1')).toEqual([
    a,
    ['cdk.out/B.template.json', 'arn:aws:lambda:us-east-1:111111111111:function:f', 'violation'],
    c,
  ]);
  expect(await answers('cdk.out/A.template.json')).toEqual([a]);
});

it('judges a nested stack with the values of each parent', async () => {
  const parameters = { Partner: { Type: 'String', Default: '333333333333' } };
  place = workspace({
    'cdk.out/manifest.json': manifest({
      A: stack('aws://222222222222/eu-west-1', 'A.template.json'),
      B: stack('aws://222222222222/eu-west-1', 'B.template.json'),
    }),
    'cdk.out/A.template.json': template({ N: nested('N.nested.template.json', { Partner: '999999999999' }) }),
    'cdk.out/B.template.json': template({ N: nested('N.nested.template.json', { Partner: { 'Fn::ImportValue': 'partner' } }) }),
    'cdk.out/N.nested.template.json': template(
      { P: permission({ Ref: 'Partner' }), M: nested('M.nested.template.json', { Inner: { Ref: 'Partner' } }) },
      parameters,
    ),
    'cdk.out/M.nested.template.json': template({ P: permission({ Ref: 'Inner' }) }, { Inner: { Type: 'String' } }),
  });

  expect(await answers('cdk.out')).toEqual([
    ['cdk.out/M.nested.template.json', 'arn:aws:lambda:eu-west-1:222222222222:function:f', 'violation'],
    ['cdk.out/M.nested.template.json', 'arn:aws:lambda:eu-west-1:222222222222:function:f', 'undetermined'],
    ['cdk.out/N.nested.template.json', 'arn:aws:lambda:eu-west-1:222222222222:function:f', 'violation'],
    ['cdk.out/N.nested.template.json', 'arn:aws:lambda:eu-west-1:222222222222:function:f', 'undetermined'],
  ]);
});

it('survives nested stacks that hold themselves, and a broken manifest', async () => {
  place = workspace({
    'a/manifest.json': manifest({ A: stack('aws://222222222222/eu-west-1', 'A.template.json'), X: null, Y: stack('nonsense', 'none.json') }),
    'a/A.template.json': template({ P: permission('999999999999'), N: nested('A.template.json', {}), O: nested('../../x', {}) }),
    'b/manifest.json': '{"artifacts":',
    'b/B.template.json': template({ P: permission('999999999999') }),
  });

  expect(await answers('a', 'b')).toEqual([
    ['a/A.template.json', 'arn:aws:lambda:eu-west-1:222222222222:function:f', 'violation'],
    ['b/B.template.json', 'b/B.template.json#P', 'violation'],
  ]);
});
