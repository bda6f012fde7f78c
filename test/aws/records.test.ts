/** Records and events of calls made, in the shapes that real CloudTrail logs show. */
import { ECRClient, SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr';
import {
  AddLayerVersionPermissionCommand,
  AddPermissionCommand,
  CreateFunctionUrlConfigCommand,
  LambdaClient,
  PutResourcePolicyCommand,
  RemovePermissionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import {
  AddPermissionCommand as AddTopicPermissionCommand,
  CreateTopicCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { decodeRecord } from '../../lib/core/cloudtrail';
import { type MotoEmulator, startEmulator } from './emulator';
import { functionCommand, makeFunction, publishLayer } from './fixtures';
import { called, recordOf } from './records';

const OWN = { account: '111122223333' };
const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:shop';
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:orders';

let emulator: MotoEmulator;
let lambda: LambdaClient;
let sns: SNSClient;

beforeAll(async () => {
  emulator = await startEmulator();
  lambda = new LambdaClient(emulator.client(OWN));
  sns = new SNSClient(emulator.client(OWN));
});
afterAll(() => emulator?.stop());
beforeEach(async () => {
  await emulator.reset();
  await makeFunction(emulator, OWN, 'shop');
  await sns.send(new CreateTopicCommand({ Name: 'orders' }));
});

const grant = { FunctionName: 'shop', StatementId: 'one', Action: 'lambda:InvokeFunction', Principal: '*' };

it('is a whole event, as EventBridge delivers it', async () => {
  const event = await called(lambda, new AddPermissionCommand(grant), { eventTime: '2026-11-22T10:00:00Z', eventId: 'id', role: 'ci/deploy' });

  const statement = { Sid: 'one', Effect: 'Allow', Principal: '*', Action: 'lambda:InvokeFunction', Resource: ARN };
  expect(event).toEqual({
    version: '0',
    id: expect.any(String),
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.lambda',
    account: '111122223333',
    time: '2026-11-22T10:00:00Z',
    region: 'eu-west-1',
    resources: [],
    detail: {
      eventVersion: '1.11',
      userIdentity: {
        type: 'AssumedRole',
        principalId: 'AROAEXAMPLE:session',
        arn: 'arn:aws:sts::111122223333:assumed-role/deploy/session',
        accountId: '111122223333',
        accessKeyId: 'ASIAEXAMPLE',
        sessionContext: {
          sessionIssuer: {
            type: 'Role',
            principalId: 'AROAEXAMPLE',
            arn: 'arn:aws:iam::111122223333:role/ci/deploy',
            accountId: '111122223333',
            userName: 'deploy',
          },
          attributes: { creationDate: '2026-11-22T09:00:00Z', mfaAuthenticated: 'false' },
        },
      },
      eventTime: '2026-11-22T10:00:00Z',
      eventSource: 'lambda.amazonaws.com',
      eventName: 'AddPermission20150331v2',
      awsRegion: 'eu-west-1',
      sourceIPAddress: '192.0.2.1',
      userAgent: 'aws-cli/2.31.0',
      requestParameters: { functionName: 'shop', statementId: 'one', action: 'lambda:InvokeFunction', principal: '*' },
      responseElements: { statement: JSON.stringify(statement) },
      requestID: expect.any(String),
      eventID: 'id',
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: '111122223333',
      eventCategory: 'Management',
    },
  });
  expect(decodeRecord(event)).toMatchObject({ eventId: 'id', place: { partition: 'aws', region: 'eu-west-1', account: '111122223333' } });
});

it('says how a call failed', async () => {
  await called(lambda, new AddPermissionCommand(grant));

  const { detail } = await called(lambda, new AddPermissionCommand(grant));

  expect(detail).toMatchObject({ errorCode: 'ResourceConflictException', errorMessage: expect.any(String), responseElements: null });
});

it('is another copy for the owner of what a foreign account changed', () => {
  const call = { service: 'sns', operation: 'Subscribe', input: { TopicArn: TOPIC }, output: {}, account: '444455556666', region: 'eu-west-1' };

  expect(recordOf({ ...call, with: { recipient: '111122223333', sharedEventId: 'shared' } })).toMatchObject({
    userIdentity: { type: 'AWSAccount', principalId: 'AROAEXAMPLE:session', accountId: '444455556666' },
    recipientAccountId: '111122223333',
    sharedEventID: 'shared',
  });
});

describe('Lambda', () => {
  const detail = async (event: Promise<{ readonly [name: string]: unknown }>) => (await event).detail;

  it('leaves out code and environment', async () => {
    const create = functionCommand(OWN, 'other', { Environment: { Variables: { SECRET: 'x' } }, Tags: { Team: 'Web' } });

    expect(await detail(called(lambda, create))).toMatchObject({
      eventName: 'CreateFunction20150331',
      requestParameters: { functionName: 'other', code: {}, environment: {}, tags: { Team: 'Web' }, runtime: 'nodejs24.x' },
      responseElements: { functionName: 'other', functionArn: `${ARN.replace('shop', 'other')}`, environment: {}, version: '$LATEST' },
    });
  });

  it('writes an update without a VPC without the key', async () => {
    const update = await detail(called(lambda, new UpdateFunctionConfigurationCommand({ FunctionName: ARN, Timeout: 9 })));

    expect(update).toMatchObject({ eventName: 'UpdateFunctionConfiguration20150331v2', requestParameters: { functionName: ARN, timeout: 9 } });
    expect(update).not.toHaveProperty('responseElements.vpcConfig');
  });

  it('writes grants on layers, whole policies, URLs and removals', async () => {
    await publishLayer(emulator, OWN, 'tools');
    const share = {
      LayerName: 'tools',
      VersionNumber: 1,
      StatementId: 'org',
      Action: 'lambda:GetLayerVersion',
      Principal: '*',
      OrganizationId: 'o-exampleorgid',
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 'lambda:*', Resource: ARN }] });

    expect(await detail(called(lambda, new AddLayerVersionPermissionCommand(share)))).toMatchObject({
      eventName: 'AddLayerVersionPermission20181031',
      requestParameters: {
        layerName: 'tools',
        versionNumber: 1,
        statementId: 'org',
        action: 'lambda:GetLayerVersion',
        principal: '*',
        organizationId: 'o-exampleorgid',
      },
      responseElements: { statement: expect.stringContaining('aws:PrincipalOrgID'), revisionId: expect.any(String) },
    });
    expect(await detail(called(lambda, new PutResourcePolicyCommand({ ResourceArn: ARN, Policy })))).toMatchObject({
      eventName: 'PutResourcePolicy',
      requestParameters: { resourceArn: ARN, policy: Policy },
      responseElements: { policy: Policy, revisionId: expect.any(String) },
    });
    expect(await detail(called(lambda, new CreateFunctionUrlConfigCommand({ FunctionName: 'shop', AuthType: 'NONE' })))).toMatchObject({
      eventName: 'CreateFunctionUrlConfig',
      requestParameters: { functionName: 'shop', authType: 'NONE' },
      responseElements: { functionUrl: expect.any(String), functionArn: ARN, authType: 'NONE', creationTime: expect.any(String) },
    });
    await called(lambda, new AddPermissionCommand(grant));
    expect(await detail(called(lambda, new RemovePermissionCommand({ FunctionName: 'shop', StatementId: 'one' })))).toMatchObject({
      eventName: 'RemovePermission20150331v2',
      responseElements: null,
    });
  });
});

