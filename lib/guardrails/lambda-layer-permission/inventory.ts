/** All versions of all layers: each has a policy of its own. */
import type { Place } from '../../core/guardrail';
import type { Inventory } from '../../core/live';
import { asText, property, type Value } from '../../core/value';
import { type LayerPermissionFact, unreadPolicy } from './facts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListLayers.html, https://docs.aws.amazon.com/lambda/latest/api/API_ListLayerVersions.html */
export const inventory = (place: Place): Inventory<LayerPermissionFact> => ({
  lists: [{ call: { action: 'lambda:ListLayers', input: {} }, items: 'Layers', name: 'LayerArn', each: (layer) => versionsOf(layer, place) }],
});

function versionsOf(layer: Value, place: Place): Inventory<LayerPermissionFact> {
  const LayerName = asText(property(layer, 'LayerArn'));
  if (LayerName === undefined) return {};
  return {
    lists: [
      {
        call: { action: 'lambda:ListLayerVersions', input: { LayerName } },
        items: 'LayerVersions',
        name: 'LayerVersionArn',
        each: (version) => ({ facts: unreadPolicy(asText(property(version, 'LayerVersionArn')), place) }),
      },
    ],
  };
}
