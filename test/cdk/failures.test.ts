/** What is deployed for the day when something fails: dead letters on both sides, a way back for them, alarms, a dashboard. */

import { DirectoryStack } from '../../lib/cdk/directory';
import type { Template } from '../../lib/cdk/member';
import { synthesised } from '../../lib/cdk/member';
import { guardrails } from '../../lib/guardrails';
import { BUNDLES, example, member, ofType, type Resource, resolved, resourcesOf } from './support';

let stacks: readonly Template[];
let chosen: Template;
beforeAll(() => {
  const configuration = example();
  stacks = [member(), synthesised((app) => new DirectoryStack(app, 'perimeter-directory', configuration, { bundles: BUNDLES }))];
  chosen = member({ ...configuration, deployment: { logRetentionDays: 90, alarms: true, dashboard: true } });
});

const ids = guardrails.map(({ id }) => id);
const all = (type: string): readonly Resource[] => stacks.flatMap((stack) => ofType(stack, type));

/** The queue that an ARN means, by the template that holds both. */
function queueOf(arn: { readonly 'Fn::GetAtt': readonly [string, 'Arn'] }): Resource['Properties'] {
  const found = stacks.map((stack) => resourcesOf(stack)[arn['Fn::GetAtt'][0]]).find((resource) => resource?.Type === 'AWS::SQS::Queue');
  if (!found) throw new Error(`${JSON.stringify(arn)} is no queue`);
  return found.Properties;
}

