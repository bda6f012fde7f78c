/** Logic of three values: what hangs on something that is not known stays open, unless the rest decides it. */
export interface Truth {
  readonly holds: 'yes' | 'no' | 'maybe';
  /** What would have to be known to decide; empty unless it is `maybe`. */
  readonly missing: readonly string[];
}

export const YES: Truth = { holds: 'yes', missing: [] };
export const NO: Truth = { holds: 'no', missing: [] };

export const maybe = (...missing: readonly string[]): Truth => ({ holds: 'maybe', missing });

export const truthOf = (holds: boolean): Truth => (holds ? YES : NO);

export function not(truth: Truth): Truth {
  if (truth.holds === 'maybe') return truth;
  return truthOf(truth.holds === 'no');
}

/** Do all of them hold? Of none: yes. */
export function all(truths: Iterable<Truth>): Truth {
  return combine(truths, 'no', YES);
}

/** Does one of them hold? Of none: no. */
export function any(truths: Iterable<Truth>): Truth {
  return combine(truths, 'yes', NO);
}

function combine(truths: Iterable<Truth>, decisive: Truth['holds'], otherwise: Truth): Truth {
  const missing = new Set<string>();
  let isOpen = false;
  for (const truth of truths) {
    if (truth.holds === decisive) return truth;
    if (truth.holds !== 'maybe') continue;
    isOpen = true;
    for (const name of truth.missing) missing.add(name);
  }
  return isOpen ? maybe(...missing) : otherwise;
}
