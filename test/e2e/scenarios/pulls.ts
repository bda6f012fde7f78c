/** Pulls of images: they cannot be undone, only reported, or answered by revoking the sessions behind them. */

import { DeleteRoleCommand, DeleteRolePolicyCommand, IAMClient, ListRolePoliciesCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { makeRole } from '../../aws/fixtures';
import { callerOf, clientOf, REGION, type Stage } from '../organization';
import { documentOf, eventAt, ifThere, type Scenario } from './scenario';

const guardrail = 'ecr-layer-access';
const RoleName = 'dev';
const REVOCATION = 'perimeter-revoke-older-sessions';

const iamOf = (stage: Stage) => clientOf(stage, IAMClient);

const pull = (stage: Stage) =>
  eventAt(stage, 'ecr.amazonaws.com', 'BatchGetImage', { repositoryName: 'orders' }, null, {
    sourceIPAddress: '203.0.113.9',
    resources: [{ ARN: `arn:aws:ecr:${REGION}:${stage.own}:repository/orders`, accountId: stage.own }],
  });

/** Two roles, each with a policy of its owner's. */
async function makeRoles(stage: Stage): Promise<void> {
  const PolicyDocument = documentOf({ Effect: 'Allow', Action: 'ecr:*', Resource: '*' });
  for (const name of [RoleName, 'ops']) {
    await makeRole(stage.api, callerOf(stage), name);
    await iamOf(stage).send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'own', PolicyDocument }));
  }
}

const policiesOf = async (stage: Stage, name: string) =>
  (await ifThere(iamOf(stage).send(new ListRolePoliciesCommand({ RoleName: name }))))?.PolicyNames;

const reported: Scenario = {
  guardrail,
  name: 'a pull by a role that may not',
  make: async (stage) => {
    await makeRoles(stage);
    return pull(stage);
  },
  state: async (stage) => {
    const [own, other] = [await policiesOf(stage, RoleName), await policiesOf(stage, 'ops')];
    const isRevoked = own?.includes(REVOCATION) === true;
    const isInnocent = other?.join() === 'own' && (own === undefined || own.includes('own'));
    return [...(isInnocent ? ['innocent'] : []), ...(own !== undefined && !isRevoked ? ['violating'] : [])];
  },
  correct: async (stage) => {
    for (const PolicyName of (await policiesOf(stage, RoleName)) ?? [])
      await iamOf(stage).send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    await iamOf(stage).send(new DeleteRoleCommand({ RoleName }));
  },
  ends: 'reported',
};

const sqsOf = (stage: Stage) => clientOf(stage, SQSClient);
const QueueName = 'perimeter-ecr-layer-access';

const urlOf = async (stage: Stage) => (await sqsOf(stage).send(new GetQueueUrlCommand({ QueueName }))).QueueUrl;

async function isEmpty(stage: Stage): Promise<boolean> {
  const AttributeNames = ['ApproximateNumberOfMessages' as const, 'ApproximateNumberOfMessagesNotVisible' as const];
  const { Attributes = {} } = await sqsOf(stage).send(new GetQueueAttributesCommand({ QueueUrl: await urlOf(stage), AttributeNames }));
  return AttributeNames.every((name) => Attributes[name] === '0');
}

const bodies = new WeakMap<Stage, string>();

/** As it is deployed: the rule feeds a queue, and a schedule has it emptied. */
const revoked: Scenario = {
  ...reported,
  name: 'a pull from the queue, its sessions revoked',
  response: 'revoke',
  surroundings: async (stage) => ({ queueUrl: (await sqsOf(stage).send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? '' }),
  hand: async (stage, event) => {
    bodies.set(stage, JSON.stringify(event));
    await sqsOf(stage).send(new SendMessageCommand({ QueueUrl: await urlOf(stage), MessageBody: bodies.get(stage) }));
    return { perimeter: 'drain' };
  },
  // What was received and not deleted can be seen again after a while: here it is put into a new queue, and nobody waits.
  isLeft: async (stage) => {
    if (await isEmpty(stage)) return false;
    const QueueUrl = await urlOf(stage);
    await sqsOf(stage).send(new DeleteQueueCommand({ QueueUrl }));
    await sqsOf(stage).send(new CreateQueueCommand({ QueueName }));
    await sqsOf(stage).send(new SendMessageCommand({ QueueUrl, MessageBody: bodies.get(stage) }));
    return true;
  },
  ends: 'contained',
  undo: 'iam:PutRolePolicy',
};

export const pullScenarios: readonly Scenario[] = [reported, revoked];
