/** Who is spared: the deployment roles of the big tools in their ordinary work, as their documentation describes it; tags, exemptions, lists that do not fit. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfiguration } from '../../lib/config/load';
import type { AnyGuardrail } from '../../lib/core/guardrail';
import type { PolicyStatement } from '../../lib/core/policy';
import { SPARED_ROLES } from '../../lib/core/scp';
import { guardrails } from '../../lib/guardrails';
import { answerOf, type Call, type Caller, OWN } from './call';
import type { Fields } from './generated/parts';
import { renderedFor } from './render';

const BASE: Fields = {
  version: 1,
  organization: { id: 'o-exampleorgid', managementAccountId: '111111111111', accountIds: [OWN] },
  guardrails: {
    'lambda-permission': { mode: 'enforce', trustedServices: ['s3.amazonaws.com'] },
    'lambda-layer-permission': { mode: 'enforce' },
    'lambda-vpc': { mode: 'enforce', allowedVpcIds: ['vpc-0123456789abcdef0'] },
    'sns-subscription': { mode: 'enforce', trustedProtocols: ['sqs'] },
    'ecr-layer-access': { mode: 'enforce', allowedRoles: ['ci-*'], allowedNetworks: ['203.0.113.0/24'] },
  },
  spared: { principalArns: ['arn:aws:iam::*:role/break-glass'], principalTag: { key: 'perimeter-spared', value: 'true' } },
  scp: { denyLayerSharing: true },
};

const configurationOf = (more: Fields = {}) =>
  parseConfiguration(JSON.stringify({ ...BASE, ...more }), guardrails, { fileName: 'perimeter.yaml' }).configuration;

const statementsOf = (more: Fields = {}) => {
  const configuration = configurationOf(more);
  return guardrails.flatMap((guardrail: AnyGuardrail) => renderedFor(guardrail, configuration).statements);
};

const STATEMENTS = statementsOf();
const MEMBERS = new Set([OWN]);
const decide = (call: Call, statements: readonly PolicyStatement[] = STATEMENTS) => answerOf(statements, call, MEMBERS).effect;

const role = (name: string): Caller => ({ arn: `arn:aws:iam::${OWN}:role/${name}`, account: OWN });
const fn = (name: string): string => `arn:aws:lambda:eu-west-1:${OWN}:function:${name}`;
const by =
  (name: string) =>
  (action: string, resource: string, keys: Call['keys'] = {}): Call => ({ action, resource, keys, caller: role(name) });

/** A function outside a VPC, what triggers it, and a topic that calls it. */
function plumbing(name: string, functionName: string, topic: string): readonly Call[] {
  const call = by(name);
  return [
    call('lambda:CreateFunction', fn(functionName)),
    call('lambda:UpdateFunctionConfiguration', fn(functionName)),
    call('lambda:AddPermission', fn(functionName), { 'lambda:Principal': 'sns.amazonaws.com' }),
    call('lambda:AddPermission', fn(functionName), { 'lambda:Principal': '999999999999' }),
    call('lambda:PutResourcePolicy', fn(functionName)),
    call('lambda:CreateFunctionUrlConfig', fn(functionName), { 'lambda:FunctionUrlAuthType': 'NONE' }),
    call('lambda:AddLayerVersionPermission', `arn:aws:lambda:eu-west-1:${OWN}:layer:shared:1`),
    call('sns:Subscribe', `arn:aws:sns:eu-west-1:${OWN}:${topic}`, { 'sns:Protocol': 'lambda', 'sns:Endpoint': fn(functionName) }),
    call('sns:Subscribe', `arn:aws:sns:eu-west-1:${OWN}:${topic}`, { 'sns:Protocol': 'email', 'sns:Endpoint': 'security@example.net' }),
  ];
}

const pull = (name: string, repository: string): Call =>
  by(name)('ecr:BatchGetImage', `arn:aws:ecr:eu-west-1:${OWN}:repository/${repository}`, { 'aws:SourceIp': '198.51.100.7' });

