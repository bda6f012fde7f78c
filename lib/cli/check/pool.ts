/** Files to results, in the order of the files. */
import { readFileSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import type { Docket } from '../docket';
import { describeFailure, STDIN } from '../files';
import type { Io } from '../io';
import { judgeFile } from './file';
import type { Task, TaskResult } from './task';

/** Below this, starting a thread costs more than it saves. */
const WORTH_THREADS_BYTES = 2 * 1024 * 1024;
const MOST_THREADS = 4;
/** What a worker thread is started with. */
export interface WorkerTasks {
  readonly tasks: readonly Task[];
  /** The next task to take: one counter for all threads. */
  readonly next: SharedArrayBuffer;
}

/** What it waits for before it takes a task; functions do not cross, so guardrails go by id. */
export interface WorkerOrder {
  readonly bench: Docket['bench'];
  readonly guardrails: readonly string[];
  readonly all: boolean;
}

/** The result as JSON: text crosses threads faster than objects do. */
export interface WorkerAnswer {
  readonly index: number;
  readonly result: string;
}

/** Told in the order of the tasks; waits for whoever is told. */
type Tell = (task: Task, result: TaskResult) => Promise<void> | undefined;

/**
 * Judges the tasks of one run, in this thread when there is little to do, else in several. The others are started before there
 * is anything to judge with: starting takes as long as reading the configuration does.
 */
export class Pool {
  private constructor(
    private readonly tasks: readonly Task[],
    private readonly io: Io,
    private readonly next: SharedArrayBuffer,
    private readonly workers: readonly Worker[],
    private readonly results: Results,
  ) {}

  static async start(tasks: readonly Task[], io: Io): Promise<Pool> {
    const next = new SharedArrayBuffer(4);
    const results = new Results(tasks);
    const workers = await startWorkers({ tasks, next }, io);
    for (const worker of workers) {
      worker.on('message', (answers: readonly WorkerAnswer[]) => results.take(answers));
      worker.on('error', (error: Error) => results.fail(error));
    }
    return new Pool(tasks, io, next, workers, results);
  }

  /** Tells each result. This thread judges too: one that only waits would leave its compiled code unused. @throws the failure of a thread */
  async judge(docket: Docket, tell: Tell): Promise<void> {
    const stdin = this.tasks.some(({ path }) => path === STDIN) ? await readAll(this.io) : undefined;
    const order: WorkerOrder = { bench: docket.bench, guardrails: docket.guardrails.map(({ id }) => id), all: docket.all };
    for (const worker of this.workers) worker.postMessage(order);
    const counter = new Int32Array(this.next);
    for (let taken = takeTask(counter, this.tasks); taken; taken = takeTask(counter, this.tasks)) {
      const { index, task } = taken;
      this.results.add(index, stdin && task.path === STDIN ? judgeFile(task, docket, stdin) : judgeTask(task, docket));
      await this.results.tellNext(tell);
      // Messages of the others come in between two tasks.
      if (this.workers.length > 0) await new Promise(setImmediate);
    }
    while (!this.results.isDone) await this.results.tellNext(tell, true);
  }

  async stop(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}

async function startWorkers(order: WorkerTasks, { workerFile }: Io): Promise<readonly Worker[]> {
  const { tasks } = order;
  const bytes = tasks.reduce((sum, { size }) => sum + size, 0);
  if (workerFile === undefined || bytes < WORTH_THREADS_BYTES || tasks.some(({ path }) => path === STDIN)) return [];
  const [{ Worker }, { availableParallelism }] = await Promise.all([import('node:worker_threads'), import('node:os')]);
  const threads = Math.min(availableParallelism(), MOST_THREADS, tasks.length);
  return Array.from({ length: threads - 1 }, () => new Worker(workerFile, { workerData: order }));
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

/** What the threads have answered and nobody has been told yet. */
class Results {
  private readonly waiting = new Map<number, TaskResult>();
  private told = 0;
  private failure: Error | undefined;
  private wake: () => void = () => undefined;

  constructor(private readonly tasks: readonly Task[]) {}

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
  async tellNext(tell: Tell, waits = false): Promise<void> {
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
      if (task) await tell(task, result);
    }
  }
}
