/** Functions, their URLs and their layers. */
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DeleteLogStreamCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  AddLayerVersionPermissionCommand,
  AddPermissionCommand,
  CreateFunctionUrlConfigCommand,
  DeleteFunctionUrlConfigCommand,
  GetFunctionUrlConfigCommand,
  GetLayerVersionPolicyCommand,
  GetPolicyCommand,
  LambdaClient,
  PutResourcePolicyCommand,
  RemoveLayerVersionPermissionCommand,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda';
import type { Value } from '../../../lib/core/value';
import { makeFunction, publishLayer } from '../../aws/fixtures';
import { invoke } from '../bundle';
import { callerOf, clientOf, FOREIGN, MEMBER, REGION, type Stage } from '../organization';
import { documentOf, eventAt, ifThere, invocationOf, type Scenario, sidsOf, statement } from './scenario';

const LAMBDA = 'lambda.amazonaws.com';
const ACTION = 'lambda:InvokeFunction';

const lambdaOf = (stage: Stage) => clientOf(stage, LambdaClient);
const arnIn = ({ own }: Stage, name: string) => `arn:aws:lambda:${REGION}:${own}:function:${name}`;

async function grant(stage: Stage, FunctionName: string, StatementId: string, Principal: string): Promise<Value> {
  const { Statement = '' } = await lambdaOf(stage).send(new AddPermissionCommand({ FunctionName, StatementId, Action: ACTION, Principal }));
  const asked = { functionName: FunctionName, statementId: StatementId, action: ACTION, principal: Principal };
  return eventAt(stage, LAMBDA, 'AddPermission20150331v2', asked, { statement: Statement });
}

async function take(stage: Stage, FunctionName: string, StatementId: string): Promise<void> {
  await lambdaOf(stage).send(new RemovePermissionCommand({ FunctionName, StatementId }));
}

const sidsIn = (stage: Stage, FunctionName: string) =>
  sidsOf(
    lambdaOf(stage)
      .send(new GetPolicyCommand({ FunctionName }))
      .then(({ Policy }) => Policy),
  );

const ofOrders = {
  guardrail: 'lambda-permission',
  state: (stage: Stage) => sidsIn(stage, 'orders'),
  correct: (stage: Stage) => take(stage, 'orders', 'violating'),
  touch: async (stage: Stage) => {
    await grant(stage, 'orders', 'touched', MEMBER);
  },
  isGuarded: true,
} as const;

const oneStatement: Scenario = {
  ...ofOrders,
  name: 'a statement for a foreign account',
  make: async (stage) => {
    await makeFunction(stage.api, callerOf(stage), 'orders');
    await grant(stage, 'orders', 'innocent', MEMBER);
    return grant(stage, 'orders', 'violating', FOREIGN);
  },
  ends: 'undone',
  undo: 'lambda:RemovePermission',
};

async function putPolicy(stage: Stage, ...accounts: readonly (readonly [sid: string, account: string])[]): Promise<Value> {
  const ResourceArn = arnIn(stage, 'orders');
  const policy = documentOf(...accounts.map(([sid, account]) => statement(sid, account, { Action: ACTION, Resource: ResourceArn })));
  await lambdaOf(stage).send(new PutResourcePolicyCommand({ ResourceArn, Policy: policy }));
  return eventAt(stage, LAMBDA, 'PutResourcePolicy', { resourceArn: ResourceArn, policy });
}

const document: Scenario = {
  ...ofOrders,
  name: 'a whole document',
  make: async (stage) => {
    await makeFunction(stage.api, callerOf(stage), 'orders');
    return putPolicy(stage, ['innocent', MEMBER], ['violating', FOREIGN]);
  },
  ends: 'undone',
  undo: 'lambda:PutResourcePolicy',
};

const foreignDocument: Scenario = {
  ...ofOrders,
  name: 'a document for strangers alone',
  make: async (stage) => {
    await makeFunction(stage.api, callerOf(stage), 'invoices');
    await grant(stage, 'invoices', 'innocent', MEMBER);
    await makeFunction(stage.api, callerOf(stage), 'orders');
    return putPolicy(stage, ['violating', FOREIGN]);
  },
  state: async (stage) => [...(await sidsIn(stage, 'invoices')), ...(await sidsIn(stage, 'orders'))],
  ends: 'undone',
  undo: 'lambda:DeleteResourcePolicy',
};

