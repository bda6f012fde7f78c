/** A worker thread of `check`: takes the next file until none is left. */
import { parentPort, workerData } from 'node:worker_threads';
import { guardrails } from '../../guardrails';
import { judgeTask, type WorkerAnswer, type WorkerOrder } from './pool';

export function work(): void {
  const order = workerData as WorkerOrder;
  const docket = { bench: order.bench, guardrails: guardrails.filter(({ id }) => order.guardrails.includes(id)), all: order.all };
  const next = new Int32Array(order.next);
  for (let index = Atomics.add(next, 0, 1); index < order.tasks.length; index = Atomics.add(next, 0, 1)) {
    const task = order.tasks[index];
    if (task) parentPort?.postMessage({ index, result: JSON.stringify(judgeTask(task, docket)) } satisfies WorkerAnswer);
  }
}
