/** The remediation function of sns-subscription. */
import { createAws } from '../lib/aws';
import guardrail from '../lib/guardrails/sns-subscription';
import { deployRemediator } from '../lib/handlers/remediator-entry';

export const handler = deployRemediator(guardrail, createAws);
