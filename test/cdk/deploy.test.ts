/**
 * The deployment as a team makes it, with the real CDK on an emulated organization: every stack, an account that comes later, a
 * delegated administrator, another Region, a guardrail turned off. moto has no hooks: they are kept there and never asked.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ListStackInstancesCommand,
  type StackResource,
} from '@aws-sdk/client-cloudformation';
import { EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { GetPolicyCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import {
  DescribePolicyCommand,
  EnableAWSServiceAccessCommand,
  EnablePolicyTypeCommand,
  ListPoliciesForTargetCommand,
  RegisterDelegatedAdministratorCommand,
} from '@aws-sdk/client-organizations';
import { CreateBucketCommand, GetBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { App } from 'aws-cdk-lib';
import { addStacks } from '../../lib/cdk/app';
import { type MotoEmulator, startEmulator } from '../aws/emulator';
import { foundOrganization, type Organization, STACKSETS } from '../aws/organization';
import { build } from '../cli/support/aws';
import { BUNDLES, ROOT } from './support';

const MANAGEMENT = '111111111111';
const HOME = 'us-east-1';
const manager = { account: MANAGEMENT, region: HOME };

let emulator: MotoEmulator;
let folder: string;
let organization: Organization;
let pilot: string;
/** In a unit within the pilot's. */
let member: string;
let delegate: string;
/** The unit of the delegate. */
let shared: string;

beforeAll(async () => {
  build();
  folder = mkdtempSync(join(tmpdir(), 'perimeter-deploy-'));
  emulator = await startEmulator('cloudformation');
  organization = await foundOrganization(emulator, manager);
  const { client, root } = organization;
  pilot = await organization.unit('pilot');
  member = await organization.account('first', await organization.unit('teams', pilot));
  shared = await organization.unit('shared');
  delegate = await organization.account('security', shared);
  for (const PolicyType of ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'] as const)
    await client.send(new EnablePolicyTypeCommand({ RootId: root, PolicyType }));
  await client.send(new EnableAWSServiceAccessCommand({ ServicePrincipal: STACKSETS }));
  for (const region of [HOME, 'eu-west-1', 'eu-central-1'] as const) {
    const s3 = new S3Client(emulator.client({ account: MANAGEMENT, region }));
    const CreateBucketConfiguration = region === HOME ? undefined : { LocationConstraint: region };
    await s3.send(new CreateBucketCommand({ Bucket: `templates-${region}`, CreateBucketConfiguration }));
  }
  for (const [name, configuration] of Object.entries(CONFIGURATIONS)) synth(name, configuration());
  await cdk('deploy', 'first');
}, 240_000);
afterAll(async () => {
  await emulator.stop();
  rmSync(folder, { recursive: true });
});

/** The example, rolled out to a unit. */
const rolledOut = (regions: string, name = 'pilot', target = pilot): string =>
  `${readFileSync(join(ROOT, 'examples/perimeter.yaml'), 'utf8')}rollout: [{ name: ${name}, organizationalUnits: [${target}], regions: [${regions}] }]\n`;

interface Configured {
  readonly text: string;
  readonly delegated?: string;
  readonly templateBucket?: string;
}

const CONFIGURATIONS = {
  first: () => ({ text: rolledOut('eu-west-1') }),
  region: () => ({ text: rolledOut('eu-west-1, eu-central-1') }),
  off: () => ({
    text: rolledOut('eu-west-1, eu-central-1').replace('lambda-permission:\n    mode: enforce', 'lambda-permission:\n    mode: off'),
  }),
  delegated: () => ({
    text: rolledOut('eu-west-1', 'shared', shared),
    delegated: 'true',
    templateBucket: 'templates-of-security',
  }),
};
type Named = keyof typeof CONFIGURATIONS;

const run = promisify(execFile);

/** What `cdk deploy` does first, once for each configuration. */
function synth(name: string, { text, ...context }: Configured): void {
  const config = join(folder, `${name}.yaml`);
  writeFileSync(config, text);
  const app = new App({
    outdir: join(folder, name),
    analyticsReporting: false,
    context: { config, templateBucket: 'templates-${AWS::Region}', ...context },
  });
  addStacks(app, BUNDLES);
  app.synth();
}

/** The CDK's own command line, whose AWS is the emulator. Answers what it prints; throws where it fails. */
async function cdk(verb: 'deploy' | 'diff', name: Named, stacks: readonly string[] = ['--all'], by = MANAGEMENT): Promise<string> {
  const options = verb === 'deploy' ? ['--require-approval', 'never', ...stacks] : ['--method', 'template', '--no-color'];
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    NODE_NO_WARNINGS: '1',
    CDK_DISABLE_CLI_TELEMETRY: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...emulator.environment({ account: by, region: HOME }),
  };
  const args = [join(ROOT, 'node_modules/aws-cdk/bin/cdk'), verb, '--app', join(folder, name), '--no-notices', ...options];
  const { stdout, stderr } = await run(process.execPath, args, { cwd: folder, env, maxBuffer: 1 << 26 });
  return `${stdout}${stderr}`;
}

