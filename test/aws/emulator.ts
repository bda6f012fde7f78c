/**
 * The AWS API of the end-to-end tests: moto's server with the changes in `moto_perimeter`, one for each test file, and ministack,
 * which can run Node.js functions. Both take an access key of 12 digits for the account of the caller.
 */
import { answers, freePort, type Program, startProgram } from './program';

/** The region that tests use where it does not matter. */
const REGION = 'eu-west-1';

export interface Caller {
  /** 12 digits. */
  readonly account: string;
  readonly region?: string;
}

/** What every client of the SDK takes. */
export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** What SNS sent to an endpoint outside AWS. The token confirms the subscription, or brings it back after it was removed. */
export interface SentBySns {
  readonly Type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly TopicArn: string;
  readonly Protocol: string;
  readonly Endpoint: string;
  readonly Token: string;
}

export interface Api {
  readonly endpoint: string;
  /** For the constructor of any SDK client: `new LambdaClient(emulator.client({ account }))`. */
  readonly client: (caller: Caller) => ClientSettings;
  /** For the environment of a process that calls AWS as a Lambda function does. */
  readonly environment: (caller: Caller) => { readonly [name: string]: string };
}

export interface Emulator extends Api {
  /** Forgets everything, in all accounts. */
  readonly reset: () => Promise<void>;
  /** Ends this emulator, and nothing else. */
  readonly stop: () => Promise<void>;
}

export interface MotoEmulator extends Emulator {
  /** What reached endpoints outside AWS, the oldest first. */
  readonly sentBySns: () => Promise<readonly SentBySns[]>;
}

/** An AWS API at an endpoint: the emulator's own, or that of a proxy in front of it. */
export const apiAt = (endpoint: string): Api => ({
  endpoint,
  client: ({ account, region = REGION }) => ({ endpoint, region, credentials: { accessKeyId: account, secretAccessKey: 'secret' } }),
  environment: ({ account, region = REGION }) => ({
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: 'secret',
  }),
});

/**
 * moto with our changes, without Amazon's images, which nothing starts and every account would load. Ready in about a second; in two
 * with CloudFormation, which loads every service.
 */
export async function startEmulator(more?: 'cloudformation', environment: { readonly [name: string]: string } = {}): Promise<MotoEmulator> {
  const program = await startProgram({
    module: 'moto_perimeter',
    args: more ? [more] : [],
    environment: { MOTO_EC2_LOAD_DEFAULT_AMIS: 'false', ...environment },
    isReady: (output) => output.includes('\n'),
  });
  const endpoint = `http://127.0.0.1:${program.output().trim()}`;
  return {
    ...emulatorAt(endpoint, program, '/moto-api/reset'),
    sentBySns: async () => JSON.parse(await ask('GET', `${endpoint}/perimeter/sns/sent`)),
  };
}

/** ministack with our change, for what moto lacks: it invokes Node.js functions, by the `node` and the packages that `environment` lets it find. */
export async function startMinistack(environment: { readonly [name: string]: string } = {}): Promise<Emulator> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const program = await startProgram({
    module: 'ministack_perimeter',
    environment: { ...environment, BIND_HOST: '127.0.0.1', GATEWAY_PORT: String(port), LAMBDA_EXECUTOR: 'local' },
    isReady: () => answers(`${endpoint}/_ministack/health`),
  });
  return emulatorAt(endpoint, program, '/_ministack/reset');
}

const emulatorAt = (endpoint: string, program: Program, resetPath: string): Emulator => ({
  ...apiAt(endpoint),
  reset: async () => {
    await ask('POST', `${endpoint}${resetPath}`);
  },
  stop: program.stop,
});

/** The body of the answer. Throws where it is not a good one. */
export async function ask(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: string): Promise<string> {
  const response = await fetch(url, { method, ...(body !== undefined && { body }) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return text;
}
