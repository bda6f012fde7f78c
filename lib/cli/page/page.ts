/** The page: one document without a request to anywhere, the same bytes for the same results. */
import { createHash } from 'node:crypto';
import type { AnyGuardrail } from '../../core/guardrail';
import { PRODUCT, VERSION } from '../product';
import { grouped, plural } from '../report/text';
import { accountOf, COLUMNS, type Counts, countBy, type Entry, entriesOf, NO_ACCOUNT, sortedBy } from './entries';
import { findingOf } from './finding';
import { type Html, html, inline } from './html';
import type { Results } from './results';
import { SCRIPT } from './script';
import { STYLE } from './style';

export interface Source {
  /** As the command line names it. */
  readonly name: string;
  readonly sha256: string;
  readonly results: Results;
}

/** Findings that a browser still shows at once; the gravest are kept, the others are only counted. */
const MOST_ENTRIES = 20_000;
const MOST_ERRORS = 200;

const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing is loaded, nothing is sent, and no script runs but ours. */
const POLICY = `default-src 'none'; style-src ${digest(STYLE)}; script-src ${digest(SCRIPT)}; base-uri 'none'; form-action 'none'`;

export function pageOf(sources: readonly Source[], registry: readonly AnyGuardrail[]): string {
  const items = sources.flatMap(({ results }) => results.items);
  const all = entriesOf(items);
  const entries = all.slice(0, MOST_ENTRIES);
  const order = registry.map(({ id }) => id);
  const guardrails = sortedBy([...new Set(entries.map(({ item }) => item.guardrail))], order);
  const left = all.length - entries.length;
  const { text } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Perimeter: ${headlineOf(sources)}</title>
<style>${inline(STYLE)}</style>
</head>
<body>
<header>
<h1>${headlineOf(sources)}</h1>
<p class="quiet">What leaves the data perimeter of the organization, as Perimeter judged it.</p>
${tiles(sources)}
</header>
<main>
<section aria-labelledby="guardrails"><h2 id="guardrails">By guardrail</h2>
${table(
  'Each links to its findings.',
  'guardrail',
  countBy(items, ({ guardrail }) => guardrail, order),
  (name) => (guardrails.includes(name) ? html`<a href="#findings-${name}">${name}</a>` : html`${name}`),
)}
</section>
<section aria-labelledby="accounts"><h2 id="accounts">By account</h2>
${table('The account that owns the resource.', 'account', countBy(items, accountOf).toSorted(byAccount), (name) => html`${name}`)}
</section>
${unread(sources)}
<section aria-labelledby="findings"><h2 id="findings">Findings</h2>
${entries.length === 0 ? html`<p>None.</p>` : filterOf(guardrails, entries)}
${guardrails.map((guardrail) => chapter(guardrail, entries, registry))}
${left === 0 ? undefined : html`<p><strong>${plural(left, 'more finding')}</strong> of lesser gravity: too many for a page. The results hold all of them.</p>`}
</section>
<section aria-labelledby="sources"><h2 id="sources">What was judged</h2>
${sourceTable(sources)}
</section>
<section aria-labelledby="words"><h2 id="words">Words</h2>
<dl>
<dt>violation</dt><dd>Lets data or code out of the organization, by the configuration that it was judged with.</dd>
<dt>undetermined</dt><dd>What is known does not decide; the reason names what is missing. It is no pass.</dd>
<dt>exempt</dt><dd>The configuration excuses it, or a rule that is built in; the reason says which and until when.</dd>
<dt>compliant</dt><dd>Judged, and nothing was found.</dd>
</dl>
</section>
</main>
<footer>Made by ${PRODUCT} ${VERSION} from the results above. The page holds everything, and asks no server for anything.</footer>
<script>${inline(SCRIPT)}</script>
</body>
</html>
`;
  return text;
}

const sum = (sources: readonly Source[], of: (results: Results) => number): number => sources.reduce((total, { results }) => total + of(results), 0);

const countOf = (sources: readonly Source[], verdict: string): number =>
  sum(sources, ({ items }) => items.filter((item) => item.verdict === verdict).length);

function headlineOf(sources: readonly Source[]): string {
  const [violations, open] = [countOf(sources, 'violation'), countOf(sources, 'undetermined')];
  return `${violations === 0 ? 'No violation' : plural(violations, 'violation')}${open === 0 ? '' : `, ${grouped(open)} undetermined`}`;
}

function tiles(sources: readonly Source[]): Html {
  const unreadable = sum(sources, ({ errors }) => errors.length);
  const tile = (count: number, what: string, badge: string) =>
    html`<li><strong class="${count === 0 ? 'none' : badge}">${grouped(count)}</strong>${what}</li>`;
  return html`<ul class="tiles">
${tile(countOf(sources, 'violation'), 'violations', 'critical')}
${tile(countOf(sources, 'undetermined'), 'undetermined', 'undetermined')}
${tile(countOf(sources, 'exempt'), 'exempt', 'exempt')}
${tile(
  sum(sources, ({ compliant }) => compliant),
  'compliant',
  'compliant',
)}
${tile(
  sum(sources, ({ judged }) => judged),
  'judged',
  '',
)}
${unreadable === 0 ? undefined : tile(unreadable, 'could not be read', 'high')}
</ul>`;
}

/** Accounts with most to do first; what no account is known for comes last. */
const byAccount = (a: Counts, b: Counts): number => {
  if (a.name === NO_ACCOUNT || b.name === NO_ACCOUNT) return Number(a.name === NO_ACCOUNT) - Number(b.name === NO_ACCOUNT);
  const index = a.counts.findIndex((count, column) => count !== b.counts[column]);
  return index < 0 ? 0 : (b.counts[index] ?? 0) - (a.counts[index] ?? 0);
};

/** Narrow screens scroll a table, and so must whoever has no pointer. */
const scrolled = (name: string, inside: Html): Html => html`<div class="scroll" role="region" aria-label="${name}" tabindex="0">${inside}</div>`;

function table(caption: string, head: string, rows: readonly Counts[], nameOf: (name: string) => Html): Html {
  if (rows.length === 0) return html`<p>Nothing was found.</p>`;
  return scrolled(
    `by ${head}`,
    html`<table>
<caption>${caption}</caption>
<thead><tr><th scope="col">${head}</th>${COLUMNS.map((column) => html`<th scope="col" class="number">${column.toLowerCase()}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ({ name, counts }) => html`<tr><th scope="row">${nameOf(name)}</th>${counts.map(
    (count, index) => html`<td class="number ${count === 0 ? 'none' : (COLUMNS[index] ?? '').toLowerCase()}">${grouped(count)}</td>`,
  )}</tr>
`,
)}</tbody>
</table>`,
  );
}

function unread(sources: readonly Source[]): Html | undefined {
  const errors = sources.flatMap(({ results }) => results.errors);
  if (errors.length === 0) return undefined;
  return html`<section aria-labelledby="unread"><h2 id="unread">What could not be read</h2>
<p>Nothing is known about it: it may hold violations.</p>
<ul>${errors
    .slice(0, MOST_ERRORS)
    .map(({ file, line, message }) => html`<li>${file.slice(0, 500)}${line === undefined ? '' : `:${line}`}: ${message.slice(0, 500)}</li>`)}</ul>
${errors.length > MOST_ERRORS ? html`<p>And ${grouped(errors.length - MOST_ERRORS)} more.</p>` : undefined}
</section>`;
}

function filterOf(guardrails: readonly string[], entries: readonly Entry[]): Html {
  const option = (name: string) => html`<option value="${name}">${name}</option>`;
  const verdicts = [...new Set(entries.map(({ item }) => item.verdict))];
  return html`<div class="filter" id="filter" role="search" hidden>
<div class="wide"><label for="text">Text: an account, a name, a code …</label><input id="text" type="search" autocomplete="off" spellcheck="false"></div>
<div><label for="guardrail">Guardrail</label><select id="guardrail"><option value="">all</option>${guardrails.map(option)}</select></div>
<div><label for="verdict">Verdict</label><select id="verdict"><option value="">all</option>${verdicts.map(option)}</select></div>
<output id="shown" for="text guardrail verdict"></output>
</div>`;
}

function chapter(guardrail: string, entries: readonly Entry[], registry: readonly AnyGuardrail[]): Html {
  const known = registry.find(({ id }) => id === guardrail);
  const own = entries.filter(({ item }) => item.guardrail === guardrail);
  const codes = Object.entries(known?.codes ?? {}).filter(([code]) => own.some(({ item }) => item.code === code));
  return html`<section data-guardrail="${guardrail}" aria-labelledby="findings-${guardrail}">
<h3 id="findings-${guardrail}">${guardrail}${known ? `: ${known.title}` : ''}</h3>
${known ? html`<p class="quiet">${known.summary}</p>` : undefined}
${codes.length === 0 ? undefined : html`<dl class="codes">${codes.map(([code, { meaning, source }]) => html`<dt><code>${code}</code></dt> <dd>${meaning} (<a href="${source}" rel="noreferrer">AWS</a>)</dd>`)}</dl>`}
${own.map(findingOf)}
</section>
`;
}

function sourceTable(sources: readonly Source[]): Html {
  return scrolled(
    'what was judged',
    html`<table>
<thead><tr><th scope="col">results</th><th scope="col">of</th><th scope="col">by</th><th scope="col" class="number">judged</th><th scope="col">from</th><th scope="col">events</th></tr></thead>
<tbody>
${sources.map(
  ({
    name,
    sha256,
    results,
  }) => html`<tr><th scope="row">${name}<br><code class="digest">sha256 ${sha256}</code></th><td>${results.surface}</td><td>${PRODUCT} ${results.version}</td><td class="number">${grouped(results.judged)}</td><td>${scannedOf(results)}</td><td>${spanOf(results)}</td></tr>
`,
)}</tbody>
</table>`,
  );
}

/** An audit reads resources, and no file. */
const scannedOf = ({ surface, files, records }: Results): string =>
  surface === 'audit' ? plural(records, 'resource') : `${plural(files, 'file')}${records > 0 ? `, ${plural(records, 'record')}` : ''}`;

/** Of what is listed: the compliant seldom are. */
function spanOf({ items }: Results): string {
  const times = items.flatMap(({ source }) => source.eventTime ?? []).sort();
  const [first = ''] = times;
  return times.at(-1) === first || first === '' ? first : `${first} to ${times.at(-1)}`;
}
