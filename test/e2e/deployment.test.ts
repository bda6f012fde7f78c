/**
 * From the templates to the deed: the directory and the member template are deployed by CloudFormation, a violation is made by the real API, its event is put
 * on the bus, the deployed rule starts the deployed function on Node.js 24 with the SDK of the runtime, and what violated is gone.
 * On ministack, which runs functions and differs from AWS in what `deployable` says.
 */
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, CreateStackCommand, DescribeStackEventsCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateRepositoryCommand, ECRClient, GetRepositoryPolicyCommand, SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  AddLayerVersionPermissionCommand,
  AddPermissionCommand,
  GetFunctionConcurrencyCommand,
  GetLayerVersionPolicyCommand,
  GetPolicyCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { CreateAccountCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, GetTopicAttributesCommand, SetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Template } from '../../lib/cdk/member';
import { synthDirectory } from '../../lib/cdk/whole';
import { property, type Value } from '../../lib/core/value';
import { type Caller, type Emulator, startMinistack } from '../aws/emulator';
import { makeFunction, publishLayer } from '../aws/fixtures';
import { BUNDLES, load, member, type Resource, ROOT, resourcesOf } from '../cdk/support';
import { CALLER, eventOf, FOREIGN, OWN, REGION } from './organization';

const CONFIGURATION = `
version: 1
organization: { id: o-exampleorgid, managementAccountId: "${OWN}" }
guardrails:
  lambda-permission: { mode: enforce }
  lambda-layer-permission: { mode: enforce }
  lambda-vpc: { mode: enforce, response: quarantine }
  sns-subscription: { mode: enforce, trustedProtocols: [sqs] }
  ecr-layer-access: { mode: enforce, allowedRoles: ["ci-*"] }
`;
/** The management account, which has both stacks: for ministack the bucket of another account is not there. */
const MANAGER = { account: OWN, region: 'us-east-1' };
/** Nobody may put an event of `aws.lambda` on a bus, on AWS neither: there CloudTrail does. */
const heard = (source: string): string => source.replace(/^aws\./, 'cloudtrail.');

let ministack: Emulator;
let lambda: LambdaClient;
let stacks: { readonly [name: string]: string };

/** Joins after the configuration was written: only the directory knows it. */
let joined: string;
/** What the deployed function wrote into the directory. */
let listed: readonly string[];

beforeAll(async () => {
  const node = dirname(readFileSync(join(ROOT, '.runtime/node'), 'utf8'));
  // Lambda has every client; .runtime those of the remediators, as old as they may be.
  const packages = [join(ROOT, '.runtime/node_modules'), join(ROOT, 'node_modules')];
  ministack = await startMinistack({ PATH: `${node}${delimiter}${process.env.PATH}`, NODE_PATH: packages.join(delimiter) });
  lambda = new LambdaClient(ministack.client(CALLER));
  const configuration = load(CONFIGURATION);
  stacks = {
    'perimeter-directory': await deploy('perimeter-directory', synthDirectory(configuration, BUNDLES), MANAGER),
    'perimeter-member': await deploy('perimeter-member', member(configuration), CALLER),
  };
  const organizations = new OrganizationsClient(ministack.client(MANAGER));
  const { CreateAccountStatus } = await organizations.send(new CreateAccountCommand({ AccountName: 'joined', Email: 'joined@example.com' }));
  joined = CreateAccountStatus?.AccountId ?? '';
  const detail = { eventSource: 'organizations.amazonaws.com', eventName: 'CreateAccountResult', eventType: 'AwsServiceEvent' };
  await put({ source: 'aws.organizations', 'detail-type': 'AWS Service Event via CloudTrail', detail }, MANAGER);
  listed = await settled(directory, (ids) => ids.length > 0);
}, 120_000);
afterAll(() => ministack.stop());

/** The accounts in the directory, once it is written. */
async function directory(): Promise<readonly string[]> {
  const s3 = new S3Client(ministack.client(MANAGER));
  const Bucket = `perimeter-directory-${OWN}`;
  if (!(await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount) return [];
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'organization.json' }));
  return JSON.parse((await Body?.transformToString()) ?? '').accountIds;
}

/**
 * A template without hooks, which ministack refuses, and with rules that hear what may be put on its bus, in the state in which
 * ministack hears anything.
 */
