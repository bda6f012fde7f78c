/** One call, within the time that is left: the SDK's own retries, then once more after a pause, then the failure. */
import { AwsFailure } from '../handlers/ports';
import { type Action, OPERATIONS, type Operation } from './calls';
import type { Clients } from './clients';
import type { Clock } from './clock';
import { failureOf } from './failure';
import { type Fields, fieldsOf } from './output';

export interface Where {
  /** Where it goes; undefined: where we run. */
  readonly region?: string;
  /** Milliseconds that it may take at most, whatever is left. */
  readonly limit?: number;
}

/** Throws `AwsFailure`, and nothing else. */
export type Send = (action: Action, input: Fields, where?: Where) => Promise<Fields>;

export interface Sending {
  readonly clients: Clients;
  readonly clock: Clock;
  /** Milliseconds until the runtime ends the invocation. */
  readonly remaining: () => number;
}

/** Each round is up to three attempts of the SDK. */
const ROUNDS = 2;
/** Kept back, so that what happened can still be reported. */
const RESERVE_MS = 1_500;
const SHORTEST_MS = 100;
const LONGEST_MS = 25_000;
const MOST_PAGES = 200;

export function createSend(sending: Sending): Send {
  return async (action, input, where = {}) => {
    const { pages } = OPERATIONS[action];
    return pages ? joinPages(sending, action, input, where, pages) : sendInRounds(sending, action, input, where);
  };
}

async function sendInRounds(sending: Sending, action: Action, input: Fields, where: Where): Promise<Fields> {
  const { clock, remaining } = sending;
  const endsBy = clock.now() + (where.limit ?? LONGEST_MS);
  const left = () => Math.min(endsBy - clock.now(), remaining() - RESERVE_MS);
  for (let round = 1; ; round += 1) {
    try {
      return await sendOnce(sending, action, input, where.region, left());
    } catch (error) {
      const failure = failureOf(error, OPERATIONS[action].passing);
      const pause = 250 + clock.random() * 750;
      if (!failure.isTransient || failure.code === LATE || round === ROUNDS || pause + SHORTEST_MS > left()) throw failure;
      await clock.sleep(pause);
    }
  }
}

const LATE = 'DeadlineExceeded';

async function sendOnce({ clients }: Sending, action: Action, input: Fields, region: string | undefined, limit: number): Promise<Fields> {
  const late = () => new AwsFailure(LATE, `no time is left for ${action}`, true);
  if (limit < SHORTEST_MS) throw late();
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  // The SDK of some runtimes does not look at the signal while it waits before a retry.
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        reject(late());
        controller.abort();
      },
      Math.min(limit, LONGEST_MS),
    );
  });
  try {
    return await Promise.race([clients.send(action, input, region, controller.signal).then(fieldsOf), end]);
  } finally {
    clearTimeout(timer);
  }
}

/** The first page with the lists of all. What is not seen must not be taken for gone, so too many pages are a failure. */
async function joinPages(sending: Sending, action: Action, input: Fields, where: Where, pages: NonNullable<Operation['pages']>): Promise<Fields> {
  const first = await sendInRounds(sending, action, input, where);
  const all = listOf(first, pages.list);
  const seen = new Set<string>();
  let token = tokenOf(first, pages.next);
  while (token !== undefined) {
    if (seen.has(token)) throw new AwsFailure('RepeatedToken', `${action} answers the same page again`, true);
    seen.add(token);
    if (seen.size >= MOST_PAGES) throw new AwsFailure('TooManyPages', `${action} has more than ${MOST_PAGES} pages`, false);
    const page = await sendInRounds(sending, action, { ...input, [pages.token]: token }, where);
    all.push(...listOf(page, pages.list));
    token = tokenOf(page, pages.next);
  }
  const { [pages.next]: _, ...rest } = first;
  return { ...rest, [pages.list]: all };
}

const listOf = (page: Fields, name: string): Fields[string][] => {
  const list = page[name];
  return Array.isArray(list) ? [...list] : [];
};

function tokenOf(page: Fields, name: string): string | undefined {
  const token = page[name];
  return typeof token === 'string' && token !== '' ? token : undefined;
}
