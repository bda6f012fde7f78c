import * as fc from 'fast-check';
import { RecordScanner } from '../../../lib/cli/replay/scanner';
import { costlyRuns } from '../../support/runs';

interface Scan {
  readonly records: readonly unknown[];
  /** `line: message` */
  readonly damage: readonly string[];
}

/** Scans in chunks of the size; parses each record as it comes, because its bytes do not last. */
function scan(text: string | Buffer, size = 7, mostRecord?: number): Scan {
  const records: unknown[] = [];
  const damage: string[] = [];
  const record = (bytes: Buffer) => records.push(JSON.parse(bytes.toString()));
  const scanner = new RecordScanner({ record, damage: (message, { line }) => damage.push(`${line}: ${message}`) }, mostRecord);
  const bytes = Buffer.from(text);
  for (let index = 0; index < bytes.length; index += size) scanner.push(bytes.subarray(index, index + size));
  scanner.end();
  return { records, damage };
}

const A = { eventName: 'A', text: '}]"\\\u2028 {[', nested: { list: [1, null, { Records: [] }], empty: {} } };
const B = { eventName: 'B' };
const C = { eventName: 'C' };
const [a, b, c] = [A, B, C].map((value) => JSON.stringify(value));

const MALFORMED = 'a record that is not well-formed JSON: it is damaged or truncated';
const NO_END = 'a string that does not end: the record is damaged or truncated';
const IN_RECORD = 'the file ends inside a record: it is truncated';
const IN_LIST = 'the file ends before its list of records does: it is truncated';

describe('containers', () => {
  it.each([
    ['a log file', `{"Records":[${a},${b}]}`, [A, B]],
    ['a log file, printed', JSON.stringify({ Records: [A, B] }, null, 2), [A, B]],
    ['a log file whose list does not come first or last', `{"x":{"Records":[1]},"Records" : [ ${a} ],"y":[2]}`, [A]],
    ['two lists in one object', `{"Records":[${a}],"Events":[${b}]}`, [A, B]],
    ['the answer of lookup-events', `{"Events":[${a}],"NextToken":"t"}`, [A]],
    ['what filter-log-events finds', `{"events":[${a}],"searchedLogStreams":[],"nextToken":"t"}`, [A]],
    ['what a log group hands on', `{"messageType":"DATA_MESSAGE","subscriptionFilters":["s"],"logEvents":[${a},${b}]}`, [A, B]],
    ['a list', `[${a},${b}]`, [A, B]],
    ['lists in lists', `[[${a}],[],[[${b}]]]`, [A, B]],
    ['a list of log files', `[{"Records":[${a}]},{"Records":[${b}]},${c}]`, [A, B, C]],
    ['JSON Lines', `${a}\n${b}\r\n\n${c}`, [A, B, C]],
    ['JSON Lines of log files', `{"Records":[${a}]}\n{"Records":[${b}]}\n`, [A, B]],
    ['records that follow one another', `${a}${b} ${c}`, [A, B, C]],
    ['one record', JSON.stringify(A, null, 4), [A]],
    ['a key that is like the list of records, but is none', '{"Records":{"a":[1]}}', [{ Records: { a: [1] } }]],
    ['no record', '{"Records":[]}', []],
    ['nothing', ' \n ', []],
  ])('%s', (_, text, records) => {
    expect(scan(text)).toEqual({ records, damage: [] });
  });
});