function deployable(template: Template): object {
  const kept = Object.entries(resourcesOf(template)).filter(([, { Type }]) => Type !== 'AWS::CloudFormation::LambdaHook');
  const changed = kept.map(([id, resource]): [string, Resource] => {
    const { EventPattern, ...others } = resource.Properties;
    if (resource.Type !== 'AWS::Events::Rule' || EventPattern === undefined) return [id, resource];
    return [
      id,
      { ...resource, Properties: { ...others, EventPattern: { ...EventPattern, source: EventPattern.source.map(heard) }, State: 'ENABLED' } },
    ];
  });
  return { ...template, Resources: Object.fromEntries(changed) };
}

/** Answers how the stack ended, and what failed. */
async function deploy(StackName: string, template: Template, caller: Caller): Promise<string> {
  const s3 = new S3Client(ministack.client({ ...caller, region: REGION }));
  const Bucket = `templates-of-${StackName}`;
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'template', Body: JSON.stringify(deployable(template)) }));
  const cloudformation = new CloudFormationClient(ministack.client(caller));
  const TemplateURL = `${ministack.endpoint}/${Bucket}/template`;
  await cloudformation.send(new CreateStackCommand({ StackName, TemplateURL, Capabilities: ['CAPABILITY_NAMED_IAM'] }));
  for (;;) {
    const { Stacks: [made] = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
    if (!made?.StackStatus?.endsWith('IN_PROGRESS')) {
      const { StackEvents = [] } = await cloudformation.send(new DescribeStackEventsCommand({ StackName }));
      const failed = StackEvents.filter(({ ResourceStatus = '' }) => ResourceStatus.endsWith('FAILED'));
      return [
        made?.StackStatus,
        ...failed.map(({ LogicalResourceId, ResourceStatusReason }) => `${LogicalResourceId}: ${ResourceStatusReason}`),
      ].join('\n');
    }
    await sleep(100);
  }
}

/** As CloudTrail does, but for the source. */
async function put(event: Value, caller: Caller = CALLER): Promise<void> {
  const { FailedEntryCount } = await new EventBridgeClient(ministack.client(caller)).send(
    new PutEventsCommand({
      Entries: [
        {
          Source: heard(String(property(event, 'source'))),
          DetailType: String(property(event, 'detail-type')),
          Detail: JSON.stringify(property(event, 'detail')),
        },
      ],
    }),
  );
  if (FailedEntryCount) throw new Error('the bus refuses the event');
}

const LIMIT_MS = 50_000;

/** What is there once it is what it should be; what is there in the end, where it never is. */
async function settled<T>(state: () => Promise<T>, isSettled: (now: T) => boolean): Promise<T> {
  const end = Date.now() + LIMIT_MS;
  for (;;) {
    const now = await state();
    if (isSettled(now) || Date.now() > end) return now;
    await sleep(100);
  }
}

async function sidsOf(policy: Promise<string | undefined>): Promise<readonly string[]> {
  const { Statement = [] } = JSON.parse((await policy) || '{}');
  return Statement.map(({ Sid }: { Sid: string }) => Sid).sort();
}

const document = (granted: object): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Sid: 'innocent', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${joined}:root` }, ...granted },
      { Sid: 'violating', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${FOREIGN}:root` }, ...granted },
    ],
  });

interface Violation {
  readonly name: string;
  /** Makes both, by the real API; answers the event of the violation. */
  readonly make: () => Promise<Value>;
  readonly state: () => Promise<readonly string[]>;
}

