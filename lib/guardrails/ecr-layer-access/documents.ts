/** Facts of what is written down, whether by a template or by a call: policies and replication. */
import type { Fact } from '../../core/guardrail';
import { type Policy, parsePolicy } from '../../core/iam/policy';
import { asList, asText, hole, isHole, isList, isObject, isUnknown, propertyIgnoringCase, type Value } from '../../core/value';
import type { Call } from '../../core/verdict';
import type { EcrFact, Holder, ReplicationFact } from './facts';

export type Subject = Pick<Fact, 'resource' | 'owner'>;

/**
 * One fact for each statement. `documents`: the same policy as different fields tell it, the best first; the first that
 * can be read counts. Nothing, null and an empty text are no policy.
 */
export function policyFacts(subject: Subject, holder: Holder, documents: readonly (Value | undefined)[], read?: Call): readonly EcrFact[] {
  const given = documents.filter((document) => document !== undefined && document !== null && document !== '');
  const parsed = given.map(parsePolicy);
  const policy = parsed.find((one): one is Policy => !isUnknown(one));
  const [unreadable] = parsed;
  if (policy) return statementFacts(subject, holder, policy);
  if (isUnknown(unreadable)) return [{ kind: 'unreadable', ...subject, what: `the policy cannot be read: ${unreadable.what}`, read }];
  return [{ kind: 'ungranted', ...subject, holder, policy: 'absent' }];
}

function statementFacts(subject: Subject, holder: Holder, policy: Policy): readonly EcrFact[] {
  if (policy.statements.length === 0) return [{ kind: 'ungranted', ...subject, holder, policy: 'empty' }];
  return policy.statements.map((grant) => ({ kind: 'grant', ...subject, statement: grant.label, holder, grant, policy }));
}

/** One fact for each destination, however many rules lead there. */
export function replicationFacts(subject: Subject, configuration: Value | undefined, read?: Call): readonly EcrFact[] {
  const unreadable = (what: string): readonly EcrFact[] => [{ kind: 'unreadable', ...subject, what, read }];
  if (!isObject(configuration)) return unreadable(`the replication is ${isHole(configuration) ? configuration : 'not in what was given'}`);
  const given = propertyIgnoringCase(configuration, 'rules');
  if (given !== undefined && given !== null && !isList(given)) return unreadable(`the rules of the replication are ${asText(given) ?? 'no list'}`);
  const rules = asList(given).map(inApiNames);
  const destinations = rules.flatMap(destinationsOf);
  const distinct = new Map(destinations.map((destination) => [nameOf(destination), destination]));
  if (distinct.size === 0) return [{ kind: 'replication', ...subject, rules }];
  return [...distinct].map(([statement, destination]): ReplicationFact => {
    const raw = rules.filter((rule) => destinationsOf(rule).some((one) => nameOf(one) === statement)).map(filtersOf);
    return { kind: 'replication', ...subject, statement, destination, rules, raw };
  });
}

const nameOf = ({ account, region }: { readonly account: string; readonly region: string }): string => `${account} ${region}`;

const filtersOf = (rule: Value): Value => (isObject(rule) && propertyIgnoringCase(rule, 'repositoryFilters')) || null;

const UNKNOWN = { account: hole('registryId'), region: hole('region') };

/** Destinations that cannot be read, or are missing, are some whose account is not known: never none. */
export function destinationsOf(rule: Value): readonly { readonly account: string; readonly region: string }[] {
  if (!isObject(rule)) return [{ account: isHole(rule) ? rule : UNKNOWN.account, region: UNKNOWN.region }];
  const given = propertyIgnoringCase(rule, 'destinations');
  if (given === undefined || given === null) return [UNKNOWN];
  return asList(given).map((destination) => ({
    account: textOf(destination, 'registryId') ?? (isHole(destination) ? destination : UNKNOWN.account),
    region: textOf(destination, 'region') ?? UNKNOWN.region,
  }));
}

const textOf = (object: Value, name: string): string | undefined => (isObject(object) ? asText(propertyIgnoringCase(object, name)) : undefined);

/** A rule as the API names its fields: CloudFormation writes the same ones with a capital. */
function inApiNames(rule: Value): Value {
  if (!isObject(rule)) return rule;
  return lowerFirst(rule, (value) => (isList(value) ? value.map((item) => (isObject(item) ? lowerFirst(item) : item)) : value));
}

const lowerFirst = (object: { readonly [name: string]: Value }, each: (value: Value) => Value = (value) => value): Value =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [`${name.charAt(0).toLowerCase()}${name.slice(1)}`, each(value)]));

/** Left out of an update, the mutability of tags falls back to MUTABLE. */
export function keptSettings(template: Value): { readonly [name: string]: Value } {
  const stored = isObject(template) ? template : {};
  const names = ['imageTagMutability', 'imageTagMutabilityExclusionFilters'];
  return Object.fromEntries(
    names.flatMap((name): readonly (readonly [string, Value])[] => {
      const value = propertyIgnoringCase(stored, name);
      return value === undefined || value === null ? [] : [[name, value]];
    }),
  );
}
