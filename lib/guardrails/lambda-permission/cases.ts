/** What must come out right, class by class. The base configuration names no list for this guardrail. */
import { bad, type Case, type CaseExpectation, FOREIGN, MEMBER, OWN, ok, type Properties, TRUSTED, open as unknown } from '../../core/case';
import { documentCases } from './cases.document';
import { recordCases } from './cases.record';
import { urlCases } from './cases.url';

const FUNCTION = `arn:aws:lambda:eu-west-1:${OWN}:function:orders`;

/** CloudFormation's names of the parameters → those of an AddPermission record. */
const lowerFirst = (properties: Properties): Properties =>
  Object.fromEntries(Object.entries(properties).map(([name, value]) => [`${name[0]?.toLowerCase()}${name.slice(1)}`, value]));

const TERRAFORM: { readonly [name: string]: string } = {
  PrincipalOrgID: 'principal_org_id',
  SourceArn: 'source_arn',
  SourceAccount: 'source_account',
  Principal: 'principal',
  Action: 'action',
  FunctionName: 'function_name',
  FunctionUrlAuthType: 'function_url_auth_type',
  EventSourceToken: 'event_source_token',
  InvokedViaFunctionUrl: 'invoked_via_function_url',
};

/** One permission as every source writes it. The SCP sees the principal and the URL's AuthType, and nothing else. */
function permission(
  label: string,
  name: string,
  parameters: Properties,
  expect: CaseExpectation,
  more: Partial<Case> = {},
  scp: Case['scp'] = expect.verdict === 'violation' ? 'unseen' : 'allow',
): Case {
  const properties: Properties = { FunctionName: 'orders', Action: 'lambda:InvokeFunction', ...parameters };
  return {
    class: label,
    name,
    resource: { type: 'AWS::Lambda::Permission', properties },
    terraform: {
      type: 'aws_lambda_permission',
      attributes: Object.fromEntries(Object.entries(properties).map(([key, value]) => [TERRAFORM[key] ?? key, value])),
    },
    record: {
      eventSource: 'lambda.amazonaws.com',
      eventName: 'AddPermission20150331v2',
      requestParameters: { ...lowerFirst(properties), statementId: 'Perm' },
      responseElements: null,
    },
    expect,
    scp,
    ...more,
  };
}

const REMOVE = [{ action: 'lambda:RemovePermission' as const, input: { FunctionName: 'orders', StatementId: 'Perm' } }];

const identities: readonly Case[] = [
  permission('G1', 'the own account', { Principal: OWN }, ok),
  permission('G1', 'another account of the organization', { Principal: MEMBER }, ok),
  permission('G1', 'the management account, which no list names', { Principal: '111111111111' }, ok),
  permission('G1', 'a trusted third party', { Principal: TRUSTED }, ok),
  permission('G2', 'an account that the list lacks', { Principal: FOREIGN }, bad('untrusted-account'), {}, 'deny'),
  permission('G2', 'an account while no member is listed', { Principal: FOREIGN }, unknown, {
    configuration: { organization: { id: 'o-exampleorgid', managementAccountId: '111111111111' } },
  }),
  permission('G2', 'the own account while no member is listed', { Principal: OWN }, ok, {
    configuration: { organization: { id: 'o-exampleorgid', managementAccountId: '111111111111' } },
  }),
  permission('G3', 'the root of a member', { Principal: `arn:aws:iam::${MEMBER}:root` }, ok),
  permission('G3', 'the root of a foreign account', { Principal: `arn:aws:iam::${FOREIGN}:root` }, bad('untrusted-account'), {}, 'deny'),
  permission(
    'G3',
    'a user with a path in a foreign account',
    { Principal: `arn:aws:iam::${FOREIGN}:user/eng/ada` },
    bad('untrusted-account'),
    {},
    'deny',
  ),
  permission('G3', 'a role with a path in a member account', { Principal: `arn:aws:iam::${MEMBER}:role/eks/node` }, ok),
  permission(
    'G3',
    'a session of a foreign role',
    { Principal: `arn:aws:sts::${FOREIGN}:assumed-role/ci/build` },
    bad('untrusted-account'),
    {},
    'deny',
  ),
  permission('G3', 'a federated user of the own account', { Principal: `arn:aws:sts::${OWN}:federated-user/ada` }, ok),
  permission('G3', 'a SAML provider', { Principal: `arn:aws:iam::${OWN}:saml-provider/corp` }, bad('untrusted-principal')),
  permission('G3', 'the unique id of a deleted role', { Principal: 'AROAEXAMPLEEXAMPLE123' }, bad('untrusted-principal'), {}, 'deny'),
  permission('G3', 'text of no known kind', { Principal: 'somebody' }, bad('untrusted-principal'), {}, 'deny'),
  permission('G3', 'an account id with a digit too many', { Principal: '2222222222222' }, bad('untrusted-principal'), {}, 'deny'),
  permission('G4', 'a role of a member in China', { Principal: `arn:aws-cn:iam::${MEMBER}:role/x` }, ok),
  permission('G4', 'a foreign role in GovCloud', { Principal: `arn:aws-us-gov:iam::${FOREIGN}:role/x` }, bad('untrusted-account'), {}, 'deny'),
  permission('G4', 'a regional service, scoped', { Principal: 'logs.us-east-1.amazonaws.com', SourceAccount: OWN }, ok),
  permission('G4', 'a service of China, unscoped', { Principal: 'events.amazonaws.com.cn' }, bad('unscoped-service')),
  permission(
    'G5',
    'a foreign role that is named like a service',
    { Principal: `arn:aws:iam::${FOREIGN}:role/s3.amazonaws.com` },
    bad('untrusted-account'),
    {},
    'deny',
  ),
  permission('G5', 'a member role that is named like a service', { Principal: `arn:aws:iam::${MEMBER}:role/s3.amazonaws.com` }, ok),
];

