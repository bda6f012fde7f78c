/** A CloudFormation hook: decode, judge, reply. It never throws, changes nothing, and answers a retry as it answered before. */
import { configurationOf, type GuardrailConfiguration } from '../core/configuration';
import type { AnyGuardrail, ResourceInput } from '../core/guardrail';
import { judgeFacts } from '../core/judge';
import type { Value } from '../core/value';
import type { Assessment, Plan } from '../core/verdict';
import { leftAsItWas } from './hook-existing';
import { judgeInformed, type ReadDirectory } from './hook-members';
import { type Addressee, type HookReply, internalFailure, type Reaction, replyTo, success } from './reply';
import { DecodeError, decodeRequest, isCloudControl, type ResourceRequest, tokenOf } from './request';
import type { FunctionSettings } from './settings';

/** What of a guardrail a hook needs: neither its plan nor its records, which would be half of the bundle. */
export type HookGuardrail = Pick<AnyGuardrail, 'id' | 'resources' | 'fromResource' | 'evaluate'>;

export interface HookPorts {
  /** Throws `DecodeError`. */
  readonly settings: () => FunctionSettings;
  readonly now: () => Date;
  /** Where the function runs. */
  readonly region: string | undefined;
  readonly readDirectory: (address: NonNullable<FunctionSettings['directory']>) => ReturnType<ReadDirectory>;
  readonly log: (level: 'debug' | 'info' | 'error', message: string, fields: { readonly [name: string]: Value }) => void;
  readonly count: (metric: 'failed') => void;
}

export type Hook = (event: Value) => Promise<HookReply>;

export const createHook =
  (guardrail: HookGuardrail, ports: HookPorts): Hook =>
  async (event) => {
    let to: Addressee = { token: '', isCloudControl: true };
    try {
      to = { token: tokenOf(event), isCloudControl: isCloudControl(event) };
      return await answer(guardrail, ports, event, to);
    } catch (error) {
      return failed(guardrail, ports, to, error);
    }
  };

/** In both modes: whether a fault of ours stops a deployment is for the hook's failure mode to say. */
function failed({ id }: HookGuardrail, { log, count }: HookPorts, to: Addressee, error: unknown): HookReply {
  let problem = 'perimeter failed';
  try {
    // The message of any other error may quote what a deployer wrote; its frames do not.
    if (error instanceof DecodeError) problem = error.message;
    const frames = error instanceof Error ? (error.stack?.match(/^ {4}at .*$/gm) ?? []).slice(0, 10) : [];
    log('error', problem, { eventId: to.token, error: error instanceof Error ? error.name : typeof error, frames });
    count('failed');
  } catch {
    // Neither an error that cannot be looked at nor a log that cannot be written may cost the reply.
  }
  return internalFailure(to, `${id}: nothing was decided: ${problem}; see the log of the hook's function`);
}

async function answer(guardrail: HookGuardrail, ports: HookPorts, event: Value, to: Addressee): Promise<HookReply> {
  const settings = ports.settings();
  const own = configurationOf(settings.configuration, guardrail.id);
  if (own.mode === 'off') return success(to, `${guardrail.id}: off`);
  const request = decodeRequest(event, ports.region);
  if (request.kind === 'whole') {
    return success(to, `${guardrail.id}: only RESOURCE and CLOUD_CONTROL are judged, not ${request.target}`);
  }
  if (request.action === 'delete') return success(to, `${guardrail.id}: a deletion is not judged`);
  if (!guardrail.resources.includes(request.type)) return success(to, `${guardrail.id}: ${request.type.slice(0, 200)} is not judged`);
  const reactions = await react(guardrail, ports, settings, request);
  logReactions(ports, to, request, reactions);
  const link = settings.docs === undefined ? undefined : `${settings.docs}/${guardrail.id}.md`;
  return replyTo(to, guardrail.id, reactions, link);
}

async function react(
  guardrail: HookGuardrail,
  ports: HookPorts,
  { configuration, directory }: FunctionSettings,
  request: ResourceRequest,
): Promise<readonly Reaction[]> {
  const now = ports.now();
  const { judged, problem } = await judgeInformed(
    configuration,
    (current) => judgeRequest(guardrail, { configuration: current, today: now.toISOString().slice(0, 10) }, request),
    ({ assessments }) => assessments.some(({ verdict }) => verdict === 'undetermined'),
    directory && { read: () => ports.readDirectory(directory), now },
  );
  const own = configurationOf(configuration, guardrail.id);
  return judged.assessments.map((assessment) => reactionTo(assessment, own, judged.isLeft(assessment), problem));
}

/** Design section 3, as the table has it. */
function reactionTo(assessment: Assessment, own: GuardrailConfiguration, isLeft: boolean, problem: string | undefined): Reaction {
  switch (assessment.verdict) {
    case 'violation':
      if (!isLeft) return { assessment, answer: 'deny' };
      return { assessment, answer: own.existing === 'deny' ? 'deny' : 'let', note: 'this update leaves it as it was' };
    case 'undetermined':
      return { assessment, answer: own.undetermined === 'deny' ? 'deny' : 'let', ...(problem !== undefined && { note: problem }) };
    default:
      return { assessment, answer: 'let' };
  }
}

interface Judged {
  readonly assessments: readonly Assessment[];
  readonly isLeft: (assessment: Assessment) => boolean;
}

const NOTHING_MADE: Plan = { calls: [] };

function judgeRequest(guardrail: HookGuardrail, bench: Parameters<typeof judgeFacts>[0], request: ResourceRequest): Judged {
  const decider = { id: guardrail.id, evaluate: guardrail.evaluate, plan: () => NOTHING_MADE };
  const { type, logicalId, place, previous } = request;
  const factsOf = (properties: ResourceInput['properties']) => guardrail.fromResource({ type, logicalId, properties, place });
  const facts = factsOf(request.properties);
  const assessments = judgeFacts(bench, decider, facts);
  const isViolating = assessments.some(({ verdict }) => verdict === 'violation');
  return { assessments, isLeft: isViolating && previous ? leftAsItWas(bench, decider, facts, factsOf(previous)) : () => false };
}

/** No reason and no property: they may hold an e-mail address or an endpoint. */
function logReactions({ log }: HookPorts, { token }: Addressee, { type, logicalId, action }: ResourceRequest, reactions: readonly Reaction[]): void {
  const telling = reactions.filter(({ assessment }) => assessment.verdict !== 'compliant');
  const fields = { eventId: token, resourceType: type, logicalId, operation: action };
  if (telling.length === 0) log('debug', 'compliant', fields);
  else
    log('info', 'judged', {
      ...fields,
      answers: [...new Set(telling.map(({ assessment, answer }) => `${assessment.code ?? assessment.verdict} ${answer}`))],
    });
}
