/** From the text of `perimeter.yaml` to what the judge reads. No clock, no files: the caller brings both. */
import type { WholeConfiguration } from '../core/configuration';
import type { AnyGuardrail } from '../core/guardrail';
import { type ConfigurationDocument, documentSchema, settingsFaults } from './document';
import { ConfigurationError, formatPath, type Path, type Problem } from './problem';
import { warningsOf } from './warnings';
import { readYaml, type Written, type WrittenFile } from './yaml';

interface LoadOptions {
  /** As messages name it. */
  readonly fileName: string;
  /** `YYYY-MM-DD` in UTC; absent: no warnings about exemptions that end. */
  readonly today?: string;
}

export interface LoadedConfiguration {
  /** Canonical values, defaults filled in. */
  readonly configuration: WholeConfiguration;
  /** `perimeter.yaml:31: exemptions[0]: …`, one line each. */
  readonly warnings: readonly string[];
}

/** Throws `ConfigurationError` (a `UsageError`) that names every problem with its path, line, value and way out. */
export function parseConfiguration(text: string, registry: readonly AnyGuardrail[], options: LoadOptions): LoadedConfiguration {
  const file = readYaml(text);
  if ('unreadable' in file) throw new ConfigurationError(options.fileName, [file.unreadable]);
  const result = documentSchema(registry, namedGuardrails(file.value)).safeParse(file.value);
  const judged = result.success ? crossFaults(result.data, registry, file) : result.error.issues.flatMap((issue) => problemsOf(issue, file));
  const problems = [...file.problems, ...judged.filter(({ line }) => !file.problems.some((problem) => problem.line === line))];
  if (!result.success || problems.length > 0) throw new ConfigurationError(options.fileName, inOrder(problems));
  return {
    configuration: configurationFrom(result.data),
    warnings: warningsOf(result.data, registry, options.today).map(
      ({ path, message }) => `${options.fileName}:${file.lineOf(path)}: ${formatPath(path)}: ${message}`,
    ),
  };
}

function namedGuardrails(written: Written): ReadonlySet<string> {
  const sections = isSection(written) ? written.guardrails : undefined;
  return new Set(isSection(sections) ? Object.keys(sections) : []);
}

/** Objects have no prototype here: `constructor` is a key like any other. */
const isSection = (value: Written | undefined): value is { readonly [key: string]: Written } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

interface Issue {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function problemsOf(issue: Issue & { readonly keys?: readonly string[] }, file: WrittenFile): readonly Problem[] {
  const path: Path = issue.path.map((segment) => (typeof segment === 'number' ? segment : String(segment)));
  if (issue.code !== 'unrecognized_keys' || !issue.keys) return [{ path, line: file.lineOf(path), message: issue.message }];
  const messages = issue.message.split('\n');
  return issue.keys.map((key, index) => ({ path: [...path, key], line: file.lineOfKey(path, key), message: messages[index] ?? '' }));
}

/** What only the whole file can tell: a stage of the rollout may turn on what the guardrail's own section turns off. */
function crossFaults(document: ConfigurationDocument, registry: readonly AnyGuardrail[], file: WrittenFile): readonly Problem[] {
  const faults = document.rollout.flatMap(({ modes = {} }, index) =>
    Object.entries(modes).flatMap(([id, mode]) => {
      const section = document.guardrails[id];
      const guardrail = registry.find((each) => each.id === id);
      const path = ['rollout', index, 'modes', id];
      if (!section || !guardrail) return [{ path, message: `the guardrail is not configured: add \`${id}: { mode: off }\` under guardrails` }];
      if (section.mode !== 'off' || mode === 'off') return [];
      return settingsFaults(guardrail, section.settings).map(({ message }) => ({ path: ['guardrails', id], message }));
    }),
  );
  return faults.map((fault) => ({ ...fault, line: file.lineOf(fault.path) }));
}

function configurationFrom(document: ConfigurationDocument): WholeConfiguration {
  const { organization, trusted, guardrails, exemptions, spared, scp, rollout, deployment } = document;
  return {
    trust: {
      organizationId: organization.id,
      managementAccountId: organization.managementAccountId,
      accountIds: new Set(organization.accountIds),
      trustedAccountIds: new Set(trusted.accountIds),
      trustedOrganizationIds: new Set(trusted.organizationIds),
    },
    guardrails,
    exemptions,
    spared: { principalArns: spared.principalArns ?? [], ...(spared.principalTag && { principalTag: spared.principalTag }) },
    scp,
    rollout: rollout.map(({ modes = {}, ...stage }) => ({ ...stage, modes })),
    deployment,
  };
}

/** As a reader meets them, each once. */
function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const distinct = new Map(problems.map((problem) => [JSON.stringify([problem.line, problem.path, problem.message]), problem]));
  return [...distinct.values()].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}
