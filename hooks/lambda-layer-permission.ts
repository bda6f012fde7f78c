/** The CloudFormation hook of lambda-layer-permission. */
import { readDirectory } from '../lib/aws/hook-directory';
import { fromResource } from '../lib/guardrails/lambda-layer-permission/facts';
import { evaluate } from '../lib/guardrails/lambda-layer-permission/rule';
import { deployHook } from '../lib/handlers/hook-entry';

const resources = ['AWS::Lambda::LayerVersionPermission'];

export const handler = deployHook({ id: 'lambda-layer-permission', resources, fromResource, evaluate }, readDirectory);
