/** Every kind of bad input ends with exit 2 and one line that says what to do. */
import { template, type Workspace, workspace } from './support/workspace';

const SPARED =
  'version: 1\norganization: { id: o-exampleorgid, managementAccountId: "111111111111" }\nguardrails: { lambda-vpc: { mode: observe } }\nspared: { principalArns: ["arn:aws:iam::*:role/break-glass"] }\n';

let place: Workspace;
beforeAll(() => {
  place = workspace({
    'ok.yaml': template("'333333333333'"),
    'broken.yaml': 'Resources:\n  A:\n    Type: AWS::Lambda::Function\n   b: [\n',
    'tab.yml': 'version: 1\n\tguardrails: {}\n',
    'key.yml':
      'version: 1\norganization: { id: o-exampleorgid, managementAccountId: "111111111111" }\nguardrails: { lambda-vpc: { mode: observe } }\nexemption: []\n',
    'account.yml': 'version: 1\norganization: { id: o-exampleorgid, managementAccountId: "1111" }\nguardrails: { lambda-vpc: { mode: observe } }\n',
    'cidr.yml':
      'version: 1\norganization: { id: o-exampleorgid, managementAccountId: "111111111111" }\nguardrails: { ecr-layer-access: { mode: observe, allowedNetworks: [10.0.0.0/99] } }\n',
    'spared.yml': SPARED,
    'tight.yml': `${SPARED}scp: { maxCharacters: 5120, maxPoliciesPerTarget: 1 }\n`,
    'list.json': '[1]',
    'object.json': '{"A":{}}',
    'x/readme.md': 'nothing',
  });
});
afterAll(() => place.remove());

const check = ['check', 'ok.yaml'];

