/** The first `perimeter.yaml`: every guardrail that can be on without lists observes, the others wait as a comment with an example. */
import type { AnyGuardrail, OptionTable, Settings } from '../core/guardrail';
import type { Mode } from '../core/verdict';
import { settingsFaults } from './document';

export { importTrustStack, type TrustStackImport } from './trust-stack';

/** What the first file is written from. A list that is absent or empty is left out. */
export interface Answers {
  readonly organizationId: string;
  readonly managementAccountId: string;
  readonly accountIds?: readonly string[];
  readonly trustedAccountIds?: readonly string[];
  readonly trustedOrganizationIds?: readonly string[];
  /** By id; a guardrail that is not named observes, if it can without lists. */
  readonly guardrails?: { readonly [id: string]: { readonly mode?: Mode; readonly settings?: Settings } };
  /** Where editors find the JSON Schema: a path from the file, or a URL. */
  readonly schema?: string;
}

const SCHEMA = './perimeter.schema.json';

/** The text of the file; the same answers give the same bytes. It loads without an error when the answers are valid. */
export function initialConfiguration(answers: Answers, registry: readonly AnyGuardrail[]): string {
  return [
    `# yaml-language-server: $schema=${answers.schema ?? SCHEMA}`,
    '# Perimeter: whom this organization trusts, and which guardrails watch it.',
    '# Everything starts in mode observe: reported, nothing refused, nothing undone. Turn on enforce guardrail by guardrail.',
    'version: 1',
    'organization:',
    `  id: ${quoted(answers.organizationId)}`,
    `  managementAccountId: ${quoted(answers.managementAccountId)}`,
    ...list('accountIds', answers.accountIds, ['222222222222'], 'the member accounts; without them an unlisted account cannot be called foreign').map(
      indent,
    ),
    ...trusted(answers),
    'guardrails: # off | observe | enforce',
    ...registry.flatMap((guardrail) => section(guardrail, answers)).map(indent),
    ...EXEMPTIONS,
    ...BEFORE_ENFORCING,
    '',
  ].join('\n');
}

const EXEMPTIONS = [
  '# exemptions: # what is excused, by whom, until when',
  '#   - guardrails: [lambda-vpc]',
  '#     resources: ["arn:aws:lambda:*:222222222222:function:edge-*"]',
  '#     reason: Lambda@Edge cannot run in a VPC',
  '#     owner: web-platform@example.com',
  '#     expires: 2027-03-31',
];

const BEFORE_ENFORCING = [
  '# spared: { principalArns: ["arn:aws:iam::*:role/break-glass"] } # whom no policy refuses: name somebody before one is attached',
  '# rollout: # unit by unit, each with modes of its own where they differ; absent: everywhere',
  '#   - name: pilot',
  '#     organizationalUnits: [ou-ab12-11111111]',
  '#     regions: [eu-west-1]',
  '#     modes: { lambda-permission: enforce }',
];

function trusted({ trustedAccountIds = [], trustedOrganizationIds = [] }: Answers): readonly string[] {
  const lines = [
    ...list('accountIds', trustedAccountIds, ['444455556666'], 'accounts of third parties'),
    ...list('organizationIds', trustedOrganizationIds, ['o-partnerorg'], 'organizations of third parties'),
  ];
  return trustedAccountIds.length + trustedOrganizationIds.length > 0
    ? ['trusted: # outside the organization', ...lines.map(indent)]
    : ['# trusted: # outside the organization', ...lines.map((line) => line.replace(/^# /, '#   '))];
}

function section(guardrail: AnyGuardrail, { guardrails = {} }: Answers): readonly string[] {
  const { mode = 'observe', settings = {} } = (Object.hasOwn(guardrails, guardrail.id) && guardrails[guardrail.id]) || {};
  const missing = mode === 'off' ? [] : settingsFaults(guardrail, settings).map(({ message }) => message);
  const title = `# ${oneLine(guardrail.title)}`;
  if (missing.length === 0) return [title, `${guardrail.id}:`, `  mode: ${mode}`, ...lists(guardrail.options, settings).map(indent)];
  const examples = lists(guardrail.options, settings).map((line) => line.replace(/^# /, ''));
  return [
    title,
    `# waits for its lists: ${oneLine(missing.join('; '))}`,
    ...[`${guardrail.id}:`, '  mode: observe', ...examples.map(indent)].map((line) => `# ${line}`),
  ];
}

const lists = (options: OptionTable, settings: Settings): readonly string[] =>
  Object.entries(options).flatMap(([name, { description, example }]) => list(name, settings[name], example, description));

/** Longer lists get a line for each entry. */
const MOST_ON_A_LINE = 4;

/** A list that is given, or how it would be written, as a comment. */
function list(name: string, entries: readonly string[] | undefined, example: readonly string[], description: string): readonly string[] {
  const comment = `# ${oneLine(description)}`;
  if (entries === undefined || entries.length === 0) return [`# ${name}: [${example.map(quoted).join(', ')}] ${comment}`];
  if (entries.length > MOST_ON_A_LINE) return [`${name}: ${comment}`, ...entries.map((entry) => `  - ${quoted(entry)}`)];
  return [`${name}: [${entries.map(quoted).join(', ')}] ${comment}`];
}

const indent = (line: string): string => `  ${line}`;
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** JSON's strings are YAML's double-quoted ones. */
const quoted = (text: string): string => JSON.stringify(text);
