/** One violation for each way in which something leaves, made with the real SDK, beside something innocent that has to stay. */
import {
  CreateRepositoryCommand,
  ECRClient,
  GetRegistryPolicyCommand,
  GetRepositoryPolicyCommand,
  PutRegistryPolicyCommand,
  SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import {
  AddLayerVersionPermissionCommand,
  AddPermissionCommand,
  CreateFunctionUrlConfigCommand,
  GetFunctionUrlConfigCommand,
  GetLayerVersionPolicyCommand,
  GetPolicyCommand,
  LambdaClient,
  PutResourcePolicyCommand,
} from '@aws-sdk/client-lambda';
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import type { Value } from '../../lib/core/value';
import type { Api } from '../aws/emulator';
import { makeFunction, publishLayer } from '../aws/fixtures';
import { CALLER, eventOf, FOREIGN, MEMBER, OWN, REGION } from './organization';

export interface Scenario {
  readonly guardrail: string;
  readonly name: string;
  /** Makes both, by the real API; answers the event of the violation. */
  readonly make: (api: Api) => Promise<Value>;
  /** What is there, by name: `innocent` has to stay, `violating` to go. */
  readonly state: (api: Api) => Promise<readonly string[]>;
  /** The calls of the remediation, in order: service and operation. */
  readonly calls: readonly (readonly [service: string, operation: string])[];
  /** What was removed may come back for a while, so its finding stays open. */
  readonly mayComeBack?: true;
}

const FUNCTION = `arn:aws:lambda:${REGION}:${OWN}:function:orders`;
const TOPIC = `arn:aws:sns:${REGION}:${OWN}:alerts`;

const statement = (Sid: string, account: string, more: { readonly [name: string]: Value }) => ({
  Sid,
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${account}:root` },
  ...more,
});

const documentOf = (...Statement: readonly Value[]): string => JSON.stringify({ Version: '2012-10-17', Statement });

/** The Sids of a policy; none where AWS says that there is no policy. */
async function sidsOf(policy: Promise<string | undefined>): Promise<readonly string[]> {
  try {
    const { Statement } = JSON.parse((await policy) ?? '{"Statement":[]}');
    return Statement.map(({ Sid }: { Sid: string }) => Sid).sort();
  } catch (error) {
    if (error instanceof Error && /NotFound/.test(error.name)) return [];
    throw error;
  }
}

const lambdaOf = (api: Api) => new LambdaClient(api.client(CALLER));
const functionSids = (api: Api) =>
  sidsOf(
    lambdaOf(api)
      .send(new GetPolicyCommand({ FunctionName: 'orders' }))
      .then(({ Policy }) => Policy),
  );

const REPORT = [
  ['logs', 'PutLogEvents'],
  ['securityhub', 'GetFindings'],
  ['securityhub', 'BatchImportFindings'],
] as const;

const oneStatement: Scenario = {
  guardrail: 'lambda-permission',
  name: 'a statement for a foreign account',
  make: async (api) => {
    await makeFunction(api, CALLER, 'orders');
    const action = 'lambda:InvokeFunction';
    await lambdaOf(api).send(new AddPermissionCommand({ FunctionName: 'orders', StatementId: 'innocent', Action: action, Principal: MEMBER }));
    const { Statement = '' } = await lambdaOf(api).send(
      new AddPermissionCommand({ FunctionName: 'orders', StatementId: 'violating', Action: action, Principal: FOREIGN }),
    );
    const asked = { functionName: 'orders', statementId: 'violating', action, principal: FOREIGN };
    return eventOf('lambda.amazonaws.com', 'AddPermission20150331v2', asked, { statement: Statement });
  },
  state: functionSids,
  calls: [['lambda', 'GetPolicy'], ['lambda', 'RemovePermission'], ...REPORT],
};

const document: Scenario = {
  guardrail: 'lambda-permission',
  name: 'a whole document',
  make: async (api) => {
    await makeFunction(api, CALLER, 'orders');
    const granted = { Action: 'lambda:InvokeFunction', Resource: FUNCTION };
    const policy = documentOf(statement('innocent', MEMBER, granted), statement('violating', FOREIGN, granted));
    await lambdaOf(api).send(new PutResourcePolicyCommand({ ResourceArn: FUNCTION, Policy: policy }));
    return eventOf('lambda.amazonaws.com', 'PutResourcePolicy', { resourceArn: FUNCTION, policy });
  },
  state: functionSids,
  calls: [['lambda', 'GetPolicy'], ['lambda', 'PutResourcePolicy'], ...REPORT],
};

const url: Scenario = {
  guardrail: 'lambda-permission',
  name: 'a function URL without sign-in',
  make: async (api) => {
    await makeFunction(api, CALLER, 'orders');
    await lambdaOf(api).send(new CreateFunctionUrlConfigCommand({ FunctionName: 'orders', AuthType: 'NONE' }));
    return eventOf(
      'lambda.amazonaws.com',
      'CreateFunctionUrlConfig',
      { functionName: 'orders', authType: 'NONE' },
      { functionArn: FUNCTION, authType: 'NONE' },
    );
  },
  state: async (api) => {
    const { AuthType } = await lambdaOf(api).send(new GetFunctionUrlConfigCommand({ FunctionName: 'orders' }));
    return AuthType === 'NONE' ? ['innocent', 'violating'] : ['innocent'];
  },
  calls: [['lambda', 'GetFunctionUrlConfig'], ['lambda', 'UpdateFunctionUrlConfig'], ...REPORT],
};

const layer: Scenario = {
  guardrail: 'lambda-layer-permission',
  name: 'a layer version for everyone',
  make: async (api) => {
    await publishLayer(api, CALLER, 'common');
    const common = { LayerName: 'common', VersionNumber: 1, Action: 'lambda:GetLayerVersion' };
    await lambdaOf(api).send(
      new AddLayerVersionPermissionCommand({ ...common, StatementId: 'innocent', Principal: '*', OrganizationId: 'o-exampleorgid' }),
    );
    const { Statement = '' } = await lambdaOf(api).send(
      new AddLayerVersionPermissionCommand({ ...common, StatementId: 'violating', Principal: '*' }),
    );
    const asked = { layerName: 'common', versionNumber: 1, statementId: 'violating', action: 'lambda:GetLayerVersion', principal: '*' };
    return eventOf('lambda.amazonaws.com', 'AddLayerVersionPermission20181031', asked, { statement: Statement });
  },
  state: (api) =>
    sidsOf(
      lambdaOf(api)
        .send(new GetLayerVersionPolicyCommand({ LayerName: 'common', VersionNumber: 1 }))
        .then(({ Policy }) => Policy),
    ),
  calls: [['lambda', 'GetLayerVersionPolicy'], ['lambda', 'RemoveLayerVersionPermission'], ...REPORT],
};

const snsOf = (api: Api) => new SNSClient(api.client(CALLER));

/** The address of a stranger, confirmed by a click that CloudTrail never sees. */
const subscription: Scenario = {
  guardrail: 'sns-subscription',
  name: 'a host of a stranger, confirmed unseen',
  make: async (api) => {
    await snsOf(api).send(new CreateTopicCommand({ Name: 'alerts' }));
    const subscribe = (host: string) => new SubscribeCommand({ TopicArn: TOPIC, Protocol: 'https', Endpoint: `https://${host}/hook` });
    await snsOf(api).send(subscribe('api.example.com'));
    await snsOf(api).send(subscribe('evil.example'));
    const sent = JSON.parse(await (await fetch(`${api.endpoint}/perimeter/sns/sent`)).text());
    for (const { Token } of sent) await snsOf(api).send(new ConfirmSubscriptionCommand({ TopicArn: TOPIC, Token }));
    const asked = { topicArn: TOPIC, protocol: 'https', endpoint: 'https://evil.example/hook' };
    return eventOf('sns.amazonaws.com', 'Subscribe', asked, { subscriptionArn: 'pending confirmation' });
  },
  state: async (api) => {
    const { Subscriptions = [] } = await snsOf(api).send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }));
    return Subscriptions.map(({ Endpoint = '' }) => (Endpoint.includes('evil') ? 'violating' : 'innocent')).sort();
  },
  calls: [['sns', 'ListSubscriptionsByTopic'], ['sns', 'Unsubscribe'], ...REPORT],
  mayComeBack: true,
};

