/** Where a hook meets its surroundings: the runtime's environment, its clock, its standard output and the configuration in front of the bundle. */
import type { Value } from '../core/value';
import { createHook, type Hook, type HookGuardrail, type HookPorts } from './hook';
import { createHookLog } from './hook-log';
import { countFor } from './metrics';
import { decodeSettings, type FunctionSettings } from './settings';

/** The function's handler: `exports.handler`. */
export function deployHook(
  guardrail: HookGuardrail,
  readDirectory: HookPorts['readDirectory'],
): (event: Value, context?: Context) => ReturnType<Hook> {
  let settings: FunctionSettings | undefined;
  const { AWS_REGION: region, AWS_LAMBDA_LOG_LEVEL: level } = process.env;
  return (event, context) => {
    return createHook(guardrail, {
      settings: () => {
        // Not while the bundle loads: a configuration that cannot be read still gets its reply.
        settings ??= decodeSettings(Reflect.get(globalThis, 'PERIMETER'));
        return settings;
      },
      now: () => new Date(),
      region,
      readDirectory,
      log: createHookLog({ guardrail: guardrail.id, requestId: context?.awsRequestId, level }),
      count: countFor(guardrail.id),
    })(event);
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
interface Context {
  readonly awsRequestId?: string;
}
