/** SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
import { isAbsolute, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyGuardrail } from '../../core/guardrail';
import { severityOf } from '../../core/verdict';
import type { Output } from '../output';
import { HOMEPAGE, PRODUCT, PUBLISHED, VERSION } from '../product';
import { isReplaySource, type Problem, type Reported, type Reporter, type ReporterContext } from './report';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** Rules for the answers that have no code. */
const WITHOUT_CODE: { readonly [verdict: string]: string } = {
  undetermined: 'too little is known to decide',
  exempt: 'excused by an exemption or a built-in rule',
  compliant: 'nothing leaves the perimeter',
};

/** Viewers sort by it: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning */
const SECURITY_SEVERITY = { CRITICAL: '9.5', HIGH: '8.0', MEDIUM: '5.5', LOW: '3.0' } as const;

/** A log with one run, written result by result. `rules`: all that the run may name. */
export function sarifLog(output: Output, cwd: string, rules: readonly { readonly id: string }[]) {
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  let separator = '\n';
  return {
    begin: () => {
      const driver = { name: PRODUCT, version: VERSION, informationUri: HOMEPAGE, rules };
      output.write(`{"$schema":"${SCHEMA}","version":"2.1.0","runs":[{"tool":${JSON.stringify({ driver })},"results":[`);
    },
    /** `file`: where it was found, `line` too where that is known. */
    result: ({ ruleId, file, line, resource, ...rest }: Result) => {
      const physicalLocation = { artifactLocation: { uri: uriOf(file, cwd) }, ...(line !== undefined && { region: { startLine: line } }) };
      const locations = [{ physicalLocation, logicalLocations: [{ fullyQualifiedName: resource, kind: 'resource' }] }];
      output.write(separator + JSON.stringify({ ruleId, ruleIndex: indexes.get(ruleId), ...rest, locations }));
      separator = ',\n';
    },
    end: (errors: readonly Problem[]) => {
      const toolExecutionNotifications = errors.map((problem) => notificationOf(problem, cwd));
      const invocation = { executionSuccessful: errors.length === 0, toolExecutionNotifications };
      output.write(`\n],"columnKind":"utf16CodeUnits","invocations":[${JSON.stringify(invocation)}]}]}\n`);
    },
  };
}

interface Result {
  readonly ruleId: string;
  readonly file: string;
  readonly line?: number;
  /** Its ARN, or what stands for it. */
  readonly resource: string;
  readonly level: 'error' | 'warning' | 'note' | 'none';
  readonly kind?: 'pass';
  readonly message: { readonly text: string };
  readonly partialFingerprints: { readonly [name: string]: string };
  readonly suppressions?: readonly object[];
  readonly properties: object;
}

export function sarifReporter({ output, guardrails, cwd }: ReporterContext): Reporter {
  const log = sarifLog(output, cwd, guardrails.flatMap(rulesOf));
  return { begin: log.begin, assessment: (assessment, file) => log.result(resultOf(assessment, file)), end: ({ errors }) => log.end(errors) };
}

export const helpOf = (guardrail: string): string => `${PUBLISHED}/docs/guardrails/${guardrail}.md`;

function rulesOf({ id, title, summary, codes }: AnyGuardrail) {
  const coded = Object.entries(codes).map(([code, { meaning, source }]) => ({
    id: `${id}/${code}`,
    shortDescription: { text: meaning },
    fullDescription: { text: `${title}. ${summary}` },
    help: { text: `${meaning}. See ${helpOf(id)} and ${source}` },
    helpUri: helpOf(id),
    properties: { tags: ['security'], 'security-severity': SECURITY_SEVERITY[severityOf(code)] },
  }));
  const others = Object.entries(WITHOUT_CODE).map(([verdict, text]) => ({ id: `${id}/${verdict}`, shortDescription: { text }, helpUri: helpOf(id) }));
  return [...coded, ...others];
}

function resultOf(assessment: Reported, file: string): Result {
  const { guardrail, verdict, code, resource, statement, source } = assessment;
  return {
    ruleId: `${guardrail}/${code ?? verdict}`,
    file,
    line: isReplaySource(source) ? undefined : source.line,
    resource: resource.id,
    level: levelOf(assessment),
    ...(verdict === 'compliant' && { kind: 'pass' }),
    message: { text: messageOf(assessment) },
    partialFingerprints: {
      guardrail,
      resource: resource.id,
      ...(code !== undefined && { code }),
      ...(statement !== undefined && { statement }),
    },
    ...(verdict === 'exempt' && { suppressions: [{ kind: 'external', status: 'accepted', justification: assessment.exemption?.reason }] }),
    properties: { resourceType: resource.type, mode: assessment.mode, severity: assessment.severity, source, plan: assessment.plan },
  };
}

function levelOf({ verdict, mode }: Reported): Result['level'] {
  if (verdict === 'compliant') return 'none';
  if (verdict === 'exempt') return 'note';
  return verdict === 'violation' && mode === 'enforce' ? 'error' : 'warning';
}

function messageOf({ resource, reason, verdict, fix, warning }: Reported): string {
  const parts = [`${resource.id}: ${reason ?? verdict}`, fix === undefined ? '' : `way out: ${fix}`, warning ?? ''];
  return parts.filter((part) => part !== '').join('. ');
}

const notificationOf = ({ file, line, message }: Problem, cwd: string) => ({
  level: 'error',
  message: { text: message },
  locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file, cwd) }, ...(line !== undefined && { region: { startLine: line } }) } }],
});

/** Relative to the working folder wherever that is possible: code-scanning viewers resolve it against the repository. */
function uriOf(file: string, cwd: string): string {
  const local = isAbsolute(file) ? relative(cwd, file) : file;
  if (isAbsolute(file) && (local.startsWith('..') || isAbsolute(local))) return pathToFileURL(file).href;
  return local
    .split(/[\\/]/)
    .map((segment) => encodeURIComponent(Buffer.from(segment).toString()))
    .join('/');
}
