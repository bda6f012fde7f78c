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

/** One call that met a rule. */
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
  /** The calls of one account, seen apart from all others: rules, `set` and `clear` of those have no part in it. */
  readonly watch: (account: string) => Promise<Watch>;
  readonly stop: () => Promise<void>;
}

export interface Watch {
  /** From now on this rule, which leaves as many of the calls that it is about alone as `after` says. */
  readonly trouble: (rule: FaultRule, after: number) => Promise<void>;
  /** No rule any more. */
  readonly heal: () => Promise<void>;
  /** Every call so far, in order; those that were troubled too. */
  readonly calls: () => Promise<readonly FiredFault[]>;
  /** How many calls there were, and whether each rule troubled one. */
  readonly end: () => Promise<{ readonly calls: number; readonly isMet: boolean }>;
}

const WARM_UP: Caller = { account: '000000000000' };

/** Takes about five seconds: the proxy loads the models of all of AWS with its first call, which is made here. */
export async function startFaults(emulator: Emulator): Promise<Faults> {
  const port = await freePort();
  const api = apiAt(`http://127.0.0.1:${port}`);
  const control = `${api.endpoint}/_microburst`;
  const program = await startProgram({
    module: 'microburst_perimeter',
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
    watch: (account) => watchOf(control, account),
    stop: program.stop,
  };
}

/** A rule that changes nothing, and leaves its trace all the same. */
const PASSING = { service: '*', latency: 0 };

/** Rules are added and taken back by the access key in a request's signature, which is the account. The first that matches counts. */
async function watchOf(control: string, account: string): Promise<Watch> {
  const seen = { headers: { authorization: `Credential=${account}` } };
  const troubled = { headers: { authorization: `Credential=${account}/` } };
  const add = async (rules: readonly object[]): Promise<readonly number[]> => {
    const added: readonly { readonly id: number }[] = JSON.parse(await ask('PATCH', `${control}/rules`, JSON.stringify(rules)));
    return added.map(({ id }) => id);
  };
  const remove = async (...rules: readonly object[]) => {
    await ask('DELETE', `${control}/rules`, JSON.stringify(rules));
  };
  const firedBy = async (id: number): Promise<readonly (FiredFault & { readonly ts: number })[]> =>
    JSON.parse(await ask('GET', `${control}/fired?limit=100000&rule_id=${id}`));
  const passing: number[] = [];
  const troubling: number[] = [];
  const pass = async () => passing.push(...(await add([{ ...PASSING, ...seen }])));
  await pass();
  return {
    trouble: async ({ service, operation, ...effect }, after) => {
      const about = { service, operation, ...troubled };
      await remove(seen);
      if (after > 0) passing.push(...(await add([{ ...about, ...PASSING, service, times: after }])));
      troubling.push(...(await add([{ ...about, ...effect }])));
      await pass();
    },
    heal: () => remove(troubled),
    calls: async () => {
      const events = await Promise.all([...passing, ...troubling].map(firedBy));
      return events.flat().sort((one, other) => one.ts - other.ts);
    },
    end: async () => {
      const [passed, met] = await Promise.all([Promise.all(passing.map(firedBy)), Promise.all(troubling.map(firedBy))]);
      await remove(seen, troubled);
      return { calls: [...passed, ...met].flat().length, isMet: met.every((events) => events.length > 0) };
    },
  };
}

/** One signed call; what it answers does not matter. */
async function warmUp(api: Api): Promise<void> {
  const { LambdaClient, ListFunctionsCommand } = await import('@aws-sdk/client-lambda');
  await new LambdaClient(api.client(WARM_UP)).send(new ListFunctionsCommand({}));
}
