/** What the command and the process that stands in for Lambda tell each other. */
import type { Value } from '../../core/value';

export interface Invocation {
  /** Absolute path of the bundle. */
  readonly bundle: string;
  /** The configuration, as the deployment puts it in front of the bundle. */
  readonly literal: string;
  readonly event: Value;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
}

/** A handler that throws is told as Lambda tells it: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
export type Answer =
  | { readonly kind: 'answer'; readonly value: Value }
  | { readonly kind: 'error'; readonly name: string; readonly message: string; readonly stack: string };
