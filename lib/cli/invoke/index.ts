/** `perimeter invoke`: runs the very function that is deployed, once. */
import { region as regionFormat } from '../../config/formats';
import type { CloudTrailRecord } from '../../core/cloudtrail';
import { configurationOf } from '../../core/configuration';
import type { AnyGuardrail } from '../../core/guardrail';
import { interestIn } from '../../core/judge';
import { property, type Value } from '../../core/value';
import { encodeSettings, settingsLiteral } from '../../handlers/settings';
import { type Docket, openDocket } from '../docket';
import { EXIT } from '../exit';
import { readFlag } from '../flags';
import type { Io } from '../io';
import { readJson } from '../json-file';
import type { Output } from '../output';
import { PUBLISHED } from '../product';
import { placeInRequest, placeOf, recordsOf, requestProblem } from './event';
import type { Answer } from './exchange';
import { type Kind, runLikeLambda } from './lambda';
import { decodeRemediation, documentOf, isSomethingLeft, problemsOf } from './remediation';

interface InvokeOptions {
  readonly config: string;
  /** Remediators change nothing without it. */
  readonly apply?: boolean;
  readonly region?: string;
  readonly all?: boolean;
}

interface Call {
  readonly guardrail: AnyGuardrail;
  readonly docket: Docket;
  readonly event: Value;
  readonly file: string;
  readonly region: string | undefined;
  readonly options: InvokeOptions;
}

/** The exit code of design section 6. */
export async function invoke(kind: Kind, id: string, file: string, options: InvokeOptions, io: Io, output: Output): Promise<number> {
  const region = options.region === undefined ? undefined : readFlag('--region', options.region, regionFormat);
  const docket = await openDocket({ config: options.config, guardrail: [id] }, io);
  const [guardrail] = docket.guardrails;
  if (!guardrail) throw new Error(`no guardrail for ${id}`);
  const event = await readJson(file, kind === 'hook' ? 'the request of a hook' : 'an event', io);
  if (configurationOf(docket.bench.configuration, id).mode === 'off') note(io, `${id} is off in ${options.config}: it would not be deployed`);
  const call: Call = { guardrail, docket, event, file, region, options };
  return kind === 'hook' ? invokeHook(call, io, output) : invokeRemediator(call, io, output);
}

async function invokeHook({ guardrail, docket, event, file, region }: Call, io: Io, output: Output): Promise<number> {
  const problem = requestProblem(event);
  if (problem !== undefined) note(io, `${file} is no request of a hook: ${problem}`);
  const place = placeOf(placeInRequest(event), region, io);
  const literal = settingsLiteral(encodeSettings(docket.bench.configuration, guardrail.id, { docs: `${PUBLISHED}/docs/guardrails` }));
  const answer = await runLikeLambda({ kind: 'hook', guardrail: guardrail.id, event, literal, place }, io);
  const reply = valueIn(answer, io);
  output.write(`${JSON.stringify(reply, null, 2)}\n`);
  if (property(reply, 'hookStatus') === 'SUCCESS') return EXIT.ok;
  if (property(reply, 'errorCode') === 'NonCompliant') return EXIT.violated;
  return problem === undefined ? EXIT.bug : EXIT.usage;
}

async function invokeRemediator({ guardrail, docket, event, file, region, options }: Call, io: Io, output: Output): Promise<number> {
  const records = recordsOf(event, file);
  noteUnheard(guardrail, records, io);
  const dryRun = options.apply !== true;
  const literal = settingsLiteral(encodeSettings(docket.bench.configuration, guardrail.id));
  const environment = { PERIMETER_DRY_RUN: String(dryRun), PERIMETER_TELL: 'true' };
  const place = placeOf(records[0]?.place ?? {}, region, io);
  const answer = await runLikeLambda({ kind: 'remediator', guardrail: guardrail.id, event, literal, place, environment }, io);
  const remediation = decodeRemediation(valueIn(answer, io));
  output.write(`${JSON.stringify(documentOf(remediation, { guardrail, records, dryRun, all: options.all === true }), null, 2)}\n`);
  for (const problem of problemsOf(remediation)) note(io, problem);
  return isSomethingLeft(remediation, dryRun) ? EXIT.violated : EXIT.ok;
}

/** A function that throws is a bug of ours: it has its own answers for whatever goes wrong. */
function valueIn(answer: Answer, io: Io): Value {
  if (answer.kind === 'answer') return answer.value;
  if (io.env.PERIMETER_DEBUG) io.stderr.write(`${answer.stack}\n`);
  throw new Error(`the function failed: ${answer.name}: ${answer.message}`);
}

function noteUnheard(guardrail: AnyGuardrail, records: readonly CloudTrailRecord[], io: Io): void {
  const nameOf = ({ eventName, isOfEndpoint }: CloudTrailRecord) => (isOfEndpoint ? `${eventName} of a VPC endpoint` : eventName);
  const unheard = new Set(records.filter((record) => !interestIn(guardrail, record)).map(nameOf));
  if (unheard.size > 0) note(io, `${guardrail.id} does not listen to ${[...unheard].slice(0, 5).join(', ')}: nothing is done about it`);
  const failed = records.filter(({ errorCode }) => errorCode !== undefined).length;
  if (failed > 0) note(io, `${failed === 1 ? 'the call' : `${failed} calls`} failed (errorCode): nothing happened, nothing is done about it`);
}

const note = (io: Io, text: string): void => {
  io.stderr.write(`perimeter: ${text}\n`);
};
