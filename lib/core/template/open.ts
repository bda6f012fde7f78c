/** Opens a template: reads its declarations once, lists its resources; each is resolved when somebody looks at it. */
import { partitionOfRegion } from '../arn';
import type { Place } from '../guardrail';
import { hasHole, isObject, property, type Value } from '../value';
import type { OpenTemplate, TemplateResource, TemplateScope } from './index';
import { type Expanded, expandLoops } from './loops';
import type { Entry, Model } from './model';
import { readParameters } from './parameters';
import { expandServerless } from './sam';
import { StartedRun, variantsOf } from './variants';

export const openTemplate: OpenTemplate = (template, scope) => {
  const model = readModel(template, scope);
  return {
    resources: (types, readsOf) => {
      const wanted: TemplateResource[] = [];
      for (const entry of model.entries.values()) {
        if (!types.has(entry.type)) continue;
        const { logicalId, writtenAs, type } = entry;
        wanted.push({ logicalId, writtenAs, type, variants: () => variantsOf(model, entry, readsOf?.(type)) });
      }
      return wanted;
    },
  };
};

function readModel(template: { readonly [key: string]: Value }, scope: TemplateScope): Model {
  const place = placeOf(scope.place);
  const parameters = readParameters(property(template, 'Parameters'), scope.parameters);
  const mappings = property(template, 'Mappings');
  // Loops run over what is known without deciding anything.
  const run = new StartedRun({ place, parameters, mappings, conditions: new Map(), entries: new Map() });
  const unrolled = (section: string) => {
    const written = property(template, section);
    return isObject(written) ? expandLoops(written, (collection) => run.resolve(collection, 0)) : [];
  };
  const conditions = new Map(unrolled('Conditions').map(({ key, value }) => [key, value]));
  const written: Entry[] = [];
  for (const resource of unrolled('Resources')) {
    const entry = entryOf(resource);
    if (entry) written.push(entry);
  }
  return { place, parameters, mappings, conditions, entries: byLogicalId(expandServerless(template, written)) };
}

/** A Region names its partition. */
function placeOf(place: Place): Place {
  return hasHole(place.partition) && !hasHole(place.region) ? { ...place, partition: partitionOfRegion(place.region) } : place;
}

function entryOf({ key: logicalId, value: resource, writtenAs }: Expanded): Entry | undefined {
  const type = property(resource, 'Type');
  if (typeof type !== 'string') return undefined;
  return {
    logicalId,
    writtenAs,
    type,
    condition: property(resource, 'Condition'),
    properties: property(resource, 'Properties') ?? undefined,
    ignoreGlobals: property(resource, 'IgnoreGlobals'),
  };
}

/** What is written wins over what SAM would make under the same logical id. */
function byLogicalId(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  const known = new Map<string, Entry>();
  for (const entry of entries) if (!known.has(entry.logicalId)) known.set(entry.logicalId, entry);
  return known;
}
