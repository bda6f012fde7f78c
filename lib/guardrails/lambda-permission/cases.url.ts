/** Function URLs: the type, the events, and both statements that open one. */
import { type Case, type CaseExpectation, ok, type Properties } from '../../core/case';

const OPEN: CaseExpectation = { verdict: 'violation', code: 'public-function-url' };

const url = (name: string, authType: string, expect: CaseExpectation, scp: Case['scp'], qualifier?: string): Case => ({
  class: 'P7',
  name,
  resource: {
    type: 'AWS::Lambda::Url',
    properties: { TargetFunctionArn: 'orders', AuthType: authType, ...(qualifier !== undefined && { Qualifier: qualifier }) },
  },
  terraform: {
    type: 'aws_lambda_function_url',
    attributes: { function_name: 'orders', authorization_type: authType, ...(qualifier !== undefined && { qualifier }) },
  },
  record: {
    eventSource: 'lambda.amazonaws.com',
    eventName: 'CreateFunctionUrlConfig20211031',
    requestParameters: { functionName: 'orders', authType, ...(qualifier !== undefined && { qualifier }) },
    responseElements: null,
  },
  expect,
  scp,
});

const permission = (name: string, parameters: Properties, expect: CaseExpectation, scp: Case['scp']): Case => ({
  class: 'P7',
  name,
  resource: { type: 'AWS::Lambda::Permission', properties: { FunctionName: 'orders', Action: 'lambda:InvokeFunctionUrl', ...parameters } },
  expect,
  scp,
});

const update = (
  name: string,
  request: Properties,
  response: Properties | null,
  expect: CaseExpectation,
  scp: Case['scp'],
  plan?: Case['plan'],
): Case => ({
  class: 'P7',
  name,
  record: {
    eventSource: 'lambda.amazonaws.com',
    eventName: 'UpdateFunctionUrlConfig',
    requestParameters: { functionName: 'orders', ...request },
    responseElements: response,
  },
  expect,
  scp,
  ...(plan && { plan }),
});

export const urlCases: readonly Case[] = [
  url('a URL without sign-in', 'NONE', OPEN, 'deny'),
  url('a URL without sign-in on an alias', 'NONE', OPEN, 'deny', 'live'),
  url('a URL that asks to sign in', 'AWS_IAM', ok, 'allow'),
  update('an update that opens the URL', { authType: 'NONE' }, null, OPEN, 'deny', [
    { action: 'lambda:UpdateFunctionUrlConfig', input: { FunctionName: 'orders', AuthType: 'AWS_IAM' } },
  ]),
  update('an update of something else on an open URL', { cors: {} }, { authType: 'NONE' }, OPEN, 'unseen'),
  update('an update of something else, without an answer', { cors: {} }, null, { verdict: 'undetermined' }, 'allow'),
  permission('anyone without sign-in', { Principal: '*', FunctionUrlAuthType: 'NONE' }, OPEN, 'deny'),
  permission(
    'without sign-in no organization can hold',
    { Principal: '*', FunctionUrlAuthType: 'NONE', PrincipalOrgID: 'o-exampleorgid' },
    OPEN,
    'deny',
  ),
  permission('the second public statement', { Action: 'lambda:InvokeFunction', Principal: '*', InvokedViaFunctionUrl: true }, OPEN, 'unseen'),
  permission(
    'the second statement, for the organization',
    { Principal: '*', InvokedViaFunctionUrl: true, PrincipalOrgID: 'o-exampleorgid' },
    ok,
    'allow',
  ),
  permission(
    'anyone who signs in, of any account',
    { Principal: '*', FunctionUrlAuthType: 'AWS_IAM' },
    { verdict: 'violation', code: 'public-principal' },
    'unseen',
  ),
  permission('the own account, without sign-in, which nobody then is', { Principal: '222222222222', FunctionUrlAuthType: 'NONE' }, ok, 'allow'),
  {
    class: 'P7',
    name: 'the organization, signing in or not',
    template: `Parameters: { Sign: { Type: String } }
Resources:
  Open:
    Type: AWS::Lambda::Permission
    Properties: { FunctionName: orders, Action: lambda:InvokeFunctionUrl, Principal: '*', PrincipalOrgID: o-exampleorgid, FunctionUrlAuthType: !Ref Sign }
`,
    expect: { verdict: 'undetermined' },
    scp: 'unseen',
  },
  permission('a member who signs in', { Principal: '333333333333', FunctionUrlAuthType: 'AWS_IAM' }, ok, 'allow'),
];