const sources: readonly Case[] = [
  permission(
    'P1',
    'a source ARN with * for its account',
    { Principal: 'events.amazonaws.com', SourceArn: 'arn:aws:events:eu-west-1:*:rule/x' },
    bad('wildcard-source'),
  ),
  permission(
    'P1',
    'a source ARN with ? in its account',
    { Principal: 'events.amazonaws.com', SourceArn: 'arn:aws:events:eu-west-1:22222222222?:rule/x' },
    bad('wildcard-source'),
  ),
  permission(
    'P1',
    'a source account with a wildcard in a stored statement',
    { Principal: 'sns.amazonaws.com', SourceArn: '*' },
    bad('wildcard-source'),
  ),
  permission(
    'P1',
    'anyone, from a source with * for its account',
    { Principal: '*', SourceArn: 'arn:aws:sns:eu-west-1:*:topic' },
    bad('wildcard-source'),
  ),
  permission(
    'P1',
    'a wildcard in the resource part only',
    { Principal: 'events.amazonaws.com', SourceArn: `arn:aws:events:eu-west-1:${OWN}:rule/*` },
    ok,
  ),
  permission('P1', 'a wildcard in the Region of the source', { Principal: 'events.amazonaws.com', SourceArn: `arn:aws:events:*:${OWN}:rule/x` }, ok),
  permission('P2', 'anyone of the own organization', { Principal: '*', PrincipalOrgID: 'o-exampleorgid' }, ok),
  permission('P2', 'anyone of a trusted organization', { Principal: '*', PrincipalOrgID: 'o-partnerorg0' }, ok),
  permission('P3', 'anyone of a foreign organization', { Principal: '*', PrincipalOrgID: 'o-strangers00' }, bad('untrusted-organization')),
  permission(
    'P3',
    'anyone, from a source in a foreign account',
    { Principal: '*', SourceArn: `arn:aws:sns:eu-west-1:${FOREIGN}:topic` },
    bad('untrusted-source'),
  ),
  permission('P3', 'anyone at all', { Principal: '*' }, bad('public-principal'), { plan: REMOVE }),
  permission('P3', 'anyone, from a source of the own account', { Principal: '*', SourceArn: `arn:aws:sns:eu-west-1:${OWN}:topic` }, ok),
  permission('P3', 'anyone, for the own account', { Principal: '*', SourceAccount: OWN }, ok),
  permission('P4', 'a service without a source', { Principal: 's3.amazonaws.com' }, bad('unscoped-service')),
  permission('P4', 'a service for a foreign account', { Principal: 's3.amazonaws.com', SourceAccount: FOREIGN }, bad('untrusted-source')),
  permission(
    'P4',
    'a service for a foreign ARN',
    { Principal: 'sns.amazonaws.com', SourceArn: `arn:aws:sns:eu-west-1:${FOREIGN}:t` },
    bad('untrusted-source'),
  ),
  permission(
    'P4',
    'a trusted account and a foreign ARN',
    { Principal: 'sns.amazonaws.com', SourceAccount: OWN, SourceArn: `arn:aws:sns:eu-west-1:${FOREIGN}:t` },
    bad('untrusted-source'),
  ),
  permission('P4', 'a bucket ARN and the own account', { Principal: 's3.amazonaws.com', SourceAccount: OWN, SourceArn: 'arn:aws:s3:::orders' }, ok),
  permission(
    'P4',
    'a bucket ARN and a trusted account',
    { Principal: 's3.amazonaws.com', SourceAccount: TRUSTED, SourceArn: 'arn:aws:s3:::orders' },
    ok,
  ),
  permission('P4', 'a bucket ARN alone', { Principal: 's3.amazonaws.com', SourceArn: 'arn:aws:s3:::orders' }, bad('unscoped-service')),
  permission('P4', 'the source account alone', { Principal: 'events.amazonaws.com', SourceAccount: MEMBER }, ok),
  permission(
    'P4',
    'a condition on the caller scopes no service',
    { Principal: 's3.amazonaws.com', PrincipalOrgID: 'o-exampleorgid' },
    bad('unscoped-service'),
  ),
  permission(
    'P5',
    'a service that the list lacks',
    { Principal: 'iot.amazonaws.com', SourceAccount: OWN },
    bad('untrusted-service'),
    { settings: { trustedServices: ['s3.amazonaws.com'] } },
    'deny',
  ),
  permission('P5', 'a listed service in its regional form', { Principal: 's3.eu-west-1.amazonaws.com', SourceAccount: OWN }, ok, {
    settings: { trustedServices: ['s3.amazonaws.com'] },
  }),
  permission('P5', 'Alexa with its token', { Principal: 'alexa-appkit.amazon.com', EventSourceToken: 'amzn1.ask.skill.1' }, ok, {
    settings: { unscopedServices: ['alexa-appkit.amazon.com'] },
  }),
  permission('P5', 'Alexa without a token', { Principal: 'alexa-appkit.amazon.com' }, bad('unscoped-service'), {
    settings: { unscopedServices: ['alexa-appkit.amazon.com'] },
  }),
  permission(
    'P5',
    'Alexa with a token but not listed',
    { Principal: 'alexa-appkit.amazon.com', EventSourceToken: 'amzn1.ask.skill.1' },
    bad('unscoped-service'),
  ),
  permission(
    'P5',
    'a listed service in a Region of the European sovereign cloud',
    { Principal: 'logs.eusc-de-east-1.amazonaws.eu', SourceAccount: OWN },
    ok,
    { settings: { trustedServices: ['logs.amazonaws.com'] } },
  ),
  permission('P5', 'a listed service that cannot send a source', { Principal: 'cognito-idp.amazonaws.com' }, ok, {
    settings: { unscopedServices: ['cognito-idp.amazonaws.com'], trustedServices: ['s3.amazonaws.com'] },
  }),
  permission(
    'P5',
    "a listed service, but for a stranger's account",
    { Principal: 'cognito-idp.amazonaws.com', SourceAccount: FOREIGN },
    bad('untrusted-source'),
    {
      settings: { unscopedServices: ['cognito-idp.amazonaws.com'] },
    },
  ),
];

