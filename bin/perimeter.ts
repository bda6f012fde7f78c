/** Entry point of the command line, and of its worker threads: `dist/cli.js`, which `dist/perimeter.js` (the launcher) starts. */
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import type { Io } from '../lib/cli/io';

/** Everything is found out when it is first asked for: standard input alone costs milliseconds. */
const io: Io = {
  get stdin() {
    return process.stdin;
  },
  get stdout() {
    return process.stdout;
  },
  get stderr() {
    return process.stderr;
  },
  cwd: process.cwd(),
  env: process.env,
  // Node.js leaves isTTY undefined for pipes and files; the colour library takes undefined for "decide yourself", and colours in CI.
  terminal: {
    get stdin() {
      return Boolean(process.stdin.isTTY);
    },
    get stdout() {
      return Boolean(process.stdout.isTTY);
    },
    get stderr() {
      return Boolean(process.stderr.isTTY);
    },
    get columns() {
      return process.stdout.columns;
    },
  },
  now: () => new Date(),
  workerFile: join(__dirname, 'perimeter.js'),
  shipped: __dirname,
};

async function run(): Promise<void> {
  if (!isMainThread) return (await import('../lib/cli/check/worker')).work();
  // The SDK is pinned, and runs on every Node.js that the package allows: what later versions of it need is no news to whoever runs this.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const { main } = await import('../lib/cli/main');
  process.exitCode = await main(process.argv.slice(2), io);
}

void run();
