/** The emulated AWS of a file of tests: started before the first, stopped after the last. */
import { type MotoEmulator, startEmulator } from '../aws/emulator';
import { type Faults, startFaults } from '../aws/faults';
import { prepare } from './organization';

/** Holds before each test what the member template deploys beside a function, and nothing else. */
export function emptyAccount(): MotoEmulator {
  const emulator = during(startEmulator);
  beforeEach(async () => {
    await emulator.reset();
    await prepare(emulator);
  });
  return emulator;
}

/** In front of it; no rules before each test. */
export function faultsBefore(emulator: MotoEmulator): Faults {
  const faults = during(() => startFaults(emulator));
  beforeEach(() => faults.clear());
  return faults;
}

/** A program that runs while tests do; what it offers is there once it has started. */
function during<T extends { readonly stop: () => Promise<void> }>(start: () => Promise<T>): T {
  let started: T | undefined;
  beforeAll(async () => {
    started = await start();
  });
  afterAll(() => started?.stop());
  const get = (_: object, name: string | symbol): unknown => {
    if (!started) throw new Error('it starts with the first test');
    return Reflect.get(started, name);
  };
  return new Proxy<T>({} as T, { get });
}
