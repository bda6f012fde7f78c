/**
 * Conditions: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
 * Keys and operators must all hold; of the values of one key one is enough, of a negated operator none may match:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
import { asList, asText, isObject, isUnknown, type Unknown, type Value } from '../value';
import { COMPARISONS, type Compare } from './compare';
import type { Context } from './index';
import { all, any, maybe, NO, not, type Truth, truthOf, YES } from './truth';

export interface Condition {
  /** As written. */
  readonly operator: string;
  /** As written; compared in lower case. */
  readonly key: string;
  readonly test: (context: Context) => Truth;
}

/** Whatever cannot be read is a problem: AWS would not take the document. */
export function parseConditions(block: Value | undefined, variables: boolean, problems: string[]): readonly Condition[] {
  if (block === undefined) return [];
  if (!isObject(block)) {
    problems.push('the condition is not an object');
    return [];
  }
  return Object.entries(block).flatMap(([operator, keys]) => {
    if (isObject(keys)) return Object.entries(keys).map(([key, values]) => parseCondition(operator, key, values, variables, problems));
    problems.push(`the condition ${operator.slice(0, 60)} is not an object`);
    return [];
  });
}

const OPERATOR = /^(?:(forallvalues|foranyvalue):)?([a-z]+?)(ifexists)?$/;

function parseCondition(operator: string, key: string, raw: Value, variables: boolean, problems: string[]): Condition {
  const [, set, base = '', ifExists] = OPERATOR.exec(operator.toLowerCase()) ?? [];
  const texts = textsOf(operator, key, raw, problems);
  const name = key.toLowerCase();
  if (base === 'null' && set === undefined && ifExists === undefined) {
    return { operator, key, test: testNull(name, texts, problems) };
  }
  const comparison = Object.hasOwn(COMPARISONS, base) ? COMPARISONS[base] : undefined;
  if (!comparison) {
    problems.push(`${operator.slice(0, 60)} is no condition operator`);
    return { operator, key, test: () => maybe(name) };
  }
  const { family, isNegated } = comparison;
  const compares = texts.flatMap((text) => family(text, variables, problems) ?? []);
  const one = (value: string, context: Context) => {
    const matched = any(compares.map((compare: Compare) => compare(value, context, name)));
    return isNegated ? not(matched) : matched;
  };
  return { operator, key, test: (context) => testSet({ name, set, isNegated, ifExists: ifExists !== undefined, one }, context) };
}

function textsOf(operator: string, key: string, raw: Value, problems: string[]): readonly string[] {
  const texts = asList(raw).flatMap((value) => asText(value) ?? []);
  if (texts.length === 0 || texts.length !== asList(raw).length)
    problems.push(`${operator.slice(0, 60)} ${key.slice(0, 60)} holds no values, or what is no value`);
  return texts;
}

interface Test {
  readonly name: string;
  readonly set: string | undefined;
  readonly isNegated: boolean;
  readonly ifExists: boolean;
  /** Does one value of the request fulfil the operator? */
  readonly one: (value: string, context: Context) => Truth;
}

/**
 * Absent keys: a plain operator does not match, a negated one does, `…IfExists` is fulfilled; `ForAllValues` is fulfilled, `ForAnyValue` not:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
function testSet({ name, set, isNegated, ifExists, one }: Test, context: Context): Truth {
  const values = context.get(name);
  if (isUnknown(values)) return maybe(name);
  const isAbsent = values === undefined || values.length === 0 || (set !== undefined && values.every((value) => value === ''));
  if (isAbsent) return truthOf(ifExists || (set === undefined ? isNegated : set === 'forallvalues'));
  const answers = values.map((value) => one(value, context));
  if (set === 'forallvalues') return all(answers);
  if (set === 'foranyvalue') return any(answers);
  // "Multivalued context keys require a condition set operator": AWS does not say what happens without.
  return answers.length === 1 ? (answers[0] ?? NO) : maybe(name);
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Null */
function testNull(name: string, texts: readonly string[], problems: string[]): Condition['test'] {
  const wanted = texts.map((text) => text.toLowerCase());
  if (wanted.some((text) => text !== 'true' && text !== 'false')) problems.push(`Null ${name.slice(0, 60)} is neither true nor false`);
  return (context) => {
    const isNull = nullness(context.get(name), name);
    return any(wanted.map((text) => (text === 'true' ? isNull : not(isNull))));
  };
}

/** Whether AWS calls an empty text null depends on the key. */
function nullness(values: readonly string[] | Unknown | undefined, name: string): Truth {
  if (values === undefined) return YES;
  if (isUnknown(values)) return maybe(name);
  if (values.length === 0) return YES;
  return values.every((value) => value === '') ? maybe(name) : NO;
}
