/** What AWS told, held against what is needed. */
import type { DeploymentState, RegionState, Seen } from '../../aws/deployment';
import { parseArn } from '../../core/arn';
import type { WholeConfiguration } from '../../core/configuration';
import { DIRECTORY_FRESH_MS } from '../../core/directory';
import { UsageError } from '../../core/errors';
import { wildcard } from '../../core/exemption';
import type { AnyGuardrail } from '../../core/guardrail';
import { anyRole, SPARED_ROLES } from '../../core/scp';
import type { Check } from './check';
import { activeIn, NEEDS, type NeedId, packedOf } from './needs';

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html: of service control policies, for a target. */
const MOST_ATTACHED = 10;
/** However they are deployed: `perimeter-1`, `pilot-perimeter-2`. */
const OURS = /(^|-)perimeter-\d+$/;

interface Expected {
  readonly configuration: WholeConfiguration;
  readonly guardrails: readonly AnyGuardrail[];
  readonly now: Date;
}

export function checkState(state: DeploymentState, { configuration, guardrails, now }: Expected): readonly Check[] {
  const active = activeIn(configuration, guardrails);
  const { organizationId, managementAccountId } = configuration.trust;
  const hasPulls = active.some(({ events }) => events.some(({ readOnly }) => readOnly));
  return [
    check('organization', state.organization, ({ id, managementAccountId: management }) =>
      id === organizationId && management === managementAccountId
        ? ok(`${id}, managed by ${management}`)
        : missing(`AWS says ${id}, managed by ${management}; the configuration says ${organizationId}, managed by ${managementAccountId}`),
    ),
    check('stacksets-access', state.stackSetsAccess, (isEnabled) => (isEnabled ? ok('enabled') : missing('not enabled'))),
    ...(['service-control-policies', 'resource-control-policies'] as const)
      .filter((id) => id === 'service-control-policies' || hasPulls)
      .map((id) =>
        check(id, state.policyTypes, (types) => {
          const type = id === 'service-control-policies' ? 'SERVICE_CONTROL_POLICY' : 'RESOURCE_CONTROL_POLICY';
          return types.includes(type) ? ok('enabled') : missing(`enabled are: ${types.join(', ') || 'none'}`);
        }),
      ),
    check('policy-room', state.attached, (attached) => {
      const ours = countOf(configuration, active);
      if (ours === undefined) return { state: 'unknown', found: 'the policies do not fit among themselves: see policy-sizes' };
      const taken = attached.map(({ target, policies }) => ({ target, others: policies.filter((name) => !OURS.test(name)) }));
      const full = taken.filter(({ others }) => others.length + ours > MOST_ATTACHED);
      const told = (full.length > 0 ? full : taken).map(({ target, others }) => `${target} has ${others.length} (${others.join(', ')})`);
      return (full.length > 0 ? missing : ok)(`${told.join('; ')}; ${ours} come to them, of ${MOST_ATTACHED} for a target`);
    }),
    check('deployers', state.roles, (roles) => leftOut(roles, configuration)),
    check('delegated-administrator', state.delegatedAdministrators, (accounts) =>
      ok(accounts.length > 0 ? accounts.join(', ') : 'none: deploy from the management account'),
    ),
    check('directory', state.directory, ({ writtenAt, accounts }) => {
      const found = `${accounts} accounts, written ${writtenAt.toISOString()}`;
      return now.getTime() - writtenAt.getTime() > DIRECTORY_FRESH_MS ? missing(`${found}: more than a day old`) : ok(found);
    }),
    ...state.regions.flatMap((region) => checkRegion(region, active, hasPulls)),
  ];
}

/** Who deploys nobody can tell from outside; names give some away. */
const DEPLOYS = /deploy|pipeline|ci-?cd|terraform|github|gitlab|jenkins|codebuild|AWSAFTExecution|OrganizationAccountAccessRole/i;

function leftOut(roles: readonly string[], { trust, spared }: WholeConfiguration): Answer {
  const accounts = [...new Set(roles.map((arn) => parseArn(arn)?.account))];
  if (roles.length === 0) return { state: 'unknown', found: 'AWS lists no role' };
  if (accounts.includes(trust.managementAccountId))
    return { state: 'unknown', found: 'no policy binds the management account: ask in a member account' };
  const patterns = [...SPARED_ROLES.map(({ pattern }) => anyRole(pattern)), ...spared.principalArns].map(wildcard);
  const telling = roles.filter((arn) => DEPLOYS.test(arn) && !patterns.some((pattern) => pattern.test(arn)));
  if (telling.length === 0) return ok(`of ${roles.length} roles, none that is left out has a name that tells of deployments`);
  const names = telling.map((arn) => arn.replace(/^.*:role\//, ''));
  const tagged = spared.principalTag ? `, unless they have the tag ${spared.principalTag.key}` : '';
  return { state: 'unknown', found: `not spared${tagged}, and by their names they may deploy: ${names.join(', ')}` };
}

/** Undefined where they do not fit. */
function countOf(configuration: WholeConfiguration, active: readonly AnyGuardrail[]): number | undefined {
  try {
    return packedOf(configuration, active).length;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return undefined;
  }
}

function checkRegion({ region, securityHub, trails, hooks }: RegionState, active: readonly AnyGuardrail[], hasPulls: boolean): readonly Check[] {
  const expected = 2 * active.length;
  const checks = [
    check('trail', trails, (all) => {
      const logging = all.filter(({ isLogging, logsWrites }) => isLogging && logsWrites);
      const organizations = logging.filter(({ isOrganization }) => isOrganization);
      if (logging.length === 0)
        return missing(all.length === 0 ? 'there is no trail' : `none of ${all.map(({ name }) => name).join(', ')} logs all changes`);
      if (organizations.length === 0) return missing(`${logging.map(({ name }) => name).join(', ')} is of this account alone`);
      if (hasPulls && !organizations.some(({ logsReads }) => logsReads))
        return missing('no trail of the organization logs all calls that read: pulls of images are not seen');
      return ok(organizations.map(({ name }) => name).join(', '));
    }),
    check('security-hub', securityHub, (isOn) => (isOn ? ok('enabled') : missing('not enabled'))),
    check('hooks', hooks, (all) => {
      const idle = all.filter(({ status }) => status !== 'ENABLED').map(({ name, status }) => `${name} is ${status}`);
      if (all.length === 0) return { state: 'unknown', found: 'none: nothing is deployed in this account and Region yet' };
      if (all.length < expected)
        return missing(
          `${all.length} of ${expected}: ${all
            .map(({ name }) => name)
            .sort()
            .join(', ')}`,
        );
      return idle.length > 0 ? missing(idle.join(', ')) : ok(`${all.length} hooks, all enabled`);
    }),
  ];
  return checks.map((one) => ({ ...one, id: `${one.id} ${region}` }));
}

type Answer = Pick<Check, 'state' | 'found'>;
const ok = (found: string): Answer => ({ state: 'ok', found });
const missing = (found: string): Answer => ({ state: 'missing', found });

function check<T>(id: NeedId, seen: Seen<T>, judge: (value: T) => Answer): Check {
  const { what, wayOut } = NEEDS[id];
  const answer: Answer = 'unseen' in seen ? { state: 'unknown', found: seen.unseen } : judge(seen.seen);
  return { id, what, ...answer, ...(answer.state !== 'ok' && { wayOut }) };
}
