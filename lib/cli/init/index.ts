/** `perimeter init`: writes the first configuration. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { accountId, organizationId } from '../../config/formats';
import { type Answers, importTrustStack, initialConfiguration } from '../../config/init';
import { parseConfiguration } from '../../config/load';
import { type Configuration, configurationOf } from '../../core/configuration';
import { UsageError } from '../../core/errors';
import type { Mode } from '../../core/verdict';
import { guardrails } from '../../guardrails';
import { EXIT } from '../exit';
import { describeFailure, describeWriteFailure } from '../files';
import { readFlag } from '../flags';
import type { Io } from '../io';
import type { Output } from '../output';
import { PUBLISHED } from '../product';
import { plural } from '../report/text';
import { ask } from './ask';

interface InitOptions {
  readonly organizationId?: string;
  readonly managementAccountId?: string;
  readonly accountId?: readonly string[];
  readonly from?: string;
  readonly output: string;
  readonly force?: boolean;
}

/** Editors complete and check the file by it. */
const SCHEMA = `${PUBLISHED}/perimeter.schema.json`;

/** @throws UsageError when the file exists, an answer is wrong, or one is missing and nobody is there to be asked */
export async function init(options: InitOptions, io: Io, output: Output): Promise<number> {
  const path = resolve(io.cwd, options.output);
  if (existsSync(path) && !options.force) throw new UsageError(`${options.output} exists: name another with --output, or overwrite it with --force`);
  const answers = await complete(knownAnswers(options, io), io);
  const text = initialConfiguration({ ...answers, schema: SCHEMA }, guardrails);
  const { configuration } = parseConfiguration(text, guardrails, { fileName: options.output });
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new UsageError(`${options.output} cannot be written (${describeWriteFailure(error)}): name another with --output`, { cause: error });
  }
  output.write(`wrote ${options.output}: ${modesOf(configuration)}; next, try perimeter check PATH or perimeter replay PATH\n`);
  return EXIT.ok;
}

/** `4 guardrails observe, ecr-layer-access waits for its lists`: how it starts. */
function modesOf(configuration: Configuration): string {
  const named = guardrails.map(({ id }) => id).filter((id) => Object.hasOwn(configuration.guardrails, id));
  const ids = (mode: Mode) => named.filter((id) => configurationOf(configuration, id).mode === mode);
  const [observing, enforcing] = [ids('observe'), ids('enforce')];
  const waiting = guardrails.filter(({ id }) => !named.includes(id));
  return [
    ...(enforcing.length > 0 ? [`${enforcing.join(', ')} ${enforcing.length === 1 ? 'enforces' : 'enforce'}`] : []),
    ...(observing.length > 0 ? [`${plural(observing.length, 'guardrail')} ${observing.length === 1 ? 'observes' : 'observe'}`] : []),
    ...waiting.map(({ id }) => `${id} waits for its lists`),
  ].join(', ');
}

/** From the manifest and the flags; flags win. */
function knownAnswers(options: InitOptions, io: Io): Partial<Answers> {
  const imported = options.from === undefined ? {} : importFrom(options.from, io);
  const accountIds = (options.accountId ?? []).map((text) => readFlag('--account-id', text, accountId));
  return {
    ...imported,
    ...(options.organizationId !== undefined && { organizationId: readFlag('--organization-id', options.organizationId, organizationId) }),
    ...(options.managementAccountId !== undefined && {
      managementAccountId: readFlag('--management-account-id', options.managementAccountId, accountId),
    }),
    ...(accountIds.length > 0 && { accountIds }),
  };
}

function importFrom(name: string, io: Io): Partial<Answers> {
  let text: string;
  try {
    text = readFileSync(resolve(io.cwd, name), 'utf8');
  } catch (error) {
    throw new UsageError(`--from ${name} ${describeFailure(error)}`, { cause: error });
  }
  const { answers, notes } = importTrustStack(text);
  for (const note of notes) io.stderr.write(`perimeter: ${name}: ${note}\n`);
  return answers;
}

async function complete(answers: Partial<Answers>, io: Io): Promise<Answers> {
  const { organizationId: organization, managementAccountId: management } = answers;
  if (organization !== undefined && management !== undefined) return { ...answers, organizationId: organization, managementAccountId: management };
  if (!io.terminal.stdin || !io.terminal.stderr) {
    const missing = [...(organization === undefined ? ['--organization-id'] : []), ...(management === undefined ? ['--management-account-id'] : [])];
    throw new UsageError(`nobody can be asked here: give ${missing.join(' and ')} (aws organizations describe-organization knows them)`);
  }
  return ask(answers, io);
}
