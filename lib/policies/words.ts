/** Policies in plain words. */
import { PERIMETER_FUNCTIONS } from '../core/lambda';
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
    resources: NotResource ? `everything but ${withoutOwn(NotResource).join(', ')}` : isAll(Resource) ? 'everything' : (Resource ?? []).join(', '),
    conditions,
    spared,
  };
}

/** Perimeter's own functions by one name. */
function withoutOwn(resources: readonly string[]): readonly string[] {
  const others = resources.filter((resource) => !OWN.has(resource.split(':function:')[1] ?? ''));
  return resources.length - others.length < OWN.size ? resources : [...others, "Perimeter's own functions"];
}

const OWN: ReadonlySet<string> = new Set(PERIMETER_FUNCTIONS);

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

/** Of one value and of several, then the same denied. */
interface Verb {
  readonly is: readonly [one: string, several: string];
  readonly isNot: readonly [one: string, several: string];
}

const IS: Verb = { is: ['is', 'is one of'], isNot: ['is not', 'is none of'] };
const LIKE: Verb = { is: ['looks like', 'looks like one of'], isNot: ['does not look like', 'looks like none of'] };
const compared = (verb: string): Verb => ({ is: [verb, verb], isNot: [`not ${verb}`, `not ${verb}`] });

/** Operator without its prefix and suffix. */
const VERBS: { readonly [operator: string]: Verb } = {
  StringEquals: IS,
  StringEqualsIgnoreCase: {
    is: ['is, whatever its case,', 'is, whatever its case, one of'],
    isNot: ['is not, whatever its case,', 'is, whatever its case, none of'],
  },
  StringLike: LIKE,
  ArnEquals: LIKE,
  ArnLike: LIKE,
  NumericEquals: IS,
  DateEquals: IS,
  IpAddress: { is: ['is in', 'is in one of'], isNot: ['is outside', 'is outside all of'] },
  Bool: IS,
  BinaryEquals: IS,
  NumericLessThan: compared('is less than'),
  NumericLessThanEquals: compared('is at most'),
  NumericGreaterThan: compared('is more than'),
  NumericGreaterThanEquals: compared('is at least'),
  DateLessThan: compared('is before'),
  DateLessThanEquals: compared('is not after'),
  DateGreaterThan: compared('is after'),
  DateGreaterThanEquals: compared('is not before'),
};

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
export function describeCondition(operator: string, key: string, values: readonly string[]): string {
  const [, set, plain = operator, ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  if (plain === 'Null') return `${key} is ${values.includes('true') ? 'absent' : 'there'}`;
  const isNegated = plain.includes('Not');
  const { is, isNot } = VERBS[plain.replace('Not', '')] ?? compared(plain);
  const subject = set === 'ForAnyValue' ? `one of ${key}` : set === 'ForAllValues' ? `each of ${key}` : key;
  // A negated operator holds for a key that is absent: reference_policies_elements_condition.html
  const absent = ifExists || set === 'ForAllValues' || (isNegated && set === undefined) ? ', or is absent' : '';
  const texts = folded(values);
  const [one, several] = isNegated ? isNot : is;
  return `${subject} ${texts.length > 1 ? several : one} ${listed(texts)}${absent}`;
}

/** Values that are told one by one; the policy itself has all of them. */
const MOST_VALUES = 12;

const listed = (texts: readonly string[]): string =>
  texts.length <= MOST_VALUES ? texts.join(', ') : `${texts.slice(0, MOST_VALUES).join(', ')} and ${texts.length - MOST_VALUES} more`;

/** A host is one text, whatever follows it: `https://api.example.com` for itself and for `…/*`, `…${?}*`, `…#*`. */
function folded(values: readonly string[]): readonly string[] {
  const all = new Set(values);
  const isWhole = (base: string): boolean => all.has(base) && ENDS.every((end) => all.has(base + end));
  return values.filter((value) => !ENDS.some((end) => value.endsWith(end) && isWhole(value.slice(0, -end.length))));
}

const ENDS = ['/*', '${?}*', '#*'];
