/** The bundles that the end-to-end tests run: taken out of the templates that the shipped app synthesises, from behind the settings of each function. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from '../../lib/cdk/member';
import { deployedCode, ofType, ROOT } from '../cdk/support';

const DIST = join(ROOT, 'dist');
const EXAMPLE = join(ROOT, 'examples/perimeter.yaml');
/** For all test files, where the SDK is found: synthesising takes seconds, and gives the same bytes each time. */
const CACHE = join(ROOT, 'node_modules/.cache/perimeter-synth');
const ANYWHERE = { partition: 'aws', region: 'eu-west-1', account: '222222222222' };

let folder: string | undefined;

/** The file that holds the code of a function of ours (`perimeter-lambda-vpc-hook`) as it is deployed, without its settings. */
export function deployedFile(name: string): string {
  folder ??= synthesised();
  return join(folder, `${name}.js`);
}

/** Made once for each build. */
function synthesised(): string {
  const names = ['functions', 'hooks', 'lambda', 'shared'].flatMap((kind) => readdirSync(join(DIST, kind)).map((name) => join(DIST, kind, name)));
  const hash = createHash('sha256');
  for (const input of [__filename, EXAMPLE, join(DIST, 'app.js'), ...names]) hash.update(readFileSync(input));
  const made = join(CACHE, hash.digest('hex'));
  if (existsSync(made)) return made;
  mkdirSync(CACHE, { recursive: true });
  const out = mkdtempSync(join(CACHE, 'new-'));
  const env = { PATH: process.env.PATH, CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify({ config: EXAMPLE }) };
  const { status, stderr } = spawnSync(process.execPath, [join(DIST, 'app.js')], { cwd: ROOT, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`dist/app.js: ${stderr}`);
  for (const stack of ['perimeter-member', 'perimeter-directory'])
    takeApart(out, JSON.parse(readFileSync(join(out, `${stack}.template.json`), 'utf8')));
  for (const old of readdirSync(CACHE).filter((each) => !each.startsWith('new-'))) rmSync(join(CACHE, old), { recursive: true, force: true });
  try {
    renameSync(out, made);
  } catch (error) {
    // Another test file was first, with the same.
    if (!existsSync(made)) throw error;
    rmSync(out, { recursive: true });
  }
  return made;
}

/** The settings are the first two lines (docs/decisions/0008). */
function takeApart(out: string, template: Template): void {
  for (const { Properties } of ofType(template, 'AWS::Lambda::Function')) {
    const [directive, settings, ...bundle] = deployedCode(template, Properties.FunctionName, ANYWHERE).split('\n');
    if (directive !== "'use strict';" || !settings?.startsWith('globalThis.PERIMETER = '))
      throw new Error(`${Properties.FunctionName} has no settings`);
    writeFileSync(join(out, `${Properties.FunctionName}.js`), bundle.join('\n'));
  }
}
