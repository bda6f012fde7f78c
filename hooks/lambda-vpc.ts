/** The CloudFormation hook of lambda-vpc. */
import { readDirectory } from '../lib/aws/hook-directory';
import { fromResource, RESOURCE_TYPES as resources } from '../lib/guardrails/lambda-vpc/facts';
import { evaluate } from '../lib/guardrails/lambda-vpc/rule';
import { deployHook } from '../lib/handlers/hook-entry';

export const handler = deployHook({ id: 'lambda-vpc', resources, fromResource, evaluate }, readDirectory);
