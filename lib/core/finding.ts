/**
 * Security Hub findings (ASFF), as data: https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html
 * One for each violation; the id is the same however often, and in whatever order, its event arrives.
 */
import { parseArn } from './arn';
import type { Place } from './guardrail';
import { asText, cut, isObject, property, type Value } from './value';
import type { Assessment, Severity } from './verdict';

export type Finding = { readonly [name: string]: Value };

/** Where the violation was seen: what people ask for first. */
export interface Sighting {
  readonly eventId: string;
  readonly eventName: string;
  readonly eventTime: string;
  readonly sharedEventId?: string;
  readonly principal: string;
  readonly sourceIp?: string;
  /** CloudFormation, Terraform, the console or an SDK, by the user agent and who invoked it. */
  readonly tool?: string;
}

/** How things stand after the remediator has run. */
export type Standing =
  /** Seen and left (observe, nothing can be undone safely, undetermined). */
  | { readonly kind: 'open'; readonly note?: string }
  /** `openUntil`: what was removed may come back until then, without an event; `unwatched`: why nobody looks. `isUnseen`: it was to be removed and is gone, and who did it was not seen. */
  | {
      readonly kind: 'undone';
      readonly removed: string;
      readonly undoKey: string;
      readonly openUntil?: string;
      readonly unwatched?: string;
      readonly isUnseen?: true;
    }
  /** Stopped, not mended. */
  | { readonly kind: 'contained'; readonly removed?: string; readonly undoKey?: string; readonly note: string }
  | { readonly kind: 'failed'; readonly error: string };

interface FindingInput {
  readonly assessment: Assessment;
  readonly place: Place;
  readonly sighting: Sighting;
  readonly standing: Standing;
  /** Where the events of one day (`YYYY-MM-DD`) make one finding: how many, a lower bound, and the time of the latest. */
  readonly tally?: { readonly day: string; readonly count: number; readonly until: string };
  readonly now: Date;
  /** The finding as it is stored: it keeps the time of its creation. */
  readonly before?: Finding;
}

export const generatorOf = (guardrail: string): string => `perimeter/${guardrail}`;

/** Guardrail, then the ARN (partition, Region, account, resource), then the statement. Stable; at most 512 characters. */
export function findingId({
  guardrail,
  resource,
  statement,
  aggregate,
}: Pick<Assessment, 'guardrail' | 'resource' | 'statement'> & { readonly aggregate?: string }): string {
  const id = ['perimeter', guardrail, resource.id, statement ?? '-', ...(aggregate === undefined ? [] : [aggregate])].join('/');
  return id.length <= 512 ? id : `${id.slice(0, 490).replace(/[\uD800-\uDBFF]$/, '')}~${hash(id)}`;
}

/** FNV-1a, for ids alone: not a secret, not a signature. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, '0');
}

/** The ASFF resource types that there are for ours; anything else is `Other`. */
const RESOURCE_TYPES: { readonly [prefix: string]: string } = {
  'AWS::Lambda::Layer': 'AwsLambdaLayerVersion',
  'AWS::Lambda::': 'AwsLambdaFunction',
  'AWS::SNS::': 'AwsSnsTopic',
  'AWS::ECR::Repository': 'AwsEcrRepository',
};

const resourceType = (type: string): string => Object.entries(RESOURCE_TYPES).find(([prefix]) => type.startsWith(prefix))?.[1] ?? 'Other';

