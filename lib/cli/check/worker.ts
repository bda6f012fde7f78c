/** A worker thread of `check`: takes the next file until none is left. */
import { parentPort, workerData } from 'node:worker_threads';
import { guardrails } from '../../guardrails';
import { judgeTask, takeTask, type WorkerAnswer, type WorkerOrder } from './pool';

export function work(): void {
  const order = workerData as WorkerOrder;
  const docket = { bench: order.bench, guardrails: guardrails.filter(({ id }) => order.guardrails.includes(id)), all: order.all };
  const next = new Int32Array(order.next);
  const parcel = new Parcel();
  for (let taken = takeTask(next, order.tasks); taken; taken = takeTask(next, order.tasks)) {
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
