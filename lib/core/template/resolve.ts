/** Any value of a template with its intrinsic functions resolved; what is not known becomes a hole. */
import { isList, type Value } from '../value';
import { holeFor } from './holes';
import { intrinsics, unknownFunction } from './intrinsics';
import { expandLoops, isLoop } from './loops';
import { DEEPEST } from './model';
import type { Run } from './run';

/** Undefined for `AWS::NoValue`: the property or item that holds it is not there. */
export function resolve(run: Run, value: Value, depth: number): Value | undefined {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return holeFor('nested too deeply');
  if (isList(value)) return resolveList(run, value, depth);
  const names = Object.keys(value);
  const name = names[0];
  if (names.length === 1 && name !== undefined) {
    const argument = value[name] ?? null;
    const intrinsic = intrinsics.get(name);
    if (intrinsic) return intrinsic(argument, run, depth);
    if (name.startsWith('Fn::') && !isLoop(name)) return unknownFunction(name, argument, run, depth);
  }
  const functions = names.filter((key) => key.startsWith('Fn::'));
  if (functions.length === 0) return resolveObject(run, value, depth);
  if (functions.some(isLoop)) return resolveLoops(run, value, depth);
  // A macro or an include beside other keys adds to them what nobody knows.
  return holeFor('Fn', ...functions, value);
}

function resolveList(run: Run, list: readonly Value[], depth: number): Value {
  const items: Value[] = [];
  for (const item of list) {
    const resolved = run.resolve(item, depth + 1);
    if (resolved !== undefined) items.push(resolved);
  }
  return items;
}

function resolveObject(run: Run, object: { readonly [key: string]: Value }, depth: number): Value {
  const resolved: Record<string, Value> = {};
  for (const name of Object.keys(object)) {
    const item = object[name];
    const result = item === undefined ? undefined : run.resolve(item, depth + 1);
    if (result === undefined) continue;
    if (name === '__proto__') Object.defineProperty(resolved, name, { value: result, enumerable: true, configurable: true, writable: true });
    else resolved[name] = result;
  }
  return resolved;
}

function resolveLoops(run: Run, value: { readonly [key: string]: Value }, depth: number): Value | undefined {
  const expanded = expandLoops(value, (collection) => run.resolve(collection, depth + 1));
  if (expanded.some(({ isOpen }) => isOpen)) return holeFor('ForEach', value);
  const entries = expanded.map(({ key, value: item }): [string, Value] => [key, item]);
  return resolve(run, Object.fromEntries(entries), depth + 1);
}
