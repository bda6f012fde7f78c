/** Requests, and policies that are made from them: what a statement names is near to what the request has, so that it often applies. */
import fc from 'fast-check';
import type { PolicyRequest } from '../../../lib/core/policy';

type Type = 'text' | 'arn' | 'number' | 'date' | 'boolean' | 'binary' | 'address';

interface Key {
  readonly type: Type;
  readonly isMultiple?: boolean;
}

const KEYS: { readonly [key: string]: Key } = {
  'sns:Protocol': { type: 'text' },
  'sns:Endpoint': { type: 'text' },
  'aws:PrincipalTag/team': { type: 'text' },
  'aws:PrincipalAccount': { type: 'text' },
  'aws:username': { type: 'text' },
  'aws:PrincipalArn': { type: 'arn' },
  'aws:SourceArn': { type: 'arn' },
  's3:max-keys': { type: 'number' },
  'aws:CurrentTime': { type: 'date' },
  'aws:ViaAWSService': { type: 'boolean' },
  'example:Digest': { type: 'binary' },
  'aws:SourceIp': { type: 'address' },
  'aws:TagKeys': { type: 'text', isMultiple: true },
  'lambda:SubnetIds': { type: 'text', isMultiple: true },
  'logs:LogGeneratingResourceArns': { type: 'arn', isMultiple: true },
};
export const KEY_NAMES = Object.keys(KEYS);

const VALUES: { readonly [type in Type]: fc.Arbitrary<string> } = {
  text: fc.constantFrom(
    'https',
    'HTTPS',
    'email',
    'https://api.example.com/hook',
    'https://api.example.com/?a=b',
    'ops@example.com',
    '222222222222',
    'blue',
    'a*b',
    'a$b',
  ),
  arn: fc.constantFrom(
    'arn:aws:iam::222222222222:role/ci/build',
    'arn:aws:iam::222222222222:role/build',
    'arn:aws:iam::333333333333:user/Bob',
    'arn:aws:lambda:eu-west-1:222222222222:function:f:live',
    'arn:aws:s3:::example-bucket',
  ),
  number: fc.constantFrom('0', '10', '9.5', '-3', '100'),
  date: fc.constantFrom('2026-01-01T00:00:00Z', '2026-06-30T12:00:00Z', '2027-01-01T00:00:00Z'),
  boolean: fc.constantFrom('true', 'false'),
  binary: fc.constantFrom('QmluYXJ5VmFsdWVJbkJhc2U2NA==', 'YWJj'),
  address: fc.constantFrom('203.0.113.7', '203.0.113.200', '10.1.2.3', '2001:db8:1234:5678::1', '2001:db8::1'),
};

const NETWORKS = fc.constantFrom(
  '203.0.113.0/24',
  '203.0.113.7',
  '203.0.113.128/25',
  '10.0.0.0/8',
  '2001:db8:1234:5678::/64',
  '2001:db8::/32',
  '0.0.0.0/0',
);

const OPERATORS: { readonly [type in Type]: readonly string[] } = {
  text: ['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', 'StringLike', 'StringNotLike'],
  arn: ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike', 'StringLike', 'StringNotEquals'],
  number: ['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericLessThanEquals', 'NumericGreaterThan', 'NumericGreaterThanEquals'],
  date: ['DateEquals', 'DateNotEquals', 'DateLessThan', 'DateLessThanEquals', 'DateGreaterThan', 'DateGreaterThanEquals'],
  boolean: ['Bool'],
  binary: ['BinaryEquals'],
  address: ['IpAddress', 'NotIpAddress'],
};

export interface Pair {
  readonly documents: readonly Document[];
  readonly request: Omit<PolicyRequest, 'context'> & { readonly context: ReadonlyMap<string, readonly string[]> };
}

export interface Document {
  readonly Version: string;
  readonly Statement: readonly { readonly [element: string]: unknown }[];
}

const ACCOUNT = '222222222222';

/** Calls with a resource that they take. */
const CALLS = [
  { action: 'sns:Subscribe', resource: `arn:aws:sns:eu-west-1:${ACCOUNT}:alerts` },
  { action: 'sns:Subscribe', resource: `arn:aws:sns:eu-west-1:${ACCOUNT}:blue-alerts` },
  { action: 'lambda:AddPermission', resource: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:f` },
  { action: 'lambda:CreateFunction', resource: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:f` },
  { action: 'ecr:BatchGetImage', resource: `arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/team/app` },
] as const;
const call = fc.constantFrom(...CALLS);

const ROLE = 'arn:aws:iam::333333333333:role/build';
const SESSION = 'arn:aws:sts::333333333333:assumed-role/build/me';
/** Of another account than the resource, so that the policy of the resource has to allow by itself. */
const principal = fc.constantFrom('arn:aws:iam::333333333333:user/Bob', 'arn:aws:iam::444455556666:user/Bob', ROLE, SESSION);

