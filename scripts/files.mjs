import { readFileSync } from 'node:fs';

/** Undefined: there is no such file. */
export function readIfAny(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
