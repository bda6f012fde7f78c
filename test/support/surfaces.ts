/**
 * Every case of a guardrail through every surface that can see it, by the real command line. Cases with the same
 * configuration share one run of `check` and one of `replay`.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { parseConfiguration } from '../../lib/config/load';
import type { Case } from '../../lib/core/case';
import type { AnyGuardrail } from '../../lib/core/guardrail';
import type { Assessment, Call } from '../../lib/core/verdict';
import { guardrails } from '../../lib/guardrails';
import { walk } from '../../lib/handlers/inventory';
import { AwsFailure, type Finding, type Ports } from '../../lib/handlers/ports';
import { createRemediator } from '../../lib/handlers/remediator';
import type { Annotation, HookReply } from '../../lib/handlers/reply';
import { encodeSettings } from '../../lib/handlers/settings';
import { lookInto } from '../../lib/handlers/survey';
import { benchOf, contractProblems, resourceRequest } from '../handlers/hook.support';
import { accountOf, answerOf } from './account';
import { configurationOf, isLiteral, NOW, PLACE, recordOf, templateOf, terraformPlanOf } from './cases';
import { perimeter } from './perimeter';

const SURFACES = ['check: YAML', 'check: JSON', 'check: template', 'check: Terraform', 'hook', 'replay', 'remediator', 'audit'] as const;
type SurfaceName = (typeof SURFACES)[number];

export interface Answer {
  readonly verdict: string;
  readonly code?: string;
  readonly plan?: readonly Call[];
}

/** What a surface said about a case: its assessments, and what it could not read. */
export interface Answers {
  readonly assessments: readonly Answer[];
  readonly problems: readonly string[];
}

export function surfacesOf({ resource, template, terraform, record }: Case): readonly SurfaceName[] {
  return [
    ...(resource ? (['check: YAML', 'check: JSON'] as const) : []),
    ...(resource && isLiteral(resource.properties) ? (['hook'] as const) : []),
    ...(resource && isLiteral(resource.properties) && accountOf(resource) ? (['audit'] as const) : []),
    ...(template === undefined ? [] : (['check: template'] as const)),
    ...(terraform ? (['check: Terraform'] as const) : []),
    ...(record ? (['replay', 'remediator'] as const) : []),
  ];
}

export type Sights = ReadonlyMap<Case, ReadonlyMap<SurfaceName, Answers>>;

