/** Every way in which something leaves, as far as the emulated AWS lets it be made. */

import { runs } from '../../support/runs';
import { ecrScenarios } from './ecr';
import { lambdaScenarios } from './lambda';
import { networkScenarios } from './network';
import { pullScenarios } from './pulls';
import type { Scenario } from './scenario';
import { snsScenarios } from './sns';

export { handed, invocationOf, type Scenario } from './scenario';

/** All of them where CI asks for it; else the first of each guardrail and response. */
export const selected = (from: readonly Scenario[]): readonly Scenario[] =>
  from.filter(
    (scenario) =>
      runs >= 100_000 || scenario === from.find(({ guardrail, response }) => guardrail === scenario.guardrail && response === scenario.response),
  );

export const scenarios: readonly Scenario[] = [...lambdaScenarios, ...networkScenarios, ...snsScenarios, ...ecrScenarios, ...pullScenarios];

/** What is removed, and can be put back. */
export const removals: readonly Scenario[] = scenarios.filter(({ ends }) => ends === 'undone');