const violations: readonly Violation[] = [
  {
    name: 'lambda-permission: a statement for a foreign account',
    make: async () => {
      await makeFunction(ministack, CALLER, 'orders');
      const grant = (StatementId: string, Principal: string) =>
        lambda.send(new AddPermissionCommand({ FunctionName: 'orders', StatementId, Action: 'lambda:InvokeFunction', Principal }));
      await grant('innocent', joined);
      const { Statement = '' } = await grant('violating', FOREIGN);
      const asked = { functionName: 'orders', statementId: 'violating', action: 'lambda:InvokeFunction', principal: FOREIGN };
      return eventOf('lambda.amazonaws.com', 'AddPermission20150331v2', asked, { statement: Statement });
    },
    state: () => sidsOf(lambda.send(new GetPolicyCommand({ FunctionName: 'orders' })).then(({ Policy }) => Policy)),
  },
  {
    name: 'lambda-layer-permission: a layer version for everyone',
    make: async () => {
      await publishLayer(ministack, CALLER, 'common');
      const grant = (StatementId: string, more: object) =>
        lambda.send(
          new AddLayerVersionPermissionCommand({
            LayerName: 'common',
            VersionNumber: 1,
            Action: 'lambda:GetLayerVersion',
            StatementId,
            Principal: '*',
            ...more,
          }),
        );
      await grant('innocent', { OrganizationId: 'o-exampleorgid' });
      const { Statement = '' } = await grant('violating', {});
      const asked = { layerName: 'common', versionNumber: 1, statementId: 'violating', action: 'lambda:GetLayerVersion', principal: '*' };
      return eventOf('lambda.amazonaws.com', 'AddLayerVersionPermission20181031', asked, { statement: Statement });
    },
    state: () => sidsOf(lambda.send(new GetLayerVersionPolicyCommand({ LayerName: 'common', VersionNumber: 1 })).then(({ Policy }) => Policy)),
  },
  {
    name: 'lambda-vpc: a function without a network, where quarantine is chosen',
    make: async () => {
      const functionArn = await makeFunction(ministack, CALLER, 'open');
      return eventOf('lambda.amazonaws.com', 'CreateFunction20150331', { functionName: 'open' }, { functionName: 'open', functionArn });
    },
    state: async () => {
      const { ReservedConcurrentExecutions } = await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: 'open' }));
      return ReservedConcurrentExecutions === 0 ? ['innocent'] : ['innocent', 'violating'];
    },
  },
  {
    name: 'sns-subscription: a topic that a foreign account may subscribe',
    make: async () => {
      const sns = new SNSClient(ministack.client(CALLER));
      const { TopicArn: topicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
      const attributeValue = document({ Action: 'sns:Subscribe', Resource: topicArn });
      await sns.send(new SetTopicAttributesCommand({ TopicArn: topicArn, AttributeName: 'Policy', AttributeValue: attributeValue }));
      return eventOf('sns.amazonaws.com', 'SetTopicAttributes', { topicArn, attributeName: 'Policy', attributeValue });
    },
    state: () => {
      const sent = new SNSClient(ministack.client(CALLER)).send(new GetTopicAttributesCommand({ TopicArn: `arn:aws:sns:${REGION}:${OWN}:alerts` }));
      return sidsOf(sent.then(({ Attributes }) => Attributes?.Policy));
    },
  },
  {
    name: 'ecr-layer-access: a repository for a foreign account',
    make: async () => {
      const ecr = new ECRClient(ministack.client(CALLER));
      await ecr.send(new CreateRepositoryCommand({ repositoryName: 'orders' }));
      const policyText = document({ Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'] });
      await ecr.send(new SetRepositoryPolicyCommand({ repositoryName: 'orders', policyText }));
      return eventOf(
        'ecr.amazonaws.com',
        'SetRepositoryPolicy',
        { repositoryName: 'orders', policyText },
        { registryId: OWN, repositoryName: 'orders', policyText },
      );
    },
    state: () => {
      const sent = new ECRClient(ministack.client(CALLER)).send(new GetRepositoryPolicyCommand({ repositoryName: 'orders' }));
      return sidsOf(sent.then(({ policyText }) => policyText));
    },
  },
];

it('is deployed whole', () => {
  expect(stacks).toEqual({ 'perimeter-directory': 'CREATE_COMPLETE', 'perimeter-member': 'CREATE_COMPLETE' });
});

it('lists the accounts of the organization when one joins', () => {
  expect([...listed].sort()).toEqual([OWN, joined].sort());
});

it.each(violations)('undoes $name', async ({ make, state }) => {
  const event = await make();
  expect(await state()).toEqual(['innocent', 'violating']);

  await put(event);

  expect(await settled(state, (now) => !now.includes('violating'))).toEqual(['innocent']);
});

it('keeps pulls that violate in the queue, and no others', async () => {
  const pull = (role: string) =>
    eventOf('ecr.amazonaws.com', 'BatchGetImage', { repositoryName: 'orders' }, null, {
      readOnly: true,
      resources: [{ ARN: `arn:aws:ecr:${REGION}:${OWN}:repository/orders`, accountId: OWN }],
      userIdentity: {
        type: 'AssumedRole',
        arn: `arn:aws:sts::${OWN}:assumed-role/${role}/s`,
        accountId: OWN,
        sessionContext: { sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${OWN}:role/${role}`, accountId: OWN, userName: role } },
      },
    });
  const sqs = new SQSClient(ministack.client(CALLER));
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'perimeter-ecr-layer-access-events' }));

  for (const role of ['ci-build', 'dev']) await put(pull(role));

  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 10 }));
  expect(Messages.map(({ Body = '' }) => JSON.parse(Body).detail.userIdentity.sessionContext.sessionIssuer.userName)).toEqual(['dev']);
});
