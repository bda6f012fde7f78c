/** AWS behind the ports of the remediator. Nothing of the SDK is loaded before the first call. */
import { parseArn } from '../core/arn';
import type { Place } from '../core/guardrail';
import type { Ports } from '../handlers/ports';
import { type Clients, createClients } from './clients';
import { type Clock, createPace, type Rate, realClock } from './clock';
import { type DirectoryAddress, readDirectory } from './directory';
import { createExecute, createRead } from './execute';
import { createFindings, createPaces } from './findings';
import type { Fields } from './output';
import { createQueue } from './queue';
import { lookAgain } from './schedule';
import { createSend } from './send';
import { createUndoLog } from './undo-log';

/** What is deployed beside the function. */
interface Deployment {
  readonly directory?: DirectoryAddress;
  /** Default: `perimeter-undo`. */
  readonly undoLogGroup?: string;
  /** `roleArn`: what EventBridge Scheduler assumes to invoke the function; `groupName` and `deadLetterArn` as one likes. */
  readonly scheduler?: { readonly [name: string]: string };
  readonly queueUrl?: string;
}

/** What is different for each run. */
interface Invocation {
  /** Milliseconds until the runtime ends it; `Infinity` on a command line. */
  readonly remaining: () => number;
  readonly log: Ports['log'];
  /** The running function; on a command line, whatever names the caller. */
  readonly functionArn: string;
}

export interface Aws
  extends Pick<Ports, 'read' | 'execute' | 'findings' | 'recordUndo' | 'findUndo' | 'directory' | 'lookAgain' | 'queue' | 'here' | 'pace'> {
  /** What `recordUndo` wrote under this key; undefined where there is nothing. Throws `AwsFailure`. */
  readonly readUndo: (key: string) => Promise<Fields | undefined>;
}

/**
 * Of the reads of a sweep. Lambda takes 15 a second of most calls in a Region, from everybody in the account together:
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#api-requests
 */
const SWEEPING: Rate = { perSecond: 5, burst: 50 };

/** Once for a process: clients, the directory and the paces are kept from one invocation to the next. */
export function createAws(deployment: Deployment, clients: Clients = createClients(), clock: Clock = realClock): (invocation: Invocation) => Aws {
  const paces = createPaces(clock);
  const pace = createPace(SWEEPING, clock);
  const { directory, undoLogGroup, scheduler, queueUrl } = deployment;

  return ({ remaining, log, functionArn }) => {
    const send = createSend({ clients, clock, remaining });
    const name = nameOf(functionArn);
    const undoLog = createUndoLog(send, name, undoLogGroup);
    return {
      here: placeOf(functionArn),
      pace,
      read: createRead(send),
      execute: createExecute(send, clock),
      findings: createFindings(send, paces, log),
      recordUndo: (entry) => undoLog.record(entry, new Date(clock.now())),
      findUndo: undoLog.find,
      readUndo: undoLog.read,
      directory: directory && (() => readDirectory(directory, clock.now)),
      queue: queueUrl === undefined ? undefined : createQueue(send, queueUrl, { remaining, log }),
      lookAgain: async (at, event) => {
        if (scheduler) await lookAgain(send, clock, scheduler, { arn: functionArn, name }, at, event);
        else log('warn', 'nothing looks again: no scheduler is configured', { at: at.toISOString() });
      },
    };
  };
}

function placeOf(functionArn: string): Place | undefined {
  const { partition, region, account } = parseArn(functionArn) ?? {};
  return partition && region && account ? { partition, region, account } : undefined;
}

/** `arn:aws:lambda:…:function:name:alias` → `name`; a log stream and a schedule may not hold every character. */
const nameOf = (functionArn: string): string => (parseArn(functionArn)?.resource.split(':')[1] ?? functionArn).replace(/[^\w.-]/g, '-');
