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
  if (!names.some(isFunction)) return resolveObject(run, value, names, depth);
  const functions = names.filter(isFunction);
  if (functions.some(isLoop)) return resolveLoops(run, value, depth);
  // A macro or an include beside other keys adds to them what nobody knows.
  return holeFor('Fn', ...functions, value);
}

const isFunction = (name: string): boolean => name.startsWith('Fn::');

const isScalar = (value: Value | undefined): value is string | number | boolean | null | undefined => typeof value !== 'object' || value === null;

// What holds no function is handed on as it is, not copied: most of a template.

function resolveList(run: Run, list: readonly Value[], depth: number): Value {
  let changed: Value[] | undefined;
  for (let index = 0; index < list.length; index += 1) {
    const item = list[index];
    const resolved = isScalar(item) ? item : run.resolve(item, depth + 1);
    if (resolved !== item) changed ??= list.slice(0, index);
    if (resolved !== undefined) changed?.push(resolved);
  }
  return changed ?? list;
}

function resolveObject(run: Run, object: { readonly [key: string]: Value }, names: readonly string[], depth: number): Value {
  let changed: Record<string, Value> | undefined;
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index] ?? '';
    const item = object[name];
    const resolved = isScalar(item) ? item : run.resolve(item, depth + 1);
    if (resolved === undefined || resolved !== item) changed ??= copyOf(object, names.slice(0, index));
    if (changed && resolved !== undefined) put(changed, name, resolved);
  }
  return changed ?? object;
}

function copyOf(object: { readonly [key: string]: Value }, names: readonly string[]): Record<string, Value> {
  const copy: Record<string, Value> = {};
  for (const name of names) put(copy, name, object[name] ?? null);
  return copy;
}

function put(object: Record<string, Value>, name: string, value: Value): void {
  if (name === '__proto__') Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  else object[name] = value;
}

function resolveLoops(run: Run, value: { readonly [key: string]: Value }, depth: number): Value | undefined {
  const expanded = expandLoops(value, (collection) => run.resolve(collection, depth + 1));
  if (expanded.some(({ isOpen }) => isOpen)) return holeFor('ForEach', value);
  const entries = expanded.map(({ key, value: item }): [string, Value] => [key, item]);
  return resolve(run, Object.fromEntries(entries), depth + 1);
}
