/** What the remediator needs of the world. `lib/aws` implements it; tests bring their own. */
import type { Place } from '../core/guardrail';
import type { LiveAnswer } from '../core/live';
import type { Value } from '../core/value';
import type { Call } from '../core/verdict';
import type { QueuePort } from './drain';

/** How a call ended. */
type CallOutcome = 'planned' | 'done' | 'already-gone' | 'refused' | 'failed';

export interface CallReport {
  readonly action: Call['action'];
  readonly input: Call['input'];
  readonly outcome: CallOutcome;
  readonly error?: { readonly name: string; readonly message: string };
}

/** A read or a write that AWS refused for good (after the retries that make sense). */
export class AwsFailure extends Error {
  override readonly name = 'AwsFailure';
  constructor(
    /** AWS's own name of the error: `AccessDeniedException`. */
    readonly code: string,
    message: string,
    /** Another try may succeed: throttled, timed out, a fault of the service. */
    readonly isTransient: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface Ports {
  readonly now: () => Date;
  /** Milliseconds until the runtime ends the invocation. */
  readonly remaining: () => number;
  /** Performs a read in the place of the resource. Throws `AwsFailure`. */
  readonly read: (call: Call, place: Place) => Promise<LiveAnswer>;
  /** Performs a call of a plan. `already-gone` when AWS says that its object does not exist; `refused` when the state has moved on. */
  readonly execute: (call: Call, place: Place) => Promise<CallReport>;
  /** Where the function runs, by its own ARN; undefined where that is none. */
  readonly here: Place | undefined;
  /** Waits until one more read leaves the account's own calls room. */
  readonly pace: () => Promise<void>;
  readonly findings: FindingsPort;
  /** Writes what will be removed, whole, before the call; answers the key under which `perimeter undo` finds it. */
  readonly recordUndo: (entry: { readonly [name: string]: Value }) => Promise<string>;
  /** The undo records that this function wrote for an event, and when it happened. Throws `AwsFailure`. */
  readonly findUndo: (eventId: string, since: Date) => Promise<readonly { readonly key: string; readonly entry: Value }[]>;
  /** Members of the organization by the directory; undefined where none is deployed. Throws `AwsFailure`; `stale` is told by `writtenAt`. */
  readonly directory: (() => Promise<{ readonly accountIds: ReadonlySet<string>; readonly writtenAt: Date }>) | undefined;
  /** Asks to look again at this time. */
  readonly lookAgain: (at: Date, event: Value) => Promise<void>;
  /** Undefined where the function has no queue. */
  readonly queue: QueuePort | undefined;
  readonly log: (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields?: { readonly [name: string]: Value }) => void;
  readonly count: (metric: 'violation' | 'undone' | 'failed') => void;
}

export type Finding = { readonly [name: string]: Value };

export interface FindingsPort {
  /** Imports or refreshes; false (with a log line) when Security Hub is off or refuses it: never a reason to stop. */
  readonly import: (finding: Finding) => Promise<boolean>;
  /** The findings whose ids say that they are about a resource (`*` at its end: that begins so), whatever state they are in. */
  readonly about: (generatorId: string, resourceArn: string) => Promise<readonly Finding[]>;
  /** `BatchUpdateFindings`: the workflow and a note. */
  readonly resolve: (finding: Finding, note: string) => Promise<boolean>;
}
