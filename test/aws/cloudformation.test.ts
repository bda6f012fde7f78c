/** What `moto_perimeter` makes of CloudFormation and Organizations, each change by itself. */
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  type CreateStackCommandInput,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  ListStackInstancesCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetFunctionCommand, GetPolicyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  DescribePolicyCommand,
  EnableAWSServiceAccessCommand,
  EnablePolicyTypeCommand,
  ListPoliciesForTargetCommand,
  RegisterDelegatedAdministratorCommand,
} from '@aws-sdk/client-organizations';
import { CreateBucketCommand, GetBucketPolicyCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetScheduleCommand, ListScheduleGroupsCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Caller, type MotoEmulator, startEmulator } from './emulator';
import { failureOf } from './fixtures';
import { foundOrganization, type Organization, STACKSETS } from './organization';

const OWN = '222222222222';
const CALLER: Caller = { account: OWN, region: 'eu-west-1' };
const MANAGER: Caller = { account: '111111111111', region: 'eu-west-1' };

let emulator: MotoEmulator;
beforeAll(async () => {
  emulator = await startEmulator('cloudformation');
});
afterAll(() => emulator.stop());
beforeEach(() => emulator.reset());

type Resources = { readonly [id: string]: { readonly Type: string; readonly [key: string]: unknown } };

const clientOf = (caller = CALLER) => new CloudFormationClient(emulator.client(caller));
const bodyOf = (Resources: Resources, more: object = {}): string => JSON.stringify({ ...more, Resources });
const create = (Resources: Resources, caller = CALLER, more: Partial<CreateStackCommandInput> = {}) =>
  clientOf(caller).send(new CreateStackCommand({ StackName: 'one', TemplateBody: bodyOf(Resources), ...more }));
const update = (Resources: Resources, caller = CALLER) =>
  clientOf(caller).send(new UpdateStackCommand({ StackName: 'one', TemplateBody: bodyOf(Resources) }));

const topic = (TopicName: unknown = 'alerts') => ({ Type: 'AWS::SNS::Topic', Properties: { TopicName } });
const queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'events' } };
const policy = (Principal: string) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: '*', Resource: '*' }] });

