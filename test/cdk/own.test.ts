/** Perimeter's own deployment under Perimeter: its templates by `check`, its calls by its policies, whoever makes them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Template } from '../../lib/cdk/member';
import type { WholeConfiguration } from '../../lib/core/configuration';
import { guardrails } from '../../lib/guardrails';
import { renderPolicies } from '../../lib/policies';
import { build } from '../cli/support/aws';
import { type Answer, answerOf, type Caller } from '../scp/call';
import { by, callsOf, type Deployment } from './calls';
import { exampleText, load, member, ROOT } from './support';

/** The example's organization; every guardrail enforces, all that can be chosen is chosen, and somebody is spared. */
const ENFORCED = `${exampleText().replaceAll('mode: observe', 'mode: enforce')}
spared: { principalArns: ["arn:aws:iam::*:role/break-glass"] }
deployment: { alarms: true, dashboard: true }
`;
const MEMBER = '222233334444';
const MANAGEMENT = '111122223333';
const PLACE = { partition: 'aws', region: 'eu-west-1', account: MEMBER };

let folder: string;
let configuration: WholeConfiguration;
let template: Template;
beforeAll(() => {
  build();
  folder = mkdtempSync(join(tmpdir(), 'perimeter-own-'));
  configuration = load(ENFORCED);
  template = member(configuration);
});
afterAll(() => rmSync(folder, { recursive: true }));

it('passes its own check: every stack, every guardrail enforced, nothing left open', () => {
  const config = join(folder, 'perimeter.yaml');
  writeFileSync(config, ENFORCED);
  const env = { PATH: process.env.PATH, CDK_VALIDATION: 'false', CDK_OUTDIR: join(folder, 'cdk.out'), CDK_CONTEXT_JSON: JSON.stringify({ config }) };
  expect(spawnSync(process.execPath, [join(ROOT, 'dist/app.js')], { cwd: ROOT, env, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });

  const place = ['--account', MEMBER, '--region', PLACE.region, '--partition', PLACE.partition];
  const args = ['check', join(folder, 'cdk.out'), '--config', config, '--strict', '--all', '--format', 'json', ...place];
  const { status, stdout } = spawnSync(process.execPath, [join(ROOT, 'dist/perimeter.js'), ...args], { cwd: ROOT, encoding: 'utf8' });
  const { summary, assessments } = JSON.parse(stdout);

  expect({ status, ...summary }).toMatchObject({ status: 0, violation: 0, undetermined: 0, errors: [] });
  expect(summary.judged).toBeGreaterThan(15);
  const named = new Set<string>(assessments.map(({ resource }: { resource: { id: string } }) => resource.id.split(':')[6]));
  expect([...named].filter((name) => !name.startsWith('perimeter-'))).toEqual([]);
});

describe('its policies', () => {
  const members = () => new Set([...configuration.trust.accountIds]);
  const statements = () =>
    renderPolicies(configuration, guardrails).flatMap(({ kind, document }) => (kind === 'scp' ? [document.Statement].flat() : []));
  const answered = (wanted: readonly Answer[], caller: Caller, keys = {}): readonly Deployment[] => {
    const rendered = statements();
    return callsOf(template, PLACE).filter((call) => wanted.includes(answerOf(rendered, by(call, caller, keys), members()).effect));
  };
  const role = (name: string, account = MEMBER): Caller => ({ arn: `arn:aws:iam::${account}:role/${name}`, account });

  /** CloudFormation calls on behalf of whoever called it: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html */
  const FORWARDED = {
    'aws:ViaAWSService': 'true',
    'aws:CalledVia': ['cloudformation.amazonaws.com'],
    'aws:CalledViaFirst': 'cloudformation.amazonaws.com',
  };

  it.each<readonly [string, Caller, object]>([
    ['StackSets', role('stacksets-exec-0123456789abcdef'), {}],
    ['whoever is spared', role('break-glass'), {}],
    ['CloudFormation, for whoever is spared', role('break-glass'), FORWARDED],
    ["the CDK's role, in the management account", role(`cdk-hnb659fds-cfn-exec-role-${MANAGEMENT}-eu-west-1`, MANAGEMENT), {}],
    ['CloudFormation, for an administrator of the management account', role('Administrator', MANAGEMENT), FORWARDED],
  ])('let the member template be made, changed and removed by %s', (_who, caller, keys) => {
    expect(callsOf(template, PLACE).length).toBeGreaterThan(250);
    expect(answered(['denied', 'unknown'], caller, keys)).toEqual([]);
  });

  /** A dashboard guards nothing. */
  const isUnguarded = ({ action }: Deployment): boolean =>
    (action.startsWith('cloudwatch:') && action.endsWith('Dashboards')) || action === 'cloudwatch:PutDashboard';

  it.each<readonly [string, Caller, object]>([
    ['an administrator of the member', role('Administrator'), {}],
    ['CloudFormation, for that administrator', role('Administrator'), FORWARDED],
    // Whoever may deploy a stack of his own in the account could otherwise take Perimeter's names.
    ["the CDK's role in the member", role(`cdk-hnb659fds-cfn-exec-role-${MEMBER}-eu-west-1`), {}],
    ["the CDK's role that deploys, by CloudFormation", role(`cdk-hnb659fds-deploy-role-${MEMBER}-eu-west-1`), FORWARDED],
    ['a role that is named like ours', role('perimeters'), {}],
  ])('refuse every one of these calls to %s', (_who, caller, keys) => {
    const denied = new Set(answered(['denied'], caller, keys).map(({ action, resource }) => `${action} ${resource}`));
    const left = callsOf(template, PLACE).filter((call) => !denied.has(`${call.action} ${call.resource}`) && !isUnguarded(call));

    expect(left).toEqual([]);
  });
});
