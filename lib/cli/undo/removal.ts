/** What a remediation removed: from its undo record, or from its finding. Data that others wrote: decoded, never trusted. */
import { isAccountId, partitionOfRegion } from '../../core/arn';
import type { Place } from '../../core/guardrail';
import { asText, isList, isObject, property, type Value } from '../../core/value';
import type { Call } from '../../core/verdict';
import { restoringOf } from './restoring';

export interface Removal {
  readonly guardrail: string;
  /** ARN of the resource. */
  readonly resource: string;
  readonly place: Place;
  /** The calls that put it back. */
  readonly restore: readonly Call[];
  /** The calls that removed it: the undo log alone says them. */
  readonly calls?: readonly Call[];
  readonly key?: string;
}

/** What a finding says of a remediation. */
export interface Told {
  readonly key: string;
  readonly guardrail: string;
  readonly resource: string;
  readonly place: Place;
  /** What the finding itself holds of the calls; undefined where it was cut. */
  readonly restore?: readonly Call[];
  /** Records of what was done before on top of which this was done, the latest first. */
  readonly earlier: readonly string[];
}

/** `<function>/<day>/<milliseconds>-<hash>` */
export const isUndoKey = (text: string): boolean => /^[\w.-]+\/\d{4}-\d\d-\d\d\/\d+-[0-9a-f]{16}$/.test(text);

/** Undefined: it is no undo record. */
export function removalOf(entry: Value, key?: string): Removal | undefined {
  const [guardrail, resource] = [asText(property(entry, 'guardrail')), asText(property(entry, 'resource'))];
  const restore = callsOf(property(entry, 'restore'));
  const calls = callsOf(property(entry, 'calls'));
  const place = placeOf(property(entry, 'place'));
  if (guardrail === undefined || resource === undefined || !restore || !calls || !place) return undefined;
  if (!restore.every(({ action }) => restoringOf(action))) return undefined;
  return { guardrail, resource, place, restore, calls, ...(key !== undefined && { key }) };
}

function placeOf(value: Value | undefined): Place | undefined {
  const [partition, region, account] = ['partition', 'region', 'account'].map((name) => asText(property(value, name)));
  if (partition === undefined || region === undefined || account === undefined) return undefined;
  return isRegion(region) && isAccountId(account) ? { partition, region, account } : undefined;
}

const isRegion = (text: string): boolean => /^[a-z]{2,}(-[a-z]+)+-\d$/.test(text);

function callsOf(value: Value | undefined): readonly Call[] | undefined {
  if (!isList(value)) return undefined;
  const calls = value.flatMap((item): readonly Call[] => {
    const [action, input] = [property(item, 'action'), property(item, 'input')];
    return typeof action === 'string' && isAction(action) && isObject(input) ? [{ action, input }] : [];
  });
  return calls.length === value.length ? calls : undefined;
}

const isAction = (text: string): text is Call['action'] => /^[a-z0-9-]+:[A-Z]\w+$/.test(text);

/** The findings in a document: one, those that `invoke` printed, those that Security Hub answered or sent as an event. */
export function findingsIn(document: Value): readonly Value[] {
  if (isList(document)) return document.flatMap(findingsIn);
  if (property(document, 'ProductFields') !== undefined) return [document];
  for (const list of [property(document, 'findings'), property(document, 'Findings'), property(property(document, 'detail'), 'findings')]) {
    if (isList(list)) return list.flatMap(findingsIn);
  }
  const single = property(document, 'finding');
  return isObject(single) ? findingsIn(single) : [];
}

/** Undefined: the finding is of no remediation of ours. */
export function toldBy(finding: Value): Told | undefined {
  const fields = property(finding, 'ProductFields');
  const field = (name: string) => asText(property(fields, `perimeter/${name}`));
  const [key, guardrail, removed] = [field('undoKey'), field('guardrail'), field('removed')];
  const resources = property(finding, 'Resources');
  const first = isList(resources) ? resources[0] : undefined;
  const resource = asText(property(first, 'Id'));
  const region = asText(property(first, 'Region')) ?? '';
  const partition = asText(property(first, 'Partition')) ?? partitionOfRegion(region);
  const place = placeOf({ partition, region, account: asText(property(finding, 'AwsAccountId')) ?? '' });
  if (key === undefined || guardrail === undefined || resource === undefined || !place) return undefined;
  const restore = callsOf(parsed(removed ?? ''));
  const earlier = (field('earlierUndoKeys') ?? '').split(' ').filter(isUndoKey);
  return { key, guardrail, resource, place, earlier, ...(restore && { restore }) };
}

function parsed(text: string): Value | undefined {
  try {
    return JSON.parse(text);
  } catch {
    // Cut at the length that Security Hub takes.
    return undefined;
  }
}