describe('damage ends a record, never the file', () => {
  it.each([
    ['garbage between lines', `${a}\nnot JSON { at all\n${b}`, [A, B], ['2: not JSON']],
    ['a line cut in a string', `${a}\n{"eventName":"cut\n${b}\n${c}`, [A, B, C], [`2: ${NO_END}`]],
    ['a line cut after a key', `{"eventName":\n${b}\n${c}`, [B, C], [`1: ${MALFORMED}`]],
    ['a line cut after a comma', `{"x":1,\n${b}\n${c}`, [B, C], [`1: ${MALFORMED}`]],
    ['a line cut in a list', `{"x":[{\n${b}\n${c}`, [B, C], [`1: ${MALFORMED}`]],
    ['the last line cut', `${a}\n{"eventName":"B","x":[1,`, [A], [`2: ${IN_RECORD}`]],
    ['a log file cut in a record', `{"Records":[${a},{"eventName":"B","x`, [A], [`1: ${IN_RECORD}`]],
    ['a log file cut between records', `{"Records":[${a},`, [A], [`1: ${IN_LIST}`]],
    ['a list that holds other things', `[1,"]{\\"",${a},null,true,[2],${b}]`, [A, B], Array(5).fill('1: expected a record, an object')],
    ['a printed record with a broken string', `[\n  ${a},\n  {\n    "x": "broken\n  },\n  ${b}\n]`, [A, B], [`3: ${NO_END}`]],
    [
      'a lost quote in a log file of one line',
      `{"Records":[${a},{"eventVersion":"1","x":"y},{"eventVersion":"2"}]}`,
      [A, { eventVersion: '2' }],
      [`1: ${MALFORMED}`],
    ],
    ['mismatched brackets', `{"x":[}\n${b}`, [B], [`1: ${MALFORMED}`]],
    ['a bracket too many', `${a}]\n${b}`, [A, B], ['1: not JSON']],
    ['a record nested too deep', `{"x":${'['.repeat(200)}${']'.repeat(200)}}\n${b}`, [B], ['1: a record nested more than 128 deep']],
  ])('%s', (_, text, records, damage) => {
    for (const size of [1, 7, 10_000]) expect(scan(text, size)).toEqual({ records, damage });
  });

  it('names a record that is too large, in a string or out of it, and reads on', () => {
    const large = (value: string) => `{"eventName":"L","x":${value}}`;
    const text = `${a}\n${large(`"${'x'.repeat(3_000_000)}"`)}\n${large(`[${'1,'.repeat(1_500_000)}1]`)}\n${b}`;

    expect(scan(text, 65_536, 2 * 1024 * 1024)).toEqual({
      records: [A, B],
      damage: ['2: a record of more than 2 MB', '3: a record of more than 2 MB'],
    });
  });

  it('stays linear when every line fails late', () => {
    const started = Date.now();

    const { records } = scan(`${'{"a":\n'.repeat(50_000)}\n${b}\n${c}`, 65_536);

    expect(records).toEqual([B, C]);
    expect(Date.now() - started).toBeLessThan(20_000);
  });
});

const record = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })).map((value) => ({ eventName: 'x', ...value, Records: 1, Events: 1 }));

describe('properties', () => {
  it('finds the same records in every container, however it is cut into chunks', () => {
    const containers = [
      (records: readonly string[]) => `{"Records":[${records.join(',')}]}`,
      (records: readonly string[]) => `[${records.join(' ,\n')}]`,
      (records: readonly string[]) => records.join('\n'),
    ];
    fc.assert(
      fc.property(fc.array(record), fc.integer({ min: 1, max: 200 }), fc.constantFrom(...containers), (records, size, contain) => {
        const texts = records.map((value) => JSON.stringify(value));
        expect(scan(contain(texts), size)).toEqual({ records: texts.map((text) => JSON.parse(text)), damage: [] });
      }),
      { numRuns: costlyRuns },
    );
  });

  it('survives any bytes, and says so or finds records', () => {
    const bytes = fc.array(fc.constantFrom(...Buffer.from('{}[]":,\\ \nae1').values()), { maxLength: 300 });
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 50 }), (values, size) => {
        const found: string[] = [];
        const take = (chunk: number) => {
          const seen: string[] = [];
          const sink = { record: (text: Buffer) => seen.push(text.toString()), damage: (message: string) => seen.push(message) };
          const scanner = new RecordScanner(sink);
          const all = Buffer.from(values);
          for (let index = 0; index < all.length; index += chunk) scanner.push(all.subarray(index, index + chunk));
          scanner.end();
          return seen;
        };
        found.push(...take(size));
        expect(found).toEqual(take(1000));
      }),
      { numRuns: costlyRuns },
    );
  });
});
