/** Sessions are revoked on a real IAM API: by choice alone, once, and back again by one command. */
import { GetRolePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
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

const pullAt = (eventTime: string): Value =>
  eventOf('ecr.amazonaws.com', 'BatchGetImage', { repositoryName: 'orders' }, null, {
    eventTime,
    resources: [{ ARN: `arn:aws:ecr:${REGION}:${OWN}:repository/orders`, accountId: OWN }],
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
