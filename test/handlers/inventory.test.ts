/** Going through an inventory: whoever stops anywhere goes on there, and misses nothing. */
import fc from 'fast-check';
import type { Fact, Place } from '../../lib/core/guardrail';
import type { Inventory, Listing, LiveAnswer } from '../../lib/core/live';
import { asText, property, type Value } from '../../lib/core/value';
import { type Path, type Stop, walk } from '../../lib/handlers/inventory';
import { AwsFailure } from '../../lib/handlers/ports';
import { runs } from '../support/runs';

const PLACE: Place = { partition: 'aws', region: 'eu-west-1', account: '222222222222' };

/** Lists in lists, as what AWS would answer: the name of an item, and the lists that it has. */
interface Item {
  readonly name: string;
  readonly lists: readonly (readonly Item[])[];
}

const factOf = (arn: string): Fact => ({ resource: { type: 'T', arn }, owner: PLACE.account });

/** Each item has a fact; its lists are asked for by its way. */
const inventoryOf = (lists: readonly (readonly Item[])[], way: string): Inventory<Fact> => ({
  facts: [factOf(way)],
  lists: lists.map(
    (items, index): Listing<Fact> => ({
      call: { action: 'test:List', input: { way: `${way}/${index}` } },
      items: 'Items',
      name: 'Name',
      each: (item) => {
        const name = asText(property(item, 'Name')) ?? '';
        return inventoryOf(items.find((one) => one.name === name)?.lists ?? [], `${way}/${index}/${name}`);
      },
    }),
  ),
});

/** By its way: the names of the items, as AWS would list them. */
function answersOf(lists: readonly (readonly Item[])[], way: string): ReadonlyMap<string, readonly Value[]> {
  return new Map(
    lists.flatMap((items, index) => [
      [`${way}/${index}`, items.map(({ name }) => ({ Name: name }))] as const,
      ...items.flatMap((item) => [...answersOf(item.lists, `${way}/${index}/${item.name}`)]),
    ]),
  );
}

const readOf =
  (answers: ReadonlyMap<string, readonly Value[]>) =>
  async (call: { readonly input: { readonly [name: string]: Value } }): Promise<LiveAnswer> => ({
    kind: 'found',
    output: { Items: answers.get(String(call.input.way)) ?? [] },
  });

async function stopsOf(lists: readonly (readonly Item[])[], from: Path = [], answers = answersOf(lists, '')): Promise<readonly Stop[]> {
  const stops: Stop[] = [];
  for await (const stop of walk(inventoryOf(lists, ''), readOf(answers), PLACE, from)) stops.push(stop);
  return stops;
}

const { tree } = fc.letrec<{ tree: (readonly Item[])[] }>((tie) => ({
  tree: fc.array(
    fc.uniqueArray(
      fc.record({
        name: fc.constantFrom('10', '9', 'a', 'B', 'ä', 'fn:1', ''),
        lists: fc.oneof({ depthSize: 'small' }, fc.constant([]), tie('tree')),
      }),
      {
        selector: ({ name }) => name,
        maxLength: 4,
      },
    ),
    { maxLength: 3 },
  ),
}));

const placesIn = (stops: readonly Stop[]) =>
  stops.map((stop) => ('facts' in stop ? stop.facts.map(({ resource }) => resource.arn).join() : stop.action));

it('goes on at any stop with that very stop, and misses none of the others', async () => {
  await fc.assert(
    fc.asyncProperty(tree, fc.nat(), async (lists, pick) => {
      const all = await stopsOf(lists);
      const index = all.length === 0 ? 0 : pick % all.length;

      expect(placesIn(await stopsOf(lists, all[index]?.at))).toEqual(placesIn(all.slice(index)));
    }),
    { numRuns: Math.min(runs, 2000) },
  );
});

it('goes the same way in whatever order AWS lists, and past what is gone or new by then', async () => {
  const item = (name: string): Item => ({ name, lists: [] });
  const [before] = [await stopsOf([[item('c'), item('a'), item('d'), item('b')]])];
  const from: Path = [[0, 'b']];

  expect(placesIn(before ?? [])).toEqual(['', '/0/a', '/0/b', '/0/c', '/0/d']);
  expect(placesIn(await stopsOf([[item('d'), item('bb'), item('a'), item('c')]], from))).toEqual(['/0/bb', '/0/c', '/0/d']);
});

it('tells of a list that cannot be read, and goes on with the next', async () => {
  const lists = [[{ name: 'a', lists: [[], [{ name: 'x', lists: [] }]] }], [{ name: 'z', lists: [] }]];
  const answers = answersOf(lists, '');
  const stops: Stop[] = [];
  const read = async (call: Parameters<ReturnType<typeof readOf>>[0]): Promise<LiveAnswer> => {
    if (call.input.way === '/0/a/0') throw new AwsFailure('AccessDeniedException', 'no', false);
    return readOf(answers)(call);
  };
  for await (const stop of walk(inventoryOf(lists, ''), read, PLACE)) stops.push(stop);

  expect(placesIn(stops)).toEqual(['', '/0/a', 'test:List', '/0/a/1/x', '/1/z']);
  expect(stops[2]).toMatchObject({ failure: { code: 'AccessDeniedException' } });
});
