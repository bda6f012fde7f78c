/** What must come out right, class by class. This guardrail has no lists. The policy language cannot see the grantee. */
import { bad, type Case, type CaseExpectation, FOREIGN, MEMBER, OWN, ok, type Properties, TRUSTED, open as unknown } from '../../core/case';

const LAYER = `arn:aws:lambda:eu-west-1:${OWN}:layer:common`;

const REMOVE: Case['plan'] = [{ action: 'lambda:RemoveLayerVersionPermission', input: { LayerName: LAYER, VersionNumber: 7, StatementId: 'share' } }];

/** One grant on version 7 as every source writes it. */
const share = (
  label: string,
  name: string,
  principal: string,
  organization: string | undefined,
  expect: CaseExpectation,
  more: Partial<Case> = {},
): Case => ({
  class: label,
  name,
  resource: {
    type: 'AWS::Lambda::LayerVersionPermission',
    properties: {
      LayerVersionArn: `${LAYER}:7`,
      Action: 'lambda:GetLayerVersion',
      Principal: principal,
      ...(organization !== undefined && { OrganizationId: organization }),
    },
  },
  terraform: {
    type: 'aws_lambda_layer_version_permission',
    attributes: {
      layer_name: LAYER,
      version_number: 7,
      action: 'lambda:GetLayerVersion',
      principal,
      statement_id: 'share',
      organization_id: organization ?? '',
    },
  },
  record: {
    eventSource: 'lambda.amazonaws.com',
    eventName: 'AddLayerVersionPermission20181031',
    requestParameters: {
      layerName: LAYER,
      versionNumber: 7,
      statementId: 'share',
      action: 'lambda:GetLayerVersion',
      principal,
      ...(organization !== undefined && { organizationId: organization }),
    },
    responseElements: null,
  },
  expect,
  scp: expect.verdict === 'violation' ? 'unseen' : 'allow',
  ...more,
});

const record = (label: string, name: string, fields: Properties, expect: Case['expect'], plan?: Case['plan']): Case => ({
  class: label,
  name,
  record: { eventSource: 'lambda.amazonaws.com', eventName: 'AddLayerVersionPermission20181031', responseElements: null, ...fields },
  expect,
  scp: 'unseen',
  ...(plan && { plan }),
});

const request = (parameters: Properties): Properties => ({
  layerName: 'common',
  versionNumber: 7,
  statementId: 'share',
  action: 'lambda:GetLayerVersion',
  ...parameters,
});

const statement = (fields: Properties): Properties => ({
  Sid: 'share',
  Effect: 'Allow',
  Action: 'lambda:GetLayerVersion',
  Resource: `${LAYER}:7`,
  ...fields,
});

const stored = (fields: Properties): Properties => ({
  statement: JSON.stringify(statement(fields)),
  revisionId: '11111111-2222-3333-4444-555555555555',
});

const template = (label: string, name: string, principal: string, expect: CaseExpectation, head = ''): Case => ({
  class: label,
  name,
  template: `AWSTemplateFormatVersion: "2010-09-09"
${head}Resources:
  Layer:
    Type: AWS::Lambda::LayerVersion
    Properties: { Content: { S3Bucket: b, S3Key: k } }
  Share:
    Type: AWS::Lambda::LayerVersionPermission
    Properties:
      LayerVersionArn: !Ref Layer
      Action: lambda:GetLayerVersion
      Principal: ${principal}
`,
  expect,
  scp: 'unseen',
});

