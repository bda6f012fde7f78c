/** What runs in a network of its own: capacity providers, network connectors, and revisions of web functions. Nothing here can be undone. */
import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { CreateCapacityProviderCommand, DeleteCapacityProviderCommand, LambdaClient, ListCapacityProvidersCommand } from '@aws-sdk/client-lambda';
import type { Value } from '../../../lib/core/value';
import { callLambda } from '../../aws/fixtures';
import { callerOf, clientOf, type Stage } from '../organization';
import { eventAt, ifThere, type Scenario } from './scenario';

const guardrail = 'lambda-vpc';
const lambdaOf = (stage: Stage) => clientOf(stage, LambdaClient);
const ec2Of = (stage: Stage) => clientOf(stage, EC2Client);
const ask = (stage: Stage, ...[method, path, body]: ['GET' | 'PUT' | 'POST' | 'DELETE', string, object?]) =>
  callLambda(stage.api, callerOf(stage), { method, path, ...(body && { body }) });

const VPCS = { approved: '10.1.0', other: '10.2.0' };

async function makeNetwork(stage: Stage, vpc: keyof typeof VPCS) {
  const { Vpc: { VpcId } = {} } = await ec2Of(stage).send(new CreateVpcCommand({ CidrBlock: `${VPCS[vpc]}.0/24` }));
  const { Subnet: { SubnetId = '' } = {} } = await ec2Of(stage).send(new CreateSubnetCommand({ VpcId, CidrBlock: `${VPCS[vpc]}.0/24` }));
  const { GroupId = '' } = await ec2Of(stage).send(new CreateSecurityGroupCommand({ VpcId, GroupName: 'app', Description: 'app' }));
  return { SubnetIds: [SubnetId], SecurityGroupIds: [GroupId] };
}

async function subnetIn(stage: Stage, vpc: keyof typeof VPCS): Promise<string> {
  const { Subnets = [] } = await ec2Of(stage).send(new DescribeSubnetsCommand({}));
  return Subnets.find(({ CidrBlock }) => CidrBlock === `${VPCS[vpc]}.0/24`)?.SubnetId ?? '';
}

const settings: Scenario['settings'] = async (stage) => {
  const { Vpcs = [] } = await ec2Of(stage).send(new DescribeVpcsCommand({}));
  return { allowedVpcIds: Vpcs.flatMap(({ VpcId, CidrBlock }) => (VpcId && CidrBlock === `${VPCS.approved}.0/24` ? [VpcId] : [])) };
};

/** As CloudTrail spells them. */
const spelt = (config: Awaited<ReturnType<typeof makeNetwork>>): Value => ({
  subnetIds: config.SubnetIds,
  securityGroupIds: config.SecurityGroupIds,
});

const event = (stage: Stage, ...[name, asked, answered]: [name: string, asked: Value, answered: Value]) =>
  eventAt(stage, 'lambda.amazonaws.com', name, asked, answered);

const provider: Scenario = {
  guardrail,
  name: 'a capacity provider in a VPC that is not approved',
  settings,
  make: async (stage) => {
    const create = (CapacityProviderName: string, VpcConfig: Awaited<ReturnType<typeof makeNetwork>>) => {
      const PermissionsConfig = { CapacityProviderOperatorRoleArn: `arn:aws:iam::${stage.own}:role/operator` };
      return lambdaOf(stage).send(new CreateCapacityProviderCommand({ CapacityProviderName, VpcConfig, PermissionsConfig }));
    };
    await create('innocent', await makeNetwork(stage, 'approved'));
    const other = await makeNetwork(stage, 'other');
    const { CapacityProvider } = await create('violating', other);
    const made = { capacityProviderArn: CapacityProvider?.CapacityProviderArn ?? '', state: 'Pending', vpcConfig: spelt(other) };
    const asked = { capacityProviderName: 'violating', vpcConfig: spelt(other) };
    return event(stage, 'CreateCapacityProvider20251130', asked, { capacityProvider: made });
  },
  state: async (stage) => {
    const { CapacityProviders = [] } = await lambdaOf(stage).send(new ListCapacityProvidersCommand({}));
    return CapacityProviders.map(({ CapacityProviderArn = '' }) => CapacityProviderArn.split(':').at(-1) ?? '').sort();
  },
  correct: async (stage) => {
    await ifThere(lambdaOf(stage).send(new DeleteCapacityProviderCommand({ CapacityProviderName: 'violating' })));
  },
  ends: 'reported',
};

