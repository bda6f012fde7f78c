/** One thing that a deployment needs. */
export interface Check {
  /** Stable: `stacksets-access`. */
  readonly id: string;
  readonly what: string;
  /** `unknown`: only AWS knows, or AWS did not say. */
  readonly state: 'ok' | 'missing' | 'unknown';
  /** What was found. */
  readonly found: string;
  /** What to do about it: a command where there is one. */
  readonly wayOut?: string;
}
