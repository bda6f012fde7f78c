/** Functions, capacity providers and network connectors. Web function revisions are found by their events alone: AWS calls their lists experimental. */
import type { Place } from '../../core/guardrail';
import type { Inventory, Listing } from '../../core/live';
import { asText, property, type Value } from '../../core/value';
import type { NetworkFact } from './facts';
import { isReplica } from './live';
import { fromListed, spareReplica } from './records';

/**
 * A list shows what a function or a provider runs in, so that what is compliant is not read one by one; that of the connectors
 * does not: https://docs.aws.amazon.com/lambda/latest/lambda-core/API_ListNetworkConnectors.html
 */
export const inventory = (place: Place): Inventory<NetworkFact> => ({
  lists: [
    {
      call: { action: 'lambda:ListFunctions', input: {} },
      items: 'Functions',
      name: 'FunctionArn',
      each: (item) => ({ facts: fromListed('function', item, place).map((fact) => (isReplica(item) ? spareReplica(fact) : fact)) }),
    },
    listOf({ action: 'lambda:ListCapacityProviders', input: {} }, ['CapacityProviders', 'CapacityProviderArn'], (item) =>
      fromListed('capacity-provider', item, place),
    ),
    listOf({ action: 'lambda:ListNetworkConnectors', input: {} }, ['NetworkConnectors', 'Arn'], (item) =>
      fromListed('network-connector', item, place),
    ),
  ],
});

/** What is being deleted answers until it is over. */
const listOf = (
  call: Listing<NetworkFact>['call'],
  [items, name]: readonly [string, string],
  factsIn: (item: Value) => readonly NetworkFact[],
): Listing<NetworkFact> => ({
  call,
  items,
  name,
  each: (item) => (/^deleting$/i.test(asText(property(item, 'State')) ?? '') ? {} : { facts: factsIn(item) }),
});
