/** A remediator's log: JSON lines by Powertools. https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/ */
import { Logger } from '@aws-lambda-powertools/logger';
import type { Ports } from './ports';

/** Its level is the one that Lambda is told to keep (`AWS_LAMBDA_LOG_LEVEL`); INFO where it says nothing. */
export const createLogger = (guardrail: string): Logger => new Logger({ serviceName: 'perimeter', persistentKeys: { surface: 'detect', guardrail } });

export const logPort =
  (logger: Logger): Ports['log'] =>
  (level, message, fields = {}) =>
    logger[level](message, { ...fields });
