/** Exemptions: who is excused, until when. A glob matches the ARN of the resource or of its parent. */
import { parseArn } from './arn';
import type { Configuration, Exemption } from './configuration';
import { hasHole, splitOutsideHoles } from './value';

/** Days before its end during which an exemption warns. */
export const WARNING_DAYS = 14;

type ExemptionAnswer =
  | { readonly kind: 'exempt'; readonly exemption: Exemption; readonly warning?: string }
  | { readonly kind: 'maybe'; readonly exemption: Exemption }
  | { readonly kind: 'none'; readonly expired?: Exemption };

/** `today`: `YYYY-MM-DD` in UTC. An exemption that has ended never excuses; one that might match answers `maybe`. */
export function exemptionFor(configuration: Configuration, guardrail: string, arn: string, today: string, excusedAs?: string): ExemptionAnswer {
  const candidates = [arn, ...parentArns(arn), ...(excusedAs === undefined ? [] : [excusedAs])];
  let maybe: Exemption | undefined;
  let expired: Exemption | undefined;
  for (const exemption of configuration.exemptions) {
    if (!exemption.guardrails.includes(guardrail)) continue;
    const match = bestMatch(exemption.resources, candidates);
    if (match === 'no') continue;
    if (today > exemption.expires) expired ??= exemption;
    else if (match === 'maybe') maybe ??= exemption;
    else return { kind: 'exempt', exemption, ...warningOf(exemption, today) };
  }
  if (maybe) return { kind: 'maybe', exemption: maybe };
  return expired ? { kind: 'none', expired } : { kind: 'none' };
}

function warningOf(exemption: Exemption, today: string): { readonly warning?: string } {
  const days = Math.round((Date.parse(exemption.expires) - Date.parse(today)) / 86_400_000);
  if (days > WARNING_DAYS) return {};
  return { warning: `the exemption ends ${days <= 0 ? 'today' : days === 1 ? 'tomorrow' : `in ${days} days`} (${exemption.expires})` };
}

/** The function of an alias or version, the layer of a layer version, the topic of a subscription. */
function parentArns(arn: string): readonly string[] {
  const parsed = parseArn(arn);
  if (!parsed) return [];
  const parts = splitOutsideHoles(arn, ':');
  const depth = parsed.service === 'lambda' ? 7 : parsed.service === 'sns' ? 6 : undefined;
  return depth !== undefined && parts.length > depth ? [parts.slice(0, depth).join(':')] : [];
}

type Match = 'yes' | 'maybe' | 'no';

function bestMatch(patterns: readonly string[], arns: readonly string[]): Match {
  let best: Match = 'no';
  for (const pattern of patterns) {
    for (const arn of arns) {
      const match = matchGlob(pattern, arn);
      if (match === 'yes') return 'yes';
      if (match === 'maybe') best = 'maybe';
    }
  }
  return best;
}

/**
 * Does an ARN glob match? Compared field by field (`:`), and within a field segment by segment (`/`), so a wildcard
 * crosses neither. A hole in the ARN matches `*` whatever it is; against anything else it is `maybe`.
 */
export function matchGlob(pattern: string, text: string): Match {
  const patternFields = pattern.split(':');
  const textFields = splitOutsideHoles(text, ':');
  if (patternFields.length !== textFields.length) return isWhollyUnknown(text) ? 'maybe' : 'no';
  let best: Match = 'yes';
  for (const [index, patternField] of patternFields.entries()) {
    const match = matchField(patternField, textFields[index] ?? '');
    if (match === 'no') return 'no';
    if (match === 'maybe') best = 'maybe';
  }
  return best;
}

/** `${Fn}` might be any ARN; a known number of fields is not. */
const isWhollyUnknown = (text: string): boolean => hasHole(text) && !text.startsWith('arn:');

function matchField(pattern: string, text: string): Match {
  const patternSegments = pattern.split('/');
  const textSegments = splitOutsideHoles(text, '/');
  if (patternSegments.length !== textSegments.length) return hasHole(text) ? 'maybe' : 'no';
  let best: Match = 'yes';
  for (const [index, segment] of patternSegments.entries()) {
    const value = textSegments[index] ?? '';
    if (hasHole(value)) {
      if (segment !== '*') best = 'maybe';
    } else if (!wildcard(segment).test(value)) {
      return 'no';
    }
  }
  return best;
}

interface Wildcard {
  readonly test: (text: string) => boolean;
}

/** `*`: any run of characters, none included; `?`: one character; anything else is itself. Never worse than pattern × text. */
export const wildcard = (pattern: string): Wildcard => ({ test: (text) => matchesWildcard(pattern, text) });

function matchesWildcard(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let index = 0; index < text.length; ) {
    const symbol = pattern[at];
    if (symbol === '*') {
      star = at;
      resume = index;
      at += 1;
    } else if (symbol !== undefined && (symbol === '?' || symbol === text[index])) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      index = resume;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
