/** What the SDK throws, as one kind of failure: AWS's own name of the error, and whether another try may succeed. */
import { AwsFailure } from '../handlers/ports';

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html, and what Node.js calls a broken connection. */
const PASSING = [
  'BandwidthLimitExceeded',
  'EC2Throttled',
  'InternalError',
  'InternalFailure',
  'InternalServer',
  'PriorRequestNotComplete',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestTimeout',
  'Server',
  'Service',
  'ServiceUnavailable',
  'SlowDown',
  'Throttled',
  'Throttling',
  'TimeoutError',
  'TooManyRequests',
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
];

const LONGEST_MESSAGE = 1000;

/** `passing`: further errors of this operation that pass. Never throws. */
export function failureOf(error: unknown, passing: readonly string[] = []): AwsFailure {
  if (error instanceof AwsFailure) return error;
  const code = codeOf(error);
  const status = statusOf(error);
  const isTransient =
    isNamed(code, PASSING) ||
    isNamed(code, passing) ||
    code === MALFORMED ||
    code === BROKEN ||
    status === 429 ||
    status >= 500 ||
    isRetryable(error);
  const message = code === MALFORMED ? 'the answer cannot be read' : messageOf(error);
  return new AwsFailure(code, message, isTransient, { cause: error });
}

/** An answer that is no JSON or XML: not AWS's word, so asking again may help. The SDK's message would quote it. */
export const MALFORMED = 'MalformedAnswer';

/** What the SDK says of an error of another context, as connections throw them where several contexts share a process. */
const WRAPPED = /^AWS SDK error wrapper for (\w+)/;
const BROKEN = 'ConnectionBroken';

function codeOf(error: unknown): string {
  const name = textOf(error, 'name');
  if (name === 'TimeoutError') return name;
  const system = textOf(error, 'code');
  if (/^E[A-Z_]+$/.test(system)) return system;
  const [, wrapped] = WRAPPED.exec(textOf(error, 'message')) ?? [];
  if (wrapped !== undefined) return wrapped === 'Error' ? BROKEN : wrapped;
  // The SDK keeps the answer beside an error that came up while reading it; AWS's own errors say whose fault they are.
  if (error instanceof SyntaxError || (has(error, '$response') && !has(error, '$fault'))) return MALFORMED;
  return name === '' ? 'UnknownError' : name;
}

const messageOf = (error: unknown): string => textOf(error, 'message').replace(/\s+/g, ' ').trim().slice(0, LONGEST_MESSAGE) || 'no message';

const has = (error: unknown, name: string): error is object => typeof error === 'object' && error !== null && name in error;

function textOf(error: unknown, name: string): string {
  const value = has(error, name) ? Reflect.get(error, name) : undefined;
  return typeof value === 'string' ? value : '';
}

function statusOf(error: unknown): number {
  const metadata = has(error, '$metadata') ? Reflect.get(error, '$metadata') : undefined;
  const status = has(metadata, 'httpStatusCode') ? Reflect.get(metadata, 'httpStatusCode') : undefined;
  return typeof status === 'number' ? status : 0;
}

const isRetryable = (error: unknown): boolean => has(error, '$retryable') && Reflect.get(error, '$retryable') !== undefined;

/** Names with and without their ending: the same error is `NotFound` on one wire and `NotFoundException` on another. */
export const isNamed = (code: string, names: readonly string[] = []): boolean => names.some((name) => code === name || code === `${name}Exception`);
