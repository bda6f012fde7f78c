/** Files to results, in the order of the files: in this thread when there is little to do, else in several. */
import { readFileSync } from 'node:fs';
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

/** Told in the order of the tasks; waits for whoever is told. */
export type Tell = (task: Task, result: TaskResult) => Promise<void> | undefined;

export async function judgeTasks(tasks: readonly Task[], docket: Docket, io: Io, tell: Tell): Promise<void> {
  const stdin = tasks.some(({ path }) => path === STDIN) ? await readAll(io) : undefined;
  const bytes = tasks.reduce((sum, { size }) => sum + size, 0);
  if (bytes > WORTH_THREADS_BYTES && tasks.length > 1 && io.workerFile !== undefined && !stdin) {
    const { availableParallelism } = await import('node:os');
    const threads = Math.min(availableParallelism(), MOST_THREADS, tasks.length);
    if (threads > 1) return judgeInThreads(tasks, docket, io.workerFile, threads - 1, tell);
  }
  for (const task of tasks) await tell(task, stdin && task.path === STDIN ? judgeFile(task, docket, stdin) : judgeTask(task, docket));
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
async function judgeInThreads(tasks: readonly Task[], docket: Docket, workerFile: string, helpers: number, tell: Tell): Promise<void> {
  const [{ Worker }, { setFlagsFromString }] = await Promise.all([import('node:worker_threads'), import('node:v8')]);
  setFlagsFromString(LESS_INLINING);
  const next = new SharedArrayBuffer(4);
  const order: WorkerOrder = { tasks, bench: docket.bench, guardrails: docket.guardrails.map(({ id }) => id), all: docket.all, next };
  const workers = Array.from({ length: helpers }, () => new Worker(workerFile, { workerData: order }));
  const results = new Results(tasks, tell);
  for (const worker of workers) {
    worker.on('message', (answers: readonly WorkerAnswer[]) => results.take(answers));
    worker.on('error', (error: Error) => results.fail(error));
  }
  const counter = new Int32Array(next);
  try {
    for (let taken = takeTask(counter, tasks); taken; taken = takeTask(counter, tasks)) {
      results.add(taken.index, judgeTask(taken.task, docket));
      await results.tellNext();
      // Messages of the others come in between two tasks.
      await new Promise(setImmediate);
    }
    while (!results.isDone) await results.tellNext(true);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** What the threads have answered and nobody has been told yet. */
class Results {
  private readonly waiting = new Map<number, TaskResult>();
  private told = 0;
  private failure: Error | undefined;
  private wake: () => void = () => undefined;

  constructor(
    private readonly tasks: readonly Task[],
    private readonly tell: Tell,
  ) {}

  get isDone(): boolean {
    return this.told === this.tasks.length;
  }

  add(index: number, result: TaskResult): void {
    this.waiting.set(index, result);
  }

  take(answers: readonly WorkerAnswer[]): void {
    for (const { index, result } of answers) this.add(index, JSON.parse(result) as TaskResult);
    this.wake();
  }

  fail(error: Error): void {
    this.failure ??= error;
    this.wake();
  }

  /** Tells what is next in order, as far as it is there; `waits` for an answer where nothing is. @throws the failure of a thread */
  async tellNext(waits = false): Promise<void> {
    if (waits && this.failure === undefined && !this.waiting.has(this.told)) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    if (this.failure) throw this.failure;
    for (let result = this.waiting.get(this.told); result; result = this.waiting.get(this.told)) {
      const task = this.tasks[this.told];
      this.waiting.delete(this.told);
      this.told += 1;
      if (task) await this.tell(task, result);
    }
  }
}
