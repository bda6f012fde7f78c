/** The remediation function of lambda-layer-permission. */
import { createAws } from '../lib/aws';
import guardrail from '../lib/guardrails/lambda-layer-permission';
import { deployRemediator } from '../lib/handlers/remediator-entry';

export const handler = deployRemediator(guardrail, createAws);