const topicPolicy: Scenario = {
  guardrail: 'sns-subscription',
  name: 'a topic that a foreign account may subscribe',
  make: async (api) => {
    await snsOf(api).send(new CreateTopicCommand({ Name: 'alerts' }));
    const granted = { Action: 'sns:Subscribe', Resource: TOPIC };
    const policy = documentOf(statement('innocent', MEMBER, granted), statement('violating', FOREIGN, granted));
    await snsOf(api).send(new SetTopicAttributesCommand({ TopicArn: TOPIC, AttributeName: 'Policy', AttributeValue: policy }));
    return eventOf('sns.amazonaws.com', 'SetTopicAttributes', { topicArn: TOPIC, attributeName: 'Policy', attributeValue: policy });
  },
  state: (api) =>
    sidsOf(
      snsOf(api)
        .send(new GetTopicAttributesCommand({ TopicArn: TOPIC }))
        .then(({ Attributes }) => Attributes?.Policy),
    ),
  calls: [['sns', 'GetTopicAttributes'], ['sns', 'SetTopicAttributes'], ...REPORT],
};

const ecrOf = (api: Api) => new ECRClient(api.client(CALLER));

const repository: Scenario = {
  guardrail: 'ecr-layer-access',
  name: 'a repository for a foreign account',
  make: async (api) => {
    await ecrOf(api).send(new CreateRepositoryCommand({ repositoryName: 'orders' }));
    const granted = { Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'] };
    const policyText = documentOf(statement('innocent', MEMBER, granted), statement('violating', FOREIGN, granted));
    await ecrOf(api).send(new SetRepositoryPolicyCommand({ repositoryName: 'orders', policyText }));
    return eventOf(
      'ecr.amazonaws.com',
      'SetRepositoryPolicy',
      { repositoryName: 'orders', policyText, force: false },
      { registryId: OWN, repositoryName: 'orders', policyText },
    );
  },
  state: (api) =>
    sidsOf(
      ecrOf(api)
        .send(new GetRepositoryPolicyCommand({ repositoryName: 'orders' }))
        .then(({ policyText }) => policyText),
    ),
  calls: [['ecr', 'GetRepositoryPolicy'], ['ecr', 'SetRepositoryPolicy'], ...REPORT],
};

const registry: Scenario = {
  guardrail: 'ecr-layer-access',
  name: 'a registry for a foreign account',
  make: async (api) => {
    const granted = { Action: 'ecr:BatchGetImage', Resource: `arn:aws:ecr:${REGION}:${OWN}:repository/*` };
    const policyText = documentOf(statement('innocent', MEMBER, granted), statement('violating', FOREIGN, granted));
    await ecrOf(api).send(new PutRegistryPolicyCommand({ policyText }));
    return eventOf('ecr.amazonaws.com', 'PutRegistryPolicy', { policyText }, { registryId: OWN, policyText });
  },
  state: (api) =>
    sidsOf(
      ecrOf(api)
        .send(new GetRegistryPolicyCommand({}))
        .then(({ policyText }) => policyText),
    ),
  calls: [['ecr', 'GetRegistryPolicy'], ['ecr', 'PutRegistryPolicy'], ...REPORT],
};

export const scenarios: readonly Scenario[] = [oneStatement, document, url, layer, subscription, topicPolicy, repository, registry];