const contextOf = (allNames: readonly string[]) =>
  fc
    .array(fc.constantFrom(...allNames), { minLength: 2, maxLength: 9 })
    .chain((names) =>
      fc.tuple(
        ...[...new Set(names)].map((name) => {
          const { type, isMultiple } = KEYS[name] ?? { type: 'text' };
          return fc
            .array(VALUES[type], isMultiple ? { minLength: 1, maxLength: 3 } : { minLength: 1, maxLength: 1 })
            .map((values): readonly [string, readonly string[]] => [name.toLowerCase(), values]);
        }),
      ),
    )
    .map((entries) => new Map(entries));

/** A text that often matches another: itself, a part of it behind wildcards, a variable that stands for it. */
const near = (text: string, names: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(text) },
    { weight: 2, arbitrary: fc.nat(text.length).map((end) => `${text.slice(0, end)}*`) },
    { weight: 1, arbitrary: fc.nat(text.length).map((start) => `*${text.slice(start)}`) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.nat(text.length), fc.nat(text.length)).map(([a, b]) => `${text.slice(0, Math.min(a, b))}*${text.slice(Math.max(a, b))}`),
    },
    { weight: 1, arbitrary: fc.nat(Math.max(0, text.length - 1)).map((at) => `${text.slice(0, at)}?${text.slice(at + 1)}`) },
    { weight: 1, arbitrary: fc.constant(text.toUpperCase()) },
    { weight: 1, arbitrary: fc.constant('*') },
    { weight: 1, arbitrary: fc.constantFrom(...names).map((name) => `\${${name}}`) },
    { weight: 1, arbitrary: fc.constantFrom(...names).map((name) => `\${${name}, '${text}'}`) },
    { weight: 1, arbitrary: fc.constantFrom('${*}', '${?}', '${$}', 'a${*}b', 'a${$}b') },
  );

const SINGLE_TEXTS = KEY_NAMES.filter((name) => !KEYS[name]?.isMultiple && KEYS[name]?.type === 'text');

function valuesFor(name: string, given: readonly string[] | undefined): fc.Arbitrary<readonly string[]> {
  const { type } = KEYS[name] ?? { type: 'text' };
  const own =
    given === undefined || given.length === 0
      ? VALUES[type]
      : fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...given) }, { weight: 1, arbitrary: VALUES[type] });
  const one =
    type === 'text'
      ? own.chain((text) => near(text, SINGLE_TEXTS))
      : type === 'arn'
        ? own.chain(nearArn)
        : type === 'address'
          ? fc.oneof(own.map(asNetwork), NETWORKS)
          : own;
  return fc.array(one, { minLength: 1, maxLength: 3 });
}

/** What an IPv6 address means without its prefix is not documented. */
const asNetwork = (address: string): string => (address.includes(':') ? `${address}/128` : address);

/** Always six fields. */
const nearArn = (arn: string): fc.Arbitrary<string> => {
  const [head = '', partition = '', service = '', region = '', account = '', ...rest] = arn.split(':');
  const name = rest.join(':');
  const or = (field: string) => fc.oneof({ weight: 3, arbitrary: fc.constant(field) }, { weight: 1, arbitrary: fc.constant('*') });
  return fc
    .tuple(
      or(partition),
      or(service),
      or(region),
      fc.oneof(or(account), fc.constant('${aws:PrincipalAccount}')),
      near(name, ['aws:PrincipalTag/team']),
    )
    .map((fields) => [head, ...fields].join(':'));
};

const condition = (given: ReadonlyMap<string, readonly string[]>, names: readonly string[]) =>
  fc.constantFrom(...names).chain((name) => {
    const key = KEYS[name] ?? { type: 'text' as const };
    const values = given.get(name.toLowerCase());
    const spelled = fc.constantFrom(name, name, name.toLowerCase(), name.toUpperCase());
    const compared = fc
      .tuple(
        fc.constantFrom(...OPERATORS[key.type]),
        fc.constantFrom('', '', 'IfExists'),
        fc.constantFrom('ForAllValues:', 'ForAnyValue:'),
        spelled,
        valuesFor(name, values),
      )
      .map(([operator, ifExists, set, written, list]) => [`${key.isMultiple ? set : ''}${operator}${ifExists}`, written, list] as const);
    const present = fc.tuple(spelled, fc.constantFrom('true', 'false')).map(([written, value]) => ['Null', written, [value]] as const);
    return fc.oneof({ weight: 6, arbitrary: compared }, { weight: 1, arbitrary: present });
  });

