import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Document, readDocument } from '../../lib/core/document';
import { jsonErrorAt } from '../../lib/core/template/json';
import { runs } from '../support/runs';

const rootOf = (document: Document) => ('root' in document ? document.root : undefined);

describe('the kind of a document', () => {
  it.each([
    ['a template', 'AWSTemplateFormatVersion: 2010-09-09\nResources: {}', 'cloudformation'],
    ['a transform', 'Transform: AWS::Serverless-2016-10-31\nResources: {}', 'cloudformation'],
    ['resources alone', 'Resources: { A: { Type: AWS::SNS::Topic } }', 'cloudformation'],
    ['a custom resource', 'Resources: { A: { Type: Custom::X } }', 'cloudformation'],
    ['JSON', '{"Resources":{"A":{"Type":"AWS::SNS::Topic"}}}', 'cloudformation'],
    ['JSON with a byte order mark', '\uFEFF{"Resources":{"A":{"Type":"AWS::SNS::Topic"}}}', 'cloudformation'],
    ['YAML with a byte order mark', '\uFEFFResources: { A: { Type: AWS::SNS::Topic } }', 'cloudformation'],
    ['an escaped key', '{"\\u0052esources":{"A":{"Type":"AWS::SNS::Topic"}}}', 'cloudformation'],
    ['an escaped YAML key', '"Res\\x6furces": { A: { Type: AWS::SNS::Topic } }', 'cloudformation'],
    ['an explicit key', '? Resources # comment\n: { A: { Type: AWS::SNS::Topic } }', 'cloudformation'],
    ['YAML in flow style with comments', '{ # a comment\n Resources: { A: { Type: AWS::SNS::Topic, } } }', 'cloudformation'],
    ['a document start and end', '---\nResources: { A: { Type: AWS::SNS::Topic } }\n...\n', 'cloudformation'],
    ['an empty second document', 'Resources: { A: { Type: AWS::SNS::Topic } }\n---\n', 'cloudformation'],
    ['a plan', '{"format_version":"1.2","resource_changes":[]}', 'terraform-plan'],
    ['a plan of values', '{"terraform_version":"1.9.0","planned_values":{}}', 'terraform-plan'],
    ['a plan cut down to its changes', '{"resource_changes":[{"type":"aws_sns_topic","change":{"actions":["create"]}}]}', 'terraform-plan'],
    ['a plan cut down to its values', '{"planned_values":{"root_module":{}}}', 'terraform-plan'],
    ['a package.json', '{"name":"x","version":"1.0.0"}', 'other'],
    ['a state', '{"format_version":"1.0","values":{"root_module":{}}}', 'other'],
    ['a plan without its version', '{"resource_changes":[]}', 'other'],
    ['an empty file', '', 'other'],
    ['white space', ' \n\t', 'other'],
    ['a list', '[{"Resources": 1}]', 'other'],
    ['resources of another kind', 'Resources: [a]', 'other'],
    ['resources without a type', 'Resources: { A: { Type: thing } }', 'other'],
    ['a word', 'Resources', 'other'],
    ['a workflow', 'name: CI\non: [push]\njobs:\n  build: { runs-on: ubuntu-latest }', 'other'],
    ['Kubernetes', 'kind: Pod\nspec: { resources: {} }\n---\nkind: Service', 'other'],
    ['several documents', 'Resources: x\n---\nResources: y', 'problem'],
    ['a chart', 'spec:\n  {{- if .Values.x }}\n  a: b\n  {{- end }}', 'other'],
    ['a chart that says Resources', '# Resources: none\nspec:\n  {{- if .Values.x }}\n  a: b\n  {{- end }}', 'problem'],
    ['a picture', '\u0089PNG\r\n\u001a\n\0\0\0', 'other'],
  ] as const)('%s', (_, text, kind) => {
    expect(readDocument(text).kind).toBe(kind);
  });
});

