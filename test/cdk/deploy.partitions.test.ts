/** The member template in other partitions, on an emulated AWS. moto has no hooks: they are kept there and never asked. */
import { CloudFormationClient, CreateStackCommand, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type MotoEmulator, startEmulator } from '../aws/emulator';
import { member, resourcesOf } from './support';

let emulator: MotoEmulator;
beforeAll(async () => {
  emulator = await startEmulator('cloudformation');
});
afterAll(() => emulator.stop());

it.each([
  ['aws-cn', 'cn-north-1', 'amazonaws.com.cn'],
  ['aws-us-gov', 'us-gov-west-1', 'amazonaws.com'],
] as const)('deploys in %s what the partition has, and names no other', async (partition, region, suffix) => {
  const template = member();
  const caller = emulator.client({ account: '111111111111', region });
  const [s3, cloudFormation, iam] = [new S3Client(caller), new CloudFormationClient(caller), new IAMClient(caller)];
  const Bucket = `templates-${region}`;
  const StackName = 'perimeter-member';
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'member', Body: JSON.stringify(template) }));

  await cloudFormation.send(new CreateStackCommand({ StackName, TemplateURL: `https://${Bucket}.s3.${region}.${suffix}/member` }));

  const { StackResources = [] } = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName }));
  const wanted = Object.entries(resourcesOf(template)).flatMap(([id, { Condition, Type }]) => (Condition === undefined ? `${id} ${Type}` : []));
  expect(StackResources.map(({ LogicalResourceId, ResourceType }) => `${LogicalResourceId} ${ResourceType}`).sort()).toEqual(wanted.sort());
  const { Roles = [] } = await iam.send(new ListRolesCommand({ MaxItems: 1000 }));
  const documents = await Promise.all(
    Roles.filter(({ RoleName = '' }) => RoleName.startsWith('perimeter-')).map(async ({ RoleName, Arn }) => {
      const { PolicyNames: [PolicyName = ''] = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
      const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      return `${Arn} ${decodeURIComponent(PolicyDocument)}`;
    }),
  );
  const named = new Set(documents.join().match(/arn:aws[\w-]*:/g));
  expect([documents.length > 0, ...named]).toEqual([true, `arn:${partition}:`]);
});
