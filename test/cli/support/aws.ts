/** The command as it is shipped, in front of an emulated AWS. */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { leaksIn } from '../../e2e/leaks';
import type { Printed } from '../../support/perimeter';

const ROOT = join(__dirname, '../../..');

/** The functions are what was built. */
export function build(): void {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build.mjs', '--if-needed'], { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

export const CONFIGURATION = `
version: 1
organization: { id: o-exampleorgid, managementAccountId: "111111111111", accountIds: ["222222222222", "333333333333"] }
guardrails:
  lambda-permission: { mode: enforce }
  lambda-layer-permission: { mode: enforce }
  lambda-vpc: { mode: enforce }
  sns-subscription: { mode: enforce, trustedProtocols: [https, sqs], trustedHosts: [api.example.com] }
  ecr-layer-access: { mode: enforce, allowedRoles: ["ci-*"] }
`;

interface Run {
  readonly cwd: string;
  readonly env?: { readonly [name: string]: string };
  readonly stdin?: string;
}

/** Without a terminal; the environment holds nothing of the developer's own AWS settings. */
export function run(argv: readonly string[], { cwd, env = {}, stdin = '' }: Run): Promise<Printed> {
  const child = spawn(process.execPath, [join(ROOT, 'dist/perimeter.js'), ...argv], {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, AWS_EC2_METADATA_DISABLED: 'true', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...env },
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    printed.stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    printed.stderr += chunk;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      // What a function logs, among what the command says.
      const leaks = leaksIn(printed.stderr.split('\n').filter((line) => line.startsWith('{')));
      if (leaks.length > 0) reject(new Error(`the log holds ${leaks.join('\n')}`));
      else resolve({ ...printed, code: code ?? -1 });
    });
  });
}
