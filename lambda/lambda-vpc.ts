/** The remediation function of lambda-vpc. */
import { createAws } from '../lib/aws';
import guardrail from '../lib/guardrails/lambda-vpc';
import { deployRemediator } from '../lib/handlers/remediator-entry';

export const handler = deployRemediator(guardrail, createAws);