function blockOf(conditions: readonly (readonly [string, string, readonly string[]])[]): object {
  const block: { [operator: string]: { [key: string]: unknown } } = {};
  for (const [operator, key, values] of conditions) {
    block[operator] = { ...block[operator], [key]: values.length === 1 ? values[0] : values };
  }
  return block;
}

const listOrOne = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | readonly T[]> => fc.oneof(one, fc.array(one, { minLength: 1, maxLength: 3 }));

const actionNear = (text: string) => {
  const [service = '', name = ''] = text.split(':');
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom(text, `${service}:*`, '*', `${service}:${name.slice(0, 4)}*`, text.toUpperCase(), `${service}:?${name.slice(1)}`),
    },
    { weight: 1, arbitrary: call.map((other) => other.action) },
  );
};

const resourceNear = (text: string) => {
  const name = text.split(':').slice(5).join(':');
  const head = text.slice(0, text.length - name.length);
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant('*') },
    { weight: 3, arbitrary: near(name, ['aws:PrincipalTag/team']).map((tail) => head + tail) },
    { weight: 1, arbitrary: fc.constantFrom(text.replace(/:\d{12}:/, ':*:'), text.replace('eu-west-1', '*'), text.replace('eu-west-1', 'eu-*')) },
    { weight: 1, arbitrary: call.map((other) => other.resource) },
  );
};

const statement = (request: Pair['request'], names: readonly string[], effect: fc.Arbitrary<string>, principals?: fc.Arbitrary<object>) =>
  fc
    .record({
      Effect: effect,
      actions: listOrOne(actionNear(request.action)),
      notAction: fc.constantFrom(false, false, false, true),
      resources: listOrOne(resourceNear(request.resource)),
      notResource: fc.constantFrom(false, false, false, true),
      principals: principals ?? fc.constant({}),
      conditions: fc.array(condition(request.context, names), { maxLength: 3 }),
    })
    .map(({ Effect, actions, notAction, resources, notResource, principals: named, conditions }) => ({
      Effect,
      ...named,
      [notAction ? 'NotAction' : 'Action']: actions,
      [notResource ? 'NotResource' : 'Resource']: resources,
      ...(conditions.length > 0 ? { Condition: blockOf(conditions) } : {}),
    }));

const requestWith = (names: readonly string[]): fc.Arbitrary<Pair['request']> =>
  fc.tuple(call, principal, contextOf(names)).map(([{ action, resource }, from, given]) => ({
    action,
    resource,
    principal: from,
    context: from === SESSION ? new Map([...given, ['aws:principalarn', [ROLE]]]) : given,
  }));

const version = fc.constantFrom('2012-10-17', '2012-10-17', '2012-10-17', '2012-10-17', '2008-10-17');

/** SCPs: denials, and now and then an allowance, beside `FullAWSAccess`. */
export const scpPair: fc.Arbitrary<Pair> = requestWith(KEY_NAMES).chain((asked) =>
  fc
    .array(
      fc
        .tuple(version, fc.array(statement(asked, KEY_NAMES, fc.constantFrom('Deny', 'Deny', 'Deny', 'Allow')), { minLength: 1, maxLength: 3 }))
        .map(([Version, Statement]): Document => ({ Version, Statement })),
      { minLength: 1, maxLength: 2 },
    )
    .map((documents) => ({ documents, request: asked })),
);

const one = (text: string | undefined) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('*', { AWS: '*' }, { AWS: text }, { AWS: [text, 'arn:aws:iam::999999999999:root'] }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        { AWS: '333333333333' },
        { AWS: 'arn:aws:iam::333333333333:root' },
        { AWS: '444455556666' },
        { Service: 'sns.amazonaws.com' },
      ),
    },
    { weight: 1, arbitrary: principal.map((AWS) => ({ AWS })) },
  );

/** Keys that every call may carry. */
const GLOBAL_NAMES = KEY_NAMES.filter((name) => name.startsWith('aws:'));

/** Endpoint policies: allowances and denials, each with a principal. */
export const endpointPair: fc.Arbitrary<Pair> = requestWith(GLOBAL_NAMES).chain((asked) =>
  fc
    .array(
      statement(
        asked,
        GLOBAL_NAMES,
        fc.constantFrom('Allow', 'Deny'),
        one(asked.principal).map((Principal) => ({ Principal })),
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map((Statement) => ({ documents: [{ Version: '2012-10-17', Statement }], request: asked })),
);

const MULTIPLE: readonly string[] = KEY_NAMES.filter((name) => KEYS[name]?.isMultiple).map((name) => name.toLowerCase());

/** Does the key hold a list? In lower case. */
export const isMultiple = (key: string): boolean => MULTIPLE.includes(key);
