/** Pulls of images: they cannot be undone, only reported, or answered by revoking the sessions behind them. */

import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteRoleCommand, DeleteRolePolicyCommand, IAMClient, ListRolePoliciesCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateQueueCommand, GetQueueAttributesCommand, GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
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

const waiting = async (stage: Stage) => {
  const { QueueUrl } = await sqsOf(stage).send(new GetQueueUrlCommand({ QueueName }));
  const AttributeNames = ['ApproximateNumberOfMessages' as const, 'ApproximateNumberOfMessagesNotVisible' as const];
  const { Attributes = {} } = await sqsOf(stage).send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  return { visible: Number(Attributes.ApproximateNumberOfMessages), hidden: Number(Attributes.ApproximateNumberOfMessagesNotVisible) };
};

/** As it is deployed: the rule feeds a queue, a schedule has it emptied, and what was not handled can be seen again after a while. */
const revoked: Scenario = {
  ...reported,
  name: 'a pull from the queue, its sessions revoked',
  response: 'revoke',
  surroundings: async (stage) => ({
    queueUrl: (await sqsOf(stage).send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: '1' } }))).QueueUrl ?? '',
  }),
  hand: async (stage, event) => {
    const { QueueUrl } = await sqsOf(stage).send(new GetQueueUrlCommand({ QueueName }));
    await sqsOf(stage).send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(event) }));
    return { perimeter: 'drain' };
  },
  isLeft: async (stage) => {
    for (let now = await waiting(stage); now.visible + now.hidden > 0; now = await waiting(stage)) {
      if (now.hidden === 0) return true;
      await sleep(200);
    }
    return false;
  },
  ends: 'contained',
  undo: 'iam:PutRolePolicy',
};

export const pullScenarios: readonly Scenario[] = [reported, revoked];
