/** Every way in which something leaves, as far as the emulated AWS lets it be made. */
import { ecrScenarios } from './ecr';
import { lambdaScenarios } from './lambda';
import { networkScenarios } from './network';
import { pullScenarios } from './pulls';
import type { Scenario } from './scenario';
import { snsScenarios } from './sns';

export { handed, invocationOf, type Scenario } from './scenario';

export const scenarios: readonly Scenario[] = [...lambdaScenarios, ...networkScenarios, ...snsScenarios, ...ecrScenarios, ...pullScenarios];
