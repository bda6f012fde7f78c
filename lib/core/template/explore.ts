/** Answers `0` to `options - 1`, or undefined once it is clear that there are too many ways: the attempt's result is dropped then. */
export type Choose = (options: number) => number | undefined;

interface Step {
  readonly options: number;
  choice: number;
}

/**
 * Runs an attempt once for each way in which the choices that it asks for can be answered. Only choices that are reached
 * count, so what an attempt does not look at multiplies nothing. Undefined when there are more than `limit` ways.
 */
export function explore<T>(limit: number, attempt: (choose: Choose) => T): readonly T[] | undefined {
  const results: T[] = [];
  const path: Step[] = [];
  for (;;) {
    if (results.length === limit) return undefined;
    let reached = 0;
    // Each way that a step on the path was not answered is one more at least.
    let ways = 1;
    const result = attempt((options) => {
      const step = path[reached] ?? { options, choice: 0 };
      path[reached] = step;
      reached += 1;
      ways += options - 1;
      return ways > limit ? undefined : step.choice;
    });
    if (ways > limit) return undefined;
    results.push(result);
    while (path.length > 0 && isExhausted(path.at(-1))) path.pop();
    const last = path.at(-1);
    if (last === undefined) return results;
    last.choice += 1;
  }
}

const isExhausted = (step: Step | undefined): boolean => step !== undefined && step.choice + 1 >= step.options;