export function toFinding(input: FindingInput): Finding {
  const { assessment, place, now, standing, sighting } = input;
  const { guardrail, resource } = assessment;
  const at = updatedAfter(input.before, now);
  const severity: Severity = assessment.severity ?? 'LOW';
  return {
    SchemaVersion: '2018-10-08',
    Id: findingId({ ...assessment, aggregate: input.tally?.day }),
    ProductArn: `arn:${place.partition}:securityhub:${place.region}:${place.account}:product/${place.account}/default`,
    GeneratorId: generatorOf(guardrail),
    AwsAccountId: place.account,
    CompanyName: 'Perimeter',
    ProductName: 'Perimeter',
    CreatedAt: asText(property(input.before, 'CreatedAt')) ?? at,
    UpdatedAt: at,
    FirstObservedAt: isoOr(sighting.eventTime, at),
    FindingProviderFields: { Severity: { Label: severity }, Types: ['Effects/Data Exposure'] },
    Title: cut(titleOf(input), 256),
    Description: cut(descriptionOf(input), 1024),
    Remediation: { Recommendation: { Text: cut(assessment.fix ?? assessment.reason ?? 'look at the resource', 512) } },
    Resources: [{ Type: resourceType(resource.type), Id: cut(resource.id, 512), Partition: place.partition, Region: place.region }],
    Compliance: { Status: isPassed(standing) ? 'PASSED' : assessment.verdict === 'undetermined' ? 'WARNING' : 'FAILED' },
    RecordState: 'ACTIVE',
    ...(isPassed(standing) && { Workflow: { Status: 'RESOLVED' }, Note: { Text: noteOf(standing), UpdatedBy: 'perimeter', UpdatedAt: at } }),
    ProductFields: productFields(input),
  };
}

/** What is not later than the stored one is ignored, without a word: https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html */
function updatedAfter(before: Finding | undefined, now: Date): string {
  const stored = Date.parse(asText(property(before, 'UpdatedAt')) ?? '');
  return new Date(Number.isNaN(stored) ? now : Math.max(now.getTime(), Math.min(stored + 1, LATEST))).toISOString();
}

/** The last moment that ASFF can write: a year has four digits. */
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

const isPassed = (standing: Standing): standing is Extract<Standing, { kind: 'undone' }> =>
  standing.kind === 'undone' && standing.openUntil === undefined;

const isoOr = (time: string, fallback: string): string => (Number.isNaN(Date.parse(time)) ? fallback : new Date(time).toISOString());

function titleOf({ assessment, standing }: FindingInput): string {
  const name = parseArn(assessment.resource.id)?.resource ?? assessment.resource.id;
  const what = assessment.code ?? 'undetermined';
  if (standing.kind === 'failed') return `remediation failed: ${what} on ${name}`;
  if (standing.kind === 'contained') return `contained: ${what} on ${name}`;
  return standing.kind === 'undone' ? `undone: ${what} on ${name}` : `${what} on ${name}`;
}

function descriptionOf({ assessment, standing, tally }: FindingInput): string {
  const often = tally === undefined || tally.count < 2 ? '' : ` (at least ${tally.count} times on ${tally.day})`;
  const said = `${assessment.reason ?? ''}${often}`;
  if (standing.kind === 'failed') return `${said}. It could not be undone: ${standing.error}`;
  if (standing.kind === 'undone') {
    const looks = standing.unwatched === undefined ? 'looked at again until then' : `not looked at again: ${standing.unwatched}`;
    const again = standing.openUntil === undefined ? '' : `; re-confirmation possible until ${standing.openUntil}, ${looks}`;
    return `${said}. ${standing.isUnseen ? UNSEEN : 'It was undone'}${again}`;
  }
  if (standing.kind === 'contained') return `${said}. ${standing.note}`;
  return standing.note === undefined ? said : `${said}. ${standing.note}`;
}

/** The answer was lost, or the process that asked; or there was nothing left when it asked. */
const UNSEEN = 'It is gone, removed by perimeter or, in the same moment, by its owner: the answer that would tell was not seen';

const noteOf = ({ undoKey, isUnseen }: Extract<Standing, { kind: 'undone' }>): string =>
  cut(`undone by perimeter${isUnseen ? ' or its owner' : ''}; to put it back: perimeter undo ${undoKey}`, 512);

/** What was done about an earlier event of the day can still be taken back. */
function doneBefore(before: Finding | undefined): { readonly removed?: string; readonly undoKey?: string } {
  const field = (name: string) => asText(property(property(before, 'ProductFields'), `perimeter/${name}`));
  return { removed: field('removed'), undoKey: field('undoKey') };
}

