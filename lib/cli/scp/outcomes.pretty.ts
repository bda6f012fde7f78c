/** For people: who would have been refused, by principal and action. */
import picocolors from 'picocolors';
import type { Output } from '../output';
import { grouped, plural, printable, shorten, wrap } from '../report/text';
import type { Outcome, OutcomeReporter, OutcomeSummary, Verdict } from './test';

/** Groups that are kept, and resources that are told apart in each. */
const MOST_GROUPS = 500;
const MOST_RESOURCES = 1000;
const INDENT = '    ';

interface Group {
  readonly outcome: Outcome;
  readonly resources: Set<string>;
  count: number;
  first: string;
  last: string;
}

interface Painting {
  readonly output: Output;
  readonly colour: boolean;
  readonly width: number;
  /** Two configurations are compared. */
  readonly compares: boolean;
}

type Colours = ReturnType<typeof picocolors.createColors>;

export function prettyOutcomes({ output, colour, width, compares }: Painting): OutcomeReporter {
  const colours = picocolors.createColors(colour);
  const groups = new Map<string, Group>();
  let left = 0;
  return {
    begin: () => undefined,
    outcome: (outcome) => {
      const { verdict, code, action, source, before } = outcome;
      const key = JSON.stringify([verdict, source.principal, action, code, before]);
      const known = groups.get(key);
      if (known) fold(known, outcome);
      else if (groups.size >= MOST_GROUPS) left += 1;
      else groups.set(key, { outcome, resources: new Set([outcome.resource.id]), count: 1, first: source.eventTime, last: source.eventTime });
    },
    end: (summary) => {
      for (const verdict of ORDER) {
        for (const [principal, theirs] of byPrincipal([...groups.values()].filter(({ outcome }) => outcome.verdict === verdict))) {
          output.write(`${BADGES[verdict](colours)}  ${colours.bold(printable(shorten(principal, Math.max(40, width - 12))))}\n`);
          for (const group of theirs) output.write(`${linesOf(group, width, colours).join('\n')}\n`);
          output.write('\n');
        }
      }
      if (left > 0) output.write(`${plural(left, 'more call')} in groups that are not listed; --format json lists all of them\n\n`);
      if (summary.tally.records > 0) output.write(`${summaryOf(summary, compares, colours)}\n`);
    },
  };
}

const ORDER: readonly Verdict[] = ['denied', 'unknown', 'allowed'];

const BADGES: { readonly [verdict in Verdict]: (colours: Colours) => string } = {
  denied: ({ red }) => `${red('✗')} denied `,
  unknown: ({ yellow }) => `${yellow('?')} unknown`,
  allowed: ({ green }) => `${green('✓')} allowed`,
};

function fold(group: Group, { source: { eventTime }, resource }: Outcome): void {
  group.count += 1;
  if (group.resources.size < MOST_RESOURCES) group.resources.add(resource.id);
  if (eventTime < group.first) group.first = eventTime;
  if (eventTime > group.last) group.last = eventTime;
}

function byPrincipal(groups: readonly Group[]): ReadonlyMap<string, readonly Group[]> {
  const map = new Map<string, Group[]>();
  for (const group of groups) {
    const { principal } = group.outcome.source;
    map.set(principal, [...(map.get(principal) ?? []), group]);
  }
  return map;
}

function linesOf({ outcome, resources, count, first, last }: Group, width: number, { bold, dim }: Colours): readonly string[] {
  const { action, code, policy, mode, reason, before, source } = outcome;
  const [resource = ''] = resources;
  const others = resources.size - 1;
  const more = others > 0 ? `, and ${grouped(others)}${resources.size >= MOST_RESOURCES ? ' or more' : ''} other${others === 1 ? '' : 's'}` : '';
  const where = [source.accountId, source.region].filter((part) => part !== '').join('/');
  const when = count === 1 || first === last ? first : `from ${first} to ${last}`;
  const observed = mode === 'enforce' ? '' : ` (${mode})`;
  return [
    `  ${bold(printable(action))}  ${code === undefined ? '' : `${printable(code)} `}${dim(`of ${policy}${observed}`)}`,
    ...paragraph(reason, width),
    ...named(resource, more, width),
    ...(before ? paragraph(`before: ${before.verdict}${before.code === undefined ? '' : `, ${before.code}`}`, width) : []),
    ...paragraph(`${count === 1 ? 'once' : `${grouped(count)} times`} in ${where}, ${when}`, width).map(dim),
  ];
}

/** A name is not broken from its `on`, however long it is. */
function named(resource: string, more: string, width: number): readonly string[] {
  const line = `${INDENT}on ${printable(shorten(resource, 200))}`;
  return more === '' || line.length + more.length <= width ? [line + more] : [`${line},`, `${INDENT}${more.slice(2)}`];
}

const paragraph = (text: string, width: number): readonly string[] =>
  wrap(printable(shorten(text, 1000)), Math.max(30, width - INDENT.length)).map((line) => INDENT + line);

function summaryOf({ judged, verdicts, tally }: OutcomeSummary, compares: boolean, { red, yellow, green }: Colours): string {
  const { denied, unknown, allowed } = verdicts;
  const what = compares ? 'decided otherwise' : 'that the policies name';
  const damage = tally.errors.length === 0 ? '' : `; ${yellow(`${plural(tally.errors.length, 'error')} while reading`)}`;
  if (denied + unknown === 0 && !compares) {
    return `${green('✓')} ${plural(judged, 'call')} ${what} in ${plural(tally.records, 'record')}: nobody would have been refused${damage}`;
  }
  const parts = [
    denied > 0 ? red(`${grouped(denied)} denied`) : 'none denied',
    ...(unknown > 0 ? [yellow(`${grouped(unknown)} unknown`)] : []),
    `${grouped(allowed)} allowed`,
  ];
  return `${plural(judged, 'call')} ${what} in ${plural(tally.records, 'record')}: ${parts.join(', ')}${damage}`;
}
