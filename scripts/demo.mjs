// `npm run demo`: the loop itself on an emulated AWS. One violation for each guardrail is made with the real SDK; its event runs
// the very function that is deployed; the finding, the exemption and the undo follow. Needs `node scripts/emulators.mjs` first.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { EnableSecurityHubCommand, GetFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { build } from 'esbuild';
import colours from 'picocolors';
import { CALLER, configuration, stories } from './demo-stories.mjs';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'perimeter-demo-'));
const { bold, cyan, dim, green, red, yellow } = colours;
const say = (text = '') => console.log(text);

const { startEmulator, called, makeFunction, publishLayer } = await loadEmulator();
const [api, started] = await timed(startEmulator);
try {
  say(`${bold('Perimeter at work')}, on an emulated AWS that started in ${time(started)}: account ${CALLER.account}, ${CALLER.region}`);
  await new SecurityHubClient(api.client(CALLER)).send(new EnableSecurityHubCommand({}));
  await new CloudWatchLogsClient(api.client(CALLER)).send(new CreateLogGroupCommand({ logGroupName: 'perimeter-undo' }));
  let total = 0;
  for (const [index, story] of stories.entries()) total += await tell(story, index);
  say(
    `\n${green('✓')} ${stories.length} violations made, found, undone, reported and put back; from event to undone ${time(total / stories.length)} on average,`,
  );
  say('  the start of a process included. The functions that ran are those in dist/lambda: what is deployed.');
} catch (error) {
  console.error(`perimeter: the demo did not come to its end: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  await api.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** One violation, from the call to the undo. Answers the milliseconds of the remediation. */
async function tell({ guardrail, title, prepare, violate, state }, index) {
  const tools = { api, called, makeFunction, publishLayer };
  say(`\n${bold(`${index + 1}. ${title}`)} ${dim(guardrail)}`);
  write('perimeter.yaml', configuration());
  await prepare(tools);
  const before = await state(tools);
  const [event, made] = await timed(() => violate(tools));
  const { eventName, userIdentity } = event.detail;
  line('made', made, `${cyan(eventName)} by ${userIdentity.arn.split(':').at(-1)}`);
  line('', undefined, dim(`${before} → ${red(await state(tools))}`));
  write('event.json', JSON.stringify(event));

  const [undone, took] = await timed(() => perimeter('invoke', 'remediator', guardrail, 'event.json', '--apply'));
  const document = JSON.parse(undone.stdout);
  if (undone.code !== 0) throw new Error(`${guardrail} was not undone: ${undone.stderr}`);
  const [assessment] = document.assessments;
  line('judged', undefined, `${red(assessment.code)}: ${assessment.reason}`);
  for (const { action, outcome } of document.calls) line('undone', took, `${cyan(action)} ${green(outcome)}`);
  line('', undefined, dim(`now ${green(await state(tools))}`));

  const [{ Findings }, asked] = await timed(() => new SecurityHubClient(api.client(CALLER)).send(new GetFindingsCommand({})));
  const finding = Findings.find(({ Id }) => Id === document.finding.Id);
  line('finding', asked, `${yellow(finding.Title)} ${dim(`${finding.Compliance.Status}, ${finding.Workflow.Status}`)}`);

  const key = finding.ProductFields['perimeter/undoKey'];
  const [refused, thought] = await timed(() => perimeter('undo', key));
  if (refused.code !== 1) throw new Error(`undo was not refused: ${refused.stdout}${refused.stderr}`);
  line('undo', thought, `perimeter undo ${key.split('/').at(-1)}: ${red('refused')}, nothing excuses it`);
  write('perimeter.yaml', `${configuration()}${excused(finding.ProductFields['perimeter/exemption'])}`);
  const [restored, back] = await timed(() => perimeter('undo', key, '--format', 'json'));
  if (restored.code !== 0) throw new Error(`it was not put back: ${restored.stdout}${restored.stderr}`);
  const [{ calls, notes }] = JSON.parse(restored.stdout).results;
  line('excused', undefined, 'the exemption of the finding pasted into perimeter.yaml, with reason, owner and end');
  for (const { action, outcome } of calls) line('put back', back, `${cyan(action)} ${green(outcome)}`);
  for (const note of notes) line('', undefined, note);
  line('', undefined, dim(`now ${await state(tools)}`));
  return took;
}

/** What a person fills in. */
function excused(yaml) {
  return `${yaml.replace('reason: ', 'reason: agreed with its owner').replace('owner: ', 'owner: security@example.com').replace('expires: ', 'expires: 2040-01-01')}\n`;
}

function line(what, milliseconds, text) {
  say(`   ${what.padEnd(9)}${dim((milliseconds === undefined ? '' : time(milliseconds)).padStart(7))}  ${text}`);
}

function time(milliseconds) {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

async function timed(work) {
  const start = performance.now();
  return [await work(), performance.now() - start];
}

function write(name, text) {
  writeFileSync(join(folder, name), text);
}

/** The command as it is shipped, in the account of the demo. */
function perimeter(...args) {
  const environment = { PATH: process.env.PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', ...api.environment(CALLER) };
  const env = { ...environment, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  const child = spawn(process.execPath, [join(root, 'dist/perimeter.js'), ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'])
    child[name].on('data', (chunk) => {
      printed[name] += chunk;
    });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...printed, code }));
  });
}

/** The emulator of the tests, which is TypeScript. */
async function loadEmulator() {
  const aws = join(root, 'test/aws');
  const outfile = join(root, 'node_modules/.cache/perimeter-demo.cjs');
  await build({
    stdin: { contents: `export * from './emulator'; export * from './records'; export * from './fixtures';`, resolveDir: aws },
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'cjs',
    define: { __dirname: JSON.stringify(aws) },
    logLevel: 'warning',
  });
  return (await import(pathToFileURL(outfile))).default;
}
