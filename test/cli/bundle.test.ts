/** The command as it is shipped, as a process: exit codes, pipes, threads. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { record, template, type Workspace, workspace } from './support/workspace';

const ROOT = join(__dirname, '../..');
const CLI = join(ROOT, 'dist/perimeter.js');
const { NO_COLOR: _, FORCE_COLOR: __, ...INHERITED } = process.env;
/** Without what whoever runs these tests says about colours; CI is where some libraries colour pipes unasked. */
const PLAIN = { ...INHERITED, CI: 'true' };

let place: Workspace;
beforeAll(() => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build.mjs', '--if-needed'], { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
});
beforeEach(() => {
  place = workspace();
});
afterEach(() => place.remove());

const spawn = (argv: readonly string[], options: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {}) =>
  spawnSync(process.execPath, [CLI, ...argv], { cwd: place.folder, encoding: 'utf8', maxBuffer: 1 << 28, env: PLAIN, ...options });

it('exits as it says', () => {
  place.write({ 'good.yaml': template("'333333333333'"), 'bad.yaml': template("'999999999999'") });

  expect(spawn(['check', 'good.yaml']).status).toBe(0);
  expect(spawn(['check', 'bad.yaml']).status).toBe(1);
  expect(spawn(['check', 'none.yaml']).status).toBe(2);
  expect(spawn(['check', '*.yaml']).status).toBe(1);
  expect(spawn(['check', '**/good.yaml']).status).toBe(0);
  expect(spawn(['--help']).status).toBe(0);
  expect(spawn(['check', '-'], { input: template("'999999999999'") }).status).toBe(1);
  expect(spawn(['replay', '-'], { input: JSON.stringify(record('999999999999')) }).status).toBe(1);
  expect(spawn(['replay', '-'], { input: '' })).toMatchObject({ status: 2, stderr: 'perimeter: -: standard input is empty\n' });
});

it('reads what another command prints into a pipe with a name', () => {
  place.write({ 'x.jsonl': JSON.stringify(record('999999999999')), 'bad.yaml': template("'999999999999'") });
  const command = `"${process.execPath}" "${CLI}" replay <(cat x.jsonl) <(gzip < x.jsonl); "${process.execPath}" "${CLI}" check <(cat bad.yaml)`;

  const { stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: place.folder, encoding: 'utf8', env: PLAIN });

  expect(stderr).toBe('');
  expect(stdout).toContain('2 judged in 2 records: 2 violations');
  expect(stdout).toContain('1 judged in 1 file: 1 violation');
});

it('judges in threads what it judges alone, in the same order', async () => {
  const padding = `#${'x'.repeat(120_000)}\n`;
  const account = (index: number) => (index % 3 === 0 ? "'999999999999'" : index % 3 === 1 ? '!Ref Partner' : "'333333333333'");
  place.write(Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`stacks/${index}.yaml`, padding + template(account(index))])));
  place.write({ 'stacks/broken.yaml': 'AWSTemplateFormatVersion: [\nResources:\n' });

  const threads = spawn(['check', 'stacks', '--format', 'json', '--all']);
  const alone = await place.run(['check', 'stacks', '--format', 'json', '--all']);

  expect([threads.status, threads.stdout]).toEqual([alone.code, alone.stdout]);
  expect(JSON.parse(alone.stdout).summary).toMatchObject({ judged: 40, violation: 14, undetermined: 13, compliant: 13, scanned: { files: 40 } });
});

it('ends quietly when nobody reads on', () => {
  const records = Array.from({ length: 3000 }, () => JSON.stringify(record('999999999999'))).join('\n');
  place.write({ 'x.jsonl': records });

  const { stdout, stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${CLI}" replay x.jsonl --format json | head -c 20`], {
    cwd: place.folder,
    encoding: 'utf8',
    env: PLAIN,
  });

  expect([stdout, stderr]).toEqual(['{"schemaVersion":1,"', '']);
});

it('colours only a terminal, unless it is told to', () => {
  place.write({ 'bad.yaml': template("'999999999999'") });
  expect(spawn(['check', 'bad.yaml']).stdout).not.toContain('\u001b[');
  expect(spawn(['check', 'bad.yaml'], { env: { ...PLAIN, FORCE_COLOR: '1' } }).stdout).toContain('\u001b[');
  expect(spawn(['check', 'bad.yaml'], { env: { ...PLAIN, FORCE_COLOR: '1', NO_COLOR: '1' } }).stdout).not.toContain('\u001b[');
});
