/** Entry point of the CDK app: `dist/app.js`, which `cdk.json` names. */
import { runApp } from '../lib/cdk/run';

process.exitCode = runApp(__dirname, (line) => process.stderr.write(`${line}\n`));
