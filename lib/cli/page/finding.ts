/** One finding of the page: what, where, why, the way out, what would undo it, and the exemption that would excuse it. */
import { parseArn } from '../../core/arn';
import { exemptionFor } from '../../core/finding';
import type { Call } from '../../core/verdict';
import { grouped, shorten } from '../report/text';
import { accountOf, type Entry, NO_ACCOUNT } from './entries';
import { type Html, html, lines } from './html';
import type { Item } from './results';

/** Characters of one value: a name of 100 KB must not hide the page. */
const MOST_VALUE = 2_000;
/** Characters of a call that stays on one line. */
const MOST_LINE = 120;

export function findingOf({ item, count, first, last }: Entry): Html {
  const { guardrail, verdict, severity, code, type, id, statement, reason, fix, warning, plan, mode } = item;
  const account = accountOf(item);
  const place = [account === NO_ACCOUNT ? '' : account, parseArn(id)?.region || item.source.region, type].filter(Boolean).join(' · ');
  return html`<article data-guardrail="${guardrail}" data-verdict="${verdict}">
<h4><span class="badge ${severity?.toLowerCase() ?? verdict}">${severity?.toLowerCase() ?? verdict}</span> ${code === undefined ? undefined : html`<code>${code}</code> `}<span class="name">${cut(nameOf(item))}</span></h4>
<p class="place">${place}</p>
${reason === undefined ? undefined : html`<p>${cut(reason)}</p>`}
<dl>
${row('Way out', fix)}
${plan === undefined ? undefined : html`<dt>Would undo it</dt> <dd>${callsOf(plan)}</dd>`}
${row('Resource', isPlace(item) ? undefined : id)}
${row('Statement', statement === item.source.logicalId ? undefined : statement)}
${row('Seen', seenOf(item, { count, first, last }))}
${row('File', fileOf(item))}
${verdict === 'violation' ? row('Mode', MODES.get(mode) ?? mode) : undefined}
${row('Note', warning)}
</dl>
${verdict === 'violation' || verdict === 'undetermined' ? exemptionOf(item) : undefined}
</article>
`;
}

const MODES: ReadonlyMap<string, string> = new Map([
  ['enforce', 'enforce: refused where it is deployed, undone where it happens'],
  ['observe', 'observe: reported alone'],
  ['off', 'off: judged because it was asked for'],
]);

const cut = (text: string): string =>
  text.length > MOST_VALUE ? `${shorten(text, MOST_VALUE)} (shortened, ${grouped(text.length)} characters)` : text;

const row = (term: string, text: string | undefined): Html | undefined =>
  text === undefined || text === '' ? undefined : html`<dt>${term}</dt> <dd>${cut(text)}</dd>`;

/** What an ARN calls it, else what the template does. */
const nameOf = ({ id, source }: Item): string => parseArn(id)?.resource ?? source.logicalId ?? id;

/** Its file and its name there, which have a row of their own. */
const isPlace = ({ id, source: { file, logicalId } }: Item): boolean => id === `${file}#${logicalId}`;

function callsOf(plan: readonly Call[]): readonly Html[] | string {
  if (plan.length === 0) return 'nothing that would be safe: the reason says why';
  return plan.map(({ action, input }) => {
    const short = JSON.stringify(input);
    const text = short.length <= MOST_LINE ? `${action} ${short}` : `${action} ${JSON.stringify(input, undefined, 2)}`;
    return html`<pre>${lines(text.length > MOST_VALUE ? cut(text) : text)}</pre>`;
  });
}

function seenOf({ source }: Item, { count, first, last }: Pick<Entry, 'count' | 'first' | 'last'>): string {
  const { eventName, principal, eventId } = source;
  if (eventName === undefined) return '';
  const when = count === 1 || first === last ? first : `${grouped(count)} times from ${first} to ${last}`;
  const often = count > 1 && first === last ? `, ${grouped(count)} times` : '';
  return `${eventName} by ${principal ?? 'somebody'}, ${when}${often}${count === 1 && eventId ? ` (event ${eventId})` : ''}`;
}

function fileOf({ source: { file, line, logicalId } }: Item): string {
  if (file === undefined) return '';
  return `${file}${line === undefined ? '' : `:${line}`}${logicalId === undefined ? '' : ` (${logicalId})`}`;
}

/** An exemption matches ARNs; before the deployment there is none to match. */
function exemptionOf({ guardrail, id }: Item): Html {
  const isKnown = parseArn(id) !== undefined && id.length <= MOST_VALUE;
  const yaml = isKnown ? exemptionFor({ guardrail, resource: { type: '', id } }) : undefined;
  return html`<details><summary>Exempt it instead</summary>${
    yaml === undefined
      ? html`<p>Its ARN is not known before it is deployed. Under <code>exemptions</code>, name <code>${guardrail}</code> and a pattern of the ARN that it will have, with a reason, an owner and an end.</p>`
      : html`<p>In <code>perimeter.yaml</code>, with reason, owner and end filled in:</p><pre>${lines(yaml)}</pre>`
  }</details>`;
}
