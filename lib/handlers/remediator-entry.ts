/** Where a remediator meets its surroundings: the runtime's context, its clock, its standard output, AWS. */
import type { Context } from 'aws-lambda';
import type { AnyGuardrail } from '../core/guardrail';
import { isList, property, type Value } from '../core/value';
import { isEnd } from './act';
import { drain, isDrain } from './drain';
import { createLogger, logPort } from './log';
import { countFor } from './metrics';
import type { Ports } from './ports';
import { createRemediator, type Remediation, RemediationFailed } from './remediator';
import { decodeSettings, type FunctionSettings, REMEDIATOR_SHAPE, type Surroundings } from './settings';

interface Invocation {
  readonly remaining: () => number;
  readonly log: Ports['log'];
  readonly functionArn: string;
}

/** `lib/aws` is handed in, so that nothing here imports it. */
type CreateAws = (deployment: Surroundings) => (invocation: Invocation) => Omit<Ports, 'now' | 'remaining' | 'log' | 'count'>;

/** Of a queue: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting */
type Answer = Remediation | { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] };

/** The function's handler: `exports.handler`. Fails when something could not be undone, so that the runtime tries again. */
export function deployRemediator(guardrail: AnyGuardrail, createAws: CreateAws): (event: Value, context: Context) => Promise<Answer> {
  const logger = createLogger(guardrail.id);
  const log = logPort(logger);
  let deployed: { readonly settings: FunctionSettings; readonly aws: ReturnType<CreateAws> } | undefined;
  return async (event, context) => {
    deployed ??= deploy(createAws);
    const remaining = () => context.getRemainingTimeInMillis();
    logger.addContext(context);
    const ports: Ports = {
      ...deployed.aws({ remaining, log, functionArn: context.invokedFunctionArn }),
      now: () => new Date(),
      remaining,
      log,
      count: countFor(guardrail.id),
    };
    const remediator = createRemediator(guardrail, deployed.settings.configuration, ports);
    return isDrain(event) ? drain(remediator, ports) : answerTo(event, await remediator.run(event, isDryRun()));
  };
}

function deploy(createAws: CreateAws) {
  const settings = decodeSettings(Reflect.get(globalThis, 'PERIMETER'), REMEDIATOR_SHAPE);
  return { settings, aws: createAws(settings) };
}

/** `perimeter invoke remediator`: everything that was found and done is answered, whatever the function was handed. */
const isTold = (): boolean => process.env.PERIMETER_TELL === 'true';

/** `perimeter invoke remediator` without `--apply`. */
const isDryRun = (): boolean => process.env.PERIMETER_DRY_RUN === 'true';

function answerTo(event: Value, remediation: Remediation): Answer {
  if (isTold()) return remediation;
  if (isQueued(event)) return { batchItemFailures: remediation.failedMessages.map((itemIdentifier) => ({ itemIdentifier })) };
  const calls = remediation.deeds.flatMap(({ isSettled, calls }) => (isSettled ? [] : [calls.findLast((call) => !isEnd(call))]));
  const failed = [
    ...calls.map((call) => `${call?.action ?? 'read'}: ${call?.error?.name ?? call?.outcome ?? 'failed'}`),
    ...(remediation.failure === undefined ? [] : [remediation.failure]),
  ];
  if (failed.length > 0 && !isDryRun()) throw new RemediationFailed(failed.join('; '));
  return remediation;
}

/** A batch of which each message can be told by its id: what fails without one has to fail the whole. */
function isQueued(event: Value): boolean {
  const messages = property(event, 'Records');
  return isList(messages) && messages.every((message) => typeof property(message, 'messageId') === 'string');
}
