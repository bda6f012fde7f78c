/** The names that resources are given. */
import { asText, property, type Value } from '../../core/value';

/** Undefined: AWS makes one. */
export const nameIn = (properties: Value, name: string): string | undefined => {
  const text = asText(property(properties, name));
  return text === undefined || text === '' ? undefined : text;
};