/** What `cdk diff` tells, by stack: `[+]`, `[-]` or `[~]` with a type and a logical id, or what else is different. */
function changesIn(printed: string): { readonly [stack: string]: readonly string[] } {
  const stacks = printed.split(/^Stack (?=perimeter-)/m).slice(1);
  return Object.fromEntries(
    stacks.map((text) => {
      const changed = text.split('\n').flatMap((line) => {
        const [, sign, type, rest = ''] = /^\[([+~-])\] (\S+)(.*)/.exec(line) ?? [];
        return type ? [`${sign} ${type} ${rest.split(' ').find((word) => /^[A-Z]\w+$/.test(word)) ?? ''}`.trim()] : [];
      });
      return [text.split(/[ \n]/)[0] ?? '', changed];
    }),
  );
}

const clientOf = (account: string, region: string) => new CloudFormationClient(emulator.client({ account, region }));

async function stacksOf(account: string, region: string): Promise<readonly string[]> {
  const { Stacks = [] } = await clientOf(account, region).send(new DescribeStacksCommand({}));
  return Stacks.map(({ StackName = '', StackStatus }) => `${StackName.replace(/-[0-9a-f-]{36}$/, '')} ${StackStatus}`).sort();
}

async function resourcesOf(account: string, region: string, prefix: string): Promise<readonly StackResource[]> {
  const { Stacks = [] } = await clientOf(account, region).send(new DescribeStacksCommand({}));
  const found = Stacks.find(({ StackName = '' }) => StackName.startsWith(prefix));
  if (!found) throw new Error(`${account} has no stack ${prefix} in ${region}`);
  return (await clientOf(account, region).send(new DescribeStackResourcesCommand({ StackName: found.StackName }))).StackResources ?? [];
}

/** The resources of a synthesised template, by logical id and type. */
const templateOf = (name: Named, stack: string): readonly string[] =>
  Object.entries<{ Type: string }>(JSON.parse(readFileSync(join(folder, name, `${stack}.template.json`), 'utf8')).Resources)
    .map(([id, { Type }]) => `${id} ${Type}`)
    .sort();

const idsOf = (resources: readonly StackResource[]): readonly string[] =>
  resources.map(({ LogicalResourceId, ResourceType }) => `${LogicalResourceId} ${ResourceType}`).sort();

const functionsOf = async (account: string, region: string) =>
  (await new LambdaClient(emulator.client({ account, region })).send(new ListFunctionsCommand({}))).Functions ?? [];

async function rolesOf(account: string): Promise<readonly string[]> {
  const { Roles = [] } = await new IAMClient(emulator.client({ account, region: HOME })).send(new ListRolesCommand({ MaxItems: 1000 }));
  return Roles.map(({ RoleName = '' }) => RoleName).filter((name) => name.startsWith('perimeter-'));
}

async function instances(StackSetName = 'perimeter-pilot'): Promise<readonly string[]> {
  const { Summaries = [] } = await clientOf(MANAGEMENT, HOME).send(new ListStackInstancesCommand({ StackSetName }));
  return Summaries.map(({ Account, Region }) => `${Account} ${Region}`).sort();
}

