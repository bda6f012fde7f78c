/** How a violation is undone, as data. */
import { withoutStatements } from '../../core/iam/policy';
import { assertNever, hasHole, type Value } from '../../core/value';
import { noSafePlan, type Plan, planOf, type Violation } from '../../core/verdict';
import type { GrantSubject, SnsFact, SubscriptionSubject } from './facts';

export function plan(fact: SnsFact, violation: Violation, violating: readonly SnsFact[]): Plan {
  const { subject } = fact;
  switch (subject.kind) {
    case 'subscription':
      return undoSubscription(subject, violation);
    case 'grant':
      return undoGrant(subject, fact, violating);
    default:
      return noSafePlan('there is nothing to undo');
  }
}

const NOT_DEPLOYED = 'nothing is deployed yet: mend the template';

/** A pending one cannot be removed: https://docs.aws.amazon.com/sns/latest/dg/sns-delete-subscription-topic.html */
const PENDING =
  'a subscription that is not confirmed cannot be removed: AWS removes it after 48 hours, and until then it is looked up again and removed once it is confirmed';

function undoSubscription({ origin, subscriptionArn }: SubscriptionSubject, violation: Violation): Plan {
  if (origin === 'template') return noSafePlan(NOT_DEPLOYED);
  if (subscriptionArn === undefined) return noSafePlan(PENDING);
  const codes = violation.codes ?? [violation.code];
  if (!codes.every((code) => code === 'untrusted-dead-letter'))
    return planOf({ action: 'sns:Unsubscribe', input: { SubscriptionArn: subscriptionArn } });
  // SNS takes no empty text here: a redrive policy is removed by leaving its value out.
  return planOf({ action: 'sns:SetSubscriptionAttributes', input: { SubscriptionArn: subscriptionArn, AttributeName: 'RedrivePolicy' } });
}

function undoGrant({ via, policy }: GrantSubject, fact: SnsFact, violating: readonly SnsFact[]): Plan {
  switch (via.kind) {
    case 'template':
      return noSafePlan(NOT_DEPLOYED);
    case 'permission':
      if (via.label === undefined) return noSafePlan('the record does not name the label of the permission');
      return planOf({ action: 'sns:RemovePermission', input: { TopicArn: fact.topicArn, Label: via.label } });
    case 'document': {
      if (hasHole(fact.topicArn)) return noSafePlan('the record does not name the topic');
      const removed = violating.flatMap(({ subject }) => (subject.kind === 'grant' && subject.policy === policy ? [subject.statement] : []));
      const left: Value = withoutStatements(policy, removed) ?? defaultPolicy(fact.topicArn, fact.owner);
      return planOf({
        action: 'sns:SetTopicAttributes',
        input: { TopicArn: fact.topicArn, AttributeName: 'Policy', AttributeValue: JSON.stringify(left) },
      });
    }
    default:
      return assertNever(via);
  }
}

/** A topic is never without a policy; this is the one that AWS gives it: https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html */
const defaultPolicy = (topicArn: string, owner: string): Value => ({
  Version: '2008-10-17',
  Id: '__default_policy_ID',
  Statement: [
    {
      Sid: '__default_statement_ID',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: [
        'SNS:GetTopicAttributes',
        'SNS:SetTopicAttributes',
        'SNS:AddPermission',
        'SNS:RemovePermission',
        'SNS:DeleteTopic',
        'SNS:Subscribe',
        'SNS:ListSubscriptionsByTopic',
        'SNS:Publish',
      ],
      Resource: topicArn,
      Condition: { StringEquals: { 'AWS:SourceOwner': owner } },
    },
  ],
});
