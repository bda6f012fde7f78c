/** Sessions are revoked on a real IAM API: by choice alone, once, and back again by one command. */
import { GetRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { property, type Value } from '../../lib/core/value';
import { failureOf, makeRole } from '../aws/fixtures';
import { CONFIGURATION, run } from '../cli/support/aws';
import { workspace } from '../cli/support/workspace';
import { invoke } from './bundle';
import { emptyAccount } from './emulated';
import { CALLER, configurationIn, eventOf, OWN, prepare, REGION } from './organization';

const emulator = emptyAccount();
beforeEach(async () => {
  await makeRole(emulator, CALLER, 'dev');
});

const pullAt = (eventTime: string, repositoryName = 'orders'): Value =>
  eventOf('ecr.amazonaws.com', 'BatchGetImage', { repositoryName }, null, {
    eventTime,
    resources: [{ ARN: `arn:aws:ecr:${REGION}:${OWN}:repository/${repositoryName}`, accountId: OWN }],
  });

function pulled(event: Value, response: 'undo' | 'revoke' = 'revoke') {
  const { guardrails, ...others } = configurationIn();
  const ecr = guardrails['ecr-layer-access'];
  if (!ecr) throw new Error('the guardrail is configured');
  const configuration = { ...others, guardrails: { ...guardrails, 'ecr-layer-access': { ...ecr, response } } };
  return invoke({ guardrail: 'ecr-layer-access', configuration, environment: emulator.environment(CALLER) }, event);
}

const policy = () =>
  new IAMClient(emulator.client(CALLER)).send(new GetRolePolicyCommand({ RoleName: 'dev', PolicyName: 'perimeter-revoke-older-sessions' }));

/** Until when sessions are revoked. */
async function revokedUntil(): Promise<unknown> {
  const { PolicyDocument = '' } = await policy();
  return JSON.parse(decodeURIComponent(PolicyDocument)).Statement[0].Condition.DateLessThanEquals['aws:TokenIssueTime'];
}

async function finding() {
  const { Findings: [found] = [] } = await new SecurityHubClient(emulator.client(CALLER)).send(new GetFindingsCommand({}));
  return { title: found?.Title, status: found?.Compliance?.Status, key: found?.ProductFields?.['perimeter/undoKey'] };
}

it('not without being asked for', async () => {
  await pulled(pullAt('2026-11-22T10:00:00Z'), 'undo');

  expect(await failureOf(policy())).toBe('NoSuchEntityException 404');
});

it('once, as of the latest pull, and the finding stays open', async () => {
  const event = pullAt('2026-11-22T10:00:00Z');
  const first = await pulled(event);
  const { key } = await finding();

  const again = await pulled(event);

  expect([first, again].map(({ deeds }) => property(Array.isArray(deeds) ? deeds[0] : null, 'calls'))).toMatchObject([
    [{ action: 'iam:PutRolePolicy', outcome: 'done' }],
    [],
  ]);
  expect(await revokedUntil()).toBe('2026-11-22T10:00:00.000Z');
  expect(await finding()).toEqual({ title: 'contained: untrusted-identity on repository/orders', status: 'FAILED', key });
  expect(key).toBeDefined();

  await pulled(pullAt('2026-11-22T11:30:00Z'));
  await pulled(pullAt('2026-11-22T11:00:00Z'));
  expect(await revokedUntil()).toBe('2026-11-22T11:30:00.000Z');
});

it('a role that is gone is no failure', async () => {
  await emulator.reset();
  await prepare(emulator);

  expect(await pulled(pullAt('2026-11-22T10:00:00Z'))).toMatchObject({
    deeds: [{ calls: [{ action: 'iam:PutRolePolicy', outcome: 'already-gone' }], isSettled: true }],
  });
});

it('perimeter undo gives the sessions back', async () => {
  await pulled(pullAt('2026-11-22T10:00:00Z'));
  const { key = '' } = await finding();
  const place = workspace({ 'perimeter.yaml': CONFIGURATION });

  const refused = await run(['undo', key], { cwd: place.folder, env: emulator.environment(CALLER) });
  const forced = await run(['undo', key, '--force'], { cwd: place.folder, env: emulator.environment(CALLER) });
  place.remove();

  expect([refused.code, forced.code]).toEqual([1, 0]);
  expect(await failureOf(policy())).toBe('NoSuchEntityException 404');
});

describe('perimeter undo, of a finding of several pulls', () => {
  const ID = `perimeter/ecr-layer-access/arn:aws:ecr:${REGION}:${OWN}:repository/orders/arn:aws:iam::${OWN}:role/dev/2026-11-22`;

  async function undone(...argv: readonly string[]) {
    const place = workspace({ 'perimeter.yaml': CONFIGURATION });
    const printed = await run(['undo', ID, '--force', '--format', 'json', ...argv], { cwd: place.folder, env: emulator.environment(CALLER) });
    place.remove();
    return { code: printed.code, calls: JSON.parse(printed.stdout).results[0].calls };
  }
  const statusOf = () => failureOf(policy());

  it('gives back all sessions that it revoked', async () => {
    for (const time of ['10:00', '11:00', '11:30']) await pulled(pullAt(`2026-11-22T${time}:00Z`));

    expect(await undone('--dry-run')).toMatchObject({ code: 0, calls: [{ action: 'iam:DeleteRolePolicy', outcome: 'planned' }] });
    expect(await undone()).toMatchObject({ code: 0, calls: [{ action: 'iam:DeleteRolePolicy', outcome: 'done' }] });
    expect(await statusOf()).toBe('NoSuchEntityException 404');
  });

  it('names the finding, not a record, in the line that does so', async () => {
    const lines: (string | undefined)[] = [];
    for (const time of ['10:00', '11:00']) {
      await pulled(pullAt(`2026-11-22T${time}:00Z`));
      const { Findings: [found] = [] } = await new SecurityHubClient(emulator.client(CALLER)).send(new GetFindingsCommand({}));
      lines.push(found?.ProductFields?.['perimeter/undo']);
    }

    expect(lines).toEqual([expect.stringMatching(/^perimeter undo perimeter-ecr-layer-access-remediator\//), `perimeter undo '${ID}'`]);
  });

  it('leaves those revoked that another finding is about', async () => {
    await pulled(pullAt('2026-11-22T10:00:00Z'));
    await pulled(pullAt('2026-11-22T10:05:00Z', 'invoices'));
    await pulled(pullAt('2026-11-22T10:10:00Z'));

    expect(await undone()).toMatchObject({ code: 0, calls: [{ action: 'iam:PutRolePolicy', outcome: 'done' }] });
    expect(await revokedUntil()).toBe('2026-11-22T10:05:00.000Z');
  });

  it('does not write over a policy that somebody changed', async () => {
    for (const time of ['10:00', '11:00']) await pulled(pullAt(`2026-11-22T${time}:00Z`));
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] });
    await new IAMClient(emulator.client(CALLER)).send(
      new PutRolePolicyCommand({ RoleName: 'dev', PolicyName: 'perimeter-revoke-older-sessions', PolicyDocument }),
    );

    expect(await undone()).toEqual({ code: 1, calls: [] });
    expect(await statusOf()).toBe('no error');
  });
});
