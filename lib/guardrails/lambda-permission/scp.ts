/**
 * What a policy can say about grants on functions: the principal of `AddPermission`, and the AuthType of a function URL.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
 */
import { canonicalService } from '../../core/iam/principal';
import { accountDenials, anyRole, type Denial, type GuardrailScp, type PolicyScope, type RenderedScp, renderDenials } from '../../core/scp';

const ADD = ['lambda:AddPermission'];

export const scp: GuardrailScp = {
  render,
  sees: [
    {
      what: 'AddPermission for an account, role or user that is not trusted',
      scp: 'refuses',
      others:
        'Only while members are listed and fit. It also refuses an account outside the lists that PrincipalOrgID limits, and a role whose path names a second account. Identity providers of a trusted account, and ARNs of no documented kind, are left to the hook and the remediator',
      codes: ['untrusted-principal'],
    },
    {
      what: 'AddPermission for a service that trustedServices leaves out',
      scp: 'refuses',
      others:
        'It also refuses upper case in the name of a service. In the place of a Region (`s3.REGION.amazonaws.com`) it takes any text: hook and remediator',
      codes: ['untrusted-service'],
    },
    {
      what: 'AddPermission for anyone (`*`)',
      scp: 'sees a part',
      others:
        'refused with FunctionUrlAuthType NONE. There is no key for PrincipalOrgID, SourceArn and SourceAccount, so a grant to the organization looks the same: hook and remediator',
      codes: ['public-principal', 'untrusted-organization', 'untrusted-account'],
    },
    { what: 'A function URL with AuthType NONE', scp: 'refuses', others: 'hook and remediator too' },
    {
      what: 'The second public statement of a URL (InvokedViaFunctionUrl)',
      scp: 'cannot see',
      others: 'AddPermission has no key for it: hook and remediator',
      codes: ['public-function-url'],
    },
    {
      what: 'A service without a source, or for a foreign one',
      scp: 'cannot see',
      others: 'no key for SourceArn, SourceAccount and EventSourceToken: hook and remediator',
      codes: ['unscoped-service', 'untrusted-source', 'wildcard-source'],
    },
    {
      what: 'Actions beyond invocation',
      scp: 'cannot see',
      others: 'no key for the action that is granted: hook and remediator',
      codes: ['excessive-action'],
    },
    {
      what: 'PutResourcePolicy, a whole document',
      scp: 'sees a part',
      others:
        'no key for the content, so it is refused to all but spared principals, harmless documents included: grant by AddPermission, or deploy by a spared role, where the hook judges the document',
    },
  ],
  traps: [
    {
      trap: "`arn:*:iam::ACCOUNT:*` also matches a stranger's role with the account in its path",
      answer: 'an ARN that names two accounts is refused, whichever comes first',
    },
    { trap: '`*` as a value of `StringLike` means any text', answer: 'the principal `*` is compared by `StringEquals`, or written `${*}`' },
    { trap: 'No list names the own account of every member', answer: '`${aws:PrincipalAccount}` and `${aws:ResourceAccount}` stand in every list' },
    {
      trap: 'A thousand accounts, in the form of each ARN, are 370,000 characters',
      answer: 'lists that do not fit are left out, and said to be: no key tells the organization of whom is granted',
    },
    {
      trap: '`PutResourcePolicy` has no `lambda:FunctionUrlAuthType`, and AWS does not say what `lambda:Principal` is for a document',
      answer:
        "it would go around the other denials, so it is refused, but to spared principals and to Perimeter's own remediator, whose role names the tamper protection reserves against `iam:CreateRole`",
    },
    { trap: 'Sparing `aws:ViaAWSService` lets everybody grant through CloudFormation', answer: 'it is not spared' },
  ],
};

/** Writes documents back without what violates; the tamper protection reserves its name. */
const REMEDIATOR = anyRole('perimeter-lambda-permission-remediator-*');

function render(scope: PolicyScope): RenderedScp {
  const accounts = accountDenials(scope, { what: 'grants on functions', service: 'lambda' }, granteeDenials);
  const grantees = accounts.denials.length > 0 ? accounts.denials : [textDenial([ID])];
  const { statements, notes } = renderDenials(scope, 'lambda', [...grantees, ...serviceDenials(scope), ...URLS, DOCUMENT]);
  return { statements, notes: [...accounts.notes, ...notes] };
}

/** Twelve characters: any account's id. */
const ID = '?'.repeat(12);

/** Hosts of services, as `parsePrincipal` knows them. */
const SERVICES = ['amazonaws.com', 'amazonaws.com.cn', 'amazonaws.eu', 'amazon.com', 'aws.internal', 'aws.com'].map((suffix) => `*.${suffix}`);

/** Any text but an ARN, a service, `*` and the id of one of these accounts. */
const textDenial = (accounts: readonly string[]): Denial => ({
  sid: 'LambdaGrantee',
  actions: ADD,
  condition: { StringNotLike: { 'lambda:Principal': ['arn:*', ...SERVICES, '${*}', ...accounts] } },
});

/**
 * Such a text, and an ARN that names no listed account. A role's path may hold anything, `::222222222222:` too: what names two
 * accounts is refused, whichever comes first.
 */
const granteeDenials = (accounts: readonly string[]): readonly Denial[] => [
  textDenial(accounts),
  {
    sid: 'LambdaGranteeArn',
    actions: ADD,
    condition: {
      StringLike: { 'lambda:Principal': 'arn:*' },
      StringNotLike: { 'lambda:Principal': accounts.map((account) => `arn:*::${account}:*`) },
    },
  },
  {
    sid: 'LambdaGranteePath',
    actions: ADD,
    condition: { StringLike: { 'lambda:Principal': `arn:*::${ID}:*::${ID}:*` } },
  },
];

const SUFFIXES = ['amazonaws.com', 'amazonaws.com.cn', 'amazonaws.eu'];

/** A listed service in every Region and partition: `s3.amazonaws.com`, `s3.eu-west-1.amazonaws.com`, `s3.amazonaws.com.cn`. */
function serviceDenials({ settings }: PolicyScope): readonly Denial[] {
  const { trustedServices, unscopedServices = [] } = settings;
  if (!trustedServices) return [];
  const forms = [...new Set([...trustedServices, ...unscopedServices].map(canonicalService))].sort().flatMap((service) => {
    const stem = service.endsWith('.amazonaws.com') ? service.slice(0, -'.amazonaws.com'.length) : undefined;
    return stem === undefined ? [service] : SUFFIXES.flatMap((suffix) => [`${stem}.${suffix}`, `${stem}.*.${suffix}`]);
  });
  return [
    {
      sid: 'LambdaService',
      actions: ADD,
      condition: { StringLike: { 'lambda:Principal': '*.*' }, StringNotLike: { 'lambda:Principal': ['arn:*', ...forms] } },
    },
  ];
}

/** With AuthType NONE nobody signs: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html */
const URLS: readonly Denial[] = [
  {
    sid: 'LambdaUrlGrant',
    actions: ADD,
    condition: { StringEquals: { 'lambda:Principal': '*', 'lambda:FunctionUrlAuthType': 'NONE' } },
  },
  {
    sid: 'LambdaUrl',
    actions: ['lambda:CreateFunctionUrlConfig', 'lambda:UpdateFunctionUrlConfig'],
    condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } },
  },
];

/** It has no FunctionUrlAuthType, and what `lambda:Principal` is for a document AWS does not say: it would go around all of the above. */
const DOCUMENT: Denial = { sid: 'LambdaDocument', actions: ['lambda:PutResourcePolicy'], condition: {}, spared: [REMEDIATOR] };
