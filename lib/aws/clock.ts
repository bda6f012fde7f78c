/** Time and chance, handed in so that tests wait for nothing. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** From 0 to less than 1. */
  readonly random: () => number;
}

export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: () => Math.random(),
};

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Waits until one more call keeps within the rate: a bucket of `burst` that fills `perSecond`. Callers wait in turn. */
export function createPace({ perSecond, burst }: Rate, clock: Clock): () => Promise<void> {
  const interval = 1000 / perSecond;
  let fullAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const now = clock.now();
    // The time at which the bucket would be full again, were nothing more asked of it.
    fullAt = Math.max(fullAt, now) + interval;
    const wait = fullAt - now - burst * interval;
    if (wait > 0) await clock.sleep(wait);
  };
}
