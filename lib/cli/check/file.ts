/** One file: read, recognised, judged. */
import { isUtf8 } from 'node:buffer';
import { configurationOf } from '../../core/configuration';
import { type Document, readDocument } from '../../core/document';
import type { AnyGuardrail } from '../../core/guardrail';
import { judgeResource } from '../../core/judge';
import { openTemplate, type TemplateResource, type TemplateScope } from '../../core/template';
import { openPlan } from '../../core/terraform';
import { asList, asText, hasHole, isObject, property } from '../../core/value';
import type { Assessment } from '../../core/verdict';
import type { Docket } from '../docket';
import { wrongEncoding } from '../files';
import type { Problem, Reported } from '../report/report';
import type { Task, TaskResult } from './task';

/** What a broken file must hold to be worth an error when a folder is searched. */
const LOOKS_LIKE_ONE = /AWSTemplateFormatVersion|AWS::[A-Za-z]|planned_values|resource_changes/;

/** A resource of a template or a plan, as this file needs it. */
interface Judgeable {
  readonly logicalId: string;
  readonly type: string;
  /** Where it is written in the document. */
  readonly path: readonly string[];
  readonly variants: TemplateResource['variants'];
}

const UNSAYABLE = {
  tooMany: 'its conditions can be met in more than 64 ways: give the parameters that they use with --parameters',
  unknown:
    'a macro or an include writes its properties: check the template that CloudFormation makes of it (aws cloudformation get-template --template-stage Processed)',
} as const;

type Judged = Extract<Document, { kind: 'cloudformation' | 'terraform-plan' }>;

export function judgeFile(task: Task, docket: Docket, bytes: Buffer): TaskResult {
  const unreadable = (message: string, line?: number): TaskResult => ({
    kind: 'unreadable',
    problem: { file: task.name, ...(line !== undefined && { line }), message },
  });
  if (bytes.length === 0) return task.origin === 'folder' ? { kind: 'skipped' } : unreadable('is empty: expected a template or a Terraform plan');
  const encoding = encodingProblem(bytes);
  if (encoding !== undefined) return task.origin === 'folder' && !isHidingOne(task, bytes) ? { kind: 'skipped' } : unreadable(encoding);
  const text = bytes.toString('utf8');
  const document = readDocument(text);
  if (document.kind === 'problem') {
    return task.origin === 'folder' && !LOOKS_LIKE_ONE.test(text) ? { kind: 'skipped' } : unreadable(document.message, document.line);
  }
  if (document.kind === 'other') {
    if (task.origin !== 'named') return { kind: 'skipped' };
    return unreadable('is neither a CloudFormation template (it has no Resources) nor a Terraform plan (terraform show -json)');
  }
  return judgeDocument(task, docket, document, bytes.length);
}

function encodingProblem(bytes: Buffer): string | undefined {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return 'is a binary file: give a Terraform plan as terraform show -json prints it';
  const start = bytes.subarray(0, 512);
  const isSuspect = start.includes(0) || (start[0] ?? 0) >= 0xfe;
  return (isSuspect ? wrongEncoding(start) : undefined) ?? (isUtf8(bytes) ? undefined : 'is not valid UTF-8: convert it to UTF-8');
}

/** A template in another encoding, or a binary plan: not seen, so not silently passed over. */
const isHidingOne = ({ name }: Task, bytes: Buffer): boolean =>
  name.endsWith('.tfplan') || LOOKS_LIKE_ONE.test(bytes.toString('latin1').replaceAll('\0', ''));

function judgeDocument(task: Task, docket: Docket, document: Judged, bytes: number): TaskResult {
  const judging = new Judging(task, docket, document);
  for (const scope of task.scopes) judging.under(scope);
  return judging.result(bytes);
}

class Judging {
  private readonly reported = new Map<string, Reported>();
  private readonly failures: Problem[] = [];
  private readonly byType: ByType;
  private compliant = 0;

  constructor(
    private readonly task: Task,
    private readonly docket: Docket,
    private readonly document: Judged,
  ) {
    this.byType = guardrailsByType(docket.guardrails);
  }

  under(scope: TemplateScope): void {
    try {
      for (const resource of resourcesOf(this.document, scope, this.docket.guardrails, this.byType)) {
        for (const guardrail of this.byType.get(resource.type)?.guardrails ?? []) this.judge(guardrail, resource);
      }
    } catch (error) {
      this.failed('opening', error);
    }
  }

  result(bytes: number): TaskResult {
    const assessments = [...this.reported.values()].sort(byLine);
    return {
      kind: 'judged',
      assessments,
      compliant: this.compliant,
      bytes,
      parameters: this.parameters(),
      unseen: unseenIn(this.document),
      failures: this.failures,
    };
  }

