/** Every way out, end to end: the real call, its event, the deployed bundle, the state afterwards, the finding. */
import { invoke } from './bundle';
import { emptyAccount } from './emulated';
import { findings, stageOf } from './organization';
import { handed, invocationOf, type Scenario, scenarios } from './scenarios';

const emulator = emptyAccount();
const stage = stageOf(emulator);

async function run(scenario: Scenario, event: Awaited<ReturnType<Scenario['make']>>, mode: 'enforce' | 'observe' = 'enforce') {
  const invocation = await invocationOf(scenario, stage, mode);
  return invoke(invocation, await handed(scenario, stage, event));
}

/** What is there, and its finding. */
const LEFT = ['innocent', 'violating'];
const REPORTED = { status: 'FAILED', workflow: 'NEW' };
const SETTLED = { status: 'PASSED', workflow: 'RESOLVED' };

const endOf = ({ ends, mayComeBack }: Scenario) => ({
  state: ends === 'reported' ? LEFT : ['innocent'],
  finding: ends === 'closed' || (ends === 'undone' && !mayComeBack) ? SETTLED : REPORTED,
});

describe.each(scenarios)('$guardrail: $name', (scenario) => {
  it(`is ${scenario.ends}, and the innocent stays`, async () => {
    const event = await scenario.make(stage);

    const answer = await run(scenario, event);

    const calls = scenario.undo === undefined ? [] : [{ action: scenario.undo, outcome: 'done' }];
    expect(answer.deeds).toMatchObject(scenario.ends === 'closed' ? [] : [{ calls, isSettled: true }]);
    expect(await scenario.state(stage)).toEqual(endOf(scenario).state);
    expect(await findings(emulator)).toMatchObject([endOf(scenario).finding]);
  });
});

describe.each(scenarios.filter(({ ends }) => ends !== 'closed'))('$guardrail: $name', (scenario) => {
  it('is only reported while the guardrail observes', async () => {
    const event = await scenario.make(stage);

    await run(scenario, event, 'observe');

    expect(await scenario.state(stage)).toEqual(LEFT);
    expect(await findings(emulator)).toMatchObject([REPORTED]);
  });
});
