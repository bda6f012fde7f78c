/** Whole documents: PutResourcePolicy and AWS::Lambda::ResourcePolicy; and what a template leaves open. */
import { bad, type Case, FOREIGN, OWN, ok, type Properties, open as unknown } from '../../core/case';
import type { Value } from '../../core/value';

const FUNCTION = `arn:aws:lambda:eu-west-1:${OWN}:function:orders`;

const allow = (sid: string | undefined, principal: Value, condition?: Properties): Properties => ({
  ...(sid !== undefined && { Sid: sid }),
  Effect: 'Allow',
  Principal: principal,
  Action: 'lambda:InvokeFunction',
  Resource: FUNCTION,
  ...(condition && { Condition: condition }),
});

const document = (...statements: readonly Properties[]): Properties => ({ Version: '2012-10-17', Statement: statements });

const OWN_GRANT = allow('Own', { AWS: `arn:aws:iam::${OWN}:root` });
const OUT = allow('Out', { AWS: FOREIGN });
const OPEN = allow('Open', '*');

/** One document as a template, Terraform and a record write it. The SCP cannot read it: it refuses them all, the harmless ones too. */
const policy = (label: string, name: string, statements: readonly Properties[], expect: Case['expect'], more: Partial<Case> = {}): Case => ({
  class: label,
  name,
  resource: { type: 'AWS::Lambda::ResourcePolicy', properties: { ResourceArn: FUNCTION, PolicyDocument: document(...statements) } },
  terraform: { type: 'aws_lambda_resource_policy', attributes: { resource_arn: FUNCTION, policy: JSON.stringify(document(...statements)) } },
  record: {
    eventSource: 'lambda.amazonaws.com',
    eventName: 'PutResourcePolicy',
    requestParameters: { resourceArn: FUNCTION, policy: JSON.stringify(document(...statements)) },
    responseElements: null,
  },
  expect,
  scp: 'deny',
  ...more,
});

const text = (name: string, properties: Properties, expect: Case['expect']): Case => ({
  class: 'P8',
  name,
  resource: { type: 'AWS::Lambda::ResourcePolicy', properties },
  expect,
  scp: 'deny',
});

const template = (label: string, name: string, body: string, expect: Case['expect'], scp: Case['scp'] = 'unseen'): Case => ({
  class: label,
  name,
  template: `AWSTemplateFormatVersion: "2010-09-09"\n${body}`,
  expect,
  scp,
});

const grant = (principal: string, more = ''): string => `  Grant:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: orders
      Action: lambda:InvokeFunction
      Principal: ${principal}
${more}`;

const openDocument = (condition: string, effect = 'Allow'): string => `Resources:
  Policy:
    Type: AWS::Lambda::ResourcePolicy
    Properties:
      ResourceArn: ${FUNCTION}
      PolicyDocument:
        Statement:
          - Effect: ${effect}
            Principal: "*"
            Action: lambda:InvokeFunction
            Resource: ${FUNCTION}
            ${condition}
`;

const DENY_OTHERS: Properties = { Sid: 'Others', Effect: 'Deny', Action: 'lambda:*', Resource: '*' };

const DENY_STRANGERS: Properties = {
  Sid: 'Strangers',
  Effect: 'Deny',
  Principal: '*',
  Action: 'lambda:*',
  Resource: '*',
  Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } },
};