describe('a template', () => {
  it('with a type that is unknown is refused, and nothing of it is made', async () => {
    expect(await failureOf(create({ Odd: { Type: 'AWS::Nowhere::Thing' } }))).toBe('ValidationError 400');
  });

  it('knows the partition of its Region', async () => {
    const Outputs = { Arn: { Value: { 'Fn::Sub': '${AWS::Partition} ${AWS::URLSuffix}' } } };
    const china = { account: OWN, region: 'cn-north-1' };
    await create({ Topic: topic() }, china, { TemplateBody: bodyOf({ Topic: topic() }, { Outputs }) });
    await create({ Topic: topic() }, CALLER, { TemplateBody: bodyOf({ Topic: topic() }, { Outputs }) });

    const told = await Promise.all([china, CALLER].map((caller) => clientOf(caller).send(new DescribeStacksCommand({ StackName: 'one' }))));
    expect(told.map(({ Stacks }) => Stacks?.[0]?.Outputs?.[0]?.OutputValue)).toEqual(['aws-cn amazonaws.com.cn', 'aws amazonaws.com']);
  });

  it('makes nothing of what a condition leaves out', async () => {
    const Conditions = { Never: { 'Fn::Equals': [{ Ref: 'AWS::Partition' }, 'aws-cn'] } };
    const TemplateBody = bodyOf({ Topic: topic(), Other: { ...topic('other'), Condition: 'Never' } }, { Conditions });
    await create({}, CALLER, { TemplateBody });

    const { StackResources = [] } = await clientOf().send(new DescribeStackResourcesCommand({ StackName: 'one' }));
    expect(StackResources.map(({ LogicalResourceId }) => LogicalResourceId)).toEqual(['Topic']);
  });

  it('lies in the Region that its URL names, or cannot be had', async () => {
    const s3 = new S3Client(emulator.client(CALLER));
    await s3.send(new CreateBucketCommand({ Bucket: 'templates', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
    await s3.send(new PutObjectCommand({ Bucket: 'templates', Key: 'one.json', Body: bodyOf({ Topic: topic() }) }));
    const from = (TemplateURL: string, region = 'eu-west-1') =>
      failureOf(create({}, { account: OWN, region }, { StackName: `s-${region}`, TemplateBody: undefined, TemplateURL }));

    expect(await from('https://s3.us-east-1.amazonaws.com/templates/one.json', 'us-east-1')).toBe('ValidationError 400');
    expect(await from(`${emulator.endpoint}/templates/one.json`, 'us-east-1')).toBe('ValidationError 400');
    expect(await from('https://templates.s3.eu-west-1.amazonaws.com/one.json', 'us-east-1')).toBe('no error');
    expect(await from(`${emulator.endpoint}/templates/one.json`)).toBe('no error');
  });

  it('is undone from its end: nothing is missed that something else still refers to', async () => {
    const Properties = { Queues: [{ Ref: 'Queue' }], PolicyDocument: policy('*') };
    await create({ Queue: queue, Policy: { Type: 'AWS::SQS::QueuePolicy', Properties }, Topic: topic() });

    expect(await failureOf(update({ Topic: topic() }))).toBe('no error');
    expect(await failureOf(clientOf().send(new DeleteStackCommand({ StackName: 'one' })))).toBe('no error');
    const gone = new GetQueueAttributesCommand({ QueueUrl: `https://sqs.eu-west-1.amazonaws.com/${OWN}/events` });
    expect(await failureOf(new SQSClient(emulator.client(CALLER)).send(gone))).toBe('QueueDoesNotExist 400');
  });
});

it('a change set belongs to its stack, whatever others are called', async () => {
  const ChangeSetName = 'changes';
  for (const StackName of ['one', 'two'])
    await clientOf().send(
      new CreateChangeSetCommand({ StackName, ChangeSetName, ChangeSetType: 'CREATE', TemplateBody: bodyOf({ Topic: topic(StackName) }) }),
    );

  await clientOf().send(new ExecuteChangeSetCommand({ StackName: 'one', ChangeSetName }));
  const { StackName } = await clientOf().send(new DescribeChangeSetCommand({ StackName: 'one', ChangeSetName }));
  await clientOf().send(new DeleteChangeSetCommand({ StackName: 'one', ChangeSetName }));
  await clientOf().send(new DeleteChangeSetCommand({ StackName: 'one', ChangeSetName }));

  expect(StackName).toBe('one');
  const statuses = (await clientOf().send(new DescribeStacksCommand({}))).Stacks?.map((stack) => `${stack.StackName} ${stack.StackStatus}`);
  expect(statuses?.sort()).toEqual(['one CREATE_COMPLETE', 'two REVIEW_IN_PROGRESS']);
  expect(await failureOf(clientOf().send(new DescribeChangeSetCommand({ StackName: 'one', ChangeSetName })))).toBe('ChangeSetNotFoundException 404');
  expect(await failureOf(clientOf().send(new DescribeChangeSetCommand({ StackName: 'two', ChangeSetName })))).toBe('no error');
});

describe('a function', () => {
  const made = (more: object = {}) => ({
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: 'orders',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: `arn:aws:iam::${OWN}:role/runs`,
      Code: { ZipFile: 'exports.handler = 1;' },
      Architectures: ['arm64'],
      DeadLetterConfig: { TargetArn: `arn:aws:sqs:eu-west-1:${OWN}:failed` },
      ...more,
    },
  });
  const permission = (Principal: string) => ({
    Type: 'AWS::Lambda::Permission',
    Properties: { Action: 'lambda:InvokeFunction', FunctionName: { Ref: 'Orders' }, Principal },
  });
  const lambda = () => new LambdaClient(emulator.client(CALLER));
  beforeEach(() =>
    new IAMClient(emulator.client(CALLER)).send(new CreateRoleCommand({ RoleName: 'runs', AssumeRolePolicyDocument: JSON.stringify(policy('*')) })),
  );

  it('has what the template says, and another code after an update', async () => {
    await create({ Orders: made() });
    const first = await lambda().send(new GetFunctionCommand({ FunctionName: 'orders' }));
    await update({ Orders: made({ Code: { ZipFile: 'exports.handler = 2;' }, MemorySize: 256, Architectures: ['x86_64'] }) });
    const second = await lambda().send(new GetFunctionCommand({ FunctionName: 'orders' }));

    expect(first.Configuration).toMatchObject({ Architectures: ['arm64'], DeadLetterConfig: { TargetArn: `arn:aws:sqs:eu-west-1:${OWN}:failed` } });
    expect(second.Configuration).toMatchObject({ Architectures: ['x86_64'], MemorySize: 256 });
    expect(second.Configuration?.CodeSha256).not.toBe(first.Configuration?.CodeSha256);
  });

  it('has the permissions of the template in its policy, for as long as the template has them', async () => {
    await create({ Orders: made(), One: permission('s3.amazonaws.com'), Two: permission('events.amazonaws.com') });
    const before = await lambda().send(new GetPolicyCommand({ FunctionName: 'orders' }));
    await update({ Orders: made(), Two: permission('events.amazonaws.com') });
    const after = await lambda().send(new GetPolicyCommand({ FunctionName: 'orders' }));

    const services = (text = '') => JSON.parse(text).Statement.map(({ Principal }: { Principal: { Service: string } }) => Principal.Service);
    expect(services(before.Policy).sort()).toEqual(['events.amazonaws.com', 's3.amazonaws.com']);
    expect(services(after.Policy)).toEqual(['events.amazonaws.com']);
  });

  it('is asked by hooks that are kept, once for each alias, and only if it is there', async () => {
    const hook = (alias: string, name: unknown) => ({
      Type: 'AWS::CloudFormation::LambdaHook',
      Properties: { Alias: alias, LambdaFunction: name, ExecutionRole: `arn:aws:iam::${OWN}:role/runs` },
    });
    await create({ Orders: made(), Hook: hook('Our::Own::Hook', { 'Fn::GetAtt': ['Orders', 'Arn'] }) });

    const { StackResources = [] } = await clientOf().send(new DescribeStackResourcesCommand({ StackName: 'one' }));
    expect(StackResources.map(({ LogicalResourceId }) => LogicalResourceId)).toContain('Hook');
    expect(await failureOf(create({ Hook: hook('Our::Own::Hook', 'orders') }, CALLER, { StackName: 'two' }))).toBe('ValidationError 400');
    expect(await failureOf(create({ Hook: hook('Our::Other::Hook', 'nobody') }, CALLER, { StackName: 'three' }))).not.toBe('no error');
  });
});

it('queues and buckets have the policies of the template', async () => {
  await create({
    Queue: queue,
    QueuePolicy: { Type: 'AWS::SQS::QueuePolicy', Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: policy('a') } },
    Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'data' } },
    BucketPolicy: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: 'Bucket' }, PolicyDocument: policy('b') } },
  });

  const QueueUrl = `https://sqs.eu-west-1.amazonaws.com/${OWN}/events`;
  const { Attributes } = await new SQSClient(emulator.client(CALLER)).send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Policy'] }));
  const { Policy = '' } = await new S3Client(emulator.client(CALLER)).send(new GetBucketPolicyCommand({ Bucket: 'data' }));
  expect([JSON.parse(Attributes?.Policy ?? ''), JSON.parse(Policy)]).toEqual([policy('a'), policy('b')]);
});

