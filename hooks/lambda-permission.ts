/** The CloudFormation hook of lambda-permission. */
import { readDirectory } from '../lib/aws/hook-directory';
import { fromResource } from '../lib/guardrails/lambda-permission/facts';
import { evaluate } from '../lib/guardrails/lambda-permission/rule';
import { deployHook } from '../lib/handlers/hook-entry';

const resources = ['AWS::Lambda::Permission', 'AWS::Lambda::ResourcePolicy', 'AWS::Lambda::Url'];

export const handler = deployHook({ id: 'lambda-permission', resources, fromResource, evaluate }, readDirectory);
