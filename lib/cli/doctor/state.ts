/** What AWS told, held against what is needed. */
import type { DeploymentState, RegionState, Seen } from '../../aws/deployment';
import type { WholeConfiguration } from '../../core/configuration';
import type { AnyGuardrail } from '../../core/guardrail';
import type { Check } from './check';
import { activeIn, NEEDS, type NeedId } from './needs';

/** Older, it condemns nobody. */
const STALE_MS = 24 * 60 * 60 * 1000;

export interface Patient {
  readonly configuration: WholeConfiguration;
  readonly guardrails: readonly AnyGuardrail[];
  readonly now: Date;
}

export function checkState(state: DeploymentState, { configuration, guardrails, now }: Patient): readonly Check[] {
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
    check('delegated-administrator', state.delegatedAdministrators, (accounts) =>
      ok(accounts.length > 0 ? accounts.join(', ') : 'none: deploy from the management account'),
    ),
    check('directory', state.directory, ({ writtenAt, accounts }) => {
      const found = `${accounts} accounts, written ${writtenAt.toISOString()}`;
      return now.getTime() - writtenAt.getTime() > STALE_MS ? missing(`${found}: more than a day old`) : ok(found);
    }),
    ...state.regions.flatMap((region) => checkRegion(region, active, hasPulls)),
  ];
}

function checkRegion({ region, securityHub, trails, hooks }: RegionState, active: readonly AnyGuardrail[], hasPulls: boolean): readonly Check[] {
  const expected = 2 * active.length;
  const checks = [
    check('trail', trails, (all) => {
      const logging = all.filter(({ isLogging, logsWrites }) => isLogging && logsWrites);
      if (logging.length === 0)
        return missing(all.length === 0 ? 'there is no trail' : `none of ${all.map(({ name }) => name).join(', ')} logs changes`);
      if (!logging.some(({ isOrganization }) => isOrganization))
        return missing(`${logging.map(({ name }) => name).join(', ')} is of this account alone`);
      if (hasPulls && !all.some(({ isLogging, logsReads }) => isLogging && logsReads))
        return missing('no trail logs calls that read: pulls of images are not seen');
      return ok(logging.map(({ name }) => name).join(', '));
    }),
    check('security-hub', securityHub, (isOn) => (isOn ? ok('enabled') : missing('not enabled'))),
    check('hooks', hooks, (names) => {
      if (names.length === 0) return { state: 'unknown', found: 'none: nothing is deployed in this account and Region yet' };
      return names.length < expected ? missing(`${names.length} of ${expected}: ${[...names].sort().join(', ')}`) : ok(`${names.length} hooks`);
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
