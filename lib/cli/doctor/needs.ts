/**
 * What a deployment needs, by the configuration alone. What only AWS knows is listed as unknown, with the way to it: `--live` asks.
 */
import { configurationOf, type WholeConfiguration } from '../../core/configuration';
import { UsageError } from '../../core/errors';
import type { AnyGuardrail } from '../../core/guardrail';
import { SPARED_ROLES } from '../../core/scp';
import { MOST_CHARACTERS, patternsFor } from '../../patterns';
import { renderPolicies } from '../../policies';
import { packPolicies } from '../../policies/pack';
import type { Check } from './check';

/** What `--live` finds out; here, how to bring it about. */
export const NEEDS = {
  organization: {
    what: 'the organization and its management account',
    wayOut:
      'run it as the management account or a delegated administrator, and put the ids of aws organizations describe-organization into the configuration',
  },
  'stacksets-access': {
    what: 'trusted access of CloudFormation StackSets',
    wayOut: 'as the management account: aws cloudformation activate-organizations-access',
  },
  'service-control-policies': {
    what: 'service control policies are enabled on the root',
    wayOut: 'aws organizations enable-policy-type --policy-type SERVICE_CONTROL_POLICY --root-id ROOT',
  },
  'resource-control-policies': {
    what: 'resource control policies are enabled on the root',
    wayOut: 'aws organizations enable-policy-type --policy-type RESOURCE_CONTROL_POLICY --root-id ROOT',
  },
  'policy-room': {
    what: 'the policies fit beside those that are attached already',
    wayOut: 'detach or merge what is not needed: aws organizations list-policies-for-target --filter SERVICE_CONTROL_POLICY --target-id TARGET',
  },
  deployers: {
    what: 'roles that deploy are spared, or need nothing that the policies refuse',
    wayOut: 'perimeter scp test AWSLogs/ tells what they would have been refused; name those that need it in spared.principalArns',
  },
  'delegated-administrator': {
    what: 'a delegated administrator of StackSets (only to deploy from another account than the management account)',
    wayOut:
      'aws organizations register-delegated-administrator --service-principal member.org.stacksets.cloudformation.amazonaws.com --account-id ACCOUNT',
  },
  trail: {
    what: 'a trail of the organization that logs management events, those that read too: without one no event reaches EventBridge',
    wayOut:
      'aws cloudtrail create-trail --is-organization-trail --is-multi-region-trail --name organization --s3-bucket-name BUCKET, then aws cloudtrail start-logging --name organization',
  },
  'security-hub': {
    what: 'Security Hub, which keeps the findings',
    wayOut:
      'aws securityhub enable-security-hub --no-enable-default-standards, or centrally for the organization; without it findings are logged and counted only',
  },
  hooks: {
    what: 'the hooks are active: CloudFormation asks them',
    wayOut: 'deploy the member template again; aws cloudformation list-types --type HOOK --visibility PRIVATE lists them',
  },
  directory: {
    what: 'the organization directory is fresh',
    wayOut:
      'look at the log and the dead letters of the function perimeter-directory, and start it by hand: aws lambda invoke --function-name perimeter-directory /dev/stdout',
  },
} as const satisfies { readonly [id: string]: { readonly what: string; readonly wayOut: string } };

export type NeedId = keyof typeof NEEDS;

/** The checks that the configuration decides. */
export function checkConfiguration(configuration: WholeConfiguration, guardrails: readonly AnyGuardrail[]): readonly Check[] {
  const active = activeIn(configuration, guardrails);
  return [checkModes(configuration, active), checkPolicies(configuration, active), checkLockOut(configuration), checkPatterns(configuration, active)];
}

/** What nobody knows without asking AWS. */
export const unasked = (configuration: WholeConfiguration, guardrails: readonly AnyGuardrail[]): readonly Check[] =>
  neededIds(activeIn(configuration, guardrails)).map((id) => ({ id, ...NEEDS[id], state: 'unknown', found: 'not asked' }));

