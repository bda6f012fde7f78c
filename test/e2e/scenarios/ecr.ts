/** Repositories, registries, what goes through endpoints, and pulls. */
import { CreateVpcCommand, CreateVpcEndpointCommand, DeleteVpcEndpointsCommand, DescribeVpcEndpointsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateRepositoryCommand,
  CreateRepositoryCreationTemplateCommand,
  DeleteRegistryPolicyCommand,
  DeleteRepositoryPolicyCommand,
  DescribeRegistryCommand,
  DescribeRepositoryCreationTemplatesCommand,
  ECRClient,
  GetRegistryPolicyCommand,
  GetRepositoryPolicyCommand,
  PutRegistryPolicyCommand,
  PutReplicationConfigurationCommand,
  SetRepositoryPolicyCommand,
  UpdateRepositoryCreationTemplateCommand,
} from '@aws-sdk/client-ecr';
import type { Value } from '../../../lib/core/value';
import { clientOf, FOREIGN, MEMBER, REGION, type Stage } from '../organization';
import { documentOf, eventAt, type Scenario, sidsOf, statement } from './scenario';

const ECR = 'ecr.amazonaws.com';
const guardrail = 'ecr-layer-access';

const ecrOf = (stage: Stage) => clientOf(stage, ECRClient);

const PULL = { Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'] };
const forOurs = (more: { readonly [name: string]: Value } = PULL) => statement('innocent', MEMBER, more);
const touched = (more: { readonly [name: string]: Value } = PULL) => statement('touched', MEMBER, more);
const forStrangers = (more: { readonly [name: string]: Value } = PULL) => statement('violating', FOREIGN, more);

async function setPolicy(stage: Stage, repositoryName: string, ...statements: readonly Value[]): Promise<Value> {
  const policyText = documentOf(...statements);
  await ecrOf(stage).send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));
  const asked = { repositoryName, policyText, force: false };
  return eventAt(stage, ECR, 'SetRepositoryPolicy', asked, { registryId: stage.own, repositoryName, policyText });
}

const sidsIn = (stage: Stage, repositoryName: string) =>
  sidsOf(
    ecrOf(stage)
      .send(new GetRepositoryPolicyCommand({ repositoryName }))
      .then(({ policyText }) => policyText),
  );

const makeRepository = async (stage: Stage, repositoryName: string) =>
  void (await ecrOf(stage).send(new CreateRepositoryCommand({ repositoryName })));

const repository: Scenario = {
  guardrail,
  name: 'a repository for a foreign account',
  make: async (stage) => {
    await makeRepository(stage, 'orders');
    return setPolicy(stage, 'orders', forOurs(), forStrangers());
  },
  state: (stage) => sidsIn(stage, 'orders'),
  correct: async (stage) => void (await setPolicy(stage, 'orders', forOurs())),
  touch: async (stage) => void (await setPolicy(stage, 'orders', forOurs(), forStrangers(), touched())),
  ends: 'undone',
  undo: 'ecr:SetRepositoryPolicy',
};

const foreignRepository: Scenario = {
  guardrail,
  name: 'a repository for strangers alone',
  make: async (stage) => {
    await makeRepository(stage, 'invoices');
    await setPolicy(stage, 'invoices', forOurs());
    await makeRepository(stage, 'orders');
    return setPolicy(stage, 'orders', forStrangers());
  },
  state: async (stage) => [...(await sidsIn(stage, 'invoices')), ...(await sidsIn(stage, 'orders'))],
  correct: async (stage) => void (await ecrOf(stage).send(new DeleteRepositoryPolicyCommand({ repositoryName: 'orders' }))),
  touch: async (stage) => void (await setPolicy(stage, 'orders', forStrangers(), touched())),
  ends: 'undone',
  undo: 'ecr:DeleteRepositoryPolicy',
};

const replicated = ({ own }: Stage) => ({ Action: 'ecr:BatchGetImage', Resource: `arn:aws:ecr:${REGION}:${own}:repository/*` });

async function putRegistry(stage: Stage, ...statements: readonly Value[]): Promise<Value> {
  const policyText = documentOf(...statements);
  await ecrOf(stage).send(new PutRegistryPolicyCommand({ policyText }));
  return eventAt(stage, ECR, 'PutRegistryPolicy', { policyText }, { registryId: stage.own, policyText });
}

const registrySids = (stage: Stage) =>
  sidsOf(
    ecrOf(stage)
      .send(new GetRegistryPolicyCommand({}))
      .then(({ policyText }) => policyText),
  );

const registry: Scenario = {
  guardrail,
  name: 'a registry for a foreign account',
  make: (stage) => putRegistry(stage, forOurs(replicated(stage)), forStrangers(replicated(stage))),
  state: registrySids,
  correct: async (stage) => void (await putRegistry(stage, forOurs(replicated(stage)))),
  touch: async (stage) => {
    const more = replicated(stage);
    await putRegistry(stage, forOurs(more), forStrangers(more), touched(more));
  },
  ends: 'undone',
  undo: 'ecr:PutRegistryPolicy',
};

