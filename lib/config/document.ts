/** The file `perimeter.yaml`, section by section: what validates it, describes it to editors and types it. */
import { _default, check, type infer as Infer, lazy, optional, pipe, transform, type ZodMiniType } from 'zod/mini';
import { partitionOfRegion } from '../core/arn';
import type { GuardrailConfiguration } from '../core/configuration';
import type { AnyGuardrail, OptionTable, Settings } from '../core/guardrail';
import type { Mode } from '../core/verdict';
import { choiceFormat, numberFormat, switchFormat, wordFormat } from './format';
import {
  accountId,
  arnPattern,
  date,
  identityArn,
  optionFormats,
  organizationalUnitId,
  organizationId,
  region,
  stageKey,
  stageName,
  tagKey,
  tagValue,
  textFormat,
} from './formats';
import { describe, field, listOf, optionalList, optionalWord, parsed, requiredList, section, word } from './section';
import { isNamed, sharedDomainOf } from './shared-domains';

const MODES = ['off', 'observe', 'enforce'] as const satisfies readonly Mode[];
const ANSWERS = ['allow', 'deny'] as const;
const RESPONSES = ['report', 'undo', 'quarantine', 'revoke'] as const;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

const organization = () =>
  describe(
    section(
      {
        id: field(organizationId, 'Id of the AWS organization', 'o-exampleorgid'),
        managementAccountId: field(accountId, 'The management account: a member, and where Perimeter deploys from', '111111111111'),
        accountIds: optionalList(accountId, 'The member accounts known now. Deployed, the organization directory keeps them current', [
          '222222222222',
        ]),
      },
      { noun: 'the section of the organization', hint: 'write organization: { id: o-exampleorgid, managementAccountId: "111111111111" }' },
    ),
    'The organization whose perimeter is kept: it and its accounts are trusted by default',
  );

const trusted = () =>
  section(
    {
      accountIds: optionalList(accountId, 'Accounts of third parties', ['444455556666']),
      organizationIds: optionalList(organizationId, 'Organizations of third parties', ['o-partnerorg']),
    },
    { noun: 'the trusted third parties', hint: 'remove the key, or list accountIds or organizationIds below' },
  );

/** `ids`: those that the file names; schemas for the others would cost time and never be used. */
function guardrailSections(registry: readonly AnyGuardrail[], ids: ReadonlySet<string>) {
  const shape = Object.fromEntries(
    registry.filter(({ id }) => ids.has(id)).map((guardrail) => [guardrail.id, optional(guardrailSection(guardrail))]),
  );
  const sections = section(shape, {
    noun: 'the section of the guardrails',
    hint: 'name guardrails below, like lambda-vpc: { mode: observe }',
    key: 'guardrail',
    known: registry.map(({ id }) => id),
  });
  return pipe(
    sections,
    transform<{ [id: string]: GuardrailConfiguration | undefined }, { readonly [id: string]: GuardrailConfiguration }>(withoutGaps),
  );
}

const withoutGaps = <T>(record: { readonly [key: string]: T | undefined }): { readonly [key: string]: T } =>
  Object.fromEntries(Object.entries(record).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));

function guardrailSection(guardrail: AnyGuardrail): ZodMiniType<GuardrailConfiguration> {
  const options: OptionTable = guardrail.options;
  const lists = Object.fromEntries(
    Object.entries(options).map(([name, { format, description, example }]) => [name, optionalList(optionFormats[format], description, example)]),
  );
  const whole = section(
    {
      mode: optionalWord('a mode', MODES, 'observe', 'off: not judged. observe: reported. enforce: refused and undone'),
      undetermined: optionalWord('an answer', ANSWERS, 'allow', 'What a hook answers when nothing can be decided'),
      existing: optionalWord('an answer', ANSWERS, 'allow', 'What a hook answers for a violation that an update leaves as it was'),
      response: optionalWord('a response', RESPONSES, 'undo', 'What the remediator does about a violation, in mode enforce'),
      ...lists,
    },
    { noun: 'the section of a guardrail', hint: 'write { mode: observe }' },
  );
  const normalised = pipe(whole, transform(toConfiguration)).check(
    check((context) => {
      // With a misspelt list, what the others lack is no news.
      if (context.issues.length > 0) return;
      for (const { path, message } of faultsOf(guardrail, context.value))
        context.issues.push({ code: 'custom', input: context.value, path: [...path], message });
    }),
  );
  return describe(normalised, `${guardrail.title}. ${guardrail.summary}`);
}

type WholeSection = Omit<GuardrailConfiguration, 'settings'> & { readonly [list: string]: readonly string[] | string | undefined };

function toConfiguration({ mode, undetermined, existing, response, ...lists }: WholeSection): GuardrailConfiguration {
  const settings: { [name: string]: readonly string[] } = {};
  for (const [name, list] of Object.entries(lists)) if (Array.isArray(list)) settings[name] = list;
  return { mode, undetermined, existing, response, settings };
}

