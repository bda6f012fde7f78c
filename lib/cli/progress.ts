/** A progress bar on a terminal when work lasts over a second; gone at the end. */
import type { SingleBar } from 'cli-progress';
import type { Io } from './io';

const PATIENCE_MS = 1000;

export interface Progress {
  /** `done` of `total`; cheap enough to be called for every chunk. */
  readonly update: (done: number, total?: number) => void;
  readonly stop: () => void;
}

export function startProgress(io: Io, unit: 'files' | 'records' | 'resources'): Progress {
  const started = io.now().getTime();
  let bar: SingleBar | undefined;
  let state: 'waiting' | 'loading' | 'shown' | 'stopped' = 'waiting';
  let latest = { done: 0, total: 0 };

  const show = async () => {
    state = 'loading';
    const { SingleBar } = await import('cli-progress');
    if (state !== 'loading') return;
    const format = latest.total > 0 ? ` {bar} {value} of {total} ${unit}, {eta_formatted} left` : ` {value} ${unit} judged, {duration_formatted}`;
    bar = new SingleBar({
      format,
      stream: io.stderr as NodeJS.WritableStream,
      clearOnComplete: true,
      hideCursor: true,
      barsize: 30,
      noTTYOutput: false,
    });
    bar.start(latest.total, latest.done);
    state = 'shown';
  };

  return {
    update: (done, total = 0) => {
      latest = { done, total };
      if (state === 'shown') bar?.update(done);
      else if (state === 'waiting' && io.now().getTime() - started > PATIENCE_MS) {
        // Asked as late as this because finding out costs milliseconds.
        if (io.terminal.stderr) void show();
        else state = 'stopped';
      }
    },
    stop: () => {
      state = 'stopped';
      bar?.stop();
    },
  };
}
