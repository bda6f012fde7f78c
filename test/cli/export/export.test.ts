/** `perimeter export`: what becomes of an earlier run's files, and what it refuses. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { exportOnce, perimeter, place } from './exported';

exportOnce();

it.each([
  [
    'cloudformation',
    [
      'member-canary.template.json',
      'policies/canary.perimeter-1.json',
      'policies/perimeter-7.json',
      'policies/ecr.rcp.json',
      'policies/ecr-layer-bucket.endpoint.json',
    ],
    ['policies/mine.json', 'mine/perimeter-7.json', 'notes.md'],
  ],
  [
    'lza',
    [
      'cloudformation/perimeter-canary.template.json',
      'service-control-policies/canary-perimeter-1.json',
      'resource-control-policies/canary-ecr-rcp.json',
    ],
    ['service-control-policies/guardrails-1.json', 'cloudformation/vpc.template.json', 'global-config.yaml'],
  ],
])('--force leaves nothing of an earlier run that would be deployed with the others, and what is not its own: %s', async (road, gone, kept) => {
  place.write(Object.fromEntries([...gone, ...kept].map((name) => [`again/${road}/${name}`, 'earlier'])));

  const { code, stdout } = await perimeter(road, `again/${road}`, '--region', 'eu-west-1', '--config', 'observing.yaml', '--force');

  expect(code).toBe(0);
  expect(stdout.match(/(?<=^removed ).*(?=, of an earlier run$)/gm)).toEqual(gone.map((name) => `again/${road}/${name}`).sort());
  expect([...gone, ...kept].filter((name) => existsSync(join(place.folder, 'again', road, name)))).toEqual(kept);
});

it.each<readonly [string, readonly string[], RegExp]>([
  ['another road', ['helm', 'out'], /^argument 'ROAD' cannot be 'helm'\. Allowed choices are cloudformation, lza; see perimeter export --help$/],
  ['no folder', ['lza'], /^missing required argument 'DIR'; see perimeter export --help$/],
  ['a folder that is not empty', ['cloudformation', 'full'], /^full is not empty: name another folder, or write over what is there with --force$/],
  ['a file', ['cloudformation', 'file'], /^file .*: name a folder$/],
  ['a Region that is none', ['lza', 'out', '--region', 'x'], /^--region: .*"x"/],
  [
    'two partitions',
    ['lza', 'out', '--region', 'eu-west-1', '--region', 'us-gov-west-1'],
    /^--region us-gov-west-1: eu-west-1 is in another partition, and an organization lives in one: export each by itself$/,
  ],
  ['no Region for a landing zone', ['lza', 'out'], /^no Region to deploy to: name one with --region, or list regions under rollout$/],
  [
    'a unit without a name',
    ['lza', 'out', '--config', 'staged.yaml'],
    /^rollout pilot: ou-ab12-11111111 has no name .*: add --organizational-unit ou-ab12-11111111=NAME$/,
  ],
  [
    'a name without a unit',
    ['lza', 'out', '--organizational-unit', 'Pilot'],
    /^--organizational-unit: expected an id and a name, got "Pilot": write ou-/,
  ],
  [
    'names for CloudFormation',
    ['cloudformation', 'out', '--organizational-unit', 'ou-ab12-11111111=Pilot'],
    /^--organizational-unit belongs to export lza/,
  ],
  ['no configuration', ['cloudformation', 'out', '--config', 'none.yaml'], /^configuration none\.yaml does not exist/],
])('bad input exits 2 with one line and writes nothing: %s', async (_, argv, line) => {
  const { code, stdout, stderr } = await perimeter(...argv);

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(new RegExp(`^perimeter: ${line.source.slice(1)}`))]);
  expect(existsSync(join(place.folder, 'out'))).toBe(false);
});