const neededIds = (active: readonly AnyGuardrail[]): readonly NeedId[] =>
  (Object.keys(NEEDS) as NeedId[]).filter(
    (id) => id !== 'resource-control-policies' || active.some((guardrail) => guardrail.id === 'ecr-layer-access'),
  );

/** Those that are on anywhere. */
export const activeIn = (configuration: WholeConfiguration, guardrails: readonly AnyGuardrail[]): readonly AnyGuardrail[] =>
  guardrails.filter(
    ({ id }) => configurationOf(configuration, id).mode !== 'off' || configuration.rollout.some(({ modes }) => (modes[id] ?? 'off') !== 'off'),
  );

function checkModes(configuration: WholeConfiguration, active: readonly AnyGuardrail[]): Check {
  const check = { id: 'guardrails', what: 'a guardrail is on' };
  if (active.length === 0)
    return { ...check, state: 'missing', found: 'every guardrail is off', wayOut: 'set `mode: observe` for those that you want' };
  return { ...check, state: 'ok', found: active.map(({ id }) => `${id}: ${configurationOf(configuration, id).mode}`).join(', ') };
}

/** As if all of them were enforced. Throws `UsageError` where they do not fit. */
export const packedOf = (configuration: WholeConfiguration, active: readonly AnyGuardrail[]) =>
  packPolicies(
    renderPolicies(configuration, active).filter(({ kind }) => kind === 'scp'),
    configuration.scp,
  );

function checkPolicies(configuration: WholeConfiguration, active: readonly AnyGuardrail[]): Check {
  const check = { id: 'policy-sizes', what: 'the policies fit into the quotas' };
  const { maxCharacters, maxPoliciesPerTarget } = configuration.scp;
  try {
    const packed = packedOf(configuration, active);
    const sizes = packed.map(({ name, document }) => `${name} ${JSON.stringify(document).length}`);
    return {
      ...check,
      state: 'ok',
      found: `with all of them enforced: ${packed.length} of ${maxPoliciesPerTarget} for a target, of ${maxCharacters} characters: ${sizes.join(', ')}`,
    };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return {
      ...check,
      state: 'missing',
      found: error.message,
      wayOut: 'shorten the lists, or raise scp.maxPoliciesPerTarget where your targets have room',
    };
  }
}

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html */
function checkLockOut({ spared }: WholeConfiguration): Check {
  const check = { id: 'lock-out', what: 'somebody can still change Perimeter where its policies apply' };
  const builtIn = SPARED_ROLES.map(({ pattern }) => pattern).join(', ');
  if (spared.principalArns.length === 0 && !spared.principalTag) {
    const wayOut =
      'name a break-glass role in spared.principalArns, or a tag in spared.principalTag; perimeter scp test tells who would have been denied';
    return { ...check, state: 'missing', found: `spared names nobody: only deployment tools are spared (${builtIn})`, wayOut };
  }
  const named = [...spared.principalArns, ...(spared.principalTag ? [`whoever has the tag ${spared.principalTag.key}`] : [])];
  return { ...check, state: 'ok', found: `${named.join(', ')}, besides deployment tools (${builtIn})` };
}

function checkPatterns(configuration: WholeConfiguration, active: readonly AnyGuardrail[]): Check {
  const patterns = active.flatMap((guardrail) => patternsFor(guardrail, configuration)).map(({ pattern }) => JSON.stringify(pattern));
  const wild = patterns.filter((pattern) => pattern.includes('"wildcard"')).length;
  const longest = Math.max(0, ...patterns.map(({ length }) => length));
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
  const found = `${patterns.length} rules of 300 for a bus (100 in some Regions), ${wild} of 30 with wildcards, the longest pattern has ${longest} of ${MOST_CHARACTERS} characters; ${2 * active.length} hooks of 100`;
  return { id: 'quotas', what: 'rules and hooks fit into the quotas of each account', state: 'ok', found };
}
