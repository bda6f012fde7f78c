/** How often each property is tried: 2,000 times in `npm test`, 100,000 times in `.ci/run`. */
export const runs = Number(process.env.PERIMETER_PROPERTY_RUNS ?? 2000);
