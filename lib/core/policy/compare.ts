/** How one value of a condition is compared with one value of a request: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
import { contains, parseAddress, parseNetwork } from '../network';
import type { Context } from './index';
import { matches, matchesArn, parseTemplate } from './pattern';
import { maybe, type Truth, truthOf } from './truth';

/** Does the value of the request match? `key`: what to name where that cannot be said. */
export type Compare = (value: string, context: Context, key: string) => Truth;

/** Reads a value of the policy; undefined, and a problem, when it is none of its operator's. */
type Family = (text: string, variables: boolean, problems: string[]) => Compare | undefined;

const equal: Family = (text, variables, problems) => {
  const template = parseTemplate(text, { wildcards: false, variables }, problems);
  return (value, context) => matches(template, value, context);
};

const equalIgnoringCase: Family = (text, variables, problems) => {
  const template = parseTemplate(text, { wildcards: false, variables }, problems);
  return (value, context) => matches(template, value, context, true);
};

const like: Family = (text, variables, problems) => {
  const template = parseTemplate(text, { wildcards: true, variables }, problems);
  return (value, context) => matches(template, value, context);
};

/** `ArnEquals` and `ArnLike` "behave identically". */
const arn: Family = (text, variables, problems) => {
  const template = parseTemplate(text, { wildcards: true, variables }, problems);
  return (value, context, key) => matchesArn(template, value, context, key);
};

/** A family whose values are read by one function; a value of the request that it cannot read leaves the answer open. */
function typed<T>(what: string, read: (text: string) => T | undefined, compare: (value: T, wanted: T) => boolean): Family {
  return (text, _, problems) => {
    const wanted = read(text);
    if (wanted === undefined) {
      problems.push(`${text.slice(0, 60)} is no ${what}`);
      return undefined;
    }
    return (value, _context, key) => {
      const given = read(value);
      return given === undefined ? maybe(key) : truthOf(compare(given, wanted));
    };
  };
}

const numeric = (compare: (value: number, wanted: number) => boolean): Family => typed('number', readNumber, compare);
const date = (compare: (value: number, wanted: number) => boolean): Family => typed('date', readDate, compare);
const bool = typed('boolean', readBool, (value, wanted) => value === wanted);
const binary = typed('base64 text', readBase64, (value, wanted) => value === wanted);

/** "If you specify an IP address without the associated routing prefix, IAM uses the default prefix value of /32": whether that goes for IPv6 is not said. */
const ip: Family = (text, _, problems) => {
  const network = parseNetwork(text);
  if (!network) {
    problems.push(`${text.slice(0, 60)} is no network`);
    return undefined;
  }
  const widest = network.bits === 128 && !text.includes('/') ? parseNetwork(`${text}/32`) : undefined;
  return (value, _context, key) => {
    if (!parseAddress(value) || (widest && contains([widest], value) && !contains([network], value))) return maybe(key);
    return truthOf(contains([network], value));
  };
};

function readNumber(text: string): number | undefined {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text) ? Number(text) : undefined;
}

/** "ISO 8601 formats of dates", or seconds since 1970. https://www.w3.org/TR/NOTE-datetime */
const DATE = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$/;

function readDate(text: string): number | undefined {
  if (/^-?\d+$/.test(text) && text.length !== 4) return Number(text) * 1000;
  const time = DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function readBool(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : undefined;
}

function readBase64(text: string): string | undefined {
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text) ? text : undefined;
}

const is = (a: number, b: number) => a === b;
const isLess = (a: number, b: number) => a < b;
const isAtMost = (a: number, b: number) => a <= b;
const isMore = (a: number, b: number) => a > b;
const isAtLeast = (a: number, b: number) => a >= b;

/** Every operator but `Null`, in lower case. */
export const COMPARISONS: { readonly [operator: string]: { readonly family: Family; readonly isNegated: boolean } } = {
  stringequals: { family: equal, isNegated: false },
  stringnotequals: { family: equal, isNegated: true },
  stringequalsignorecase: { family: equalIgnoringCase, isNegated: false },
  stringnotequalsignorecase: { family: equalIgnoringCase, isNegated: true },
  stringlike: { family: like, isNegated: false },
  stringnotlike: { family: like, isNegated: true },
  numericequals: { family: numeric(is), isNegated: false },
  numericnotequals: { family: numeric(is), isNegated: true },
  numericlessthan: { family: numeric(isLess), isNegated: false },
  numericlessthanequals: { family: numeric(isAtMost), isNegated: false },
  numericgreaterthan: { family: numeric(isMore), isNegated: false },
  numericgreaterthanequals: { family: numeric(isAtLeast), isNegated: false },
  dateequals: { family: date(is), isNegated: false },
  datenotequals: { family: date(is), isNegated: true },
  datelessthan: { family: date(isLess), isNegated: false },
  datelessthanequals: { family: date(isAtMost), isNegated: false },
  dategreaterthan: { family: date(isMore), isNegated: false },
  dategreaterthanequals: { family: date(isAtLeast), isNegated: false },
  bool: { family: bool, isNegated: false },
  binaryequals: { family: binary, isNegated: false },
  ipaddress: { family: ip, isNegated: false },
  notipaddress: { family: ip, isNegated: true },
  arnequals: { family: arn, isNegated: false },
  arnlike: { family: arn, isNegated: false },
  arnnotequals: { family: arn, isNegated: true },
  arnnotlike: { family: arn, isNegated: true },
};
