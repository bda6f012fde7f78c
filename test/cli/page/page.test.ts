/** `perimeter report`: the page says all that the results do, holds whatever they hold harmlessly, and filters in the browser. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Element, JSDOM } from 'jsdom';
import { pageOf } from '../../../lib/cli/page/page';
import { decodeResults } from '../../../lib/cli/page/results';
import { COLOURS } from '../../../lib/cli/page/style';
import type { Reported } from '../../../lib/cli/report/report';
import { printable } from '../../../lib/cli/report/text';
import { guardrails } from '../../../lib/guardrails';
import { checked, replayed, summaryOf } from '../report/fixtures';
import { record, template, type Workspace, workspace } from '../support/workspace';

const documentOf = (surface: string, assessments: readonly Reported[], rest = {}) => ({
  schemaVersion: 1,
  tool: { name: 'perimeter', version: '0.1.0' },
  surface,
  assessments,
  summary: summaryOf(assessments, rest),
});
const sourceOf = (name: string, surface: string, assessments: readonly Reported[], rest = {}) => ({
  name,
  sha256: 'a'.repeat(64),
  results: decodeResults(name, JSON.parse(JSON.stringify(documentOf(surface, assessments, rest)))),
});
const page = (assessments: readonly Reported[], rest = {}) => pageOf([sourceOf('results.json', 'replay', assessments, rest)], guardrails);
const parse = (html: string): Element => new JSDOM(html).window.document;
const all = (root: Element, selector: string): readonly Element[] => [...root.querySelectorAll(selector)];
const textOf = (root: Element, selector: string): string => (root.querySelector(selector)?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
const texts = (root: Element, selector: string): readonly string[] => all(root, selector).map(({ textContent }) => textContent.trim());

let place: Workspace;
beforeAll(async () => {
  place = workspace({
    't.yaml': template("'999999999999'"),
    'log.json': JSON.stringify({ Records: [record('999999999999'), record('888888888888', 'b')] }),
  });
  for (const [verb, file] of [
    ['check', 't.yaml'],
    ['replay', 'log.json'],
  ] as const)
    place.write({ [`${verb}.json`]: (await place.run([verb, file, '--format', 'json'])).stdout });
});
afterAll(() => place.remove());

describe('of what check and replay print', () => {
  it('each violation has its reason, way out, plan and exemption', async () => {
    const { code, stdout } = await place.run(['report', 'check.json', 'replay.json']);

    expect(code).toBe(0);
    const document = parse(stdout);
    expect(textOf(document, 'h1')).toBe('3 violations');
    expect(texts(document, 'article h4')).toEqual([
      'high untrusted-account Perm',
      'high untrusted-account function:f',
      'high untrusted-account function:f',
    ]);
    const [inTemplate, called] = all(document, 'article');
    expect(textOf(inTemplate as Element, 'dl')).toContain('File t.yaml:5 (Perm)');
    const text = called?.textContent ?? '';
    expect(text).toContain('999999999999, which is neither in the organization nor trusted');
    expect(text).toContain('remove the grant, or add 999999999999 to trusted.accountIds');
    expect(text).toContain('lambda:RemovePermission {"FunctionName":"f","StatementId":"s"}');
    expect(text).toContain('AddPermission20150331v2 by arn:aws:iam::222222222222:user/dev, 2026-11-20T09:15:27Z (event 00000000-');
    expect(text).toContain('exemptions:\n  - guardrails: [lambda-permission]\n    resources: ["arn:aws:lambda:eu-west-1:222222222222:function:f"]');
    expect(textOf(inTemplate as Element, 'details')).toContain('Its ARN is not known before it is deployed');
  });

  it('counts by guardrail and by account, and names what was judged with its digest', async () => {
    const { stdout } = await place.run(['report', 'check.json', 'replay.json']);

    const [byGuardrail, byAccount, judged] = all(parse(stdout), 'table').map((table) => all(table, 'tbody tr').map((row) => texts(row, 'th, td')));
    expect(byGuardrail).toEqual([['lambda-permission', '0', '3', '0', '0', '0', '0']]);
    expect(byAccount).toEqual([
      ['222222222222', '0', '2', '0', '0', '0', '0'],
      ['not known before deployment', '0', '1', '0', '0', '0', '0'],
    ]);
    const sha256 = createHash('sha256')
      .update(readFileSync(join(place.folder, 'replay.json')))
      .digest('hex');
    expect(judged?.[1]).toEqual([`replay.jsonsha256 ${sha256}`, 'replay', 'perimeter 0.1.0', '2', '1 file, 2 records', '2026-11-20T09:15:27Z']);
  });

  it('goes to a file, which it does not overwrite unless it is told to', async () => {
    const once = await place.run(['report', 'replay.json', '--out', 'report.html']);
    const again = await place.run(['report', 'replay.json', '--out', 'report.html']);
    const { stdout } = await place.run(['report', 'replay.json']);

    expect(once).toEqual({ code: 0, stderr: '', stdout: expect.stringMatching(/^wrote report\.html \([\d,]+ bytes\)\n$/) });
    expect(again).toMatchObject({ code: 2, stderr: 'perimeter: report.html exists: name another with --out, or overwrite it with --force\n' });
    expect(await place.run(['report', 'replay.json', '--out', 'report.html', '--force'])).toMatchObject({ code: 0 });
    expect(readFileSync(join(place.folder, 'report.html'), 'utf8')).toBe(stdout);
  });

  it('reads standard input', async () => {
    const input = readFileSync(join(place.folder, 'replay.json'), 'utf8');

    expect(textOf(parse((await place.run(['report', '-'], input)).stdout), 'h1')).toBe('2 violations');
  });
});

describe('the page', () => {
  it('tells every verdict, the gravest first, guardrail by guardrail', () => {
    const document = parse(page(checked));

    expect(texts(document, 'article .badge')).toEqual(['high', 'exempt', 'low', 'undetermined']);
    expect(texts(document, '.tiles li')).toEqual(['2violations', '1undetermined', '1exempt', '0compliant', '4judged']);
    expect(all(document, 'article[data-verdict=exempt] details')).toEqual([]);
    expect(texts(document, '.codes dt')).toEqual(['untrusted-account', 'no-vpc']);
  });

  it('folds what differs in the event alone, and nothing else', () => {
    const one = replayed(1);
    const twice = { ...one, source: { ...one.source, eventId: 'other', eventTime: '2026-11-21T00:00:00Z' } };
    const document = parse(page([one, twice, replayed(2), { ...one, reason: 'another' }]));

    expect(texts(document, 'article')).toHaveLength(3);
    expect(textOf(document, 'article dl')).toContain('2 times from 2026-11-20T09:01:00Z to 2026-11-21T00:00:00Z');
    expect(texts(document, 'section[aria-labelledby=guardrails] td:nth-of-type(2)')).toEqual(['4']);
  });

  it('of an audit: what was found by looking, in how many resources', () => {
    const { source, ...rest } = replayed(1);
    const found = { ...rest, source: { ...source, eventName: 'Audit', eventId: 'audit-20261126T151815Z' } };
    const document = parse(pageOf([sourceOf('audit.json', 'audit', [found, { ...found, statement: 'other' }])], guardrails));

    expect(textOf(document, 'article dl')).toContain(
      'Seen Audit by arn:aws:iam::222222222222:role/dev, 2026-11-20T09:01:00Z (event audit-20261126T151815Z)',
    );
    expect(texts(document, 'section[aria-labelledby=sources] td').slice(-2)).toEqual(['2 resources', '2026-11-20T09:01:00Z']);
  });

  it('says what could not be read', () => {
    const document = parse(page([], { errors: [{ file: 'logs/a.json.gz', line: 7, message: 'truncated' }] }));

    expect(texts(document, 'section[aria-labelledby=unread] li')).toEqual(['logs/a.json.gz:7: truncated']);
    expect(textOf(document, 'h1')).toBe('No violation');
  });

  it('asks for nothing from anywhere, and lets nothing run but its own filter', () => {
    const html = page(checked);
    const document = parse(html);

    expect(all(document, '[src], link, img, iframe, object, embed, form, base, [style]')).toEqual([]);
    expect(STYLE_URLS.test(textOf(document, 'style'))).toBe(false);
    const hrefs = all(document, '[href]').map((link) => link.getAttribute('href') ?? '');
    expect(hrefs.filter((href) => !/^#findings-[a-z-]+$|^https:\/\/docs\.aws\.amazon\.com\//.test(href))).toEqual([]);
    const digestOf = (name: string) =>
      createHash('sha256')
        .update(document.querySelector(name)?.textContent ?? '')
        .digest('base64');
    expect(document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content')).toBe(
      `default-src 'none'; style-src 'sha256-${digestOf('style')}'; script-src 'sha256-${digestOf('script')}'; base-uri 'none'; form-action 'none'`,
    );
  });

  it('can be read aloud: one h1, no level left out, named regions, labelled fields, heads of columns and rows', () => {
    const document = parse(page(checked));

    const levels = all(document, 'h1, h2, h3, h4').map(({ localName }) => Number(localName.slice(1)));
    expect(levels.filter((level) => level === 1)).toEqual([1]);
    expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([]);
    expect(document.querySelector('html')?.getAttribute('lang')).toBe('en');
    const ids = all(document, '[id]').map((element) => element.getAttribute('id'));
    expect(new Set(ids).size).toBe(ids.length);
    const named = all(document, '[aria-labelledby], label[for], a[href^="#"]').map(
      (element) => element.getAttribute('aria-labelledby') ?? element.getAttribute('for') ?? element.getAttribute('href')?.slice(1),
    );
    expect(named.filter((id) => !ids.includes(id ?? ''))).toEqual([]);
    expect(all(document, 'input, select').map((field) => document.querySelector(`label[for=${field.getAttribute('id')}]`) !== null)).toEqual([
      true,
      true,
      true,
    ]);
    expect(all(document, 'th:not([scope])')).toEqual([]);
  });

  it('holds 10,000 findings in less than 20 MB, and the gravest of more', () => {
    const many = (count: number) =>
      page(Array.from({ length: count }, (_, index) => replayed(index, 'arn:aws:iam::222222222222:role/dev', `f${index}`)));
    const html = many(10_000);

    expect(html.length).toBeLessThan(20_000_000);
    expect(html.match(/<article /g)).toHaveLength(10_000);
    const more = many(20_001);
    expect(more.match(/<article /g)).toHaveLength(20_000);
    expect(more).toContain('<strong>1 more finding</strong> of lesser gravity');
    expect(more).toContain('<h1>20,001 violations</h1>');
  });

  it('is the same bytes for the same results', () => {
    expect(page(checked)).toBe(page(structuredClone(checked)));
  });
});

const STYLE_URLS = /url\(|@import/;

describe('whatever the results hold', () => {
  const whole = parse(page([...checked, replayed(1)], { errors: [{ file: 'f', message: 'm' }] }));
  const shapeOf = (root: Element): ReadonlySet<string> =>
    new Set(all(root, '*').flatMap(({ localName, attributes }) => [localName, ...[...attributes].map(({ name }) => `${localName} ${name}`)]));
  const known = shapeOf(whole);

  const hostile = fc.oneof(
    fc.constantFrom(
      '<script>alert(1)</script>',
      '</script><script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "' onmouseover='alert(1)",
      '</pre></details></article><iframe src=//evil.example>',
      '<!--',
      ']]><svg/onload=alert(1)>',
      '&lt;b&gt; &amp;',
      '</style><style>*{display:none}',
      '${alert(1)}',
      'javascript:alert(1)',
      '\u202egnp.exe',
      '\u0000\u0007',
      'resources: ["x"]\nmode: off',
      '__proto__',
      'constructor',
      'x'.repeat(5_000),
    ),
    fc.string({ unit: 'binary', maxLength: 40 }),
  );
  const filled = hostile.map((text) => (text === '' ? 'x' : text));
  const assessment = fc.record({ text: filled, other: filled, verdict: fc.constantFrom('violation', 'undetermined', 'exempt', 'compliant') });

  it('stays text: no element, no attribute, no script, no request comes of it', () => {
    fc.assert(
      fc.property(fc.array(assessment, { minLength: 20, maxLength: 20 }), (list) => {
        const assessments = list.map(({ text, other, verdict }) => ({
          guardrail: text,
          verdict,
          mode: other,
          ...(verdict === 'violation' && { code: other, severity: 'HIGH' }),
          reason: text,
          fix: other,
          warning: text,
          statement: other,
          resource: { type: text, id: `arn:aws:lambda:eu-west-1:222222222222:function:${other}` },
          source: { file: other, logicalId: text, eventName: text, eventTime: other, principal: text, accountId: other, region: text },
          plan: [{ action: `x:${text}`, input: { [other]: text } }],
        })) as unknown as readonly Reported[];

        const html = page(assessments, { errors: [{ file: list[0]?.text ?? '', message: list[0]?.other ?? '' }] });

        const document = parse(html);
        expect([...shapeOf(document)].filter((part) => !known.has(part))).toEqual([]);
        expect(texts(document, 'script')).toEqual(texts(whole, 'script'));
        expect(all(document, 'article')).toHaveLength(new Set(assessments.map((one) => JSON.stringify(one))).size);
        expect(all(document, '[href]').filter((link) => !/^#findings-|^https:\/\/docs\.aws/.test(link.getAttribute('href') ?? ''))).toEqual([]);
        const shown = texts(document, 'article > p:nth-of-type(2)').join('\n');
        for (const { reason = '' } of assessments) expect(shown).toContain(harmless(reason));
      }),
      { numRuns: 20 },
    );
  });

  it('a name of 100 KB is shortened, and says so', () => {
    const long = { ...replayed(1), reason: `${'x'.repeat(100_000)}end` };

    expect(parse(page([long])).querySelector('article')?.textContent).toContain('end (shortened, 100,003 characters)');
    expect(page([long]).length).toBeLessThan(30_000);
  });
});

/** As a terminal and a page show it; its beginning, for a page cuts what is long. */
const harmless = (text: string): string => printable(text).slice(0, 1000).trim();

