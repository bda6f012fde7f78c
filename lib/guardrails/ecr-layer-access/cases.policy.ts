/** Policies of repositories, registries and creation templates. */
import { bad, type Case, FOREIGN, MEMBER, OWN, ok, open, type Properties, TRUSTED } from '../../core/case';
import type { Value } from '../../core/value';

const PUBLIC = bad('public-repository');
const ACCOUNT = bad('untrusted-account');
const ORGANIZATION = bad('untrusted-organization');

const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
const documentOf = (statements: readonly Properties[]): Properties => ({ Version: '2012-10-17', Statement: statements });
const grant = (principal: Value, more: Properties = {}): Properties => ({
  Sid: 'Pull',
  Effect: 'Allow',
  Principal: principal,
  Action: PULL,
  ...more,
});
const when = (operator: string, key: string, value: Value): Properties => ({ Condition: { [operator]: { [key]: value } } });
const account = (id: string): Value => ({ AWS: `arn:aws:iam::${id}:root` });
const scpOf = (expect: Case['expect']): Case['scp'] => ('verdict' in expect && expect.verdict === 'compliant' ? 'allow' : 'unseen');

/** The policy of one repository as every source writes it. No policy language sees what a policy says. */
function repository(label: string, name: string, statements: readonly Properties[], expect: Case['expect'], more: Partial<Case> = {}): Case {
  const document = documentOf(statements);
  const policyText = JSON.stringify(document);
  return {
    class: label,
    name,
    resource: { type: 'AWS::ECR::Repository', properties: { RepositoryName: 'app', RepositoryPolicyText: document } },
    terraform: { type: 'aws_ecr_repository_policy', attributes: { repository: 'app', policy: policyText } },
    record: {
      eventSource: 'ecr.amazonaws.com',
      eventName: 'SetRepositoryPolicy',
      requestParameters: { repositoryName: 'app', policyText, force: false },
      responseElements: { registryId: OWN, repositoryName: 'app', policyText: JSON.stringify(document, null, 2) },
      resources: [{ ARN: `arn:aws:ecr:eu-west-1:${OWN}:repository/app`, accountId: OWN }],
    },
    expect,
    scp: scpOf(expect),
    ...more,
  };
}

function registry(label: string, name: string, statements: readonly Properties[], expect: Case['expect'], more: Partial<Case> = {}): Case {
  const document = documentOf(statements);
  const policyText = JSON.stringify(document);
  return {
    class: label,
    name,
    resource: { type: 'AWS::ECR::RegistryPolicy', properties: { PolicyText: document } },
    terraform: { type: 'aws_ecr_registry_policy', attributes: { policy: policyText } },
    record: {
      eventSource: 'ecr.amazonaws.com',
      eventName: 'PutRegistryPolicy',
      requestParameters: { policyText },
      responseElements: { registryId: OWN, policyText },
    },
    expect,
    scp: scpOf(expect),
    ...more,
  };
}

function template(label: string, name: string, statements: readonly Properties[], expect: Case['expect'], more: Partial<Case> = {}): Case {
  const repositoryPolicy = JSON.stringify(documentOf(statements));
  const stored = { prefix: 'team', repositoryPolicy, appliedFor: ['REPLICATION'], imageTagMutability: 'IMMUTABLE' };
  return {
    class: label,
    name,
    resource: {
      type: 'AWS::ECR::RepositoryCreationTemplate',
      properties: { Prefix: 'team', AppliedFor: ['REPLICATION'], RepositoryPolicy: repositoryPolicy },
    },
    terraform: { type: 'aws_ecr_repository_creation_template', attributes: { prefix: 'team', repository_policy: repositoryPolicy } },
    record: {
      eventSource: 'ecr.amazonaws.com',
      eventName: 'CreateRepositoryCreationTemplate',
      requestParameters: { prefix: 'team', repositoryPolicy, appliedFor: ['REPLICATION'] },
      responseElements: { registryId: OWN, repositoryCreationTemplate: stored },
    },
    expect,
    scp: scpOf(expect),
    ...more,
  };
}

