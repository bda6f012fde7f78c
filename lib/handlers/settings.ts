/**
 * What a deployed function is configured with: a literal in front of its bundle, `globalThis.PERIMETER = {…};`, so that one
 * bundle serves every deployment. Written from the configuration when deploying, read here without a schema library.
 */
import type { Configuration, Exemption, GuardrailConfiguration } from '../core/configuration';
import type { Trust } from '../core/trust';
import { isList, isObject, property, type Value } from '../core/value';

/** Where the organization directory lies. */
export interface DirectoryAddress {
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
}

/** Besides the configuration: what is deployed around the function. */
export interface Surroundings {
  /** Absent: no directory is deployed. */
  readonly directory?: DirectoryAddress;
  /** Address of the folder that holds a page for each guardrail (`lambda-vpc.md`): replies and findings link to it. */
  readonly docs?: string;
  /** Log group of what was removed. */
  readonly undoLogGroup?: string;
  /** Names and ARNs that looking again takes, by name. */
  readonly scheduler?: { readonly [name: string]: string };
}

export interface FunctionSettings extends Surroundings {
  readonly configuration: Configuration;
}

type TrustJson = {
  readonly [Name in Exclude<keyof Trust, 'mayLackMembers'>]: Trust[Name] extends ReadonlySet<string> ? readonly string[] : Trust[Name];
};

/** The same as JSON: sets are sorted lists. */
export interface FunctionConfiguration extends Surroundings {
  readonly configuration: Omit<Configuration, 'trust'> & { readonly trust: TrustJson };
}

/** The configuration was written by us; that it cannot be read is our fault. The message names the key. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Cut to what these guardrails need: their sections, and the exemptions that name them. The same input gives the same text. */
export function encodeSettings(
  configuration: Configuration,
  guardrails: string | readonly string[],
  surroundings: Surroundings = {},
): FunctionConfiguration {
  const ids = typeof guardrails === 'string' ? [guardrails] : guardrails;
  const { trust, exemptions } = configuration;
  return {
    configuration: {
      trust: {
        organizationId: trust.organizationId,
        managementAccountId: trust.managementAccountId,
        accountIds: [...trust.accountIds].sort(),
        trustedAccountIds: [...trust.trustedAccountIds].sort(),
        trustedOrganizationIds: [...trust.trustedOrganizationIds].sort(),
      },
      guardrails: Object.fromEntries(Object.entries(configuration.guardrails).filter(([id]) => ids.includes(id))),
      exemptions: exemptions.flatMap((exemption) => {
        const named = exemption.guardrails.filter((id) => ids.includes(id));
        return named.length > 0 ? [{ ...exemption, guardrails: named }] : [];
      }),
    },
    ...surroundings,
  };
}

/** The statement that goes in front of a bundle. JSON is JavaScript since ES2019: https://github.com/tc39/proposal-json-superset */
export const settingsLiteral = (settings: FunctionConfiguration): string => `globalThis.PERIMETER = ${JSON.stringify(settings)};\n`;

/** Throws `SettingsError`. */
export function decodeSettings(value: unknown): FunctionSettings {
  if (!isObject(value)) throw new SettingsError('globalThis.PERIMETER: expected the configuration that is written in front of the bundle');
  const optional = <T>(name: string, decode: Decode<T>): { readonly [key: string]: T } => {
    const given = property(value, name);
    return given === undefined || given === null ? {} : { [name]: decode(given, name) };
  };
  return {
    configuration: configurationOf(property(value, 'configuration'), 'configuration'),
    ...optional('directory', section({ bucket: text, key: text, region: text })),
    ...optional('docs', text),
    ...optional('undoLogGroup', text),
    ...optional('scheduler', tableOf(text)),
  };
}

type Decode<T> = (value: Value | undefined, path: string) => T;

const expected = (what: string, value: Value | undefined, path: string): SettingsError =>
  new SettingsError(
    `globalThis.PERIMETER.${path}: expected ${what}, got ${isObject(value) ? 'an object' : (JSON.stringify(value)?.slice(0, 40) ?? 'nothing')}`,
  );

const text: Decode<string> = (value, path) => {
  if (typeof value !== 'string') throw expected('text', value, path);
  return value;
};

const word =
  <Word extends string>(...words: readonly Word[]): Decode<Word> =>
  (value, path) => {
    const found = words.find((each) => each === value);
    if (found === undefined) throw expected(words.join(' or '), value, path);
    return found;
  };

const listOf =
  <T>(item: Decode<T>): Decode<readonly T[]> =>
  (value, path) => {
    if (!isList(value)) throw expected('a list', value, path);
    return value.map((each, index) => item(each, `${path}[${index}]`));
  };

const setOf: Decode<ReadonlySet<string>> = (value, path) => new Set(listOf(text)(value, path));

const tableOf =
  <T>(item: Decode<T>): Decode<{ readonly [key: string]: T }> =>
  (value, path) => {
    if (!isObject(value)) throw expected('an object', value, path);
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, item(each, `${path}.${key}`)]));
  };

type Shape<T> = { readonly [Name in keyof T]-?: Decode<T[Name]> };

const section =
  <T extends object>(shape: Shape<T>): Decode<T> =>
  (value, path) => {
    if (!isObject(value)) throw expected('an object', value, path);
    const fields = (Object.keys(shape) as (keyof T & string)[]).map((name) => [name, shape[name](property(value, name), `${path}.${name}`)] as const);
    return Object.fromEntries(fields.filter(([, field]) => field !== undefined)) as T;
  };

const orNothing =
  <T>(decode: Decode<T>): Decode<T | undefined> =>
  (value, path) =>
    value === undefined ? undefined : decode(value, path);

const configurationOf: Decode<Configuration> = section<Configuration>({
  trust: section<Omit<Trust, 'mayLackMembers'>>({
    organizationId: text,
    managementAccountId: text,
    accountIds: setOf,
    trustedAccountIds: setOf,
    trustedOrganizationIds: setOf,
  }),
  guardrails: tableOf(
    section<GuardrailConfiguration>({
      mode: word('off', 'observe', 'enforce'),
      undetermined: word('allow', 'deny'),
      existing: word('allow', 'deny'),
      response: word('report', 'undo', 'quarantine', 'revoke'),
      settings: tableOf(listOf(text)),
    }),
  ),
  exemptions: listOf(
    section<Exemption>({ guardrails: listOf(text), resources: listOf(text), reason: text, owner: orNothing(text), expires: text }),
  ),
});
