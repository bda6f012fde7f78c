/**
 * The intrinsic functions, each as far as it can be computed before deployment:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
import { asText, hasHole, hole, isHole, isList, isObject, piecesOf, property, type Value } from '../value';
import { attributeOf, isFreeOf, refer } from './attributes';
import { usedCondition } from './conditions';
import { boundedText, describe, endsInRest, holeFor, splitText } from './holes';
import { listOf, type Run } from './run';

/** Gives the value, a hole for what is not known, or undefined for `AWS::NoValue`. */
type Intrinsic = (argument: Value, run: Run, depth: number) => Value | undefined;

/** A function that nobody can compute before deployment, or that we do not know: a hole named after it and its arguments. */
export function unknownFunction(name: string, argument: Value, run: Run, depth: number): Value {
  return holeFor(name.replace('Fn::', ''), run.resolve(argument, depth + 1));
}

const ref: Intrinsic = (argument, run, depth) => {
  const name = textOf(run, argument, depth);
  return name === undefined ? holeFor('Ref', argument) : refer(run, name, depth);
};

/** `"Fn.Arn"`, or `["Fn", "Arn"]`; the attribute may hold dots (`Outputs.Url`). */
const getAtt: Intrinsic = (argument, run, depth) => {
  if (isList(argument) && argument.length === 2 && typeof argument[0] === 'string' && typeof argument[1] === 'string')
    return attributeOf(run, argument[0], argument[1], depth);
  const parts = isList(argument) ? argument.map((part) => textOf(run, part, depth)) : splitAttribute(textOf(run, argument, depth));
  const [logicalId, ...attribute] = parts;
  if (logicalId === undefined || attribute.length === 0 || attribute.includes(undefined)) return holeFor('GetAtt', argument);
  return attributeOf(run, logicalId, attribute.join('.'), depth);
};

function splitAttribute(text: string | undefined): readonly (string | undefined)[] {
  const dot = text?.indexOf('.') ?? -1;
  return text === undefined || dot < 0 ? [] : [text.slice(0, dot), text.slice(dot + 1)];
}

/** `"text"`, or `["text", { Name: value }]`; `${!Name}` stays as `${Name}`. */
const sub: Intrinsic = (argument, run, depth) => {
  const [template, variables] = isList(argument) ? argument : [argument];
  const text = textOf(run, template, depth);
  if (text === undefined) return holeFor('Sub', argument);
  const pieces = piecesOf(text);
  // A variable may be long to resolve, and named often.
  const known = variables === undefined ? undefined : new Map<string, string>();
  let result = '';
  let isReference = false;
  for (const piece of pieces) {
    if (!isReference || !piece.startsWith('${')) result += piece;
    else {
      const value = known?.get(piece) ?? substituted(run, piece, variables, depth);
      known?.set(piece, value);
      result += value;
    }
    isReference = !isReference;
  }
  return boundedText(result);
};

function substituted(run: Run, piece: string, variables: Value | undefined, depth: number): string {
  const name = piece.slice(2, -1).trim();
  if (name.startsWith('!')) return hole(name.slice(1));
  const variable = property(variables, name);
  const value = variable === undefined ? referByName(run, name, depth) : run.resolve(variable, depth + 1);
  return asText(value) ?? holeFor(name);
}

function referByName(run: Run, name: string, depth: number): Value | undefined {
  const dot = name.indexOf('.');
  const isAttribute = dot > 0 && run.model.entries.has(name.slice(0, dot));
  return isAttribute ? attributeOf(run, name.slice(0, dot), name.slice(dot + 1), depth) : refer(run, name, depth);
}

const join: Intrinsic = (argument, run, depth) => {
  const [delimiter, list] = isList(argument) ? argument : [];
  const between = textOf(run, delimiter, depth);
  const items = list === undefined ? undefined : run.resolve(list, depth + 1);
  const joined = between === undefined || !isList(items) ? undefined : joinedText(items, between);
  return joined === undefined ? holeFor('Join', between ?? delimiter, items) : boundedText(joined);
};

