/** The remediation function of ecr-layer-access. */
import { createAws } from '../lib/aws';
import guardrail from '../lib/guardrails/ecr-layer-access';
import { deployRemediator } from '../lib/handlers/remediator-entry';

export const handler = deployRemediator(guardrail, createAws);
