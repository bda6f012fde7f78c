/** What a recorded call was for IAM: its action, its resource, and whom no policy binds. */
import { decodeRecord, isRecordProblem } from '../../lib/core/cloudtrail';
import type { PolicyStatement } from '../../lib/core/policy';
import { type Replayed, replayThrough } from '../../lib/policies/replayed';
import { configurationFor } from './configuration';

const { trust } = configurationFor({ guardrails: { 'lambda-vpc': { mode: 'observe' } } });
const ROLE = 'arn:aws:iam::222222222222:role/team/app';

type Fields = { readonly [field: string]: unknown };

const decoded = (source: string, eventName: string, requestParameters: unknown, over: Fields = {}) => {
  const record = decodeRecord({
    eventName,
    eventSource: `${source}.amazonaws.com`,
    eventTime: '2026-11-20T10:00:00Z',
    awsRegion: 'eu-west-1',
    recipientAccountId: '222222222222',
    sourceIPAddress: '192.0.2.1',
    requestParameters,
    userIdentity: {
      type: 'AssumedRole',
      accountId: '222222222222',
      arn: 'arn:aws:sts::222222222222:assumed-role/app/s',
      sessionContext: { sessionIssuer: { arn: ROLE, accountId: '222222222222' } },
    },
    ...over,
  });
  if (isRecordProblem(record)) throw new Error(record.problem);
  return record;
};

/** Through one denial. */
const through = (statement: Partial<PolicyStatement>, record: ReturnType<typeof decoded>): Replayed | undefined =>
  replayThrough(
    [
      {
        name: 'p',
        kind: 'scp',
        document: { Version: '2012-10-17', Statement: [{ Sid: 'S', Effect: 'Deny', Action: ['*'], Resource: ['*'], ...statement }] },
        notes: [],
      },
    ],
    trust,
  )(record);

it.each<readonly [string, string, unknown, string, string]>([
  [
    'lambda',
    'AddPermission20150331v2',
    { functionName: 'f', qualifier: 'live' },
    'lambda:AddPermission',
    'arn:aws:lambda:eu-west-1:222222222222:function:f:live',
  ],
  [
    'lambda',
    'AddLayerVersionPermission20181031',
    { layerName: 'l', versionNumber: 3 },
    'lambda:AddLayerVersionPermission',
    'arn:aws:lambda:eu-west-1:222222222222:layer:l:3',
  ],
  ['lambda', 'ListFunctions20150331', {}, 'lambda:ListFunctions', '*'],
  ['sns', 'Subscribe', { topicArn: 'arn:aws:sns:eu-west-1:222222222222:t' }, 'sns:Subscribe', 'arn:aws:sns:eu-west-1:222222222222:t'],
  [
    'ecr',
    'BatchGetImage',
    { repositoryName: 'a/b', registryId: '333333333333' },
    'ecr:BatchGetImage',
    'arn:aws:ecr:eu-west-1:333333333333:repository/a/b',
  ],
  ['events', 'DisableRule', { name: 'perimeter-x' }, 'events:DisableRule', 'arn:aws:events:eu-west-1:222222222222:rule/perimeter-x'],
  ['events', 'PutTargets', { rule: 'r', eventBusName: 'own' }, 'events:PutTargets', 'arn:aws:events:eu-west-1:222222222222:rule/own/r'],
  ['sqs', 'PurgeQueue', { queueUrl: 'https://sqs.eu-west-1.amazonaws.com/222222222222/q' }, 'sqs:PurgeQueue', 'arn:aws:sqs:eu-west-1:222222222222:q'],
  ['iam', 'CreateRole', { roleName: 'r', path: '/x/' }, 'iam:CreateRole', 'arn:aws:iam::222222222222:role/x/r'],
  [
    'logs',
    'PutRetentionPolicy',
    { logGroupName: '/aws/lambda/f' },
    'logs:PutRetentionPolicy',
    'arn:aws:logs:eu-west-1:222222222222:log-group:/aws/lambda/f',
  ],
  ['scheduler', 'DeleteSchedule', { name: 's', groupName: 'g' }, 'scheduler:DeleteSchedule', 'arn:aws:scheduler:eu-west-1:222222222222:schedule/g/s'],
  ['cloudformation', 'DeleteStack', { stackName: 's' }, 'cloudformation:DeleteStack', 'arn:aws:cloudformation:eu-west-1:222222222222:stack/s/*'],
  ['cloudformation', 'SetTypeConfiguration', { typeName: 'A::B::C' }, 'cloudformation:SetTypeConfiguration', '*'],
  ['s3', 'PutObject', { bucketName: 'b', key: 'k' }, 's3:PutObject', 'arn:aws:s3:::b/k'],
  ['monitoring', 'DeleteAlarms', { alarmNames: ['a'] }, 'cloudwatch:DeleteAlarms', 'arn:aws:cloudwatch:eu-west-1:222222222222:alarm:a'],
])('%s %s', (source, name, request, action, resource) => {
  expect(through({}, decoded(source, name, request))).toMatchObject({ verdict: 'denied', code: 'S', action, resource: { id: resource } });
});

