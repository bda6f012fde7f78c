/** Who may subscribe: topic policies as both resource types, Terraform and the API write them. No SCP key sees a policy's content. */
import { bad, type Case, FOREIGN, MEMBER, OWN, ok, TRUSTED, open as unsure } from '../../core/case';
import { documentOf, exempted, policy, recorded, statement, TOPIC_ARN } from './cases.make';

const ANYONE = { AWS: '*' };
const account = (id: string) => ({ AWS: `arn:aws:iam::${id}:root` });
const open = bad('public-topic');
const foreign = bad('untrusted-account');

const when = (operator: string, key: string, value: string) => ({ Condition: { [operator]: { [key]: value } } });

/** https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html */
const byDefault = (resource: string, owner: string) => ({
  Sid: '__default_statement_ID',
  Effect: 'Allow',
  Principal: ANYONE,
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
  Resource: resource,
  Condition: { StringEquals: { 'AWS:SourceOwner': owner } },
});

const refusedToAllBut = (...ids: readonly string[]) => ({
  Effect: 'Deny',
  NotPrincipal: { AWS: ids.map((id) => `arn:aws:iam::${id}:root`) },
  Action: 'sns:*',
  Resource: TOPIC_ARN,
});

const publish = statement({ Service: 's3.amazonaws.com' }, { Sid: 'publishers', Action: 'sns:Publish' });

const setPolicy = (AttributeValue: string): Case['plan'] => [
  { action: 'sns:SetTopicAttributes', input: { TopicArn: TOPIC_ARN, AttributeName: 'Policy', AttributeValue } },
];

const grantees: readonly Case[] = [
  policy('G3', 'anyone may subscribe', [statement('*')], open),
  policy('G3', 'anyone, as AWS', [statement(ANYONE)], open),
  policy('G3', 'a foreign account by its id', [statement({ AWS: FOREIGN })], foreign),
  policy('G3', 'a foreign account by its root', [statement(account(FOREIGN))], foreign),
  policy('G3', 'a foreign role', [statement({ AWS: `arn:aws:iam::${FOREIGN}:role/path/reader` })], foreign),
  policy('G3', 'a foreign session', [statement({ AWS: `arn:aws:sts::${FOREIGN}:assumed-role/reader/session` })], foreign),
  policy('G3', 'a unique id', [statement({ AWS: 'AROAEXAMPLEEXAMPLE123' })], foreign),
  policy('G3', 'an identity provider', [statement({ Federated: 'cognito-identity.amazonaws.com' })], foreign),
  policy('G3', 'a canonical user', [statement({ CanonicalUser: '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be' })], foreign),
  policy('G3', 'one foreign account among our own', [statement({ AWS: [OWN, MEMBER, FOREIGN] })], foreign),
  policy('G14', 'only the subscriptions are exempt', [statement('*')], open, exempted(`${TOPIC_ARN}:*`, '2027-03-31', 'unseen')),
  policy('G1', 'our own accounts', [statement({ AWS: [OWN, MEMBER, '111111111111'] })], ok),
  policy('G1', 'a trusted account', [statement(account(TRUSTED))], ok),
  policy('G1', 'our own organization', [statement('*', when('StringEquals', 'aws:PrincipalOrgID', 'o-exampleorgid'))], ok),
  policy('G1', 'a trusted organization', [statement('*', when('StringEquals', 'aws:PrincipalOrgID', 'o-partnerorg0'))], ok),
  policy('G1', 'the policy that AWS gives a topic', [byDefault(TOPIC_ARN, OWN)], ok),
  policy('G3', 'that policy for a stranger', [byDefault(TOPIC_ARN, FOREIGN)], foreign),
  policy('G3', 'a foreign organization', [statement('*', when('StringEquals', 'aws:PrincipalOrgID', 'o-foreignorg00'))], foreign),
  policy('G5', 'a role named like a service', [statement({ AWS: `arn:aws:iam::${FOREIGN}:role/sns.amazonaws.com` })], foreign),
  policy(
    'G3',
    'a service that names its source account',
    [statement({ Service: 'events.amazonaws.com' }, when('StringEquals', 'aws:SourceAccount', OWN))],
    ok,
  ),
  policy(
    'G3',
    'a service with a foreign source',
    [statement({ Service: 'events.amazonaws.com' }, when('StringEquals', 'aws:SourceAccount', FOREIGN))],
    foreign,
  ),
  policy('G3', 'a service that names no source', [statement({ Service: 'events.amazonaws.com' })], foreign),
];

