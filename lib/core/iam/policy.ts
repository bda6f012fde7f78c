/**
 * IAM policy documents, parsed once: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 * Whatever wrote a grant (CloudFormation properties, a record, a whole document, a live policy), it becomes statements.
 */
import { asList, asText, hasHole, isHole, isObject, propertyIgnoringCase, type Unknown, unknown, type Value } from '../value';
import { type Condition, parseConditions } from './condition';
import { type Principal, parseTypedPrincipal } from './principal';

type StatementObject = { readonly [key: string]: Value };

/** `Action` or `Resource` with its negated twin. Patterns may hold wildcards and holes. */
export interface Patterns {
  readonly kind: 'only' | 'all-but' | 'absent';
  readonly patterns: readonly string[];
}

export interface Statement {
  /** The `Sid`, else `#1`, `#2` … by place in the document. */
  readonly label: string;
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny' | Unknown;
  readonly principals: readonly Principal[];
  /** `NotPrincipal`: everyone but these. */
  readonly exceptPrincipals: boolean;
  readonly actions: Patterns;
  readonly resources: Patterns;
  readonly conditions: readonly Condition[];
  /** What keeps a part of the statement from being read: never a silent pass. */
  readonly problems: readonly string[];
  readonly raw: Value;
}

export interface Policy {
  readonly statements: readonly Statement[];
  readonly raw: StatementObject;
}

/** Parses a document given as an object or as JSON text. `Unknown` when it is a hole, or text that is no JSON object. */
export function parsePolicy(document: Value | undefined): Policy | Unknown {
  if (typeof document === 'string') return parsePolicyText(document);
  if (!isObject(document)) return unknown('the policy document is not an object');
  const statements = propertyIgnoringCase(document, 'Statement');
  if (isHole(statements)) return unknown(statements);
  return { statements: asList(statements).map((statement, index) => parseStatement(statement, index)), raw: document };
}

function parsePolicyText(text: string): Policy | Unknown {
  if (isHole(text)) return unknown(text);
  try {
    const parsed: unknown = JSON.parse(text);
    if (isObject(parsed)) return parsePolicy(parsed);
  } catch {
    // Not JSON: reported as what it is, below.
  }
  return unknown(hasHole(text) ? `the policy document (${text.slice(0, 60)})` : 'the policy document, which is not JSON');
}

/** Any value may stand where a statement should: what cannot be read is a problem of the statement, never a pass. */
export function parseStatement(raw: Value, index = 0): Statement {
  const label = `#${index + 1}`;
  if (!isObject(raw)) {
    const problem = isHole(raw) ? `statement ${label} is ${raw}` : `statement ${label} is not an object`;
    return { ...NOTHING, label, effect: unknown(problem), problems: [], raw };
  }
  const problems: string[] = [];
  const sid = asText(propertyIgnoringCase(raw, 'Sid'));
  const { principals, exceptPrincipals } = parsePrincipals(raw, problems);
  const effect = parseEffect(propertyIgnoringCase(raw, 'Effect'));
  const unread: string[] = [];
  const conditions = parseConditions(propertyIgnoringCase(raw, 'Condition'), effect === 'Deny' ? problems : unread);
  return {
    label: sid === undefined || sid === '' ? label : sid,
    sid: sid === '' ? undefined : sid,
    // Nobody knows what conditions that cannot be read leave of a grant.
    effect: unread.length > 0 ? unknown(unread.join('; ')) : effect,
    principals,
    exceptPrincipals,
    actions: parsePatterns(raw, 'Action', problems),
    resources: parsePatterns(raw, 'Resource', problems),
    conditions,
    problems,
    raw,
  };
}

const ABSENT: Patterns = { kind: 'absent', patterns: [] };
const NOTHING = { principals: [], exceptPrincipals: false, actions: ABSENT, resources: ABSENT, conditions: [] } as const;

function parseEffect(value: Value | undefined): Statement['effect'] {
  const text = asText(value);
  if (/^allow$/i.test(text ?? '')) return 'Allow';
  if (/^deny$/i.test(text ?? '')) return 'Deny';
  return unknown(text === undefined ? 'the effect' : `the effect ${text.slice(0, 60)}`);
}

function parsePrincipals(
  raw: StatementObject,
  problems: string[],
): { readonly principals: readonly Principal[]; readonly exceptPrincipals: boolean } {
  const given = propertyIgnoringCase(raw, 'Principal');
  const except = given === undefined ? propertyIgnoringCase(raw, 'NotPrincipal') : undefined;
  const value = given ?? except;
  const principals = value === undefined ? [] : principalsOf(value, problems);
  if (principals.length === 0) problems.push('it names no principal');
  return { principals, exceptPrincipals: except !== undefined };
}

/** Text, or a list of it, stands for principals of the type AWS. */
function principalsOf(value: Value, problems: string[]): readonly Principal[] {
  const byType: StatementObject = isObject(value) ? value : { AWS: value };
  const principals: Principal[] = [];
  for (const type of Object.keys(byType))
    for (const text of textsIn(byType[type], `Principal ${type}`, problems)) principals.push(parseTypedPrincipal(type, text));
  return principals;
}

export function parsePatterns(raw: StatementObject, name: 'Action' | 'Resource', problems: string[]): Patterns {
  const given = propertyIgnoringCase(raw, name);
  const except = given === undefined ? propertyIgnoringCase(raw, `Not${name}`) : undefined;
  const value = given ?? except;
  return value === undefined ? ABSENT : { kind: given === undefined ? 'all-but' : 'only', patterns: textsIn(value, name, problems) };
}

function textsIn(value: Value | undefined, name: string, problems: string[]): readonly string[] {
  const texts: string[] = [];
  for (const item of asList(value)) {
    const text = asText(item);
    if (text === undefined) problems.push(`${name} holds something that is not text`);
    else texts.push(text);
  }
  return texts;
}

/** The document without some of its statements, by identity; undefined when no statement is left. */
export function withoutStatements(policy: Policy, removed: readonly Statement[]): StatementObject | undefined {
  const raws = new Set<Value>(removed.map(({ raw }) => raw));
  const left = policy.statements.filter(({ raw }) => !raws.has(raw)).map(({ raw }) => raw);
  if (left.length === 0) return undefined;
  const key = Object.keys(policy.raw).find((name) => name.toLowerCase() === 'statement') ?? 'Statement';
  return { ...policy.raw, [key]: left };
}