export async function lookEverywhere(guardrail: AnyGuardrail, cases: readonly Case[]): Promise<Sights> {
  const groups = new Map<string, Case[]>();
  for (const item of cases) {
    const key = JSON.stringify(configurationOf(guardrail.id, item));
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  const sights = new Map<Case, Map<SurfaceName, Answers>>(cases.map((item) => [item, new Map()]));
  const see: See = (item, surface, answers) => sights.get(item)?.set(surface, answers);
  for (const [configuration, group] of groups) {
    const folder = mkdtempSync(join(tmpdir(), 'perimeter-cases-'));
    writeFileSync(join(folder, 'perimeter.yaml'), configuration);
    await check(guardrail.id, folder, group, see);
    await replay(guardrail.id, folder, group, see);
    await hook(guardrail, configuration, group, see);
    await remediator(guardrail, configuration, group, see);
    await audit(guardrail, configuration, group, see);
    rmSync(folder, { recursive: true });
  }
  return sights;
}

type See = (item: Case, surface: SurfaceName, answers: Answers) => void;

async function check(id: string, folder: string, cases: readonly Case[], see: See): Promise<void> {
  const files = cases.flatMap((item, index) =>
    filesOf(item).map(([surface, name, text]) => ({ item, surface, name: `templates/${index}.${name}`, text })),
  );
  if (files.length === 0) return;
  mkdirSync(join(folder, 'templates'));
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
  const { assessments, errors } = await run(['check', 'templates'], id, folder);
  for (const { item, surface, name } of files) {
    see(item, surface, {
      assessments: assessments.filter(({ source }) => source.file === name),
      problems: errors.filter(({ file }) => file === undefined || file === name).map(({ message }) => message),
    });
  }
}

function filesOf({ resource, template, terraform }: Case): readonly (readonly [SurfaceName, string, string])[] {
  return [
    ...(resource ? ([['check: YAML', 'block.yaml', dump(templateOf(resource), { noRefs: true })]] as const) : []),
    ...(resource ? ([['check: JSON', 'flow.json', JSON.stringify(templateOf(resource))]] as const) : []),
    ...(template === undefined ? [] : ([['check: template', /^\s*\{/.test(template) ? 'template.json' : 'template.yaml', template]] as const)),
    ...(terraform ? ([['check: Terraform', 'plan.json', JSON.stringify(terraformPlanOf(terraform))]] as const) : []),
  ];
}

async function replay(id: string, folder: string, cases: readonly Case[], see: See): Promise<void> {
  const records = cases.flatMap((item, index) => {
    const eventId = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    return item.record ? [{ item, eventId, line: JSON.stringify(recordOf(item.record, eventId)) }] : [];
  });
  if (records.length === 0) return;
  writeFileSync(join(folder, 'records.jsonl'), records.map(({ line }) => `${line}\n`).join(''));
  const { assessments, errors } = await run(['replay', 'records.jsonl'], id, folder);
  for (const [index, { item, eventId }] of records.entries()) {
    see(item, 'replay', {
      assessments: assessments.filter(({ source }) => source.eventId === eventId),
      problems: errors.filter(({ file, line }) => file === undefined || line === index + 1).map(({ message }) => message),
    });
  }
}

/** A request of CloudFormation through the handler that is deployed; its reply has to mean what its annotations say. */
async function hook(guardrail: AnyGuardrail, configurationText: string, cases: readonly Case[], see: See): Promise<void> {
  for (const item of cases) {
    if (!surfacesOf(item).includes('hook') || item.resource === undefined) continue;
    try {
      const { configuration } = parseConfiguration(configurationText, guardrails, { fileName: 'perimeter.yaml' });
      const bench = benchOf(guardrail, encodeSettings(configuration, guardrail.id), { now: () => NOW });
      const reply = await bench.hook(resourceRequest(item.resource));
      see(item, 'hook', { assessments: (reply.annotations ?? []).map(answerIn), problems: problemsOf(reply) });
    } catch (error) {
      see(item, 'hook', { assessments: [], problems: [String(error)] });
    }
  }
}

/** The record's event through the handler that is deployed, in an account that lets nothing be read: the event alone decides, and nothing is undone. */
async function remediator(guardrail: AnyGuardrail, configurationText: string, cases: readonly Case[], see: See): Promise<void> {
  for (const [index, item] of cases.entries()) {
    if (!item.record) continue;
    const { configuration } = parseConfiguration(configurationText, guardrails, { fileName: 'perimeter.yaml' });
    const { ports, done } = unreadable();
    const detail = recordOf(item.record, `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`);
    const event = { 'detail-type': 'AWS API Call via CloudTrail', account: detail.recipientAccountId ?? PLACE.account, detail };
    try {
      const { assessments } = await createRemediator(guardrail, configuration, ports).run(event);
      const told = assessments.filter(({ verdict }) => verdict === 'violation' || verdict === 'undetermined').length;
      const problems = done.findings.length === told ? [] : [`${done.findings.length} findings for ${told} assessments`];
      see(item, 'remediator', {
        assessments: assessments.map(({ plan, ...assessment }) => assessment),
        problems: [...problems, ...done.executed.map((action) => `${action} was called`)],
      });
    } catch (error) {
      see(item, 'remediator', { assessments: [], problems: [String(error)] });
    }
  }
}

/** What the resource makes, found by going through the account that holds it; nothing is changed. */
async function audit(guardrail: AnyGuardrail, configurationText: string, cases: readonly Case[], see: See): Promise<void> {
  for (const item of cases) {
    const account = item.resource && surfacesOf(item).includes('audit') ? accountOf(item.resource) : undefined;
    if (!account) continue;
    const { configuration } = parseConfiguration(configurationText, guardrails, { fileName: 'perimeter.yaml' });
    const { ports, done } = unreadable();
    const read: Ports['read'] = async (call) => {
      const output = answerOf(account, call);
      return output ? { kind: 'found', output } : { kind: 'absent' };
    };
    const task = { guardrail, configuration, ports: { ...ports, read }, dryRun: true };
    const assessments: Answer[] = [];
    const problems: string[] = [];
    for await (const stop of walk(guardrail.live?.inventory(PLACE) ?? {}, read, PLACE)) {
      if ('failure' in stop) problems.push(stop.failure.message);
      else for (const deed of await lookInto(task, stop.facts, { eventId: 'audit', place: PLACE })) assessments.push(...deed.assessments.map(bare));
    }
    see(item, 'audit', { assessments, problems: [...problems, ...done.executed.map((action) => `${action} was called`)] });
  }
}

const bare = ({ verdict, code }: Assessment): Answer => ({ verdict, ...(code !== undefined && { code }) });

function unreadable() {
  const done = { findings: [] as Finding[], executed: [] as string[] };
  const ports: Ports = {
    now: () => NOW,
    remaining: () => 60_000,
    read: async ({ action }) => {
      throw new AwsFailure('AccessDeniedException', action, false);
    },
    execute: async (call) => {
      done.executed.push(call.action);
      return { ...call, outcome: 'done' };
    },
    findings: { import: async (finding) => done.findings.push(finding) > 0, about: async () => [], resolve: async () => true },
    recordUndo: async () => 'key',
    findUndo: async () => [],
    here: undefined,
    pace: async () => undefined,
    directory: undefined,
    lookAgain: async () => undefined,
    queue: undefined,
    log: () => undefined,
    count: () => undefined,
  };
  return { ports, done };
}

const VERDICTS = ['compliant', 'undetermined', 'exempt'];

/** An annotation is named after the code of a violation, and after any other verdict. */
function answerIn({ annotationName }: Annotation): Answer {
  const word = annotationName.slice(annotationName.indexOf('/') + 1);
  return VERDICTS.includes(word) ? { verdict: word } : { verdict: 'violation', code: word };
}

function problemsOf(reply: HookReply): readonly string[] {
  const isViolated = (reply.annotations ?? []).some((annotation) => answerIn(annotation).verdict === 'violation');
  const expected = isViolated ? 'FAILED NonCompliant' : 'SUCCESS';
  const said = reply.hookStatus === 'FAILED' ? `FAILED ${reply.errorCode}` : reply.hookStatus;
  return [...(said === expected ? [] : [`${said} instead of ${expected}: ${reply.message}`]), ...contractProblems(reply)];
}

interface Document {
  readonly assessments: readonly (Answer & { readonly source: { readonly file?: string; readonly eventId?: string } })[];
  /** Without a file: the run itself failed. */
  readonly errors: readonly { readonly file?: string; readonly line?: number; readonly message: string }[];
}

async function run(command: readonly string[], guardrail: string, folder: string): Promise<Document> {
  const place = ['--account', PLACE.account, '--region', PLACE.region, '--partition', PLACE.partition];
  const only = ['--guardrail', guardrail, '--format', 'json', '--all', '--config', 'perimeter.yaml'];
  const { stdout, stderr } = await perimeter([...command, ...only, ...(command[0] === 'check' ? place : [])], { cwd: folder, now: NOW });
  if (stdout === '') return { assessments: [], errors: [{ message: stderr }] };
  const { assessments, summary } = JSON.parse(stdout);
  return { assessments, errors: summary.errors };
}