it.each<readonly [string, readonly string[], RegExp]>([
  ['no verb', [], /^name a verb: init, check, replay, audit, scp, invoke, undo, report, export, doctor; see perimeter --help$/],
  ['an unknown verb', ['chekc', 'x'], /^unknown verb 'chekc'; did you mean check\?; see perimeter --help$/],
  ['help for an unknown verb', ['help', 'chekc'], /^unknown verb 'chekc'; did you mean check\?; see perimeter --help$/],
  ['an unknown flag', [...check, '--formt', 'json'], /^unknown option '--formt'; did you mean --format\?; see perimeter check --help$/],
  ['an unknown flag of nothing', ['--al'], /^unknown option '--al'/],
  ['a flag without its value', [...check, '--config'], /^option '--config <FILE>' argument missing; see perimeter check --help$/],
  ['no path', ['check'], /^missing required argument 'PATH'; see perimeter check --help$/],
  ['no path to replay', ['replay'], /^missing required argument 'PATH'; see perimeter replay --help$/],
  [
    'an unknown format',
    [...check, '--format', 'xml'],
    /^option '--format <FORMAT>' argument 'xml' is invalid\. Allowed choices are pretty, json, sarif; see perimeter check --help$/,
  ],
  [
    'an unknown guardrail',
    [...check, '--guardrail', 'lambda-vcp'],
    /^unknown guardrail lambda-vcp; did you mean lambda-vpc\?; there are lambda-permission, /,
  ],
  ['no verb of scp', ['scp'], /^name a verb of scp: render, check, pack, explain, test; see perimeter scp --help$/],
  ['an unknown verb of scp', ['scp', 'rendr'], /^unknown verb 'rendr'; did you mean render\?; see perimeter scp --help$/],
  [
    'a policy of no guardrail',
    ['scp', 'render', '--guardrail', 'lambda-vcp'],
    /^unknown guardrail lambda-vcp; did you mean lambda-vpc\?; there are /,
  ],
  [
    'a guardrail without a policy',
    ['scp', 'render', '--guardrail', 'lambda-layer-permission'],
    /^lambda-layer-permission has no policy: .*denyLayerSharing/,
  ],
  ['policies without a configuration', ['scp', 'pack', '--config', 'none.yaml'], /^configuration none\.yaml does not exist/],
  ['policies of a wrong configuration', ['scp', 'explain', '--config', 'account.yml'], /^account\.yml:2: organization\.managementAccountId/],
  ['no log to try policies on', ['scp', 'test'], /^missing required argument 'PATH'; see perimeter scp --help$/],
  ['a missing log to try policies on', ['scp', 'test', 'none.json'], /^none\.json: does not exist: check the path$/],
  ['another configuration that does not exist', ['scp', 'test', 'x', '--against', 'none.yaml'], /^configuration none\.yaml does not exist/],
  ['a missing policy', ['scp', 'check', 'none.json'], /^none\.json does not exist: check the path$/],
  ['a policy that is no JSON', ['scp', 'check', 'ok.yaml'], /^ok\.yaml is not valid JSON/],
  [
    'policies into a file',
    ['scp', 'render', '--guardrail', 'tamper-protection', '--out', 'ok.yaml', '--config', 'spared.yml'],
    /^--out ok\.yaml cannot be written: it is a file; name another folder$/,
  ],
  [
    'policies that do not fit',
    ['scp', 'pack', '--config', 'tight.yml', '--guardrail', 'tamper-protection'],
    /^the policies do not fit: they need \d policies of 5120 characters, and a target may have 1 \(characters: tamper-protection \d+\); shorten /,
  ],
  ['a wrong account', [...check, '--account', '1234'], /^--account: .*"1234".*12/],
  ['a wrong Region', [...check, '--region', 'eu-west-1a'], /^--region: .*"eu-west-1a".*eu-west-1/],
  ['a wrong partition', [...check, '--partition', 'azure'], /^--partition: expected a partition, got "azure": write aws, aws-cn or aws-us-gov$/],
  [
    'parameters that do not exist',
    [...check, '--parameters', 'none.json'],
    /^--parameters none\.json does not exist: check the path; give NAME=VALUE or a file of them$/,
  ],
  [
    'parameters of another shape',
    [...check, '--parameters', 'list.json'],
    /^--parameters list\.json: expected an object of names and values, or a list of/,
  ],
  [
    'a parameter of another shape',
    [...check, '--parameters', 'object.json'],
    /^--parameters object\.json: A is an object; give a text, a number or a list$/,
  ],
  ['parameters that do not parse', [...check, '--parameters', 'broken.yaml'], /^--parameters broken\.yaml: not valid YAML/],
  [
    'no configuration',
    [...check, '--config', 'none.yaml'],
    /^configuration none\.yaml does not exist: check the path, name another with --config, or write one with perimeter init$/,
  ],
  ['a configuration that is a folder', [...check, '--config', 'x'], /^configuration x is a folder/],
  ['a configuration that does not parse', [...check, '--config', 'tab.yml'], /^tab\.yml:2: a tab in the indentation: YAML wants spaces$/],
  ['an unknown key', [...check, '--config', 'key.yml'], /^key\.yml:4: exemption: .*exemptions/],
  ['a wrong account in the configuration', [...check, '--config', 'account.yml'], /^account\.yml:2: organization\.managementAccountId: .*"1111"/],
  ['a wrong CIDR', [...check, '--config', 'cidr.yml'], /^cidr\.yml:3: guardrails\.ecr-layer-access\.allowedNetworks\[0\]: .*10\.0\.0\.0\/99/],
  ['a missing file', ['check', 'none.yaml'], /^none\.yaml: does not exist: check the path$/],
  ['a broken file', ['check', 'broken.yaml'], /^broken\.yaml:\d: not valid YAML/],
  ['a folder without a template', ['check', 'x'], /^x: holds no CloudFormation template and no Terraform plan$/],
  ['a glob without a match', ['check', 'z*.yaml'], /^z\*\.yaml: matches no file: check the pattern$/],
  ['a missing log', ['replay', 'none.json'], /^none\.json: does not exist: check the path$/],
  ['a log that is something else', ['replay', 'broken.yaml'], /^broken\.yaml:1: not JSON, and 3 more lines of it likewise$/],
  ['a folder without a log', ['replay', 'x'], /^x: holds no CloudTrail record: name a log file or a folder of them$/],
  ['init over a file', ['init'], /^perimeter\.yaml exists: name another with --output, or overwrite it with --force$/],
  ['init with nobody to ask', ['init', '--output', 'new.yaml'], /^nobody can be asked here: give --organization-id and --management-account-id/],
  ['init with a wrong id', ['init', '--output', 'new.yaml', '--organization-id', 'x'], /^--organization-id: .*"x".*o-/],
  ['init from nothing', ['init', '--output', 'new.yaml', '--from', 'none.yml'], /^--from none\.yml does not exist/],
  ['init from something else', ['init', '--output', 'new.yaml', '--from', 'ok.yaml'], /^.*TrustStack/],
  [
    'init into no folder',
    ['init', '--output', 'no/new.yaml', '--organization-id', 'o-exampleorgid', '--management-account-id', '111111111111'],
    /^no\/new\.yaml cannot be written/,
  ],
])('%s', async (_, argv, expected) => {
  const { code, stdout, stderr } = await place.run(argv);
  const [line = '', ...rest] = stderr.split('\n');

  expect(line.replace(/^perimeter: /, '')).toMatch(expected);
  expect([code, stdout, rest, line.startsWith('perimeter: ')]).toEqual([2, '', [''], true]);
});

it.each([
  ['--help'],
  ['check --help'],
  ['replay --help'],
  ['init --help'],
  ['invoke --help'],
  ['undo --help'],
  ['scp --help'],
  ['scp render --help'],
  ['scp check --help'],
  ['scp pack --help'],
  ['scp explain --help'],
  ['scp test --help'],
  ['help check'],
])('perimeter %s helps, with examples', async (text) => {
  const { code, stdout, stderr } = await place.run(text.split(' '));

  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^Usage: perimeter/);
  expect(stdout).toContain('Examples:\n  $ perimeter ');
});

it('prints its version', async () => {
  expect(await place.run(['--version'])).toEqual({ code: 0, stdout: `${require('../../package.json').version}\n`, stderr: '' });
});
