/** What a sweep does at its limits: without time, with more findings than are read, by hand. */
import type { Value } from '../../lib/core/value';
import layers from '../../lib/guardrails/lambda-layer-permission';
import type { Finding, Ports } from '../../lib/handlers/ports';
import { createRemediator } from '../../lib/handlers/remediator';
import { configurationIn, FOREIGN, OWN, REGION } from '../e2e/organization';

const LAYER = `arn:aws:lambda:${REGION}:${OWN}:layer:common`;
const shared = {
  Sid: 'x',
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${FOREIGN}:root` },
  Action: 'lambda:GetLayerVersion',
  Resource: `${LAYER}:1`,
};

const ANSWERS: { readonly [action: string]: { readonly [name: string]: Value } } = {
  'lambda:ListLayers': { Layers: [{ LayerArn: LAYER }] },
  'lambda:ListLayerVersions': { LayerVersions: [{ LayerVersionArn: `${LAYER}:1` }, { LayerVersionArn: `${LAYER}:2` }] },
  'lambda:GetLayerVersionPolicy': { Policy: JSON.stringify({ Statement: [shared] }), RevisionId: 'r' },
};

interface World {
  readonly remaining?: () => number;
  readonly about?: Ports['findings']['about'];
}

async function swept(event: Value, { remaining = () => 60_000, about = async () => [] }: World = {}) {
  const later: Value[] = [];
  const imported: Finding[] = [];
  const reads: string[] = [];
  let waits = 0;
  const ports: Ports = {
    now: () => new Date('2026-11-22T10:00:00Z'),
    remaining,
    here: { partition: 'aws', region: REGION, account: OWN },
    pace: async () => {
      waits += 1;
    },
    read: async ({ action, input }) => {
      reads.push(`${action} ${input.VersionNumber ?? ''}`.trim());
      const output = ANSWERS[action];
      return output ? { kind: 'found', output } : { kind: 'absent' };
    },
    execute: async (call) => ({ ...call, outcome: 'done' }),
    findings: { import: async (finding) => imported.push(finding) > 0, about, resolve: async () => true },
    recordUndo: async () => 'key',
    findUndo: async () => [],
    directory: undefined,
    lookAgain: async (_, input) => void later.push(input),
    queue: undefined,
    log: () => undefined,
    count: () => undefined,
  };
  const { failure } = await createRemediator(layers, configurationIn('observe'), ports).run(event);
  return { failure, later, imported: imported.map(({ Id }) => Id), reads, waits };
}

const VERSIONS = ['lambda:GetLayerVersionPolicy 1', 'lambda:GetLayerVersionPolicy 2'];
const ids = [1, 2].map((version) => `perimeter/lambda-layer-permission/${LAYER}:${version}/x`);

it('waits its turn before each read', async () => {
  const { reads, waits, imported } = await swept({ perimeter: 'sweep' });

  expect(reads).toEqual(['lambda:ListLayers', 'lambda:ListLayerVersions', ...VERSIONS]);
  expect([waits, imported]).toEqual([4, ids]);
});

it('asks to go on from where it stopped, and goes on there', async () => {
  let asked = 0;
  const first = await swept({ perimeter: 'sweep' }, { remaining: () => (++asked > 1 ? 1_000 : 60_000) });
  const second = await swept(first.later[0] ?? null);

  expect([first.failure, first.imported]).toEqual([undefined, ids.slice(0, 1)]);
  expect(first.later).toEqual([
    {
      perimeter: 'sweep',
      from: [
        [0, LAYER],
        [0, `${LAYER}:2`],
      ],
      within: [],
    },
  ]);
  expect([second.reads.slice(2), second.imported, second.later]).toEqual([VERSIONS.slice(1), ids.slice(1), []]);
});

it('fails rather than ask for ever, where it gets nowhere', async () => {
  const { failure, later, imported } = await swept({ perimeter: 'sweep' }, { remaining: () => 1_000 });

  expect([failure, later, imported]).toEqual(['there is no time to look at anything', [], []]);
});

it('asks for the findings of what it has to tell, where there are more than are read at once', async () => {
  const finding = (id: string, status: string): Finding => ({ Id: id, Workflow: { Status: status }, Resources: [{ Id: `${LAYER}:9` }] });
  const others = Array.from({ length: 1000 }, (_, index) => finding(`other-${index}`, 'NEW'));
  const about: Ports['findings']['about'] = async (_, resource) => (resource.endsWith('*') ? others : [finding(ids[0] ?? '', 'SUPPRESSED')]);

  const { imported } = await swept({ perimeter: 'sweep' }, { about });

  expect(imported).toEqual(ids.slice(1));
});

it.each([['nonsense'], [7], [[['0', 'x']]], [{}], [[[0]]]])('takes a way made by hand, %j, for none', async (from) => {
  const { imported } = await swept({ perimeter: 'sweep', from, within: from });

  expect(imported).toEqual(ids);
});