describe('the filter', () => {
  const open = () => {
    const { window } = new JSDOM(page([...checked, replayed(1), replayed(2, 'arn:aws:iam::222222222222:role/other', 'g')]), {
      runScripts: 'dangerously',
    });
    const { document } = window;
    const field = (id: string) => document.querySelector(`#${id}`) as Element;
    return {
      document,
      set: (id: string, value: string) => {
        field(id).value = value;
        field('verdict').dispatchEvent(new window.Event('change'));
      },
      shown: () => all(document, 'article').filter(({ hidden }) => !hidden),
      said: () => textOf(document, '#shown'),
    };
  };

  it('appears with the script, and shows all', () => {
    const { document, shown, said } = open();

    expect(document.querySelector('#filter')?.hidden).toBe(false);
    expect(parse(page(checked)).querySelector('#filter')?.hidden).toBe(true);
    expect(shown()).toHaveLength(6);
    expect(said()).toBe('6 of 6 shown');
  });

  it('by text, guardrail and verdict together, and hides a guardrail that has nothing left', () => {
    const { document, set, shown, said } = open();

    set('text', 'ROLE/other  lambda:removepermission');
    expect(shown()).toHaveLength(1);
    expect(all(document, 'section[data-guardrail]').map(({ hidden }) => hidden)).toEqual([false, true]);

    set('text', '');
    set('guardrail', 'lambda-vpc');
    expect(shown()).toHaveLength(2);
    set('verdict', 'undetermined');
    expect(shown()).toHaveLength(1);
    expect(said()).toBe('1 of 6 shown');
    set('text', 'nothing has this');
    expect(shown()).toEqual([]);
  });
});

