/** How a violation is undone, as data. */
import { isAccountId } from '../../core/arn';
import { type Statement, withoutStatements } from '../../core/iam/policy';
import { asList, assertNever, asText, hasHole, isObject, property, propertyIgnoringCase, type Value } from '../../core/value';
import { type Call, noSafePlan, type Plan, planOf, type Violation } from '../../core/verdict';
import type { GrantSubject, SnsFact, SubscriptionSubject } from './facts';

export function plan(fact: SnsFact, violation: Violation, violating: readonly SnsFact[]): Plan {
  const { subject } = fact;
  switch (subject.kind) {
    case 'subscription':
      return undoSubscription(subject, fact, violation);
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

function undoSubscription(subject: SubscriptionSubject, fact: SnsFact, violation: Violation): Plan {
  const { origin, subscriptionArn } = subject;
  if (origin === 'template') return noSafePlan(NOT_DEPLOYED);
  if (subscriptionArn === undefined) return { ...noSafePlan(PENDING), again: 'pending' };
  const codes = violation.codes ?? [violation.code];
  const isDeadLetter = codes.every((code) => code === 'untrusted-dead-letter');
  const undo: Call = isDeadLetter
    ? { action: 'sns:SetSubscriptionAttributes', input: redrive(subscriptionArn) }
    : { action: 'sns:Unsubscribe', input: { SubscriptionArn: subscriptionArn } };
  if (origin === 'record') return planOf(undo);
  return isDeadLetter ? withoutDeadLetter(undo, subject, subscriptionArn) : unsubscribe(undo, subject, fact);
}

/** SNS takes no empty text here: a redrive policy is removed by leaving its value out. */
const redrive = (SubscriptionArn: string, value?: Value): Call['input'] => ({
  SubscriptionArn,
  AttributeName: 'RedrivePolicy',
  ...(value !== undefined && { AttributeValue: value }),
});

const withoutDeadLetter = (undo: Call, { attributes }: SubscriptionSubject, subscriptionArn: string): Plan => ({
  calls: [undo],
  restore: [{ action: 'sns:SetSubscriptionAttributes', input: redrive(subscriptionArn, attributes?.RedrivePolicy) }],
});

/** What Subscribe takes of what a subscription has: https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html */
const SUBSCRIBABLE = [
  'DeliveryPolicy',
  'FilterPolicy',
  'FilterPolicyScope',
  'RawMessageDelivery',
  'RedrivePolicy',
  'ReplayPolicy',
  'SubscriptionRoleArn',
];

const CONFIRMATION = 'put back, it is pending until the owner of the endpoint confirms it again';

function unsubscribe(undo: Call, { protocol, endpoint, written, attributes = {} }: SubscriptionSubject, { topicArn, owner }: SnsFact): Plan {
  if (typeof protocol !== 'string' || written === undefined) return { calls: [undo], again: 'removed' };
  const kept = SUBSCRIBABLE.flatMap((name): readonly (readonly [string, Value])[] => {
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    return value === undefined || value === '' || (name === 'RawMessageDelivery' && value === 'false') ? [] : [[name, value]];
  });
  const input = {
    TopicArn: topicArn,
    Protocol: protocol,
    Endpoint: written,
    ...(kept.length > 0 && { Attributes: Object.fromEntries(kept) }),
    ReturnSubscriptionArn: true,
  };
  const isConfirmed = endpoint?.kind === 'arn' && endpoint.account === owner;
  const hidden = written.includes(':****@') ? ['the password in the URL of its endpoint is not known: put the right one in'] : [];
  const notes = [...(isConfirmed ? [] : [CONFIRMATION]), ...hidden];
  return { calls: [undo], restore: [{ action: 'sns:Subscribe', input }], ...(notes.length > 0 && { note: notes.join('; ') }), again: 'removed' };
}

function undoGrant(subject: GrantSubject, fact: SnsFact, violating: readonly SnsFact[]): Plan {
  const { via, policy, statement } = subject;
  switch (via.kind) {
    case 'template':
      return noSafePlan(NOT_DEPLOYED);
    case 'permission':
      if (via.label === undefined) return noSafePlan('the record does not name the label of the permission');
      if (policy.statements.filter(({ sid }) => sid === via.label).length > 1) return rewrite(subject, fact, violating);
      return {
        calls: [{ action: 'sns:RemovePermission', input: { TopicArn: fact.topicArn, Label: via.label } }],
        restore: [permissionOf(statement, fact.topicArn, via.label) ?? setPolicy(fact.topicArn, policy.raw)],
      };
    case 'document':
      return hasHole(fact.topicArn) ? noSafePlan('the record does not name the topic') : rewrite(subject, fact, violating);
    default:
      return assertNever(via);
  }
}

function rewrite({ policy }: GrantSubject, { topicArn, owner }: SnsFact, violating: readonly SnsFact[]): Plan {
  const removed = violating.flatMap(({ subject }) => (subject.kind === 'grant' && subject.policy === policy ? [subject.statement] : []));
  const left: Value = withoutStatements(policy, removed) ?? defaultPolicy(topicArn, owner);
  return { calls: [setPolicy(topicArn, left)], restore: [setPolicy(topicArn, policy.raw)] };
}

const setPolicy = (topicArn: string, policy: Value): Call => ({
  action: 'sns:SetTopicAttributes',
  input: { TopicArn: topicArn, AttributeName: 'Policy', AttributeValue: JSON.stringify(policy) },
});

/** What AddPermission would have to be told to store this statement: accounts, actions and the topic; undefined when it says more. */
function permissionOf({ raw, conditions, effect, resources }: Statement, topicArn: string, label: string): Call | undefined {
  const principal = isObject(raw) ? propertyIgnoringCase(raw, 'Principal') : undefined;
  const accounts = onlyKey(principal) === 'AWS' ? asList(property(principal, 'AWS')).map(accountOf) : [];
  const actions = isObject(raw) ? asList(propertyIgnoringCase(raw, 'Action')).map(operationOf) : [];
  const isPlain = effect === 'Allow' && conditions.length === 0 && resources.kind === 'only' && resources.patterns.every((one) => one === topicArn);
  if (!isPlain || accounts.length === 0 || actions.length === 0) return undefined;
  if (![...accounts, ...actions].every((text) => text !== undefined)) return undefined;
  return {
    action: 'sns:AddPermission',
    input: { TopicArn: topicArn, Label: label, AWSAccountId: accounts.flatMap(present), ActionName: actions.flatMap(present) },
  };
}

const present = (text: string | undefined): readonly string[] => (text === undefined ? [] : [text]);

const onlyKey = (value: Value | undefined): string | undefined =>
  isObject(value) && Object.keys(value).length === 1 ? Object.keys(value)[0] : undefined;

/** SNS stores an account id as the ARN of its root. */
function accountOf(value: Value): string | undefined {
  const text = asText(value) ?? '';
  return isAccountId(text) ? text : /^arn:[^:]+:iam::(\d{12}):root$/.exec(text)?.[1];
}

const operationOf = (value: Value): string | undefined => /^sns:(\w+)$/i.exec(asText(value) ?? '')?.[1];

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
