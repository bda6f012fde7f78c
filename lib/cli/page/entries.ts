/** The items of all results, as a page tells them: what repeats is told once, the gravest comes first. */
import { isAccountId, parseArn } from '../../core/arn';
import { type Item, SEVERITIES, VERDICTS } from './results';

export interface Entry {
  readonly item: Item;
  readonly count: number;
  /** `eventTime` of the first and the last; empty where nothing happened (a template). */
  readonly first: string;
  readonly last: string;
}

/** Items that differ in nothing but the event are one entry, with how often. */
export function entriesOf(items: readonly Item[]): readonly Entry[] {
  const entries = new Map<string, { item: Item; count: number; first: string; last: string }>();
  for (const item of items) {
    const { eventId, eventTime = '', ...place } = item.source;
    const key = JSON.stringify({ ...item, source: place });
    const known = entries.get(key);
    if (!known) entries.set(key, { item, count: 1, first: eventTime, last: eventTime });
    else {
      known.count += 1;
      if (eventTime < known.first) known.first = eventTime;
      if (eventTime > known.last) known.last = eventTime;
    }
  }
  return [...entries.values()].sort((a, b) => rankOf(a.item) - rankOf(b.item));
}

const rankOf = ({ verdict, severity }: Item): number => VERDICTS.indexOf(verdict) * SEVERITIES.length + (severity ? SEVERITIES.indexOf(severity) : 0);

export const NO_ACCOUNT = 'not known before deployment';

/** The owner of the resource; where its ARN does not say, the account in which it was seen. */
export function accountOf({ id, source }: Item): string {
  const owner = parseArn(id)?.account ?? '';
  return isAccountId(owner) ? owner : (source.accountId ?? NO_ACCOUNT);
}

export interface Counts {
  readonly name: string;
  /** In the order of `COLUMNS`. */
  readonly counts: readonly number[];
}

export const COLUMNS: readonly string[] = [...SEVERITIES, 'undetermined', 'exempt'];

const columnOf = ({ verdict, severity }: Item): string => (verdict === 'violation' ? (severity ?? '') : verdict);

/** How many of each column, for each name; the names in the order that is given, then by the alphabet. */
export function countBy(items: readonly Item[], nameOf: (item: Item) => string, order: readonly string[] = []): readonly Counts[] {
  const rows = new Map<string, number[]>();
  for (const item of items) {
    const row = rows.get(nameOf(item)) ?? COLUMNS.map(() => 0);
    const column = COLUMNS.indexOf(columnOf(item));
    if (column >= 0) row[column] = (row[column] ?? 0) + 1;
    rows.set(nameOf(item), row);
  }
  return sortedBy([...rows.keys()], order).map((name) => ({ name, counts: rows.get(name) ?? [] }));
}

export function sortedBy(names: readonly string[], order: readonly string[]): readonly string[] {
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...names].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0));
}
