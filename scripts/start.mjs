// `npm start`: the main job on the examples with the command as it is shipped, then how to run it on one's own data.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { exampleRuns } from './examples.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const FOUND_VIOLATIONS = 1;

console.log('Perimeter judges the example organization in examples/: offline, without an AWS account.');
for (const { args } of exampleRuns) perimeter(args);
console.log(`
The examples hold violations on purpose: alone, both commands would have exited with 1. On your own data:

  npx perimeter init                  writes perimeter.yaml: your organization, whom it trusts, each guardrail's mode
  npx perimeter check cdk.out         CloudFormation, SAM, a CDK assembly or a Terraform plan, before it is deployed
  npx perimeter replay ./AWSLogs      CloudTrail logs as they lie in the bucket: what would have been found and undone

The loop itself, from a violation to its undoing and back, on an emulated AWS (needs Python 3.10 or newer): npm run demo`);

/** Shows the command line, then what it prints. Violations are what the examples are for; anything worse ends the run. */
function perimeter(args) {
  console.log(`\n$ perimeter ${args.join(' ')}\n`);
  const { status } = spawnSync(process.execPath, ['dist/perimeter.js', ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0 && status !== FOUND_VIOLATIONS) process.exit(status ?? 70);
}
