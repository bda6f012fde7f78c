/** The statement that a permission call stored, as its record carries it: JSON text. */
import { isObject, isUnknown, type Value } from '../value';
import { parsePolicy } from './policy';

/** Undefined for text that is no JSON object (cut off, masked): the request is then all there is to judge from. An object is what it says. */
export function statementText(value: Value | undefined): { readonly [key: string]: Value } | undefined {
  if (typeof value !== 'string') return isObject(value) ? value : undefined;
  const parsed = parsePolicy(`{"Statement":[${value}]}`);
  if (isUnknown(parsed) || parsed.statements.length !== 1) return undefined;
  const raw = parsed.statements[0]?.raw;
  return isObject(raw) ? raw : undefined;
}
