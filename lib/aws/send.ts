/** One call, within the time that is left: the SDK's own retries, then once more after a pause, then the failure. */
import { AwsFailure } from '../handlers/ports';
import { type Action, OPERATIONS, type Operation } from './calls';
import type { Clients } from './clients';
import type { Clock } from './clock';
import { failureOf, MALFORMED } from './failure';
import { type Fields, fieldsOf } from './output';
import { LATE, within } from './within';

interface Where {
  /** Where it goes; undefined: where we run. */
  readonly region?: string;
  /** Milliseconds that it may take at most, whatever is left. */
  readonly limit?: number;
}

/** Throws `AwsFailure`, and nothing else. */
export type Send = (action: Action, input: Fields, where?: Where) => Promise<Fields>;

interface Sending {
  readonly clients: Clients;
  readonly clock: Clock;
  /** Milliseconds until the runtime ends the invocation. */
  readonly remaining: () => number;
}

/** Each round is up to three attempts of the SDK. */
const ROUNDS = 2;
/** Milliseconds kept back, so that what happened can still be written down. */
const RESERVE = { read: 4_000, write: 4_000, plumbing: 500 } as const satisfies { readonly [kind in Operation['kind']]: number };
const SHORTEST_MS = 100;
const LONGEST_MS = 25_000;
const MOST_PAGES = 1000;

export function createSend(sending: Sending): Send {
  return async (action, input, where = {}) => {
    const { pages, answers } = OPERATIONS[action];
    const first = await sendInRounds(sending, action, input, where);
    if (!pages || answers === undefined) return first;
    return joinPages(first, { list: answers, next: pages.next }, (token) => sendInRounds(sending, action, { ...input, [pages.token]: token }, where));
  };
}

async function sendInRounds(sending: Sending, action: Action, input: Fields, where: Where): Promise<Fields> {
  const { clock, remaining } = sending;
  const endsBy = clock.now() + (where.limit ?? LONGEST_MS);
  const left = () => Math.min(endsBy - clock.now(), remaining() - RESERVE[OPERATIONS[action].kind]);
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

async function sendOnce({ clients }: Sending, action: Action, input: Fields, region: string | undefined, left: number): Promise<Fields> {
  if (left < SHORTEST_MS) throw new AwsFailure(LATE, `no time is left for ${action}`, true);
  const fields = fieldsOf(await within(left, action, (signal) => clients.send(action, input, region, signal)));
  const { answers } = OPERATIONS[action];
  if (answers !== undefined && !Object.hasOwn(fields, answers)) throw new AwsFailure(MALFORMED, `the answer to ${action} has no ${answers}`, true);
  return fields;
}

/** The first page with the lists of all. What is not seen must not be taken for gone, so too many pages are a failure. */
async function joinPages(
  first: Fields,
  { list, next }: { readonly list: string; readonly next: string },
  pageAfter: (token: string) => Promise<Fields>,
): Promise<Fields> {
  const all = listOf(first, list);
  const seen = new Set<string>();
  let token = tokenOf(first, next);
  while (token !== undefined) {
    if (seen.has(token)) throw new AwsFailure('RepeatedToken', `the list ${list} answers the same page again`, true);
    seen.add(token);
    if (seen.size >= MOST_PAGES) throw new AwsFailure('TooManyPages', `the list ${list} has more than ${MOST_PAGES} pages`, false);
    const page = await pageAfter(token);
    all.push(...listOf(page, list));
    token = tokenOf(page, next);
  }
  const { [next]: _, ...rest } = first;
  return { ...rest, [list]: all };
}

const listOf = (page: Fields, name: string): Fields[string][] => {
  const list = page[name];
  return Array.isArray(list) ? [...list] : [];
};

function tokenOf(page: Fields, name: string): string | undefined {
  const token = page[name];
  return typeof token === 'string' && token !== '' ? token : undefined;
}
