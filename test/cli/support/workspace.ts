/** A folder of files to run the command line in. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Printed, perimeter } from '../../support/perimeter';

export const NOW = new Date('2026-11-23T12:00:00Z');

export const CONFIGURATION = `
version: 1
organization: { id: o-exampleorgid, managementAccountId: "111111111111", accountIds: ["222222222222", "333333333333"] }
guardrails:
  lambda-permission: { mode: enforce }
  lambda-layer-permission: { mode: enforce }
  lambda-vpc: { mode: observe }
`;

export interface Workspace {
  readonly folder: string;
  readonly write: (files: { readonly [name: string]: string | Buffer }) => void;
  readonly run: (argv: readonly string[], stdin?: string) => Promise<Printed>;
  /** Runs with `--format json`, and parses. */
  readonly json: (argv: readonly string[], stdin?: string) => Promise<Printed & { readonly document: Document }>;
  readonly remove: () => void;
}

/** What the JSON holds, as far as tests read it. */
interface Document {
  readonly assessments: readonly {
    readonly guardrail: string;
    readonly verdict: string;
    readonly code?: string;
    readonly mode: string;
    readonly reason?: string;
    readonly resource: { readonly type: string; readonly id: string };
    readonly source: { readonly [name: string]: unknown };
    readonly plan?: readonly unknown[];
  }[];
  readonly summary: {
    readonly judged: number;
    readonly violation: number;
    readonly undetermined: number;
    readonly compliant: number;
    readonly exempt: number;
    readonly scanned: { readonly files: number; readonly records: number; readonly bytes: number };
    readonly errors: readonly { readonly file: string; readonly offset?: number; readonly line?: number; readonly message: string }[];
  };
}

/** With `perimeter.yaml` in it. */
export function workspace(files: { readonly [name: string]: string | Buffer } = {}): Workspace {
  const folder = mkdtempSync(join(tmpdir(), 'perimeter-cli-'));
  const write: Workspace['write'] = (more) => {
    for (const [name, content] of Object.entries(more)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
  };
  write({ 'perimeter.yaml': CONFIGURATION, ...files });
  const run: Workspace['run'] = (argv, stdin) => perimeter(argv, { cwd: folder, now: NOW, ...(stdin !== undefined && { stdin }) });
  return {
    folder,
    write,
    run,
    json: async (argv, stdin) => {
      const printed = await run([...argv, '--format', 'json'], stdin);
      if (printed.stdout === '') throw new Error(`nothing printed, exit ${printed.code}: ${printed.stderr}`);
      return { ...printed, document: JSON.parse(printed.stdout) };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A template whose one function may be invoked by an account, on line 5. */
export const template = (account: string): string => `
AWSTemplateFormatVersion: '2010-09-09'
Parameters: { Partner: { Type: String } }
Resources:
  Perm:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: f
      Action: lambda:InvokeFunction
      Principal: ${account}
`;

/** The record of a call that lets an account invoke a function. */
export const record = (account: string, id = 'a'): { readonly [name: string]: unknown } => ({
  eventVersion: '1.11',
  userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::222222222222:user/dev', accountId: '222222222222', userName: 'dev' },
  eventTime: '2026-11-20T09:15:27Z',
  eventSource: 'lambda.amazonaws.com',
  eventName: 'AddPermission20150331v2',
  awsRegion: 'eu-west-1',
  recipientAccountId: '222222222222',
  eventID: `00000000-0000-0000-0000-00000000000${id}`,
  requestParameters: { functionName: 'f', statementId: 's', action: 'lambda:InvokeFunction', principal: account },
  responseElements: {
    statement: JSON.stringify({
      Sid: 's',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: 'lambda:InvokeFunction',
      Resource: 'arn:aws:lambda:eu-west-1:222222222222:function:f',
    }),
  },
});
