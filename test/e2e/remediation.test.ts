/** Every way out, end to end: the real call, its event, the deployed bundle, the state afterwards, the finding. */
import { type MotoEmulator, startEmulator } from '../aws/emulator';
import { invoke } from './bundle';
import { CALLER, configurationIn, findings, prepare } from './organization';
import { scenarios } from './scenarios';

let emulator: MotoEmulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  await emulator.reset();
  await prepare(emulator);
});

const AFTER = ['innocent'];

describe.each(scenarios)('$guardrail: $name', ({ guardrail, make, state, calls, mayComeBack }) => {
  const SETTLED = mayComeBack ? { status: 'FAILED', workflow: 'NEW' } : { status: 'PASSED', workflow: 'RESOLVED' };
  const by = (mode: 'enforce' | 'observe') => ({ guardrail, configuration: configurationIn(mode), environment: emulator.environment(CALLER) });

  it('is undone, and the innocent stays', async () => {
    const event = await make(emulator);

    const answer = await invoke(by('enforce'), event);

    expect(answer.deeds).toMatchObject([{ calls: [{ action: `${calls[1]?.join(':')}`, outcome: 'done' }], isSettled: true }]);
    expect(await state(emulator)).toEqual(AFTER);
    expect(await findings(emulator)).toMatchObject([SETTLED]);
  });

  it('stays undone when its event comes twice more', async () => {
    const event = await make(emulator);

    for (const _ of [1, 2, 3]) await invoke(by('enforce'), event);

    expect(await state(emulator)).toEqual(AFTER);
    expect(await findings(emulator)).toMatchObject([SETTLED]);
  });

  it('is only reported while the guardrail observes', async () => {
    const event = await make(emulator);

    await invoke(by('observe'), event);

    expect(await state(emulator)).toEqual(['innocent', 'violating']);
    expect(await findings(emulator)).toMatchObject([{ status: 'FAILED', workflow: 'NEW' }]);
  });
});