it('asks about the role that a call passes, and about the tags of a session', () => {
  const passed = through({ Action: ['iam:PassRole'] }, decoded('lambda', 'CreateFunction20150331', { functionName: 'f', role: ROLE }));
  expect(passed).toMatchObject({ action: 'iam:PassRole', resource: { id: ROLE } });
  const tagged = { Action: ['sts:TagSession'], Condition: { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'k' } } };
  expect(through(tagged, decoded('sts', 'AssumeRole', { roleArn: ROLE, tags: [{ key: 'k', value: 'v' }] }))).toMatchObject({ verdict: 'denied' });
  expect(through(tagged, decoded('sts', 'AssumeRole', { roleArn: ROLE }))).toBeUndefined();
});

const user = (identity: Fields, over: Fields = {}) =>
  decoded('sns', 'Subscribe', { topicArn: 'arn:aws:sns:eu-west-1:222222222222:t' }, { userIdentity: identity, ...over });

it.each<readonly [string, ReturnType<typeof decoded>, string]>([
  [
    'the management account',
    user({ type: 'Root', accountId: '111111111111', arn: 'arn:aws:iam::111111111111:root' }),
    'SCPs do not bind the management account',
  ],
  ['a service', user({ type: 'AWSService', invokedBy: 'x.amazonaws.com' }), 'x.amazonaws.com calls as a service, which SCPs do not bind'],
  [
    'a service-linked role',
    user({ type: 'AssumedRole', accountId: '222222222222', arn: 'arn:aws:sts::222222222222:assumed-role/AWSServiceRoleForX/s' }),
    'SCPs do not bind service-linked roles',
  ],
  ['a stranger', user({ type: 'AWSAccount', accountId: '999999999999' }), 'the caller is of 999999999999, outside the organization'],
])('does not bind %s', (_, record, reason) => {
  expect(through({}, record)).toMatchObject({ verdict: 'allowed', reason });
});

it('binds the root user of a member, and a member that is not listed yet', () => {
  expect(through({}, user({ type: 'Root', accountId: '222222222222', arn: 'arn:aws:iam::222222222222:root' }))).toMatchObject({ verdict: 'denied' });
  expect(
    through(
      {},
      user({ type: 'IAMUser', accountId: '444444444444', arn: 'arn:aws:iam::444444444444:user/u' }, { recipientAccountId: '444444444444' }),
    ),
  ).toMatchObject({ verdict: 'denied' });
});

it.each<readonly [string, Partial<PolicyStatement>, ReturnType<typeof decoded>, string]>([
  ['the path of the role', { Condition: { ArnLike: { 'aws:PrincipalArn': ROLE } } }, decoded('sns', 'Subscribe', {}), 'denied'],
  ['a tag of the caller', { Condition: { StringEquals: { 'aws:PrincipalTag/a': 'b' } } }, decoded('sns', 'Subscribe', {}), 'unknown'],
  [
    'a masked endpoint',
    { Condition: { StringEquals: { 'sns:Endpoint': 'x' } } },
    decoded('sns', 'Subscribe', { endpoint: 'HIDDEN_DUE_TO_SECURITY_REASONS' }),
    'unknown',
  ],
  ['the address', { Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } }, decoded('sns', 'Subscribe', {}), 'denied'],
  [
    'no address behind an endpoint',
    { Condition: { Null: { 'aws:SourceIp': 'true' } } },
    decoded('sns', 'Subscribe', {}, { vpcEndpointId: 'vpce-1' }),
    'denied',
  ],
  [
    'a call on behalf of the caller',
    { Condition: { Bool: { 'aws:ViaAWSService': 'true' } } },
    decoded(
      'sns',
      'Subscribe',
      {},
      {
        userIdentity: {
          type: 'AssumedRole',
          accountId: '222222222222',
          arn: 'arn:aws:sts::222222222222:assumed-role/app/s',
          invokedBy: 'cloudformation.amazonaws.com',
        },
      },
    ),
    'denied',
  ],
  [
    'a function without a network',
    { Condition: { Null: { 'lambda:VpcIds': 'true' } } },
    decoded('lambda', 'CreateFunction20150331', { functionName: 'f' }),
    'denied',
  ],
  [
    'a function in a VPC',
    { Condition: { Null: { 'lambda:VpcIds': 'true' } } },
    decoded(
      'lambda',
      'CreateFunction20150331',
      { functionName: 'f', vpcConfig: { subnetIds: ['subnet-1'] } },
      { responseElements: { vpcConfig: { vpcId: 'vpc-1' } } },
    ),
    'allowed',
  ],
  [
    'an update without an answer',
    { Condition: { Null: { 'lambda:VpcIds': 'true' } } },
    decoded('lambda', 'UpdateFunctionConfiguration20150331v2', { functionName: 'f' }),
    'unknown',
  ],
  [
    'parameters that were left out',
    { Resource: ['arn:aws:lambda:*:*:function:perimeter-*'] },
    decoded('lambda', 'UpdateFunctionCode20150331v2', null),
    'unknown',
  ],
])('%s', (_, statement, record, verdict) => {
  expect(through(statement, record)).toMatchObject({ verdict });
});