test.each<readonly [string, readonly Call[]]>([
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-activate-trusted-access.html
  ['StackSets, service-managed', plumbing('stacksets-exec-0123456789abcdef0123456789abcdef', 'perimeter-sweep', 'alarms')],
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
  ['StackSets, self-managed', plumbing('AWSCloudFormationStackSetExecutionRole', 'rotation', 'alarms')],
  // https://docs.aws.amazon.com/controltower/latest/userguide/roles-how.html: it sets up a forwarder of notifications in each account
  ['Control Tower', plumbing('AWSControlTowerExecution', 'aws-controltower-NotificationForwarder', 'aws-controltower-SecurityNotifications')],
  // Its own guardrails leave to these roles: AddPermission, CreateFunction, UpdateFunctionConfiguration, Subscribe (guardrails-1.json)
  ['Landing Zone Accelerator', plumbing('AWSAccelerator-PipelineRole', 'AWSAccelerator-SetLogRetention', 'aws-accelerator-SecurityHigh')],
  [
    'Landing Zone Accelerator, by its bootstrap',
    plumbing('cdk-accel-cfn-exec-role-222222222222-eu-west-1', 'AWSAccelerator-Logging', 'aws-accelerator-x'),
  ],
  // Its sample configuration: managementAccountAccessRole, and cdkOptions.useManagementAccessRole (global-config.yaml)
  [
    'Landing Zone Accelerator, by the role of the management account',
    plumbing('AWSControlTowerExecution', 'AWSAccelerator-SetLogRetention', 'aws-accelerator-SecurityHigh'),
  ],
  // https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
  ['the CDK', plumbing('cdk-hnb659fds-cfn-exec-role-222222222222-eu-west-1', 'App-CustomS3AutoDeleteObjects', 'alarms')],
  [
    'the CDK, publishing images',
    [pull('cdk-hnb659fds-image-publishing-role-222222222222-eu-west-1', 'cdk-hnb659fds-container-assets-222222222222-eu-west-1')],
  ],
  ['a break-glass role', [...plumbing('break-glass', 'orders', 'orders'), pull('break-glass', 'app')]],
])('%s is not refused in its ordinary work', (_, calls) => {
  expect(calls.filter((call) => decide(call) !== 'allowed')).toEqual([]);
});

test("the CDK's own bootstrap template names no role that deploys or pulls and is not spared", () => {
  const template = readFileSync(join(__dirname, '../../node_modules/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml'), 'utf8');
  const names = [...template.matchAll(/RoleName:\s+Fn::Sub: (\S+)/g)].map(([, name = '']) =>
    name.replace('${Qualifier}', 'mine').replace('${AWS::AccountId}', OWN).replace('${AWS::Region}', 'eu-west-1'),
  );

  const refused = names.filter((name) => plumbing(name, 'orders', 'orders').some((call) => decide(call) !== 'allowed'));

  // These two read, and write files to a bucket: nothing that a policy refuses.
  expect(names).toHaveLength(5);
  expect(refused).toEqual([`cdk-mine-file-publishing-role-${OWN}-eu-west-1`, `cdk-mine-lookup-role-${OWN}-eu-west-1`]);
});

test.each([
  ['an administrator, to Landing Zone Accelerator without Control Tower', 'OrganizationAccountAccessRole'],
  ['Landing Zone Accelerator under another prefix', 'Acme-PipelineRole'],
  ['Account Factory for Terraform', 'AWSAFTExecution'],
  ['a pipeline that runs Terraform', 'terraform-deploy'],
  ['the CDK, bootstrapped with role names of its own', 'acme-cfn-exec'],
])('%s is refused, unless the configuration spares it', (_, name) => {
  const calls = plumbing(name, 'orders', 'orders');
  const statements = statementsOf({ spared: { principalArns: [`arn:aws:iam::*:role/${name}`] } });

  expect(calls.filter((call) => decide(call) !== 'denied')).toEqual([]);
  expect(calls.filter((call) => decide(call, statements) !== 'allowed')).toEqual([]);
});

