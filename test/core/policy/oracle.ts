/**
 * The second opinion: `@cloud-copilot/iam-simulate`, which nobody of this project wrote, and where AWS's documentation says that it is wrong.
 * It is licensed under the AGPL: a development dependency that only the tests load.
 */
import { runSimulation, runUnsafeSimulation } from '@cloud-copilot/iam-simulate';
import { asList, isObject, type Value } from '../../../lib/core/value';
import { type Document, isMultiple, type Pair } from './arbitrary';

export type Opinion = 'allowed' | 'denied' | 'implicit';

const OPINIONS: { readonly [theirs: string]: Opinion } = { Allowed: 'allowed', ExplicitlyDenied: 'denied', ImplicitlyDenied: 'implicit' };
const FULL = { name: 'full', policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } };

const requestOf = ({ action, resource, principal = '', context }: Pair['request'], accountId: string) => ({
  action,
  principal,
  resource: { resource, accountId },
  contextVariables: Object.fromEntries([...context].map(([key, values]) => [key, isMultiple(key) ? [...values] : (values[0] ?? '')])),
});

/** The documents as SCPs beside `FullAWSAccess`, for a principal who may do everything. */
export function opinionOnScp({ documents, request }: Pair): Opinion {
  const policies = documents.map((policy, index) => ({ name: `policy-${index}`, policy }));
  const result = runUnsafeSimulation(
    {
      request: requestOf(request, request.principal?.split(':')[4] ?? ''),
      identityPolicies: [FULL],
      serviceControlPolicies: [{ orgIdentifier: 'r-root', policies: [FULL, ...policies] }],
      resourceControlPolicies: [],
    },
    {},
  );
  return opinionOf(result);
}

/** It knows no principal but `*` in endpoint policies: a policy of the resource is asked instead, for a principal of another account who may do everything. */
export async function opinionOnResourcePolicy({ documents: [resourcePolicy], request }: Pair): Promise<Opinion> {
  const result = await runSimulation(
    {
      request: requestOf(request, request.resource.split(':')[4] ?? ''),
      identityPolicies: [FULL],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy,
    },
    {},
  );
  if (result.resultType === 'error') throw new Error(`no opinion on ${JSON.stringify(resourcePolicy)}: ${JSON.stringify(result.errors)}`);
  return opinionOf(result.overallResult);
}

function opinionOf(result: string): Opinion {
  const opinion = OPINIONS[result];
  if (!opinion) throw new Error(`it answers ${result}`);
  return opinion;
}

interface Difference {
  readonly what: string;
  /** AWS's page that decides for us. */
  readonly page: string;
  readonly concerns: (pair: Pair) => boolean;
  readonly example: Pair;
}

interface ConditionOf {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

const texts = (value: unknown): readonly string[] => asList(value as Value).map(String);
const statementsOf = (documents: readonly Document[]) => documents.flatMap(({ Statement }) => Statement);

function conditionsOf(documents: readonly Document[]): readonly ConditionOf[] {
  return statementsOf(documents).flatMap(({ Condition }) =>
    Object.entries(isObject(Condition) ? Condition : {}).flatMap(([operator, keys]) =>
      Object.entries(isObject(keys) ? keys : {}).map(([key, values]) => ({ operator, key, values: texts(values) })),
    ),
  );
}

const resourcesOf = (documents: readonly Document[]) =>
  statementsOf(documents).flatMap(({ Resource, NotResource }) => [...texts(Resource), ...texts(NotResource)]);

const lacks = ({ request }: Pair, key: string) => !request.context.has(key.toLowerCase());

/** Keys of variables without a text to stand in. */
const variablesOf = (values: readonly string[]) =>
  values.flatMap((value) => [...value.matchAll(/\$\{([a-z0-9]+:[^},]+)\}/g)].map(([, key = '']) => key));

