/** What `cdk synth` and `cdk deploy` start. */
import { App } from 'aws-cdk-lib';
import { UsageError } from '../core/errors';
import { addStacks } from './app';

/** Answers the exit code: 2 for the user's mistake, which is one line. */
export function runApp(bundles: string, tell: (line: string) => void): number {
  try {
    const app = new App({ analyticsReporting: false });
    addStacks(app, bundles);
    app.synth();
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    tell(error.message);
    return 2;
  }
}