interface Fault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The rules that look at several lists of a guardrail at once. */
function faultsOf(guardrail: AnyGuardrail, { mode, settings }: GuardrailConfiguration): readonly Fault[] {
  const whole = mode === 'off' ? [] : settingsFaults(guardrail, settings);
  return [...whole, ...sharedDomains(guardrail.options, settings)];
}

export const settingsFaults = (guardrail: AnyGuardrail, settings: Settings): readonly Fault[] =>
  (guardrail.checkSettings?.(settings) ?? []).map((message) => ({ path: [], message }));

/** Hosts and domains that strangers share are trusted only when the list of such suffixes names them. */
function sharedDomains(options: OptionTable, settings: Settings): readonly Fault[] {
  const ofFormat = (...formats: readonly string[]) => Object.keys(options).filter((name) => formats.includes(options[name]?.format ?? ''));
  const [suffixList] = ofFormat('domain-suffix');
  const named = (suffixList !== undefined && settings[suffixList]) || [];
  const wayOut = (domain: string) => (suffixList === undefined ? '' : `, or add ${domain} to ${suffixList}`);
  return ofFormat('host', 'email-domain').flatMap((name) =>
    (settings[name] ?? []).flatMap((entry, index) => {
      const domain = sharedDomainOf(entry);
      if (domain === undefined || isNamed(domain, named)) return [];
      const message = `${JSON.stringify(entry)} is shared by many tenants, strangers among them: name your own below it${wayOut(domain)}`;
      return [{ path: [name, index], message }];
    }),
  );
}

const rollout = (registry: readonly AnyGuardrail[]) => {
  const mode = optional(word('a mode', MODES));
  const stage = section(
    {
      name: field(stageName, 'Name of the stage', 'pilot'),
      organizationalUnits: requiredList(organizationalUnitId, 'OUs (or the root) that it covers; each may appear once in the whole rollout', [
        'ou-ab12-11111111',
      ]),
      regions: requiredList(region, 'Regions that it covers', ['eu-west-1', 'us-east-1']),
      modes: optional(
        describe(
          section(Object.fromEntries(registry.map(({ id }) => [id, mode])), {
            noun: 'modes by guardrail',
            hint: 'write { lambda-vpc: enforce }',
            key: 'guardrail',
          }),
          'Modes that differ here from those above',
        ),
      ),
    },
    { noun: 'a stage', hint: 'write { name: pilot, organizationalUnits: [ou-ab12-11111111], regions: [eu-west-1] }' },
  );
  return listOf(stage, 'a list of stages', 'write - name: pilot').check(
    check((context) => {
      for (const { path, message } of [...repeatedIn(context.value), ...partitionsIn(context.value)])
        context.issues.push({ code: 'custom', input: context.value, path: [...path], message });
    }),
  );
};

interface Stage {
  readonly name: string;
  readonly organizationalUnits: readonly string[];
  readonly regions: readonly string[];
}

/** An organization lives in one partition: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
function partitionsIn(stages: readonly Stage[]): readonly Fault[] {
  const [first] = stages.flatMap(({ regions }) => regions);
  if (first === undefined) return [];
  const home = partitionOfRegion(first);
  return stages.flatMap(({ regions }, index) =>
    regions.flatMap((name, place) => {
      const partition = partitionOfRegion(name);
      const message = `${name} is in the partition ${partition}, ${first} in ${home}: an organization lives in one, so keep a file for each`;
      return partition === home ? [] : [{ path: [index, 'regions', place], message }];
    }),
  );
}

/** What two stages may not have in common. */
function repeatedIn(stages: readonly Stage[]): readonly Fault[] {
  const faults: Fault[] = [];
  const names = new Map<string, number>();
  const units = new Map<string, number>();
  for (const [index, { name, organizationalUnits }] of stages.entries()) {
    const namesake = names.get(stageKey(name));
    if (namesake !== undefined) {
      const but = stages[namesake]?.name === name ? '' : ' but for case and hyphens';
      faults.push({
        path: [index, 'name'],
        message: `${JSON.stringify(name)} is the name of rollout[${namesake}] too${but}: give each stage its own`,
      });
    } else names.set(stageKey(name), index);
    for (const [place, unit] of organizationalUnits.entries()) {
      const other = units.get(unit);
      if (other === undefined || other === index) units.set(unit, index);
      else faults.push({ path: [index, 'organizationalUnits', place], message: `${unit} is in rollout[${other}] already: an OU may appear once` });
    }
  }
  return faults;
}