describe('text that does not parse', () => {
  it.each([
    ['Resources:\n  A: [1, 2\n', { message: 'not valid YAML: deficient indentation at line 3, column 1', line: 3 }],
    ['Resources:\n  A: *nobody\n', { message: 'not valid YAML: unidentified alias "nobody" at line 2, column 7', line: 2 }],
    ['Resources:\n\tA: b\n', { line: 2 }],
    ['Resources:\n  A: !!python/object x\n  B: !!foo [x]\n', { line: 3 }],
    ['{\n "Resources": {\n  "A": oops }\n', { message: 'not valid JSON: unexpected "oops }" at line 3', line: 3 }],
    ['{"Resources": {"A": {"Type": "AWS::SNS', { message: 'not valid JSON: unexpected "\\"AWS::SNS" at line 1', line: 1 }],
    ['{\r\n"Resources": {}} x', { message: 'not valid JSON: unexpected "x" at line 2', line: 2 }],
    ['{"Resources": {\n', { message: 'not valid JSON: unexpected end at line 2', line: 2 }],
    ['Resources: { A: 1 }\n---\nResources: { B: 1 }', { message: 'holds 2 YAML documents: a template is one, so keep each in a file of its own' }],
    ['Resources: &a { A: *a }', { message: 'not a template: its aliases repeat themselves, or expand to more than 500000 values' }],
  ])('%j', (text, expected) => {
    const document = readDocument(text);

    expect(document).toMatchObject({ kind: 'problem', ...expected });
    expect(document.kind === 'problem' ? document.message : '').toMatch(/^[a-z][^\n]*[^.\n]$/);
  });
});

it('finds where JSON goes wrong, and only there', () => {
  const marks = ['{', '}', '[', ']', ',', ':', '"a"', '1', '-', 'true', 'nul', ' ', '\n', '"\\u00', '"', '0', '1.', 'e5', '\u0007'];
  const isWhole = (text: string) => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(fc.constantFrom(...marks)).map((parts) => parts.join('')),
        fc.json(),
        fc.json().map((text) => text.slice(0, -1)),
      ),
      (text) => {
        assert.equal(jsonErrorAt(text) === undefined, isWhole(text));
      },
    ),
    { numRuns: runs },
  );
});

describe('values', () => {
  const read = (yaml: string) => rootOf(readDocument(`AWSTemplateFormatVersion: x\nResources: {}\nV: ${yaml}`))?.V;

  it.each([
    ['012345678901', '012345678901'],
    ['2012-10-17', '2012-10-17'],
    ['2012-10-17T00:00:00Z', '2012-10-17T00:00:00Z'],
    ['1_000', '1_000'],
    ['0o17', '0o17'],
    ['.inf', '.inf'],
    ['12:30:45', '12:30:45'],
    ['!!int 5', '5'],
    ['!!str true', 'true'],
    ['true', true],
    ['False', false],
    ['~', null],
    ['', null],
    ['on', 'on'],
    ['"1"', '1'],
    ['{ a: 1, a: 2 }', { a: '2' }],
    ['{ 1: a, true: b, null: c }', { 1: 'a', true: 'b', null: 'c' }],
    ['{ <<: { a: 1, b: 2 }, b: 3 }', { a: '1', b: '3' }],
    ['[&x a, *x]', ['a', 'a']],
    ['!Ref A', { Ref: 'A' }],
    ['!Condition A', { Condition: 'A' }],
    ['!GetAtt A.B.C', { 'Fn::GetAtt': ['A', 'B.C'] }],
    ['!GetAtt [A, B.C]', { 'Fn::GetAtt': ['A', 'B.C'] }],
    ['!GetAtt A', { 'Fn::GetAtt': 'A' }],
    ['!Sub x', { 'Fn::Sub': 'x' }],
    ["!Sub ['${x}', { x: !Ref A }]", { 'Fn::Sub': ['${x}', { x: { Ref: 'A' } }] }],
    ['!If [C, !Ref A, !GetAtt B.C]', { 'Fn::If': ['C', { Ref: 'A' }, { 'Fn::GetAtt': ['B', 'C'] }] }],
    ['!Base64 { Fn::Sub: x }', { 'Fn::Base64': { 'Fn::Sub': 'x' } }],
    ['!GetAZs', { 'Fn::GetAZs': '' }],
    ['!Transform { Name: M, <<: { Parameters: { a: b } } }', { 'Fn::Transform': { Name: 'M', Parameters: { a: 'b' } } }],
    ['!Equals [1, true]', { 'Fn::Equals': ['1', true] }],
    ['!Anything x', { 'Fn::Anything': 'x' }],
    ['!Anything []', { 'Fn::Anything': [] }],
  ])('%s', (yaml, expected) => {
    expect(read(yaml)).toEqual(expected);
  });

  it.each([
    'Base64',
    'Cidr',
    'FindInMap',
    'GetAZs',
    'ImportValue',
    'Join',
    'Length',
    'Select',
    'Split',
    'Sub',
    'ToJsonString',
    'Transform',
    'And',
    'Equals',
    'If',
    'Not',
    'Or',
  ])('!%s in each form', (name) => {
    expect(read(`!${name} text`)).toEqual({ [`Fn::${name}`]: 'text' });
    expect(read(`!${name}\n  - a\n  - !Ref B`)).toEqual({ [`Fn::${name}`]: ['a', { Ref: 'B' }] });
    expect(read(`!${name}\n  a: !Ref B`)).toEqual({ [`Fn::${name}`]: { a: { Ref: 'B' } } });
  });

  it('keeps keys that every object has', () => {
    const root = rootOf(readDocument('Resources: { __proto__: { Type: A::B }, constructor: { Type: A::B } }'));

    expect(Object.keys(root?.Resources ?? {})).toEqual(['__proto__', 'constructor']);
  });
});

