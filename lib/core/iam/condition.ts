/**
 * Condition blocks: which values a key is held to, if at all.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
import { asList, asText, hasHole, isObject, type Value } from '../value';

export interface Condition {
  /** As written. */
  readonly operator: string;
  /** In lower case: keys are compared without regard to case. */
  readonly key: string;
  readonly values: readonly string[];
  /**
   * How the values are compared when the operator holds the key to them: exactly, with wildcards that cross anything
   * (`StringLike`), or field by field (`ArnLike`). `none`: the operator does not hold the key to its values (negated,
   * `…IfExists`, `ForAllValues`, `Null`, anything that is not understood), so it never restricts.
   */
  readonly match: 'exact' | 'like' | 'arn' | 'none';
  /** The same for the negated operators, which restrict only inside a `Deny`. */
  readonly deniesUnless: 'exact' | 'like' | 'arn' | 'none';
}

const MATCHES: { readonly [operator: string]: Condition['match'] } = {
  stringequals: 'exact',
  stringequalsignorecase: 'exact',
  stringlike: 'like',
  arnequals: 'arn',
  arnlike: 'arn',
  bool: 'exact',
};

const NEGATED: { readonly [operator: string]: Condition['match'] } = {
  stringnotequals: 'exact',
  stringnotequalsignorecase: 'exact',
  stringnotlike: 'like',
  arnnotequals: 'arn',
  arnnotlike: 'arn',
};

export function parseConditions(block: Value | undefined, problems: string[]): readonly Condition[] {
  if (block === undefined || block === null) return [];
  if (!isObject(block)) {
    problems.push(`the condition is ${asText(block)?.slice(0, 60) ?? 'not an object'}`);
    return [];
  }
  const conditions: Condition[] = [];
  for (const operator of Object.keys(block)) readOperands(operator, block[operator] ?? null, conditions, problems);
  return conditions;
}

function readOperands(operator: string, keys: Value, conditions: Condition[], problems: string[]): void {
  if (isObject(keys)) for (const key of Object.keys(keys)) conditions.push(parseCondition(operator, key, keys[key] ?? null));
  else problems.push(`the condition ${operator} is ${asText(keys)?.slice(0, 60) ?? 'not an object'}`);
}

function parseCondition(operator: string, key: string, raw: Value): Condition {
  const values = asList(raw).map((value) => asText(value) ?? '');
  const { base, quantifier, ifExists } = readOperator(operator);
  const holds = Object.hasOwn(MATCHES, base) && values.length > 0 && !ifExists && (quantifier === '' || quantifier === 'foranyvalue');
  const negated = Object.hasOwn(NEGATED, base) && values.length > 0 && (quantifier === '' || quantifier === 'forallvalues');
  return {
    operator,
    key: key.toLowerCase(),
    values,
    match: (holds && MATCHES[base]) || 'none',
    deniesUnless: (negated && NEGATED[base]) || 'none',
  };
}

/**
 * `…IfExists` and `ForAllValues` let a request through that lacks the key, so they hold nothing in an `Allow`; in a `Deny`
 * with a negated operator the same absence denies, so there they hold.
 */
function readOperator(operator: string): { readonly base: string; readonly quantifier: string; readonly ifExists: boolean } {
  const lower = operator.toLowerCase();
  const colon = lower.indexOf(':');
  const name = lower.slice(colon + 1);
  const ifExists = name.endsWith('ifexists');
  return { base: ifExists ? name.slice(0, -'ifexists'.length) : name, quantifier: colon < 0 ? '' : lower.slice(0, colon), ifExists };
}

/**
 * IAM's own variables (`${aws:PrincipalAccount}`) are no unknowns of a deployment: they are filled in at each request.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export const isPolicyVariable = (text: string): boolean => /^\$\{(aws|s3|sts|iam|ecr|sns|lambda):[A-Za-z]/i.test(text) && !text.startsWith('${AWS::');

/** A value that is only known at deployment. */
export const isOpenValue = (text: string): boolean => hasHole(text) && !isPolicyVariable(text);
