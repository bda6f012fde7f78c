/** AWS's own models, as the clients of the SDK carry them: is an input one that the service would understand? */
import { type Action, partsOf, type Service } from '../../lib/aws/calls';
import { isList, isObject, type Value } from '../../lib/core/value';

/** [3, namespace, name, traits, member names, member schemas, how many of the first are required]; a function stands for a reference. */
type Schema = number | readonly unknown[] | (() => Schema);

const PACKAGES: { readonly [service in Service]: string } = {
  ec2: 'ec2',
  ecr: 'ecr',
  iam: 'iam',
  lambda: 'lambda',
  logs: 'cloudwatch-logs',
  scheduler: 'scheduler',
  securityhub: 'securityhub',
  sns: 'sns',
  sqs: 'sqs',
};

export const sdkOf = (service: Service): { readonly [name: string]: unknown } => require(`@aws-sdk/client-${PACKAGES[service]}`);

interface Model {
  /** Method, path and status, for a REST service. */
  readonly http?: readonly [string, string, number];
  readonly input: Schema;
  readonly output: Schema;
}

/** Undefined: the SDK does not know the operation. */
export function modelOf(action: Action): Model | undefined {
  const { service, operation } = partsOf(action);
  const schema = sdkOf(service)[`${operation}$`];
  if (!Array.isArray(schema)) return undefined;
  const [, , , traits, input, output] = schema;
  return { ...(typeof traits === 'object' && traits !== null && { http: traits.http }), input, output };
}

/** What is wrong with an input by the model; `[]`: nothing. Patterns and lengths are not in it. */
export const problemsOf = (action: Action, input: Value): readonly string[] => {
  const model = modelOf(action);
  return model ? problems(model.input, input, action) : [`${action} is not in the model`];
};

/** The members of a structure, with their schemas. */
export function membersOf(schema: Schema): { readonly [name: string]: Schema } {
  const [, , , , names, members] = resolve(schema) as readonly [number, string, string, unknown, readonly string[], readonly Schema[]];
  return Object.fromEntries(names.map((name, index) => [name, members[index] ?? 0]));
}

/** The traits of a member: `httpLabel` is bit 1, `httpQuery` a table. */
export const traitsOf = (schema: Schema): unknown =>
  Array.isArray(schema) && typeof schema[0] !== 'string' && schema.length === 2 ? schema[1] : undefined;

export const isListSchema = (schema: Schema): boolean => {
  const plain = resolve(schema);
  return typeof plain === 'number' ? (plain & 192) === 64 : plain[0] === 1;
};

/** A reference, or a member with its traits (`[schema, traits]`), down to what it is. */
function resolve(schema: Schema): number | readonly unknown[] {
  if (typeof schema === 'function') return resolve(schema());
  if (typeof schema === 'number') return schema;
  const [first, second] = schema;
  return schema.length === 2 && (typeof second === 'number' || isTraits(second)) ? resolve(first as Schema) : schema;
}

const isTraits = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

function problems(schema: Schema, value: Value, path: string): readonly string[] {
  const plain = resolve(schema);
  if (typeof plain === 'number') return simpleProblems(plain, value, path);
  const [kind] = plain;
  if (kind === 0) return problems(plain[4] as Schema, value, path);
  if (kind === 1) return listProblems(plain[4] as Schema, value, path);
  if (kind === 2) return mapProblems(plain[5] as Schema, value, path);
  if (kind === 3 || kind === 4) return structureProblems(plain, value, path);
  throw new Error(`${path}: a schema of kind ${String(kind)}`);
}

function structureProblems(schema: readonly unknown[], value: Value, path: string): readonly string[] {
  if (!isObject(value)) return [`${path}: expected a structure`];
  const members = membersOf(schema);
  const required = typeof schema[6] === 'number' ? Object.keys(members).slice(0, schema[6]) : [];
  return [
    ...required.filter((name) => value[name] === undefined).map((name) => `${path}.${name}: missing`),
    ...Object.entries(value).flatMap(([name, item]) => {
      const member = members[name];
      return member === undefined ? [`${path}.${name}: unknown`] : problems(member, item, `${path}.${name}`);
    }),
  ];
}

const listProblems = (item: Schema, value: Value, path: string): readonly string[] =>
  isList(value) ? value.flatMap((each, index) => problems(item, each, `${path}[${index}]`)) : [`${path}: expected a list`];

const mapProblems = (item: Schema, value: Value, path: string): readonly string[] =>
  isObject(value) ? Object.entries(value).flatMap(([name, each]) => problems(item, each, `${path}.${name}`)) : [`${path}: expected a map`];

/** https://github.com/smithy-lang/smithy-typescript: 64 a list of, 128 a map of; then the type. */
function simpleProblems(code: number, value: Value, path: string): readonly string[] {
  if (code & 64) return listProblems(code & ~64, value, path);
  if (code & 128) return mapProblems(code & ~128, value, path);
  const expected = SIMPLE[code];
  if (expected === undefined) throw new Error(`${path}: a schema of code ${code}`);
  return typeof value === expected ? [] : [`${path}: expected a ${expected}`];
}

const SIMPLE: { readonly [code: number]: string } = { 0: 'string', 1: 'number', 2: 'boolean', 17: 'number' };