const url: Scenario = {
  guardrail: 'lambda-permission',
  name: 'a function URL without sign-in',
  make: async (stage) => {
    await makeFunction(stage.api, callerOf(stage), 'invoices');
    await lambdaOf(stage).send(new CreateFunctionUrlConfigCommand({ FunctionName: 'invoices', AuthType: 'AWS_IAM' }));
    await makeFunction(stage.api, callerOf(stage), 'orders');
    await lambdaOf(stage).send(new CreateFunctionUrlConfigCommand({ FunctionName: 'orders', AuthType: 'NONE' }));
    const asked = { functionName: 'orders', authType: 'NONE' };
    return eventAt(stage, LAMBDA, 'CreateFunctionUrlConfig', asked, { functionArn: arnIn(stage, 'orders'), authType: 'NONE' });
  },
  state: async (stage) => {
    const signIn = async (FunctionName: string) => (await ifThere(lambdaOf(stage).send(new GetFunctionUrlConfigCommand({ FunctionName }))))?.AuthType;
    const [own, other] = [await signIn('orders'), await signIn('invoices')];
    return [...(other === 'AWS_IAM' ? ['innocent'] : []), ...(own === 'NONE' ? ['violating'] : [])];
  },
  correct: async (stage) => {
    await lambdaOf(stage).send(new DeleteFunctionUrlConfigCommand({ FunctionName: 'orders' }));
  },
  ends: 'undone',
  undo: 'lambda:UpdateFunctionUrlConfig',
};

/** It was seen while the guardrail observed; now its owner has removed it. */
const takenBack: Scenario = {
  guardrail: 'lambda-permission',
  name: 'a statement that its owner removed, with a finding that is open',
  make: async (stage) => {
    const event = await oneStatement.make(stage);
    await invoke(await invocationOf(oneStatement, stage, 'observe'), event);
    await take(stage, 'orders', 'violating');
    return eventAt(stage, LAMBDA, 'RemovePermission20150331v2', { functionName: 'orders', statementId: 'violating' });
  },
  state: ofOrders.state,
  correct: async () => {},
  ends: 'closed',
};

/**
 * The process that removed it was killed before it told anybody; and as what it removed was long, its undo record is in parts, as
 * that of more than 250,000 characters is.
 */
export const untold: Scenario = {
  guardrail: 'lambda-permission',
  name: 'a statement that was removed and not told, its undo record in two parts',
  make: oneStatement.make,
  hand: async (stage, event) => {
    if (!(await sidsIn(stage, 'orders')).includes('violating')) return event;
    const removal = 3;
    await invoke({ ...(await invocationOf(oneStatement, stage)), endsAfter: removal }, event).catch((error) => {
      if (error.name !== 'Ended') throw error;
    });
    await divideRecord(stage);
    return event;
  },
  state: ofOrders.state,
  correct: async () => {},
  touch: ofOrders.touch,
  isFollowedByAnother: true,
  ends: 'undone',
};

async function divideRecord(stage: Stage): Promise<void> {
  const logs = clientOf(stage, CloudWatchLogsClient);
  const logGroupName = 'perimeter-undo';
  const { events: [record] = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
  const { logStreamName, timestamp, message = '' } = record ?? {};
  const [id, , ...rest] = message.split(' ');
  const text = rest.join(' ');
  const logEvents = [`${id} 1/2 ${text.slice(0, -40)}`, `${id} 2/2 ${text.slice(-40)}`].map((part) => ({ timestamp, message: part }));
  await logs.send(new DeleteLogStreamCommand({ logGroupName, logStreamName }));
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
}

const COMMON = { LayerName: 'common', VersionNumber: 1, Action: 'lambda:GetLayerVersion' };

async function share(stage: Stage, StatementId: string, organization?: string): Promise<Value> {
  const input = { ...COMMON, StatementId, Principal: '*', ...(organization !== undefined && { OrganizationId: organization }) };
  const { Statement = '' } = await lambdaOf(stage).send(new AddLayerVersionPermissionCommand(input));
  const asked = { layerName: 'common', versionNumber: 1, statementId: StatementId, action: COMMON.Action, principal: '*' };
  return eventAt(stage, LAMBDA, 'AddLayerVersionPermission20181031', asked, { statement: Statement });
}

const layer: Scenario = {
  guardrail: 'lambda-layer-permission',
  name: 'a layer version for everyone',
  make: async (stage) => {
    await publishLayer(stage.api, callerOf(stage), 'common');
    await share(stage, 'innocent', 'o-exampleorgid');
    return share(stage, 'violating');
  },
  state: (stage) =>
    sidsOf(
      lambdaOf(stage)
        .send(new GetLayerVersionPolicyCommand(COMMON))
        .then(({ Policy }) => Policy),
    ),
  correct: async (stage) => {
    await lambdaOf(stage).send(new RemoveLayerVersionPermissionCommand({ ...COMMON, StatementId: 'violating' }));
  },
  touch: async (stage) => {
    await share(stage, 'touched', 'o-exampleorgid');
  },
  isGuarded: true,
  ends: 'undone',
  undo: 'lambda:RemoveLayerVersionPermission',
};

export const lambdaScenarios: readonly Scenario[] = [oneStatement, document, foreignDocument, url, takenBack, layer];
