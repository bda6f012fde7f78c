/** What Lambda hands a function besides its event. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
import type { Context } from 'aws-lambda';

interface Run {
  readonly functionName: string;
  readonly account: string;
  readonly region: string;
  readonly remaining: () => number;
}

export const contextOf = ({ functionName, account, region, remaining }: Run): Context => ({
  awsRequestId: 'request-1',
  callbackWaitsForEmptyEventLoop: true,
  functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: `arn:aws:lambda:${region}:${account}:function:${functionName}`,
  logGroupName: `/aws/lambda/${functionName}`,
  logStreamName: '2026/07/01/[$LATEST]0',
  memoryLimitInMB: '256',
  getRemainingTimeInMillis: remaining,
  // Of the callbacks of Node.js 0.10, which is in the types alone.
  done: () => {},
  fail: () => {},
  succeed: () => {},
});
