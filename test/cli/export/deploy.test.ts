/** The files of `perimeter export cloudformation` on an emulated organization, by the calls of its README: as one stack, and piece by piece. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  CreateStackInstancesCommand,
  CreateStackSetCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  EnableAWSServiceAccessCommand,
  EnablePolicyTypeCommand,
  ListPoliciesForTargetCommand,
} from '@aws-sdk/client-organizations';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type MotoEmulator, startEmulator } from '../../aws/emulator';
import { foundOrganization, type Organization, STACKSETS } from '../../aws/organization';
import { build, run } from '../support/aws';
import { type Workspace, workspace } from '../support/workspace';

const MANAGEMENT = '111111111111';
const HOME = 'us-east-1';
const URL = `https://templates.s3.${HOME}.amazonaws.com`;
const Capabilities = ['CAPABILITY_NAMED_IAM' as const];

let emulator: MotoEmulator;
let place: Workspace;
let organization: Organization;
let unit: string;
let member: string;

beforeAll(async () => {
  build();
  emulator = await startEmulator('cloudformation');
});
afterAll(() => emulator.stop());
afterEach(() => place.remove());

/** An organization with one account in a unit, and the files for it in a bucket. */
beforeEach(async () => {
  await emulator.reset();
  organization = await foundOrganization(emulator, { account: MANAGEMENT, region: HOME });
  const { client, root } = organization;
  await client.send(new EnablePolicyTypeCommand({ RootId: root, PolicyType: 'SERVICE_CONTROL_POLICY' }));
  await client.send(new EnableAWSServiceAccessCommand({ ServicePrincipal: STACKSETS }));
  unit = await organization.unit('pilot');
  member = await organization.account('member', unit);

  place = workspace({
    'perimeter.yaml': `
version: 1
organization: { id: o-exampleorgid, managementAccountId: "${MANAGEMENT}" }
guardrails: { lambda-permission: { mode: enforce }, lambda-vpc: { mode: observe } }
rollout: [{ name: pilot, organizationalUnits: [${unit}], regions: [eu-west-1] }]
`,
  });
  expect(await run(['export', 'cloudformation', 'out'], { cwd: place.folder })).toMatchObject({ code: 0 });
  const s3 = new S3Client(emulator.client({ account: MANAGEMENT, region: HOME }));
  await s3.send(new CreateBucketCommand({ Bucket: 'templates' }));
  for (const Key of readdirSync(join(place.folder, 'out')).filter((name) => name.endsWith('.template.json')))
    await s3.send(new PutObjectCommand({ Bucket: 'templates', Key, Body: text(Key) }));
});

const text = (name: string): string => readFileSync(join(place.folder, 'out', name), 'utf8');
const cloudformation = (account: string, region: string) => new CloudFormationClient(emulator.client({ account, region }));

/** What every road ends with: the stacks of all accounts are whole, those that come later too, and the policies attached. */
async function expectDeployed(): Promise<void> {
  await cloudformation(MANAGEMENT, 'eu-west-1').send(
    new CreateStackCommand({ StackName: 'perimeter-member', TemplateURL: `${URL}/member.template.json`, Capabilities }),
  );
  for (const [account, file] of [
    [await organization.account('later', unit), 'member-pilot.template.json'],
    [member, 'member-pilot.template.json'],
    [MANAGEMENT, 'member.template.json'],
  ] as const) {
    const { Stacks: [stack] = [] } = await cloudformation(account, 'eu-west-1').send(new DescribeStacksCommand({}));
    const made = await cloudformation(account, 'eu-west-1').send(new DescribeStackResourcesCommand({ StackName: stack?.StackName }));
    expect(stack?.StackStatus).toBe('CREATE_COMPLETE');
    expect((made.StackResources ?? []).map(({ LogicalResourceId }) => LogicalResourceId).sort()).toEqual(
      Object.keys(JSON.parse(text(file)).Resources).sort(),
    );
  }
  const { Policies = [] } = await organization.client.send(new ListPoliciesForTargetCommand({ TargetId: unit, Filter: 'SERVICE_CONTROL_POLICY' }));
  expect(Policies.filter(({ AwsManaged }) => !AwsManaged).map(({ Name }) => Name)).toEqual(['pilot-perimeter-1']);
}

it('as one stack, with the parameters filled in', async () => {
  const Parameters = JSON.parse(text('parameters.json').replace('FILL IN TemplateBucket', 'templates'));

  await cloudformation(MANAGEMENT, HOME).send(
    new CreateStackCommand({ StackName: 'perimeter-organization', TemplateURL: `${URL}/organization.template.json`, Parameters, Capabilities }),
  );

  await expectDeployed();
});

it('piece by piece, as deployment.json says', async () => {
  const { directory, stackSets, policies } = JSON.parse(text('deployment.json'));
  const home = cloudformation(MANAGEMENT, HOME);

  await home.send(new CreateStackCommand({ StackName: 'perimeter-directory', TemplateBody: text(directory.template), Capabilities }));
  for (const { name: StackSetName, template, organizationalUnits, regions: Regions } of stackSets) {
    const AutoDeployment = { Enabled: true, RetainStacksOnAccountRemoval: false };
    const PermissionModel = 'SERVICE_MANAGED';
    await home.send(new CreateStackSetCommand({ StackSetName, TemplateURL: `${URL}/${template}`, PermissionModel, AutoDeployment, Capabilities }));
    const DeploymentTargets = { OrganizationalUnitIds: organizationalUnits };
    await home.send(new CreateStackInstancesCommand({ StackSetName, Regions, DeploymentTargets }));
  }
  for (const { name: Name, type: Type, file, organizationalUnits } of policies) {
    const { Policy } = await organization.client.send(new CreatePolicyCommand({ Name, Type, Description: 'Perimeter', Content: text(file) }));
    for (const TargetId of organizationalUnits)
      await organization.client.send(new AttachPolicyCommand({ PolicyId: Policy?.PolicySummary?.Id, TargetId }));
  }

  await expectDeployed();
});