const CONNECTORS = '/2026-04-04/network-connectors';
const egress = (config: object) => ({ Configuration: { VpcEgressConfiguration: config } });

/** It was in an approved VPC before, and can go back. */
const connector: Scenario = {
  guardrail,
  name: 'a network connector in a VPC that is not approved',
  settings,
  make: async (stage) => {
    const approved = await makeNetwork(stage, 'approved');
    const other = await makeNetwork(stage, 'other');
    await ask(stage, 'POST', CONNECTORS, { Name: 'innocent', ...egress(approved) });
    const { Id = '', Arn = '' } = await ask(stage, 'POST', CONNECTORS, { Name: 'violating', ...egress(approved) });
    await ask(stage, 'PUT', `${CONNECTORS}/${Id}`, egress(other));
    const configuration = { vpcEgressConfiguration: spelt(other) };
    return event(stage, 'UpdateNetworkConnector', { identifier: Id, configuration }, { arn: Arn, id: Id, name: 'violating', configuration });
  },
  state: async (stage) => {
    const approved = await subnetIn(stage, 'approved');
    const isApproved = async (name: string) => JSON.stringify(await ask(stage, 'GET', `${CONNECTORS}/${name}`)).includes(approved);
    return [...((await isApproved('innocent')) ? ['innocent'] : []), ...((await isApproved('violating')) ? [] : ['violating'])];
  },
  correct: async (stage) => {
    await ask(stage, 'PUT', `${CONNECTORS}/violating`, egress({ SubnetIds: [await subnetIn(stage, 'approved')], SecurityGroupIds: [] }));
  },
  ends: 'reported',
};

const FUNCTIONS = '/2025-03-07/web-functions';
const REVISIONS = `${FUNCTIONS}/shop/revisions`;

const revision: Scenario = {
  guardrail,
  name: 'a revision of a web function without a connector',
  make: async (stage) => {
    const config = (description: string, more: object) => ({
      description,
      buildConfig: { codeConfig: { s3Object: { bucket: 'code', key: 'shop.zip' } }, runtimeConfig: { runtime: 'nodejs24.x' } },
      serviceConfig: { executionRoleArn: `arn:aws:iam::${stage.own}:role/shop`, ...more },
    });
    const { Arn } = await ask(stage, 'POST', CONNECTORS, { Name: 'egress', ...egress(await makeNetwork(stage, 'approved')) });
    const through = config('innocent', { egressNetworkConnectorArn: `${Arn}:1` });
    await ask(stage, 'PUT', FUNCTIONS, { functionName: 'shop', revisionConfig: through });
    const made = await ask(stage, 'POST', REVISIONS, config('violating', {}));
    const asked = { functionName: 'shop', serviceConfig: { executionRoleArn: `arn:aws:iam::${stage.own}:role/shop` } };
    return event(stage, 'CreateWebFunctionRevision', asked, { revisionArn: made.revisionArn ?? '', revisionId: made.revisionId ?? '' });
  },
  state: async (stage) => (await revisionsOf(stage)).map(({ description = '' }) => description).sort(),
  correct: async (stage) => {
    const found = (await revisionsOf(stage)).find(({ description }) => description === 'violating');
    if (found) await ask(stage, 'DELETE', `${REVISIONS}/${found.revisionId}`);
  },
  ends: 'reported',
};

async function revisionsOf({ api, own }: Stage) {
  const request = { method: 'GET', path: REVISIONS } as const;
  type Revision = { readonly revisionId: string; readonly description?: string };
  return (await callLambda<{ readonly revisions: readonly Revision[] }>(api, callerOf({ own }), request)).revisions;
}

export const computeScenarios: readonly Scenario[] = [provider, connector, revision];
