import type { PlannedAround } from '../../lib/core/guardrail';

/** A Terraform resource of which nothing is told but its attributes. */
export const alone: PlannedAround = { isGiven: () => undefined, has: () => false };
