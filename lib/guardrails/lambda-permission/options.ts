import type { OptionTable } from '../../core/guardrail';

export const options = {
  trustedServices: {
    format: 'service-principal',
    description: 'Services that may be granted at all. Absent: any service whose source is trusted',
    example: ['s3.amazonaws.com', 'events.amazonaws.com'],
  },
  unscopedServices: {
    format: 'service-principal',
    description: 'Services that may be granted without a source account or source ARN (Alexa: with an event source token)',
    example: ['alexa-appkit.amazon.com'],
  },
  allowedActions: {
    format: 'lambda-action',
    description: 'What may be granted outside the account. Absent: lambda:InvokeFunction and lambda:InvokeFunctionUrl',
    example: ['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl'],
  },
} as const satisfies OptionTable;