describe('every colour on its ground has a contrast of 4.5 : 1', () => {
  const luminance = (hex: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
      .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  /** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
  const contrast = (one: string, other: string): number => {
    const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const { paper, raised, rule, ...inks } = COLOURS;

  it.each(Object.entries(inks))('%s', (_, pair) => {
    for (const scheme of [0, 1] as const)
      for (const ground of [paper, raised]) expect(contrast(pair[scheme], ground[scheme])).toBeGreaterThanOrEqual(4.5);
  });
});

describe('bad input exits 2 with one line', () => {
  const good = documentOf('replay', [replayed(1)]);
  const cut = { ...good, assessments: [] };
  it.each<readonly [string, string, RegExp]>([
    ['no JSON', 'nothing', /^- is no JSON document \(.*\); give results of perimeter check, replay or audit$/],
    ['nothing', '', /^- is empty; give results of perimeter check, replay or audit as JSON$/],
    ['something else', '{"version":"2.1.0","runs":[]}', /^-: expected results of perimeter check, replay or audit, as --format json prints them$/],
    ['a list', '[]', /^-: expected results of perimeter check/],
    [
      'another schema',
      JSON.stringify({ ...good, schemaVersion: 2 }),
      /^-: schemaVersion 2 is not known to this version, which reads 1: make the results with this version$/,
    ],
    ['another verb', JSON.stringify({ ...good, surface: 'scp' }), /^-: holds results of "scp"; give those of check, replay or audit$/],
    [
      'half a run',
      JSON.stringify({ ...good, summary: undefined }),
      /^-: has no assessments and summary: the run that wrote it did not come to its end$/,
    ],
    ['a part of the list', JSON.stringify(cut), /^-: summary counts 1 × violation, and 0 are listed: a part of the results is missing$/],
    [
      'a verdict that is none',
      JSON.stringify({ ...good, assessments: [{ ...replayed(1), verdict: 'fine' }] }),
      /^-: assessments\[0\]\.verdict: expected one of violation, undetermined, exempt, compliant, got "fine"$/,
    ],
    [
      'no resource',
      JSON.stringify({ ...good, assessments: [{ ...replayed(1), resource: {} }] }),
      /^-: assessments\[0\]\.type: expected a text, got nothing$/,
    ],
  ])('%s', async (_, input, line) => {
    const { code, stdout, stderr } = await place.run(['report', '-'], input);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(new RegExp(`^perimeter: ${line.source.slice(1)}`))]);
  });

  it.each<readonly [string, readonly string[], RegExp]>([
    ['no results', [], /^missing required argument 'RESULTS\.json'; see perimeter report --help$/],
    ['a file that is not there', ['none.json'], /^none\.json does not exist/],
    ['the same twice', ['replay.json', './replay.json'], /^\.\/replay\.json holds the same results as replay\.json: name it once/],
    ['no folder', ['replay.json', '--out', 'no/report.html'], /^no\/report\.html cannot be written \(.*\): name another with --out$/],
  ])('%s', async (_, argv, line) => {
    const { code, stderr } = await place.run(['report', ...argv]);

    expect(code).toBe(2);
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(new RegExp(`^perimeter: ${line.source.slice(1)}`))]);
  });
});
