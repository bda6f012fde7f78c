/** A worker thread of `check`: takes the next file until none is left. */
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { guardrails } from '../../guardrails';
import { judgeTask, takeTask, type WorkerAnswer, type WorkerOrder, type WorkerTasks } from './pool';

/**
 * Each thread compiles the same code anew, for a second or two of work: with functions inlined into one another up to a third
 * of what V8 does by itself (920), the compiler takes half the time and the code is hardly slower. It holds for the whole process,
 * and is set only now: kept code that was compiled under other flags is thrown away.
 */
const LESS_INLINING = '--max-inlined-bytecode-size-cumulative=300';

export async function work(): Promise<void> {
  if (!parentPort) throw new Error('a worker thread only');
  setFlagsFromString(LESS_INLINING);
  const { tasks, next } = workerData as WorkerTasks;
  const [order] = (await once(parentPort, 'message')) as [WorkerOrder];
  const docket = { bench: order.bench, guardrails: guardrails.filter(({ id }) => order.guardrails.includes(id)), all: order.all };
  const counter = new Int32Array(next);
  const parcel = new Parcel();
  for (let taken = takeTask(counter, tasks); taken; taken = takeTask(counter, tasks)) {
    parcel.add({ index: taken.index, result: JSON.stringify(judgeTask(taken.task, docket)) });
  }
  parcel.send();
}

/** Waking the main thread for each small file takes longer than judging it. */
const PARCEL_ANSWERS = 32;
const PARCEL_CHARACTERS = 65_536;

class Parcel {
  private answers: WorkerAnswer[] = [];
  private characters = 0;

  add(answer: WorkerAnswer): void {
    this.answers.push(answer);
    this.characters += answer.result.length;
    if (this.answers.length >= PARCEL_ANSWERS || this.characters >= PARCEL_CHARACTERS) this.send();
  }

  send(): void {
    if (this.answers.length > 0) parentPort?.postMessage(this.answers);
    this.answers = [];
    this.characters = 0;
  }
}
