/** Between a client and an emulator: writes down each call by the name of its operation, as IAM and AWS's own models have it. */
import { createServer, request as forward, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ACTIONS, OPERATIONS, type Service } from '../../lib/aws/calls';
import { sdkOf } from '../aws-unit/model';
import { type Api, apiAt } from './emulator';

export interface Recorder extends Api {
  /** What was called since the last time it was asked: `lambda:GetPolicy`, in order. */
  readonly taken: () => readonly string[];
  readonly stop: () => Promise<void>;
}

export async function startRecorder(upstream: Api): Promise<Recorder> {
  const seen: string[] = [];
  const { hostname, port } = new URL(upstream.endpoint);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      seen.push(actionOf(request, body.toString()));
      const { method, url, headers } = request;
      const passed = forward({ hostname, port, method, path: url, headers }, (from) => {
        response.writeHead(from.statusCode ?? 502, from.headers);
        from.pipe(response);
      });
      passed.on('error', () => response.destroy());
      passed.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return {
    ...apiAt(`http://127.0.0.1:${address.port}`),
    taken: () => seen.splice(0),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** By the protocol of the service: a target in a header, an action in a form, or a method and a path. */
function actionOf({ headers, method = '', url = '' }: IncomingMessage, body: string): string {
  const [, service = ''] = /Credential=[^/]+\/\d+\/[^/]+\/([a-z0-9-]+)\//.exec(headers.authorization ?? '') ?? [];
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  const target = headers['x-amz-target'];
  const operation =
    (typeof target === 'string' ? target.split('.').at(-1) : undefined) ??
    (headers['content-type']?.startsWith('application/x-www-form-urlencoded') ? new URLSearchParams(body).get('Action') : undefined) ??
    searchParams.get('x-id') ??
    routesOf(service).find((route) => route.method === method && route.path.test(pathname) && url.includes(route.query))?.operation;
  if (operation === undefined) throw new Error(`no operation of ${service} is known for ${method} ${pathname}`);
  return `${service}:${operation}`;
}

interface Route {
  readonly operation: string;
  readonly method: string;
  readonly path: RegExp;
  /** What the model puts into every request: `find=LayerVersion`. */
  readonly query: string;
}

const known = new Map<string, readonly Route[]>();

/** Those of the SDK's model, and those that only our table knows. */
function routesOf(service: string): readonly Route[] {
  const routes = known.get(service) ?? [...modelled(service), ...bound(service)];
  known.set(service, routes);
  return routes;
}

const modelled = (service: string): readonly Route[] =>
  Object.values(sdkOf(service as Service)).flatMap((schema) => {
    if (!Array.isArray(schema) || schema[0] !== 9) return [];
    const [, , operation, traits] = schema;
    const [method, path] = traits?.http ?? [];
    return typeof path === 'string' ? [routeOf(operation, method, path)] : [];
  });

const bound = (service: string): readonly Route[] =>
  ACTIONS.flatMap((action) => {
    const { binding } = OPERATIONS[action];
    const [owner, operation = ''] = action.split(':');
    return binding && owner === service ? [routeOf(operation, binding.method, binding.path)] : [];
  });

const routeOf = (operation: string, method: string, path: string): Route => ({
  operation,
  method,
  query: path.split('?')[1] ?? '',
  path: new RegExp(
    `^${path
      .replace(/\?.*$/, '')
      .replace(/[.*+^$()|[\]\\]/g, '\\$&')
      .replace(/\{[^}]+\}/g, '[^/]+')}/?$`,
  ),
});
