/**
 * `npm run bench`: how fast the command line is, as ratios against peers measured in the same run, in turn (A B A B …), and
 * the memory of a replay. Whole processes, wall time, medians. cfn-guard is measured when it is on PATH.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchBundles } from './bundles.mjs';
import { writeLogFile, writeLogFolder } from './records.mjs';
import { writeTemplates } from './templates.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const cli = join(here, '..', 'dist', 'perimeter.js');
const work = mkdtempSync(join(tmpdir(), 'perimeter-bench-'));
const CONFIGURATION = join(here, '..', 'examples', 'perimeter.yaml');

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

/** Nothing found, something found (Perimeter: 1, cfn-guard: 19); cfn-guard ends with 5 when it cannot read its rules. */
const JUDGED = [0, 1, 19];

function time([command, ...args]) {
  const started = process.hrtime.bigint();
  const { error, status, stderr } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 1 << 28 });
  if (error) throw error;
  if (!JUDGED.includes(status)) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return Number(process.hrtime.bigint() - started) / 1e6;
}

/** Both in turn, after one warm-up each: the median of each, and of the ratios pair by pair. */
/** So many pairs that the median hardly moves on a machine that others use too. */
function compare(name, limit, ours, theirs, runs) {
  time(ours);
  time(theirs);
  const pairs = Array.from({ length: runs }, () => [time(ours), time(theirs)]);
  const ratio = median(pairs.map(([a, b]) => a / b));
  report(
    name,
    `${median(pairs.map(([a]) => a)).toFixed(0)} ms against ${median(pairs.map(([, b]) => b)).toFixed(0)} ms: ${ratio.toFixed(2)} x`,
    limit,
    ratio,
  );
}

let missed = 0;
function report(name, text, limit, value) {
  const within = value <= limit;
  if (!within) missed += 1;
  console.log(`${name}\n  ${text} (at most ${limit}: ${within ? 'kept' : 'MISSED'})`);
}

function peakMegabytes(args) {
  // The peak of a child is not told to its parent, so the child writes its own when it ends.
  const hook = join(work, 'peak.cjs');
  writeFileSync(hook, "process.on('exit', () => require('node:fs').writeSync(2, `PEAK ${process.resourceUsage().maxRSS}\\n`));");
  const { stderr } = spawnSync(process.execPath, ['--require', hook, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const peak = /PEAK (\d+)/.exec(stderr)?.[1];
  if (peak === undefined) throw new Error(`no peak was written: ${stderr}`);
  return Number(peak) / 1024;
}

const node = process.execPath;
try {
  const small = join(work, 'small.yaml');
  writeFileSync(
    small,
    'AWSTemplateFormatVersion: "2010-09-09"\nResources:\n  Worker:\n    Type: AWS::Lambda::Function\n    Properties:\n      Code: { ZipFile: x }\n      VpcConfig: { SubnetIds: [subnet-1], SecurityGroupIds: [sg-1] }\n',
  );
  compare(
    'check, one small template, against node itself doing nothing',
    2,
    [node, cli, 'check', small, '--config', CONFIGURATION],
    [node, '-e', '0'],
    21,
  );

  const templates = join(work, 'templates');
  writeTemplates(templates, 1000);
  const check = [node, cli, 'check', templates, '--config', CONFIGURATION, '--format', 'json'];
  compare(
    'check, 1,000 templates, against js-yaml loading them in two threads',
    1.3,
    check,
    [node, join(here, 'peers', 'js-yaml-threads.mjs'), templates],
    15,
  );
  if (spawnSync('cfn-guard', ['--version']).error) console.log('check against cfn-guard\n  not measured: cfn-guard is not on PATH');
  else {
    const guard = [
      'cfn-guard',
      'validate',
      '--rules',
      join(here, 'peers', 'perimeter.guard'),
      '--data',
      templates,
      '--show-summary',
      'none',
      '--output-format',
      'single-line-summary',
    ];
    compare('check, 1,000 templates, against cfn-guard with five equivalent rules', 0.1, check, guard, 5);
  }

  await benchBundles(report);

  for (const [name, share] of [
    ['3 of a hundred violate', 3],
    ['half of them violate', 50],
  ]) {
    const folder = join(work, `logs-${share}`);
    writeLogFolder(folder, 100_000, share);
    const file = join(work, `all-${share}.json.gz`);
    await writeLogFile(file, 100_000, share);
    for (const format of ['pretty', 'json']) {
      for (const [what, path] of [
        ['a folder', folder],
        ['one file', file],
      ]) {
        const peak = peakMegabytes([cli, 'replay', path, '--config', CONFIGURATION, '--format', format]);
        report(`replay, 100,000 records in ${what}, ${name}, ${format}`, `${peak.toFixed(0)} MB at the peak`, 150, peak);
      }
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = missed > 0 ? 1 : 0;
