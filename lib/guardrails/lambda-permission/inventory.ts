/** Every function with its versions, aliases and URLs: each of them has a policy of its own. */
import type { Place } from '../../core/guardrail';
import type { Inventory, Listing } from '../../core/live';
import { asText, property, type Value } from '../../core/value';
import type { Call } from '../../core/verdict';
import { listedUrl, type PermissionFact, unreadPolicy } from './facts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html */
export const inventory = (place: Place): Inventory<PermissionFact> => ({
  lists: [
    {
      call: { action: 'lambda:ListFunctions', input: {} },
      items: 'Functions',
      name: 'FunctionArn',
      each: (item) => partsOf(asText(property(item, 'FunctionArn')), place),
    },
  ],
});

function partsOf(FunctionName: string | undefined, place: Place): Inventory<PermissionFact> {
  if (FunctionName === undefined) return {};
  const list = (
    action: Call['action'],
    items: string,
    [name, factsIn]: [string, (item: Value) => readonly PermissionFact[]],
  ): Listing<PermissionFact> => ({
    call: { action, input: { FunctionName } },
    items,
    name,
    each: (item) => ({ facts: factsIn(item) }),
  });
  const qualified = (field: string) => (item: Value) => unreadPolicy(FunctionName, place, asText(property(item, field)));
  return {
    facts: unreadPolicy(FunctionName, place),
    lists: [
      list('lambda:ListVersionsByFunction', 'Versions', [
        'Version',
        (item) => (property(item, 'Version') === '$LATEST' ? [] : qualified('Version')(item)),
      ]),
      list('lambda:ListAliases', 'Aliases', ['Name', qualified('Name')]),
      list('lambda:ListFunctionUrlConfigs', 'FunctionUrlConfigs', ['FunctionArn', (item) => listedUrl(item, place)]),
    ],
  };
}
