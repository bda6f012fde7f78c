/** What a list shows, looked into: what it tells to be compliant is believed, everything else is read as it is now, judged and acted on. */
import type { Fact } from '../core/guardrail';
import { act, type Deed, type Occasion } from './act';
import { groupsOf, judgeNow, placeOf, type Task } from './remediator';

export async function lookInto(task: Task, facts: readonly Fact[], occasion: Occasion): Promise<readonly Deed[]> {
  const deeds: Deed[] = [];
  for (const group of groupsOf(facts)) {
    const assessments = judgeNow(task, group);
    const isSettled = assessments.every(({ verdict }) => verdict === 'compliant');
    const [first] = group;
    if (!first) continue;
    deeds.push(
      isSettled
        ? { place: placeOf(first, occasion), about: group, assessments, calls: [], isGone: false, isSettled: true }
        : await act(task, group, occasion),
    );
  }
  return deeds;
}