const actions: readonly Case[] = [
  permission('P6', 'everything to a trusted account', { Principal: TRUSTED, Action: '*' }, bad('excessive-action')),
  permission('P6', 'all of Lambda to a member', { Principal: MEMBER, Action: 'lambda:*' }, bad('excessive-action')),
  permission('P6', 'a change of code to a trusted account', { Principal: TRUSTED, Action: 'lambda:UpdateFunctionCode' }, bad('excessive-action')),
  permission('P6', 'the code to a foreign account', { Principal: FOREIGN, Action: 'lambda:GetFunction' }, bad('excessive-action'), {}, 'deny'),
  permission('P6', 'a wildcard that also covers other invocations', { Principal: MEMBER, Action: 'lambda:Invoke*' }, bad('excessive-action')),
  permission('P6', 'the action in another case', { Principal: MEMBER, Action: 'Lambda:invokefunction' }, ok),
  permission('P6', 'all of Lambda to the own account', { Principal: OWN, Action: 'lambda:*' }, ok),
  permission('P6', 'an action that the configuration allows', { Principal: MEMBER, Action: 'lambda:GetFunction' }, ok, {
    settings: { allowedActions: ['lambda:InvokeFunction', 'lambda:Get*'] },
  }),
  permission('P6', 'everything to the world is public first', { Principal: '*', Action: 'lambda:*' }, bad('public-principal')),
];

const exemption = (fields: Properties): Properties => ({
  exemptions: [
    {
      guardrails: ['lambda-permission'],
      resources: [FUNCTION],
      reason: 'partner pilot',
      owner: 'team@example.com',
      expires: '2999-12-31',
      ...fields,
    },
  ],
});

