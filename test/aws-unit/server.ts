/** A server on the loopback that answers as it is told and keeps what it was asked, for the real SDK to talk to. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../lib/aws/clock';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Names and values as they came, in order. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

export type Answer =
  | {
      readonly status?: number;
      readonly json?: unknown;
      readonly xml?: string;
      readonly text?: string;
      readonly error?: string;
      readonly headers?: object;
    }
  /** Closes the connection, says nothing, or breaks off in the middle. */
  | 'reset'
  | 'silence'
  | 'truncated';

interface Server {
  readonly asked: Asked[];
  /** Answers in this order, the last one from then on. */
  readonly answer: (...answers: readonly Answer[]) => void;
}

/** Starts before the tests of a file, stops after them; every client of the SDK finds it by the environment. */
export function useServer(): Server {
  const asked: Asked[] = [];
  let answers: readonly Answer[] = [{ json: {} }];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers, rawHeaders } = request;
      asked.push({ method, path, headers, rawHeaders, body: Buffer.concat(chunks).toString() });
      const [answer = { json: {} }, ...rest] = answers;
      if (rest.length > 0) answers = rest;
      reply(response, answer);
    });
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_MAX_ATTEMPTS: '1',
    });
    delete process.env.AWS_SESSION_TOKEN;
    delete process.env.AWS_PROFILE;
  });
  beforeEach(() => {
    asked.length = 0;
    answers = [{ json: {} }];
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  return {
    asked,
    answer: (...next) => {
      answers = next;
    },
  };
}

function reply(response: ServerResponse, answer: Answer): void {
  if (answer === 'silence') return;
  if (answer === 'reset') {
    response.destroy();
    return;
  }
  if (answer === 'truncated') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"Policy":"{');
    setImmediate(() => response.destroy());
    return;
  }
  const { status = 200, json, xml, text, error, headers = {} } = answer;
  const type = xml === undefined ? 'application/json' : 'text/xml';
  const content = Buffer.from(text ?? xml ?? (status === 204 ? '' : JSON.stringify(json ?? {})));
  response.writeHead(status, {
    ...(status !== 204 && { 'content-length': content.length }),
    'content-type': type,
    ...(error !== undefined && { 'x-amzn-errortype': error }),
    ...headers,
  });
  response.end(content);
}

/** The error of a service that speaks JSON. */
export const jsonError = (status: number, error: string, message = 'no'): Answer => ({
  status,
  error,
  json: { __type: error, message, Message: message },
});

/** The error of a service that speaks the query protocol. */
export const queryError = (status: number, code: string): Answer => ({
  status,
  xml: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
});

/** Time stands still but for what is slept. */
export function fakeClock(start = Date.parse('2026-11-22T10:00:00.000Z')): Clock & { readonly slept: number[] } {
  let now = start;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    random: () => 0.5,
    sleep: async (milliseconds) => {
      slept.push(milliseconds);
      now += milliseconds;
    },
  };
}
