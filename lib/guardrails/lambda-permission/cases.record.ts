/** Records as they really come: forms of the function's name, copies, failures, conditions in the stored statement. */
import { bad, type Case, FOREIGN, MEMBER, OWN, ok, type Properties, open as unknown } from '../../core/case';

const FUNCTION = `arn:aws:lambda:eu-west-1:${OWN}:function:orders`;

/** An AddPermission record alone, with whatever makes it special. */
const record = (label: string, name: string, fields: Properties, expect: Case['expect'], more: Partial<Case> = {}): Case => ({
  class: label,
  name,
  record: { eventSource: 'lambda.amazonaws.com', eventName: 'AddPermission20150331v2', responseElements: null, ...fields },
  expect,
  scp: 'unseen',
  ...more,
});

/** A statement as AddPermission stores it and its record carries it. */
const stored = (statement: Properties): Properties => ({
  statement: JSON.stringify({ Sid: 'Perm', Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: FUNCTION, ...statement }),
});

const request = (parameters: Properties): Properties => ({
  functionName: 'orders',
  action: 'lambda:InvokeFunction',
  statementId: 'Perm',
  ...parameters,
});

const FULL = `arn:aws:lambda:eu-west-1:${OWN}:function:orders:live`;
const named = (name: string, functionName: string, qualifier?: string): Case =>
  record(
    'P9',
    name,
    { requestParameters: request({ principal: FOREIGN, functionName, ...(qualifier && { qualifier }) }) },
    bad('untrusted-account'),
    {
      plan: [{ action: 'lambda:RemovePermission', input: { FunctionName: 'orders', Qualifier: 'live', StatementId: 'Perm' } }],
      scp: 'deny',
    },
  );

