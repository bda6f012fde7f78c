/** `--parameters FILE|K=V`: values that override the defaults of a template's parameters. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { nearestOf } from '../../config/nearest';
import { readYaml } from '../../config/yaml';
import { UsageError } from '../../core/errors';
import { asText, isList, isObject, property, type Value } from '../../core/value';
import { describeFailure } from '../files';
import type { Problem } from '../report/report';

type Parameters = { readonly [name: string]: string };

const PAIR = /^([A-Za-z][A-Za-z0-9]*)=([\s\S]*)$/;

/** Later ones win. @throws UsageError naming the argument and what it should be */
export function readParameters(given: readonly string[], cwd: string): Parameters {
  const parameters: Record<string, string> = Object.create(null);
  for (const argument of given) {
    const pair = PAIR.exec(argument);
    if (pair?.[1] !== undefined) parameters[pair[1]] = pair[2] ?? '';
    else Object.assign(parameters, readFile(argument, cwd));
  }
  return parameters;
}

/** Given as NAME=VALUE, but `declared` by no template. What a file gives may be for others. */
export function misnamed(given: readonly string[], declared: ReadonlySet<string>): readonly Problem[] {
  const names = new Set(given.flatMap((argument) => PAIR.exec(argument)?.[1] ?? []));
  return [...names]
    .filter((name) => !declared.has(name))
    .map((name) => {
      const nearest = nearestOf(name, declared);
      const wayOut = nearest === undefined ? 'leave it out' : `did you mean \`${nearest}\`?`;
      return { file: `--parameters ${name}`, message: `no template here has such a parameter: ${wayOut}` };
    });
}

function readFile(name: string, cwd: string): Parameters {
  let text: string;
  try {
    text = readFileSync(resolve(cwd, name), 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    throw new UsageError(`--parameters ${name} ${describeFailure(error)}; give NAME=VALUE or a file of them`, { cause: error });
  }
  return fromDocument(name, parse(name, text));
}

function parse(name: string, text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    // YAML as it is written: an account id keeps its leading zero.
    const read = readYaml(text);
    if ('unreadable' in read) throw new UsageError(`--parameters ${name}: ${read.unreadable.message}; give a JSON or YAML file of names and values`);
    return read.value as Value;
  }
}

/** An object of names and values (also below `Parameters`), or the list that the CloudFormation CLI takes. */
function fromDocument(name: string, document: Value): Parameters {
  const inner = property(document, 'Parameters');
  const source = isObject(inner) || isList(inner) ? inner : document;
  const wrong = new UsageError(`--parameters ${name}: expected an object of names and values, or a list of {"ParameterKey", "ParameterValue"}`);
  const parameters: Record<string, string> = Object.create(null);
  if (isList(source)) {
    for (const entry of source) {
      const key = property(entry, 'ParameterKey');
      if (typeof key !== 'string') throw wrong;
      const value = property(entry, 'ParameterValue');
      // `UsePreviousValue` says that only the deployed stack knows.
      if (value !== undefined) parameters[key] = textOf(name, key, value);
    }
    return parameters;
  }
  if (!isObject(source)) throw wrong;
  for (const [key, value] of Object.entries(source)) parameters[key] = textOf(name, key, value);
  return parameters;
}

function textOf(file: string, key: string, value: Value): string {
  const text = value === null ? '' : isList(value) ? value.map((item) => asText(item) ?? '').join(',') : asText(value);
  if (text === undefined) throw new UsageError(`--parameters ${file}: ${key} is an object; give a text, a number or a list`);
  return text;
}