const actions: readonly Case[] = [
  ...['SNS:Subscribe', 'sns:Sub*', 'sns:?ubscribe', 'sns:*', 'SNS:*', '*', 'sns:AddPermission', 'sns:SetTopicAttributes', 'sns:Set*'].map((Action) =>
    policy('G10', `anyone may ${Action}`, [statement('*', { Action })], open),
  ),
  ...['sns:Publish', 'sns:Receive', 'sns:GetTopicAttributes', 'sns:List*', 'sns:P*', 'sqs:*'].map((Action) =>
    policy('G10', `anyone may ${Action}`, [statement('*', { Action })], ok),
  ),
  policy('G10', 'a list with one that subscribes', [statement('*', { Action: ['sns:Publish', 'sns:Subscribe'] })], open),
  policy('G10', 'all actions but one', [{ Effect: 'Allow', Principal: '*', NotAction: 'sns:Publish', Resource: TOPIC_ARN }], open),
  policy(
    'G10',
    'all but those that subscribe',
    [{ Effect: 'Allow', Principal: '*', NotAction: ['sns:Subscribe', 'sns:AddPermission', 'sns:Set*'], Resource: '*' }],
    ok,
  ),
  policy('G10', 'everyone but one', [{ Effect: 'Allow', NotPrincipal: account(OWN), Action: 'sns:Subscribe', Resource: TOPIC_ARN }], open),
  policy('G10', 'a single statement that is no list', statement('*'), open),
  policy('G10', 'no action at all', [{ Effect: 'Allow', Principal: '*', Resource: TOPIC_ARN }], unsure),
  policy('G10', 'a refusal', [statement('*', { Effect: 'Deny' })], ok),
  policy('G10', 'taken back by a refusal', [statement('*'), statement('*', { Sid: 'no', Effect: 'Deny' })], ok),
  policy('G10', 'refused to all but our own', [statement('*'), refusedToAllBut(OWN, MEMBER)], ok),
  policy('G10', 'refused to all but our own, where a stranger is named', [statement(account(FOREIGN)), refusedToAllBut(OWN)], ok),
  policy('G10', 'refused to all but ourselves and a stranger', [statement('*'), refusedToAllBut(OWN, FOREIGN)], foreign),
  policy('G10', 'publishing is refused to all but our own', [statement('*'), { ...refusedToAllBut(OWN), Action: 'sns:Publish' }], open),
  policy(
    'G10',
    'refused to all but our own, over plain http alone',
    [statement('*'), { ...refusedToAllBut(OWN), ...when('Bool', 'aws:SecureTransport', 'false') }],
    open,
  ),
  policy('G10', 'refused to all but a service', [statement('*'), { ...refusedToAllBut(), NotPrincipal: { Service: 's3.amazonaws.com' } }], open),
  policy(
    'G10',
    'only plain http is refused',
    [statement('*'), statement('*', { Sid: 'no', Effect: 'Deny', ...when('StringEquals', 'sns:Protocol', 'http') })],
    open,
  ),
  policy(
    'G10',
    'two violating statements of three',
    [statement('*', { Sid: 'a' }), publish, statement(account(FOREIGN), { Sid: 'b' })],
    [open, foreign],
    {
      plan: setPolicy(JSON.stringify(documentOf([publish]))),
    },
  ),
  policy('G10', 'nothing is left', [statement('*')], open, {
    plan: setPolicy(JSON.stringify({ Version: '2008-10-17', Id: '__default_policy_ID', Statement: [byDefault(TOPIC_ARN, OWN)] })),
  }),
  policy('G10', 'no statement', [], ok),
];

/** The endpoint and the protocol are the caller's to choose. */
const conditions: readonly Case[] = [
  ['StringLike', 'sns:Endpoint', '*@example.com'],
  ['StringEquals', 'sns:Protocol', 'https'],
  ['StringNotEquals', 'aws:PrincipalOrgID', 'o-foreignorg00'],
  ['StringEqualsIfExists', 'aws:PrincipalOrgID', 'o-exampleorgid'],
  ['ForAllValues:StringEquals', 'aws:PrincipalOrgID', 'o-exampleorgid'],
  ['StringLike', 'aws:PrincipalOrgID', '*'],
  ['Bool', 'aws:SecureTransport', 'true'],
  ['StringLike', 'aws:UserAgent', 'our-client'],
].map(([operator = '', key = '', value = '']) => policy('G11', `anyone, ${operator} ${key}`, [statement('*', when(operator, key, value))], open));

