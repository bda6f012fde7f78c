/**
 * What a deployed function is configured with: a literal in front of its bundle, `globalThis.PERIMETER = {…};`, so that one
 * bundle serves every deployment. Written from the configuration when deploying, read here without a schema library.
 */
import type { Configuration } from '../core/configuration';
import type { Trust } from '../core/trust';
import { isList, isObject, property } from '../core/value';
import { DecodeError } from './request';

/** Where the organization directory lies. */
interface DirectoryAddress {
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
  /** What looking again takes: the role that EventBridge Scheduler assumes, and where its schedules are kept. */
  readonly scheduler?: { readonly roleArn: string; readonly groupName?: string; readonly deadLetterArn?: string };
  /** The queue that `{ "perimeter": "drain" }` has emptied. */
  readonly queueUrl?: string;
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

/**
 * The statement that goes in front of a bundle. JSON is JavaScript since ES2019 (https://github.com/tc39/proposal-json-superset);
 * in single quotes, because it lies in a template, which is JSON again.
 */
export const settingsLiteral = (settings: FunctionConfiguration | DirectorySettings): string =>
  `'use strict';\nglobalThis.PERIMETER = ${JSON.stringify(settings).replace(STRING, (whole, text) => (SPECIAL.test(text) ? whole : `'${text}'`))};\n`;

const STRING = /"((?:[^"\\]|\\.)*)"/g;
const SPECIAL = /['\\]/;

/** Throws `DecodeError`: the literal was written by us, so that it cannot be read is our fault. */
export function decodeSettings(value: unknown, shape: Shape = SHAPE): FunctionSettings {
  check(value, shape, 'globalThis.PERIMETER');
  const { configuration, ...surroundings } = value as FunctionConfiguration;
  const { trust } = configuration;
  return {
    configuration: {
      ...configuration,
      trust: {
        ...trust,
        accountIds: new Set(trust.accountIds),
        trustedAccountIds: new Set(trust.trustedAccountIds),
        trustedOrganizationIds: new Set(trust.trustedOrganizationIds),
      },
    },
    ...surroundings,
  };
}

/** `''`: any text; `'a|b'`: one of these; `[item]`: a list; an object: these keys, `?` behind those that may lack, `*` for all. */
type Shape = string | readonly [Shape] | { readonly [key: string]: Shape };

const SHAPE = {
  configuration: {
    trust: { organizationId: '', managementAccountId: '', accountIds: [''], trustedAccountIds: [''], trustedOrganizationIds: [''] },
    guardrails: {
      '*': {
        mode: 'off|observe|enforce',
        undetermined: 'allow|deny',
        existing: 'allow|deny',
        response: 'report|undo|quarantine|revoke',
        settings: { '*': [''] },
      },
    },
    exemptions: [{ guardrails: [''], resources: [''], reason: '', 'owner?': '', expires: '' }],
  },
  'directory?': { bucket: '', key: '', region: '' },
  'docs?': '',
} as const satisfies Shape;

/** Of a remediator, besides. */
export const REMEDIATOR_SHAPE: Shape = { ...SHAPE, 'undoLogGroup?': '', 'scheduler?': { '*': '' }, 'queueUrl?': '' };

/** What `perimeter-directory` is configured with: where to write, and where the API of AWS Organizations is. */
export interface DirectorySettings {
  readonly directory: DirectoryAddress;
  readonly organizationsRegion: string;
}

/** Throws `DecodeError`. */
export function decodeDirectorySettings(value: unknown): DirectorySettings {
  check(value, { directory: SHAPE['directory?'], organizationsRegion: '' }, 'globalThis.PERIMETER');
  return value as DirectorySettings;
}

function check(value: unknown, shape: Shape, path: string): void {
  const expected = (what: string) => new DecodeError(`${path}: expected ${what}, got ${JSON.stringify(value)?.slice(0, 40) ?? 'nothing'}`);
  if (typeof shape === 'string') {
    if (typeof value !== 'string' || (shape !== '' && !shape.split('|').includes(value))) throw expected(shape === '' ? 'text' : shape);
  } else if (isShapeOfList(shape)) {
    if (!isList(value)) throw expected('a list');
    for (const [index, item] of value.entries()) check(item, shape[0], `${path}[${index}]`);
  } else {
    if (!isObject(value)) throw expected('an object');
    for (const [key, each] of Object.entries(shape['*'] === undefined ? shape : fill(value, shape['*']))) {
      const name = key.replace('?', '');
      const item = property(value, name);
      if (item !== undefined || name === key) check(item, each, `${path}.${name}`);
    }
  }
}

const isShapeOfList = (shape: Shape): shape is readonly [Shape] => Array.isArray(shape);

const fill = (table: object, shape: Shape): { readonly [key: string]: Shape } => Object.fromEntries(Object.keys(table).map((key) => [key, shape]));
