/**
 * Condition blocks: which values a key is held to, if at all.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
import { asList, asText, hasHole, isObject, propertyIgnoringCase, type Value } from '../value';

export interface Condition {
  /** As written. */
  readonly operator: string;
  /** In lower case: keys are compared without regard to case. */
  readonly key: string;
  readonly values: readonly string[];
  /**
   * How the values are compared when the operator holds the key to them: exactly, with wildcards that cross anything
   * (`StringLike`), or field by field (`ArnLike`). `none`: the operator does not hold the key to its values (negated,
   * `…IfExists` and `ForAllValues` on a key that nothing demands, `Null`, anything that is not understood), so it never restricts.
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

export function parseConditions(block: Value | undefined, problems: string[]): readonly Condition[] {
  if (block === undefined || block === null) return [];
  const conditions: Condition[] = [];
  if (isObject(block)) {
    const demanded = propertyIgnoringCase(block, 'Null');
    for (const operator of Object.keys(block)) readOperands(operator, block[operator] ?? null, demanded, conditions, problems);
  } else problems.push(`the condition is ${asText(block)?.slice(0, 60) ?? 'not an object'}`);
  return conditions;
}

function readOperands(operator: string, keys: Value, demanded: Value | undefined, conditions: Condition[], problems: string[]): void {
  if (isObject(keys))
    for (const key of Object.keys(keys)) {
      const condition = parseCondition(operator, key, keys[key] ?? null, demanded);
      // AWS takes no such document: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
      if (conditions.some((other) => other.operator === operator && other.key === condition.key)) problems.push(`${operator} names ${key} twice`);
      conditions.push(condition);
    }
  else problems.push(`the condition ${operator} is ${asText(keys)?.slice(0, 60) ?? 'not an object'}`);
}

const OPERATOR = /^(?:(forallvalues|foranyvalue):)?([a-z]+?)(ifexists)?$/;

/**
 * `…IfExists` and `ForAllValues` let a request through that lacks the key, so they hold nothing in an `Allow`, unless `Null` with `false`
 * demands the key; in a `Deny` with a negated operator the same absence denies, so there they hold.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition_examples-multi-valued-context-keys.html
 */
function parseCondition(operator: string, key: string, raw: Value, demanded: Value | undefined): Condition {
  const written = asList(raw).map((value) => asText(value) ?? '');
  const [, quantifier, name = '', ifExists] = OPERATOR.exec(operator.toLowerCase()) ?? [];
  const base = name.replace(/^(string|arn)not/, '$1');
  // Ids of organizations are in lower case; nothing else that AWS says of a caller or a source is decided by its case here.
  const values = base === 'stringequalsignorecase' && /^aws:/i.test(key) ? written.map(inLowerCase) : written;
  const match = (values.length > 0 && Object.hasOwn(MATCHES, base) && MATCHES[base]) || 'none';
  const isDemanded = isObject(demanded) && asText(propertyIgnoringCase(demanded, key)) === 'false';
  const isHeld = base === name && (isDemanded || (!ifExists && quantifier !== 'forallvalues'));
  return {
    operator,
    key: key.toLowerCase(),
    values,
    match: isHeld ? match : 'none',
    deniesUnless: base !== name && quantifier !== 'foranyvalue' ? match : 'none',
  };
}

/** A hole is the name of something. */
const inLowerCase = (text: string): string => (hasHole(text) ? text : text.toLowerCase());

/**
 * IAM's own variables (`${aws:PrincipalAccount}`) are no unknowns of a deployment: they are filled in at each request.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
const isPolicyVariable = (text: string): boolean => /^\$\{(aws|s3|sts|iam|ecr|sns|lambda):[A-Za-z]/i.test(text) && !text.startsWith('${AWS::');

/** A value that is only known at deployment. */
export const isOpenValue = (text: string): boolean => hasHole(text) && !isPolicyVariable(text);