describe('lines', () => {
  const lineOf = (text: string, ...path: string[]) => {
    const document = readDocument(text);
    return 'lineOf' in document ? document.lineOf(path) : undefined;
  };

  const YAML = [
    '# a comment',
    'AWSTemplateFormatVersion: 2010-09-09',
    'Resources:',
    '  First: { Type: A::B, Properties: { X: 1 } }',
    '  "Second": &second',
    '    Type: A::B',
    '    Properties:',
    '      Text: |',
    '        Third:',
    '          Type: none',
    '      List:',
    '        - a',
    '        - b: !Sub',
    '          - x',
    '          - y: z',
    '  Third:',
    '    Type: A::B',
    '  Fourth: *second',
    '  Fifth:',
    '    <<: *second',
  ];

  it.each(['\n', '\r\n', '\r'])('of YAML, lines ending with %j', (end) => {
    const text = YAML.join(end);

    expect(lineOf(text, 'Resources')).toBe(3);
    expect(lineOf(text, 'Resources', 'First')).toBe(4);
    expect(lineOf(text, 'Resources', 'First', 'Properties', 'X')).toBe(4);
    expect(lineOf(text, 'Resources', 'Second')).toBe(5);
    expect(lineOf(text, 'Resources', 'Second', 'Properties', 'List', '1', 'b', '1', 'y')).toBe(15);
    expect(lineOf(text, 'Resources', 'Third')).toBe(16);
    expect(lineOf(text, 'Resources', 'Fourth', 'Type')).toBe(18);
    expect(lineOf(text, 'Resources', 'Fifth', 'Type')).toBe(19);
    expect(lineOf(text, 'Resources', 'Nobody')).toBe(3);
    expect(lineOf(text, 'Nobody')).toBe(1);
    expect(lineOf(text)).toBe(1);
  });

  const JSON_LINES = [
    '',
    '{ "Description": "Resources: { \\" } \\\\",',
    '  "Other": [{ "Resources": [1, "]", { }] }, [], {}, -1.5e3, null],',
    '  "Resources" :',
    '  {',
    '    "A": { "Type": "A::B" },"B":{"Type":"A::B"},',
    '    "\\u0043": { "Type": "A::B", "Properties": { "List": [ 1,',
    '      { "x": true } ] } },',
    '    "A": { "Type": "A::B" }',
    '  }',
    '}',
  ];

  it.each(['\n', '\r\n'])('of JSON, lines ending with %j', (end) => {
    const text = JSON_LINES.join(end);

    expect(lineOf(text, 'Resources')).toBe(4);
    expect(lineOf(text, 'Resources', 'B')).toBe(6);
    expect(lineOf(text, 'Resources', 'C')).toBe(7);
    expect(lineOf(text, 'Resources', 'C', 'Properties', 'List', '1', 'x')).toBe(8);
    expect(lineOf(text, 'Resources', 'A')).toBe(9);
    expect(lineOf(text, 'Resources', 'Nobody', 'x')).toBe(4);
    expect(lineOf(text, 'Other', '0', 'Resources', '2')).toBe(3);
  });

  it('of JSON on one line, and of a plan', () => {
    expect(lineOf('{"Resources":{"A":{"Type":"A::B"},"B":{}}}', 'Resources', 'B')).toBe(1);
    expect(lineOf('{"format_version":"1.2",\n"resource_changes":[{"a":1},\n{"a":2}]}', 'resource_changes', '1')).toBe(3);
  });

  it('are those of the keys, in whatever way JSON is written', () => {
    const tree = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: 'binary' }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.string({ unit: 'binary' }), tie('value'), { maxKeys: 4 }),
      ),
    })).value;
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'binary', minLength: 1 }), tree, { minKeys: 1, maxKeys: 5 }),
        fc.constantFrom(1, 2, '\t'),
        (resources, indent) => {
          const text = JSON.stringify({ AWSTemplateFormatVersion: 'x', Before: resources, Resources: resources }, null, indent);
          const document = readDocument(text);
          if (document.kind !== 'cloudformation') throw new Error(document.kind);
          const lines = text.split('\n');

          for (const name of Object.keys(resources)) {
            const prefix = (typeof indent === 'number' ? ' '.repeat(indent) : indent).repeat(2);
            const expected = lines.findLastIndex((line) => line.startsWith(`${prefix}${JSON.stringify(name)}:`)) + 1;
            assert.equal(document.lineOf(['Resources', name]), expected);
          }
        },
      ),
      { numRuns: runs },
    );
  });
});

