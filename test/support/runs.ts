/** How often each property is tried: 2,000 times in `npm test`, 100,000 times in `.ci/run`. */
export const runs = Number(process.env.PERIMETER_PROPERTY_RUNS ?? 2000);

/** For properties whose every run takes milliseconds (a whole file is parsed, or cut up in many ways): 10,000 at most. */
export const costlyRuns = Math.min(runs, 10_000);
