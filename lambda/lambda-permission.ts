/** The remediation function of lambda-permission. */
import { createAws } from '../lib/aws';
import guardrail from '../lib/guardrails/lambda-permission';
import { deployRemediator } from '../lib/handlers/remediator-entry';

export const handler = deployRemediator(guardrail, createAws);
