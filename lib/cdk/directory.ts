/** The organization directory: a list of the organization's accounts that Perimeter's own roles may read, written by one function. */
import { Aws, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { CfnBucket, CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { WholeConfiguration } from '../core/configuration';
import { DIRECTORY_KEY, directoryBucket, OBJECT_ACTIONS, ORGANIZATION_ACTIONS } from '../core/directory';
import { REMEDIATOR_LIMITS } from '../handlers/limits';
import { directoryCode } from './bundles';
import { InlineFunction } from './function';
import { allow, policyOf } from './grants';
import { arnOf } from './names';
import { Queue } from './queue';

const NAME = 'perimeter-directory';
/** A list is believed for a day, so one run may fail, and a second one. */
const EVERY = 'rate(6 hours)';

/** What brings an account into the organization or out of it: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_cloudtrail-integration.html */
const EVENTS = ['AcceptHandshake', 'CloseAccount', 'CreateAccountResult', 'LeaveOrganization', 'RemoveAccountFromOrganization'];

/** Belongs into the Region of AWS Organizations, where its events arrive. */
export class DirectoryStack extends Stack {
  constructor(scope: Construct, id: string, configuration: WholeConfiguration, { bundles, ...props }: StackProps & { readonly bundles: string }) {
    super(scope, id, { analyticsReporting: false, description: 'Perimeter: the organization directory', ...props });
    const bucketName = directoryBucket(configuration.trust);
    const bucket = new CfnBucket(this, 'Bucket', {
      bucketName,
      publicAccessBlockConfiguration: { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      ownershipControls: { rules: [{ objectOwnership: 'BucketOwnerEnforced' }] },
      bucketEncryption: { serverSideEncryptionConfiguration: [{ serverSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }] },
    });
    const object = Fn.sub(`arn:\${AWS::Partition}:s3:::${bucketName}/${DIRECTORY_KEY}`);
    new CfnBucketPolicy(this, 'Readers', {
      bucket: bucket.ref,
      policyDocument: policyOf(
        {
          Sid: 'PerimeterOfTheOrganization',
          Effect: 'Allow',
          Principal: '*',
          Action: 's3:GetObject',
          Resource: object,
          Condition: {
            StringEquals: { 'aws:PrincipalOrgID': configuration.trust.organizationId },
            ArnLike: { 'aws:PrincipalArn': Fn.sub('arn:${AWS::Partition}:iam::*:role/perimeter-*') },
          },
        },
        {
          Sid: 'Tls',
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: [bucket.attrArn, `${bucket.attrArn}/*`],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ),
    });
    const rules = { changes: `${NAME}-changes`, refresh: `${NAME}-refresh` };
    const deadLetters = new Queue(this, 'DeadLetters', { name: `${NAME}-failed`, rules: Object.values(rules), visibilitySeconds: 360 });
    const writer = new InlineFunction(this, 'Writer', {
      name: NAME,
      description: 'Perimeter: writes the list of the accounts of the organization',
      code: directoryCode(bundles, { bucket: bucketName, key: DIRECTORY_KEY, region: Aws.REGION }, Aws.REGION),
      limits: REMEDIATOR_LIMITS,
      logRetentionDays: configuration.deployment.logRetentionDays,
      grants: [
        allow([...ORGANIZATION_ACTIONS], '*'),
        allow([...OBJECT_ACTIONS], object),
        allow(['s3:ListBucket'], bucket.attrArn),
        allow(['sqs:SendMessage'], arnOf('sqs', `${NAME}-failed`)),
      ],
      deadLetterArn: deadLetters.arn,
    });
    const pattern = {
      source: ['aws.organizations'],
      'detail-type': ['AWS API Call via CloudTrail', 'AWS Service Event via CloudTrail'],
      detail: { eventSource: ['organizations.amazonaws.com'], eventName: EVENTS },
    };
    this.start(writer, deadLetters, { id: 'Changes', name: rules.changes, eventPattern: pattern });
    this.start(writer, deadLetters, { id: 'Refresh', name: rules.refresh, scheduleExpression: EVERY });
  }

  private start(
    writer: InlineFunction,
    deadLetters: Queue,
    { id, ...rule }: { readonly id: string; readonly name: string; readonly eventPattern?: object; readonly scheduleExpression?: string },
  ): void {
    const made = new CfnRule(this, id, {
      ...rule,
      description: 'Perimeter: the list of accounts is written anew',
      state: 'ENABLED',
      targets: [{ id: 'perimeter', arn: writer.arn, deadLetterConfig: { arn: deadLetters.arn } }],
    });
    new CfnPermission(this, `${id}Permission`, {
      action: 'lambda:InvokeFunction',
      functionName: writer.arn,
      principal: 'events.amazonaws.com',
      sourceArn: made.attrArn,
      sourceAccount: Aws.ACCOUNT_ID,
    });
  }
}