const elsewhere: readonly Case[] = [
  {
    class: 'G3',
    name: 'an inline topic policy',
    resource: { type: 'AWS::SNS::TopicInlinePolicy', properties: { TopicArn: TOPIC_ARN, PolicyDocument: documentOf([statement('*')]) } },
    terraform: { type: 'aws_sns_topic', attributes: { name: 'orders', arn: TOPIC_ARN, policy: JSON.stringify(documentOf([statement('*')])) } },
    expect: open,
    scp: 'unseen',
  },
  {
    class: 'G10',
    name: 'a policy for two topics',
    resource: {
      type: 'AWS::SNS::TopicPolicy',
      properties: { Topics: [TOPIC_ARN, `${TOPIC_ARN}-2`], PolicyDocument: documentOf([statement('*'), publish]) },
    },
    expect: [open, open],
    scp: 'unseen',
  },
  {
    class: 'S10',
    name: 'a Terraform topic with no policy of its own',
    terraform: { type: 'aws_sns_topic', attributes: { name: 'orders' } },
    expect: [],
    scp: 'unseen',
  },
  recorded(
    'G10',
    'a topic created with an open policy',
    {
      eventName: 'CreateTopic',
      requestParameters: { name: 'orders', attributes: { Policy: JSON.stringify(documentOf([statement('*')])) } },
      responseElements: { topicArn: TOPIC_ARN },
    },
    open,
  ),
  recorded(
    'G10',
    'a topic created without a policy',
    { eventName: 'CreateTopic', requestParameters: { name: 'orders' }, responseElements: { topicArn: TOPIC_ARN } },
    [],
  ),
  recorded(
    'G10',
    'another attribute of a topic',
    { eventName: 'SetTopicAttributes', requestParameters: { topicArn: TOPIC_ARN, attributeName: 'DisplayName', attributeValue: '*' } },
    [],
  ),
  recorded(
    'G9',
    'a policy that was cut off',
    {
      eventName: 'SetTopicAttributes',
      requestParameters: { topicArn: TOPIC_ARN, attributeName: 'Policy', attributeValue: '{"Statement":[{"Effect"' },
    },
    unsure,
  ),
];

const permission = (
  name: string,
  accounts: readonly string[] | undefined,
  actionName: readonly string[],
  expect: Case['expect'],
  more: Partial<Case> = {},
): Case =>
  recorded(
    'G10',
    name,
    {
      eventName: 'AddPermission',
      requestParameters: { topicArn: TOPIC_ARN, label: 'partner', ...(accounts && { aWSAccountId: [...accounts] }), actionName: [...actionName] },
    },
    expect,
    more,
  );

const permissions: readonly Case[] = [
  permission('a foreign account may subscribe', [FOREIGN], ['Subscribe'], foreign, {
    plan: [{ action: 'sns:RemovePermission', input: { TopicArn: TOPIC_ARN, Label: 'partner' } }],
  }),
  permission('a foreign account may do anything', [MEMBER, FOREIGN], ['*'], foreign),
  permission('a foreign account may publish', [FOREIGN], ['Publish'], ok),
  permission('our own account may subscribe', [MEMBER], ['Subscribe', 'Receive'], ok),
  permission('anyone may add permissions', ['*'], ['AddPermission'], open),
  permission('the accounts are missing', undefined, ['Subscribe'], unsure),
  recorded(
    'G6',
    'the accounts in another spelling',
    { eventName: 'AddPermission', requestParameters: { topicArn: TOPIC_ARN, label: 'partner', AWSAccountId: FOREIGN, ActionName: 'Subscribe' } },
    foreign,
  ),
  recorded(
    'G6',
    'the accounts in the plural',
    {
      eventName: 'AddPermission',
      requestParameters: { topicArn: TOPIC_ARN, label: 'partner', aWSAccountIds: [FOREIGN], actionNames: ['Subscribe'] },
    },
    foreign,
  ),
];

export const policyCases: readonly Case[] = [...grantees, ...actions, ...conditions, ...elsewhere, ...permissions];