describe('hostile text', () => {
  const quickly = (text: string) => {
    const start = performance.now();
    const document = readDocument(text);
    const took = performance.now() - start;
    expect(took).toBeLessThan(20_000);
    return document;
  };
  const bomb = Array.from({ length: 30 }, (_, index) => `a${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join(', ')}]`).join('\n');

  it.each([
    ['an alias bomb', `Resources: {}\na0: &a0 [x]\n${bomb}`],
    ['a bomb of merges', `Resources: {}\na0: &a0 { k: v }\n${bomb.replaceAll('[', '{ <<: [').replaceAll(']', '] }')}`],
    ['deep YAML in flow style', `Resources: ${'['.repeat(10_000)}`],
    ['deep YAML in block style', `Resources:\n${Array.from({ length: 3_000 }, (_, depth) => `${' '.repeat(depth + 1)}a:`).join('\n')}`],
    ['deep JSON', `{"Resources": ${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
    ['JSON cut short', `{"Resources": {${'"k": {"a": [1, 2, 3]},'.repeat(50_000)}`],
    ['long JSON cut short', `{"Resources": {${'"k": {"a": [1, 2, 3]},'.repeat(500_000)}`],
    ['many openings', `Resources: "${'${'.repeat(500_000)}"`],
    ['many words', `${'Resources '.repeat(200_000)}`],
    ['much white space', `Resources${' '.repeat(1_000_000)}x`],
  ])('%s', (_, text) => {
    expect(['problem', 'other']).toContain(quickly(text).kind);
  });

  it('is read when it is deep and whole', () => {
    const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
    const document = quickly(`{"AWSTemplateFormatVersion": "x", "Resources": {"A": ${deep},\n"B": 1}}`);

    expect('lineOf' in document && document.lineOf(['Resources', 'B'])).toBe(2);
  });

  it('never throws', () => {
    const words = [
      'Resources',
      ': ',
      '\n',
      '  ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '!Ref ',
      '!Sub ',
      '&a ',
      '*a',
      '<<',
      '"',
      "'",
      '|',
      '>',
      '#',
      '%',
      '---',
      '\\',
      '\t',
      '? ',
      'a',
      '\uFEFF',
      '\0',
    ];
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'binary' })), { maxLength: 40 }), (parts) => {
        const text = `Resources: ${parts.join('')}`;
        assert.ok(['cloudformation', 'other', 'problem'].includes(readDocument(text).kind));
      }),
      { numRuns: runs },
    );
  });
});