const exemptions = (registry: readonly AnyGuardrail[]) => {
  const guardrail = wordFormat(
    'a guardrail',
    registry.map(({ id }) => id),
  );
  const exemption = section(
    {
      guardrails: requiredList(guardrail, 'Ids of the guardrails that it covers', ['lambda-vpc']),
      resources: requiredList(arnPattern, 'ARNs of the resources or their parents; * and ? cross neither : nor /', [
        'arn:aws:lambda:*:222222222222:function:edge-*',
      ]),
      reason: field(textFormat('a reason', 'say why, for those who read it in a year', 500), 'Why it is excused', 'Lambda@Edge cannot run in a VPC'),
      owner: optional(field(textFormat('an owner', 'name who answers for it', 200), 'Who answers for it', 'web-platform@example.com')),
      expires: field(date, 'Last day on which it holds, UTC; 14 days before, it warns', '2027-03-31'),
    },
    { noun: 'an exemption', hint: 'write guardrails, resources, reason, owner and expires' },
  );
  return listOf(exemption, 'a list of exemptions', 'write - guardrails: [lambda-vpc]');
};

const spared = () =>
  section(
    {
      principalArns: optionalList(identityArn, 'Roles and users that policies never deny', ['arn:aws:iam::*:role/break-glass']),
      principalTag: optional(
        describe(
          section(
            {
              key: field(tagKey, 'Key of the tag', 'perimeter-spared'),
              value: field(tagValue, 'Value of the tag', 'true'),
            },
            { noun: 'a tag', hint: 'write { key: perimeter-spared, value: "true" }' },
          ),
          'Principals with this tag are never denied',
        ),
      ),
    },
    { noun: 'the spared principals', hint: 'remove the key, or list principalArns below' },
  );

const DEFAULT_SCP = { maxCharacters: 10_240, maxPoliciesPerTarget: 9, denyLayerSharing: false };

const scp = () =>
  section(
    {
      maxCharacters: _default(parsed(numberFormat('a size', 1000, 100_000), 'Characters that one policy may have'), DEFAULT_SCP.maxCharacters),
      maxPoliciesPerTarget: _default(
        parsed(numberFormat('a number of policies', 1, 100), 'Policies that one target may have'),
        DEFAULT_SCP.maxPoliciesPerTarget,
      ),
      denyLayerSharing: _default(
        parsed(switchFormat, 'Deny all sharing of Lambda layers, since an SCP cannot see with whom'),
        DEFAULT_SCP.denyLayerSharing,
      ),
    },
    { noun: 'the settings of the SCPs', hint: 'remove the key' },
  );

const DEFAULT_DEPLOYMENT = { logRetentionDays: 30, alarms: false, dashboard: false };

const deployment = () =>
  section(
    {
      logRetentionDays: _default(
        parsed(choiceFormat('a retention of CloudWatch Logs', RETENTION_DAYS), 'Days that logs are kept'),
        DEFAULT_DEPLOYMENT.logRetentionDays,
      ),
      alarms: _default(parsed(switchFormat, 'Alarms on errors, age and depth (billed)'), DEFAULT_DEPLOYMENT.alarms),
      dashboard: _default(parsed(switchFormat, 'A CloudWatch dashboard (billed)'), DEFAULT_DEPLOYMENT.dashboard),
    },
    { noun: 'the settings of the deployment', hint: 'remove the key' },
  );

/** The whole file. `ids`: the guardrails that get a section; by default all of the registry. */
export function documentSchema(registry: readonly AnyGuardrail[], ids: ReadonlySet<string> = new Set(registry.map(({ id }) => id))) {
  return section(
    {
      version: parsed(choiceFormat('a version of this format', [1]), 'Version of this format'),
      organization: organization(),
      // A section that the file leaves out is never built: that is half of the time that loading takes.
      trusted: describe(_default(lazy(trusted), {}), 'Third parties, outside the organization, that every guardrail trusts'),
      guardrails: describe(
        _default(
          lazy(() => guardrailSections(registry, ids)),
          {},
        ),
        'The guardrails that are judged, by id; one that is not named is off',
      ),
      rollout: describe(
        _default(
          lazy(() => rollout(registry)),
          [],
        ),
        'Deployment OU by OU. Absent: everywhere, with the modes above',
      ),
      exemptions: describe(
        _default(
          lazy(() => exemptions(registry)),
          [],
        ),
        'What is excused, by whom, until when',
      ),
      spared: describe(_default(lazy(spared), {}), 'Break-glass and deployment roles that the policies spare'),
      scp: describe(_default(lazy(scp), DEFAULT_SCP), 'Quotas of the service control policies, and what they deny beyond the rules'),
      deployment: describe(_default(lazy(deployment), DEFAULT_DEPLOYMENT), 'Settings of the deployment'),
    },
    { noun: 'a configuration', hint: 'write version, organization and guardrails, or let `perimeter init` do it' },
  );
}

/** The validated file: canonical values, defaults filled in. */
export type ConfigurationDocument = Infer<ReturnType<typeof documentSchema>>;
