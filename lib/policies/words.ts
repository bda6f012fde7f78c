/** Policies in plain words. */
import type { ConditionBlock, PolicyStatement } from '../core/policy';

export interface Explained {
  /** `lambda:AddPermission`, `everything but …`. */
  readonly actions: string;
  readonly resources: string;
  /** All of them have to hold. */
  readonly conditions: readonly string[];
  /** Whom the statement spares: patterns of principals, and tags as `key=value`. */
  readonly spared: readonly string[];
}

export function explainStatement({ Action, NotAction, Resource, NotResource, Condition = {} }: PolicyStatement): Explained {
  const { conditions, spared } = split(Condition);
  return {
    actions: Action ? Action.join(', ') : `every action but ${(NotAction ?? []).join(', ')}`,
    resources: NotResource ? `everything but ${NotResource.join(', ')}` : isAll(Resource) ? 'everything' : (Resource ?? []).join(', '),
    conditions,
    spared,
  };
}

const isAll = (resources: readonly string[] | undefined): boolean => resources === undefined || resources.includes('*');

const listOf = (values: readonly string[] | string): readonly string[] => (typeof values === 'string' ? [values] : values);

/** A condition that spares: not met by certain principals, whoever else calls. */
export const isSparing = (operator: string, key: string): boolean =>
  /^(?:Arn|String)Not(?:Like|Equals)(?:IgnoreCase)?(?:IfExists)?$/.test(operator) && /^aws:principal(?:arn$|tag\/)/i.test(key);

function split(block: ConditionBlock): Pick<Explained, 'conditions' | 'spared'> {
  const conditions: string[] = [];
  const spared: string[] = [];
  for (const [operator, entries] of Object.entries(block)) {
    for (const [key, values] of Object.entries(entries)) {
      const tag = /^aws:principaltag\/(.+)$/i.exec(key)?.[1];
      if (!isSparing(operator, key)) conditions.push(describeCondition(operator, key, listOf(values)));
      else spared.push(...listOf(values).map((value) => (tag === undefined ? value : `tag ${tag}=${value}`)));
    }
  }
  return { conditions, spared };
}

/** Operator without its prefix and suffix → verb, and the same denied. */
const VERBS: { readonly [operator: string]: readonly [string, string] } = {
  StringEquals: ['is', 'is not'],
  StringEqualsIgnoreCase: ['is, whatever its case,', 'is not, whatever its case,'],
  StringLike: ['looks like', 'does not look like'],
  ArnEquals: ['looks like', 'does not look like'],
  ArnLike: ['looks like', 'does not look like'],
  NumericEquals: ['is', 'is not'],
  DateEquals: ['is', 'is not'],
  IpAddress: ['is in', 'is outside'],
  Bool: ['is', 'is not'],
  NumericLessThan: ['is less than', ''],
  NumericLessThanEquals: ['is at most', ''],
  NumericGreaterThan: ['is more than', ''],
  NumericGreaterThanEquals: ['is at least', ''],
  DateLessThan: ['is before', ''],
  DateLessThanEquals: ['is not after', ''],
  DateGreaterThan: ['is after', ''],
  DateGreaterThanEquals: ['is not before', ''],
  BinaryEquals: ['is', ''],
};

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
export function describeCondition(operator: string, key: string, values: readonly string[]): string {
  const [, set, plain = operator, ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  if (plain === 'Null') return `${key} is ${values.includes('true') ? 'absent' : 'there'}`;
  const isNegated = plain.includes('Not');
  const [positive, negative] = VERBS[plain.replace('Not', '')] ?? [plain, plain];
  const subject = set === 'ForAnyValue' ? `one of ${key}` : set === 'ForAllValues' ? `each of ${key}` : key;
  // A negated operator holds for a key that is absent: reference_policies_elements_condition.html
  const absent = ifExists || set === 'ForAllValues' || (isNegated && set === undefined) ? ', or is absent' : '';
  return `${subject} ${isNegated ? negative : positive} ${values.join(isNegated ? ' and not ' : ' or ')}${absent}`;
}