describe('cdk deploy --all', () => {
  it('makes every stack, each with every resource', async () => {
    expect(await stacksOf(MANAGEMENT, HOME)).toEqual(
      ['perimeter-directory', 'perimeter-policies', 'perimeter-rollout'].map((name) => `${name} CREATE_COMPLETE`),
    );
    expect(await stacksOf(MANAGEMENT, 'eu-west-1')).toEqual(['perimeter-member CREATE_COMPLETE']);
    for (const stack of ['perimeter-directory', 'perimeter-policies', 'perimeter-rollout'] as const)
      expect(idsOf(await resourcesOf(MANAGEMENT, HOME, stack))).toEqual(templateOf('first', stack));
    expect(idsOf(await resourcesOf(MANAGEMENT, 'eu-west-1', 'perimeter-member'))).toEqual(templateOf('first', 'perimeter-member-eu-west-1'));
  });

  it('reaches a member within the unit, and not the management account twice', async () => {
    expect(await instances()).toEqual([`${member} eu-west-1`]);
    expect(await stacksOf(member, 'eu-west-1')).toEqual(['StackSet-perimeter-pilot CREATE_COMPLETE']);
    expect(idsOf(await resourcesOf(member, 'eu-west-1', 'StackSet-perimeter-pilot'))).toEqual(templateOf('first', 'perimeter-member-eu-west-1'));
  });

  it('leaves in the member what the services themselves tell: functions, whom they listen to, queues, a schedule', async () => {
    const client = emulator.client({ account: member, region: 'eu-west-1' });
    const arn = `arn:aws:lambda:eu-west-1:${member}:function:perimeter-sns-subscription-remediator`;
    const queue = `https://sqs.eu-west-1.amazonaws.com/${member}/perimeter-ecr-layer-access-events`;

    const deployed = (await functionsOf(member, 'eu-west-1')).find(({ FunctionArn }) => FunctionArn === arn);
    const { Policy = '' } = await new LambdaClient(client).send(new GetPolicyCommand({ FunctionName: arn }));
    const { Targets } = await new EventBridgeClient(client).send(new ListTargetsByRuleCommand({ Rule: 'perimeter-sns-subscription-changes' }));
    const { Attributes } = await new SQSClient(client).send(new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ['All'] }));
    const drain = new GetScheduleCommand({ GroupName: 'perimeter', Name: 'perimeter-ecr-layer-access-drain' });
    const { Target } = await new SchedulerClient(client).send(drain);

    expect(deployed).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Role: `arn:aws:iam::${member}:role/perimeter-sns-subscription-remediator-eu-west-1`,
      DeadLetterConfig: { TargetArn: `arn:aws:sqs:eu-west-1:${member}:perimeter-sns-subscription-failed` },
    });
    expect(JSON.parse(Policy).Statement).toMatchObject([
      {
        Principal: { Service: 'events.amazonaws.com' },
        Condition: {
          ArnLike: { 'AWS:SourceArn': `arn:aws:events:eu-west-1:${member}:rule/perimeter-sns-subscription-changes` },
          StringEquals: { 'AWS:SourceAccount': member },
        },
      },
    ]);
    expect(Targets).toMatchObject([{ Arn: arn, DeadLetterConfig: { Arn: `arn:aws:sqs:eu-west-1:${member}:perimeter-sns-subscription-failed` } }]);
    expect(JSON.parse(Attributes?.Policy ?? '').Statement[0].Condition.ArnEquals).toEqual({
      'aws:SourceArn': [`arn:aws:events:eu-west-1:${member}:rule/perimeter-ecr-layer-access-reads`],
    });
    expect(JSON.parse(Attributes?.RedrivePolicy ?? '')).toMatchObject({
      deadLetterTargetArn: `arn:aws:sqs:eu-west-1:${member}:perimeter-ecr-layer-access-failed`,
    });
    expect(Target).toMatchObject({
      Arn: `arn:aws:lambda:eu-west-1:${member}:function:perimeter-ecr-layer-access-remediator`,
      Input: '{"perimeter":"drain"}',
    });
  });

  it('attaches the policies to the unit, and lets the organization read its directory', async () => {
    const Filter = 'SERVICE_CONTROL_POLICY';
    const { Policies = [] } = await organization.client.send(new ListPoliciesForTargetCommand({ TargetId: pilot, Filter }));
    const ours = Policies.filter(({ AwsManaged }) => !AwsManaged);
    const { Policy } = await organization.client.send(new DescribePolicyCommand({ PolicyId: ours[0]?.Id ?? '' }));
    const readers = await new S3Client(emulator.client(manager)).send(new GetBucketPolicyCommand({ Bucket: 'perimeter-directory-111122223333' }));

    expect(ours.map(({ Name }) => Name)).toEqual(['pilot-perimeter-1', 'pilot-perimeter-2']);
    expect(JSON.parse(Policy?.Content ?? '').Statement.every(({ Effect }: { Effect: string }) => Effect === 'Deny')).toBe(true);
    expect(readers.Policy).toContain('"aws:PrincipalOrgID"');
  });
});

