/** Nothing here can be undone from outside without breaking it, so the plan says so. */
import { noSafePlan, type Plan } from '../../core/verdict';
import type { NetworkFact } from './facts';
import type { Compute } from './network';

const WHY = {
  function:
    'nobody but its owner knows which subnets and security groups the function needs, and the wrong ones cut it off: it is reported; `response: quarantine` stops it by a reserved concurrency of zero, which is reversible and has to be chosen',
  'capacity-provider': 'the network of a capacity provider cannot be changed: make another one in approved subnets and move its functions there',
  'network-connector': 'other subnets or security groups may cut off whatever uses the connector: its owner has to update it',
  'web-function': 'a revision cannot be changed: publish one with an egress network connector and shift the traffic to it',
} as const satisfies { readonly [compute in Compute]: string };

export const plan = (fact: NetworkFact): Plan => noSafePlan(WHY[fact.compute]);
