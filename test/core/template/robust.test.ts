/** Whatever comes as a template is opened without an error, in bounded time and memory. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openTemplate } from '../../../lib/core/template';
import { asText, piecesOf, type Value } from '../../../lib/core/value';
import { runs } from '../../support/runs';
import { NOWHERE, SOMEWHERE, valueIn } from './support';

const FUNCTIONS = [
  'Ref',
  'Condition',
  'Fn::GetAtt',
  'Fn::Sub',
  'Fn::Join',
  'Fn::Split',
  'Fn::Select',
  'Fn::FindInMap',
  'Fn::If',
  'Fn::Base64',
  'Fn::Cidr',
  'Fn::ImportValue',
  'Fn::GetAZs',
  'Fn::Transform',
  'Fn::Length',
  'Fn::ToJsonString',
  'Fn::ForEach::X',
  'Fn::And',
  'Fn::Or',
  'Fn::Not',
  'Fn::Equals',
  'Fn::Nobody',
];
const WORDS = [
  'A',
  'B',
  'P',
  'Q',
  'C',
  'D',
  'A.Arn',
  'AWS::NoValue',
  'AWS::Region',
  '${P}',
  '${A.Arn}',
  '${!x}',
  'a,${P},b',
  '${',
  '{{resolve:ssm:${P}}}',
  ',',
  ':',
  '',
  '0',
  '__proto__',
  'constructor',
];
const TYPES = [
  'AWS::SQS::Queue',
  'AWS::Serverless::Function',
  'AWS::Lambda::Alias',
  'AWS::X::Y',
  'Custom::X',
  'SNS',
  'AlexaSkill',
  'String',
  'CommaDelimitedList',
];

const node = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 6, depthSize: 'small' },
    fc.oneof(fc.constantFrom(...WORDS), fc.jsonValue({ maxDepth: 1 })),
    fc.array(tie('node'), { maxLength: 4 }),
    fc.tuple(fc.constantFrom(...FUNCTIONS), tie('node')).map(([name, argument]) => ({ [name]: argument })),
    fc.dictionary(fc.constantFrom(...WORDS, ...FUNCTIONS, 'Properties', 'FunctionUrlConfig', 'Events', 'QueueName', 'FunctionName'), tie('node'), {
      maxKeys: 4,
    }),
  ),
})).node;
const named = (value: fc.Arbitrary<unknown>) =>
  fc.dictionary(fc.constantFrom('A', 'B', 'P', 'Q', 'C', 'D', 'Fn::ForEach::X', '__proto__'), value, { maxKeys: 5 });
const resource = fc.record({ Type: fc.constantFrom(...TYPES), Condition: fc.constantFrom('C', 'D'), Properties: node }, { requiredKeys: ['Type'] });
const parameter = fc.record(
  { Type: fc.constantFrom(...TYPES), Default: node, AllowedValues: fc.array(fc.constantFrom('a', 'b', '')) },
  { requiredKeys: [] },
);
const template = fc.record(
  {
    Resources: fc.oneof({ weight: 9, arbitrary: named(fc.oneof({ weight: 4, arbitrary: resource }, node)) }, node),
    Conditions: fc.oneof({ weight: 9, arbitrary: named(node) }, node),
    Parameters: fc.oneof({ weight: 9, arbitrary: named(fc.oneof(parameter, node)) }, node),
    Mappings: node,
    Globals: fc.oneof(fc.record({ Function: node }), node),
    Transform: fc.constantFrom('AWS::Serverless-2016-10-31', ['AWS::Serverless-2016-10-31', 'X'], 'X'),
  },
  { requiredKeys: ['Resources'] },
);

function openAll(root: { readonly [key: string]: Value }): number {
  const types = new Set([...TYPES, 'AWS::Lambda::Url', 'AWS::Lambda::Permission', 'AWS::SNS::Subscription', 'AWS::IAM::Role']);
  let count = 0;
  for (const place of [NOWHERE, SOMEWHERE]) {
    for (const { variants } of openTemplate(root, { place, parameters: { P: 'a,${X}' } }).resources(types)) {
      const shapes = variants();
      if (typeof shapes === 'string') continue;
      expect(shapes.length).toBeLessThanOrEqual(64);
      for (const { input } of shapes) {
        count += 1;
        JSON.stringify(input.properties);
        for (const name of ['A', 'B', 'P', '__proto__']) input.sibling?.(name);
      }
    }
  }
  return count;
}

it('any JSON as a template', () => {
  fc.assert(
    fc.property(fc.oneof({ weight: 9, arbitrary: template }, fc.dictionary(fc.string(), fc.jsonValue())), (root) => {
      const written = JSON.stringify(root);
      const parsed = JSON.parse(written);
      openAll(parsed);

      assert.equal(JSON.stringify(parsed), written);
    }),
    { numRuns: runs },
  );
});

it('says the same each time', () => {
  fc.assert(
    fc.property(template, (root) => {
      const shapes = () =>
        openTemplate(JSON.parse(JSON.stringify(root)), { place: NOWHERE, parameters: {} })
          .resources(new Set(TYPES))
          .map(({ variants }) => JSON.stringify(variants()));

      assert.deepEqual(shapes(), shapes());
    }),
    { numRuns: Math.min(runs, 5000) },
  );
});

describe('hostile templates', () => {
  const chain = (count: number, value: (next: string) => Value): Value =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `Q${index}`,
        { Type: 'AWS::SQS::Queue', Properties: { QueueName: value(`Q${index + 1}.QueueName`) } },
      ]),
    );
  const nested = (depth: number, wrap: (inner: Value) => Value): Value => {
    let value: Value = 'x';
    for (let index = 0; index < depth; index += 1) value = wrap(value);
    return value;
  };
  const subject = (value: Value): Value => ({ S: { Type: 'AWS::X::Y', Properties: { V: value } } });
  const doubled = (inner: Value): Value => ({ 'Fn::Sub': ['${A}${A}', { A: inner }] });

  it.each<[string, { readonly [key: string]: Value }]>([
    ['text that doubles', { Resources: subject(nested(60, doubled)) }],
    ['text that doubles from name to name', { Resources: chain(100, (next) => ({ 'Fn::Sub': `\${${next}}\${${next}}` })) }],
    ['names that name each other', { Resources: chain(2000, (next) => ({ 'Fn::GetAtt': next })) }],
    ['deep objects', { Resources: subject(nested(10_000, (a) => ({ a }))) }],
    ['deep lists', { Resources: subject(nested(10_000, (a) => [a])) }],
    ['deep functions', { Resources: subject(nested(10_000, (a) => ({ 'Fn::If': ['C', a, a === 'x' ? 'y' : 'x'] }))) }],
    ['deep unknown functions', { Resources: subject(nested(10_000, (a) => ({ 'Fn::Nobody': a }))) }],
    ['deep conditions', { Conditions: { C: nested(10_000, (a) => ({ 'Fn::Not': [a] })) }, Resources: subject({ 'Fn::If': ['C', 1, 2] }) }],
    [
      'conditions that use each other',
      {
        Conditions: Object.fromEntries(
          Array.from({ length: 5000 }, (_, index) => [`C${index}`, { 'Fn::And': [{ Condition: `C${index + 1}` }, { Condition: `C${index + 1}` }] }]),
        ),
        Resources: subject({ 'Fn::If': ['C0', 1, 2] }),
      },
    ],
    [
      'many open conditions',
      {
        Conditions: Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`C${index}`, { 'Fn::Equals': [{ Ref: `P${index}` }, 'x'] }])),
        Resources: subject(Array.from({ length: 3000 }, (_, index) => ({ 'Fn::If': [`C${index}`, 1, 2] }))),
      },
    ],
    [
      'deep globals',
      {
        Transform: 'AWS::Serverless-2016-10-31',
        Globals: { Function: { A: nested(10_000, (a) => ({ a })) } },
        Resources: { F: { Type: 'AWS::Serverless::Function', Properties: { A: nested(10_000, (a) => ({ a })) } } },
      },
    ],
    ['openings without end', { Resources: subject({ 'Fn::Split': [',', { 'Fn::Sub': '${'.repeat(200_000) }] }) }],
    ['references without end', { Resources: subject({ 'Fn::Sub': `${'{{resolve:${a'.repeat(20_000)}\${P}` }) }],
    [
      'a loop that copies much',
      {
        Resources: {
          'Fn::ForEach::X': [
            'N',
            Array.from({ length: 5000 }, (_, index) => `n${index}`),
            { 'S${N}': { Type: 'AWS::X::Y', Properties: { V: Array(500).fill('${N}') } } },
          ],
        },
      },
    ],
  ])('%s', (_, root) => {
    const start = performance.now();
    openAll(root);

    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

describe('joining and splitting', () => {
  /** What may be deployed: the first two holes may hold anything, the others only what AWS lets them. */
  const worlds: readonly { readonly [name: string]: string }[] = ['', 'a', 'x,y', ':', 'a:b,c'].flatMap((P) =>
    ['1', ',,'].map((Q) => ({ P, Q, 'AWS::AccountId': '111122223333', 'AWS::Region': 'eu-west-1' })),
  );
  const isFilled = (piece: string, index: number) => index % 2 === 0 || Object.hasOwn(worlds[0] ?? {}, piece.slice(2, -1));
  const fill = (text: string, world: { readonly [name: string]: string }) =>
    piecesOf(text)
      .map((piece, index) => (index % 2 === 1 ? (world[piece.slice(2, -1)] ?? '') : piece))
      .join('');
  const part = fc.constantFrom('a', ',', ':', '-', 'b,c', '${P}', '${Q}', '${AWS::AccountId}', '${AWS::Region}');
  const sections = 'Parameters: { P: { Type: String }, Q: { Type: String } }';

  /** Known text is what is deployed; around a hole that stands for a rest, so is the text before it. */
  function agrees(said: string, deployed: string, world: { readonly [name: string]: string }): boolean {
    const pieces = piecesOf(said);
    return pieces.every(isFilled) ? fill(said, world) === deployed : deployed.startsWith(pieces[0] ?? '');
  }

  it('never says what the deployment would not', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.constantFrom(',', ':', '-'), fc.nat(4), (parts, delimiter, index) => {
        const text = parts.join('');
        const split = { 'Fn::Split': [delimiter, { 'Fn::Sub': text }] };
        const selected = asText(valueIn(JSON.stringify({ 'Fn::Select': [index, split] }), sections)) ?? '';
        const joined = asText(valueIn(JSON.stringify({ 'Fn::Join': ['|', split] }), sections)) ?? '';

        for (const world of worlds) {
          const deployed = fill(text, world).split(delimiter);
          const item = deployed[index];
          assert.equal(item === undefined || agrees(selected, item, world), true);
          assert.equal(agrees(joined, deployed.join('|'), world), true);
        }
      }),
      { numRuns: Math.min(runs, 5000) },
    );
  });
});