const scp = (
  statement: { readonly [element: string]: unknown },
  context: { readonly [key: string]: readonly string[] } = {},
  Version = '2012-10-17',
): Pair => ({
  documents: [{ Version, Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', ...statement }] }],
  request: {
    action: 'sns:Subscribe',
    resource: 'arn:aws:sns:eu-west-1:222222222222:alerts/a',
    principal: 'arn:aws:iam::333333333333:user/Bob',
    context: new Map(Object.entries(context)),
  },
});

const PAGES = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/';

export const DIFFERENCES: readonly Difference[] = [
  {
    what: 'ForAnyValue with …IfExists is fulfilled where the key is absent ("If the key is not present, evaluate the condition element as true")',
    page: `${PAGES}reference_policies_elements_condition_operators.html#Conditions_IfExists`,
    concerns: (pair) => conditionsOf(pair.documents).some(({ operator, key }) => /^ForAnyValue:.*IfExists$/.test(operator) && lacks(pair, key)),
    example: scp({ Condition: { 'ForAnyValue:StringEqualsIfExists': { 'aws:TagKeys': 'blue' } } }),
  },
  {
    what: 'a negated operator matches where a variable of its value is absent ("Inverted condition operators … do match against a null value")',
    page: `${PAGES}reference_policies_variables.html#policy-vars-no-value`,
    concerns: (pair) =>
      conditionsOf(pair.documents).some(
        ({ operator, values }) => /Not(Equals|Like)/.test(operator) && variablesOf(values).some((key) => lacks(pair, key)),
      ),
    example: scp({ Condition: { StringNotLike: { 'sns:Endpoint': '${aws:username}' } } }, { 'sns:endpoint': ['x'] }),
  },
  {
    what: 'a variable with a text to stand in for it may stand in a resource',
    page: `${PAGES}reference_policies_variables.html#policy-vars-default-values`,
    concerns: ({ documents }) => resourcesOf(documents).some((resource) => /\$\{[^}]*,/.test(resource)),
    example: scp({ Resource: "arn:aws:sns:eu-west-1:222222222222:${aws:PrincipalTag/team, 'alerts/a'}" }),
  },
  {
    what: 'a wildcard of a resource crosses the slash ("the asterisk can expand to replace everything within a segment, including characters like a forward slash") and stands in the type of a resource',
    page: `${PAGES}reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards`,
    concerns: ({ documents }) => resourcesOf(documents).some((resource) => /^([^:]*:){5}[^:/]*[*?].*[:/]/.test(resource)),
    example: scp({ Resource: 'arn:aws:sns:eu-west-1:222222222222:al*/a' }),
  },
  {
    what: '${*}, ${?} and ${$} stand for their character in every text that takes variables, not only where wildcards are compared',
    page: `${PAGES}reference_policies_variables.html#policy-vars-specialchars`,
    concerns: ({ documents }) =>
      conditionsOf(documents).some(
        ({ operator, values }) => /^(\w+:)?String(Not)?Equals/.test(operator) && values.some((value) => /\$\{[*?$]\}/.test(value)),
      ),
    example: scp({ Condition: { StringEquals: { 'sns:Endpoint': 'a${*}b' } } }, { 'sns:endpoint': ['a*b'] }),
  },
  {
    what: 'NotIpAddress is fulfilled by an address of the other family than the one address ("all IP addresses except the specified IP address or range")',
    page: `${PAGES}reference_policies_elements_condition_operators.html#Conditions_IPAddress`,
    concerns: ({ documents, request }) =>
      conditionsOf(documents).some(({ operator, key, values }) => {
        const [address] = request.context.get(key.toLowerCase()) ?? [];
        return operator.startsWith('NotIpAddress') && values.some((value) => !value.includes('/') && value.includes(':') !== address?.includes(':'));
      }),
    example: scp({ Condition: { NotIpAddress: { 'aws:SourceIp': '203.0.113.7' } } }, { 'aws:sourceip': ['2001:db8::1'] }),
  },
  {
    what: 'a network of prefix 0 holds every address of its family',
    page: `${PAGES}reference_policies_elements_condition_operators.html#Conditions_IPAddress`,
    concerns: ({ documents }) => conditionsOf(documents).some(({ values }) => values.includes('0.0.0.0/0')),
    example: scp({ Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } } }, { 'aws:sourceip': ['203.0.113.7'] }),
  },
  {
    what: 'ARN operators take variables ("Policy variables: supported")',
    page: `${PAGES}reference_policies_elements_condition_operators.html#Conditions_ARN`,
    concerns: ({ documents }) =>
      conditionsOf(documents).some(({ operator, values }) => /Arn(Not)?(Equals|Like)/.test(operator) && values.some((value) => value.includes('${'))),
    example: scp(
      { Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:iam::${aws:PrincipalAccount}:*' } } },
      { 'aws:sourcearn': ['arn:aws:iam::222222222222:role/a'], 'aws:principalaccount': ['222222222222'] },
    ),
  },
  {
    what: 'version 2008-10-17 has no variables: they are literal text',
    page: `${PAGES}reference_policies_elements_version.html`,
    concerns: ({ documents }) => documents.some(({ Version, Statement }) => Version === '2008-10-17' && JSON.stringify(Statement).includes('${')),
    example: scp(
      { Condition: { StringEquals: { 'sns:Endpoint': '${aws:username}' } } },
      { 'sns:endpoint': ['Bob'], 'aws:username': ['Bob'] },
      '2008-10-17',
    ),
  },
];
