/** For people: grouped by guardrail, each finding with its place, reason, way out and plan; one line when all is well. */
import picocolors from 'picocolors';
import type { Call, Severity } from '../../core/verdict';
import { type Chapter, type Group, Groups } from './groups';
import { isReplaySource, type Reported, type Reporter, type ReporterContext, type Summary, type Surface } from './report';
import { grouped, plural, printable, shorten, wrap } from './text';

const INDENT = '    ';
/** Characters of one value of a plan, and of one reason. */
const MOST_VALUE = 80;
const MOST_TEXT = 1000;

type Colours = ReturnType<typeof picocolors.createColors>;

export function prettyReporter({ surface, output, guardrails, colour, width }: ReporterContext): Reporter {
  const groups = new Groups(surface);
  const colours = picocolors.createColors(colour);
  const painter = { colours, width, surface };
  return {
    begin: () => undefined,
    assessment: (assessment, file) => groups.add(assessment, file),
    end: (summary) => {
      const titles = new Map(guardrails.map(({ id, title }) => [id, title]));
      for (const chapter of groups.chapters([...titles.keys()])) {
        output.write(`${headingOf(chapter, titles.get(chapter.guardrail) ?? '', colours)}\n\n`);
        for (const group of chapter.groups) output.write(`${linesOf(group, painter).join('\n')}\n\n`);
        if (chapter.left > 0) output.write(`  ${plural(chapter.left, 'more finding')}; --format json lists all of them\n\n`);
      }
      const line = summaryOf(summary, UNITS[surface], colours);
      if (line !== '') output.write(`${line}\n`);
    },
  };
}

const UNITS = { check: 'file', replay: 'record', audit: 'resource' } as const satisfies { readonly [surface in Surface]: string };

interface Painter {
  readonly surface: Surface;
  readonly colours: Colours;
  readonly width: number;
}

const headingOf = ({ guardrail }: Chapter, title: string, { bold, dim }: Colours): string => `${bold(guardrail)}  ${dim(title)}`;

function linesOf(group: Group, painter: Painter): readonly string[] {
  const { assessment } = group;
  const { colours } = painter;
  const text = (label: string, value: string | undefined) => (value === undefined ? [] : paragraph(label, value, painter));
  return [
    `  ${badgeOf(assessment, colours)}  ${placeOf(group, painter)}`,
    `${INDENT}${[colours.dim(printable(assessment.resource.type)), ...nameOf(group)].join(' ')}`,
    ...text('', assessment.reason),
    ...text('way out: ', assessment.fix),
    ...(assessment.plan ?? []).flatMap((call) => text('would undo: ', describeCall(call))),
    ...text('note: ', assessment.warning),
    ...repeatsOf(group),
  ];
}

/** The ARN, unless it is only known at deployment: the place says it then. */
function nameOf({ assessment: { resource, statement, source }, file }: Group): readonly string[] {
  const isPlace = !isReplaySource(source) && resource.id === `${file}#${source.logicalId}`;
  return [...(isPlace ? [] : [resource.id]), ...(statement === undefined ? [] : [`(${statement})`])].map((part) => printable(shorten(part, 200)));
}

function badgeOf({ verdict, code, severity, mode }: Reported, colours: Colours): string {
  if (verdict === 'compliant') return `${colours.green('✓')} compliant`;
  if (verdict === 'exempt') return `${colours.cyan('○')} exempt`;
  if (verdict === 'undetermined') return `${colours.yellow('?')} undetermined`;
  const enforced = mode === 'enforce';
  const sign = enforced ? colours.red('✗') : colours.yellow('!');
  return `${sign} ${colours.bold(code ?? '')} ${severityOf(severity, colours)}${enforced ? '' : colours.dim(` (${mode})`)}`;
}

function severityOf(severity: Severity | undefined, { red, yellow, dim }: Colours): string {
  if (severity === undefined) return '';
  if (severity === 'CRITICAL' || severity === 'HIGH') return red(severity);
  return severity === 'MEDIUM' ? yellow(severity) : dim(severity);
}

function placeOf({ assessment: { source }, file }: Group, { surface, colours: { dim, underline } }: Painter): string {
  if (!isReplaySource(source)) {
    const place = printable(source.line === undefined ? file : `${file}:${source.line}`);
    return `${underline(place)} ${dim(printable(source.logicalId))}`;
  }
  const where = [source.accountId, source.region].filter((part) => part !== '').join('/');
  if (surface === 'audit') return underline(printable(where));
  const who = shorten(source.principal, 120);
  return [underline(printable(source.eventTime)), printable(source.eventName), dim(printable(`by ${who} in ${where}`))].join(' ');
}

function repeatsOf({ count, first, last }: Group): readonly string[] {
  if (count === 1) return [];
  const span = first === '' || first === last ? '' : `, from ${printable(first)} to ${printable(last)}`;
  return [`${INDENT}seen ${grouped(count)} times${span}`];
}

function paragraph(label: string, value: string, { width, colours }: Painter): readonly string[] {
  const lines = wrap(label + printable(shorten(value, MOST_TEXT)), Math.max(30, width - INDENT.length));
  return lines.map((line, index) => INDENT + (index === 0 && label !== '' ? colours.bold(label) + line.slice(label.length) : line));
}

/** `lambda:RemovePermission FunctionName=f StatementId=s` */
export function describeCall({ action, input }: Call): string {
  const fields = Object.entries(input).map(([name, value]) => {
    return `${name}=${shorten(typeof value === 'string' ? value : JSON.stringify(value), MOST_VALUE)}`;
  });
  return [action, ...fields].join(' ');
}

function summaryOf(summary: Summary, unit: (typeof UNITS)[Surface], colours: Colours): string {
  const { judged, compliant, violation, undetermined, exempt, scanned, errors } = summary;
  const read = unit === 'file' ? scanned.files : scanned.records;
  if (read === 0 && unit !== 'resource') return '';
  const damage = errors.length === 0 ? '' : `; ${colours.yellow(`${plural(errors.length, 'error')} while reading`)}`;
  if (judged === compliant) return `${colours.green('✓')} ${grouped(judged)} judged, nothing violated${damage}`;
  const parts = [
    violation > 0 ? colours.red(plural(violation, 'violation')) : 'no violation',
    ...(undetermined > 0 ? [colours.yellow(`${grouped(undetermined)} undetermined`)] : []),
    ...(exempt > 0 ? [`${grouped(exempt)} exempt`] : []),
    `${grouped(compliant)} compliant`,
  ];
  return `${grouped(judged)} judged in ${plural(read, unit)}: ${parts.join(', ')}${damage}`;
}
