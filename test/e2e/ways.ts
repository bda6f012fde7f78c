/** Besides the scenarios: what makes a remediator call whatever it may call. Each answers the event; what it violates was made by the real API. */
import {
  CreateRepositoryCommand,
  CreateRepositoryCreationTemplateCommand,
  ECRClient,
  PutRegistryPolicyCommand,
  PutReplicationConfigurationCommand,
  SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import { LambdaClient, PutResourcePolicyCommand } from '@aws-sdk/client-lambda';
import { AddPermissionCommand, CreateTopicCommand, SetSubscriptionAttributesCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import type { Value } from '../../lib/core/value';
import type { Api } from '../aws/emulator';
import { makeFunction, makeRole } from '../aws/fixtures';
import { CALLER, eventOf, FOREIGN, OWN, REGION } from './organization';

export interface Way {
  readonly guardrail: string;
  readonly make: (api: Api) => Promise<Value>;
}

const documentOf = (granted: { readonly [name: string]: Value }): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Sid: 'violating', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${FOREIGN}:root` }, ...granted }],
  });

const lambda = (name: string, request: Value, response: Value = null): Value => eventOf('lambda.amazonaws.com', name, request, response);
const ecr = (name: string, request: Value, more: { readonly [name: string]: Value } = {}): Value =>
  eventOf('ecr.amazonaws.com', name, request, null, more);

const FUNCTION = `arn:aws:lambda:${REGION}:${OWN}:function:orders`;
const TOPIC = `arn:aws:sns:${REGION}:${OWN}:alerts`;

const wholeDocument: Way = {
  guardrail: 'lambda-permission',
  make: async (api) => {
    await makeFunction(api, CALLER, 'orders');
    const policy = documentOf({ Action: 'lambda:InvokeFunction', Resource: FUNCTION });
    await new LambdaClient(api.client(CALLER)).send(new PutResourcePolicyCommand({ ResourceArn: FUNCTION, Policy: policy }));
    return lambda('PutResourcePolicy', { resourceArn: FUNCTION, policy });
  },
};

/** Of what the emulator lacks, by the operation that reads it. */
const PROVIDER = `arn:aws:lambda:${REGION}:${OWN}:capacity-provider:pool`;
export const ANSWERS = {
  'lambda:GetCapacityProvider': {
    CapacityProvider: {
      CapacityProviderArn: PROVIDER,
      State: 'Active',
      VpcConfig: { SubnetIds: ['subnet-0123456789abcdef0'], SecurityGroupIds: [] },
    },
  },
  'lambda:GetNetworkConnector': { Arn: `arn:aws:lambda:${REGION}:${OWN}:network-connector:nc-1`, Configuration: { VpcEgressConfiguration: {} } },
  'lambda:GetWebFunctionRevision': { revisionArn: `arn:aws:lambda:${REGION}:${OWN}:web-function/shop/revision/1` },
};

const network = (make: Way['make']): Way => ({ guardrail: 'lambda-vpc', make });

export const withoutNetwork = network(async (api) => {
  await makeFunction(api, CALLER, 'orders');
  return lambda('CreateFunction20150331', { functionName: 'orders' }, { functionName: 'orders', functionArn: FUNCTION });
});
const provider = network(async () => lambda('CreateCapacityProvider', { capacityProviderName: 'pool', vpcConfig: { subnetIds: [] } }));
const connector = network(async () =>
  lambda('UpdateNetworkConnector', { identifier: 'nc-1', configuration: { vpcEgressConfiguration: { subnetIds: [] } } }),
);
const revision = network(async () =>
  lambda(
    'CreateWebFunctionRevision',
    { functionName: 'shop', serviceConfig: {} },
    { revisionArn: ANSWERS['lambda:GetWebFunctionRevision'].revisionArn },
  ),
);

const labelled: Way = {
  guardrail: 'sns-subscription',
  make: async (api) => {
    const sns = new SNSClient(api.client(CALLER));
    await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
    await sns.send(new AddPermissionCommand({ TopicArn: TOPIC, Label: 'violating', AWSAccountId: [FOREIGN], ActionName: ['Subscribe'] }));
    const asked = { topicArn: TOPIC, label: 'violating', aWSAccountId: [FOREIGN], actionName: ['Subscribe'] };
    return eventOf('sns.amazonaws.com', 'AddPermission', asked);
  },
};

const deadLetters: Way = {
  guardrail: 'sns-subscription',
  make: async (api) => {
    const sns = new SNSClient(api.client(CALLER));
    await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
    const Endpoint = `arn:aws:sqs:${REGION}:${OWN}:orders`;
    const { SubscriptionArn = '' } = await sns.send(
      new SubscribeCommand({ TopicArn: TOPIC, Protocol: 'sqs', Endpoint, ReturnSubscriptionArn: true }),
    );
    const attributeValue = JSON.stringify({ deadLetterTargetArn: `arn:aws:sqs:${REGION}:${FOREIGN}:lost` });
    await sns.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName: 'RedrivePolicy', AttributeValue: attributeValue }));
    return eventOf('sns.amazonaws.com', 'SetSubscriptionAttributes', {
      subscriptionArn: SubscriptionArn,
      attributeName: 'RedrivePolicy',
      attributeValue,
    });
  },
};

const images = (make: (client: ECRClient) => Promise<Value>): Way => ({
  guardrail: 'ecr-layer-access',
  make: (api) => make(new ECRClient(api.client(CALLER))),
});
const PULLING = { Action: 'ecr:BatchGetImage' };

const repository = images(async (client) => {
  await client.send(new CreateRepositoryCommand({ repositoryName: 'orders' }));
  const asked = { repositoryName: 'orders', policyText: documentOf(PULLING) };
  await client.send(new SetRepositoryPolicyCommand(asked));
  return ecr('SetRepositoryPolicy', asked);
});
const registry = images(async (client) => {
  const policyText = documentOf({ ...PULLING, Resource: `arn:aws:ecr:${REGION}:${OWN}:repository/*` });
  await client.send(new PutRegistryPolicyCommand({ policyText }));
  return ecr('PutRegistryPolicy', { policyText });
});
const replication = images(async (client) => {
  const replicationConfiguration = { rules: [{ destinations: [{ region: REGION, registryId: FOREIGN }] }] };
  await client.send(new PutReplicationConfigurationCommand({ replicationConfiguration }));
  return ecr('PutReplicationConfiguration', { replicationConfiguration });
});
const template = images(async (client) => {
  const asked = { prefix: 'ROOT', repositoryPolicy: documentOf(PULLING) };
  await client.send(new CreateRepositoryCreationTemplateCommand({ ...asked, appliedFor: ['REPLICATION'] }));
  return ecr('CreateRepositoryCreationTemplate', asked);
});
const endpoint = images(async () => {
  const asked = { ServiceName: `com.amazonaws.${REGION}.ecr.dkr`, VpcId: 'vpc-0123456789abcdef0' };
  const made = { vpcEndpoint: { vpcEndpointId: 'vpce-0123456789abcdef0', serviceName: asked.ServiceName } };
  return eventOf('ec2.amazonaws.com', 'CreateVpcEndpoint', { CreateVpcEndpointRequest: asked }, { CreateVpcEndpointResponse: made });
});
export const pull: Way = {
  guardrail: 'ecr-layer-access',
  make: async (api) => {
    await makeRole(api, CALLER, 'dev');
    return ecr(
      'BatchGetImage',
      { repositoryName: 'orders' },
      { resources: [{ ARN: `arn:aws:ecr:${REGION}:${OWN}:repository/orders`, accountId: OWN }] },
    );
  },
};

export const ways: readonly Way[] = [
  ...[wholeDocument, withoutNetwork, provider, connector, revision, labelled, deadLetters],
  ...[repository, registry, replication, template, endpoint, pull],
];
