/** `perimeter scp check`: what is wrong with the policies, or may be, before they are attached. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import picocolors from 'picocolors';
import { modesOf, type WholeConfiguration } from '../../core/configuration';
import { UsageError } from '../../core/errors';
import type { PolicyKind } from '../../core/policy';
import { asList, isObject } from '../../core/value';
import type { NamedPolicy } from '../../policies';
import { type Lint, lintPolicy, quotaOf } from '../../policies/lint';
import { minified, packPolicies } from '../../policies/pack';
import { loadConfiguration } from '../docket';
import { EXIT } from '../exit';
import { describeFailure } from '../files';
import type { Io } from '../io';
import type { Output } from '../output';
import { grouped, plural, printable, wrap } from '../report/text';
import { paintingOf } from '../reporting';
import { openPolicies, type ScpOptions } from './policies';

interface CheckOptions extends ScpOptions {
  readonly strict?: boolean;
}

interface Checked {
  /** Name of the policy, or of the file. */
  readonly name: string;
  readonly lints: readonly Lint[];
}

/** 1 for an error; with `--strict` for a warning, too. */
export async function check(files: readonly string[], options: CheckOptions, io: Io, output: Output): Promise<number> {
  const { checked, sizes } = files.length > 0 ? await ofFiles(files, options, io) : await ofConfiguration(options, io);
  const { colour, width } = paintingOf(io);
  const colours = picocolors.createColors(colour);
  const all = checked.flatMap(({ lints }) => lints);
  for (const { name, lints } of checked) {
    for (const { level, statements, message } of together(lints)) {
      const sign = level === 'error' ? colours.red('✗') : colours.yellow('!');
      output.write(`${sign} ${[colours.bold(printable(name)), printable(statements.join(', '))].join(' ').trimEnd()}\n`);
      for (const line of wrap(printable(message), width - 4)) output.write(`    ${line}\n`);
    }
  }
  if (all.length > 0) output.write('\n');
  for (const line of sizes) output.write(`${line}\n`);
  const errors = all.filter(({ level }) => level === 'error').length;
  const warnings = all.length - errors;
  const result = all.length === 0 ? `${colours.green('✓')} nothing to say` : `${plural(errors, 'error')}, ${plural(warnings, 'warning')}`;
  output.write(`${checked.length === 1 ? '1 policy' : `${checked.length} policies`} checked: ${result}\n`);
  return errors > 0 || (options.strict && warnings > 0) ? EXIT.violated : EXIT.ok;
}

/** What is said of several statements is said once. */
function together(lints: readonly Lint[]): readonly (Lint & { readonly statements: readonly string[] })[] {
  const groups = new Map<string, Lint & { readonly statements: string[] }>();
  for (const lint of lints) {
    const key = JSON.stringify([lint.level, lint.message]);
    const group = groups.get(key) ?? { ...lint, statements: [] };
    if (lint.statement !== undefined) group.statements.push(lint.statement);
    groups.set(key, group);
  }
  return [...groups.values()];
}

interface Result {
  readonly checked: readonly Checked[];
  readonly sizes: readonly string[];
}

async function ofConfiguration(options: CheckOptions, io: Io): Promise<Result> {
  const { configuration, policies } = await openPolicies(options, io);
  const { maxCharacters, maxPoliciesPerTarget } = configuration.scp;
  const checked = policies.map(({ name, kind, document, notes }) => ({
    name: kind === 'scp' ? name : `${kind}/${name}`,
    lints: [
      ...lintPolicy(document, kind, quotaOf(kind, maxCharacters)).map((lint) => (kind === 'scp' ? splittable(lint) : lint)),
      ...notes.map((message): Lint => ({ level: 'warning', message })),
    ],
  }));
  const attached = options.guardrail?.length ? policies : policies.filter(({ name, kind }) => kind === 'scp' && isAttached(configuration, name));
  const packing = packedLint(attached, configuration);
  return {
    checked: [...checked, ...(packing.lint ? [{ name: 'packed', lints: [packing.lint] }] : [])],
    sizes: packing.sizes.map(
      (size, index) =>
        `perimeter-${index + 1}: ${grouped(size)} of ${grouped(maxCharacters)} characters${index === 0 ? `, ${packing.sizes.length} of ${maxPoliciesPerTarget} policies` : ''}`,
    ),
  };
}

/** What is packed: the enforced guardrails, and what is no guardrail's. */
const isAttached = (configuration: WholeConfiguration, name: string): boolean =>
  !Object.hasOwn(configuration.guardrails, name) || modesOf(configuration, name)[0] === 'enforce';

/** A policy that is too large for one is split when it is packed; whether all fit is said there. */
const splittable = (lint: Lint): Lint =>
  lint.level === 'error' && lint.statement === undefined && /characters/.test(lint.message)
    ? { level: 'warning', message: `${lint.message}; perimeter scp pack does` }
    : lint;

function packedLint(policies: readonly NamedPolicy[], { scp }: WholeConfiguration): { readonly lint?: Lint; readonly sizes: readonly number[] } {
  try {
    return { sizes: packPolicies(policies, scp).map(({ document }) => minified(document).length) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { sizes: [], lint: { level: 'error', message: error.message } };
  }
}

async function ofFiles(files: readonly string[], options: CheckOptions, io: Io): Promise<Result> {
  // Quotas are settings; without a configuration AWS's own hold.
  const { scp } = await loadConfiguration(options.config, io);
  const checked: Checked[] = [];
  for (const file of files) {
    const { text, raw } = await readPolicy(file, io);
    const kind = kindOf(raw);
    checked.push({ name: file, lints: lintPolicy(raw, kind, quotaOf(kind, scp.maxCharacters), text.length) });
  }
  return { checked, sizes: [] };
}

/** An SCP has no principals; of the others, an RCP denies and an endpoint's allows. */
function kindOf(raw: unknown): PolicyKind {
  const statements = isObject(raw) ? asList(raw.Statement) : [];
  const withPrincipal = statements.filter((statement) => isObject(statement) && statement.Principal !== undefined);
  if (withPrincipal.length === 0) return 'scp';
  return withPrincipal.some((statement) => isObject(statement) && statement.Effect === 'Allow') ? 'endpoint' : 'rcp';
}

async function readPolicy(file: string, io: Io): Promise<{ readonly text: string; readonly raw: unknown }> {
  let text: string;
  try {
    text = await readFile(resolve(io.cwd, file), 'utf8');
  } catch (error) {
    throw new UsageError(`${file} ${describeFailure(error)}`, { cause: error });
  }
  try {
    const raw: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
    return { text, raw };
  } catch (error) {
    throw new UsageError(`${file} is not valid JSON: a policy is a JSON document`, { cause: error });
  }
}
