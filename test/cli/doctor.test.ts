/** `perimeter doctor`: what the configuration tells, what AWS tells, and what it costs. */

import { CloudTrailClient, CreateTrailCommand, PutEventSelectorsCommand, StartLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { CreateRoleCommand, DeleteRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateOrganizationCommand, EnablePolicyTypeCommand, ListRootsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { EnableSecurityHubCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import type { DeploymentState } from '../../lib/aws/deployment';
import type { Check } from '../../lib/cli/doctor/check';
import { checkState } from '../../lib/cli/doctor/state';
import { parseConfiguration } from '../../lib/config/load';
import { guardrails } from '../../lib/guardrails';
import { type Emulator, startEmulator } from '../aws/emulator';
import { build, run } from './support/aws';
import { NOW, type Workspace, workspace } from './support/workspace';

const WHOLE = `
version: 1
organization: { id: o-exampleorgid, managementAccountId: "111111111111", accountIds: ["222222222222"] }
guardrails:
  lambda-permission: { mode: enforce }
  ecr-layer-access: { mode: observe, allowedRoles: ["ci-*"] }
spared: { principalArns: ["arn:aws:iam::*:role/break-glass"] }
deployment: { alarms: true, dashboard: true }
`;

let place: Workspace;
beforeAll(() => {
  place = workspace({
    'perimeter.yaml': WHOLE,
    'locked.yaml': WHOLE.replace(/^spared:.*$/m, ''),
    'off.yaml': WHOLE.replaceAll('enforce', 'off').replaceAll('observe', 'off'),
    'large.yaml': `${WHOLE}scp: { maxCharacters: 2000, maxPoliciesPerTarget: 1 }\n`,
    'results.json': JSON.stringify({ summary: { judged: 7_000_000, violation: 70 } }),
    'other.json': '{}',
  });
});
afterAll(() => place.remove());

const checksOf = async (argv: readonly string[]): Promise<{ readonly code: number; readonly checks: readonly Check[] }> => {
  const { code, stdout } = await place.run(['doctor', '--format', 'json', ...argv]);
  return { code, checks: JSON.parse(stdout).checks };
};

const states = (checks: readonly Check[]) => Object.fromEntries(checks.map(({ id, state }) => [id, state]));

describe('by the configuration alone', () => {
  it('says what it knows, and what only AWS knows with the way to it', async () => {
    const { code, checks } = await checksOf([]);

    expect(code).toBe(0);
    expect(states(checks)).toEqual({
      guardrails: 'ok',
      'policy-sizes': 'ok',
      'lock-out': 'ok',
      quotas: 'ok',
      organization: 'unknown',
      'stacksets-access': 'unknown',
      'service-control-policies': 'unknown',
      'resource-control-policies': 'unknown',
      'policy-room': 'unknown',
      deployers: 'unknown',
      'delegated-administrator': 'unknown',
      trail: 'unknown',
      'security-hub': 'unknown',
      hooks: 'unknown',
      directory: 'unknown',
    });
    expect(checks.filter(({ state, wayOut }) => state !== 'ok' && !wayOut)).toEqual([]);
  });

  it.each([
    ['locked.yaml', 'lock-out'],
    ['off.yaml', 'guardrails'],
    ['large.yaml', 'policy-sizes'],
  ])('%s: %s is missing, and it exits 1', async (file, id) => {
    const { code, checks } = await checksOf(['--config', file]);

    expect(code).toBe(1);
    expect(checks.filter(({ state }) => state === 'missing')).toEqual([expect.objectContaining({ id, wayOut: expect.stringMatching(/\S/) })]);
  });

  it('prints for people', async () => {
    const { stdout, code } = await place.run(['doctor', '--config', 'locked.yaml']);

    expect(code).toBe(1);
    expect(stdout).toContain('missing  lock-out: somebody can still change Perimeter where its policies apply');
    expect(stdout).toContain('3 ok, 1 missing, 11 unknown (--live asks AWS)');
  });
});

describe('--cost', () => {
  it('counts what is billed while nothing happens', async () => {
    const { stdout } = await place.run(['doctor', '--cost', '--format', 'json']);

    const { lines, monthly } = JSON.parse(stdout).cost;
    expect(lines).toMatchObject([
      { what: 'alarms', count: 8, monthly: 0.8 },
      { what: 'dashboard', count: 1, monthly: 3 },
      { what: 'sweeps', count: 60 },
      { what: 'looks into the queue of pulls', count: 8640 },
    ]);
    expect(monthly).toBeGreaterThan(3.8);
    expect(monthly).toBeLessThan(4);
  });

  it('makes a month of what a replay counted', async () => {
    const { stdout } = await place.run(['doctor', '--cost', '--replay', 'results.json', '--days', '7', '--format', 'json']);

    const { lines } = JSON.parse(stdout).cost;
    expect(lines).toContainEqual(expect.objectContaining({ what: 'invocations of remediators', count: 30_000_000 }));
    expect(lines).toContainEqual(expect.objectContaining({ what: 'findings', count: 600 }));
  });
});

it.each<readonly [string, readonly string[], RegExp]>([
  ['a Region that is none', ['--region', 'nowhere'], /^--region: .*"nowhere"/],
  ['no Region to look at', ['--live'], /^no Region to look at: name one with --region/],
  ['a replay without --cost', ['--replay', 'results.json'], /^--replay and --days belong to --cost: add it$/],
  [
    'a replay without its days',
    ['--cost', '--replay', 'results.json'],
    /^--days: expected the number of days that results\.json covers, got nothing$/,
  ],
  ['days that are none', ['--cost', '--replay', 'results.json', '--days', '0'], /^--days: expected the number of days .* got "0"$/],
  [
    'a replay that is none',
    ['--cost', '--replay', 'other.json', '--days', '7'],
    /^--replay other\.json: expected what perimeter replay --format json prints$/,
  ],
  ['a replay that is no JSON', ['--cost', '--replay', 'perimeter.yaml', '--days', '7'], /^--replay perimeter\.yaml: expected what/],
  ['a replay that is not there', ['--cost', '--replay', 'none.json', '--days', '7'], /^--replay none\.json does not exist/],
])('bad input exits 2 with one line: %s', async (_, argv, line) => {
  const { code, stderr, stdout } = await place.run(['doctor', ...argv]);

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(new RegExp(`^perimeter: ${line.source.replace(/^\^/, '')}`))]);
});

describe('what AWS told', () => {
  const { configuration } = parseConfiguration(WHOLE, guardrails, { fileName: 'perimeter.yaml' });
  const trail = { name: 'organization', isOrganization: true, isLogging: true, logsReads: true, logsWrites: true };
  const region = {
    region: 'eu-west-1',
    securityHub: { seen: true },
    trails: { seen: [trail] },
    hooks: {
      seen: ['A::Stacks', 'A::CloudControl', 'B::Stacks', 'B::CloudControl'].map((name) => ({ name: `Perimeter::${name}`, status: 'ENABLED' })),
    },
  };
  const WELL: DeploymentState = {
    organization: { seen: { id: 'o-exampleorgid', managementAccountId: '111111111111' } },
    policyTypes: { seen: ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'] },
    stackSetsAccess: { seen: true },
    roles: {
      seen: ['app', 'stacksets-exec-0123', 'cdk-hnb659fds-deploy-role-222222222222-eu-west-1', 'break-glass'].map(
        (name) => `arn:aws:iam::222222222222:role/${name}`,
      ),
    },
    attached: { seen: [{ target: 'r-ab12', policies: ['FullAWSAccess', 'perimeter-1', 'pilot-perimeter-2', 'guardrails'] }] },
    delegatedAdministrators: { seen: [] },
    directory: { seen: { writtenAt: new Date('2026-11-23T03:00:00Z'), accounts: 12 } },
    regions: [region],
  };
  const diagnose = (state: Partial<DeploymentState>) => checkState({ ...WELL, ...state }, { configuration, guardrails, now: NOW });
  const ill = (state: Partial<DeploymentState>) => Object.entries(states(diagnose(state))).filter(([, state]) => state !== 'ok');

  it('is well', () => {
    expect(ill({})).toEqual([]);
  });

  it.each<readonly [string, Partial<DeploymentState>, readonly string[]]>([
    ['another organization', { organization: { seen: { id: 'o-strangers00', managementAccountId: '111111111111' } } }, ['organization', 'missing']],
    ['AWS refuses', { organization: { unseen: 'AccessDeniedException: no' } }, ['organization', 'unknown']],
    ['no trusted access', { stackSetsAccess: { seen: false } }, ['stacksets-access', 'missing']],
    ['no RCPs', { policyTypes: { seen: ['SERVICE_CONTROL_POLICY'] } }, ['resource-control-policies', 'missing']],
    ['a stale directory', { directory: { seen: { writtenAt: new Date('2026-11-22T11:00:00Z'), accounts: 12 } } }, ['directory', 'missing']],
    ['no trail', { regions: [{ ...region, trails: { seen: [] } }] }, ['trail eu-west-1', 'missing']],
    ['a trail that is stopped', { regions: [{ ...region, trails: { seen: [{ ...trail, isLogging: false }] } }] }, ['trail eu-west-1', 'missing']],
    ['a trail of one account', { regions: [{ ...region, trails: { seen: [{ ...trail, isOrganization: false }] } }] }, ['trail eu-west-1', 'missing']],
    ['a trail without reads', { regions: [{ ...region, trails: { seen: [{ ...trail, logsReads: false }] } }] }, ['trail eu-west-1', 'missing']],
    ['Security Hub is off', { regions: [{ ...region, securityHub: { seen: false } }] }, ['security-hub eu-west-1', 'missing']],
    [
      'reads in a trail of one account alone',
      {
        regions: [
          {
            ...region,
            trails: {
              seen: [
                { ...trail, logsReads: false },
                { ...trail, isOrganization: false },
              ],
            },
          },
        ],
      },
      ['trail eu-west-1', 'missing'],
    ],
    ['a hook is gone', { regions: [{ ...region, hooks: { seen: region.hooks.seen.slice(1) } }] }, ['hooks eu-west-1', 'missing']],
    [
      'a hook is switched off',
      { regions: [{ ...region, hooks: { seen: region.hooks.seen.map((hook, index) => (index === 2 ? { ...hook, status: 'DISABLED' } : hook)) } }] },
      ['hooks eu-west-1', 'missing'],
    ],
    ['hooks that AWS does not tell of', { regions: [{ ...region, hooks: { unseen: 'AccessDenied: no' } }] }, ['hooks eu-west-1', 'unknown']],
    ['a pipeline that nobody spares', { roles: { seen: ['arn:aws:iam::222222222222:role/ci/terraform-apply'] } }, ['deployers', 'unknown']],
    ['the management account', { roles: { seen: ['arn:aws:iam::111111111111:role/app'] } }, ['deployers', 'unknown']],
    [
      'no room for the policies',
      { attached: { seen: [{ target: 'ou-ab12-11111111', policies: Array.from({ length: 9 }, (_, index) => `other-${index}`) }] } },
      ['policy-room', 'missing'],
    ],
    ['nothing is deployed yet', { regions: [{ ...region, hooks: { seen: [] } }] }, ['hooks eu-west-1', 'unknown']],
  ])('%s', (_, state, expected) => {
    expect(ill(state)).toEqual([expected]);
  });
});

describe('--live, as it is shipped, on an emulated AWS', () => {
  let emulator: Emulator;
  const management = { account: '111111111111', region: 'us-east-1' };
  beforeAll(async () => {
    build();
    emulator = await startEmulator();
  });
  afterAll(() => emulator.stop());

  it('finds what is missing, and what was set up', async () => {
    const organizations = new OrganizationsClient(emulator.client(management));
    const { Organization } = await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
    place.write({ 'live.yaml': WHOLE.replace('o-exampleorgid', Organization?.Id ?? '') });
    const live = async () => {
      const argv = ['doctor', '--live', '--format', 'json', '--config', 'live.yaml', '--region', 'us-east-1'];
      const { stdout, code, stderr } = await run(argv, { cwd: place.folder, env: emulator.environment(management) });
      expect(stderr).toBe('');
      return { code, states: states(JSON.parse(stdout).checks) };
    };

    // What the emulator cannot tell stays unknown.
    expect(await live()).toEqual({
      code: 1,
      states: {
        guardrails: 'ok',
        'policy-sizes': 'ok',
        'lock-out': 'ok',
        quotas: 'ok',
        organization: 'ok',
        'stacksets-access': 'unknown',
        'service-control-policies': 'missing',
        'resource-control-policies': 'missing',
        'policy-room': 'ok',
        deployers: 'unknown',
        'delegated-administrator': 'ok',
        directory: 'unknown',
        'trail us-east-1': 'missing',
        'security-hub us-east-1': 'missing',
        'hooks us-east-1': 'unknown',
      },
    });

    const { Roots = [] } = await organizations.send(new ListRootsCommand({}));
    for (const PolicyType of ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'] as const)
      await organizations.send(new EnablePolicyTypeCommand({ RootId: Roots[0]?.Id, PolicyType }));
    await new SecurityHubClient(emulator.client(management)).send(new EnableSecurityHubCommand({}));
    const s3 = new S3Client(emulator.client(management));
    for (const Bucket of ['trail', 'perimeter-directory-111111111111']) await s3.send(new CreateBucketCommand({ Bucket }));
    const Body = JSON.stringify({ writtenAt: new Date().toISOString(), accountIds: ['111111111111'] });
    await s3.send(new PutObjectCommand({ Bucket: 'perimeter-directory-111111111111', Key: 'organization.json', Body }));
    const cloudTrail = new CloudTrailClient(emulator.client(management));
    await cloudTrail.send(
      new CreateTrailCommand({ Name: 'organization', S3BucketName: 'trail', IsMultiRegionTrail: true, IsOrganizationTrail: true }),
    );
    const EventSelectors = [{ ReadWriteType: 'All', IncludeManagementEvents: true }] as const;
    await cloudTrail.send(new PutEventSelectorsCommand({ TrailName: 'organization', EventSelectors: [...EventSelectors] }));
    await cloudTrail.send(new StartLoggingCommand({ Name: 'organization' }));

    expect(await live()).toMatchObject({
      states: {
        organization: 'ok',
        'service-control-policies': 'ok',
        'resource-control-policies': 'ok',
        'policy-room': 'ok',
        'trail us-east-1': 'ok',
        'security-hub us-east-1': 'ok',
        directory: 'ok',
      },
    });
  });

  it('from a member account, does not take for fine what that account may not read', async () => {
    const member = { account: '222222222222', region: 'us-east-1' };
    const iam = new IAMClient(emulator.client(member));
    const argv = ['doctor', '--live', '--format', 'json', '--region', 'us-east-1'];
    const live = async () => {
      const { stdout } = await run(argv, { cwd: place.folder, env: emulator.environment(member) });
      return Object.fromEntries((JSON.parse(stdout).checks as readonly Check[]).map((check) => [check.id, check]));
    };
    for (const RoleName of ['app', 'break-glass', 'terraform-apply'])
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}' }));

    const checks = await live();
    expect(checks.deployers).toMatchObject({ state: 'unknown', found: 'not spared, and by their names they may deploy: terraform-apply' });
    for (const id of ['organization', 'service-control-policies', 'policy-room']) expect(checks[id]?.state).toBe('unknown');

    await iam.send(new DeleteRoleCommand({ RoleName: 'terraform-apply' }));
    expect((await live()).deployers?.state).toBe('ok');
  });

  it('without credentials exits 2 with one line', async () => {
    const { code, stderr } = await run(['doctor', '--live', '--region', 'us-east-1'], { cwd: place.folder });

    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^perimeter: no AWS credentials: .*\n$/) });
  });
});