describe('an account that comes later', () => {
  let later: string;

  it('gets everything by itself when it joins the unit, and nothing before', async () => {
    later = await organization.account('later');
    expect(await functionsOf(later, 'eu-west-1')).toEqual([]);

    await organization.move(later, organization.root, pilot);

    expect(await instances()).toEqual([`${later} eu-west-1`, `${member} eu-west-1`].sort());
    expect(idsOf(await resourcesOf(later, 'eu-west-1', 'StackSet-perimeter-pilot'))).toEqual(templateOf('first', 'perimeter-member-eu-west-1'));
  });

  it('changes no template, for the organization directory knows it: cdk diff shows nothing', async () => {
    const changes = changesIn(await cdk('diff', 'first'));

    expect(Object.keys(changes)).toHaveLength(4);
    expect(Object.values(changes).flat()).toEqual([]);
  });

  it('is left with nothing when it leaves the unit', async () => {
    await organization.move(later, pilot, organization.root);

    expect(await instances()).toEqual([`${member} eu-west-1`]);
    expect([await functionsOf(later, 'eu-west-1'), await rolesOf(later)]).toEqual([[], []]);
  });
});

describe('another Region', () => {
  it('is one more stack, and one more Region of the StackSet: cdk diff shows nothing else', async () => {
    const changes = changesIn(await cdk('diff', 'region'));

    const { 'perimeter-member-eu-central-1': added = [], ...others } = changes;
    expect(added.every((change) => change.startsWith('+ '))).toBe(true);
    expect(others).toEqual({
      'perimeter-directory': [],
      'perimeter-policies': [],
      'perimeter-rollout': ['~ AWS::CloudFormation::StackSet Pilot'],
      'perimeter-member-eu-west-1': [],
    });
  });

  it('has the same resources beside those of the first, and roles of its own', async () => {
    const before = await functionsOf(member, 'eu-west-1');

    await cdk('deploy', 'region');

    expect(await instances()).toEqual([`${member} eu-central-1`, `${member} eu-west-1`]);
    for (const [owner, prefix] of [
      [member, 'StackSet-perimeter-pilot'],
      [MANAGEMENT, 'perimeter-member'],
    ] as const)
      expect(idsOf(await resourcesOf(owner, 'eu-central-1', prefix))).toEqual(templateOf('region', 'perimeter-member-eu-central-1'));
    const roles = await rolesOf(member);
    expect(
      roles
        .filter((name) => name.endsWith('-eu-central-1'))
        .map((name) => name.replace('-eu-central-1', '-eu-west-1'))
        .sort(),
    ).toEqual(roles.filter((name) => name.endsWith('-eu-west-1')).sort());
    expect(await functionsOf(member, 'eu-west-1')).toEqual(before);
  });
});

describe('a guardrail turned off', () => {
  const isOfIt = (change: string): boolean => change.includes(' LambdaPermission');

  it('takes its own resources and statements along: cdk diff shows nothing else', async () => {
    const changes = changesIn(await cdk('diff', 'off'));

    expect(changes['perimeter-directory']).toEqual([]);
    expect(changes['perimeter-policies']?.map((change) => change.split(' ')[1])).toEqual([
      'AWS::Organizations::Policy',
      'AWS::Organizations::Policy',
    ]);
    expect(changes['perimeter-rollout']).toEqual(['~ AWS::CloudFormation::StackSet Pilot']);
    for (const stack of ['perimeter-member-eu-west-1', 'perimeter-member-eu-central-1']) {
      const [description, ...resources] = changes[stack] ?? [];
      expect(description).toBe('~ Description');
      expect(resources.filter((change) => !change.startsWith('- ') || !isOfIt(change))).toEqual([]);
      expect(resources).toHaveLength(templateOf('region', stack).filter((resource) => resource.startsWith('LambdaPermission')).length);
    }
  });

  it('is gone from every account, and the others are as they were', async () => {
    const before = await functionsOf(member, 'eu-west-1');

    await cdk('deploy', 'off');

    expect(await functionsOf(member, 'eu-west-1')).toEqual(before.filter(({ FunctionName }) => !FunctionName?.includes('-lambda-permission-')));
    expect((await rolesOf(member)).filter((name) => name.includes('-lambda-permission-'))).toEqual([]);
    expect(idsOf(await resourcesOf(member, 'eu-central-1', 'StackSet-perimeter-pilot'))).toEqual(templateOf('off', 'perimeter-member-eu-central-1'));
  });
});

describe('a delegated administrator', () => {
  it('rolls out what the management account would, which keeps the StackSet', async () => {
    await organization.client.send(new RegisterDelegatedAdministratorCommand({ AccountId: delegate, ServicePrincipal: STACKSETS }));
    await new S3Client(emulator.client({ account: delegate, region: HOME })).send(new CreateBucketCommand({ Bucket: 'templates-of-security' }));

    await cdk('deploy', 'delegated', ['perimeter-rollout'], delegate);

    expect(await stacksOf(delegate, HOME)).toEqual(['perimeter-rollout CREATE_COMPLETE']);
    expect(await instances('perimeter-shared')).toEqual([`${delegate} eu-west-1`]);
  });
});