export const recordCases: readonly Case[] = [
  record('G6', 'a call that was denied', { requestParameters: request({ principal: '*' }), errorCode: 'AccessDenied' }, []),
  record('G6', 'neither request nor response', { requestParameters: null }, unknown),
  record(
    'G8',
    'a record that names no account but that of its resource',
    {
      requestParameters: request({ principal: OWN }),
      recipientAccountId: null,
      userIdentity: { type: 'AWSService', invokedBy: 'cloudformation.amazonaws.com' },
      resources: [{ ARN: FUNCTION, accountId: OWN, type: 'AWS::Lambda::Function' }],
    },
    ok,
  ),
  record(
    'G8',
    'a record that names no account and no Region',
    {
      requestParameters: request({ principal: FOREIGN }),
      awsRegion: null,
      recipientAccountId: null,
      userIdentity: { type: 'AWSService', invokedBy: 'cloudformation.amazonaws.com' },
    },
    bad('untrusted-account'),
  ),
  record('G6', 'only the stored statement', { requestParameters: null, responseElements: stored({ Principal: '*' }) }, bad('public-principal')),
  record(
    'G6',
    'the stored statement wins over the request',
    { requestParameters: request({ principal: OWN }), responseElements: stored({ Principal: '*' }) },
    bad('public-principal'),
  ),
  record(
    'G6',
    'a stored statement that is no text',
    { requestParameters: null, responseElements: { statement: { Sid: 'Perm', Effect: 'Allow', Principal: '*', Resource: FUNCTION } } },
    bad('public-principal'),
  ),
  record(
    'G6',
    'a stored document that was cut off',
    {
      eventName: 'PutResourcePolicy',
      requestParameters: { resourceArn: FUNCTION, policy: JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: '*', Action: '*' }] }) },
      responseElements: { policy: '{"Version":"2012' },
    },
    bad('public-principal'),
    { scp: 'deny' },
  ),
  record(
    'G6',
    'a function that nothing names',
    { requestParameters: null, responseElements: stored({ Principal: '*', Resource: null }) },
    bad('public-principal'),
    { plan: [] },
  ),
  record(
    'P5',
    'Alexa with a pattern for its token',
    {
      responseElements: stored({
        Principal: { Service: 'alexa-appkit.amazon.com' },
        Condition: { StringLike: { 'lambda:EventSourceToken': 'amzn1.ask.skill.*' } },
      }),
    },
    bad('unscoped-service'),
    { settings: { unscopedServices: ['alexa-appkit.amazon.com'] } },
  ),
  record(
    'G6',
    'a stored statement that was cut off',
    { requestParameters: request({ principal: '*' }), responseElements: { statement: '{"Sid":"Perm","Eff' } },
    bad('public-principal'),
  ),
  record(
    'G7',
    'a foreign caller, in the copy of the owner',
    {
      requestParameters: request({ principal: FOREIGN, functionName: FUNCTION }),
      userIdentity: { type: 'AWSAccount', accountId: FOREIGN, principalId: 'AROAX:s' },
    },
    bad('untrusted-account'),
  ),
  record(
    'G7',
    'the copy that the caller received',
    { requestParameters: request({ principal: FOREIGN, functionName: FUNCTION }), recipientAccountId: MEMBER },
    [],
    { scp: 'deny' },
  ),
  record(
    'G8',
    'a service as the caller',
    { requestParameters: request({ principal: '*' }), userIdentity: { type: 'AWSService', invokedBy: 'apigateway.amazonaws.com' } },
    bad('public-principal'),
  ),
  record('G8', 'no identity at all', { requestParameters: request({ principal: OWN }), userIdentity: null }, ok),
  record(
    'G9',
    'a request that CloudTrail left out for its size',
    { requestParameters: { omitted: true, originalSize: 120_000, reason: 'requestParameters too large' } },
    unknown,
  ),
  record('G9', 'a record of a version that nobody knows', { eventVersion: '2.0', requestParameters: request({ principal: '*' }) }, []),
  record(
    'G11',
    'a condition on the time does not restrict',
    { responseElements: stored({ Principal: '*', Condition: { DateLessThan: { 'aws:CurrentTime': '2030-01-01' } } }) },
    bad('public-principal'),
  ),
  record(
    'G11',
    'an organization under IfExists',
    { responseElements: stored({ Principal: '*', Condition: { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } }) },
    bad('public-principal'),
  ),
  record(
    'G11',
    'an organization that is only excluded',
    { responseElements: stored({ Principal: '*', Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } }) },
    bad('public-principal'),
  ),
  record(
    'G11',
    'an organization by pattern',
    { responseElements: stored({ Principal: '*', Condition: { StringLike: { 'aws:PrincipalOrgID': 'o-*' } } }) },
    bad('public-principal'),
  ),
  record(
    'G11',
    'an organization under ForAllValues',
    { responseElements: stored({ Principal: '*', Condition: { 'ForAllValues:StringEquals': { 'aws:PrincipalOrgID': 'o-exampleorgid' } } }) },
    bad('public-principal'),
  ),
  record(
    'G11',
    'one own and one foreign organization',
    { responseElements: stored({ Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': ['o-exampleorgid', 'o-strangers00'] } } }) },
    bad('untrusted-organization'),
  ),
  record(
    'G10',
    'the key in odd case',
    { responseElements: stored({ Principal: { AWS: ['*'] }, Condition: { stringequals: { 'AWS:principalorgid': ['o-exampleorgid'] } } }) },
    ok,
  ),
  record(
    'G10',
    'a list of principals with one foreign',
    { responseElements: stored({ Principal: { AWS: [`arn:aws:iam::${OWN}:root`, FOREIGN] } }) },
    bad('untrusted-account'),
  ),
  record(
    'P9',
    "the request's alias holds where the stored statement names the function alone",
    {
      requestParameters: request({ principal: FOREIGN, functionName: 'orders', qualifier: 'live' }),
      responseElements: stored({ Principal: { AWS: `arn:aws:iam::${FOREIGN}:root` } }),
    },
    bad('untrusted-account'),
    { plan: [{ action: 'lambda:RemovePermission', input: { FunctionName: 'orders', Qualifier: 'live', StatementId: 'Perm' } }], scp: 'deny' },
  ),
  named('by name and alias', 'orders:live'),
  named('by name, with a qualifier beside it', 'orders', 'live'),
  named('by partial ARN', `${OWN}:function:orders:live`),
  named('by full ARN', FULL.slice(0, -5), 'live'),
  named('by qualified ARN', FULL),
  named('by name behind its kind', 'function:orders:live'),
  named('by account and name', `${OWN}:orders`, 'live'),
  named('by an ARN from the Region on', `eu-west-1:${OWN}:function:orders:live`),
  named('by an ARN as a path carries it', encodeURIComponent(FULL)),
  record(
    'P9',
    'by account and name, where the stored statement names the function alone',
    {
      requestParameters: request({ principal: FOREIGN, functionName: `${OWN}:orders` }),
      responseElements: stored({ Principal: { AWS: `arn:aws:iam::${FOREIGN}:root` } }),
    },
    bad('untrusted-account'),
    { plan: [{ action: 'lambda:RemovePermission', input: { FunctionName: 'orders', StatementId: 'Perm' } }], scp: 'deny' },
  ),
  record(
    'P9',
    'a function URL by the ARN that the answer names',
    {
      eventName: 'CreateFunctionUrlConfig',
      requestParameters: { functionName: 'orders', authType: 'NONE' },
      responseElements: { functionArn: FULL, authType: 'NONE' },
    },
    bad('public-function-url'),
    { plan: [{ action: 'lambda:UpdateFunctionUrlConfig', input: { FunctionName: 'orders', Qualifier: 'live', AuthType: 'AWS_IAM' } }], scp: 'deny' },
  ),
  record(
    'G7',
    'the copy for the owner of the VPC endpoint',
    { requestParameters: null, eventType: 'AwsVpceEvent', eventCategory: 'NetworkActivity', vpcEndpointId: 'vpce-0123456789abcdef0' },
    [],
  ),
  record(
    'G7',
    "a caller's copy that names the owner by account and name",
    { requestParameters: request({ principal: FOREIGN, functionName: `${OWN}:orders` }), recipientAccountId: MEMBER },
    [],
    { scp: 'deny' },
  ),
  record(
    'G13',
    'the same name in another Region and partition',
    {
      awsRegion: 'cn-north-1',
      requestParameters: request({ principal: FOREIGN, functionName: `arn:aws-cn:lambda:cn-north-1:${OWN}:function:orders` }),
    },
    bad('untrusted-account'),
    { scp: 'deny' },
  ),
  record(
    'P10',
    'a grant of the same principal that is scoped',
    { responseElements: stored({ Principal: { AWS: '*' }, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } }) },
    ok,
  ),
  record(
    'P12',
    'an event that only removes is not judged',
    { eventName: 'RemovePermission20150331v2', requestParameters: { functionName: 'orders', statementId: 'Perm' } },
    [],
  ),
];
