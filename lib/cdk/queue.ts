/** Queues: encrypted, by TLS alone, and filled by the services that are named. */
import { Aws } from 'aws-cdk-lib';
import { CfnQueue, CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { policyOf, type Statement } from './grants';
import { arnOf } from './names';

/** As long as SQS keeps anything: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const KEPT_SECONDS = 14 * 24 * 60 * 60;

interface QueueProps {
  readonly name: string;
  /** Names of the rules that may send to it. */
  readonly rules: readonly string[];
  readonly visibilitySeconds: number;
  /** Where a message goes that failed so often. */
  readonly deadLetters?: { readonly arn: string; readonly after: number };
}

export class Queue extends Construct {
  readonly arn: string;
  readonly url: string;
  readonly name: string;

  constructor(scope: Construct, id: string, { name, rules, visibilitySeconds, deadLetters }: QueueProps) {
    super(scope, id);
    const queue = new CfnQueue(this, 'Queue', {
      queueName: name,
      sqsManagedSseEnabled: true,
      messageRetentionPeriod: KEPT_SECONDS,
      visibilityTimeout: visibilitySeconds,
      ...(deadLetters && { redrivePolicy: { deadLetterTargetArn: deadLetters.arn, maxReceiveCount: deadLetters.after } }),
    });
    const fromRules: Statement = {
      Sid: 'Rules',
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queue.attrArn,
      // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
      Condition: {
        ArnEquals: { 'aws:SourceArn': rules.map((rule) => arnOf('events', `rule/${rule}`)) },
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      },
    };
    const byTls: Statement = {
      Sid: 'Tls',
      Effect: 'Deny',
      Principal: '*',
      Action: 'sqs:*',
      Resource: queue.attrArn,
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    };
    new CfnQueuePolicy(this, 'Policy', { queues: [queue.ref], policyDocument: policyOf(fromRules, byTls) });
    this.arn = queue.attrArn;
    this.url = queue.ref;
    this.name = name;
  }
}