describe('a role of which only the name is recorded', () => {
  const session = (name: string, type = 'AssumedRole') =>
    user({ type, accountId: '222222222222', arn: `arn:aws:sts::222222222222:assumed-role/${name}/s` });
  const sparing = (...roles: readonly string[]) => ({
    Condition: { ArnNotLikeIfExists: { 'aws:PrincipalArn': roles.map((role) => `arn:aws:iam::*:role/${role}`) } },
  });
  const SSO = 'AWSReservedSSO_Admin_0123456789abcdef';

  it.each<readonly [string, readonly string[], string, string]>([
    ['no path would spare it', ['aws-service-role/*', 'break-glass', 'stacksets-exec-*'], 'app', 'denied'],
    ['it is spared where it has no path', ['app'], 'app', 'unknown'],
    ['it is spared below a path', ['team/*'], 'app', 'unknown'],
    ['it is spared wherever it is', ['app', '*/app'], 'app', 'allowed'],
    ['its name tells the path', ['aws-reserved/sso.amazonaws.com/*'], SSO, 'allowed'],
    ['its name tells the path but for the Region', ['aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_*'], SSO, 'unknown'],
    ['its name tells the path, with any Region', ['aws-reserved/*/AWSReservedSSO_Admin_*'], SSO, 'allowed'],
    ['its name tells that the path is another', ['team/*'], SSO, 'denied'],
  ])('%s', (_, roles, name, verdict) => {
    expect(through(sparing(...roles), session(name))).toMatchObject({ verdict });
    expect(through(sparing(...roles), session(name, 'Unknown'))).toMatchObject({ verdict });
  });

  it('says that the path decides', () => {
    expect(through(sparing('app'), session('app'))?.reason).toBe('S may deny sns:Subscribe: the record names a role without its path, which decides');
  });

  it.each([
    ['UpdateAssumeRolePolicy', { roleName: 'break-glass' }, null, 'unknown'],
    ['UpdateAssumeRolePolicy', { roleName: 'app' }, null, 'allowed'],
    ['CreateRole', { roleName: 'break-glass' }, null, 'denied'],
    ['CreateRole', { roleName: 'break-glass', path: '/team/' }, null, 'allowed'],
    ['UpdateRole', { roleName: 'break-glass' }, { role: { arn: 'arn:aws:iam::222222222222:role/break-glass' } }, 'denied'],
  ])('%s of %j is %s', (name, request, responseElements, verdict) => {
    const record = decoded('iam', name, request, { responseElements });
    expect(through({ Resource: ['arn:aws:iam::*:role/break-glass'] }, record)).toMatchObject({ verdict });
  });
});

it('takes the session of a federated user for who calls, not the user who asked for it', () => {
  const record = user({
    type: 'FederatedUser',
    accountId: '222222222222',
    arn: 'arn:aws:sts::222222222222:federated-user/guest',
    sessionContext: { sessionIssuer: { type: 'IAMUser', arn: 'arn:aws:iam::222222222222:user/ops', accountId: '222222222222' } },
  });
  const sparing = (arn: string) => through({ Condition: { ArnNotLikeIfExists: { 'aws:PrincipalArn': arn } } }, record);

  expect(sparing('arn:aws:iam::222222222222:user/ops')).toMatchObject({ verdict: 'denied' });
  expect(sparing('arn:aws:sts::222222222222:federated-user/guest')).toMatchObject({ verdict: 'allowed' });
});
