/**
 * The clients of the AWS SDK, which is loaded only when there is something to do, and only the part that is needed: one
 * client for a service and a Region. The runtime of AWS Lambda brings the SDK; it stays outside every bundle. Endpoint,
 * credentials, Region and number of attempts come from the usual environment, read by the SDK itself.
 */
import { AwsFailure } from '../handlers/ports';
import { bind } from './binding';
import { type Action, OPERATIONS, partsOf, type Service } from './calls';

interface SdkClient {
  readonly send: (command: SdkCommand, options: { readonly abortSignal: AbortSignal }) => Promise<unknown>;
}

export interface SdkCommand {
  readonly middlewareStack: {
    readonly add: (
      middleware: Middleware,
      options: { readonly step: 'build' | 'deserialize'; readonly priority: 'high' | 'low'; readonly name: string },
    ) => void;
  };
}

type Handler = (args: { readonly request?: unknown; readonly input: unknown }) => Promise<{ readonly response: unknown }>;
export type Middleware = (next: Handler) => Handler;

/** Everything that a package of the SDK exports, by name. */
export type Sdk = { readonly [name: string]: unknown };

type LoadSdk = (service: Service) => Promise<Sdk>;

export interface Clients {
  /** Sends one call and answers what the SDK answers. Throws whatever the SDK throws. */
  readonly send: (action: Action, input: unknown, region: string | undefined, abortSignal: AbortSignal) => Promise<unknown>;
}

/** Literal names, so that a bundler sees what it leaves out. */
const PACKAGES: { readonly [service in Service]: { readonly client: string; readonly load: () => Promise<Sdk> } } = {
  ec2: { client: 'EC2Client', load: () => import('@aws-sdk/client-ec2') },
  ecr: { client: 'ECRClient', load: () => import('@aws-sdk/client-ecr') },
  iam: { client: 'IAMClient', load: () => import('@aws-sdk/client-iam') },
  lambda: { client: 'LambdaClient', load: () => import('@aws-sdk/client-lambda') },
  logs: { client: 'CloudWatchLogsClient', load: () => import('@aws-sdk/client-cloudwatch-logs') },
  scheduler: { client: 'SchedulerClient', load: () => import('@aws-sdk/client-scheduler') },
  securityhub: { client: 'SecurityHubClient', load: () => import('@aws-sdk/client-securityhub') },
  sns: { client: 'SNSClient', load: () => import('@aws-sdk/client-sns') },
  sqs: { client: 'SQSClient', load: () => import('@aws-sdk/client-sqs') },
};

const loadInstalled: LoadSdk = async (service) => {
  try {
    return await PACKAGES[service].load();
  } catch (error) {
    const message = `the AWS SDK client for ${service} is not installed; AWS Lambda brings it, elsewhere: npm install @aws-sdk/client-${PACKAGE_NAMES[service] ?? service}`;
    throw new AwsFailure('SdkMissing', message, false, { cause: error });
  }
};

const PACKAGE_NAMES: { readonly [service in Service]?: string } = { logs: 'cloudwatch-logs' };

/** One attempt; the SDK makes up to three, or `AWS_MAX_ATTEMPTS`. */
const TIMEOUTS = { connectionTimeout: 2_000, requestTimeout: 8_000, throwOnRequestTimeout: true };

export function createClients(load: LoadSdk = loadInstalled, timeouts: Partial<typeof TIMEOUTS> = {}): Clients {
  const clients = new Map<string, SdkClient>();

  function clientOf(sdk: Sdk, service: Service, region: string | undefined): SdkClient {
    const key = `${service} ${region ?? ''}`;
    const known = clients.get(key);
    if (known) return known;
    const Client = sdk[PACKAGES[service].client];
    if (!isClientClass(Client)) throw new AwsFailure('SdkMissing', `the AWS SDK has no ${PACKAGES[service].client}`, false);
    const client = new Client({ ...(region !== undefined && { region }), requestHandler: { ...TIMEOUTS, ...timeouts } });
    clients.set(key, client);
    return client;
  }

  return {
    send: async (action, input, region, abortSignal) => {
      const { service, operation } = partsOf(action);
      const sdk = await load(service);
      const client = clientOf(sdk, service, region);
      const Command = sdk[`${operation}Command`];
      if (isCommandClass(Command)) return client.send(new Command(input), { abortSignal });
      const { binding } = OPERATIONS[action];
      const Carrier = sdk.GetPolicyCommand;
      if (!binding || !isCommandClass(Carrier)) throw new AwsFailure('SdkMissing', `this version of the AWS SDK has no ${action}`, false);
      const { command, answer } = bind(new Carrier({ FunctionName: '-' }), binding, isFields(input) ? input : {});
      await client.send(command, { abortSignal });
      return answer();
    },
  };
}

const isClientClass = (value: unknown): value is new (configuration: object) => SdkClient => typeof value === 'function';
const isCommandClass = (value: unknown): value is new (input: unknown) => SdkCommand => typeof value === 'function';
const isFields = (value: unknown): value is { readonly [name: string]: unknown } => typeof value === 'object' && value !== null;
