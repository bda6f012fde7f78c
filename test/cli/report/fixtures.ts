/** Assessments as the verbs hand them to a reporter, and a reporter's text. */
import { Writable } from 'node:stream';
import { Output } from '../../../lib/cli/output';
import { createReporter, type Format, type Reported, type Summary, type Surface } from '../../../lib/cli/report/report';
import type { AnyGuardrail } from '../../../lib/core/guardrail';

const guardrail = (id: string, title: string, codes: AnyGuardrail['codes']): AnyGuardrail => ({
  id,
  title,
  summary: 'Nothing leaves.',
  resources: [],
  events: [],
  codes,
  options: {},
  calls: { reads: [], lists: [], undo: [] },
  terraform: {},
  fromResource: () => [],
  fromRecord: () => [],
  evaluate: () => ({ kind: 'compliant' }),
  plan: () => ({ calls: [] }),
});

const guardrails: readonly AnyGuardrail[] = [
  guardrail('lambda-permission', 'Functions are invoked by whom the organization trusts', {
    'untrusted-account': { meaning: 'an account outside the organization may invoke it', source: 'https://docs.aws.amazon.com/lambda/x.html' },
  }),
  guardrail('lambda-vpc', 'Functions stay in the network', { 'no-vpc': { meaning: 'no VPC', source: 'https://docs.aws.amazon.com/lambda/y.html' } }),
];

const template = { file: 'stacks/orders.yaml', line: 12, logicalId: 'Perm' };

const inTemplate: readonly Reported[] = [
  {
    guardrail: 'lambda-vpc',
    verdict: 'undetermined',
    mode: 'observe',
    reason: 'VpcConfig is only known at deployment: parameter Vpc',
    resource: { type: 'AWS::Lambda::Function', id: 'stacks/orders.yaml#Fn' },
    source: { file: 'stacks/orders.yaml', line: 3, logicalId: 'Fn' },
  },
  {
    guardrail: 'lambda-permission',
    verdict: 'exempt',
    mode: 'enforce',
    reason: 'a partner (exempt until 2027-03-31)',
    resource: { type: 'AWS::Lambda::Permission', id: 'arn:aws:lambda:eu-west-1:222222222222:function:g' },
    source: template,
    exemption: { reason: 'a partner', expires: '2027-03-31' },
    warning: 'the exemption ends in 3 days (2027-03-31)',
  },
  {
    guardrail: 'lambda-permission',
    verdict: 'violation',
    code: 'untrusted-account',
    severity: 'HIGH',
    mode: 'enforce',
    reason: 'principal 999999999999 is neither in the organization nor trusted',
    fix: 'add it to trusted.accountIds or grant the organization instead',
    resource: { type: 'AWS::Lambda::Permission', id: 'arn:aws:lambda:eu-west-1:222222222222:function:f' },
    statement: 'partner',
    source: template,
  },
  {
    guardrail: 'lambda-vpc',
    verdict: 'violation',
    code: 'no-vpc',
    severity: 'LOW',
    mode: 'observe',
    reason: 'the function has no VPC',
    fix: 'give it a VpcConfig',
    resource: { type: 'AWS::Lambda::Function', id: 'stacks/orders.yaml#Other' },
    source: { file: 'stacks/orders.yaml', line: 30, logicalId: 'Other' },
  },
];

export const checked: readonly Reported[] = inTemplate;

export const replayed = (number: number, principal = 'arn:aws:iam::222222222222:role/dev', resource = 'f'): Reported => ({
  guardrail: 'lambda-permission',
  verdict: 'violation',
  code: 'untrusted-account',
  severity: 'HIGH',
  mode: 'enforce',
  reason: 'principal 999999999999 is neither in the organization nor trusted',
  fix: 'grant the organization instead',
  resource: { type: 'AWS::Lambda::Permission', id: `arn:aws:lambda:eu-west-1:222222222222:function:${resource}` },
  statement: `s${number}`,
  source: {
    eventId: `00000000-0000-0000-0000-${String(number).padStart(12, '0')}`,
    eventName: 'AddPermission20150331v2',
    eventTime: `2026-11-20T09:${String(number % 60).padStart(2, '0')}:00Z`,
    accountId: '222222222222',
    region: 'eu-west-1',
    principal,
  },
  plan: [{ action: 'lambda:RemovePermission', input: { FunctionName: resource, StatementId: `s${number}` } }],
});

export function summaryOf(assessments: readonly Reported[], rest: Partial<Summary> = {}): Summary {
  const count = (verdict: string) => assessments.filter((assessment) => assessment.verdict === verdict).length;
  return {
    judged: assessments.length,
    compliant: count('compliant'),
    violation: count('violation'),
    undetermined: count('undetermined'),
    exempt: count('exempt'),
    scanned: { files: 1, records: assessments.length, bytes: 4096 },
    errors: [],
    ...rest,
  };
}

/** What a reporter prints. */
export async function print(
  format: Format,
  surface: Surface,
  assessments: readonly Reported[],
  rest: Partial<Summary> = {},
  width = 90,
): Promise<string> {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  const output = new Output(stream);
  const reporter = await createReporter(format, { surface, output, guardrails, cwd: '/home/x', colour: false, width });
  reporter.begin();
  for (const assessment of assessments) reporter.assessment(assessment, 'file' in assessment.source ? assessment.source.file : 'logs/a b.json.gz');
  reporter.end(summaryOf(assessments, rest));
  await output.end();
  return text;
}
