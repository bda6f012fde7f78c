/**
 * Policy documents as the evaluator reads them: strictly, since AWS takes none that is malformed.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
import { type Patterns, parsePatterns } from '../iam/policy';
import { asList, asText, isObject, propertyIgnoringCase, type Value } from '../value';
import { type Condition, parseConditions } from './condition';
import type { PolicyKind } from './index';
import { fieldOfVariable, parseTemplate, type Template } from './pattern';
import { type Principals, parsePrincipals } from './principal';

export interface Templates {
  readonly isNegated: boolean;
  readonly list: readonly Template[];
}

export interface Statement {
  /** The `Sid`, else `#1`, `#2` … by place in the document. */
  readonly name: string;
  readonly effect: 'Allow' | 'Deny';
  /** Absent in SCPs. */
  readonly principals?: Principals;
  readonly actions: Templates;
  readonly resources: Templates;
  readonly conditions: readonly Condition[];
}

/** A statement that cannot be read, or a document: `name` is the statement's. */
interface Problem {
  readonly name: string;
  readonly problem: string;
}

export interface Document {
  readonly statements: readonly Statement[];
  readonly problems: readonly Problem[];
}

const DOCUMENT = 'the document';

/** Nothing is thrown for any JSON. */
export function parseDocument(raw: unknown, kind: PolicyKind): Document {
  if (!isObject(raw)) return { statements: [], problems: [{ name: DOCUMENT, problem: 'it is not an object' }] };
  const version = propertyIgnoringCase(raw, 'Version');
  const problems: Problem[] = [];
  // "If you do not include a Version element, the value defaults to 2008-10-17", in which ${…} is literal text:
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
  const variables = version === '2012-10-17';
  if (!variables && version !== undefined && version !== '2008-10-17') problems.push({ name: DOCUMENT, problem: 'its version is none of AWS' });
  const raws = asList(propertyIgnoringCase(raw, 'Statement'));
  if (raws.length === 0) problems.push({ name: DOCUMENT, problem: 'it has no statement' });
  const statements = raws.flatMap((statement, index) => parseStatement(statement, { kind, variables, place: `#${index + 1}` }, problems));
  return { statements, problems };
}

interface Reading {
  readonly kind: PolicyKind;
  readonly variables: boolean;
  readonly place: string;
}

function parseStatement(raw: Value, { kind, variables, place }: Reading, all: Problem[]): readonly Statement[] {
  if (!isObject(raw)) {
    all.push({ name: place, problem: 'it is not an object' });
    return [];
  }
  const problems: string[] = [];
  const name = asText(propertyIgnoringCase(raw, 'Sid')) || place;
  const effect = propertyIgnoringCase(raw, 'Effect');
  const isDeny = effect === 'Deny';
  // "The Effect value is case sensitive": https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_effect.html
  if (!isDeny && effect !== 'Allow') problems.push('its effect is neither Allow nor Deny');
  const statement: Statement = {
    name,
    effect: isDeny ? 'Deny' : 'Allow',
    principals: readPrincipals(raw, kind, isDeny, problems),
    actions: readTemplates(raw, 'Action', false, problems),
    resources: readTemplates(raw, 'Resource', variables, problems),
    conditions: parseConditions(propertyIgnoringCase(raw, 'Condition'), variables, problems),
  };
  for (const problem of problems) all.push({ name, problem });
  return problems.length === 0 ? [statement] : [];
}

function readTemplates(raw: { readonly [key: string]: Value }, element: 'Action' | 'Resource', variables: boolean, problems: string[]): Templates {
  const read: Patterns = parsePatterns(raw, element, problems);
  if (propertyIgnoringCase(raw, element) !== undefined && propertyIgnoringCase(raw, `Not${element}`) !== undefined) {
    problems.push(`it has both ${element} and Not${element}`);
  }
  if (read.patterns.length === 0) problems.push(`it names no ${element.toLowerCase()}`);
  if (element === 'Action') {
    for (const action of read.patterns) if (!ACTION.test(action)) problems.push(`${action.slice(0, 60)} is no action`);
  }
  const list = read.patterns.map((text) => parseTemplate(text, { wildcards: true, variables }, problems));
  // "You can't use a variable to replace parts of the ARN before the fifth colon":
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-wheretouse
  for (const [index, template] of list.entries()) {
    if ((fieldOfVariable(template) ?? RESOURCE_FIELD) < RESOURCE_FIELD) {
      problems.push(`${read.patterns[index]?.slice(0, 60)} has a variable before its fifth colon`);
    }
  }
  return { isNegated: read.kind === 'all-but', list };
}

const RESOURCE_FIELD = 5;

/** `service:Name`, either with wildcards, or `*` alone: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html */
const ACTION = /^(?:\*|[a-z0-9*?-]+:[a-z0-9*?_-]+)$/i;

/**
 * SCPs take no principal, RCPs none but `*`, endpoint policies must have one; `NotPrincipal` is for denials of endpoint policies:
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html,
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
function readPrincipals(raw: { readonly [key: string]: Value }, kind: PolicyKind, isDeny: boolean, problems: string[]): Principals | undefined {
  const given = propertyIgnoringCase(raw, 'Principal');
  const except = propertyIgnoringCase(raw, 'NotPrincipal');
  const value = given ?? except;
  if (kind === 'scp') {
    if (value !== undefined) problems.push('it names a principal, which no SCP does');
    return undefined;
  }
  if (value === undefined || (given !== undefined && except !== undefined)) {
    problems.push('it must have one of Principal and NotPrincipal');
    return undefined;
  }
  if (except !== undefined && (kind === 'rcp' || !isDeny)) problems.push('NotPrincipal belongs in denials of endpoint policies');
  const principals = parsePrincipals(value, except !== undefined, problems);
  if (kind === 'rcp' && principals.list.some((principal) => principal.kind !== 'anyone')) problems.push('an RCP takes no principal but *');
  return principals;
}
