/** Faults in front of an emulator: a proxy that answers some calls as a troubled AWS would, by rules. */
import { type Api, apiAt, ask, type Caller, type Emulator } from './emulator';
import { answers, freePort, startProgram } from './program';

/** Which calls, and what happens to them; the whole list: https://pypi.org/project/microburst */
export interface FaultRule {
  /** As signatures name it: `lambda`, `sns`, `securityhub`. */
  readonly service: string;
  /** `RemovePermission`; absent: every operation. */
  readonly operation?: string;
  readonly region?: string;
  /** So many times, then never again. */
  readonly times?: number;
  /** Fails and passes in turns. */
  readonly sequence?: { readonly fail: number; readonly pass: number };
  readonly error?: { readonly code: string; readonly status?: number; readonly message?: string };
  /** Milliseconds before anything else happens. */
  readonly latency?: number;
  /** Holds the call for so many milliseconds, then answers 504. */
  readonly timeout_ms?: number;
  /** Cuts the connection without an answer; the call is not made. */
  readonly reset?: true;
  /** Makes the call, then spoils the answer: the beginning of the body, or nothing but a cut connection (`abort_bytes: 0`). */
  readonly response?: { readonly truncate_frac?: number; readonly truncate_bytes?: number; readonly abort_bytes?: number };
}

/** One fault that happened. */
export interface FiredFault {
  readonly service: string;
  readonly operation: string;
  readonly action: string;
}

export interface Faults extends Api {
  /** From now on these rules, and no others. */
  readonly set: (rules: readonly FaultRule[]) => Promise<void>;
  /** No rules, and nothing fired yet. */
  readonly clear: () => Promise<void>;
  readonly fired: () => Promise<readonly FiredFault[]>;
  readonly stop: () => Promise<void>;
}

const WARM_UP: Caller = { account: '000000000000' };

/** Takes about five seconds: the proxy loads the models of all of AWS with its first call, which is made here. */
export async function startFaults(emulator: Emulator): Promise<Faults> {
  const port = await freePort();
  const api = apiAt(`http://127.0.0.1:${port}`);
  const control = `${api.endpoint}/_microburst`;
  const program = await startProgram({
    module: 'microburst',
    args: ['--upstream', emulator.endpoint, '--host', '127.0.0.1', '--port', String(port)],
    isReady: () => answers(`${control}/health`),
  });
  await warmUp(api);
  return {
    ...api,
    set: async (rules) => {
      await ask('POST', `${control}/rules`, JSON.stringify(rules));
    },
    clear: async () => {
      await ask('POST', `${control}/rules`, '[]');
      await ask('DELETE', `${control}/fired`);
    },
    fired: async () => JSON.parse(await ask('GET', `${control}/fired?limit=100000`)),
    stop: program.stop,
  };
}

/** One signed call; what it answers does not matter. */
async function warmUp(api: Api): Promise<void> {
  const { LambdaClient, ListFunctionsCommand } = await import('@aws-sdk/client-lambda');
  await new LambdaClient(api.client(WARM_UP)).send(new ListFunctionsCommand({}));
}
