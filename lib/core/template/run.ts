/** One pass over a resource under one assignment of whatever is open: which conditions hold, which value a parameter has. */
import { isList, type Value } from '../value';
import type { Equalities } from './equalities';
import type { Model } from './model';

export interface Run {
  readonly model: Model;
  /** Undefined: the value is `AWS::NoValue`. */
  readonly resolve: (value: Value, depth: number) => Value | undefined;
  /** Undefined: nothing more is decided in this run, what is open stays unknown. */
  readonly choose: (options: number) => number | undefined;
  /** Leave the parameters with several allowed values unknown, except where a condition has told their value. */
  readonly valuesStayOpen: boolean;
  /** Allowed values that are left, by parameter. */
  readonly domains: Map<string, readonly string[]>;
  readonly equalities: Equalities;
  /** Conditions by name, once evaluated; undefined while one is being evaluated, or open for good. */
  readonly conditions: Map<string, boolean | undefined>;
  /** The conditions that the resource itself uses: they make its branch. */
  readonly used: Map<string, boolean>;
  /** Properties of other resources that have been looked up, as `LogicalId.Property`; undefined while under way. */
  readonly lookups: Map<string, Value | undefined>;
}

/** Allowed values of a parameter that are still possible; undefined for a parameter that is not one of several. */
export function domainOf(run: Run, name: string): readonly string[] | undefined {
  const parameter = run.model.parameters.get(name);
  return parameter?.kind === 'oneOf' ? (run.domains.get(name) ?? parameter.values) : undefined;
}

/** More values than this are not tried one by one. */
export const MOST_ASSIGNMENTS = 64;

/** The value of a parameter in this run; undefined where it is unknown. */
export function parameterValue(run: Run, name: string): Value | undefined {
  const parameter = run.model.parameters.get(name);
  if (parameter?.kind === 'known') return parameter.value;
  const domain = domainOf(run, name);
  if (domain === undefined || domain.length > MOST_ASSIGNMENTS) return undefined;
  if (domain.length === 1) return domain[0];
  const choice = run.valuesStayOpen ? undefined : run.choose(domain.length);
  const value = choice === undefined ? undefined : domain[choice];
  if (value !== undefined) run.domains.set(name, [value]);
  return value;
}

/** The items of a list in this run; undefined for anything else. */
export function listOf(run: Run, value: Value, depth: number): readonly Value[] | undefined {
  const resolved = run.resolve(value, depth + 1);
  return isList(resolved) ? resolved : undefined;
}
