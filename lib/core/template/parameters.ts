/**
 * What is known of a parameter before deployment:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 */
import { asList, asText, isHole, isObject, property, splitOutsideHoles, type Value } from '../value';
import type { Parameter } from './model';

const UNKNOWN: Parameter = { kind: 'unknown' };

export function readParameters(declared: Value | undefined, overrides: { readonly [name: string]: string }): ReadonlyMap<string, Parameter> {
  const parameters = new Map<string, Parameter>();
  if (!isObject(declared)) return parameters;
  for (const name of Object.keys(declared))
    parameters.set(name, readParameter(declared[name], Object.hasOwn(overrides, name) ? overrides[name] : undefined));
  return parameters;
}

/** An override, else the default, else each allowed value, else unknown. A secret's default is as good as none. */
function readParameter(declaration: Value | undefined, override: string | undefined): Parameter {
  const type = asText(property(declaration, 'Type')) ?? 'String';
  // The value is the name of an SSM parameter; what that one holds is read at deployment.
  if (type.startsWith('AWS::SSM::Parameter::Value<')) return UNKNOWN;
  if (override !== undefined) return { kind: 'known', value: parsedAs(type, override) };
  if (asText(property(declaration, 'NoEcho')) === 'true') return UNKNOWN;
  const preset = property(declaration, 'Default');
  if (preset !== undefined && preset !== null) return knownDefault(type, preset);
  return allowed(type, property(declaration, 'AllowedValues'));
}

function knownDefault(type: string, preset: Value): Parameter {
  const text = Array.isArray(preset) ? asList(preset).map(asText).join(',') : asText(preset);
  return text === undefined ? UNKNOWN : { kind: 'known', value: parsedAs(type, text) };
}

/** A list parameter holds any selection of its allowed values, so those say nothing of the list. */
function allowed(type: string, values: Value | undefined): Parameter {
  if (isNeverEmpty(type)) return { kind: 'unknown', isList: true };
  if (isListType(type) || !Array.isArray(values)) return UNKNOWN;
  const texts = values.map(asText).filter((text) => text !== undefined);
  if (texts.length === 0 || texts.length < values.length) return UNKNOWN;
  const distinct = [...new Set(texts)];
  return distinct.length === 1 ? { kind: 'known', value: parsedAs(type, distinct[0] ?? '') } : { kind: 'oneOf', values: distinct };
}

/**
 * What an AWS-specific type names must exist in the account, so such a list is never empty; any other may be.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
 */
const isNeverEmpty = (type: string): boolean => type.startsWith('List<AWS::');

const isListType = (type: string): boolean => type === 'CommaDelimitedList' || type.startsWith('List<');

/** An empty list has no items, so that nothing is taken for a configured one. */
function parsedAs(type: string, text: string): Value {
  if (!isListType(type)) return text;
  if (isHole(text)) return text;
  return text.trim() === '' ? [] : splitOutsideHoles(text, ',').map((item) => item.trim());
}
