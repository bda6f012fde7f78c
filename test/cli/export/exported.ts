/** What the tests of `perimeter export` export, as it is shipped: a configuration without a rollout and one with two stages. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, run } from '../support/aws';
import { type Workspace, workspace } from '../support/workspace';

export const ROOT = join(__dirname, '../../..');

const BASE = `
version: 1
organization: { id: o-exampleorgid, managementAccountId: "111111111111", accountIds: ["222222222222"] }
guardrails:
  lambda-permission: { mode: enforce }
  lambda-vpc: { mode: observe }
  ecr-layer-access: { mode: enforce, allowedRoles: ["ci-*"] }
spared: { principalArns: ["arn:aws:iam::*:role/break-glass"] }
`;
const STAGED = `${BASE}rollout:
  - { name: pilot, organizationalUnits: [ou-ab12-11111111], regions: [eu-west-1, us-east-1], modes: { lambda-vpc: enforce } }
  - { name: everyone, organizationalUnits: [ou-ab12-22222222, ou-ab12-33333333], regions: [eu-west-1], modes: { ecr-layer-access: observe } }
`;
const UNITS = ['11111111=Pilot', '22222222=Workloads/Production', '22222222=Workloads/Production/Shop', '33333333=Workloads/Test'].flatMap((unit) => [
  '--organizational-unit',
  `ou-ab12-${unit}`,
]);

/** What is exported, by the name of its folder. */
const EXPORTS = {
  all: ['cloudformation', 'all', '--region', 'eu-west-1'],
  staged: ['cloudformation', 'staged', '--config', 'staged.yaml'],
  'lza-all': ['lza', 'lza-all', '--region', 'eu-west-1'],
  'lza-staged': ['lza', 'lza-staged', '--config', 'staged.yaml', ...UNITS],
} as const;

export let place: Workspace;

/** Before the tests of a file, for synthesising takes seconds. */
export function exportOnce(...names: readonly (keyof typeof EXPORTS)[]): void {
  beforeAll(async () => {
    build();
    place = workspace({
      'perimeter.yaml': BASE,
      'staged.yaml': STAGED,
      'observing.yaml': BASE.replaceAll('enforce', 'observe'),
      'full/x': '',
      file: '',
    });
    for (const name of names)
      expect(await perimeter(...EXPORTS[name])).toMatchObject({
        code: 0,
        // What the policies leave open, each once.
        stderr: expect.stringMatching(/^(?:(perimeter: .*\n)(?![\s\S]*\1))+$/),
        stdout: expect.stringMatching(/^(wrote \S+ \([\d,]+ bytes\)\n)+$/),
      });
  }, 300_000);
  afterAll(() => place.remove());
}

export const perimeter = (...argv: readonly string[]) => run(['export', ...argv], { cwd: place.folder });
export const text = (path: string): string => readFileSync(join(place.folder, path), 'utf8');
export const json = (path: string) => JSON.parse(text(path));
export const filesIn = (folder: string): readonly string[] =>
  readdirSync(join(place.folder, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(place.folder, folder).length + 1))
    .sort();
