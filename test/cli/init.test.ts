import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { main } from '../../lib/cli/main';
import { NOW, template, type Workspace, workspace } from './support/workspace';

let place: Workspace;
beforeEach(() => {
  place = workspace({ 'a.yaml': template("'999999999999'") });
});
afterEach(() => place.remove());

const IDS = ['--organization-id', 'o-exampleorgid', '--management-account-id', '111111111111'];
const written = (name: string) => readFileSync(join(place.folder, name), 'utf8');

it('writes a configuration that check can use', async () => {
  const { code, stdout, stderr } = await place.run([
    'init',
    '--output',
    'new.yaml',
    ...IDS,
    '--account-id',
    '222222222222',
    '--account-id',
    '333333333333',
  ]);

  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toBe(
    'wrote new.yaml: 4 guardrails observe, ecr-layer-access waits for its lists; next, try perimeter check PATH or perimeter replay PATH\n',
  );
  expect(written('new.yaml')).toContain('accountIds: ["222222222222", "333333333333"]');
  expect((await place.json(['check', 'a.yaml', '--config', 'new.yaml'])).document.assessments.map(({ mode, code: fault }) => [mode, fault])).toEqual([
    ['observe', 'untrusted-account'],
  ]);
});

it('overwrites when it is told to', async () => {
  expect((await place.run(['init', '--force', ...IDS])).code).toBe(0);
  expect(written('perimeter.yaml')).toContain('id: "o-exampleorgid"');
});

it('takes over a TrustStack manifest, and says what it cannot', async () => {
  place.write({
    'manifest.yml': `version: v1
spec:
  awsOrganizationARN: arn:aws:organizations::111111111111:organization/o-exampleorgid
  awsOrganizationID: o-exampleorgid
  sharedServicesAccountID: "222222222222"
`,
  });

  const { code, stderr } = await place.run(['init', '--from', 'manifest.yml', '--output', 'new.yaml']);

  expect(code).toBe(0);
  expect(stderr).toMatch(/^(perimeter: manifest\.yml: .*\n)*$/);
  expect(written('new.yaml')).toContain('managementAccountId: "111111111111"');
});

it('asks on a terminal for what is missing, until it is right', async () => {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const terminal = { stdin: true, stdout: true, stderr: true, columns: 80 };
  stdin.write('nonsense\no-exampleorgid\n111111111111\n222222222222, 333333333333\n');

  const code = await main(['init', '--output', 'new.yaml'], { stdin, stdout, stderr, cwd: place.folder, env: {}, terminal, now: () => NOW });

  expect(code).toBe(0);
  expect(stderr.read().toString()).toContain('Organization id (o-…): ');
  expect(written('new.yaml')).toContain('accountIds: ["222222222222", "333333333333"]');
});

it('ends when the terminal is closed instead of an answer', async () => {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end('o-exampleorgid\n');

  const terminal = { stdin: true, stdout: true, stderr: true };
  const code = await main(['init', '--output', 'new.yaml'], { stdin, stdout, stderr, cwd: place.folder, env: {}, terminal, now: () => NOW });

  expect(code).toBe(2);
  expect(stderr.read().toString()).toContain('perimeter: no answer: give --organization-id and --management-account-id instead\n');
});