test('the page lists all roles that are spared, and no other', () => {
  const page = readFileSync(join(__dirname, '../../docs/policies.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `([^`|]+)` +\| [^|]+\| \[/gm)].map(([, pattern]) => pattern);

  expect(listed).toEqual(SPARED_ROLES.map(({ pattern }) => pattern));
});

test('the same work is refused to anybody else', () => {
  const calls = [...plumbing('worker', 'orders', 'orders'), pull('worker', 'app')];

  expect(calls.filter((call) => decide(call) !== 'denied')).toEqual([]);
});

test.each(['team/break-glass', 'xstacksets-exec-1', 'AWSCloudFormationStackSetExecutionRole2', 'perimeter-lambda-permission-remediator-eu-west-1'])(
  '%s is nobody special',
  (name) => {
    expect(decide(by(name)('lambda:CreateFunction', fn('orders')))).toBe('denied');
  },
);

test('a tag spares by its value, and only by that', () => {
  const call = by('worker')('lambda:CreateFunction', fn('orders'));
  const tagged = (key: string, value: string): Call => ({ ...call, caller: { ...call.caller, tags: { [key]: value } } });

  const decided = [tagged('perimeter-spared', 'true'), tagged('perimeter-spared', 'false'), tagged('other', 'true')].map((each) => decide(each));

  expect(decided).toEqual(['allowed', 'denied', 'denied']);
});

test('the remediator of function permissions writes documents back', () => {
  expect(decide(by('perimeter-lambda-permission-remediator-eu-west-1')('lambda:PutResourcePolicy', fn('orders')))).toBe('allowed');
  expect(decide(by('perimeter-sns-subscription-remediator-eu-west-1')('lambda:PutResourcePolicy', fn('orders')))).toBe('denied');
});

test('an exemption holds to the end of its day, each as long as its own', () => {
  const exempt = (glob: string, expires: string) => ({ guardrails: ['lambda-vpc'], resources: [glob], reason: 'a pilot', expires });
  const statements = statementsOf({
    exemptions: [exempt(`arn:aws:lambda:*:${OWN}:function:*`, '2026-11-22'), exempt(fn('orders'), '2026-11-23'), exempt(fn('edge-*'), '2027-03-31')],
  });

  const decided = ['orders', 'edge-headers', 'billing'].map((name) => decide(by('worker')('lambda:CreateFunction', fn(name)), statements));

  expect(decided).toEqual(['allowed', 'allowed', 'denied']);
});

test('an exemption of a subscription is said not to be in the policy', () => {
  const glob = `arn:aws:sns:eu-west-1:${OWN}:orders:6f7a8b9c`;
  const configuration = configurationOf({
    exemptions: [{ guardrails: ['sns-subscription'], resources: [glob], reason: 'a pilot', expires: '2027-03-31' }],
  });
  const sns = guardrails.find(({ id }) => id === 'sns-subscription');
  if (!sns) throw new Error('sns-subscription is not registered');

  expect(renderedFor(sns, configuration).notes).toContain(
    `the exemption of ${glob} is not in the policy: the resource has no such ARN yet when the call is made`,
  );
});

test.each(guardrails)('$id: a thousand members fit, and what is lost is said', (guardrail) => {
  const accountIds = Array.from({ length: 1000 }, (_, index) => String(200_000_000_000 + index));
  const configuration = configurationOf({ organization: { id: 'o-exampleorgid', managementAccountId: '111111111111', accountIds } });
  const { statements, notes } = renderedFor(guardrail, configuration);

  const sizes = statements.map((statement) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] }).length);

  expect(sizes.filter((size) => size > configuration.scp.maxCharacters)).toEqual([]);
  const listsAccounts = guardrail.id === 'lambda-permission' || (guardrail.id === 'sns-subscription' && statements.length > 0);
  expect(notes.some((note) => note.includes('1001 accounts do not fit'))).toBe(listsAccounts);
});

test('hosts that do not fit lose their ports, and nothing else', () => {
  const trustedHosts = Array.from({ length: 60 }, (_, index) => `orders-${index}.api.example.com`);
  const sns = { mode: 'enforce', trustedProtocols: ['https'], trustedHosts };
  const configuration = configurationOf({ guardrails: { 'sns-subscription': sns } });
  const [guardrail] = guardrails.filter(({ id }) => id === 'sns-subscription');
  if (!guardrail) throw new Error('sns-subscription is not registered');
  const { statements, notes } = renderedFor(guardrail, configuration);
  const subscribe = (endpoint: string) =>
    decide(by('worker')('sns:Subscribe', `arn:aws:sns:eu-west-1:${OWN}:orders`, { 'sns:Protocol': 'https', 'sns:Endpoint': endpoint }), statements);

  const decided = ['orders-7.api.example.com/x', 'orders-7.api.example.com?x', 'orders-7.api.example.com:443/x', 'orders-60.api.example.com/'].map(
    (rest) => subscribe(`https://${rest}`),
  );

  expect(decided).toEqual(['allowed', 'allowed', 'denied', 'denied']);
  expect(notes).toContain('https: 60 trusted hosts do not fit with :443 written out, so a port is refused even where it is the usual one');
});

test('without the list of members, the organization of the registry decides', () => {
  const accountIds = Array.from({ length: 1000 }, (_, index) => String(200_000_000_000 + index));
  const statements = statementsOf({ organization: { id: 'o-exampleorgid', managementAccountId: '111111111111', accountIds } });
  const from = (account: string) =>
    answerOf(statements, { ...pull('worker', 'app'), resource: `arn:aws:ecr:eu-west-1:${account}:repository/app` }, new Set([OWN, ...accountIds]))
      .effect;

  expect([from(OWN), from('200000000007'), from('999999999999')]).toEqual(['denied', 'denied', 'allowed']);
});