const foreignRegistry: Scenario = {
  guardrail,
  name: 'a registry for strangers alone',
  make: async (stage) => {
    await makeRepository(stage, 'invoices');
    await setPolicy(stage, 'invoices', forOurs());
    return putRegistry(stage, forStrangers(replicated(stage)));
  },
  state: async (stage) => [...(await sidsIn(stage, 'invoices')), ...(await registrySids(stage))],
  correct: async (stage) => void (await ecrOf(stage).send(new DeleteRegistryPolicyCommand({}))),
  ends: 'undone',
  undo: 'ecr:DeleteRegistryPolicy',
};

const destination = (registryId: string) => ({ region: REGION, registryId });

async function replicate(stage: Stage, ...accounts: readonly string[]): Promise<Value> {
  const replicationConfiguration = { rules: [{ destinations: accounts.map(destination) }] };
  await ecrOf(stage).send(new PutReplicationConfigurationCommand({ replicationConfiguration }));
  return eventAt(stage, ECR, 'PutReplicationConfiguration', { replicationConfiguration }, { replicationConfiguration });
}

const replication: Scenario = {
  guardrail,
  name: 'replication to a foreign registry',
  make: (stage) => replicate(stage, MEMBER, FOREIGN),
  state: async (stage) => {
    const { replicationConfiguration } = await ecrOf(stage).send(new DescribeRegistryCommand({}));
    const accounts = replicationConfiguration?.rules?.flatMap(({ destinations = [] }) => destinations.map(({ registryId }) => registryId)) ?? [];
    return [...(accounts.includes(MEMBER) ? ['innocent'] : []), ...(accounts.includes(FOREIGN) ? ['violating'] : [])];
  },
  correct: async (stage) => void (await replicate(stage, MEMBER)),
  ends: 'undone',
  undo: 'ecr:PutReplicationConfiguration',
};

const template: Scenario = {
  guardrail,
  name: 'a template for repositories of a foreign account',
  make: async (stage) => {
    const repositoryPolicy = documentOf(forOurs(), forStrangers());
    const input = { prefix: 'apps', description: 'applications', appliedFor: ['PULL_THROUGH_CACHE' as const], repositoryPolicy };
    await ecrOf(stage).send(new CreateRepositoryCreationTemplateCommand(input));
    const repositoryCreationTemplate = { prefix: 'apps', description: 'applications', appliedFor: ['PULL_THROUGH_CACHE'], repositoryPolicy };
    const answered = { registryId: stage.own, repositoryCreationTemplate };
    return eventAt(stage, ECR, 'CreateRepositoryCreationTemplate', repositoryCreationTemplate, answered);
  },
  state: (stage) =>
    sidsOf(
      ecrOf(stage)
        .send(new DescribeRepositoryCreationTemplatesCommand({ prefixes: ['apps'] }))
        .then(({ repositoryCreationTemplates: [found] = [] }) => found?.repositoryPolicy),
    ),
  correct: async (stage) =>
    void (await ecrOf(stage).send(new UpdateRepositoryCreationTemplateCommand({ prefix: 'apps', repositoryPolicy: documentOf(forOurs()) }))),
  ends: 'undone',
  undo: 'ecr:UpdateRepositoryCreationTemplate',
};

const ec2Of = (stage: Stage) => clientOf(stage, EC2Client);
const SERVICE = `com.amazonaws.${REGION}.ecr.dkr`;

/** Only its owner knows which policy is right for it. */
const endpoint: Scenario = {
  guardrail,
  name: 'an endpoint that lets anyone push anywhere',
  make: async (stage) => {
    const { Vpc } = await ec2Of(stage).send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    const through = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };
    const closed = { ...through, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } };
    const place = { VpcId: Vpc?.VpcId ?? '', VpcEndpointType: 'Interface' as const, ServiceName: SERVICE };
    await ec2Of(stage).send(new CreateVpcEndpointCommand({ ...place, PolicyDocument: documentOf(closed) }));
    const PolicyDocument = documentOf(through);
    const { VpcEndpoint } = await ec2Of(stage).send(new CreateVpcEndpointCommand({ ...place, PolicyDocument }));
    const vpcEndpoint = { vpcEndpointId: VpcEndpoint?.VpcEndpointId ?? '', ownerId: stage.own };
    const asked = { CreateVpcEndpointRequest: { VpcId: place.VpcId, ServiceName: SERVICE, PolicyDocument } };
    return eventAt(stage, 'ec2.amazonaws.com', 'CreateVpcEndpoint', asked, { CreateVpcEndpointResponse: { vpcEndpoint } });
  },
  state: async (stage) =>
    (await endpointsIn(stage)).map(({ PolicyDocument = '' }) => (PolicyDocument.includes('aws:PrincipalOrgID') ? 'innocent' : 'violating')).sort(),
  correct: async (stage) => {
    const open = (await endpointsIn(stage)).filter(({ PolicyDocument = '' }) => !PolicyDocument.includes('aws:PrincipalOrgID'));
    await ec2Of(stage).send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: open.flatMap(({ VpcEndpointId }) => VpcEndpointId ?? []) }));
  },
  ends: 'reported',
};

async function endpointsIn(stage: Stage) {
  const { VpcEndpoints = [] } = await ec2Of(stage).send(new DescribeVpcEndpointsCommand({}));
  return VpcEndpoints.filter(({ State }) => !/^delet/i.test(State ?? ''));
}

export const ecrScenarios: readonly Scenario[] = [repository, foreignRepository, registry, foreignRegistry, replication, template, endpoint];
