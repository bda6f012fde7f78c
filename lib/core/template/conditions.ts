/**
 * Conditions: computed where their parts are known, assumed one way and then the other where not.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html
 */
import { asText, hasHole, isList, isObject, property, type Value } from '../value';
import { describe, holeFor } from './holes';
import { DEEPEST } from './model';
import { domainOf, type Run } from './run';

/** A condition by its name, or written in place; undefined where it stays open. Noted as one that makes the branch. */
export function usedCondition(run: Run, condition: Value, depth: number): boolean | undefined {
  const holds = typeof condition === 'string' ? named(run, condition, depth) : evaluate(run, condition, depth);
  if (holds !== undefined) run.used.set(describe(condition, 0), holds);
  return holds;
}

function named(run: Run, name: string, depth: number): boolean | undefined {
  const known = run.conditions.get(name);
  if (known !== undefined) return known;
  const definition = run.model.conditions.get(name);
  // One that is not defined, that depends on itself or that nobody can compute may hold or not.
  const isSettled = definition === undefined || run.conditions.has(name);
  if (!isSettled) run.conditions.set(name, undefined);
  const holds = isSettled ? sameText(run, holeFor('Condition', name), 'true') : evaluate(run, definition, depth + 1);
  run.conditions.set(name, holds);
  return holds;
}

function evaluate(run: Run, condition: Value, depth: number): boolean | undefined {
  if (depth > DEEPEST) return undefined;
  const names = isObject(condition) ? Object.keys(condition) : [];
  const argument = names.length === 1 ? property(condition, names[0] ?? '') : undefined;
  if (argument !== undefined) {
    switch (names[0]) {
      case 'Fn::Equals':
        return equals(run, argument, depth);
      case 'Fn::And':
        return every(run, argument, true, depth);
      case 'Fn::Or':
        return every(run, argument, false, depth);
      case 'Fn::Not':
        return not(isList(argument) && argument[0] !== undefined ? evaluate(run, argument[0], depth + 1) : undefined);
      case 'Condition':
        return typeof argument === 'string' ? named(run, argument, depth + 1) : undefined;
    }
  }
  return sameText(run, textOf(run, condition, depth), 'true');
}

const not = (holds: boolean | undefined): boolean | undefined => (holds === undefined ? undefined : !holds);

/** And (`wanted` true): false as soon as one is false; Or (`wanted` false): true as soon as one is true. */
function every(run: Run, operands: Value, wanted: boolean, depth: number): boolean | undefined {
  if (!isList(operands)) return undefined;
  let isOpen = false;
  for (const operand of operands) {
    const holds = evaluate(run, operand, depth + 1);
    if (holds === !wanted) return !wanted;
    if (holds === undefined) isOpen = true;
  }
  return isOpen ? undefined : wanted;
}

function equals(run: Run, operands: Value, depth: number): boolean | undefined {
  if (!isList(operands) || operands.length !== 2) return undefined;
  const [first = null, second = null] = operands;
  return isOneOfSeveral(run, second) ? equalsTo(run, second, first, depth) : equalsTo(run, first, second, depth);
}

function equalsTo(run: Run, side: Value, other: Value, depth: number): boolean | undefined {
  const text = textOf(run, other, depth);
  return isAllowedValue(run, side, text) ?? sameText(run, textOf(run, side, depth), text);
}

const isOneOfSeveral = (run: Run, side: Value): boolean => (openDomainOf(run, side)?.[1].length ?? 0) > 1;

/** The parameter that a side refers to, and the allowed values that are left of it. */
function openDomainOf(run: Run, side: Value): readonly [string, readonly string[]] | undefined {
  const name = isObject(side) && Object.keys(side).length === 1 ? property(side, 'Ref') : undefined;
  const domain = typeof name === 'string' ? domainOf(run, name) : undefined;
  return typeof name === 'string' && domain !== undefined ? [name, domain] : undefined;
}

/** A parameter with several allowed values, against a literal: only whether it is that one is decided. Undefined: not this case. */
function isAllowedValue(run: Run, side: Value, text: string): boolean | undefined {
  const [name, values] = openDomainOf(run, side) ?? [];
  if (name === undefined || values === undefined || values.length < 2 || hasHole(text)) return undefined;
  if (!values.includes(text)) return false;
  const choice = run.choose(2);
  if (choice === undefined) return undefined;
  run.domains.set(name, choice === 0 ? [text] : values.filter((value) => value !== text));
  return choice === 0;
}

function sameText(run: Run, first: string, second: string): boolean | undefined {
  const known = run.equalities.isSame(first, second);
  if (known !== undefined) return known;
  const choice = run.choose(2);
  if (choice === undefined) return undefined;
  run.equalities.learn(first, second, choice === 0);
  return choice === 0;
}

/** Both sides of a comparison are compared as text. */
function textOf(run: Run, value: Value, depth: number): string {
  const resolved = run.resolve(value, depth + 1);
  return asText(resolved) ?? describe(resolved, 0);
}
