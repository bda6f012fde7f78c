// What the demo tells: for each guardrail something innocent, then a violation beside it, made with the real SDK.
import { CreateRepositoryCommand, ECRClient, GetRepositoryPolicyCommand, SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr';
import {
  AddLayerVersionPermissionCommand,
  AddPermissionCommand,
  CreateFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetLayerVersionPolicyCommand,
  GetPolicyCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { ConfirmSubscriptionCommand, CreateTopicCommand, ListSubscriptionsByTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';

const OWN = '222222222222';
const MEMBER = '333333333333';
const STRANGER = '999999999999';
export const CALLER = { account: OWN, region: 'eu-west-1' };
const TOPIC = `arn:aws:sns:${CALLER.region}:${OWN}:alerts`;

export const configuration = () => `version: 1
organization: { id: o-exampleorgid, managementAccountId: "111111111111", accountIds: ["${OWN}", "${MEMBER}"] }
guardrails:
  lambda-permission: { mode: enforce }
  lambda-layer-permission: { mode: enforce }
  lambda-vpc: { mode: enforce, response: quarantine }
  sns-subscription: { mode: enforce, trustedProtocols: [https], trustedHosts: [api.example.com] }
  ecr-layer-access: { mode: enforce, allowedRoles: ["ci-*"] }
`;

const lambda = ({ api }) => new LambdaClient(api.client(CALLER));
const sns = ({ api }) => new SNSClient(api.client(CALLER));
const ecr = ({ api }) => new ECRClient(api.client(CALLER));

/** Who is granted, by a policy. */
function granted(policy = '{"Statement":[]}') {
  const names = JSON.parse(policy).Statement.map(({ Principal, Condition }) => {
    if (Condition) return 'the organization';
    const who = Principal.AWS ?? Principal;
    return who === '*' ? 'everyone' : (/\d{12}/.exec(who)?.[0] ?? who);
  });
  return names.length === 0 ? 'nobody' : names.join(', ');
}

const invoke = (StatementId, Principal) =>
  new AddPermissionCommand({ FunctionName: 'orders', StatementId, Action: 'lambda:InvokeFunction', Principal });

const share = (StatementId, more) =>
  new AddLayerVersionPermissionCommand({
    LayerName: 'common',
    VersionNumber: 1,
    StatementId,
    Action: 'lambda:GetLayerVersion',
    Principal: '*',
    ...more,
  });

const subscribe = (host) => new SubscribeCommand({ TopicArn: TOPIC, Protocol: 'https', Endpoint: `https://${host}/hook` });

const pulls = (...accounts) =>
  new SetRepositoryPolicyCommand({
    repositoryName: 'orders',
    policyText: JSON.stringify({
      Version: '2012-10-17',
      Statement: accounts.map((account) => ({
        Sid: `pull${account}`,
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      })),
    }),
  });

/** Whoever reads the mail, or answers at the address, confirms; CloudTrail sees none of it. */
async function confirmAll(tools) {
  for (const { Token } of await tools.api.sentBySns()) {
    await sns(tools)
      .send(new ConfirmSubscriptionCommand({ TopicArn: TOPIC, Token }))
      .catch(() => undefined);
  }
}

export const stories = [
  {
    guardrail: 'lambda-permission',
    title: 'A stranger may invoke a function',
    prepare: async (tools) => {
      await tools.makeFunction(tools.api, CALLER, 'orders');
      await lambda(tools).send(invoke('billing', MEMBER));
    },
    violate: (tools) => tools.called(lambda(tools), invoke('partner', STRANGER)),
    state: async (tools) => `may invoke: ${granted((await lambda(tools).send(new GetPolicyCommand({ FunctionName: 'orders' }))).Policy)}`,
  },
  {
    guardrail: 'lambda-layer-permission',
    title: 'A layer is shared with everyone',
    prepare: async (tools) => {
      await tools.publishLayer(tools.api, CALLER, 'common');
      await lambda(tools).send(share('organization', { OrganizationId: 'o-exampleorgid' }));
    },
    violate: (tools) => tools.called(lambda(tools), share('public')),
    state: async (tools) =>
      `may read: ${granted((await lambda(tools).send(new GetLayerVersionPolicyCommand({ LayerName: 'common', VersionNumber: 1 }))).Policy)}`,
  },
  {
    guardrail: 'sns-subscription',
    title: 'A topic is copied to a host that nobody trusts',
    prepare: async (tools) => {
      await sns(tools).send(new CreateTopicCommand({ Name: 'alerts' }));
      await sns(tools).send(subscribe('api.example.com'));
      await confirmAll(tools);
    },
    violate: async (tools) => {
      const event = await tools.called(sns(tools), subscribe('api.example.com.evil.example'));
      await confirmAll(tools);
      return event;
    },
    state: async (tools) => {
      const { Subscriptions = [] } = await sns(tools).send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }));
      const hosts = Subscriptions.map(({ Endpoint, SubscriptionArn }) => {
        const { host } = new URL(Endpoint);
        return SubscriptionArn === 'PendingConfirmation' ? `${host} (to be confirmed)` : host;
      });
      return `receives: ${hosts.join(', ')}`;
    },
  },
  {
    guardrail: 'ecr-layer-access',
    title: 'A stranger may pull images',
    prepare: async (tools) => {
      await ecr(tools).send(new CreateRepositoryCommand({ repositoryName: 'orders' }));
      await ecr(tools).send(pulls(MEMBER));
    },
    violate: (tools) => tools.called(ecr(tools), pulls(MEMBER, STRANGER)),
    state: async (tools) => `may pull: ${granted((await ecr(tools).send(new GetRepositoryPolicyCommand({ repositoryName: 'orders' }))).policyText)}`,
  },
  {
    guardrail: 'lambda-vpc',
    title: 'A function outside any VPC (response: quarantine)',
    prepare: async () => undefined,
    violate: (tools) =>
      tools.called(
        lambda(tools),
        new CreateFunctionCommand({
          FunctionName: 'scraper',
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Role: `arn:aws:iam::${OWN}:role/function-role`,
          Code: { ZipFile: Buffer.from('504b0506000000000000000000000000000000000000', 'hex') },
        }),
      ),
    state: async (tools) => {
      try {
        const { ReservedConcurrentExecutions } = await lambda(tools).send(new GetFunctionConcurrencyCommand({ FunctionName: 'scraper' }));
        return ReservedConcurrentExecutions === 0 ? 'scraper is stopped' : 'scraper runs';
      } catch {
        return 'no scraper';
      }
    },
  },
];
