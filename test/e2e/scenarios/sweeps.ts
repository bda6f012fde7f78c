/** What no event told, found by the sweep of each guardrail: every list that it goes through is in one of them. */
import { publishLayer } from '../../aws/fixtures';
import { callerOf, REGION } from '../organization';
import { computeScenarios } from './compute';
import { ecrScenarios } from './ecr';
import { lambdaScenarios } from './lambda';
import type { Scenario } from './scenario';
import { snsScenarios } from './sns';

const swept = (scenario: Scenario): Scenario => ({
  ...scenario,
  name: `${scenario.name}, found by the sweep`,
  isSwept: true,
  isFollowedByAnother: true,
});

/** The first of a guardrail whose name begins so. */
function about(scenarios: readonly Scenario[], name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name.startsWith(name));
  if (!found) throw new Error(`no scenario is about ${name}`);
  return swept(found);
}

/** Its time is over when the first layer is done: the rest is left to another run, which it asks for. */
const unfinished = (scenario: Scenario): Scenario => ({
  ...scenario,
  name: `${scenario.name}, which runs out of time`,
  surroundings: async ({ own }) => ({ scheduler: { roleArn: `arn:aws:iam::${own}:role/perimeter-look-again-${REGION}` } }),
  make: async (stage) => {
    await publishLayer(stage.api, callerOf(stage), 'zzz');
    return scenario.make(stage);
  },
  callsInTime: 8,
});

export const sweepScenarios: readonly Scenario[] = [
  about(lambdaScenarios, 'a statement'),
  unfinished(about(lambdaScenarios, 'a layer version')),
  about(computeScenarios, 'a network connector'),
  about(snsScenarios, 'a topic'),
  about(ecrScenarios, 'a repository'),
];