describe('dead letters', () => {
  it('are kept by every target of a rule and of a schedule, for the failures of delivery', () => {
    const rules = all('AWS::Events::Rule').flatMap(({ Properties }) =>
      Properties.Targets.map((target: Resource['Properties']) => [Properties.Name, target]),
    );
    const schedules = all('AWS::Scheduler::Schedule').map(({ Properties }) => [Properties.Name, Properties.Target]);

    expect(rules).toHaveLength(6 + 2);
    expect(schedules.length).toBeGreaterThan(0);
    for (const [name, { DeadLetterConfig }] of [...rules, ...schedules]) {
      expect([name, queueOf(DeadLetterConfig.Arn).QueueName]).toEqual([name, expect.stringMatching(/^perimeter-.*-failed$/)]);
    }
  });

  it('are kept by every function that events start, for the failures of the function', () => {
    const started = all('AWS::Lambda::Function').filter(({ Properties }) => !Properties.FunctionName.endsWith('-hook'));

    expect(started.map(({ Properties }) => [Properties.FunctionName, queueOf(Properties.DeadLetterConfig.TargetArn).QueueName])).toEqual([
      ...ids.map((id) => [`perimeter-${id}-remediator`, `perimeter-${id}-failed`]),
      ['perimeter-directory', 'perimeter-directory-failed'],
    ]);
  });

  it('are let in from the rules of the account alone, by TLS, and for as long as SQS keeps anything', () => {
    const policies = all('AWS::SQS::QueuePolicy');

    expect(policies).toHaveLength(all('AWS::SQS::Queue').length);
    for (const { Properties } of policies) {
      expect(Properties.PolicyDocument.Statement).toEqual([
        expect.objectContaining({
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Condition: { ArnEquals: { 'aws:SourceArn': expect.any(Array) }, StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        }),
        expect.objectContaining({ Effect: 'Deny', Principal: '*', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ]);
    }
    for (const { Properties } of all('AWS::SQS::Queue')) {
      expect(Properties).toMatchObject({ MessageRetentionPeriod: 14 * 24 * 60 * 60, SqsManagedSseEnabled: true });
    }
  });

  it('go back to their function by a mapping that is there and switched off, hidden for as long as the function may run', () => {
    const mappings = ofType(stacks[0] ?? {}, 'AWS::Lambda::EventSourceMapping');
    const functions = resourcesOf(stacks[0] ?? {});

    expect(mappings).toHaveLength(ids.length);
    for (const { Properties } of mappings) {
      const queue = queueOf(Properties.EventSourceArn);
      const { FunctionName, Timeout } = functions[Properties.FunctionName['Fn::GetAtt'][0]]?.Properties ?? {};
      expect(Properties).toMatchObject({ Enabled: false, FunctionResponseTypes: ['ReportBatchItemFailures'] });
      expect(queue.QueueName).toBe(FunctionName.replace('remediator', 'failed'));
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html: at least the function's timeout, or the mapping is refused
      expect(queue.VisibilityTimeout).toBeGreaterThanOrEqual(Timeout);
    }
  });

  it('take from the queue of events what was received five times', () => {
    const waiting = all('AWS::SQS::Queue').filter(({ Properties }) => Properties.QueueName.endsWith('-events'));

    expect(waiting.map(({ Properties }) => [Properties.QueueName, Properties.RedrivePolicy.maxReceiveCount])).toEqual([
      ['perimeter-ecr-layer-access-events', 5],
    ]);
    expect(queueOf(waiting[0]?.Properties.RedrivePolicy.deadLetterTargetArn).QueueName).toBe('perimeter-ecr-layer-access-failed');
  });
});

it('gives each function memory, time and an architecture', () => {
  const functions = all('AWS::Lambda::Function').map(({ Properties }) => [
    Properties.FunctionName,
    [Properties.Runtime, Properties.Architectures, Properties.MemorySize, Properties.Timeout],
  ]);

  // CloudFormation waits 30 seconds for a hook: https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/lambda-hooks-create-lambda-function.html
  expect(Object.fromEntries(functions)).toEqual({
    ...Object.fromEntries(ids.map((id) => [`perimeter-${id}-hook`, ['nodejs24.x', ['arm64'], 256, 30]])),
    ...Object.fromEntries(ids.map((id) => [`perimeter-${id}-remediator`, ['nodejs24.x', ['arm64'], 256, 120]])),
    'perimeter-directory': ['nodejs24.x', ['arm64'], 256, 120],
  });
});

it('lets the chosen retention hold for all logs but those of what was removed', () => {
  const days = ofType(chosen, 'AWS::Logs::LogGroup').map(({ Properties }) => [
    Properties.LogGroupName === 'perimeter-undo',
    Properties.RetentionInDays,
  ]);

  expect(new Map(days as [boolean, number][])).toEqual(
    new Map([
      [true, 400],
      [false, 90],
    ]),
  );
});

describe('by choice', () => {
  it('alarms when a function fails, events wait or are given up', () => {
    const alarms = ofType(chosen, 'AWS::CloudWatch::Alarm').map(({ Properties: { AlarmName, MetricName, Dimensions, Threshold } }) => [
      AlarmName,
      `${MetricName} of ${Dimensions[0].Value} over ${Threshold}`,
    ]);

    expect(Object.fromEntries(alarms)).toEqual(
      Object.fromEntries(
        ids.flatMap((id) => [
          [`perimeter-${id}-hook-errors`, `Errors of perimeter-${id}-hook over 0`],
          [`perimeter-${id}-remediator-errors`, `Errors of perimeter-${id}-remediator over 0`],
          [`perimeter-${id}-failed`, `ApproximateNumberOfMessagesVisible of perimeter-${id}-failed over 0`],
          [`perimeter-${id}-age`, `AsyncEventAge of perimeter-${id}-remediator over 900000`],
        ]),
      ),
    );
    for (const { Properties } of ofType(chosen, 'AWS::CloudWatch::Alarm')) {
      expect(Properties).toMatchObject({
        ComparisonOperator: 'GreaterThanThreshold',
        Period: 300,
        EvaluationPeriods: 1,
        TreatMissingData: 'notBreaching',
      });
    }
  });

  it('shows on one dashboard what was violated, undone and failed, which functions failed and what is given up', () => {
    const [dashboard] = ofType(chosen, 'AWS::CloudWatch::Dashboard');
    const { widgets } = JSON.parse(resolved(dashboard?.Properties.DashboardBody, { partition: 'aws', region: 'eu-west-1', account: '222233334444' }));
    const shown = widgets.flatMap(({ properties }: { properties: { region: string; metrics: readonly (readonly unknown[])[] } }) =>
      properties.metrics.map((metric) => [properties.region, ...metric.slice(0, 4)].join(' ')),
    );

    expect(shown).toEqual(
      ids.flatMap((id) => [
        ...['violation', 'undone', 'failed'].map((metric) => `eu-west-1 Perimeter ${metric} guardrail ${id}`),
        ...['hook', 'remediator'].map((kind) => `eu-west-1 AWS/Lambda Errors FunctionName perimeter-${id}-${kind}`),
        `eu-west-1 AWS/SQS ApproximateNumberOfMessagesVisible QueueName perimeter-${id}-failed`,
      ]),
    );
  });
});
