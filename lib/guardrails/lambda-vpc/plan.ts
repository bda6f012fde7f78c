/** Nothing here can be undone from outside without breaking it, so the plan says so; a function can be stopped where that is chosen. */
import type { GuardrailConfiguration } from '../../core/configuration';
import { hasHole } from '../../core/value';
import { type Call, noSafePlan, type Plan, type Violation } from '../../core/verdict';
import type { NetworkFact } from './facts';
import type { Compute } from './network';

const WHY = {
  function:
    'nobody but its owner knows which subnets and security groups the function needs, and the wrong ones cut it off: it is reported; `response: quarantine` stops it by a reserved concurrency of zero, which is reversible and has to be chosen',
  'capacity-provider': 'the network of a capacity provider cannot be changed: make another one in approved subnets and move its functions there',
  'network-connector': 'other subnets or security groups may cut off whatever uses the connector: its owner has to update it',
  'web-function': 'a revision cannot be changed: publish one with an egress network connector and shift the traffic to it',
} as const satisfies { readonly [compute in Compute]: string };

export const plan = (
  fact: NetworkFact,
  _violation: Violation,
  _violating: readonly NetworkFact[],
  response?: GuardrailConfiguration['response'],
): Plan => (response === 'quarantine' && fact.compute === 'function' ? quarantine(fact) : noSafePlan(WHY[fact.compute]));

const NOTE =
  'it is stopped, not mended: Lambda refuses every invocation until the reserved concurrency is put back, and whatever the function serves stands still';

/** https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html */
function quarantine({ resource, reserved }: NetworkFact): Plan {
  if (hasHole(resource.arn)) return noSafePlan('the function has no name yet');
  if (reserved === 0) return { calls: [], why: 'it is stopped already: its reserved concurrency is zero', note: NOTE, isContainment: true };
  const reserve = (ReservedConcurrentExecutions: number): Call => ({
    action: 'lambda:PutFunctionConcurrency',
    input: { FunctionName: resource.arn, ReservedConcurrentExecutions },
  });
  const release: Call = { action: 'lambda:DeleteFunctionConcurrency', input: { FunctionName: resource.arn } };
  return { calls: [reserve(0)], restore: [reserved === undefined ? release : reserve(reserved)], note: NOTE, isContainment: true };
}
