/** The CloudFormation hook of sns-subscription. */
import { readDirectory } from '../lib/aws/hook-directory';
import { SUBSCRIPTION, TOPIC, TOPIC_INLINE_POLICY, TOPIC_POLICY } from '../lib/guardrails/sns-subscription/facts';
import { factsOfProperties as fromResource } from '../lib/guardrails/sns-subscription/facts.resource';
import { evaluate } from '../lib/guardrails/sns-subscription/rule';
import { deployHook } from '../lib/handlers/hook-entry';

const resources = [SUBSCRIPTION, TOPIC, TOPIC_POLICY, TOPIC_INLINE_POLICY];

export const handler = deployHook({ id: 'sns-subscription', resources, fromResource, evaluate }, readDirectory);