const exemptions: readonly Case[] = [
  permission('G14', 'exempt', { Principal: FOREIGN }, { verdict: 'exempt' }, { configuration: exemption({}) }),
  permission(
    'G14',
    'exempt no longer',
    { Principal: FOREIGN },
    bad('untrusted-account'),
    { configuration: exemption({ expires: '2020-01-31' }) },
    'deny',
  ),
  permission(
    'G14',
    'a glob in another Region',
    { Principal: FOREIGN },
    { verdict: 'exempt' },
    { configuration: exemption({ resources: [`arn:aws:lambda:*:${OWN}:function:ord*`] }) },
  ),
  permission(
    'G14',
    'a glob that would have to cross a colon',
    { Principal: FOREIGN },
    bad('untrusted-account'),
    { configuration: exemption({ resources: ['arn:aws:lambda:*:function:orders'] }) },
    'deny',
  ),
  permission(
    'G14',
    'an exemption of another guardrail',
    { Principal: FOREIGN },
    bad('untrusted-account'),
    { configuration: exemption({ guardrails: ['lambda-vpc'] }) },
    'deny',
  ),
];

/** The member template's own trigger, where the service is not listed; and what is nearly that. The SCP sees no source: it spares who deploys. */
const REMEDIATOR = 'perimeter-sns-subscription-remediator';
const rule = (name: string, place = `aws:events:eu-west-1:${OWN}`): string => `arn:${place}:rule/${name}`;
const trigger = (name: string, parameters: Properties, expect: CaseExpectation): Case =>
  permission(
    'P5',
    name,
    {
      FunctionName: REMEDIATOR,
      Principal: 'events.amazonaws.com',
      SourceAccount: OWN,
      SourceArn: rule('perimeter-sns-subscription-changes'),
      ...parameters,
    },
    expect,
    { settings: { trustedServices: ['s3.amazonaws.com'] } },
    'deny',
  );

const triggers: readonly Case[] = [
  trigger("Perimeter's own trigger", {}, { verdict: 'exempt' }),
  trigger("Perimeter's own trigger, by ARN", { FunctionName: `arn:aws:lambda:eu-west-1:${OWN}:function:${REMEDIATOR}` }, { verdict: 'exempt' }),
  trigger(
    "Perimeter's own schedule",
    { Principal: 'scheduler.amazonaws.com', SourceArn: `arn:aws:scheduler:eu-west-1:${OWN}:schedule/perimeter/perimeter-sweep` },
    { verdict: 'exempt' },
  ),
  trigger('a function that is only named like ours', { FunctionName: 'perimeter-orders' }, bad('untrusted-service')),
  trigger('a function whose name begins like ours', { FunctionName: `${REMEDIATOR}-2` }, bad('untrusted-service')),
  trigger('an alias of our function, which we do not have', { FunctionName: `${REMEDIATOR}:live` }, bad('untrusted-service')),
  trigger(
    'our rule in another account',
    { SourceAccount: MEMBER, SourceArn: rule('perimeter-x', `aws:events:eu-west-1:${MEMBER}`) },
    bad('untrusted-service'),
  ),
  trigger(
    "a rule like ours in a stranger's account",
    { SourceAccount: FOREIGN, SourceArn: rule('perimeter-x', `aws:events:eu-west-1:${FOREIGN}`) },
    bad('untrusted-source'),
  ),
  trigger('our rule in another Region', { SourceArn: rule('perimeter-x', `aws:events:us-east-1:${OWN}`) }, bad('untrusted-service')),
  trigger('our rule in another partition', { SourceArn: rule('perimeter-x', `aws-cn:events:cn-north-1:${OWN}`) }, bad('untrusted-service')),
  trigger('another service', { Principal: 'sns.amazonaws.com', SourceArn: `arn:aws:sns:eu-west-1:${OWN}:perimeter-x` }, bad('untrusted-service')),
  trigger('another service that says it is our rule', { Principal: 'sns.amazonaws.com' }, bad('untrusted-service')),
  trigger('a rule that is not ours', { SourceArn: rule('orders') }, bad('untrusted-service')),
  trigger('a rule that is named like ours on another bus', { SourceArn: rule('orders/perimeter-x') }, bad('untrusted-service')),
  trigger('any rule that is named like ours', { SourceArn: rule('perimeter-*') }, bad('untrusted-service')),
  trigger('any rule', { SourceArn: rule('*') }, bad('untrusted-service')),
  permission(
    'P5',
    'our function, but no source',
    { FunctionName: REMEDIATOR, Principal: 'events.amazonaws.com', SourceAccount: OWN },
    bad('untrusted-service'),
    { settings: { trustedServices: ['s3.amazonaws.com'] } },
    'deny',
  ),
  trigger('more than to invoke', { Action: 'lambda:*' }, bad('untrusted-service')),
  trigger('a change of code instead', { Action: 'lambda:UpdateFunctionCode' }, bad('untrusted-service')),
];

export const cases: readonly Case[] = [
  ...identities,
  ...sources,
  ...actions,
  ...triggers,
  ...recordCases,
  ...exemptions,
  ...documentCases,
  ...urlCases,
];