export const cases: readonly Case[] = [
  share('Y1', 'every account', '*', undefined, bad('public-layer'), { plan: REMOVE }),
  share('Y1', 'the own organization', '*', 'o-exampleorgid', ok),
  share('Y1', 'a trusted organization', '*', 'o-partnerorg0', ok),
  share('Y1', 'a foreign organization', '*', 'o-strangers00', bad('untrusted-organization'), { plan: REMOVE }),
  share('Y1', 'an organization whose id only begins like ours', '*', 'o-exampleorgidx', bad('untrusted-organization')),
  share('Y1', 'an organization id in upper case is another one', '*', 'O-EXAMPLEORGID', bad('public-layer')),
  share('G1', 'the own account', OWN, undefined, ok),
  share('G1', 'a member', MEMBER, undefined, ok),
  share('G1', 'a trusted third party', TRUSTED, undefined, ok),
  share('G2', 'an account that the list lacks', FOREIGN, undefined, bad('untrusted-account'), { plan: REMOVE }),
  share('G2', 'an account while no member is listed', FOREIGN, undefined, unknown, {
    configuration: { organization: { id: 'o-exampleorgid', managementAccountId: '111111111111' } },
  }),
  share('G3', 'the root of a foreign account', `arn:aws:iam::${FOREIGN}:root`, undefined, bad('untrusted-account')),
  share('G3', 'text of no known kind', 'everyone', undefined, bad('untrusted-principal')),
  share('G3', 'a service, which no layer can be granted to', 'lambda.amazonaws.com', undefined, bad('untrusted-principal')),
  record('Y2', 'by name', { requestParameters: request({ principal: '*' }) }, bad('public-layer'), REMOVE),
  record('Y2', 'by ARN', { requestParameters: request({ principal: '*', layerName: LAYER }) }, bad('public-layer'), REMOVE),
  record('Y2', 'by version ARN', { requestParameters: request({ principal: '*', layerName: `${LAYER}:7` }) }, bad('public-layer'), REMOVE),
  record(
    'Y2',
    'by an ARN as a path carries it',
    { requestParameters: request({ principal: '*', layerName: encodeURIComponent(LAYER) }) },
    bad('public-layer'),
    REMOVE,
  ),
  record(
    'Y2',
    'by the stored statement alone',
    { requestParameters: null, responseElements: stored({ Principal: '*' }) },
    bad('public-layer'),
    REMOVE,
  ),
  record('Y3', 'a failed call that reuses a Sid', { requestParameters: request({ principal: '*' }), errorCode: 'ResourceConflictException' }, []),
  record('Y3', 'a call that was denied', { requestParameters: null, errorCode: 'AccessDenied' }, []),
  record('Y4', 'a grant on another version', { requestParameters: request({ principal: '*', versionNumber: 1 }) }, bad('public-layer'), [
    { action: 'lambda:RemoveLayerVersionPermission', input: { LayerName: LAYER, VersionNumber: 1, StatementId: 'share' } },
  ]),
  record(
    'Y4',
    "the request's version holds where the stored statement names the layer alone",
    { requestParameters: request({ principal: '*' }), responseElements: stored({ Principal: '*', Resource: LAYER }) },
    bad('public-layer'),
    REMOVE,
  ),
  record(
    'Y4',
    'a version that is no number',
    { requestParameters: request({ principal: '*', layerName: `${LAYER}:latest` }) },
    bad('public-layer'),
    [],
  ),
  record('Y4', 'the version as text', { requestParameters: request({ principal: FOREIGN, versionNumber: '7' }) }, bad('untrusted-account'), REMOVE),
  record(
    'G4',
    'a layer in China',
    { awsRegion: 'cn-north-1', requestParameters: request({ principal: '*', layerName: `arn:aws-cn:lambda:cn-north-1:${OWN}:layer:common` }) },
    bad('public-layer'),
    [
      {
        action: 'lambda:RemoveLayerVersionPermission',
        input: { LayerName: `arn:aws-cn:lambda:cn-north-1:${OWN}:layer:common`, VersionNumber: 7, StatementId: 'share' },
      },
    ],
  ),
  record('G6', 'neither request nor stored statement', { requestParameters: null }, unknown),
  record(
    'G6',
    'the stored statement wins over the request',
    { requestParameters: request({ principal: '*', organizationId: 'o-exampleorgid' }), responseElements: stored({ Principal: '*' }) },
    bad('public-layer'),
  ),
  record(
    'G6',
    'a stored statement that is no text',
    { requestParameters: null, responseElements: { statement: statement({ Principal: '*' }) } },
    bad('public-layer'),
    REMOVE,
  ),
  record('G6', 'a version that nothing names', { requestParameters: request({ principal: '*', versionNumber: null }) }, bad('public-layer'), []),
  record('G10', 'no principal', { responseElements: stored({ Principal: { AWS: [] } }) }, unknown),
  record(
    'G11',
    'the organization under IfExists, of a key that is demanded',
    {
      responseElements: stored({
        Principal: '*',
        Condition: { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-exampleorgid' }, Null: { 'aws:PrincipalOrgID': 'false' } },
      }),
    },
    ok,
  ),
  record(
    'G7',
    'the copy that the caller received',
    { requestParameters: request({ principal: '*', layerName: LAYER }), recipientAccountId: MEMBER },
    [],
  ),
  record(
    'G7',
    "the owner's copy of a stranger's call",
    { requestParameters: request({ principal: '*', layerName: LAYER }), userIdentity: { type: 'AWSAccount', accountId: FOREIGN } },
    bad('public-layer'),
  ),
  record(
    'G11',
    'an organization under IfExists',
    { responseElements: stored({ Principal: '*', Condition: { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } }) },
    bad('public-layer'),
  ),
  record(
    'G11',
    'the organization, with the key in odd case',
    { responseElements: stored({ Principal: '*', Condition: { StringEquals: { 'AWS:PrincipalOrgId': 'o-exampleorgid' } } }) },
    ok,
  ),
  template('G12', 'the own account by pseudo parameter', '!Ref AWS::AccountId', ok),
  template('G12', 'a parameter without a default', '!Ref Partner', unknown, 'Parameters: { Partner: { Type: String } }\n'),
  template(
    'G12',
    'a branch that shares with every account',
    '!If [Open, "*", !Ref "AWS::AccountId"]',
    bad('public-layer'),
    'Parameters: { Mode: { Type: String } }\nConditions: { Open: !Equals [!Ref Mode, open] }\n',
  ),
  share(
    'G14',
    'exempt by the layer of the version',
    FOREIGN,
    undefined,
    { verdict: 'exempt' },
    {
      configuration: {
        exemptions: [
          { guardrails: ['lambda-layer-permission'], resources: [LAYER], reason: 'partner pilot', owner: 'team@example.com', expires: '2999-12-31' },
        ],
      },
    },
  ),
  share('G14', 'exempt no longer', FOREIGN, undefined, bad('untrusted-account'), {
    configuration: {
      exemptions: [
        { guardrails: ['lambda-layer-permission'], resources: [LAYER], reason: 'partner pilot', owner: 'team@example.com', expires: '2020-01-31' },
      ],
    },
  }),
];
