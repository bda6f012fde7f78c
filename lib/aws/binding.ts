/**
 * Operations that the SDK at hand does not know: the runtime of a function may bring a client that is older than they are.
 * Another command of the same client carries them, so that endpoint, signature and retries are the client's own, and only
 * the request and the answer are ours.
 */
import type { Middleware, SdkCommand } from './clients';

/** As the model of a REST service writes it (`httpLabel`, `httpQuery`, members of the body in the model's order). */
export interface Binding {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  /** With labels: `/2026-07-09/resource-policy/{ResourceArn}`. */
  readonly path: string;
  readonly query?: readonly string[];
  readonly body?: readonly string[];
}

type Fields = { readonly [name: string]: unknown };

/** The path of `GetPolicy`, which carries: what stands before it belongs to the endpoint. */
const CARRIED_PATH = /\/2015-03-31\/functions\/.*$/;

interface BoundCommand {
  readonly command: SdkCommand;
  /** The answer, once the command was sent. */
  readonly answer: () => unknown;
}

/** `carrier`: a fresh `GetPolicy` command. Throws where a label has no value: the path would be that of another operation. */
export function bind(carrier: SdkCommand, binding: Binding, input: Fields): BoundCommand {
  let answer: unknown = {};
  const path = fillIn(binding.path, input);
  const request: Middleware = (next) => (args) => {
    if (!isRequest(args.request)) throw new Error('the SDK built no HTTP request to rewrite');
    const { request } = args;
    request.method = binding.method;
    request.path = request.path.replace(CARRIED_PATH, () => path);
    request.query = pick(input, binding.query);
    if (binding.body) {
      request.headers = { ...request.headers, 'content-type': 'application/json' };
      request.body = JSON.stringify(pick(input, binding.body));
    }
    return next(args);
  };
  const response: Middleware = (next) => async (args) => {
    const result = await next(args);
    const { response } = result;
    if (isResponse(response) && response.statusCode < 300) {
      const text = await textOf(response.body);
      // A deletion answers nothing.
      if (text !== '' && binding.method !== 'DELETE') answer = JSON.parse(text);
      // What is left for the carrier to read.
      response.body = new Uint8Array();
    }
    return result;
  };
  carrier.middlewareStack.add(request, { step: 'build', priority: 'high', name: 'perimeterRequest' });
  carrier.middlewareStack.add(response, { step: 'deserialize', priority: 'low', name: 'perimeterResponse' });
  return { command: carrier, answer: () => answer };
}

const fillIn = (path: string, input: Fields): string =>
  path.replace(/\{(\w+)\}/g, (_, label: string) => {
    const value = Object.hasOwn(input, label) ? input[label] : undefined;
    if (typeof value !== 'string' || value === '') throw new Error(`no value for ${label}`);
    return encode(value);
  });

/** RFC 3986, as the SDK encodes labels. */
const encode = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const pick = (input: Fields, names: readonly string[] = []): { [name: string]: unknown } =>
  Object.fromEntries(names.flatMap((name) => (Object.hasOwn(input, name) && input[name] !== undefined ? [[name, input[name]]] : [])));

interface HttpRequest {
  method: string;
  path: string;
  query: { [name: string]: unknown };
  headers: { readonly [name: string]: string };
  body?: unknown;
}

const isRequest = (value: unknown): value is HttpRequest =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && typeof value.path === 'string';

const isResponse = (value: unknown): value is { readonly statusCode: number; body: unknown } =>
  typeof value === 'object' && value !== null && 'statusCode' in value && typeof value.statusCode === 'number';

async function textOf(body: unknown): Promise<string> {
  if (!isStream(body)) return '';
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

const isStream = (body: unknown): body is AsyncIterable<Uint8Array> => typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
