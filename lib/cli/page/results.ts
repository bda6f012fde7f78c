/** What `check`, `replay` and `audit` printed with `--format json`, read back: the shape of docs/output.md, whoever wrote the file. */
import { UsageError } from '../../core/errors';
import { asText, isList, isObject, property, type Value } from '../../core/value';
import type { Call, Severity, Verdict } from '../../core/verdict';
import type { Problem } from '../report/report';

export const VERDICTS = ['violation', 'undetermined', 'exempt', 'compliant'] as const satisfies readonly Verdict[];
export const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const satisfies readonly Severity[];
const SURFACES = ['check', 'replay', 'audit'] as const;

/** Where it was seen: a place in a template, a call, or a resource of an account. */
type Sighting = { readonly [Field in (typeof FIELDS)[number]]?: string };
const FIELDS = ['file', 'line', 'logicalId', 'eventId', 'eventName', 'eventTime', 'accountId', 'region', 'principal'] as const;

export interface Item {
  readonly surface: string;
  readonly guardrail: string;
  readonly verdict: Verdict;
  readonly mode: string;
  readonly code?: string;
  readonly severity?: Severity;
  readonly reason?: string;
  readonly fix?: string;
  readonly type: string;
  readonly id: string;
  readonly statement?: string;
  readonly source: Sighting;
  /** For `replay` and `audit`; empty where nothing can be undone safely. */
  readonly plan?: readonly Call[];
  readonly warning?: string;
}

export interface Results {
  readonly surface: string;
  readonly version: string;
  readonly items: readonly Item[];
  readonly judged: number;
  /** Most of them are not among the items. */
  readonly compliant: number;
  readonly files: number;
  readonly records: number;
  readonly errors: readonly Problem[];
}

/** @throws UsageError for anything else, and where the list holds other numbers than its own summary: a part is missing then */
export function decodeResults(name: string, document: Value): Results {
  const refuse = (why: string): never => {
    throw new UsageError(`${name}: ${why}`);
  };
  const surface = asText(property(document, 'surface'));
  if (!isObject(document) || surface === undefined) refuse('expected results of perimeter check, replay or audit, as --format json prints them');
  const schema = property(document, 'schemaVersion');
  if (schema !== 1) refuse(`schemaVersion ${JSON.stringify(schema)} is not known to this version, which reads 1: make the results with this version`);
  if (!SURFACES.some((known) => known === surface)) refuse(`holds results of ${JSON.stringify(surface)}; give those of check, replay or audit`);
  const summary = property(document, 'summary');
  const assessments = property(document, 'assessments');
  if (!isList(assessments) || !isObject(summary)) return refuse('has no assessments and summary: the run that wrote it did not come to its end');
  const items = assessments.map((assessment, index) => decodeItem(assessment, surface ?? '', (why) => refuse(`assessments[${index}]${why}`)));
  const count = (of: Value | undefined, key: string): number => {
    const value = property(of, key);
    return typeof value === 'number' ? value : refuse(`summary.${key}: expected a number, got ${JSON.stringify(value)}`);
  };
  for (const verdict of ['violation', 'undetermined', 'exempt'] as const) {
    const [listed, counted] = [items.filter((item) => item.verdict === verdict).length, count(summary, verdict)];
    if (listed !== counted) refuse(`summary counts ${counted} × ${verdict}, and ${listed} are listed: a part of the results is missing`);
  }
  const scanned = property(summary, 'scanned');
  return {
    surface: surface ?? '',
    version: asText(property(property(document, 'tool'), 'version')) ?? '',
    items,
    judged: count(summary, 'judged'),
    compliant: count(summary, 'compliant'),
    files: count(scanned, 'files'),
    records: count(scanned, 'records'),
    errors: errorsOf(property(summary, 'errors')),
  };
}

function decodeItem(value: Value, surface: string, refuse: (why: string) => never): Item {
  const text = (key: string, of: Value | undefined = value): string => {
    const found = property(of, key);
    return typeof found === 'string' && found !== '' ? found : refuse(`.${key}: expected a text, got ${JSON.stringify(found) ?? 'nothing'}`);
  };
  const one = <T extends string>(key: string, known: readonly T[]): T =>
    known.find((name) => name === text(key)) ?? refuse(`.${key}: expected one of ${known.join(', ')}, got ${JSON.stringify(text(key))}`);
  const resource = property(value, 'resource');
  const verdict = one('verdict', VERDICTS);
  const plan = property(value, 'plan');
  return {
    surface,
    guardrail: text('guardrail'),
    verdict,
    mode: text('mode'),
    type: text('type', resource),
    id: text('id', resource),
    source: sightingOf(property(value, 'source')),
    ...(verdict === 'violation' && { code: text('code'), severity: one('severity', SEVERITIES) }),
    ...given(value, 'reason'),
    ...given(value, 'fix'),
    ...given(value, 'statement'),
    ...given(value, 'warning'),
    ...(isList(plan) && { plan: plan.map((call) => callOf(call, refuse)) }),
  };
}

/** A field that may be absent; of another type it is. */
function given<Key extends string>(value: Value, key: Key): { readonly [K in Key]?: string } {
  const text = property(value, key);
  return (typeof text === 'string' ? { [key]: text } : {}) as { readonly [K in Key]?: string };
}

function callOf(value: Value, refuse: (why: string) => never): Call {
  const [action, input] = [property(value, 'action'), property(value, 'input')];
  if (typeof action !== 'string' || !isCallName(action) || !isObject(input)) return refuse('.plan: expected calls of an action and its input');
  return { action, input };
}

const isCallName = (text: string): text is Call['action'] => text.includes(':');

const sightingOf = (source: Value | undefined): Sighting =>
  Object.fromEntries(
    FIELDS.flatMap((field) => {
      const value = property(source, field);
      return (typeof value === 'string' && value !== '') || typeof value === 'number' ? [[field, String(value)]] : [];
    }),
  );

const errorsOf = (errors: Value | undefined): readonly Problem[] =>
  (isList(errors) ? errors : []).map((error) => ({
    file: asText(property(error, 'file')) ?? '',
    message: asText(property(error, 'message')) ?? JSON.stringify(error),
    ...(typeof property(error, 'line') === 'number' && { line: Number(property(error, 'line')) }),
  }));
