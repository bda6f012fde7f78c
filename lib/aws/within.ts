/** Work that ends in time, or is given up. */
import { AwsFailure } from '../handlers/ports';

export const LATE = 'DeadlineExceeded';

/** Rejects with `AwsFailure` once the time is over, and aborts the work: the SDK of some runtimes does not look at the signal while it waits before a retry. */
export async function within<T>(milliseconds: number, what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new AwsFailure(LATE, `no time is left for ${what}`, true));
      controller.abort();
    }, milliseconds);
  });
  try {
    return await Promise.race([work(controller.signal), end]);
  } finally {
    clearTimeout(timer);
  }
}
