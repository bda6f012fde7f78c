/** The user's mistake: a wrong flag, an unreadable file, a broken configuration. Ends with exit code 2; anything else that is thrown is our bug. */
export class UsageError extends Error {
  /** `message`: what is wrong and the way out, one line for each problem. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UsageError';
  }
}