const call = (label: string, name: string, record: Properties, expect: Case['expect'], more: Partial<Case> = {}): Case => ({
  class: label,
  name,
  record: { eventSource: 'ecr.amazonaws.com', ...record },
  expect,
  scp: scpOf(expect),
  ...more,
});

const exemption = (resource: string, expires: string): Partial<Case> => ({
  configuration: {
    exemptions: [{ guardrails: ['ecr-layer-access'], resources: [resource], reason: 'a partner builds on it', owner: 'images@example.com', expires }],
  },
});

const deniedToAllBut = (...ids: readonly string[]): Properties => ({
  Effect: 'Deny',
  NotPrincipal: { AWS: ids.map((id) => `arn:aws:iam::${id}:root`) },
  Action: 'ecr:*',
});
const PUBLIC_GRANT = grant('*');
const LAMBDA = { Service: 'lambda.amazonaws.com' };
const FUNCTIONS = (id: string): string => `arn:aws:lambda:eu-west-1:${id}:function:*`;

export const policyCases: readonly Case[] = [
  repository('G1', 'the own account', [grant(account(OWN))], ok),
  repository('G1', 'an account of the organization, by its id', [grant({ AWS: MEMBER })], ok),
  repository(
    'G1',
    'a role of the organization that allowedRoles leaves out: judged when it pulls',
    [grant({ AWS: `arn:aws:iam::${MEMBER}:role/deploy` })],
    ok,
  ),
  repository('G1', 'a trusted account', [grant(account(TRUSTED))], ok),
  repository('G2', 'an account, and no member is listed', [grant(account(MEMBER))], open, {
    configuration: { organization: { id: 'o-exampleorgid', managementAccountId: '111111111111' } },
  }),
  repository('E10', 'a foreign account', [grant(account(FOREIGN))], ACCOUNT, {
    plan: [{ action: 'ecr:DeleteRepositoryPolicy', input: { registryId: OWN, repositoryName: 'app' } }],
  }),
  repository('E10', 'a role of a foreign account among our own', [grant({ AWS: [OWN, `arn:aws:iam::${FOREIGN}:role/ci-deploy`] })], ACCOUNT),
  repository('E10', 'anyone', [PUBLIC_GRANT], PUBLIC),
  repository('E10', 'anyone, as {"AWS": "*"}', [grant({ AWS: '*' })], PUBLIC),
  repository('E10', 'anyone of the organization', [grant('*', when('StringEquals', 'aws:PrincipalOrgID', 'o-exampleorgid'))], ok),
  repository('E10', 'anyone of a trusted organization', [grant('*', when('StringEquals', 'aws:PrincipalOrgID', 'o-partnerorg0'))], ok),
  repository('E10', 'anyone of a foreign organization', [grant('*', when('StringEquals', 'aws:PrincipalOrgID', 'o-strangers0'))], ORGANIZATION),
  repository('E10', 'any action, to a foreign account', [grant(account(FOREIGN), { Action: '*' })], ACCOUNT),
  repository('E10', 'the door rather than the image', [grant(account(FOREIGN), { Action: 'ecr:SetRepositoryPolicy' })], ACCOUNT),
  repository('E10', 'the referrers of an image', [grant(account(FOREIGN), { Action: 'ecr:BatchGetImageReferrer' })], ACCOUNT),
  repository('E10', 'an action in odd case', [grant(account(FOREIGN), { Action: 'ECR:batchgetIMAGE' })], ACCOUNT),
  repository(
    'E10',
    'pushing is no pull',
    [grant(account(FOREIGN), { Action: ['ecr:PutImage', 'ecr:InitiateLayerUpload', 'ecr:DescribeImages'] })],
    ok,
  ),
  repository('E10', 'Lambda, as AWS documents it: without a source', [grant(LAMBDA)], ok),
  repository('E10', 'Lambda for a member', [grant(LAMBDA, when('StringLike', 'aws:sourceARN', FUNCTIONS(MEMBER)))], ok),
  repository('E10', 'Lambda for a foreign account', [grant(LAMBDA, when('StringLike', 'aws:sourceARN', FUNCTIONS(FOREIGN)))], ACCOUNT),
  repository(
    'E10',
    'CodeBuild for a foreign organization',
    [grant({ Service: 'codebuild.amazonaws.com' }, when('StringEquals', 'aws:SourceOrgID', 'o-strangers0'))],
    ORGANIZATION,
  ),
  repository('E10', 'Lambda for any account that can be written', [grant(LAMBDA, when('ArnLike', 'aws:SourceArn', FUNCTIONS('*')))], PUBLIC),
  repository(
    'E10',
    'two statements violate: two assessments, and both go',
    [grant(account(FOREIGN)), grant('*', { Sid: 'Open' }), grant(account(MEMBER), { Sid: 'Member' })],
    [ACCOUNT, PUBLIC],
    {
      plan: [
        {
          action: 'ecr:SetRepositoryPolicy',
          input: { registryId: OWN, repositoryName: 'app', policyText: JSON.stringify(documentOf([grant(account(MEMBER), { Sid: 'Member' })])) },
        },
      ],
    },
  ),
  repository('E10', 'a policy without a statement', [], ok),
  {
    class: 'E10',
    name: 'a repository without a policy',
    resource: { type: 'AWS::ECR::Repository', properties: { RepositoryName: 'app' } },
    expect: ok,
    scp: 'allow',
  },
  {
    class: 'E10',
    name: 'a policy as JSON text',
    resource: { type: 'AWS::ECR::Repository', properties: { RepositoryPolicyText: JSON.stringify(documentOf([PUBLIC_GRANT])) } },
    expect: PUBLIC,
    scp: 'unseen',
  },
  registry(
    'E10',
    'a foreign account may replicate into our registry',
    [grant(account(FOREIGN), { Action: ['ecr:ReplicateImage', 'ecr:CreateRepository'], Resource: '*' })],
    ok,
  ),
  registry(
    'E10',
    'a foreign account may pull from all repositories',
    [grant(account(FOREIGN), { Resource: `arn:aws:ecr:eu-west-1:${OWN}:repository/*` })],
    ACCOUNT,
    {
      plan: [{ action: 'ecr:DeleteRegistryPolicy', input: {} }],
    },
  ),
  registry(
    'E10',
    'anyone of the organization may pull from all repositories',
    [grant('*', { Resource: '*', ...when('StringEquals', 'aws:PrincipalOrgID', 'o-exampleorgid') })],
    ok,
  ),
  registry(
    'E10',
    'a foreign account may change the replication, beside a member that may pull',
    [grant(account(MEMBER), { Resource: '*' }), grant(account(FOREIGN), { Sid: 'Other', Action: 'ecr:Put*', Resource: '*' })],
    ACCOUNT,
    {
      plan: [{ action: 'ecr:PutRegistryPolicy', input: { policyText: JSON.stringify(documentOf([grant(account(MEMBER), { Resource: '*' })])) } }],
    },
  ),
  template('E10', 'a foreign account, for every repository to come', [grant(account(FOREIGN))], ACCOUNT, {
    plan: [{ action: 'ecr:UpdateRepositoryCreationTemplate', input: { prefix: 'team', imageTagMutability: 'IMMUTABLE', repositoryPolicy: '' } }],
  }),
  template('E10', 'anyone, for every repository to come', [PUBLIC_GRANT], PUBLIC),
  template('E10', 'a member, for every repository to come', [grant(account(MEMBER))], ok),
  call(
    'E10',
    'an update of a template that leaves its policy alone',
    { eventName: 'UpdateRepositoryCreationTemplate', requestParameters: { prefix: 'team', description: 'x' } },
    [],
  ),
  call(
    'E10',
    'an update of a template that sets its policy',
    {
      eventName: 'UpdateRepositoryCreationTemplate',
      requestParameters: { prefix: 'team', repositoryPolicy: JSON.stringify(documentOf([PUBLIC_GRANT])) },
    },
    PUBLIC,
  ),
  call('E10', 'a policy is deleted', { eventName: 'DeleteRepositoryPolicy', requestParameters: { repositoryName: 'app' } }, []),

  repository('G3', 'a federated provider', [grant({ Federated: 'cognito-identity.amazonaws.com' })], bad('untrusted-identity')),
  repository('G3', 'a principal that was deleted', [grant({ AWS: 'AROAEXAMPLEEXAMPLE123' })], bad('untrusted-identity')),
  repository('G4', 'a foreign account in China', [grant({ AWS: `arn:aws-cn:iam::${FOREIGN}:root` })], ACCOUNT),
  repository('G4', 'Lambda in China', [grant({ Service: 'lambda.amazonaws.com.cn' })], ok),
  call(
    'G6',
    'a policy that was refused',
    {
      eventName: 'SetRepositoryPolicy',
      errorCode: 'InvalidParameterException',
      requestParameters: { repositoryName: 'app', policyText: JSON.stringify(documentOf([PUBLIC_GRANT])) },
    },
    [],
  ),
  call('G6', 'a policy without its record of it', { eventName: 'SetRepositoryPolicy', requestParameters: null, responseElements: null }, open),
  call(
    'G6',
    'a policy that only the request tells',
    {
      eventName: 'SetRepositoryPolicy',
      requestParameters: { repositoryName: 'app', policyText: JSON.stringify(documentOf([PUBLIC_GRANT])) },
      responseElements: null,
    },
    PUBLIC,
  ),
  call(
    'G9',
    'a policy that is cut off',
    { eventName: 'PutRegistryPolicy', requestParameters: { policyText: '{"Statement":[{"Effect":"All' }, responseElements: null },
    open,
  ),
  call(
    'G7',
    "the caller's copy of a policy that is set in another account",
    {
      eventName: 'SetRepositoryPolicy',
      requestParameters: { registryId: MEMBER, repositoryName: 'app', policyText: JSON.stringify(documentOf([PUBLIC_GRANT])) },
      resources: [{ ARN: `arn:aws:ecr:eu-west-1:${MEMBER}:repository/app`, accountId: MEMBER }],
    },
    [],
  ),
  repository('G10', 'NotPrincipal', [{ Effect: 'Allow', NotPrincipal: account(FOREIGN), Action: PULL }], PUBLIC),
  repository('G10', 'a Deny for all but our own', [PUBLIC_GRANT, deniedToAllBut(OWN, MEMBER)], ok),
  repository('G10', 'a Deny for all but ourselves and a stranger', [PUBLIC_GRANT, deniedToAllBut(OWN, FOREIGN)], ACCOUNT),
  repository('G10', 'a Deny of one action for all but our own', [PUBLIC_GRANT, { ...deniedToAllBut(OWN), Action: 'ecr:BatchGetImage' }], PUBLIC),
  repository('G10', 'NotAction that leaves pulls in', [{ Effect: 'Allow', Principal: account(FOREIGN), NotAction: 'ecr:DeleteRepository' }], ACCOUNT),
  repository('G10', 'NotAction that leaves nothing of ours in', [{ Effect: 'Allow', Principal: account(FOREIGN), NotAction: 'ecr:*' }], ok),
  repository('G10', 'one statement, no list, no Sid', [{ Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }], PUBLIC),
  repository(
    'G10',
    'a Deny takes back what is granted',
    [PUBLIC_GRANT, { Effect: 'Deny', Principal: '*', Action: PULL, ...when('StringNotEquals', 'aws:PrincipalOrgID', 'o-exampleorgid') }],
    ok,
  ),
  repository('G10', 'a Deny of something else', [PUBLIC_GRANT, { Effect: 'Deny', Principal: '*', Action: 'ecr:DeleteRepository' }], PUBLIC),
  repository('G10', 'a Deny alone', [{ Effect: 'Deny', Principal: '*', Action: 'ecr:*' }], ok),
  repository('G10', 'an effect that nobody knows', [grant(account(FOREIGN), { Effect: 'Perhaps' })], open),
  repository('G11', 'a negated operator', [grant('*', when('StringNotEquals', 'aws:PrincipalOrgID', 'o-strangers0'))], PUBLIC),
  repository('G11', '…IfExists', [grant('*', when('StringEqualsIfExists', 'aws:PrincipalOrgID', 'o-exampleorgid'))], PUBLIC),
  repository('G11', 'a wildcard', [grant('*', when('StringLike', 'aws:PrincipalOrgID', 'o-*'))], PUBLIC),
  repository('G11', 'a key that the caller controls', [grant('*', when('StringEquals', 'aws:UserAgent', 'ci'))], PUBLIC),
  repository('G11', 'the key in odd case', [grant('*', when('stringequals', 'AWS:principalorgid', 'o-exampleorgid'))], ok),
  {
    class: 'G12',
    name: 'a principal that is only known at deployment',
    template: `
Parameters: { Partner: { Type: String } }
Resources:
  Repository:
    Type: AWS::ECR::Repository
    Properties:
      RepositoryPolicyText:
        Statement: { Effect: Allow, Principal: { AWS: !Ref Partner }, Action: "ecr:*" }
`,
    expect: open,
    scp: 'unseen',
  },
  {
    class: 'G12',
    name: 'a condition that is only known at deployment',
    template: `
Parameters: { Where: { Type: String } }
Resources:
  Repository:
    Type: AWS::ECR::Repository
    Properties:
      RepositoryPolicyText:
        Statement: { Effect: Allow, Principal: "*", Action: "ecr:*", Condition: !Ref Where }
`,
    expect: open,
    scp: 'unseen',
  },
  {
    class: 'G12',
    name: 'a branch that is compliant and one that is not',
    template: `
Parameters: { Stage: { Type: String } }
Conditions: { IsProduction: !Equals [!Ref Stage, production] }
Resources:
  Repository:
    Type: AWS::ECR::Repository
    Properties:
      RepositoryPolicyText:
        Statement: { Effect: Allow, Principal: !If [IsProduction, !Ref "AWS::AccountId", "*"], Action: "ecr:BatchGetImage" }
`,
    expect: PUBLIC,
    scp: 'unseen',
  },
  {
    class: 'G12',
    name: 'an action that is only known at deployment, beside one that a Deny takes back',
    template: `
Parameters: { More: { Type: String } }
Resources:
  Repository:
    Type: AWS::ECR::Repository
    Properties:
      RepositoryPolicyText:
        Statement:
          - { Effect: Allow, Principal: "*", Action: ["ecr:BatchGetImage", !Ref More] }
          - { Effect: Deny, NotPrincipal: { AWS: !Ref "AWS::AccountId" }, Action: "ecr:BatchGetImage" }
`,
    expect: open,
    scp: 'unseen',
  },
  {
    class: 'G12',
    name: 'no policy, by AWS::NoValue',
    template: `
Resources:
  Repository:
    Type: AWS::ECR::Repository
    Properties: { RepositoryPolicyText: !Ref "AWS::NoValue" }
`,
    expect: ok,
    scp: 'allow',
  },
  repository('G14', 'an exemption', [PUBLIC_GRANT], { verdict: 'exempt' }, exemption('arn:aws:ecr:*:222222222222:repository/app', '2027-06-30')),
  repository('G14', 'an exemption that has ended', [PUBLIC_GRANT], PUBLIC, exemption('arn:aws:ecr:*:222222222222:repository/app', '2026-11-22')),
  repository(
    'G14',
    'an exemption that ends this week',
    [PUBLIC_GRANT],
    { verdict: 'exempt' },
    exemption('arn:aws:ecr:eu-west-1:*:repository/*', '2026-11-27'),
  ),
  repository(
    'G14',
    'an exemption whose glob would have to cross a slash',
    [PUBLIC_GRANT],
    PUBLIC,
    exemption('arn:aws:ecr:*:222222222222:*', '2027-06-30'),
  ),
];
