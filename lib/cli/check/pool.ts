/** Files to results, in the order of the files: in this thread when there is little to do, else in several. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import type { Docket } from '../docket';
import { describeFailure, STDIN } from '../files';
import type { Io } from '../io';
import { judgeFile } from './file';
import type { Task, TaskResult } from './task';

/** Below this, starting a thread costs more than it saves. */
const WORTH_THREADS_BYTES = 2 * 1024 * 1024;
const MOST_THREADS = 4;
/**
 * Each thread compiles the same code anew, for a second or two of work: with functions inlined into one another up to a third
 * of what V8 does by itself (920), the compiler takes half the time and the code is hardly slower.
 */
const LESS_INLINING = '--max-inlined-bytecode-size-cumulative=300';

/** What a worker thread gets; functions do not cross, so guardrails go by id. */
export interface WorkerOrder {
  readonly tasks: readonly Task[];
  readonly bench: Docket['bench'];
  readonly guardrails: readonly string[];
  readonly all: boolean;
  /** The next task to take: one counter for all threads. */
  readonly next: SharedArrayBuffer;
}

/** The result as JSON: text crosses threads faster than objects do. */
export interface WorkerAnswer {
  readonly index: number;
  readonly result: string;
}

export async function* judgeTasks(tasks: readonly Task[], docket: Docket, io: Io): AsyncGenerator<readonly [Task, TaskResult]> {
  const stdin = tasks.some(({ path }) => path === STDIN) ? await readAll(io) : undefined;
  const bytes = tasks.reduce((sum, { size }) => sum + size, 0);
  const threads = bytes <= WORTH_THREADS_BYTES ? 1 : Math.min(availableParallelism(), MOST_THREADS, tasks.length);
  if (io.workerFile !== undefined && threads > 1 && !stdin) {
    yield* judgeInThreads(tasks, docket, io.workerFile, threads - 1);
    return;
  }
  for (const task of tasks) yield [task, stdin && task.path === STDIN ? judgeFile(task, docket, stdin) : judgeTask(task, docket)];
}

export function judgeTask(task: Task, docket: Docket): TaskResult {
  let bytes: Buffer;
  try {
    bytes = readFileSync(task.path);
  } catch (error) {
    return { kind: 'unreadable', problem: { file: task.name, message: describeFailure(error) } };
  }
  return judgeFile(task, docket, bytes);
}

async function readAll({ stdin }: Io): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks);
}

/** The next task that no thread has taken; undefined when none is left. */
export function takeTask(next: Int32Array, tasks: readonly Task[]): { readonly index: number; readonly task: Task } | undefined {
  const index = Atomics.add(next, 0, 1);
  const task = tasks[index];
  return task && { index, task };
}

/** This thread judges too: one that only waits would leave its compiled code unused, and each thread compiles anew. */
async function* judgeInThreads(
  tasks: readonly Task[],
  docket: Docket,
  workerFile: string,
  helpers: number,
): AsyncGenerator<readonly [Task, TaskResult]> {
  const { Worker } = await import('node:worker_threads');
  setFlagsFromString(LESS_INLINING);
  const next = new SharedArrayBuffer(4);
  const order: WorkerOrder = { tasks, bench: docket.bench, guardrails: docket.guardrails.map(({ id }) => id), all: docket.all, next };
  const results = new Map<number, TaskResult>();
  let wake: () => void = () => undefined;
  let failure: Error | undefined;
  const workers = Array.from({ length: helpers }, () => new Worker(workerFile, { workerData: order }));
  for (const worker of workers) {
    worker.on('message', (answers: readonly WorkerAnswer[]) => {
      for (const { index, result } of answers) results.set(index, JSON.parse(result) as TaskResult);
      wake();
    });
    worker.on('error', (error: Error) => {
      failure ??= error;
      wake();
    });
  }
  const counter = new Int32Array(next);
  const judgeOne = () => {
    const taken = takeTask(counter, tasks);
    if (taken) results.set(taken.index, judgeTask(taken.task, docket));
    return taken !== undefined;
  };
  try {
    for (const [index, task] of tasks.entries()) {
      while (!results.has(index)) {
        if (failure) throw failure;
        // Messages of the others come in between two tasks.
        if (judgeOne()) await new Promise((resolve) => setImmediate(resolve));
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
      const result = results.get(index);
      results.delete(index);
      if (result) yield [task, result];
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
