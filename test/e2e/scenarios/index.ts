/** Every way in which something leaves, as far as the emulated AWS lets it be made. */

import { runs } from '../../support/runs';
import { computeScenarios } from './compute';
import { ecrScenarios } from './ecr';
import { lambdaScenarios, untold } from './lambda';
import { networkScenarios } from './network';
import { pullScenarios } from './pulls';
import type { Scenario } from './scenario';
import { snsScenarios } from './sns';
import { sweepScenarios } from './sweeps';

export { handed, invocationOf, type Scenario } from './scenario';

/** All of them where CI asks for it; else the first of each guardrail and response. */
export const selected = (from: readonly Scenario[]): readonly Scenario[] =>
  from.filter(
    (scenario) =>
      runs >= 100_000 || scenario === from.find(({ guardrail, response }) => guardrail === scenario.guardrail && response === scenario.response),
  );

/** What an event tells as it happens. */
export const scenarios: readonly Scenario[] = [
  ...[...lambdaScenarios, ...networkScenarios, ...computeScenarios],
  ...[...snsScenarios, ...ecrScenarios, ...pullScenarios],
];

export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((each) => each.name === name);
  if (!found) throw new Error(name);
  return found;
}

/** Those of the fault matrix: also what an attempt before did and did not tell, and what no event told. */
export const everyScenario: readonly Scenario[] = [...scenarios, untold, ...sweepScenarios];

/** What is removed, and can be put back. */
export const removals: readonly Scenario[] = scenarios.filter(({ ends }) => ends === 'undone');
