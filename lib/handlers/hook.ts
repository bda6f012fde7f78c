/** A CloudFormation hook: decode, judge, reply. It never throws, changes nothing, and answers a retry as it answered before. */
import { configurationOf, type GuardrailConfiguration } from '../core/configuration';
import type { AnyGuardrail, ResourceInput } from '../core/guardrail';
import { judgeFacts } from '../core/judge';
import type { Value } from '../core/value';
import { type Assessment, noSafePlan } from '../core/verdict';
import { leftAsItWas } from './hook-existing';
import { judgeInformed, type ReadDirectory } from './hook-members';
import { type Addressee, type HookReply, internalFailure, type Reaction, replyTo, success } from './reply';
import { decodeRequest, isCloudControl, type ResourceRequest, tokenOf } from './request';
import { type FunctionSettings, SettingsError } from './settings';

/** What of a guardrail a hook needs: neither its plan nor its records, which would be half of the bundle. */
export type HookGuardrail = Pick<AnyGuardrail, 'id' | 'resources' | 'fromResource' | 'evaluate'>;

export interface HookPorts {
  /** Throws `SettingsError`. */
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
function failed({ id }: HookGuardrail, ports: HookPorts, to: Addressee, error: unknown): HookReply {
  const { name, message, frames } = describe(error);
  try {
    ports.log('error', 'the hook failed', { eventId: to.token, error: name, ...(message !== undefined && { problem: message }), frames });
    ports.count('failed');
  } catch {
    // A log that cannot be written must not cost the reply.
  }
  return internalFailure(to, `${id}: ${message ?? `perimeter failed (${name})`}; nothing was decided, see the log of the hook's function`);
}

/** The message of a foreign error may quote the request, so only our own are told. */
function describe(error: unknown): { readonly name: string; readonly message?: string; readonly frames: readonly string[] } {
  try {
    if (error instanceof UnreadableRequest || error instanceof SettingsError) return { name: error.name, message: error.message, frames: [] };
    if (error instanceof Error) return { name: error.name, frames: (error.stack ?? '').match(/^ {4}at .*$/gm)?.slice(0, 10) ?? [] };
  } catch {
    // An error that cannot be looked at is described as one that is none.
  }
  return { name: 'unknown', frames: [] };
}

class UnreadableRequest extends Error {
  override readonly name = 'UnreadableRequest';
}

async function answer(guardrail: HookGuardrail, ports: HookPorts, event: Value, to: Addressee): Promise<HookReply> {
  const settings = ports.settings();
  const own = configurationOf(settings.configuration, guardrail.id);
  if (own.mode === 'off') return success(to, `${guardrail.id}: off`);
  const request = decodeRequest(event, ports.region);
  if (request.kind === 'unreadable') throw new UnreadableRequest(`the request cannot be read: ${request.problem}`);
  if (request.kind === 'whole') {
    return success(to, `${guardrail.id}: not judged as a ${request.target}; each resource is, before it is made (RESOURCE, CLOUD_CONTROL)`);
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
      if (own.existing === 'deny') return { assessment, answer: 'deny', note: 'it was so before this update' };
      return { assessment, answer: 'let', note: 'it was so before this update, which leaves it as it was' };
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

function judgeRequest(guardrail: HookGuardrail, bench: Parameters<typeof judgeFacts>[0], request: ResourceRequest): Judged {
  const decider = { id: guardrail.id, evaluate: guardrail.evaluate, plan: () => noSafePlan('nothing has been made yet') };
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
  else log('info', 'judged', { ...fields, answers: telling.slice(0, 20).map(wordOf), ...(telling.length > 20 && { count: telling.length }) });
}

const wordOf = ({ assessment: { verdict, code }, answer }: Reaction): string => `${code ?? verdict} ${answer}`;
