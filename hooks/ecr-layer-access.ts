/** The CloudFormation hook of ecr-layer-access. */
import { readDirectory } from '../lib/aws/hook-directory';
import { CREATION_TEMPLATE, ENDPOINT, REGISTRY_POLICY, REPLICATION, REPOSITORY } from '../lib/guardrails/ecr-layer-access/facts';
import { fromResource } from '../lib/guardrails/ecr-layer-access/resources';
import { evaluateSetting as evaluate } from '../lib/guardrails/ecr-layer-access/rule';
import { deployHook } from '../lib/handlers/hook-entry';

const resources = [REPOSITORY, REGISTRY_POLICY, REPLICATION, CREATION_TEMPLATE, ENDPOINT];

export const handler = deployHook({ id: 'ecr-layer-access', resources, fromResource, evaluate }, readDirectory);
