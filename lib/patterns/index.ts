/**
 * The EventBridge rules of a guardrail, generated from its metadata and the configuration: what is plainly compliant does not
 * invoke a function. Nothing else is left out: no violation, nothing undetermined, no event that may close a finding.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
import { type Configuration, configurationOf } from '../core/configuration';
import type { AnyGuardrail, EventInterest } from '../core/guardrail';
import { OWN_ACCOUNT, OWN_PARTITION } from '../core/value';
import type { EventPattern, Matcher } from './matcher';
import { pullDetail } from './pulls';

export type { EventPattern } from './matcher';

export interface RulePattern {
  readonly pattern: EventPattern;
  /** Needs the rule state `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`. */
  readonly readOnly: boolean;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
export const MOST_CHARACTERS = 2_048;

/** Where the rule runs; the default is what CloudFormation fills in. */
interface RulePlace {
  readonly account: string;
  readonly partition: string;
}

const OWN: RulePlace = { account: OWN_ACCOUNT, partition: OWN_PARTITION };

/** What further narrows the detail of a guardrail's reading calls, of which there are many, as long as it fits. */
const NARROWED: { readonly [guardrail: string]: typeof pullDetail } = { 'ecr-layer-access': pullDetail };

/**
 * One pattern for the calls that change something, one for those that only read, where the guardrail listens to such. At most
 * one of them has wildcards, of which a bus bears few; `wildcards: false` does without, and filters less.
 */
export function patternsFor(guardrail: AnyGuardrail, configuration: Configuration, place = OWN, wildcards = true): readonly RulePattern[] {
  const changes = guardrail.events.filter(({ readOnly }) => !readOnly);
  const reads = guardrail.events.filter(({ readOnly }) => readOnly);
  const { settings } = configurationOf(configuration, guardrail.id);
  const fits = (detail: EventPattern) => JSON.stringify(patternOf(reads, detail)).length <= MOST_CHARACTERS;
  const detail = NARROWED[guardrail.id]?.({ settings, trust: configuration.trust, wildcards }, fits) ?? {};
  return [
    ...(changes.length > 0 ? [{ pattern: inPlace(patternOf(changes), place), readOnly: false }] : []),
    ...(reads.length > 0 ? [{ pattern: inPlace(patternOf(reads, detail), place), readOnly: true }] : []),
  ];
}

/** A call that failed changed nothing. CloudTrail names the error; an empty name is none, as the judge reads it. */
const SUCCEEDED: Matcher = [{ exists: false }, null, ''];

function patternOf(events: readonly EventInterest[], detail: EventPattern = {}): EventPattern {
  const sources = [...new Set(events.map(({ source }) => source))];
  return {
    source: sources.map((source) => `aws.${source.split('.')[0]}`),
    'detail-type': ['AWS API Call via CloudTrail'],
    detail: { eventSource: sources, eventName: events.flatMap(namesOf), errorCode: SUCCEEDED, ...detail },
  };
}

/**
 * Some names carry the date of their API (`AddPermission20150331v2`). What begins alike and is another call is let through where
 * it is rare, and judged by nobody; of calls that only read there may be many.
 */
const namesOf = ({ name, readOnly }: EventInterest): Matcher => (readOnly ? [name, { prefix: `${name}20` }] : [{ prefix: name }]);

/** Puts the account and the partition where the pattern names the own ones. */
const inPlace = (pattern: EventPattern, { account, partition }: RulePlace): EventPattern =>
  JSON.parse(JSON.stringify(pattern), (_key, value) =>
    typeof value === 'string' ? value.replaceAll(OWN_ACCOUNT, account).replaceAll(OWN_PARTITION, partition) : value,
  );
