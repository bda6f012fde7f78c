/** What a removed grant is put back with: exactly what stood there, or nothing; never more. */
import type { Fact, Place } from '../../lib/core/guardrail';
import { judgeFacts } from '../../lib/core/judge';
import type { LiveAnswer } from '../../lib/core/live';
import type { Value } from '../../lib/core/value';
import type { Call } from '../../lib/core/verdict';
import layers from '../../lib/guardrails/lambda-layer-permission';
import { unreadPolicy as layerPolicy } from '../../lib/guardrails/lambda-layer-permission/facts';
import functions from '../../lib/guardrails/lambda-permission';
import { unreadPolicy as functionPolicy } from '../../lib/guardrails/lambda-permission/facts';

type Properties = { readonly [name: string]: Value };

const PLACE: Place = { partition: 'aws', region: 'eu-west-1', account: '222222222222' };
const LAYER = 'arn:aws:lambda:eu-west-1:222222222222:layer:common';
const FUNCTION = 'arn:aws:lambda:eu-west-1:222222222222:function:orders';
const CONFIGURATION = {
  trust: {
    organizationId: 'o-exampleorgid',
    managementAccountId: '111111111111',
    accountIds: new Set(['222222222222']),
    trustedAccountIds: new Set<string>(),
    trustedOrganizationIds: new Set<string>(),
  },
  guardrails: {},
  exemptions: [],
};

/** The policy as AWS tells it now, judged. */
const answerWith = (document: Properties): LiveAnswer => ({ kind: 'found', output: { Policy: JSON.stringify(document), RevisionId: 'r' } });
const restoreIn = (guardrail: Parameters<typeof judgeFacts>[1], facts: readonly Fact[]): readonly Call[] | undefined =>
  judgeFacts({ configuration: CONFIGURATION, today: '2026-11-23' }, guardrail, facts)[0]?.plan?.restore;

function layerRestore(fields: Properties): readonly Call[] | undefined {
  const [fact] = layerPolicy(`${LAYER}:7`, PLACE);
  const statement = { Sid: 'share', Effect: 'Allow', Action: 'lambda:GetLayerVersion', Resource: `${LAYER}:7`, ...fields };
  return restoreIn(layers, fact && layers.live ? layers.live.facts(fact, [answerWith({ Statement: [statement] })]) : []);
}

function functionRestore(fields: Properties): readonly Call[] | undefined {
  const [fact] = functionPolicy(FUNCTION, PLACE);
  const statement = { Sid: 'Out', Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: FUNCTION, ...fields };
  return restoreIn(functions, fact && functions.live ? functions.live.facts(fact, [answerWith({ Statement: [statement] })]) : []);
}

describe('a grant on a layer version', () => {
  it.each<[string, Properties, Properties]>([
    ['every account', { Principal: '*' }, { Principal: '*' }],
    ['an account, by its root', { Principal: { AWS: 'arn:aws:iam::999999999999:root' } }, { Principal: '999999999999' }],
    ['an account alone in a list', { Principal: { AWS: ['arn:aws-cn:iam::999999999999:root'] } }, { Principal: '999999999999' }],
    [
      'an organization',
      { Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-strangers00' } } },
      { Principal: '*', OrganizationId: 'o-strangers00' },
    ],
  ])('is put back as it was: %s', (_, fields, parameters) => {
    const input = { LayerName: LAYER, VersionNumber: 7, StatementId: 'share', Action: 'lambda:GetLayerVersion', ...parameters };

    expect(layerRestore(fields)).toEqual([{ action: 'lambda:AddLayerVersionPermission', input }]);
  });

  it.each<[string, Properties]>([
    ['several accounts', { Principal: { AWS: ['999999999999', '888888888888'] } }],
    ['a principal of another type', { Principal: { Service: 'lambda.amazonaws.com' } }],
    ['several organizations', { Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': ['o-strangers00', 'o-exampleorgid'] } } }],
    ['an organization by another operator', { Principal: '*', Condition: { StringLike: { 'aws:PrincipalOrgID': 'o-strangers0?' } } }],
    [
      'one more condition',
      { Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-strangers00' }, Bool: { 'aws:SecureTransport': 'true' } } },
    ],
  ])('is not put back where AddLayerVersionPermission cannot say it: %s', (_, fields) => {
    expect(layerRestore(fields)).toBeUndefined();
  });
});

describe('a grant on a function', () => {
  it.each<[string, Properties, Properties]>([
    ['a source ARN', { ArnLike: { 'AWS:SourceArn': 'arn:aws:sns:eu-west-1:999999999999:t' } }, { SourceArn: 'arn:aws:sns:eu-west-1:999999999999:t' }],
    ['a source account', { StringEquals: { 'AWS:SourceAccount': '999999999999' } }, { SourceAccount: '999999999999' }],
    ['no condition', {}, {}],
  ])('is put back as AddPermission said it: %s', (_, condition, parameters) => {
    const input = { FunctionName: 'orders', StatementId: 'Out', Action: 'lambda:InvokeFunction', Principal: 'sns.amazonaws.com', ...parameters };

    expect(functionRestore({ Principal: { Service: 'sns.amazonaws.com' }, Condition: condition })).toEqual([
      { action: 'lambda:AddPermission', input },
    ]);
  });

  it.each<[string, Properties]>([
    ['a source ARN that is compared as text', { StringEquals: { 'aws:SourceArn': 'arn:aws:sns:eu-west-1:999999999999:t' } }],
    ['an account under another operator', { StringEqualsIgnoreCase: { 'aws:SourceAccount': '999999999999' } }],
    ['a set operator', { 'ForAnyValue:StringEquals': { 'aws:SourceAccount': '999999999999' } }],
    ['a key of another kind', { StringEquals: { 'aws:SourceOrgID': 'o-strangers00' } }],
  ])('is put back as a document where AddPermission would say something else: %s', (_, condition) => {
    const statement = { Sid: 'Out', Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: FUNCTION };
    const document = { Statement: [{ ...statement, Principal: { Service: 'sns.amazonaws.com' }, Condition: condition }] };

    expect(functionRestore({ Principal: { Service: 'sns.amazonaws.com' }, Condition: condition })).toEqual([
      { action: 'lambda:PutResourcePolicy', input: { ResourceArn: FUNCTION, Policy: JSON.stringify(document) } },
    ]);
  });
});