export const documentCases: readonly Case[] = [
  policy('P8', 'two violating statements of three', [OWN_GRANT, OUT, OPEN], [bad('untrusted-account'), bad('public-principal')], {
    plan: [{ action: 'lambda:PutResourcePolicy', input: { ResourceArn: FUNCTION, Policy: JSON.stringify(document(OWN_GRANT)) } }],
  }),
  policy('P8', 'nothing is left', [OUT, OPEN], [bad('untrusted-account'), bad('public-principal')], {
    plan: [{ action: 'lambda:DeleteResourcePolicy', input: { ResourceArn: FUNCTION } }],
  }),
  policy('P8', 'no violating statement', [OWN_GRANT], ok),
  policy('P8', 'no statement at all', [], ok),
  text('a document as JSON text', { ResourceArn: FUNCTION, PolicyDocument: JSON.stringify(document(OPEN)) }, bad('public-principal')),
  text(
    "the property in the other spelling of AWS's page",
    { FunctionResourceArn: FUNCTION, PolicyDocument: document(OPEN) },
    bad('public-principal'),
  ),
  text('a document that is no JSON', { ResourceArn: FUNCTION, PolicyDocument: '{"Statement":[' }, unknown),
  policy(
    'P10',
    'the same principal, once scoped and once not',
    [allow('Scoped', '*', { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } }), allow('Unscoped', '*')],
    bad('public-principal'),
    {
      plan: [
        {
          action: 'lambda:PutResourcePolicy',
          input: {
            ResourceArn: FUNCTION,
            Policy: JSON.stringify(document(allow('Scoped', '*', { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } }))),
          },
        },
      ],
    },
  ),
  policy(
    'P12',
    'two violating grants on one function',
    [allow('A', FOREIGN), allow('B', FOREIGN)],
    [bad('untrusted-account'), bad('untrusted-account')],
  ),
  policy(
    'G11',
    'case is ignored where the operator says so',
    [allow('A', '*', { StringEqualsIgnoreCase: { 'aws:PrincipalOrgID': 'O-ExampleOrgId' } })],
    ok,
  ),
  policy(
    'G11',
    'case is ignored where the operator says so, in a Deny',
    [OPEN, { ...DENY_STRANGERS, Condition: { StringNotEqualsIgnoreCase: { 'AWS:PrincipalOrgID': 'O-EXAMPLEORGID' } } }],
    ok,
  ),
  policy(
    'G11',
    'case is ignored, of a stranger',
    [allow('A', '*', { StringEqualsIgnoreCase: { 'aws:PrincipalOrgID': 'O-STRANGERS00' } })],
    bad('untrusted-organization'),
  ),
  policy('G11', 'case counts elsewhere', [allow('A', '*', { StringEquals: { 'aws:PrincipalOrgID': 'O-EXAMPLEORGID' } })], bad('public-principal')),
  policy(
    'G10',
    'everyone but one',
    [{ Effect: 'Allow', NotPrincipal: { AWS: OWN }, Action: 'lambda:InvokeFunction', Resource: FUNCTION }],
    bad('public-principal'),
  ),
  policy(
    'G10',
    'everything but one action, for a member',
    [{ Effect: 'Allow', Principal: { AWS: '333333333333' }, NotAction: 'lambda:GetPolicy', Resource: FUNCTION }],
    bad('excessive-action'),
  ),
  policy('G10', 'a Deny alone grants nothing', [{ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' }], ok),
  policy('G10', 'anyone, but strangers are denied', [OPEN, DENY_STRANGERS], ok),
  policy('G10', 'strangers are denied something else', [OPEN, { ...DENY_STRANGERS, Action: 'lambda:GetPolicy' }], bad('public-principal')),
  policy(
    'G10',
    'strangers are denied under one more condition',
    [
      OPEN,
      { ...DENY_STRANGERS, Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' }, Bool: { 'aws:SecureTransport': 'false' } } },
    ],
    bad('public-principal'),
  ),
  policy(
    'G10',
    'strangers of another organization are let in',
    [OPEN, { ...DENY_STRANGERS, Condition: { StringNotEquals: { 'aws:PrincipalOrgID': ['o-exampleorgid', 'o-strangers00'] } } }],
    bad('untrusted-organization'),
  ),
  policy('G10', 'the foreign account is denied again', [OUT, { Effect: 'Deny', Principal: { AWS: FOREIGN }, Action: '*', Resource: '*' }], ok, {}),
  policy('G10', 'everyone but the own account is denied', [OPEN, { ...DENY_OTHERS, NotPrincipal: { AWS: `arn:aws:iam::${OWN}:root` } }], ok),
  policy(
    'G10',
    'everyone but a foreign account is denied',
    [OPEN, { ...DENY_OTHERS, NotPrincipal: { AWS: [OWN, FOREIGN] } }],
    bad('untrusted-account'),
  ),
  policy(
    'G10',
    'everyone but a service is denied',
    [OPEN, { ...DENY_OTHERS, NotPrincipal: { Service: 'sns.amazonaws.com' } }],
    bad('public-principal'),
  ),
  policy(
    'G10',
    'everyone but the own account and the organization is denied',
    [OPEN, { ...DENY_OTHERS, NotPrincipal: { AWS: OWN }, Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } }],
    ok,
  ),
  policy(
    'G10',
    'everyone but the own account is denied something else',
    [OPEN, { ...DENY_OTHERS, Action: 'lambda:GetPolicy', NotPrincipal: { AWS: OWN } }],
    bad('public-principal'),
  ),
  policy('G10', 'no principal in the object', [allow('A', {})], unknown),
  policy('G10', 'no principal in the list', [allow('A', { AWS: [] })], unknown),
  policy('G10', 'a principal that is null', [allow('A', { AWS: null })], unknown),
  policy('G10', 'a condition that is text', [{ ...OPEN, Condition: 'StringEquals' }], unknown),
  policy('G10', 'a condition that is text, in a Deny', [OWN_GRANT, { ...DENY_STRANGERS, Condition: 'StringEquals' }], ok),
  policy(
    'G10',
    'an organization named twice, in odd case',
    [allow('A', '*', { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid', 'AWS:principalorgid': 'o-strangers00' } })],
    unknown,
  ),
  policy('G10', 'an effect of no known kind, for everything', [{ ...OUT, Effect: 'Permit', Action: 'lambda:*' }], unknown),
  policy('G10', 'a statement without a Sid', [allow(undefined, '*')], bad('public-principal')),
  policy(
    'G10',
    'the keys of a statement in odd case',
    [{ effect: 'allow', principal: { aws: '*' }, action: ['lambda:InvokeFunction'], resource: [FUNCTION] }],
    bad('public-principal'),
  ),
  policy('G10', 'an effect of no known kind', [{ ...OPEN, Effect: 'Permit' }], unknown),
  policy(
    'G11',
    'an organization under IfExists, of a key that is demanded',
    [allow('A', '*', { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-exampleorgid' }, Null: { 'aws:principalorgid': 'false' } })],
    ok,
  ),
  policy(
    'G11',
    'paths under ForAllValues, of a key that is demanded',
    [allow('A', '*', { 'ForAllValues:StringLike': { 'aws:PrincipalOrgPaths': 'o-exampleorgid/*' }, Null: { 'aws:PrincipalOrgPaths': false } })],
    ok,
  ),
  policy(
    'G11',
    'an organization under IfExists, of a key that must be absent',
    [allow('A', '*', { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-exampleorgid' }, Null: { 'aws:PrincipalOrgID': 'true' } })],
    bad('public-principal'),
  ),
  policy(
    'G11',
    'an organization under IfExists, while another key is demanded',
    [allow('A', '*', { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-exampleorgid' }, Null: { 'aws:PrincipalAccount': 'false' } })],
    bad('public-principal'),
  ),
  policy('G11', 'a key that is only demanded', [allow('A', '*', { Null: { 'aws:PrincipalOrgID': 'false' } })], bad('public-principal')),
  policy(
    'G11',
    'a variable that the caller fills in',
    [allow('A', '*', { StringEquals: { 'aws:PrincipalOrgID': '${aws:PrincipalOrgID}' } })],
    bad('public-principal'),
  ),
  policy('G11', 'the organization of the resource', [allow('A', '*', { StringEquals: { 'aws:PrincipalOrgID': '${aws:ResourceOrgID}' } })], ok, {}),
  policy(
    'G11',
    'a path of the own organization',
    [allow('A', '*', { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-exampleorgid/r-ab12/*' } })],
    ok,
  ),
  policy(
    'G11',
    'a path pattern that admits other organizations',
    [allow('A', '*', { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-exampleorgid*' } })],
    bad('public-principal'),
  ),
  policy(
    'G11',
    'a source by StringLike whose * crosses the colons',
    [allow('A', { Service: 'sns.amazonaws.com' }, { StringLike: { 'aws:SourceArn': `arn:aws:sns:*:${OWN}:*` } })],
    bad('wildcard-source'),
  ),
  policy('G11', 'a role pattern of the own account', [allow('A', '*', { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${OWN}:role/*` } })], ok, {}),
  policy(
    'G11',
    'a role pattern of any account',
    [allow('A', '*', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/ci' } })],
    bad('public-principal'),
  ),
  policy(
    'P4',
    'a service for the organization',
    [allow('A', { Service: 'sns.amazonaws.com' }, { StringEquals: { 'aws:SourceOrgID': 'o-exampleorgid' } })],
    ok,
  ),
  policy(
    'P4',
    'a service for a foreign organization',
    [allow('A', { Service: 'sns.amazonaws.com' }, { StringEquals: { 'aws:SourceOrgID': 'o-strangers00' } })],
    bad('untrusted-source'),
  ),
  template('G1', 'the own account by pseudo parameter', `Resources:\n${grant('!Ref AWS::AccountId')}`, ok),
  template('G1', 'the root of the own account by Sub', `Resources:\n${grant('!Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"')}`, ok),
  template('G12', 'a parameter without a default', `Parameters:\n  Partner: { Type: String }\nResources:\n${grant('!Ref Partner')}`, unknown),
  template(
    'G12',
    'a parameter with a foreign default',
    `Parameters:\n  Partner: { Type: String, Default: "${FOREIGN}" }\nResources:\n${grant('!Ref Partner')}`,
    bad('untrusted-account'),
    'deny',
  ),
  template(
    'G12',
    'allowed values of which one violates',
    `Parameters:\n  Partner: { Type: String, AllowedValues: ["${OWN}", "${FOREIGN}"] }\nResources:\n${grant('!Ref Partner')}`,
    unknown,
  ),
  template(
    'G12',
    'allowed values that all violate',
    `Parameters:\n  Partner: { Type: String, AllowedValues: ["888888888888", "${FOREIGN}"] }\nResources:\n${grant('!Ref Partner')}`,
    bad('untrusted-account'),
    'deny',
  ),
  template(
    'G12',
    'one branch violates',
    `Parameters:\n  Env: { Type: String }\nConditions:\n  Prod: !Equals [!Ref Env, prod]\nResources:\n${grant(`!If [Prod, "${OWN}", "*"]`)}`,
    bad('public-principal'),
  ),
  template(
    'G12',
    'the violating branch is never taken',
    `Parameters:\n  Env: { Type: String, Default: prod }\nConditions:\n  Prod: !Equals [!Ref Env, prod]\nResources:\n${grant(`!If [Prod, "${OWN}", "*"]`)}`,
    ok,
  ),
  template(
    'G12',
    'branches that cannot meet are not condemned',
    `Parameters:\n  Env: { Type: String }\nConditions:\n  Prod: !Equals [!Ref Env, prod]\nResources:\n${grant('!If [Prod, "*", !Ref "AWS::AccountId"]', '      PrincipalOrgID: !If [Prod, o-exampleorgid, !Ref "AWS::NoValue"]\n')}`,
    ok,
  ),
  template('G12', 'a dynamic reference', `Resources:\n${grant('"{{resolve:ssm:/partner/account}}"')}`, unknown),
  template(
    'G12',
    'a source that is only known at deployment',
    `Resources:\n${grant('sns.amazonaws.com', '      SourceArn: !ImportValue topic\n')}`,
    unknown,
  ),
  template(
    'G12',
    'the own account beside a source that may turn out foreign',
    `Resources:\n${grant('sns.amazonaws.com', '      SourceArn: !ImportValue topic\n      SourceAccount: !Ref AWS::AccountId\n')}`,
    unknown,
  ),
  template(
    'G12',
    'anyone, for the own account, beside a source that may turn out foreign',
    `Resources:\n${grant('"*"', '      SourceArn: !ImportValue topic\n      SourceAccount: !Ref AWS::AccountId\n')}`,
    unknown,
  ),
  template('G12', 'conditions that are only known at deployment', openDocument('Condition: !ImportValue conditions'), unknown, 'deny'),
  template('G12', 'operands that are only known at deployment', openDocument('Condition: { StringEquals: !ImportValue operands }'), unknown, 'deny'),
  template(
    'G12',
    'operands of a Deny that are only known at deployment',
    openDocument('Condition: { StringEquals: !ImportValue o }', 'Deny'),
    ok,
    'deny',
  ),
  template(
    'G12',
    'a known fault beside an unknown',
    `Resources:\n${grant('"*"', '      SourceArn: arn:aws:sns:eu-west-1:*:t\n      SourceAccount: !ImportValue account\n')}`,
    bad('wildcard-source'),
  ),
];
