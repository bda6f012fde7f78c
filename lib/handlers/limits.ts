/** What the functions get to run with, wherever they run. */
export interface Limits {
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
}

/** CloudFormation waits 30 seconds for a hook: https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/hooks-concepts.html */
export const HOOK_LIMITS: Limits = { timeoutSeconds: 30, memoryMb: 256 };
export const REMEDIATOR_LIMITS: Limits = { timeoutSeconds: 120, memoryMb: 256 };