it('schedules come, change and go with the template', async () => {
  const scheduler = new SchedulerClient(emulator.client(CALLER));
  const schedule = (ScheduleExpression: string) => ({
    Group: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'ours' } },
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        Name: 'drain',
        GroupName: { Ref: 'Group' },
        ScheduleExpression,
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: 'arn:aws:lambda:eu-west-1:222222222222:function:f', RoleArn: 'arn:aws:iam::222222222222:role/r' },
      },
    },
  });
  const now = async () => (await scheduler.send(new GetScheduleCommand({ GroupName: 'ours', Name: 'drain' }))).ScheduleExpression;

  await create(schedule('rate(5 minutes)'));
  const before = await now();
  await update(schedule('rate(1 hour)'));
  const after = await now();
  await update({ Topic: topic() });

  expect([before, after]).toEqual(['rate(5 minutes)', 'rate(1 hour)']);
  expect((await scheduler.send(new ListScheduleGroupsCommand({}))).ScheduleGroups?.map(({ Name }) => Name)).toEqual(['default']);
});

describe('an organization', () => {
  let organization: Organization;
  let unit: string;
  let member: string;

  beforeEach(async () => {
    organization = await foundOrganization(emulator, MANAGER);
    unit = await organization.unit('outer');
    member = await organization.account('member', await organization.unit('inner', unit));
    const s3 = new S3Client(emulator.client(MANAGER));
    await s3.send(new CreateBucketCommand({ Bucket: 'templates', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
    for (const name of ['one', 'two']) await s3.send(new PutObjectCommand({ Bucket: 'templates', Key: name, Body: bodyOf({ Topic: topic(name) }) }));
  });

  const rollout = (more: object = {}): Resources => ({
    Set: {
      Type: 'AWS::CloudFormation::StackSet',
      Properties: {
        StackSetName: 'everywhere',
        PermissionModel: 'SERVICE_MANAGED',
        AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
        TemplateURL: 'https://s3.eu-west-1.amazonaws.com/templates/one',
        StackInstancesGroup: [{ DeploymentTargets: { OrganizationalUnitIds: [unit] }, Regions: ['eu-west-1'] }],
        ...more,
      },
    },
  });
  const trust = () => organization.client.send(new EnableAWSServiceAccessCommand({ ServicePrincipal: STACKSETS }));
  const instances = async () =>
    ((await clientOf(MANAGER).send(new ListStackInstancesCommand({ StackSetName: 'everywhere' }))).Summaries ?? []).map(({ Account }) => Account);
  const topicsOf = async (account: string) => {
    const { Stacks = [] } = await clientOf({ account, region: 'eu-west-1' }).send(new DescribeStacksCommand({}));
    const resources = await Promise.all(
      Stacks.map(({ StackName }) => clientOf({ account, region: 'eu-west-1' }).send(new DescribeStackResourcesCommand({ StackName }))),
    );
    return resources.flatMap(({ StackResources = [] }) => StackResources.map(({ PhysicalResourceId = '' }) => PhysicalResourceId.split(':').at(-1)));
  };

  it('rolls out to the members in a unit and in units within it, once it trusts StackSets', async () => {
    expect(await failureOf(create(rollout(), MANAGER))).toBe('ValidationError 400');
    await trust();
    await create(
      rollout({ StackInstancesGroup: [{ DeploymentTargets: { OrganizationalUnitIds: [organization.root] }, Regions: ['eu-west-1'] }] }),
      MANAGER,
      {
        StackName: 'two',
      },
    );

    expect(await instances()).toEqual([member]);
    expect(await topicsOf(member)).toEqual(['one']);
    expect((await clientOf({ account: member, region: 'eu-west-1' }).send(new DescribeStacksCommand({}))).Stacks?.[0]?.StackName).toMatch(
      /^StackSet-everywhere-[0-9a-f-]{36}$/,
    );
  });

  it('follows the accounts, and the template', async () => {
    await trust();
    await create(rollout(), MANAGER);
    const later = await organization.account('later', unit);
    expect([await instances(), await topicsOf(later)]).toEqual([[member, later], ['one']]);

    await update(rollout({ TemplateURL: 'https://s3.eu-west-1.amazonaws.com/templates/two' }), MANAGER);
    expect([await topicsOf(member), await topicsOf(later)]).toEqual([['two'], ['two']]);

    await organization.move(later, unit, organization.root);
    expect([await instances(), await topicsOf(later)]).toEqual([[member], []]);

    await clientOf(MANAGER).send(new DeleteStackCommand({ StackName: 'one' }));
    expect(await topicsOf(member)).toEqual([]);
  });

  it('leaves accounts alone where that is what the StackSet says', async () => {
    await trust();
    await create(rollout({ AutoDeployment: { Enabled: false } }), MANAGER);

    expect(await topicsOf(await organization.account('later', unit))).toEqual([]);
  });

  it('has StackSets of a member that is a delegated administrator, and of no other', async () => {
    await trust();
    const delegate = { account: member, region: 'eu-west-1' };
    const s3 = new S3Client(emulator.client(delegate));
    await s3.send(new CreateBucketCommand({ Bucket: 'of-the-delegate', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
    await s3.send(new PutObjectCommand({ Bucket: 'of-the-delegate', Key: 'one', Body: bodyOf({ Topic: topic('one') }) }));
    const asDelegate = rollout({ CallAs: 'DELEGATED_ADMIN', TemplateURL: 'https://s3.eu-west-1.amazonaws.com/of-the-delegate/one' });

    expect(await failureOf(create(asDelegate, delegate))).toBe('ValidationError 400');
    await organization.client.send(new RegisterDelegatedAdministratorCommand({ AccountId: member, ServicePrincipal: STACKSETS }));
    expect(await failureOf(create(rollout(), delegate, { StackName: 'two' }))).toBe('ValidationError 400');
    await create(asDelegate, delegate, { StackName: 'three' });

    expect(await instances()).toEqual([member]);
  });

  it('takes policies of a type that is enabled', async () => {
    const { Policy } = await organization.client.send(
      new CreatePolicyCommand({ Name: 'mine', Description: '', Type: 'SERVICE_CONTROL_POLICY', Content: JSON.stringify(policy('*')) }),
    );
    const attach = () => organization.client.send(new AttachPolicyCommand({ PolicyId: Policy?.PolicySummary?.Id, TargetId: unit }));

    expect(await failureOf(attach())).toBe('PolicyTypeNotEnabledException 400');
    await organization.client.send(new EnablePolicyTypeCommand({ RootId: organization.root, PolicyType: 'SERVICE_CONTROL_POLICY' }));
    expect(await failureOf(attach())).toBe('no error');
  });

  it('has the policies of a template, where the template wants them', async () => {
    await organization.client.send(new EnablePolicyTypeCommand({ RootId: organization.root, PolicyType: 'SERVICE_CONTROL_POLICY' }));
    const made = (Name: string, Content: object, TargetIds: readonly string[]) => ({
      Policy: { Type: 'AWS::Organizations::Policy', Properties: { Name, Type: 'SERVICE_CONTROL_POLICY', Content, TargetIds } },
    });
    const attached = async (TargetId: string) => {
      const { Policies = [] } = await organization.client.send(new ListPoliciesForTargetCommand({ TargetId, Filter: 'SERVICE_CONTROL_POLICY' }));
      return Policies.filter(({ AwsManaged }) => !AwsManaged);
    };

    await create(made('ours', policy('a'), [unit, organization.root]), MANAGER);
    expect((await attached(organization.root)).map(({ Name }) => Name)).toEqual(['ours']);

    await update(made('ours', policy('b'), [unit]), MANAGER);
    const [ours] = await attached(unit);
    const { Policy } = await organization.client.send(new DescribePolicyCommand({ PolicyId: ours?.Id }));
    expect([JSON.parse(Policy?.Content ?? ''), await attached(organization.root)]).toEqual([policy('b'), []]);

    await clientOf(MANAGER).send(new DeleteStackCommand({ StackName: 'one' }));
    expect(await attached(unit)).toEqual([]);
  });
});