describe('SNS and ECR', () => {
  it('hide e-mail addresses, and keep the case of attributes', async () => {
    const Attributes = { RawMessageDelivery: 'true' };
    const email = await called(sns, new SubscribeCommand({ TopicArn: TOPIC, Protocol: 'email', Endpoint: 'someone@example.com' }));
    const https = await called(sns, new SubscribeCommand({ TopicArn: TOPIC, Protocol: 'https', Endpoint: 'https://example.com', Attributes }));

    expect(email.detail).toMatchObject({
      requestParameters: { topicArn: TOPIC, protocol: 'email', endpoint: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
      responseElements: { subscriptionArn: 'pending confirmation' },
    });
    expect(https.detail).toMatchObject({ requestParameters: { endpoint: 'https://example.com', attributes: { RawMessageDelivery: 'true' } } });
  });

  it('write topic policies, and the odd case of AWSAccountId', async () => {
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    const attribute = await called(sns, new SetTopicAttributesCommand({ TopicArn: TOPIC, AttributeName: 'Policy', AttributeValue: Policy }));
    const permission = await called(
      sns,
      new AddTopicPermissionCommand({ TopicArn: TOPIC, Label: 'l', AWSAccountId: ['444455556666'], ActionName: ['Subscribe'] }),
    );

    expect(attribute.detail).toMatchObject({
      requestParameters: { topicArn: TOPIC, attributeName: 'Policy', attributeValue: Policy },
      responseElements: null,
    });
    expect(permission.detail).toMatchObject({
      eventName: 'AddPermission',
      requestParameters: { topicArn: TOPIC, label: 'l', aWSAccountId: ['444455556666'], actionName: ['Subscribe'] },
    });
  });

  it('name the repository', async () => {
    const policyText = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    const event = await called(new ECRClient(emulator.client(OWN)), new SetRepositoryPolicyCommand({ repositoryName: 'shop', policyText }));

    expect(event.detail).toMatchObject({
      eventSource: 'ecr.amazonaws.com',
      errorCode: 'RepositoryNotFoundException',
      requestParameters: { repositoryName: 'shop', policyText },
      resources: [{ ARN: 'arn:aws:ecr:eu-west-1:111122223333:repository/shop', accountId: '111122223333' }],
    });
  });

  it('read without an answer', () => {
    const input = { repositoryName: 'shop', imageIds: [{ imageTag: 'latest' }] };
    const record = recordOf({ service: 'ecr', operation: 'BatchGetImage', input, output: { images: [] }, account: OWN.account, region: 'eu-west-1' });

    expect(record).toMatchObject({ readOnly: true, requestParameters: input, responseElements: null });
  });
});