/** What fits, the latest first. */
const MOST_KEYS = 20;

/** What was done about earlier events of the day, each time on top of the last. */
function earlierKeys(before: Finding | undefined, undoKey: string): string {
  const field = (name: string) => asText(property(property(before, 'ProductFields'), `perimeter/${name}`)) ?? '';
  const keys = `${field('undoKey')} ${field('earlierUndoKeys')}`.split(' ');
  return keys
    .filter((key) => key !== '' && key !== undoKey)
    .slice(0, MOST_KEYS)
    .join(' ');
}

/** At most 50 pairs, keys to 128 and values to 2,048 characters. */
function productFields({ assessment, sighting, standing, tally, before }: FindingInput): { readonly [name: string]: string } {
  const done = standing.kind === 'undone' || standing.kind === 'contained' ? standing : tally && doneBefore(before);
  const earlier = tally && done?.undoKey !== undefined ? earlierKeys(before, done.undoKey) : '';
  const id = findingId({ ...assessment, aggregate: tally?.day });
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['guardrail', assessment.guardrail],
    ['code', assessment.code],
    ['mode', assessment.mode],
    ['statement', assessment.statement],
    ['actor', sighting.principal],
    ['sourceIp', sighting.sourceIp],
    ['tool', sighting.tool],
    ['eventId', sighting.eventId],
    ['eventName', sighting.eventName],
    ['eventTime', sighting.eventTime],
    ['sharedEventId', sighting.sharedEventId],
    ['count', tally && `${tally.count} (a lower bound)`],
    ['countedUntil', tally?.until],
    ['removed', done?.removed],
    ['undoKey', done?.undoKey],
    ['earlierUndoKeys', earlier],
    ['undo', done?.undoKey && `perimeter undo ${earlier === '' ? done.undoKey : `'${id}'`}`],
    ['openUntil', standing.kind === 'undone' ? standing.openUntil : undefined],
    ['looksAgain', standing.kind === 'undone' && standing.openUntil !== undefined ? (standing.unwatched ?? 'yes') : undefined],
    ['resourceType', assessment.resource.type],
    ['exemption', exemptionFor(assessment)],
  ];
  const given = fields.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[`perimeter/${name}`, cut(value, 2048)] as const]));
  return Object.fromEntries(given);
}

/** The exemption that would excuse it, ready to be pasted, with owner and end left to fill in. */
export const exemptionFor = ({ guardrail, resource }: Pick<Assessment, 'guardrail' | 'resource'>): string =>
  [
    'exemptions:',
    `  - guardrails: [${guardrail}]`,
    `    resources: [${JSON.stringify(resource.id)}]`,
    '    reason: ',
    '    owner: ',
    '    expires: ',
  ].join('\n');

/** The finding as closed: fixed by someone, or its resource is gone (then archived). Only of one that exists. */
export function closed(finding: Finding, now: Date, isGone: boolean): Finding {
  const fields = property(finding, 'ProductFields');
  return {
    ...picked(finding, (name) => KEPT.has(name)),
    ...(isObject(fields) && { ProductFields: picked(fields, (name) => name.startsWith('perimeter/')) }),
    UpdatedAt: updatedAfter(finding, now),
    Compliance: { Status: 'PASSED' },
    RecordState: isGone ? 'ARCHIVED' : 'ACTIVE',
  };
}

/** What we wrote. Security Hub adds to what it answers, and refuses some of that, or reserves it for itself, when it is sent back. */
const KEPT = new Set([
  ...['SchemaVersion', 'Id', 'ProductArn', 'GeneratorId', 'AwsAccountId', 'CompanyName', 'ProductName', 'CreatedAt', 'FirstObservedAt'],
  ...['FindingProviderFields', 'Title', 'Description', 'Remediation', 'Resources'],
]);

const picked = (object: Finding, isKept: (name: string) => boolean): Finding =>
  Object.fromEntries(Object.entries(object).filter(([name]) => isKept(name)));
