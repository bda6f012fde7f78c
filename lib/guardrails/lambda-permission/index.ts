import { defineGuardrail } from '../../core/guardrail';
import { closes, fromRecord, fromResource } from './facts';
import { inventory } from './inventory';
import { facts, reads } from './live';
import { options } from './options';
import { plan } from './plan';
import { evaluate } from './rule';
import { scp } from './scp';
import { terraform } from './terraform';

const SOURCE = 'lambda.amazonaws.com';
const GUIDE = 'https://docs.aws.amazon.com/lambda/latest/dg';

export default defineGuardrail({
  id: 'lambda-permission',
  title: 'Lambda function permissions',
  summary:
    'A resource-based policy lets other accounts, services and the whole internet invoke a function, or change it. Only the organization, trusted third parties and services that act for them may be granted, and only to invoke.',
  resources: ['AWS::Lambda::Permission', 'AWS::Lambda::ResourcePolicy', 'AWS::Lambda::Url'],
  events: [
    { source: SOURCE, name: 'AddPermission', effect: 'judge' },
    { source: SOURCE, name: 'PutResourcePolicy', effect: 'judge', mends: true },
    { source: SOURCE, name: 'CreateFunctionUrlConfig', effect: 'judge' },
    { source: SOURCE, name: 'UpdateFunctionUrlConfig', effect: 'judge', mends: true },
    { source: SOURCE, name: 'RemovePermission', effect: 'close' },
    { source: SOURCE, name: 'DeleteResourcePolicy', effect: 'close' },
    { source: SOURCE, name: 'DeleteFunctionUrlConfig', effect: 'close' },
    { source: SOURCE, name: 'DeleteFunction', effect: 'close' },
    { source: SOURCE, name: 'DeleteAlias', effect: 'close' },
  ],
  codes: {
    'public-function-url': { meaning: 'anyone on the internet may call the function URL without signing in', source: `${GUIDE}/urls-auth.html` },
    'public-principal': { meaning: 'any AWS account may use the function', source: `${GUIDE}/access-control-resource-based.html` },
    'excessive-action': { meaning: 'more than an invocation is granted outside the account', source: `${GUIDE}/access-control-resource-based.html` },
    'wildcard-source': {
      meaning: 'the source that limits the grant has a wildcard where its account should stand',
      source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html',
    },
    'untrusted-account': {
      meaning: 'an account that is neither in the organization nor trusted is granted',
      source: `${GUIDE}/permissions-function-cross-account.html`,
    },
    'untrusted-organization': {
      meaning: 'an organization that is not trusted is granted',
      source: `${GUIDE}/permissions-function-organization.html`,
    },
    'untrusted-principal': {
      meaning: 'a principal that names no account that can be known is granted',
      source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html',
    },
    'untrusted-source': {
      meaning: 'a service may call on behalf of an account that is not trusted',
      source: `${GUIDE}/permissions-function-services.html`,
    },
    'untrusted-service': { meaning: 'a service that is not in trustedServices is granted', source: `${GUIDE}/permissions-function-services.html` },
    'unscoped-service': {
      meaning: 'a service may call on behalf of any account, because no source is named',
      source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html',
    },
  },
  options,
  calls: {
    reads: ['lambda:GetPolicy', 'lambda:GetFunctionUrlConfig'],
    lists: ['lambda:ListFunctions', 'lambda:ListVersionsByFunction', 'lambda:ListAliases', 'lambda:ListFunctionUrlConfigs'],
    undo: ['lambda:RemovePermission', 'lambda:PutResourcePolicy', 'lambda:DeleteResourcePolicy', 'lambda:UpdateFunctionUrlConfig'],
  },
  terraform,
  fromResource,
  fromRecord,
  evaluate,
  live: { reads, facts, inventory },
  closes,
  plan,
  scp,
});