  private parameters(): readonly string[] {
    const isAsked = this.task.scopes.some(({ parameters }) => Object.keys(parameters).length > 0);
    const declared = isAsked ? property(this.document.root, 'Parameters') : undefined;
    return isObject(declared) ? Object.keys(declared) : [];
  }

  private judge(guardrail: AnyGuardrail, resource: Judgeable): void {
    try {
      for (const assessment of judge(this.docket, guardrail, resource)) {
        if (assessment.verdict === 'compliant' && !this.docket.all) this.compliant += 1;
        else this.report(assessment, resource);
      }
    } catch (error) {
      this.failed(`${guardrail.id} on ${resource.logicalId}`, error);
    }
  }

  private report(assessment: Assessment, resource: Judgeable): void {
    const entry = reportedOf(assessment, resource, this.task.name, this.document.lineOf(resource.path));
    // Several ways to deploy one template mostly say the same.
    this.reported.set(this.task.scopes.length === 1 ? String(this.reported.size) : JSON.stringify(entry), entry);
  }

  private failed(what: string, error: unknown): void {
    this.failures.push({ file: this.task.name, message: `${what}: ${error instanceof Error ? error.message : String(error)}` });
  }
}

/** Macros of AWS whose work is read here, or is on nothing that a guardrail looks at: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-reference.html */
const KNOWN_MACROS = /^AWS::(?:Serverless-|LanguageExtensions$|CodeDeployBlueGreen$|SecretsManager-|ServiceCatalog$)/;

/** Macros, and modules, of which CloudFormation makes resources of any type. */
function unseenIn({ kind, root }: Judged): readonly string[] {
  const resources = property(root, 'Resources');
  if (kind !== 'cloudformation' || !isObject(resources)) return [];
  const macros = asList(property(root, 'Transform')).map((transform) => asText(transform) ?? asText(property(transform, 'Name')) ?? 'without a name');
  const modules = Object.keys(resources).filter((id) => asText(property(resources[id], 'Type'))?.endsWith('::MODULE'));
  return [...macros.filter((name) => !KNOWN_MACROS.test(name)).map((name) => `the macro ${name}`), ...modules.map((id) => `the module ${id}`)];
}

/** The guardrails that look at a type, in their order, and the properties that they read: undefined where one reads them all. */
interface Interest {
  readonly guardrails: readonly AnyGuardrail[];
  readonly reads: ReadonlySet<string> | undefined;
}

type ByType = ReadonlyMap<string, Interest>;

const known = new WeakMap<readonly AnyGuardrail[], ByType>();

function guardrailsByType(guardrails: readonly AnyGuardrail[]): ByType {
  const found = known.get(guardrails);
  if (found) return found;
  const byType: ByType = new Map(
    guardrails
      .flatMap(({ resources }) => resources)
      .map((type) => [
        type,
        interestIn(
          type,
          guardrails.filter(({ resources }) => resources.includes(type)),
        ),
      ]),
  );
  known.set(guardrails, byType);
  return byType;
}

function interestIn(type: string, guardrails: readonly AnyGuardrail[]): Interest {
  const reads = guardrails.map((guardrail) => guardrail.properties?.[type]);
  return { guardrails, reads: reads.includes(undefined) ? undefined : new Set(reads.flatMap((names) => names ?? [])) };
}

function resourcesOf(document: Judged, scope: TemplateScope, guardrails: readonly AnyGuardrail[], types: ByType): readonly Judgeable[] {
  if (document.kind === 'terraform-plan') return openPlan(document.root, guardrails, scope.place);
  return openTemplate(document.root, scope)
    .resources(types, (type) => types.get(type)?.reads)
    .map(({ logicalId, writtenAs, type, variants }) => ({ logicalId, type, path: ['Resources', writtenAs], variants }));
}

function judge(docket: Docket, guardrail: AnyGuardrail, resource: Judgeable): readonly Assessment[] {
  const variants = resource.variants();
  if (typeof variants !== 'string') return judgeResource(docket.bench, guardrail, variants);
  const { mode } = configurationOf(docket.bench.configuration, guardrail.id);
  return [{ guardrail: guardrail.id, verdict: 'undetermined', mode, reason: UNSAYABLE[variants], resource: { type: resource.type, id: '' } }];
}

function reportedOf({ plan: _, read: __, ...assessment }: Assessment, { logicalId }: Judgeable, file: string, line: number): Reported {
  const { type, id } = assessment.resource;
  const known = id !== '' && !hasHole(id);
  return { ...assessment, resource: { type, id: known ? id : `${file}#${logicalId}` }, source: { file, line, logicalId } };
}

const lineOf = ({ source }: Reported): number => ('line' in source ? (source.line ?? 0) : 0);

const byLine = (a: Reported, b: Reported): number => lineOf(a) - lineOf(b);