/** Undefined where an item is no text. */
function joinedText(items: readonly Value[], between: string): string | undefined {
  const texts: string[] = [];
  for (const item of items) {
    const text = asText(item);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return texts.join(between);
}

const split: Intrinsic = (argument, run, depth) => {
  const [delimiter, source] = isList(argument) ? argument : [];
  const between = textOf(run, delimiter, depth);
  const text = textOf(run, source, depth);
  if (between === undefined || between === '' || text === undefined || hasHole(between)) return holeFor('Split', argument);
  return splitText(text, between, (hole) => isFreeOf(run, hole, between));
};

const select: Intrinsic = (argument, run, depth) => {
  const [index, source] = isList(argument) ? argument : [];
  const position = textOf(run, index, depth);
  const list = source === undefined ? undefined : run.resolve(source, depth + 1);
  const unknown = () => holeFor('Select', position, list);
  if (position === undefined || !/^\d{1,6}$/.test(position) || !isList(list)) return unknown();
  const at = Number(position);
  const item = list[at];
  return item === undefined || (isOpenList(run, list) && at >= list.length - 1) ? unknown() : item;
};

const length: Intrinsic = (argument, run, depth) => {
  const list = listOf(run, argument, depth);
  return list === undefined || isOpenList(run, list) ? unknownFunction('Length', argument, run, depth) : list.length;
};

/** `[Map, First, Second, { DefaultValue }]`. A key that is not known still gives a value that all its entries share. */
const findInMap: Intrinsic = (argument, run, depth) => {
  const [map, first, second, options] = isList(argument) ? argument : [];
  const keys = [map, first, second].map((key) => textOf(run, key, depth));
  const preset = property(options, 'DefaultValue');
  const [candidates, isCertain] = lookUp(run.model.mappings, keys);
  const values = [...candidates, ...(isCertain || preset === undefined ? [] : [preset])].map((value) => run.resolve(value, depth + 1));
  const distinct = new Map(values.map((value) => [describe(value, 0), value]));
  return distinct.size === 1 ? [...distinct.values()][0] : holeFor('FindInMap', ...keys);
};

/** Every value that the keys may lead to, and whether it is sure that they lead to one. */
function lookUp(mappings: Value | undefined, keys: readonly (string | undefined)[]): readonly [readonly Value[], boolean] {
  let level: readonly Value[] = mappings === undefined ? [] : [mappings];
  let isCertain = true;
  for (const key of keys) {
    const isKnown = key !== undefined && !hasHole(key);
    const next = level.flatMap((table) => (isKnown ? present(property(table, key)) : isObject(table) ? Object.values(table) : []));
    isCertain &&= isKnown && next.length > 0;
    level = next;
  }
  return [level, isCertain];
}

const present = (value: Value | undefined): readonly Value[] => (value === undefined ? [] : [value]);

/** A condition that stays open gives what both branches share, else a hole. */
const chooseBranch: Intrinsic = (argument, run, depth) => {
  const [condition, whenTrue, whenFalse] = isList(argument) ? argument : [];
  if (condition === undefined || whenTrue === undefined || whenFalse === undefined) return holeFor('If', argument);
  const holds = usedCondition(run, condition, depth + 1);
  if (holds !== undefined) return run.resolve(holds ? whenTrue : whenFalse, depth + 1);
  const one = run.resolve(whenTrue, depth + 1);
  const other = run.resolve(whenFalse, depth + 1);
  return describe(one, 0) === describe(other, 0) ? one : holeFor('If', condition, one, other);
};

const base64: Intrinsic = (argument, run, depth) => {
  const text = textOf(run, argument, depth);
  return text === undefined || hasHole(text) ? holeFor('Base64', text ?? argument) : boundedText(Buffer.from(text).toString('base64'));
};

/** Holes stay inside the text, where a reader of the JSON finds them again. */
const toJsonString: Intrinsic = (argument, run, depth) => {
  const value = run.resolve(argument, depth + 1);
  return isList(value) || isObject(value) ? boundedText(JSON.stringify(value)) : holeFor('ToJsonString', value);
};

/** A list whose last item stands for one or more that nobody knows: the rest of a split, a parameter. */
function isOpenList(run: Run, list: readonly Value[]): boolean {
  const last = list.at(-1);
  const parameter = isHole(last) ? run.model.parameters.get(last.slice(2, -1)) : undefined;
  return endsInRest(list) || (parameter?.kind === 'unknown' && parameter.isList === true);
}

const textOf = (run: Run, value: Value | undefined, depth: number): string | undefined =>
  typeof value === 'string' || value === undefined ? value : asText(run.resolve(value, depth + 1));

export const intrinsics: ReadonlyMap<string, Intrinsic> = new Map([
  ['Ref', ref],
  ['Fn::GetAtt', getAtt],
  ['Fn::Sub', sub],
  ['Fn::Join', join],
  ['Fn::Split', split],
  ['Fn::Select', select],
  ['Fn::Length', length],
  ['Fn::FindInMap', findInMap],
  ['Fn::If', chooseBranch],
  ['Fn::Base64', base64],
  ['Fn::ToJsonString', toJsonString],
]);
